#include "tools/kindred/csv.hpp"

namespace kindred::tool {

void append_csv(std::string& out, std::span<const SeparatedCell> cells) {
  bool first = true;
  for (const SeparatedCell& cell : cells) {
    if (!first) out += ',';
    first = false;
    if (cell.null) continue;
    if (!cell.text.empty() && cell.text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out += cell.text;
      continue;
    }
    out += '"';
    for (const char c : cell.text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

std::string tsv_cell(const SeparatedCell& cell) {
  if (cell.null) return "\\N";
  std::string out;
  for (const char c : cell.text) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\\': out += "\\\\"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace kindred::tool
