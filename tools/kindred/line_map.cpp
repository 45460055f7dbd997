#include "tools/kindred/line_map.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/kindred/text.hpp"

namespace kindred::tool {

void LineMap::clear() { *this = LineMap(); }

void LineMap::add(const std::string& file, std::uint64_t line) {
  const bool same_file = !files_.empty() && files_.back() == file;
  if (!same_file) files_.push_back(file);
  bool continues = false;
  if (same_file) {
    Run& run = runs_.back();
    const std::uint64_t in_run = size_ - run.first;
    const std::uint64_t step = line - last_line_;
    if (in_run == 1 && step <= 1) run.step = step;
    continues = step == run.step;
  }
  if (!continues) runs_.push_back({size_, files_.size() - 1, line, 1});
  last_line_ = line;
  ++size_;
}

std::string LineMap::where(std::uint64_t position) const {
  if (position >= size_) return {};
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), position,
                       [](std::uint64_t wanted, const Run& run) { return wanted < run.first; });
  const Run& run = *(after - 1);
  return fmt::format("{}:{}", files_[run.file], run.line + (position - run.first) * run.step);
}

std::string LineMap::span() const {
  if (files_.size() != 1) return {};
  const std::uint64_t first = runs_.front().line;
  return first == last_line_ ? fmt::format("{}:{}", files_.front(), first)
                             : fmt::format("{}:{}-{}", files_.front(), first, last_line_);
}

namespace {

std::string describe(const Violation& violation, const LineMap& lines) {
  std::string out = lines.where(violation.position);
  if (out.empty()) out = lines.span();
  if (!out.empty()) out += ": ";
  out += violation.table;
  if (violation.columns.size() == 1) {
    out += "." + violation.columns.front();
  } else if (!violation.columns.empty()) {
    out += fmt::format(".({})", fmt::join(violation.columns, ", "));
  }
  if (!violation.key.empty()) out += fmt::format(" of {}", violation.key);
  out += ": ";
  if (!violation.detail.empty()) out += violation.detail;
  out += fmt::format("{}({}{}{})", violation.detail.empty() ? "" : " ", to_string(violation.code),
                     violation.constraint.empty() ? "" : " ", violation.constraint);
  return out;
}

}  // namespace

std::string describe(const IntegrityError& error, const LineMap& lines) {
  constexpr std::size_t shown = 20;
  std::string out;
  const std::size_t count = std::min(shown, error.violations().size());
  for (std::size_t i = 0; i < count; ++i)
    out += (out.empty() ? "" : "\n") + describe(error.violations()[i], lines);
  if (error.total() > count) out += fmt::format("\nand {} more", grouped(error.total() - count));
  return out;
}

}  // namespace kindred::tool
