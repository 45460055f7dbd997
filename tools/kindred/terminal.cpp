#include "tools/kindred/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace kindred::tool {
namespace {

bool color_wanted(ColorMode color, bool terminal) {
  if (color != ColorMode::automatic) return color == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  return terminal && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

Terminal detect_terminal(ColorMode color) {
  Terminal out;
  out.output = ::isatty(STDOUT_FILENO) == 1;
  out.error = ::isatty(STDERR_FILENO) == 1;
  out.color_output = color_wanted(color, out.output);
  out.color_error = color_wanted(color, out.error);
  winsize size{};
  const int where = out.output ? STDOUT_FILENO : STDERR_FILENO;
  if (::ioctl(where, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col > 0) out.width = size.ws_col;
    if (size.ws_row > 0) out.height = size.ws_row;
  }
  return out;
}

}  // namespace kindred::tool
