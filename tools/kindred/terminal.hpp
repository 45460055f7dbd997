// What the command may assume about the terminal it writes to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kindred::tool {

enum class ColorMode : std::uint8_t { automatic, always, never };

struct Terminal {
  bool output = false;  // standard output is a terminal
  bool error = false;   // standard error is
  bool color_output = false;
  bool color_error = false;
  std::size_t width = 80;
  std::size_t height = 24;
};

// NO_COLOR and TERM=dumb count only where `color` is automatic.
[[nodiscard]] Terminal detect_terminal(ColorMode color);

}  // namespace kindred::tool
