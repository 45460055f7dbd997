// One entity as constant data, whichever way it was declared: its members and its table-level
// constraints.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "kindred/detail/capture.hpp"
#include "kindred/detail/field_facts.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/expression.hpp"
#include "kindred/fwd.hpp"
#include "kindred/mapping_imperative.hpp"
#include "kindred/mapping_tables.hpp"

namespace kindred {
template <class E>
class Condition;
}

namespace kindred::detail {

template <class E>
inline constexpr bool is_imperative =
    !std::is_same_v<std::remove_cvref_t<decltype(mapping<E>)>, Unmapped>;

struct ConstraintFacts {
  enum class Kind : std::uint8_t { column, unique, index, check, foreign_key, validates };
  Kind kind = Kind::column;  // `column`: an item of an imperative mapping, no constraint
  std::string_view name;     // check; validates: the member in C++
  std::span<const std::string_view> columns;
  // foreign key
  TypeId entity = 0;
  std::string_view entity_name;
  std::string_view table;
  std::span<const std::string_view> referenced;
  bool to_primary_key = true;
  OnDelete action = OnDelete::no_action;
  // at run time
  Expression (*condition)() = nullptr;      // check
  void (*validate)(const void*) = nullptr;  // validates: of the member
};

struct EntityFacts {
  std::string_view name;
  std::string_view table;
  TypeId id = 0;
  std::span<const MemberFacts> members;
  std::span<const ConstraintFacts> constraints;
  void (*validate)(const void*) = nullptr;  // E::validate(const E&), of the entity
  // E::polymorphic_identity, as text or number
  bool has_identity = false;
  std::string_view identity_text;
  std::int64_t identity_number = 0;
};

// ---- members of plain structs

template <class T>
inline constexpr bool is_column_mapping = false;
template <auto P, class... O>
inline constexpr bool is_column_mapping<ColumnMapping<P, O...>> = true;

template <class E, std::size_t I>
using MappingItem = std::remove_cvref_t<decltype(std::get<I>(mapping<E>.items))>;
template <class E>
inline constexpr std::size_t mapping_items =
    std::tuple_size_v<std::remove_cvref_t<decltype(mapping<E>.items)>>;

template <class E, std::size_t I>
struct ImperativeColumn {
  static constexpr auto member = MappingItem<E, I>::member;
  using value_type = typename MemberPointer<std::remove_cv_t<decltype(member)>>::member;
  template <std::size_t... J>
  static consteval FieldFacts make(std::index_sequence<J...>) {
    return column_facts<value_type, std::get<J>(std::get<I>(mapping<E>.items).options)...>();
  }
  static constexpr FieldFacts facts =
      make(std::make_index_sequence<std::tuple_size_v<decltype(MappingItem<E, I>::options)>>{});
  static constexpr std::string_view in_cpp = member_name<member>;
  static constexpr std::string_view name = facts.column_name.empty() ? in_cpp : facts.column_name;
  static constexpr MemberFacts value{name, in_cpp, &facts, hash_text(name)};
};

// The items of an imperative mapping that are columns.
template <class E, class Sequence>
struct ImperativeItems;
template <class E, std::size_t... I>
struct ImperativeItems<E, std::index_sequence<I...>> {
  static constexpr std::size_t count =
      (std::size_t{0} + ... + (is_column_mapping<MappingItem<E, I>> ? 1 : 0));
  static constexpr std::array<std::size_t, count> places = [] {
    std::array<std::size_t, count> out{};
    std::size_t n = 0;
    ((is_column_mapping<MappingItem<E, I>> ? void(out[n++] = I) : void()), ...);
    return out;
  }();
};
template <class E>
using ItemsOf = ImperativeItems<E, std::make_index_sequence<mapping_items<E>>>;

template <class E, class Sequence>
struct ImperativeMembers;
template <class E, std::size_t... N>
struct ImperativeMembers<E, std::index_sequence<N...>> {
  static constexpr std::array<MemberFacts, sizeof...(N)> value{
      ImperativeColumn<E, ItemsOf<E>::places[N]>::value...};
};

template <class E>
constexpr std::span<const MemberFacts> find_members() {
  if constexpr (is_imperative<E>) {
    return ImperativeMembers<E, std::make_index_sequence<ItemsOf<E>::count>>::value;
  } else {
    return CapturedMembers<E, std::make_index_sequence<specimen<E>.fields.count>>::value;
  }
}
template <class E>
inline constexpr std::span<const MemberFacts> members_of = find_members<E>();

// ---- constraints

inline constexpr std::tuple<> no_table_args{};
template <class E>
constexpr const auto& table_args_of() {
  if constexpr (is_imperative<E>) {
    return mapping<E>.items;
  } else if constexpr (requires { E::table_args; }) {
    return E::table_args;
  } else {
    return no_table_args;
  }
}

template <class T>
inline constexpr bool is_condition = false;
template <class E>
inline constexpr bool is_condition<Condition<E>> = true;

template <class E, std::size_t I>
Expression condition_of() {
  auto condition = std::get<I>(table_args_of<E>()).condition();
  using C = decltype(condition);
  static_assert(is_condition<C>, "check(f): f must return a condition, as made by field<...>");
  if constexpr (is_condition<C>) {
    static_assert(std::is_base_of_v<typename C::entity, E>,
                  "check(f): the condition must speak of this entity or a base of it");
    return std::move(condition).expression();
  } else {
    return {};
  }
}

template <class E, std::size_t I, auto P>
void validate_member(const void* member) {
  using M = typename MemberPointer<decltype(P)>::member;
  if constexpr (requires { typename M::value_type; } && std::is_base_of_v<FieldBase, M>) {
    std::get<I>(table_args_of<E>()).function(member_at<typename M::value_type>(member));
  } else {
    std::get<I>(table_args_of<E>()).function(member_at<M>(member));
  }
}

template <class E, std::size_t I>
struct ConstraintMaker {
  using Kind = ConstraintFacts::Kind;
  template <std::size_t N>
  static constexpr ConstraintFacts make(const UniqueTogether<N>& c) {
    return {.kind = Kind::unique, .name = {}, .columns = c.columns};
  }
  template <std::size_t N>
  static constexpr ConstraintFacts make(const IndexOn<N>& c) {
    return {.kind = Kind::index, .name = {}, .columns = c.columns};
  }
  template <class F>
  static constexpr ConstraintFacts make(const CheckConstraint<F>& c) {
    ConstraintFacts out{.kind = Kind::check, .name = c.name};
    out.condition = &condition_of<E, I>;
    return out;
  }
  template <std::size_t N>
  static constexpr ConstraintFacts make(const ForeignKeyTogether<N>& c) {
    ConstraintFacts out{.kind = Kind::foreign_key, .name = {}, .columns = c.columns};
    out.entity = c.entity;
    out.entity_name = c.entity_name;
    out.table = c.table;
    out.to_primary_key = c.to_primary_key;
    if (!c.to_primary_key) out.referenced = c.referenced;
    out.action = c.action;
    return out;
  }
  template <auto P, class F>
  static constexpr ConstraintFacts make(const Validates<P, F>&) {
    ConstraintFacts out{.kind = Kind::validates, .name = member_name<P>};
    out.validate = &validate_member<E, I, P>;
    return out;
  }
  template <auto P, class... O>
  static constexpr ConstraintFacts make(const ColumnMapping<P, O...>&) {
    return {};
  }
  template <class T>
  static constexpr ConstraintFacts make(const T&) {
    static_assert(!std::is_same_v<T, T>,
                  "table_args takes unique_together, index_on, check, foreign_key_together and "
                  "validates");
    return {};
  }
};

template <class E, class Sequence>
struct ConstraintsOf;
template <class E, std::size_t... I>
struct ConstraintsOf<E, std::index_sequence<I...>> {
  static constexpr std::array<ConstraintFacts, sizeof...(I)> value{
      ConstraintMaker<E, I>::make(std::get<I>(table_args_of<E>()))...};
};
template <class E>
constexpr std::span<const ConstraintFacts> find_constraints() {
  using Tuple = std::remove_cvref_t<decltype(table_args_of<E>())>;
  return ConstraintsOf<E, std::make_index_sequence<std::tuple_size_v<Tuple>>>::value;
}

template <class E>
constexpr std::string_view find_table() {
  if constexpr (is_imperative<E>) {
    return mapping<E>.table;
  } else if constexpr (requires { std::string_view(E::tablename); }) {
    return E::tablename;
  } else {
    return plain_type_name<E>;
  }
}

template <class E>
void validate_entity(const void* entity) {
  E::validate(*static_cast<const E*>(entity));
}
template <class E>
constexpr EntityFacts find_entity() {
  EntityFacts out{plain_type_name<E>, find_table<E>(), type_id<E>, members_of<E>,
                  find_constraints<E>()};
  if constexpr (requires(const E& e) { E::validate(e); }) out.validate = &validate_entity<E>;
  if constexpr (requires { E::polymorphic_identity; }) {
    out.has_identity = true;
    if constexpr (requires { std::string_view(E::polymorphic_identity); })
      out.identity_text = E::polymorphic_identity;
    else
      out.identity_number = static_cast<std::int64_t>(E::polymorphic_identity);
  }
  return out;
}
template <class E>
inline constexpr EntityFacts entity_of = find_entity<E>();

// ---- facts of a member pointer, without looking at the whole entity

// The facts of the column P points to. Not found: no constant, so the call does not compile.
template <auto P>
constexpr const FieldFacts& facts_of_pointer() {
  using M = typename MemberPointer<decltype(P)>::member;
  using E = typename MemberPointer<decltype(P)>::entity;
  if constexpr (std::is_base_of_v<FieldBase, M>) {
    return facts_of<M>;
  } else {
    static_assert(is_imperative<E>,
                  "this member is no column: it is not Mapped, and kindred::mapping does not "
                  "mention its struct");
    for (const MemberFacts& member : members_of<E>)
      if (member.member_name == member_name<P>) return *member.facts;
    throw "this member is no column of its struct's kindred::mapping";
  }
}
template <auto P>
constexpr std::string_view column_name_of() {
  constexpr const FieldFacts& facts = facts_of_pointer<P>();
  return facts.column_name.empty() ? member_name<P> : facts.column_name;
}
template <auto P>
constexpr ExplicitType explicit_type_of() {
  constexpr const FieldFacts& facts = facts_of_pointer<P>();
  return facts.explicit_fits ? facts.wanted : ExplicitType{};
}

}  // namespace kindred::detail
