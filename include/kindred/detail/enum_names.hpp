// The names of an enumeration's values, read off the compiler's spelling of them: one instantiation
// per enumeration, whose text is taken apart at run time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/mapping_codec.hpp"

namespace kindred::detail {

template <auto... Values>
std::string_view pretty_values() {
  return __PRETTY_FUNCTION__;
}

// Only an enumeration with a fixed underlying type can be initialised with {0}, and only there is
// every value of the scan below a valid one.
template <class E>
inline constexpr bool has_fixed_underlying = requires {
  E{0};
};

template <class E>
constexpr std::int64_t scan_first() {
  return std::is_signed_v<std::underlying_type_t<E>> ? -128 : 0;
}
template <class E>
constexpr std::int64_t scan_last() {
  return sizeof(E) == 1 && std::is_signed_v<std::underlying_type_t<E>> ? 127 : 255;
}
template <class E>
constexpr unsigned scan_bits() {  // single bits above 255
  return sizeof(E) == 1
             ? 0
             : static_cast<unsigned>(std::numeric_limits<std::underlying_type_t<E>>::digits) - 8;
}

// `text` holds "Values = {Color::red, (Color)1, ...}", or <...>; value(i) tells what stands at
// place i. Names of template arguments and unnamed namespaces bring brackets and commas of their
// own.
template <class ValueAt>
void split_names(std::string_view text, ValueAt value, std::vector<EnumName>& out) {
  const std::size_t open = text.find("Values = ");
  if (open == text.npos) return;
  text.remove_prefix(open + 10);  // the bracket too
  int depth = 0;
  std::size_t place = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size() && depth >= 0; ++i) {
    const char c = text[i];
    const bool closes = c == '>' || c == ')' || c == '}';
    if ((c == ',' && depth == 0) || (closes && depth == 0)) {
      const std::string_view name = last_name(text.substr(begin, i - begin));
      const bool number = name.empty() || (name.front() >= '0' && name.front() <= '9');
      if (!number) out.push_back({value(place), std::string(name)});
      ++place;
      begin = i + 1;
    }
    depth += c == '<' || c == '(' || c == '{' ? 1 : closes ? -1 : 0;
  }
}

template <class E, std::size_t... I, std::size_t... B>
std::string_view scan_text(std::index_sequence<I...>, std::index_sequence<B...>) {
  return pretty_values<static_cast<E>(static_cast<std::int64_t>(I) + scan_first<E>())...,
                       static_cast<E>(std::uint64_t{1} << (B + 8))...>();
}

template <class E>
std::vector<EnumName> names_of() {
  std::vector<EnumName> out;
  if constexpr (!std::is_same_v<decltype(enum_names<E>), const std::nullptr_t>) {
    for (const auto& [value, name] : enum_names<E>)
      out.push_back({static_cast<std::int64_t>(value), std::string(name)});
  } else {
    static_assert(has_fixed_underlying<E>,
                  "an enumeration in a column needs a fixed underlying type (enum Color : int, or "
                  "enum class), or a specialisation of kindred::enum_names");
    if constexpr (has_fixed_underlying<E>) {
      constexpr auto count = static_cast<std::size_t>(scan_last<E>() - scan_first<E>() + 1);
      split_names(
          scan_text<E>(std::make_index_sequence<count>{},
                       std::make_index_sequence<scan_bits<E>()>{}),
          [](std::size_t place) {
            return place < count
                       ? static_cast<std::int64_t>(place) + scan_first<E>()
                       : static_cast<std::int64_t>(std::uint64_t{1} << (place - count + 8));
          },
          out);
    }
  }
  return out;
}

}  // namespace kindred::detail
