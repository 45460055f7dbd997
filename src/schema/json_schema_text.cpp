// Names and titles in JSON Schema.
#include "schema/json_schema.hpp"
#include "schema/scalar_text.hpp"
#include "schema/utf8_text.hpp"

namespace kindred::schema::detail {
namespace {

bool is_name_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

}  // namespace

// As Python's str.title(): a letter behind another one is small, the first of several large.
std::string title_of(std::string_view name) {
  std::string out;
  bool is_inside = false;
  while (!name.empty()) {
    const std::string_view letter = name.substr(0, utf8_length(name.front()));
    name.remove_prefix(letter.size());
    const std::string lower = to_lower(letter);
    const std::string upper = to_upper(letter);
    out += letter == "_" ? " " : is_inside ? lower : upper;
    is_inside = lower != upper;
  }
  return std::string(strip(out));
}

std::string definition_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '.') {
      out += "__";
    } else {
      out += is_name_character(c) ? c : '_';
    }
  }
  return out;
}

}  // namespace kindred::schema::detail
