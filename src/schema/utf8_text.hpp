// Code points of text that is known to be UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kindred::schema::detail {

// The bytes that the code point beginning with `lead` takes.
constexpr std::size_t utf8_length(char lead) noexcept {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

// Takes a code point off the front. Precondition: not empty, UTF-8.
constexpr char32_t take_code_point(std::string_view& in) noexcept {
  const auto lead = static_cast<unsigned char>(in.front());
  const std::size_t n = utf8_length(in.front());
  char32_t point = n == 1 ? lead : lead & (0x7Fu >> n);
  for (std::size_t i = 1; i < n && i < in.size(); ++i) {
    point = point << 6 | (static_cast<unsigned char>(in[i]) & 0x3Fu);
  }
  in.remove_prefix(n < in.size() ? n : in.size());
  return point;
}

// Takes a code point off the end. Precondition: not empty, UTF-8.
constexpr char32_t take_last_code_point(std::string_view& in) noexcept {
  std::size_t at = in.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(in[at]) & 0xC0u) == 0x80u) --at;
  std::string_view last = in.substr(at);
  in = in.substr(0, at);
  return take_code_point(last);
}

inline void append_code_point(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  const unsigned lead = more == 1 ? 0xC0 : more == 2 ? 0xE0 : 0xF0;
  out += static_cast<char>(lead | c >> (6 * more));
  for (unsigned i = more; i-- > 0;) out += static_cast<char>(0x80u | (c >> (6 * i) & 0x3Fu));
}

// Unicode's White_Space.
constexpr bool is_space(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}
// As Python's str.isspace(): the separators of ASCII, too.
constexpr bool is_python_space(char32_t c) noexcept {
  return is_space(c) || (c >= 0x1C && c <= 0x1F);
}

template <class Predicate>
constexpr std::string_view trimmed(std::string_view text, Predicate is_blank) noexcept {
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_blank(take_code_point(rest))) break;
    text = rest;
  }
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_blank(take_last_code_point(rest))) break;
    text = rest;
  }
  return text;
}

}  // namespace kindred::schema::detail
