// Records as an aligned table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/kindred/output.hpp"

namespace kindred::tool {

enum class Align : std::uint8_t { left, right };

struct Heading {
  std::string name;
  Align align = Align::left;
};

struct TableStyle {
  std::size_t width = 0;  // of the screen, 0: never cut
  bool color = false;
};

// Widths are taken from the first rows; later ones that are wider are cut on a screen, and push the
// rest of their line to the right elsewhere.
class TablePrinter {
 public:
  struct Cell {
    std::string text;  // without control characters
    bool null = false;
  };

  TablePrinter(Output& output, std::vector<Heading> headings, TableStyle style);
  void add(std::vector<Cell> row);
  // Of a screen on which so many columns can be told apart.
  [[nodiscard]] static std::size_t least_width(std::size_t columns) noexcept;
  // Prints what is left. A table without rows prints nothing.
  void finish();

 private:
  void settle();
  void print(const std::vector<Cell>& row);
  void print_line(const std::vector<std::string>& texts, const std::vector<bool>& faint,
                  bool heading);

  Output& output_;
  std::vector<Heading> headings_;
  TableStyle style_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<Cell>> waiting_;
  bool settled_ = false;
};

}  // namespace kindred::tool
