// Structs that are not yours, mapped from outside:
//
//   template <>
//   inline constexpr auto kindred::mapping<Legacy> =
//       imperative("legacy", column<&Legacy::id>(primary_key),
//                  column<&Legacy::name>(max_length(40), unique),
//                  unique_together("name", "kind"));
//
// The struct may have constructors and private parts; it must be default-constructible, and the
// members named here public. Members that are not named are not stored. Same options, same
// table-level arguments, same descriptors and engine as for Mapped members.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "kindred/detail/type_name.hpp"
#include "kindred/mapping_tables.hpp"

namespace kindred {

namespace detail {

struct Unmapped {};

template <auto P, class... Options>
struct ColumnMapping {
  static constexpr auto member = P;
  std::tuple<Options...> options;
};
template <auto P>
struct ColumnMaker {
  static_assert(std::is_member_object_pointer_v<decltype(P)>,
                "column<&Struct::member> takes a pointer to a data member");
  template <class... Options>
  constexpr auto operator()(Options... options) const {
    return ColumnMapping<P, Options...>{std::tuple<Options...>{options...}};
  }
};

template <class... Items>
struct ImperativeMapping {
  std::string_view table;
  std::tuple<Items...> items;
};

}  // namespace detail

// Specialise it as above.
template <class E>
inline constexpr auto mapping = detail::Unmapped{};

// One column: column<&Legacy::id>(options...).
template <auto P>
inline constexpr detail::ColumnMaker<P> column{};

template <std::size_t N, class... Items>
constexpr auto imperative(const char (&table)[N], Items... items) {
  return detail::ImperativeMapping<Items...>{std::string_view(table, N - 1),
                                             std::tuple<Items...>{items...}};
}

}  // namespace kindred
