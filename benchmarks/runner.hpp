// Runs workloads: the contenders take turns, each repetition begins with another one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slot.hpp"
#include "workload.hpp"

namespace kindred::bench {

// Of one contender in one workload.
struct Measurement {
  const Slot* slot = nullptr;
  std::vector<double> nanoseconds;  // an operation, of each repetition
};

[[nodiscard]] double median(std::vector<double> values);
// The median of the ratios of each repetition: what slows the whole machine for a while slows both.
[[nodiscard]] double ratio(const std::vector<double>& above, const std::vector<double>& below);
[[nodiscard]] inline double ratio(const Measurement& above, const Measurement& below) {
  return ratio(above.nanoseconds, below.nanoseconds);
}
// Nanoseconds since some moment.
[[nodiscard]] double now(Clock clock);

// Thrown between repetitions after request_stop().
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// For signal handlers.
void request_stop() noexcept;
// Throws Stopped where it was requested.
void check_stop();

// Parallel to `slots`. Throws Mismatch where a contender got something wrong.
[[nodiscard]] std::vector<Measurement> measure(Workload& workload, const std::vector<Slot*>& slots,
                                               int repetitions);

}  // namespace kindred::bench

// All that is measured happens inside this function, so that tools that count instructions can be
// told to look at it alone (benchmarks/instructions does).
extern "C" void kindred_bench_measured(kindred::bench::Workload* workload,
                                       kindred::bench::Contender* contender);
