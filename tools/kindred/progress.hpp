// A bar on standard error for what takes longer than a second. Nothing where that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kindred::tool {

enum class ShowProgress : std::uint8_t { no, yes };

class ProgressBar {
 public:
  ProgressBar(ShowProgress show, std::string unit) : show_(show), unit_(std::move(unit)) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `items` were done, which is `part` of `whole` (0: unknown). Redraws at most ten times a second.
  void update(std::uint64_t items, std::uint64_t part, std::uint64_t whole);
  // What goes on now, where no part of the whole is known.
  void phase(std::string_view text);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(const std::string& line);

  ShowProgress show_;
  std::string unit_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = start_;
  bool visible_ = false;
};

// The line that update() draws: "[####----]  50 %  1,000 rows  2,000/s  ETA 1s".
[[nodiscard]] std::string progress_line(std::uint64_t items, std::string_view unit,
                                        std::uint64_t part, std::uint64_t whole, double seconds);

}  // namespace kindred::tool
