// The reading half of Readers and Writers.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "backends/memory/tree.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"

namespace kindred::memory {

// Something that reads.
class View {
 public:
  // What `call` reads. Throws where it is not allowed: closed, finished, wrong thread.
  [[nodiscard]] virtual const State& enter(std::string_view call) const = 0;

 protected:
  ~View() = default;
};

[[nodiscard]] std::optional<ByteView> get(const View& view, storage::KeyspaceId keyspace,
                                          ByteView key);
void get_many(const View& view, std::span<const storage::GetRequest> requests,
              FunctionRef<void(std::size_t, std::optional<ByteView>)> sink);
void scan(const View& view, storage::KeyspaceId keyspace, const storage::Range& range,
          const storage::ScanOptions& options, FunctionRef<bool(ByteView, ByteView)> sink);
void scan_many(const View& view, std::span<const storage::ScanRequest> requests,
               const storage::ScanOptions& options,
               FunctionRef<bool(std::size_t, ByteView, ByteView)> sink);
[[nodiscard]] std::unique_ptr<storage::Cursor> make_cursor(const View& view,
                                                           storage::KeyspaceId keyspace,
                                                           const storage::Range& range,
                                                           const storage::ScanOptions& options);
[[nodiscard]] bool contains(const View& view, storage::KeyspaceId keyspace, ByteView key,
                            ByteView member);

// `Base` is storage::Reader or storage::Writer.
template <class Base>
class Reading : public Base, public View {
 public:
  std::optional<ByteView> get(storage::KeyspaceId keyspace, ByteView key) final {
    return memory::get(*this, keyspace, key);
  }
  void get_many(std::span<const storage::GetRequest> requests,
                FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) final {
    memory::get_many(*this, requests, sink);
  }
  void scan(storage::KeyspaceId keyspace, const storage::Range& range,
            const storage::ScanOptions& options, FunctionRef<bool(ByteView, ByteView)> sink) final {
    memory::scan(*this, keyspace, range, options, sink);
  }
  void scan_many(std::span<const storage::ScanRequest> requests,
                 const storage::ScanOptions& options,
                 FunctionRef<bool(std::size_t, ByteView, ByteView)> sink) final {
    memory::scan_many(*this, requests, options, sink);
  }
  std::unique_ptr<storage::Cursor> cursor(storage::KeyspaceId keyspace, const storage::Range& range,
                                          const storage::ScanOptions& options) final {
    return make_cursor(*this, keyspace, range, options);
  }
  bool contains(storage::KeyspaceId keyspace, ByteView key, ByteView member) final {
    return memory::contains(*this, keyspace, key, member);
  }
};

}  // namespace kindred::memory
