#include "tools/kindred/interrupt.hpp"

#include <atomic>
#include <csignal>

#include "kindred/error.hpp"

namespace kindred::tool {
namespace {

std::atomic<bool> asked_to_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

}  // namespace

extern "C" {
static void stop_handler(int) { asked_to_stop.store(true); }
}

void install_signal_handlers() {
  struct sigaction stop {};
  stop.sa_handler = stop_handler;
  stop.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: reads must return
  sigemptyset(&stop.sa_mask);
  sigaction(SIGINT, &stop, nullptr);
  sigaction(SIGTERM, &stop, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigemptyset(&ignore.sa_mask);
  sigaction(SIGPIPE, &ignore, nullptr);
}

bool interrupted() noexcept { return asked_to_stop.load(std::memory_order_relaxed); }

void check_interrupted() {
  if (interrupted()) throw Error(ErrorCode::cancelled, "interrupted; nothing more was written");
}

}  // namespace kindred::tool
