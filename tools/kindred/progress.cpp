#include "tools/kindred/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tools/kindred/text.hpp"

namespace kindred::tool {

std::string progress_line(std::uint64_t items, std::string_view unit, std::uint64_t part,
                          std::uint64_t whole, double seconds) {
  constexpr std::size_t cells = 30;
  const double rate = seconds > 0 ? static_cast<double>(items) / seconds : 0;
  const std::string tail =
      fmt::format("{} {}  {}/s", grouped(items), unit, grouped(static_cast<std::uint64_t>(rate)));
  if (whole == 0) return tail;
  const double share =
      std::min(1.0, static_cast<double>(part) / static_cast<double>(std::max(part, whole)));
  const auto full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string line =
      fmt::format("[{}{}] {:3} %  {}", std::string(full, '#'), std::string(cells - full, '-'),
                  static_cast<int>(share * 100), tail);
  if (share > 0) {
    const double left = seconds * (1 - share) / share;
    line += fmt::format("  ETA {}s", static_cast<std::uint64_t>(left + 0.5));
  }
  return line;
}

void ProgressBar::update(std::uint64_t items, std::uint64_t part, std::uint64_t whole) {
  if (show_ == ShowProgress::no) return;
  const auto now = Clock::now();
  if (now - start_ < std::chrono::seconds(1) || now - drawn_ < std::chrono::milliseconds(100))
    return;
  drawn_ = now;
  draw(progress_line(items, unit_, part, whole,
                     std::chrono::duration<double>(now - start_).count()));
}

void ProgressBar::phase(std::string_view text) {
  if (show_ == ShowProgress::yes && visible_) draw(std::string(text));
}

void ProgressBar::draw(const std::string& line) {
  visible_ = true;
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (!visible_) return;
  visible_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace kindred::tool
