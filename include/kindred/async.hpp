// Sessions in coroutines, of any coroutine type:
//
//   ThreadExecutor executor;
//   AsyncSession session{store, executor};
//   Ref<User> ann = co_await session.get<User>(7);
//   for (Ref<Post> post : co_await ann.awaitable(&User::posts)) ...
//   std::vector<Ref<Post>> latest = co_await session.all(session.select<Post>().limit(10));
//   ann->bio = "...";
//   co_await session.commit();
//
// An awaited call runs as one job of the executor, and the coroutine goes on there, on the
// executor's thread. What is at hand already does not suspend. Errors, and Error(cancelled) where
// the stop token of the session was used before the job began, are thrown where it was awaited. A
// coroutine that is destroyed while it waits is not resumed; the job still runs.
//
// A relationship that is not loaded does not load itself here: reading it is a UsageError, await it
// or ask for it with options().
//
// No coroutine holds the store's writer while it is suspended: there is no flush, and commit()
// begins and ends in one job; run() gives a whole function to one job, for savepoints and the like.
//
// Threads: one coroutine at a time uses a session; overlap is a UsageError.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/typed_session.hpp"
#include "kindred/executor.hpp"
#include "kindred/session.hpp"
#include "kindred/session_query.hpp"

namespace kindred {

namespace detail {

// Of the session that the object is in; null where there is none, or no session.
[[nodiscard]] Executor* executor_of(const State& state) noexcept;
[[nodiscard]] std::stop_token stop_token_of(const State& state) noexcept;
[[nodiscard]] bool is_loaded_slot(const RelationshipSlot& slot);
// Loads it, whatever its loading strategy. DetachedError where the object is in no session.
void load_slot(const RelationshipSlot& slot);
void set_executor(session::Core& core, Executor* executor, std::stop_token stop);
[[noreturn]] void throw_cancelled();

// A handle without type.
class HeldState {
 public:
  explicit HeldState(State& state) noexcept : state_(&state) { retain(state_); }
  HeldState(const HeldState& other) noexcept : HeldState(*other.state_) {}
  HeldState& operator=(const HeldState&) = delete;
  ~HeldState() { release(state_); }

 private:
  State* state_;
};

// What the awaiting coroutine and its job share: either may be gone first.
struct Handover {
  std::mutex mutex;
  std::coroutine_handle<> waiting;  // null: the coroutine is gone, or goes on
  std::exception_ptr error;
  void resume() {
    std::coroutine_handle<> next;
    {
      const std::scoped_lock lock(mutex);
      next = std::exchange(waiting, nullptr);
    }
    if (next) next.resume();
  }
};

}  // namespace detail

// Something to co_await once. R: what it gives.
template <class R>
class [[nodiscard]] Awaitable {
 public:
  Awaitable(Executor* executor, std::stop_token stop, std::function<R()> work,
            std::function<bool()> ready = {})
      : executor_(executor),
        stop_(std::move(stop)),
        work_(std::move(work)),
        ready_(std::move(ready)) {}
  Awaitable(Awaitable&&) = default;
  ~Awaitable() {
    if (!shared_) return;
    const std::scoped_lock lock(shared_->mutex);
    shared_->waiting = nullptr;
  }

  bool await_ready() {
    if (executor_ != nullptr && !(ready_ && ready_())) return false;
    shared_ = std::make_shared<Shared>();
    perform(*shared_, work_, stop_);  // without an executor, in place
    return true;
  }
  void await_suspend(std::coroutine_handle<> waiting) {
    shared_ = std::make_shared<Shared>();
    shared_->waiting = waiting;
    // From here on the coroutine may go on, and this object be gone.
    executor_->post([shared = shared_, work = std::move(work_), stop = std::move(stop_)]() mutable {
      perform(*shared, work, stop);
      work = nullptr;  // what it holds is let go before the coroutine goes on
      shared->resume();
    });
  }
  R await_resume() {
    if (shared_->error) std::rethrow_exception(shared_->error);
    if constexpr (!std::is_void_v<R>) return std::move(*shared_->result);
  }

 private:
  struct Nothing {};
  struct Shared : detail::Handover {
    std::optional<std::conditional_t<std::is_void_v<R>, Nothing, R>> result;
  };
  static void perform(Shared& shared, const std::function<R()>& work,
                      const std::stop_token& stop) noexcept {
    try {
      if (stop.stop_requested()) detail::throw_cancelled();
      if constexpr (std::is_void_v<R>)
        work();
      else
        shared.result.emplace(work());
    } catch (...) {
      shared.error = std::current_exception();
    }
  }

  Executor* executor_;
  std::stop_token stop_;
  std::function<R()> work_;
  std::function<bool()> ready_;
  std::shared_ptr<Shared> shared_;
};

// A relationship to co_await: gives the relationship itself, loaded.
template <class M>
class [[nodiscard]] LoadedRelationship {
 public:
  LoadedRelationship(detail::State& state, M& member)
      : member_(&member),
        load_(
            detail::executor_of(state), detail::stop_token_of(state),
            [&member, held = detail::HeldState(state)] { detail::load_slot(member); },
            [&member] { return detail::is_loaded_slot(member); }) {}
  bool await_ready() { return load_.await_ready(); }
  void await_suspend(std::coroutine_handle<> waiting) { load_.await_suspend(waiting); }
  M& await_resume() {
    load_.await_resume();
    return *member_;
  }

