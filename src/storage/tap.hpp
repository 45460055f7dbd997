// A layer that tells each call to a Tap before it passes it on. The count and fault layers are
// Taps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"
#include "kindred/storage_layers.hpp"

namespace kindred::storage {

enum class Operation : std::uint8_t {
  get,
  get_many,
  contains,
  scan,
  scan_many,
  cursor,
  put,
  erase,
  erase_range,
  apply,
  savepoint,
  rollback_to,
  release,
  reserve,
  commit,
  snapshot,
  begin,
  ensure,
  drop,
  keyspaces,
  copy_to,
  sync,
};
inline constexpr std::size_t operation_count = static_cast<std::size_t>(Operation::sync) + 1;
[[nodiscard]] std::string_view to_string(Operation operation) noexcept;

// So many entries come in one page of a cursor.
inline constexpr std::uint64_t cursor_page = 1000;

class Tap {
 public:
  using Touches = FunctionRef<bool(KeyspaceId)>;
  // Before a call. `touches` tells whether it concerns a keyspace. What it throws, the call throws.
  virtual void call(Operation operation, Touches touches) = 0;

 protected:
  ~Tap() = default;
};

[[nodiscard]] std::unique_ptr<Reader> tapped(std::unique_ptr<Reader> base,
                                             std::shared_ptr<Storage> owner, Tap& tap);
[[nodiscard]] std::unique_ptr<Writer> tapped(std::unique_ptr<Writer> base,
                                             std::shared_ptr<Storage> owner, Tap& tap);

// The storage under a layer.
class Wrapper {
 public:
  [[nodiscard]] virtual Storage& base() const noexcept = 0;

 protected:
  ~Wrapper() = default;
};

// `Base` is the public interface of the layer. Readers and Writers keep it alive.
template <class Base>
class Tapped : public Base, public Tap, public Wrapper {
 public:
  explicit Tapped(std::shared_ptr<Storage> base) : base_(std::move(base)) {}

  [[nodiscard]] Storage& base() const noexcept final { return *base_; }
  [[nodiscard]] Capabilities capabilities() const final { return base_->capabilities(); }
  std::unique_ptr<Reader> snapshot() final {
    tell(Operation::snapshot);
    return tapped(base_->snapshot(), this->shared_from_this(), *this);
  }
  std::unique_ptr<Writer> begin(const BeginOptions& options) final {
    tell(Operation::begin);
    return tapped(base_->begin(options), this->shared_from_this(), *this);
  }
  void ensure(KeyspaceId keyspace, Shape shape) final {
    call(Operation::ensure, [&](KeyspaceId id) { return id == keyspace; });
    base_->ensure(keyspace, shape);
  }
  void drop(KeyspaceId keyspace) final {
    call(Operation::drop, [&](KeyspaceId id) { return id == keyspace; });
    base_->drop(keyspace);
  }
  std::vector<KeyspaceInfo> keyspaces() final {
    tell(Operation::keyspaces);
    return base_->keyspaces();
  }
  void prepare_retry(const Error& failure) final { base_->prepare_retry(failure); }
  void copy_to(const std::string& path) final {
    tell(Operation::copy_to);
    base_->copy_to(path);
  }
  void check(FunctionRef<void(const Problem&)> report) final { base_->check(report); }
  void sync() final {
    tell(Operation::sync);
    base_->sync();
  }
  void close() final { base_->close(); }

 private:
  void tell(Operation operation) {
    call(operation, [](KeyspaceId) { return false; });
  }
  using Tap::call;

  std::shared_ptr<Storage> base_;
};

}  // namespace kindred::storage
