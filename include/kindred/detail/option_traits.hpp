// The words behind the type of a mapped member become facts.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/fact_records.hpp"

namespace kindred::detail {

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

template <auto Option>
struct OptionTraits<Option, VersionOption> {
  static constexpr void add(FactsBuilder& to) {
    if (to.column("version_id")) to.facts.version = Versioning::generated;
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    static_assert(std::is_integral_v<V> && !std::is_same_v<V, bool>,
                  "version_id needs an integer column; for other types give the next version with "
                  "version_id_by(function)");
    if constexpr (std::is_integral_v<V> && !std::is_same_v<V, bool>)
      facts.next_version = [](void* member) { ++member_at<V>(member); };
  }
};
template <auto Option, class F>
struct OptionTraits<Option, version_id_by<F>> {
  static constexpr void add(FactsBuilder& to) {
    if (to.column("version_id_by")) to.facts.version = Versioning::generated;
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    static_assert(
        std::is_invocable_r_v<V, const F&, const V&>,
        "version_id_by(next): next takes the column's value and returns the one after it");
    if constexpr (std::is_invocable_r_v<V, const F&, const V&>)
      facts.next_version = [](void* member) {
        V& value = member_at<V>(member);
        value = held_option<Option>.next(std::as_const(value));
      };
  }
};
template <auto Option>
struct OptionTraits<Option, DiscriminatorOption> {
  static constexpr void add(FactsBuilder& to) {
    if (to.column("discriminator")) to.facts.discriminator = true;
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts& facts) {
    constexpr bool is_text = std::is_same_v<V, std::string>;
    constexpr bool is_number =
        (std::is_integral_v<V> && !std::is_same_v<V, bool>) || std::is_enum_v<V>;
    static_assert(is_text || is_number,
                  "a discriminator is a text, an integer or an enumeration, and not optional");
    if constexpr (is_text)
      facts.set_identity = [](void* member, std::string_view text, std::int64_t) {
        member_at<V>(member) = text;
      };
    else if constexpr (is_number)
      facts.set_identity = [](void* member, std::string_view, std::int64_t number) {
        member_at<V>(member) = static_cast<V>(number);
      };
  }
};
template <auto Option>
struct OptionTraits<Option, ManualVersionOption> {
  static constexpr void add(FactsBuilder& to) {
    if (to.column("version_id_manual")) to.facts.version = Versioning::manual;
  }
  template <class V, ExplicitType X>
  static constexpr void bind(FieldFacts&) {}
};

}  // namespace kindred::detail
