// Where the blocking part of an awaited call runs. A program with an event loop supplies its own;
// ThreadExecutor is a small one of the library: one thread and a queue.
//
// Threads: post may be called from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace kindred {

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs the job once, soon, on a thread of the executor; jobs of one session one after the other
  // in order of posting. The job does not throw.
  virtual void post(std::function<void()> job) = 0;
};

class ThreadExecutor final : public Executor {
 public:
  ThreadExecutor();
  // Runs what was posted, then ends.
  ~ThreadExecutor() override;
  // Also while it ends: a job may post another.
  void post(std::function<void()> job) override;

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace kindred
