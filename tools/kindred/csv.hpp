// Comma- and tab-separated values.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kindred::tool {

struct SeparatedCell {
  std::string_view text;
  bool null = false;
};

// One record of RFC 4180, ended by CR LF. Null is an empty field, the empty text is "".
void append_csv(std::string& out, std::span<const SeparatedCell> cells);
// A cell of tab-separated values: tab, line feed, carriage return and backslash are \t, \n, \r and
// \\; null is \N.
[[nodiscard]] std::string tsv_cell(const SeparatedCell& cell);

}  // namespace kindred::tool
