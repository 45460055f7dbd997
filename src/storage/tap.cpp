#include "storage/tap.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace kindred::storage {
namespace {

constexpr std::array<std::string_view, operation_count> operation_names{
    "get",     "get_many",  "contains",    "scan",     "scan_many", "cursor",
    "put",     "erase",     "erase_range", "apply",    "savepoint", "rollback_to",
    "release", "reserve",   "commit",      "snapshot", "begin",     "ensure",
    "drop",    "keyspaces", "copy_to",     "sync"};

// What a Reader or Writer tells its tap. After a failure other than capacity, a Writer throws it
// again at every call.
class Line {
 public:
  Line(std::shared_ptr<Storage> owner, Tap& tap) : owner_(std::move(owner)), tap_(tap) {}

  void tell(Operation operation, Tap::Touches touches) {
    if (failure_) std::rethrow_exception(failure_);
    try {
      tap_.call(operation, touches);
    } catch (const Error& failure) {
      if (lasting_ && failure.code() != ErrorCode::capacity) failure_ = std::current_exception();
      throw;
    }
  }
  void tell(Operation operation, KeyspaceId keyspace) {
    tell(operation, [=](KeyspaceId id) { return id == keyspace; });
  }
  void tell(Operation operation) {
    tell(operation, [](KeyspaceId) { return false; });
  }
  template <class Requests>
  void tell_all(Operation operation, const Requests& requests) {
    tell(operation, [&](KeyspaceId id) {
      return std::any_of(requests.begin(), requests.end(),
                         [&](const auto& request) { return request.keyspace == id; });
    });
  }
  void make_failures_last() noexcept { lasting_ = true; }
  void forget_failure() noexcept { failure_ = nullptr; }

 private:
  std::shared_ptr<Storage> owner_;
  Tap& tap_;
  bool lasting_ = false;
  std::exception_ptr failure_;
};

class TappedCursor final : public Cursor {
 public:
  TappedCursor(std::unique_ptr<Cursor> base, Line& line, KeyspaceId keyspace)
      : base_(std::move(base)), line_(line), keyspace_(keyspace) {}

  std::optional<Entry> next() override {
    if (given_ == cursor_page) {
      line_.tell(Operation::cursor, keyspace_);
      given_ = 0;
    }
    std::optional<Entry> entry = base_->next();
    if (entry) ++given_;
    return entry;
  }
  void seek(ByteView key) override {
    line_.tell(Operation::cursor, keyspace_);
    given_ = 0;
    base_->seek(key);
  }

 private:
  std::unique_ptr<Cursor> base_;
  Line& line_;
  KeyspaceId keyspace_;
  std::uint64_t given_ = 0;  // of this page
};

template <class Base>
class TappedReading : public Base {
 public:
  TappedReading(std::unique_ptr<Base> base, std::shared_ptr<Storage> owner, Tap& tap)
      : line_(std::move(owner), tap), base_(std::move(base)) {}

  std::optional<ByteView> get(KeyspaceId keyspace, ByteView key) final {
    line_.tell(Operation::get, keyspace);
    return base_->get(keyspace, key);
  }
  void get_many(std::span<const GetRequest> requests,
                FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) final {
    line_.tell_all(Operation::get_many, requests);
    base_->get_many(requests, sink);
  }
  void scan(KeyspaceId keyspace, const Range& range, const ScanOptions& options,
            FunctionRef<bool(ByteView, ByteView)> sink) final {
    line_.tell(Operation::scan, keyspace);
    base_->scan(keyspace, range, options, sink);
  }
  void scan_many(std::span<const ScanRequest> requests, const ScanOptions& options,
                 FunctionRef<bool(std::size_t, ByteView, ByteView)> sink) final {
    line_.tell_all(Operation::scan_many, requests);
    base_->scan_many(requests, options, sink);
  }
  std::unique_ptr<Cursor> cursor(KeyspaceId keyspace, const Range& range,
                                 const ScanOptions& options) final {
    line_.tell(Operation::cursor, keyspace);
    return std::make_unique<TappedCursor>(base_->cursor(keyspace, range, options), line_, keyspace);
  }
  bool contains(KeyspaceId keyspace, ByteView key, ByteView member) final {
    line_.tell(Operation::contains, keyspace);
    return base_->contains(keyspace, key, member);
  }
  std::uint64_t version() final { return base_->version(); }

