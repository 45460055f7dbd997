#include "tools/kindred/text.hpp"

#include <fmt/format.h>
#include <wchar.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "kindred/detail/spelling.hpp"

namespace kindred::tool {
namespace {

struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The code point at the front of `text`, which is not empty. Overlong forms are left to the store,
// which holds none.
Decoded decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1, true};
  std::size_t length = 0;
  char32_t code = 0;
  if ((first & 0xE0U) == 0xC0U) {
    length = 2;
    code = first & 0x1FU;
  } else if ((first & 0xF0U) == 0xE0U) {
    length = 3;
    code = first & 0x0FU;
  } else if ((first & 0xF8U) == 0xF0U) {
    length = 4;
    code = first & 0x07U;
  }
  if (length == 0 || text.size() < length) return {first, 1, false};
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {first, 1, false};
    code = (code << 6U) | (next & 0x3FU);
  }
  return {code, length, true};
}

std::size_t width_of(const Decoded& d) {
  if (!d.valid) return 1;
  const int width = ::wcwidth(static_cast<wchar_t>(d.code));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

bool drives_terminal(const Decoded& d) {
  if (!d.valid) return true;
  const char32_t c = d.code;
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F || c == 0x061C ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const Decoded d = decode(utf8);
    width += width_of(d);
    utf8.remove_prefix(d.bytes);
  }
  return width;
}

std::string shorten(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  if (columns == 0) return {};
  std::string out;
  std::size_t width = 1;  // of the ellipsis
  while (!utf8.empty()) {
    const Decoded d = decode(utf8);
    width += width_of(d);
    if (width > columns) break;
    out += utf8.substr(0, d.bytes);
    utf8.remove_prefix(d.bytes);
  }
  return out + "\u2026";
}

std::string escape_controls(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const Decoded d = decode(utf8);
    if (!drives_terminal(d)) {
      out += utf8.substr(0, d.bytes);
    } else if (d.code == '\n') {
      out += "\\n";
    } else if (d.code == '\r') {
      out += "\\r";
    } else if (d.code == '\t') {
      out += "\\t";
    } else {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(d.code));
    }
    utf8.remove_prefix(d.bytes);
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string nearest(std::string_view name, std::span<const std::string> names) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : names) {
    const std::size_t d = detail::edit_distance(name, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace kindred::tool
