// Entities as sources of validation: a Model whose members are columns and relationships. It is
// only read; relationships are loaded as their `lazy` allows when a member of the target asks.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/descriptor_builder.hpp"
#include "kindred/detail/mapper.hpp"
#include "kindred/detail/schema_struct.hpp"
#include "kindred/entity.hpp"
#include "kindred/ref.hpp"

namespace kindred::schema::detail {

// Asks an entity's members what they are to a schema.
template <class E>
struct Bridged {};
template <class Member>
struct BridgedMember;
template <class Member>
inline constexpr DeclaredField declared_bridged = BridgedMember<Member>::describe();

}  // namespace kindred::schema::detail

namespace kindred::detail {
template <class E>
struct Probe<schema::detail::Bridged<E>> {
  FoundFields& fields;
  template <MadeByProbe U>
  constexpr operator U() const {
    return U{};
  }
  template <class Member>
  constexpr void note(const FieldBase* at, const FieldFacts* facts) const {
    fields.out[fields.count++] = {at, facts, &schema::detail::declared_bridged<Member>, false};
  }
};
}  // namespace kindred::detail

namespace kindred::schema::detail {

template <class E>
inline constexpr bool is_entity = kindred::detail::is_imperative<E>;
template <class E>
requires(!kindred::detail::is_imperative<E> &&
         std::is_aggregate_v<E>) inline constexpr bool is_entity<E> =
    specimen<E>.fields.count != 0 && !specimen<E>.found[0].is_field;
template <class E>
concept EntityStruct = std::is_class_v<E> && is_entity<E>;

template <class E>
inline constexpr kindred::detail::Specimen<E, kindred::detail::initializers_of<E>(),
                                           kindred::detail::Probe<Bridged<E>>>
    bridged_specimen{std::make_index_sequence<kindred::detail::initializers_of<E>()>{}};

// ---- columns

template <class V>
consteval DeclaredField bridged_value() {
  using Inner = kindred::detail::WithoutOptional<V>;
  DeclaredField out;
  out.type = kindred::detail::type_id<Inner>;
  out.type_name = plain_type_name<Inner>;
  out.kind = Kind::ignore;  // of no field
  out.nullable = kindred::detail::is_optional<V>;
  if constexpr (is_supported<V>()) {
    out.kind = TypeOf<Inner>::kind;
    out.describe = &describe<V>;
  }
  return out;
}
template <class V, auto... O>
struct BridgedMember<Mapped<V, O...>> {
  struct Room {  // never an object: only addresses within it are formed
    union {
      Mapped<V, O...> member;
      char none;
    };
    Room() : none{} {}
    ~Room() {}
  };
  static std::size_t of_value() {
    const Room room;
    return static_cast<std::size_t>(
        reinterpret_cast<const char*>(std::addressof(room.member.value())) -
        reinterpret_cast<const char*>(std::addressof(room.member)));
  }
  static consteval DeclaredField describe() {
    DeclaredField out = bridged_value<V>();
    out.value_offset = &of_value;
    return out;
  }
};
// A member of a struct that is mapped from outside.
template <class V>
struct BridgedPlain {
  static consteval DeclaredField describe() {
    DeclaredField out = bridged_value<V>();
    out.value_offset = [] { return std::size_t{0}; };
    return out;
  }
};

// ---- relationships

template <class E>
const Node& source_node();
template <class E>
ModelEntry& source_entry();

inline constexpr Storage source_storage{};

template <class T>
const void* entity_of(kindred::detail::State* state) {
  const Ref<const T> ref(state);
  return ref.operator->();
}
inline const kindred::detail::RelationshipSlot& relationship_at(const void* slot) {
  const auto& out = *static_cast<const kindred::detail::RelationshipSlot*>(slot);
  if (!out.is_live()) kindred::detail::plain_value("an entity");
  return out;
}
template <class T>
struct BridgedTarget {
  static constexpr Through one{nullptr, nullptr, [](const void* slot) -> const void* {
                                 kindred::detail::State* const state =
                                     kindred::detail::read_one(relationship_at(slot));
                                 return state == nullptr ? nullptr : entity_of<T>(state);
                               }};
  static constexpr Storage make_many() {
    Storage out;
    out.size = [](const void* slot) {
      return kindred::detail::read_many(relationship_at(slot)).size();
    };
    out.each = [](const void* slot, FunctionRef<bool(const void*)> visit) {
      const auto states = kindred::detail::read_many(relationship_at(slot));
      const std::vector<kindred::detail::State*> kept(states.begin(), states.end());
      for (kindred::detail::State* state : kept)
        if (!visit(entity_of<T>(state))) return;
    };
    return out;
  }
  static constexpr Storage many = make_many();
  static Node& node(Builder& builder) {
    (void)source_node<T>();
    Node& out = builder.make(Kind::model, Rep::other, source_storage);
    out.model = &source_entry<T>().model;
    out.name = plain_type_name<T>;
    return out;
  }
};
template <class C, auto... O>
struct BridgedMember<Relationship<C, O...>> {
  using Target = kindred::detail::RelationTarget<C>;
  using T = typename Target::type;
  static const Node& node(Builder& builder, FieldOptions&) {
    Node& item = BridgedTarget<T>::node(builder);
    if constexpr (Target::collection) {
      Node& out = builder.make(Kind::list, Rep::other, BridgedTarget<T>::many);
      out.item = &item;
      return out;
    } else {
      item.nullable = true;
      item.through = &BridgedTarget<T>::one;
      return item;
    }
  }
  static consteval DeclaredField describe() {
    DeclaredField out;
    out.kind = Target::collection ? Kind::list : Kind::model;
    out.type_name = plain_type_name<T>;
    out.is_relationship = true;
    out.describe = &node;
    out.value_offset = [] { return std::size_t{0}; };
    return out;
  }
};

// ---- the entity

template <class E, class Sequence>
struct BridgedMembers;
template <class E, std::size_t... I>
struct BridgedMembers<E, std::index_sequence<I...>> {
  template <std::size_t N>
  static consteval const DeclaredField* field() {
    if constexpr (kindred::detail::is_imperative<E>)
      return &declared_bridged<BridgedPlain<typename kindred::detail::ImperativeColumn<
          E, kindred::detail::ItemsOf<E>::places[N]>::value_type>>;
    else
      return bridged_specimen<E>.found[N].field;
  }
  static constexpr std::array<const DeclaredField*, sizeof...(I)> value{field<I>()...};
};
template <class V>
struct BridgedMember<BridgedPlain<V>> : BridgedPlain<V> {};
// Parallel to members_of<E>.
template <class E>
inline constexpr const auto& bridged_fields =
    BridgedMembers<E, std::make_index_sequence<kindred::detail::members_of<E>.size()>>::value;

template <class E>
ModelEntry& source_entry() {
  static auto* const made = new ModelEntry;
  return *made;
}
template <class E>
void describe_source(ModelEntry& entry) {
  const auto offsets = kindred::detail::MemberOffsets<E>::get();
  begin_source(entry, plain_type_name<E>, source_storage);
  for (std::size_t i = 0; i < offsets.size(); ++i)
    add_source_field(entry, kindred::detail::members_of<E>[i].member_name, *bridged_fields<E>[i],
                     offsets[i]);
  finish(entry.model);
}
template <class E>
const Node& source_node() {
  ModelEntry& entry = source_entry<E>();
  if (const Node* made = entry.ready.load(std::memory_order_acquire)) [[likely]]
    return *made;
  return build(entry, &describe_source<E>);
}

}  // namespace kindred::schema::detail
