// The facts of one mapped member, from its type and options.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "kindred/detail/fact_records.hpp"
#include "kindred/detail/option_traits.hpp"
#include "kindred/detail/probe.hpp"

namespace kindred::detail {

constexpr void explicit_type(ExplicitType& to, const text&) { to.kind = ExplicitType::Kind::text; }
constexpr void explicit_type(ExplicitType& to, const decimal& o) {
  to = {ExplicitType::Kind::decimal, o.precision, o.scale};
}
constexpr void explicit_type(ExplicitType& to, const JsonOption&) {
  to.kind = ExplicitType::Kind::json;
}
template <class O>
constexpr void explicit_type(ExplicitType&, const O&) {}

template <class V>
constexpr Unset unset_of(TypeCode code) {
  if (is_optional<V>) return Unset::natural;
  switch (code) {
    case TypeCode::datetime:
    case TypeCode::instant:
    case TypeCode::day:
    case TypeCode::uuid:
    case TypeCode::text:
    case TypeCode::json: return Unset::natural;
    default:
      return code >= TypeCode::int8 && code <= TypeCode::uint64 ? Unset::sequence_key : Unset::none;
  }
}

template <class T, ExplicitType X>
consteval bool check_column() {
  if constexpr (is_fixed<T, X>()) {
    return true;
  } else {
    return check_storable<T>();
  }
}

template <class V, auto... Options>
consteval FieldFacts column_facts() {
  using T = WithoutOptional<V>;
  static_assert(!is_optional<T>, "an optional of an optional cannot be a column");
  static_assert(std::is_default_constructible_v<V>,
                "a column's type needs a default constructor: entities are made first and filled "
                "then");
  constexpr ExplicitType wanted = [] {
    ExplicitType x;
    (explicit_type(x, Options), ...);
    return x;
  }();
  constexpr bool fits = explicit_fits<T, wanted>();
  constexpr ExplicitType used = fits ? wanted : ExplicitType{};
  FactsBuilder builder;
  FieldFacts& facts = builder.facts;
  facts.is_column = true;
  facts.nullable = is_optional<V>;
  facts.wanted = wanted;
  facts.explicit_fits = fits;
  facts.cpp_type = type_id<T>;
  facts.cpp_name = plain_type_name<T>;
  if constexpr (check_column<T, used>()) {
    facts.type = facts_of_type<T, used>();
    facts.codec = ColumnCodec<V, used>::codec();
    facts.make_type = &ColumnCodec<V, used>::type;
  }
  facts.unset = unset_of<V>(facts.type.code);
  (OptionTraits<Options>::add(builder), ...);
  (OptionTraits<Options>::template bind<V, used>(facts), ...);
  return facts;
}

// One variable for each distinct kind of member: the same Mapped<...> in many entities is described
// once.
template <class Field>
inline constexpr FieldFacts facts_of = Field::describe();

}  // namespace kindred::detail
