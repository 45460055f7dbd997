#include "engine/update_queue.hpp"

#include <algorithm>

namespace kindred::engine {

void UpdateQueue::run(Request& request, std::chrono::milliseconds deadline,
                      FunctionRef<void(std::span<Request* const>)> execute) {
  std::unique_lock lock(mutex_);
  std::vector<Request*> batch{&request};
  if (leading_ && leader_ == std::this_thread::get_id()) {
    // An update inside an update: the storage refuses the second writer of one thread.
    lock.unlock();
    execute(batch);
    if (request.error) std::rethrow_exception(request.error);
    return;
  }
  waiting_.push_back(&request);
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (leading_ && !request.taken && !request.done) {
    if (changed_.wait_until(lock, until) != std::cv_status::timeout) continue;
    if (request.taken || request.done || !leading_) break;
    std::erase(waiting_, &request);
    throw Error(ErrorCode::busy, "another thread of this process has been writing for " +
                                     std::to_string(deadline.count()) + " ms");
  }
  if (request.taken || request.done) {
    changed_.wait(lock, [&] { return request.done; });
  } else {
    leading_ = true;
    leader_ = std::this_thread::get_id();
    batch.swap(waiting_);
    waiting_.clear();
    for (Request* r : batch) r->taken = true;
    lock.unlock();
    execute(batch);
    lock.lock();
    for (Request* r : batch) r->done = true;
    leading_ = false;
    changed_.notify_all();
  }
  lock.unlock();
  if (request.error) std::rethrow_exception(request.error);
}

}  // namespace kindred::engine
