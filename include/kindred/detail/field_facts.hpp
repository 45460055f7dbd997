// What one mapped member says about itself: constant data for the Registry's checks, and functions
// for building catalogue and descriptor.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "kindred/detail/column_codec.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/mapping_options.hpp"

namespace kindred::detail {

// Whether a type has a value that means "not set", as insert_default needs.
enum class Unset : std::uint8_t { none, natural, sequence_key };

struct ForeignKeyFacts {
  bool present = false;
  std::string_view path;  // "users.id"; else entity and perhaps member
  TypeId entity = 0;
  std::string_view entity_name;
  std::string_view member;  // as in C++; empty: the primary key
  OnDelete action = OnDelete::no_action;
};

struct RelationFacts {
  TypeId target = 0;
  std::string_view target_name;
  bool collection = false;
  bool keyed = false;  // a map
  TypeId map_key = 0;
  std::string_view map_key_name;
  bool has_back = false;
  bool has_backref = false;
  bool has_using = false;
  bool has_secondary = false;
  bool has_through = false;
  bool has_keyed_by = false;
  bool has_order = false;
  bool single_parent = false;
  std::string_view back;
  std::string_view backref;
  std::string_view using_key;
  std::string_view secondary;
  TypeId through = 0;
  std::string_view through_name;
  std::string_view keyed_by;
  std::string_view order_by;
  direction order = direction::ascending;
  cascade cascades = cascade::save_update | cascade::merge;
  lazy loading = lazy::select;
};

struct FieldFacts {
  bool is_column = false;
  std::string_view misplaced;  // an option that belongs to the other kind of member
  // column
  bool primary_key = false;
  bool unique = false;
  bool indexed = false;
  bool nullable = false;
  bool has_max_length = false;
  bool has_insert_default = false;
  bool has_on_update = false;
  bool has_default = false;
  bool explicit_fits = true;
  std::uint32_t max_length = 0;
  ExplicitType wanted;
  TypeFacts type;
  TypeId cpp_type = 0;  // without optional
  std::string_view cpp_name;
  std::string_view column_name;  // empty: the member's
  Unset unset = Unset::none;
  ForeignKeyFacts foreign_key;
  RelationFacts relation;
  // at run time
  FieldCodec codec;                              // offset 0
  Type (*make_type)() = nullptr;                 // of a column
  Value (*make_default)() = nullptr;             // default_value
  void (*give_insert_default)(void*) = nullptr;  // to the member, where it is unset
  void (*give_on_update)(void*) = nullptr;       // to the member
};

// ---- sources of defaults

template <class F>
inline constexpr bool is_fixed_text = false;
template <std::size_t N>
inline constexpr bool is_fixed_text<FixedText<N>> = true;
template <class T>
inline constexpr bool is_sys_time = false;
template <class D>
inline constexpr bool is_sys_time<std::chrono::sys_time<D>> = true;

template <class F>
auto source_result(const F& source) {
  if constexpr (is_fixed_text<F>) {
    return std::string(source.view());
  } else if constexpr (std::invocable<const F&>) {
    return source();
  } else {
    return source;
  }
}
template <class V, class F>
using SourceResult = decltype(source_result(std::declval<const F&>()));
template <class V, class F>
constexpr bool can_give() {
  using R = SourceResult<V, F>;
  return (is_sys_time<WithoutOptional<V>> && is_sys_time<R>) || std::is_constructible_v<V, R>;
}
template <class V, class F>
V give(const F& source) {
  using R = SourceResult<V, F>;
  using T = WithoutOptional<V>;
  if constexpr (is_sys_time<T> && is_sys_time<R>) {
    return V(std::chrono::floor<typename T::duration>(source_result(source)));
  } else if constexpr (std::is_arithmetic_v<V> && std::is_arithmetic_v<R>) {
    return static_cast<V>(source_result(source));
  } else {
    return V(source_result(source));
  }
}

template <class V>
bool is_unset(const V& value) {
  if constexpr (is_optional<V>) {
    return !value.has_value();
  } else if constexpr (std::equality_comparable<V>) {
    return value == V{};
  } else {
    return false;
  }
}

// A template argument as a variable: texts in it can be referred to.
template <auto Option>
inline constexpr auto held_option = Option;

template <class V, auto Option>
void insert_default_into(void* member) {
  V& value = member_at<V>(member);
  if (is_unset(value)) value = give<V>(held_option<Option>.source);
}
template <class V, auto Option>
void on_update_into(void* member) {
  member_at<V>(member) = give<V>(held_option<Option>.source);
}
template <class V, ExplicitType X, auto Option>
Value default_as_value() {
  return to_value<V, X>(give<V>(held_option<Option>.source));
}

// ---- options into facts

struct FactsBuilder {
  FieldFacts facts;

  constexpr bool column(std::string_view option) {
    if (!facts.is_column) facts.misplaced = option;
    return facts.is_column;
  }
  constexpr bool relation(std::string_view option) {
    if (facts.is_column) facts.misplaced = option;
    return !facts.is_column;
  }

