// What concerns more than one column stands in table_args, or in the list of an imperative mapping:
//
//   static constexpr auto table_args = std::tuple{
//       unique_together("album_id", "position"),
//       index_on("artist", "title"),
//       check("positive", [] { return field<&Track::seconds> > 0; }),
//       foreign_key_together("film_id", "format").references<Copy>().deletes(on_delete::cascade),
//       validates<&Track::title>(check_title)};
//
// Columns are named by text; Registry checks every name while compiling. Primary keys of several
// columns need nothing here: give each column `primary_key`.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "kindred/catalog.hpp"
#include "kindred/detail/type_name.hpp"

namespace kindred {

namespace detail {

template <std::size_t N>
struct UniqueTogether {
  std::array<std::string_view, N> columns;
};
template <std::size_t N>
struct IndexOn {
  std::array<std::string_view, N> columns;
};

template <class F>
struct CheckConstraint {
  std::string_view name;
  F condition;
};

template <std::size_t N>
struct ForeignKeyTogether {
  std::array<std::string_view, N> columns;
  TypeId entity = 0;
  std::string_view entity_name{};
  std::string_view table{};
  std::array<std::string_view, N> referenced{};
  bool to_primary_key = true;
  OnDelete action = OnDelete::no_action;

  // The primary key of E, in its order.
  template <class E>
  constexpr ForeignKeyTogether references() const {
    ForeignKeyTogether out = *this;
    out.entity = type_id<E>;
    out.entity_name = plain_type_name<E>;
    return out;
  }
  // Columns of E that are its primary key or unique together, one for each.
  template <class E, std::size_t... M>
  requires(sizeof...(M) == N) constexpr ForeignKeyTogether
      references(const char (&... names)[M]) const {
    ForeignKeyTogether out = references<E>();
    out.referenced = {std::string_view(names, M - 1)...};
    out.to_primary_key = false;
    return out;
  }
  // By the table's name.
  template <std::size_t T>
  constexpr ForeignKeyTogether references(const char (&name)[T]) const {
    ForeignKeyTogether out = *this;
    out.table = std::string_view(name, T - 1);
    return out;
  }
  constexpr ForeignKeyTogether deletes(OnDelete what) const {
    ForeignKeyTogether out = *this;
    out.action = what;
    return out;
  }
};

template <auto P, class F>
struct Validates {
  F function;
};

}  // namespace detail

template <std::size_t N, std::size_t... More>
consteval auto unique_together(const char (&column)[N], const char (&... more)[More]) {
  return detail::UniqueTogether<1 + sizeof...(More)>{
      {std::string_view(column, N - 1), std::string_view(more, More - 1)...}};
}
template <std::size_t N, std::size_t... More>
consteval auto index_on(const char (&column)[N], const char (&... more)[More]) {
  return detail::IndexOn<1 + sizeof...(More)>{
      {std::string_view(column, N - 1), std::string_view(more, More - 1)...}};
}
// A foreign key of several columns: say next what it references, and what a delete there does.
template <std::size_t N, std::size_t... More>
consteval auto foreign_key_together(const char (&column)[N], const char (&... more)[More]) {
  return detail::ForeignKeyTogether<1 + sizeof...(More)>{
      {std::string_view(column, N - 1), std::string_view(more, More - 1)...}};
}
// `condition` takes nothing and returns a Condition on this entity (or a base of it). A row passes
// unless the condition is false. Without a name the constraint is ck_<table>_<n>.
template <class F>
requires std::invocable<const F&>
constexpr auto check(F condition) { return detail::CheckConstraint<F>{{}, condition}; }
template <std::size_t N, class F>
constexpr auto check(const char (&name)[N], F condition) {
  return detail::CheckConstraint<F>{std::string_view(name, N - 1), condition};
}
// function(value) throws ValidationError for a value of that column that is no good.
template <auto P, class F>
constexpr auto validates(F function) {
  return detail::Validates<P, F>{function};
}

}  // namespace kindred
