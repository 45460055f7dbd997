#include "kindred/executor.hpp"

#include "kindred/async.hpp"
#include "session/core.hpp"

namespace kindred {

ThreadExecutor::ThreadExecutor() : thread_([this] { run(); }) {}

ThreadExecutor::~ThreadExecutor() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ThreadExecutor::post(std::function<void()> job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void ThreadExecutor::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace kindred

namespace kindred::detail {

using session::Core;
using session::core_of;
using session::Use;

Executor* executor_of(const State& s) noexcept {
  const Core* core = core_of(s);
  return core == nullptr ? nullptr : core->executor;
}

std::stop_token stop_token_of(const State& s) noexcept {
  const Core* core = core_of(s);
  return core == nullptr ? std::stop_token() : core->stop;
}

bool is_loaded_slot(const RelationshipSlot& r) {
  const State& s = session::live_owner(r);
  return is_loaded(s, session::link_of(r).name);
}

void load_slot(const RelationshipSlot& r) {
  State& s = session::live_owner(r);
  Core* core = core_of(s);
  const Link& l = session::link_of(r);
  if (core != nullptr && s.life == Life::persistent) {
    const Use use(core);
    State* const one[]{&s};
    core->prefetch(l, one);
    core->finish_loading();
  } else if (l.many) {
    (void)read_many(r);
  } else {
    (void)read_one(r);
  }
}

void set_executor(Core& core, Executor* executor, std::stop_token stop) {
  core.executor = executor;
  core.stop = std::move(stop);
}

void throw_cancelled() {
  throw Error(ErrorCode::cancelled, "the awaited call was cancelled before it began");
}

void require_no_writer(Session& session) {
  if (!session.core().in_transaction()) return;
  session.rollback();
  throw UsageError(
      "run(): the function left flushed work uncommitted: commit or roll back in it, because the "
      "store's writer cannot be kept over a suspension");
}

}  // namespace kindred::detail