 private:
  M* member_;
  Awaitable<void> load_;
};

template <class T>
template <class M, class C>
auto Ref<T>::awaitable(M C::*relationship) const {
  static_assert(detail::RelationshipTraits<M>::is_relationship,
                "awaitable needs a pointer to a Relationship member, as &User::posts");
  using Member = std::conditional_t<std::is_const_v<T>, const M, M>;
  Member& member = access().*relationship;
  return LoadedRelationship<Member>(*state_, member);
}

namespace detail {

// Lets relationships load themselves meanwhile.
class LazyLoads {
 public:
  explicit LazyLoads(Session& session)
      : session_(session), before_(std::exchange(session.options().forbid_lazy_loads, false)) {}
  ~LazyLoads() { session_.options().forbid_lazy_loads = before_; }
  LazyLoads(const LazyLoads&) = delete;
  LazyLoads& operator=(const LazyLoads&) = delete;

 private:
  Session& session_;
  bool before_;
};

// Throws UsageError, after rolling back, where a writer is still held.
void require_no_writer(Session& session);

template <class F>
auto run_in(Session& session, F& fn) {
  const LazyLoads lazy_loads(session);
  if constexpr (std::is_void_v<std::invoke_result_t<F&, Session&>>) {
    fn(session);
    require_no_writer(session);
  } else {
    auto out = fn(session);
    require_no_writer(session);
    return out;
  }
}

}  // namespace detail

class AsyncSession {
  template <class F>
  auto job(F work) {
    using R = std::invoke_result_t<F&>;
    return Awaitable<R>(executor_, stop_, std::function<R()>(std::move(work)));
  }

 public:
  // The executor must outlive the session.
  AsyncSession(const Store& store, Executor& executor, const SessionOptions& options = {},
               std::stop_token stop = {})
      : session_(store, without_lazy_loads(options)), executor_(&executor), stop_(std::move(stop)) {
    detail::set_executor(session_.core(), executor_, stop_);
  }

  // ---- what touches memory only, at once: as in Session
  template <class T>
  auto add(T&& object) {
    return session_.add(std::forward<T>(object));
  }
  template <class T>
  void erase(const Ref<T>& object) {
    session_.erase(object);
  }
  template <class T>
  void expunge(const Ref<T>& object) {
    session_.expunge(object);
  }
  // A query, to be given to all(), first(), one(), one_or_none() or count().
  template <class T>
  [[nodiscard]] SessionSelect<T> select() {
    return session_.select<T>();
  }

  // ---- what reads or writes: as in Session
  template <class T, class... K>
  Awaitable<Ref<T>> get(K... key) {
    return job([this, key...] { return session_.get<T>(key...); });
  }
  template <class T>
  Awaitable<std::vector<Ref<T>>> all(SessionSelect<T> query) {
    return job([query = std::move(query)] { return query.all(); });
  }
  template <class T>
  Awaitable<Ref<T>> first(SessionSelect<T> query) {
    return job([query = std::move(query)] { return query.first(); });
  }
  template <class T>
  Awaitable<Ref<T>> one(SessionSelect<T> query) {
    return job([query = std::move(query)] { return query.one(); });
  }
  template <class T>
  Awaitable<Ref<T>> one_or_none(SessionSelect<T> query) {
    return job([query = std::move(query)] { return query.one_or_none(); });
  }
  template <class T>
  Awaitable<std::uint64_t> count(SessionSelect<T> query) {
    return job([query = std::move(query)] { return query.count(); });
  }
  template <class T>
  Awaitable<Ref<T>> merge(Ref<T> object) {
    return job([this, object = std::move(object)] { return session_.merge(object); });
  }
  template <class T>
  Awaitable<void> refresh(Ref<T> object, Changes changes = Changes::keep) {
    return job([this, object = std::move(object), changes] { session_.refresh(object, changes); });
  }
  template <auto P, class T>
  Awaitable<void> prefetch(std::vector<Ref<T>> owners) {
    return job([this, owners = std::move(owners)] { session_.prefetch<P>(owners); });
  }
  Awaitable<void> commit() {
    return job([this] { session_.commit(); });
  }
  Awaitable<void> rollback() {
    return job([this] { session_.rollback(); });
  }
  // fn(Session&) as one job: relationships load themselves in it, flush and savepoints are allowed;
  // what it leaves flushed and uncommitted is rolled back (UsageError).
  template <class F>
  auto run(F fn) {
    return job([this, fn = std::move(fn)]() mutable { return detail::run_in(session_, fn); });
  }

  // For use in a job of the executor, or where nothing needs to be loaded.
  [[nodiscard]] Session& sync() noexcept { return session_; }

 private:
  static SessionOptions without_lazy_loads(SessionOptions options) {
    options.forbid_lazy_loads = true;
    options.autoflush = false;  // would hold the writer over a suspension
    return options;
  }
  Session session_;
  Executor* executor_;
  std::stop_token stop_;
};

}  // namespace kindred