  constexpr void add(const PrimaryKeyOption&) {
    if (column("primary_key")) facts.primary_key = true;
  }
  constexpr void add(const UniqueOption&) {
    if (column("unique")) facts.unique = true;
  }
  constexpr void add(const IndexedOption&) {
    if (column("indexed")) facts.indexed = true;
  }
  constexpr void add(const max_length& o) {
    if (!column("max_length")) return;
    facts.has_max_length = true;
    facts.max_length = o.limit;
  }
  template <std::size_t N>
  constexpr void add(const column_name<N>& o) {
    if (column("column_name")) facts.column_name = o.name.view();
  }
  constexpr void add(const text& o) {
    if (!column("text")) return;
    facts.has_max_length = true;
    facts.max_length = o.limit;
  }
  constexpr void add(const decimal&) { column("decimal"); }
  constexpr void add(const JsonOption&) { column("json"); }
  template <class F>
  constexpr void add(const insert_default<F>&) {
    if (column("insert_default")) facts.has_insert_default = true;
  }
  template <class F>
  constexpr void add(const on_update<F>&) {
    if (column("on_update")) facts.has_on_update = true;
  }
  template <class F>
  constexpr void add(const default_value<F>&) {
    if (column("default_value")) facts.has_default = true;
  }
  template <std::size_t N>
  constexpr void add(const ForeignKeyPath<N>& o) {
    if (column("foreign_key")) facts.foreign_key = {true, o.path.view(), 0, {}, {}, o.action};
  }
  template <class E>
  constexpr void add(const ForeignKeyEntity<E>& o) {
    if (column("foreign_key"))
      facts.foreign_key = {true, {}, type_id<E>, plain_type_name<E>, {}, o.action};
  }

  template <std::size_t N>
  constexpr void add(const back_populates<N>& o) {
    if (!relation("back_populates")) return;
    facts.relation.has_back = true;
    facts.relation.back = o.name.view();
  }
  template <std::size_t N>
  constexpr void add(const backref<N>& o) {
    if (!relation("backref")) return;
    facts.relation.has_backref = true;
    facts.relation.backref = o.name.view();
  }
  template <std::size_t N>
  constexpr void add(const using_key<N>& o) {
    if (!relation("using_key")) return;
    facts.relation.has_using = true;
    facts.relation.using_key = o.name.view();
  }
  template <std::size_t N>
  constexpr void add(const keyed_by<N>& o) {
    if (!relation("keyed_by")) return;
    facts.relation.has_keyed_by = true;
    facts.relation.keyed_by = o.name.view();
  }
  template <std::size_t N>
  constexpr void add(const order_by<N>& o) {
    if (!relation("order_by")) return;
    facts.relation.has_order = true;
    facts.relation.order_by = o.name.view();
    facts.relation.order = o.way;
  }
  template <FixedText Name>
  constexpr void add(const SecondaryOption<Name>&) {
    if (!relation("secondary")) return;
    facts.relation.has_secondary = true;
    facts.relation.secondary = held_option<Name>.view();
  }
  template <class E>
  constexpr void add(const ThroughOption<E>&) {
    if (!relation("through")) return;
    facts.relation.has_through = true;
    facts.relation.through = type_id<E>;
    facts.relation.through_name = plain_type_name<E>;
  }
  constexpr void add(cascade o) {
    if (relation("cascade")) facts.relation.cascades = o;
  }
  constexpr void add(lazy o) {
    if (relation("lazy")) facts.relation.loading = o;
  }
  constexpr void add(const SingleParentOption&) {
    if (relation("single_parent")) facts.relation.single_parent = true;
  }
};

// What needs the option itself, not only its value.
template <auto Option, class O = std::remove_cvref_t<decltype(Option)>>
struct OptionTraits {
  static constexpr void add(FactsBuilder& to) {
    static_assert(
        requires { to.add(held_option<Option>); },
        "this is no option of a Mapped or Relationship member: see "
        "kindred/mapping_options.hpp for those there are");
    if constexpr (requires { to.add(held_option<Option>); }) to.add(held_option<Option>);
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts&) {}
};
template <auto Option, class E, class C, class M>
struct OptionTraits<Option, ForeignKeyMember<E, C, M>> {
  static constexpr void add(FactsBuilder& to) {
    if (to.column("foreign_key"))
      to.facts.foreign_key = {
          true, {}, type_id<E>, plain_type_name<E>, member_name<Option.column>, Option.action};
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts&) {}
};
template <auto Option, class F>
struct OptionTraits<Option, insert_default<F>> {
  static constexpr void add(FactsBuilder& to) { to.add(held_option<Option>); }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    static_assert(can_give<V, F>(), "insert_default(...) does not convert to the column's type");
    if constexpr (can_give<V, F>()) facts.give_insert_default = &insert_default_into<V, Option>;
  }
};
template <auto Option, class F>
struct OptionTraits<Option, on_update<F>> {
  static constexpr void add(FactsBuilder& to) { to.add(held_option<Option>); }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    static_assert(can_give<V, F>(), "on_update(...) does not convert to the column's type");
    if constexpr (can_give<V, F>()) facts.give_on_update = &on_update_into<V, Option>;
  }
};
template <auto Option, class F>
struct OptionTraits<Option, default_value<F>> {
  static constexpr void add(FactsBuilder& to) { to.add(held_option<Option>); }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    static_assert(can_give<V, F>(), "default_value(...) does not convert to the column's type");
    if constexpr (can_give<V, F>()) facts.make_default = &default_as_value<V, X, Option>;
  }
};

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

// Base of every member that reports itself to the probe, see capture.hpp. Empty.
struct FieldBase {};

// One variable for each distinct kind of member: the same Mapped<...> in many entities is described
// once.
template <class Field>
inline constexpr FieldFacts facts_of = Field::describe();

}  // namespace kindred::detail