 protected:
  Line line_;  // before base_: it keeps the layer alive until the base is gone
  std::unique_ptr<Base> base_;
};

class TappedWriter final : public TappedReading<Writer> {
 public:
  TappedWriter(std::unique_ptr<Writer> base, std::shared_ptr<Storage> owner, Tap& tap)
      : TappedReading(std::move(base), std::move(owner), tap) {
    line_.make_failures_last();
  }

  PutResult put(KeyspaceId keyspace, ByteView key, ByteView value, Intent intent) override {
    line_.tell(Operation::put, keyspace);
    return base_->put(keyspace, key, value, intent);
  }
  bool erase(KeyspaceId keyspace, ByteView key) override {
    line_.tell(Operation::erase, keyspace);
    return base_->erase(keyspace, key);
  }
  bool erase(KeyspaceId keyspace, ByteView key, ByteView member) override {
    line_.tell(Operation::erase, keyspace);
    return base_->erase(keyspace, key, member);
  }
  std::uint64_t erase_range(KeyspaceId keyspace, const Range& range) override {
    line_.tell(Operation::erase_range, keyspace);
    return base_->erase_range(keyspace, range);
  }
  void apply(std::span<const Write> writes, std::vector<std::size_t>& refused) override {
    line_.tell_all(Operation::apply, writes);
    base_->apply(writes, refused);
  }
  Savepoint savepoint() override {
    line_.tell(Operation::savepoint);
    return base_->savepoint();
  }
  void rollback_to(Savepoint savepoint) override {
    line_.tell(Operation::rollback_to);
    base_->rollback_to(savepoint);
  }
  void release(Savepoint savepoint) override {
    line_.tell(Operation::release);
    base_->release(savepoint);
  }
  std::uint64_t reserve(std::uint64_t sequence, std::uint64_t n, std::uint64_t at_least) override {
    line_.tell(Operation::reserve);
    return base_->reserve(sequence, n, at_least);
  }
  void commit() override {
    try {
      line_.tell(Operation::commit);
    } catch (const Error& failure) {
      line_.forget_failure();
      if (failure.code() == ErrorCode::outcome_unknown) {
        base_->commit();
      } else {
        base_->abort();
      }
      throw;
    }
    base_->commit();
  }
  void abort() noexcept override {
    line_.forget_failure();
    base_->abort();
  }
};

// The first T among a storage and what lies under it.
template <class T>
T* find_layer(Storage& storage) noexcept {
  for (Storage* at = &storage; at != nullptr;) {
    if (auto* layer = dynamic_cast<T*>(at)) return layer;
    const auto* wrapper = dynamic_cast<const Wrapper*>(at);
    at = wrapper == nullptr ? nullptr : &wrapper->base();
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(Operation operation) noexcept {
  return operation_names[static_cast<std::size_t>(operation)];
}

std::unique_ptr<Reader> tapped(std::unique_ptr<Reader> base, std::shared_ptr<Storage> owner,
                               Tap& tap) {
  return std::make_unique<TappedReading<Reader>>(std::move(base), std::move(owner), tap);
}

std::unique_ptr<Writer> tapped(std::unique_ptr<Writer> base, std::shared_ptr<Storage> owner,
                               Tap& tap) {
  return std::make_unique<TappedWriter>(std::move(base), std::move(owner), tap);
}

CountLayer* find_count_layer(Storage& storage) noexcept { return find_layer<CountLayer>(storage); }
FaultLayer* find_fault_layer(Storage& storage) noexcept { return find_layer<FaultLayer>(storage); }

}  // namespace kindred::storage
