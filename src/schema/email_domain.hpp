// The part of an e-mail address after the @, and how characters are named in messages about it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "src/schema/utf8_text.hpp"

namespace kindred::schema::detail {

// Checks a domain and gives it in ASCII and in Unicode, in lower case. Returns why it is none;
// empty on success. Precondition: UTF-8.
std::string parse_email_domain(std::string_view domain, std::string& ascii, std::string& unicode);

// Whether no address can end in this label: "test", "local" and others.
bool is_reserved_top(std::string_view label) noexcept;

// A character in quotes where it can be seen, else as "U+0000".
std::string shown_character(char32_t c);

// Every character of the text once for which `is_bad(character, whether it is the first)`, as
// shown_character has it, sorted and joined with commas; empty where there is none.
template <class IsBad>
std::string list_characters(std::string_view text, IsBad is_bad) {
  std::vector<std::string> found;
  for (bool is_first = true; !text.empty(); is_first = false) {
    const char32_t c = take_code_point(text);
    if (is_bad(c, is_first)) found.push_back(shown_character(c));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::string out;
  for (const std::string& character : found) {
    if (!out.empty()) out += ", ";
    out += character;
  }
  return out;
}

// Why the text has characters that cannot be seen or that belong to one before; empty where it has
// none.
std::string check_unsafe(std::string_view text, bool allows_space);

// Whether the text has more code points than `limit`.
bool code_points_beyond(std::string_view text, std::size_t limit) noexcept;

}  // namespace kindred::schema::detail
