// Concurrent updates of one store, gathered: whoever comes first leads and runs the updates of all
// that wait meanwhile in one storage commit. A durable commit costs its syncs once for all of them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "engine/writing.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/options.hpp"

namespace kindred::engine {

class UpdateQueue {
 public:
  struct Request {
    FunctionRef<void(std::unique_ptr<Writing>)> fn;
    Durability durability = Durability::committed;
    std::exception_ptr error = nullptr;
    bool taken = false;
    bool done = false;
  };
  // Runs the request on this thread or on that of a leader and throws what came of it. `execute`
  // runs a batch and notes errors in it; it does not throw. A request that no leader took by the
  // deadline is Error(busy).
  void run(Request& request, std::chrono::milliseconds deadline,
           FunctionRef<void(std::span<Request* const>)> execute);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request*> waiting_;
  bool leading_ = false;
  std::thread::id leader_;
};

}  // namespace kindred::engine
