// Text as a template argument, and the names of types and members as the compiler spells them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kindred::detail {

// A string literal that can be a template argument.
template <std::size_t N>
struct FixedText {
  char at[N]{};
  consteval FixedText() = default;
  consteval FixedText(const char (&text)[N]) { std::copy_n(text, N, at); }
  [[nodiscard]] constexpr std::string_view view() const { return {at, N - 1}; }
  [[nodiscard]] constexpr std::size_t size() const { return N - 1; }
  friend constexpr bool operator==(const FixedText&, const FixedText&) = default;
};

// Searches are written out: under -fsanitize=undefined g++ 12 does not evaluate
// string_view::find(char) on __PRETTY_FUNCTION__ as a constant.
constexpr std::size_t position(std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i + what.size() <= text.size(); ++i) {
    std::size_t same = 0;
    while (same < what.size() && text[i + same] == what[same]) ++same;
    if (same == what.size()) return i;
  }
  return text.size();
}

template <class T>
constexpr std::string_view pretty_type() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(position(text, "T = ") + 4);
  const std::size_t end = position(text, "; std::string_view");  // g++ explains its aliases
  return text.substr(0, end == text.size() ? text.size() - 1 : end);
}
// As the compiler at hand spells it: for messages, never for the store.
template <class T>
inline constexpr std::string_view type_name = pretty_type<T>();

constexpr bool is_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
// Without template arguments and enclosing scopes: the same on every compiler.
constexpr std::string_view plain_name(std::string_view text) {
  if (!text.empty() && text.back() == '>') {
    int depth = 0;
    while (!text.empty()) {
      const char c = text.back();
      text.remove_suffix(1);
      depth += c == '>' ? 1 : c == '<' ? -1 : 0;
      if (depth == 0) break;
    }
  }
  std::size_t begin = text.size();
  while (begin > 0 && is_identifier(text[begin - 1])) --begin;
  return text.substr(begin);
}
template <class T>
inline constexpr std::string_view plain_type_name = plain_name(type_name<T>);

// Identity of a type in constant evaluation: a hash of its name. Not the address of a variable:
// under -fsanitize=undefined g++ 12 does not compare the addresses of two inline variables there.
using TypeId = std::uint64_t;
constexpr TypeId hash_text(std::string_view text) {
  TypeId hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}
template <class T>
inline constexpr TypeId type_id = hash_text(type_name<T>);

// The last name of what a template argument `...::name` or `...object.base.name` refers to.
constexpr std::string_view last_name(std::string_view text) {
  text = text.substr(0, position(text, "; std::string_view"));
  while (!text.empty() && !is_identifier(text.back())) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_identifier(text[begin - 1])) --begin;
  return text.substr(begin);
}
template <auto P>
constexpr std::string_view pretty_member() {
  return last_name(__PRETTY_FUNCTION__);
}
// "username" for &User::username.
template <auto P>
inline constexpr std::string_view member_name = pretty_member<P>();

template <class M>
struct MemberPointer;
template <class C, class M>
struct MemberPointer<M C::*> {
  using entity = C;
  using member = M;
};

}  // namespace kindred::detail
