#include "schema/alias_generators.hpp"

#include <algorithm>

namespace kindred::schema::detail {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_lower(c) || is_upper(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Letters that begin a word large, the others small; any other character ends a word.
std::string titled(std::string_view name) {
  std::string out;
  bool in_word = false;
  for (const char c : name) {
    out += in_word ? lower(c) : upper(c);
    in_word = is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
  }
  return out;
}

// Begins small, has letters and digits only, and no small letter behind a digit.
bool is_camel(std::string_view name) {
  if (name.empty() || !is_lower(name.front())) return false;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (!is_letter(name[i]) && !is_digit(name[i])) return false;
    if (is_digit(name[i - 1]) && is_lower(name[i])) return false;
  }
  return true;
}

// With '_' between neighbours that `splits` accepts.
template <class Splits>
std::string split(std::string_view name, Splits splits) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    out += name[i];
    if (i + 1 < name.size() && splits(i)) out += '_';
  }
  return out;
}

}  // namespace

std::string to_pascal(std::string_view name) {
  const std::string words = titled(name);
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool joins = words[i] == '_' && i != 0 && i + 1 < words.size() &&
                       (is_letter(words[i - 1]) || is_digit(words[i - 1])) &&
                       (is_upper(words[i + 1]) || is_digit(words[i + 1]));
    if (!joins) out += words[i];
  }
  return out;
}

std::string to_camel(std::string_view name) {
  if (is_camel(name)) return std::string(name);
  std::string out = to_pascal(name);
  const auto first = std::find_if(out.begin(), out.end(), [](char c) { return c != '_'; });
  if (first != out.end()) *first = lower(*first);
  return out;
}

std::string to_snake(std::string_view name) {
  // "HTMLText": the last of several large letters begins the next word.
  const std::string words = split(name, [&](std::size_t i) {
    return i + 2 < name.size() && is_upper(name[i]) && is_upper(name[i + 1]) &&
           is_lower(name[i + 2]);
  });
  std::string out = split(words, [&](std::size_t i) {
    const char left = words[i];
    const char right = words[i + 1];
    return (is_lower(left) && (is_upper(right) || is_digit(right))) ||
           (is_digit(left) && is_upper(right));
  });
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c == '-' ? '_' : lower(c); });
  return out;
}

}  // namespace kindred::schema::detail
