// Which line of which file asked for the n-th change of a ChangeSet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kindred/error.hpp"

namespace kindred::tool {

// Kept as runs of consecutive lines, so that a plain file costs one entry whatever its length.
class LineMap {
 public:
  void clear();
  // The next change comes from this line. Calls with one file in a row are cheapest.
  void add(const std::string& file, std::uint64_t line);
  // "file:line" of a change; empty where it is unknown.
  [[nodiscard]] std::string where(std::uint64_t position) const;
  // Where all changes come from: "file:first-last"; empty where there are several files. What an
  // action of the store changed has no line of its own, only this.
  [[nodiscard]] std::string span() const;
  // Changes added.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  struct Run {
    std::uint64_t first = 0;  // position
    std::size_t file = 0;
    std::uint64_t line = 0;
    std::uint64_t step = 1;  // lines from one change to the next: 0 where one line makes many
  };
  std::vector<std::string> files_;
  std::vector<Run> runs_;
  std::uint64_t size_ = 0;
  std::uint64_t last_line_ = 0;
};

// Every violation on a line of its own: "file:line: table.column: rule". At most 20.
[[nodiscard]] std::string describe(const IntegrityError& error, const LineMap& lines);

}  // namespace kindred::tool
