#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <thread>

#include "kindred/storage.hpp"

namespace kindred::storage {
namespace {

constexpr int most_tries = 10;
constexpr std::chrono::microseconds first_pause{5'000};
constexpr std::chrono::microseconds longest_pause{1'000'000};

// Full jitter: anything between nothing and twice as long each time.
void pause_before(int next_try) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto longest = std::min(longest_pause, first_pause * (1 << (next_try - 2)));
  std::uniform_int_distribution<std::chrono::microseconds::rep> any(0, longest.count());
  std::this_thread::sleep_for(std::chrono::microseconds(any(random)));
}

}  // namespace

void update(Storage& storage, const BeginOptions& options, FunctionRef<void(Writer&)> fn) {
  for (int tries = 1;; ++tries) {
    // A begin that gave up has waited as long as was asked for: not for another try.
    bool begun = false;
    try {
      const std::unique_ptr<Writer> writer = storage.begin(options);
      begun = true;
      fn(*writer);
      writer->commit();
      return;
    } catch (const Error& failure) {
      if (!failure.retryable() || tries == most_tries) throw;
      if (!begun && failure.code() == ErrorCode::busy) throw;
      storage.prepare_retry(failure);
    }
    pause_before(tries + 1);
  }
}

}  // namespace kindred::storage
