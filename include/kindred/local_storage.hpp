// The frame of a backend that lives in one process, lets in one writer at a time, and holds its
// whole state in one value whose copies are cheap (they share what they have not changed).
//
// The author writes two types; LocalStorage<State, Transaction> is then a Storage:
//
//   State        copyable, with
//                  std::uint64_t version = 1;
//                  const Shape* shape(KeyspaceId) const;       // nullptr where there is none
//                  void add(KeyspaceId, Shape);  void remove(KeyspaceId);
//                  std::vector<KeyspaceInfo> keyspaces() const;
//   Transaction  derived from LocalTransaction<State>, with its constructor, reading and writing
//                `state_`: get, cursor, contains, put, both erase. Each calls check first.
//
// examples/40_user_backend.cpp is one. Threads: LocalStore and LocalStorage any, LocalTransaction
// as storage.hpp says of Readers and Writers.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/storage_support.hpp"

namespace kindred::storage {

// What the handles and transactions of one store share.
template <class State>
class LocalStore {
 public:
  explicit LocalStore(std::string its_url) : url(std::move(its_url)) {}
  const std::string url;
  OpenFlag open;
  WriterGate gate;
  SequenceMarks marks;

  [[nodiscard]] State state() {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  // By the holder of the gate.
  void publish(State next) {
    ++next.version;
    const std::lock_guard lock(mutex_);
    std::swap(state_, next);
  }

 private:
  std::mutex mutex_;
  State state_;
};

enum class Role : std::uint8_t { reader, writer };

// A Writer; or a Reader, through whose interface nothing can be written.
template <class State>
class LocalTransaction : public WithWriterLoops {
 public:
  // A writer has entered the gate, and leaves it at its end.
  LocalTransaction(std::shared_ptr<LocalStore<State>> store, Role role)
      : store_(std::move(store)), role_(role), state_(store_->state()) {}
  LocalTransaction(const LocalTransaction&) = delete;
  LocalTransaction& operator=(const LocalTransaction&) = delete;
  ~LocalTransaction() override { LocalTransaction::abort(); }

  std::uint64_t version() final {
    check("version");
    return state_.version;
  }
  Savepoint savepoint() final {
    check("savepoint");
    saved_.emplace_back(next_, state_);
    return next_++;
  }
  void rollback_to(Savepoint savepoint) final {
    const auto at = find("rollback_to", savepoint);
    state_ = std::move(at->second);
    saved_.erase(at, saved_.end());
  }
  void release(Savepoint savepoint) final {
    const auto at = find("release", savepoint);
    saved_.erase(at, saved_.end());
  }
  std::uint64_t reserve(std::uint64_t sequence, std::uint64_t n, std::uint64_t at_least) final {
    check("reserve");
    return records_.reserve(*this, store_->marks, sequence, n, at_least);
  }
  void commit() final {
    check("commit");
    records_.settle(*this);
    store_->publish(state_);
    abort();
  }
  void abort() noexcept final {
    if (role_ != Role::writer || finished_) return;
    finished_ = true;
    saved_.clear();
    store_->gate.leave();
  }

 protected:
  // Throws where `call` is not allowed.
  void check(std::string_view call) const {
    store_->open.check(store_->url);
    if (role_ == Role::reader) return;
    owner_.check(call);
    if (finished_) throw UsageError(std::string(call) + ": this Writer is finished: begin another");
  }
  [[nodiscard]] Shape shape_of(KeyspaceId keyspace) const final {
    const Shape* shape = state_.shape(keyspace);
    if (shape != nullptr) return *shape;
    throw UsageError(name_of(keyspace) + " does not exist: call Storage::ensure before begin");
  }

 private:
  using Saved = std::vector<std::pair<Savepoint, State>>;
  typename Saved::iterator find(std::string_view call, Savepoint savepoint) {
    check(call);
    const auto at = std::find_if(saved_.begin(), saved_.end(),
                                 [&](const auto& saved) { return saved.first == savepoint; });
    if (at != saved_.end()) return at;
    throw UsageError(std::string(call) + ": savepoint " + std::to_string(savepoint) + " is gone");
  }

  std::shared_ptr<LocalStore<State>> store_;
  Role role_;
  ThreadOwner owner_;
  bool finished_ = false;
  Saved saved_;
  Savepoint next_ = 1;
  SequenceRecords records_;

 protected:
  State state_;
};

template <class State, class Transaction>
class LocalStorage final : public Storage {
 public:
  LocalStorage(std::shared_ptr<LocalStore<State>> store, Access access)
      : store_(std::move(store)), access_(access) {}

  [[nodiscard]] std::string url() const override { return store_->url; }
  [[nodiscard]] Capabilities capabilities() const override {
    Capabilities out;
    out.stable_views = true;
    return out;
  }
  std::unique_ptr<Reader> snapshot() override {
    store_->open.check(url());
    return std::make_unique<Transaction>(store_, Role::reader);
  }
  std::unique_ptr<Writer> begin(const BeginOptions& options) override {
    enter("begin", options);
    try {
      return std::make_unique<Transaction>(store_, Role::writer);
    } catch (...) {
      store_->gate.leave();
      throw;
    }
  }
  void ensure(KeyspaceId keyspace, Shape shape) override {
    check_shape(keyspace, shape);
    const State now = store_->state();
    const Shape* there = now.shape(keyspace);
    if (there != nullptr && *there != shape) {
      throw UsageError("ensure: " + name_of(keyspace) + " is a " + name_of(*there) + ", not a " +
                       name_of(shape));
    }
    refuse_own_writer("ensure");
    if (there != nullptr) return;
    change("ensure", [&](State& state) {
      if (state.shape(keyspace) == nullptr) state.add(keyspace, shape);
    });
  }
  void drop(KeyspaceId keyspace) override {
    if (keyspace == catalog_keyspace) throw UsageError("drop: keyspace 0 always exists");
    refuse_own_writer("drop");
    change("drop", [&](State& state) { state.remove(keyspace); });
  }
  std::vector<KeyspaceInfo> keyspaces() override {
    store_->open.check(url());
    return store_->state().keyspaces();
  }
  void prepare_retry(const Error&) override { store_->open.check(url()); }
  void copy_to(const std::string&) override {
    throw Error(ErrorCode::unsupported, url() + " cannot copy itself: dump it and load the dump");
  }
  void check(FunctionRef<void(const Problem&)>) override { store_->open.check(url()); }
  void sync() override { store_->open.check(url()); }
  void close() override {
    store_->open.close();
    store_->gate.wake();
  }

 private:
  void enter(std::string_view call, const BeginOptions& options) {
    store_->open.check(url());
    if (access_ == Access::read_only) {
      throw Error(ErrorCode::read_only, std::string(call) + ": " + url() + " is open read-only");
    }
    store_->gate.enter(url(), options.deadline, store_->open);
  }
  void refuse_own_writer(std::string_view call) const {
    store_->open.check(url());
    if (!store_->gate.held_by_this_thread()) return;
    throw UsageError(std::string(call) + ": this thread has a Writer: commit or abort it first");
  }
  template <class F>
  void change(std::string_view call, F&& f) {
    enter(call, {});
    const std::unique_ptr<WriterGate, void (*)(WriterGate*)> turn(
        &store_->gate, [](WriterGate* gate) { gate->leave(); });
    State next = store_->state();
    f(next);
    store_->publish(std::move(next));
  }

  std::shared_ptr<LocalStore<State>> store_;
  Access access_;
};

}  // namespace kindred::storage
