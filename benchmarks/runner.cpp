#include "runner.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <utility>

extern "C" [[gnu::noinline]] void kindred_bench_measured(kindred::bench::Workload* workload,
                                                         kindred::bench::Contender* contender) {
  workload->run(*contender);
}

namespace kindred::bench {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

}  // namespace

double now(Clock clock) {
  struct timespec at {};
  ::clock_gettime(clock == Clock::cpu ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &at);
  return static_cast<double>(at.tv_sec) * 1e9 + static_cast<double>(at.tv_nsec);
}

void request_stop() noexcept { stop_requested = 1; }
void check_stop() {
  if (stop_requested != 0) throw Stopped("stopped");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double ratio(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < above.size(); ++i) ratios.push_back(above[i] / below[i]);
  return median(std::move(ratios));
}

std::vector<Measurement> measure(Workload& workload, const std::vector<Slot*>& slots,
                                 int repetitions) {
  std::vector<Measurement> out(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) out[i].slot = slots[i];
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t turn = 0; turn < slots.size(); ++turn) {
      check_stop();
      const std::size_t i = (turn + static_cast<std::size_t>(repetition)) % slots.size();
      Slot& slot = *slots[i];
      workload.before(slot);
      const double start = now(workload.clock());
      kindred_bench_measured(&workload, &slot.contender());
      const double spent = now(workload.clock()) - start;
      workload.after(slot, repetition + 1 == repetitions);
      out[i].nanoseconds.push_back(spent / static_cast<double>(workload.operations()));
    }
  }
  return out;
}

}  // namespace kindred::bench
