// descriptor_of<E>(): where the columns of E lie, for the engine. key_columns<E> and
// relationship_target<P>: what the typed interface asks while compiling.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/catalog.hpp"
#include "kindred/detail/capture.hpp"
#include "kindred/detail/entity_descriptor.hpp"
#include "kindred/detail/entity_facts.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/mapping_relationship.hpp"

namespace kindred::detail {

// Where the n-th member of E lies in it.
template <class E>
struct MemberOffsets {
  union Room {  // never an object: only addresses within it are formed
    E object;
    char none = 0;
    Room() {}
    ~Room() {}
  };
  template <std::size_t N>
  static std::size_t of_pointer(const Room& room) {
    constexpr auto member = ImperativeColumn<E, ItemsOf<E>::places[N]>::member;
    return static_cast<std::size_t>(
        reinterpret_cast<const char*>(std::addressof(room.object.*member)) -
        reinterpret_cast<const char*>(std::addressof(room.object)));
  }
  template <std::size_t... N>
  static std::array<std::size_t, sizeof...(N)> of_pointers(std::index_sequence<N...>) {
    const Room room;
    return {of_pointer<N>(room)...};
  }
  static auto get() {
    constexpr std::size_t count = members_of<E>.size();
    if constexpr (is_imperative<E>) {
      return of_pointers(std::make_index_sequence<count>{});
    } else {
      std::array<std::size_t, count> out{};
      const auto* origin = reinterpret_cast<const char*>(std::addressof(specimen<E>.room.object));
      for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<std::size_t>(reinterpret_cast<const char*>(specimen<E>.found[i].at) -
                                          origin);
      return out;
    }
  }
};

struct Mapper;
template <class E>
const Mapper& mapper_of();
// See EntityDescriptor::is_kind.
[[nodiscard]] bool is_kind_of(const Mapper& mapper, std::string_view identity);

// The discriminator of an E: what is stored does not depend on what the member holds.
template <class E>
FieldCodec identity_codec(const MemberFacts& member) {
  FieldCodec out = member.facts->codec;
  if constexpr (requires { std::string_view(E::polymorphic_identity); }) {
    out.kind = FieldCodec::Kind::variable;
    out.append = [](const void*, Buffer& to) {
      to.append(std::string_view(E::polymorphic_identity));
      return true;
    };
    out.assign = [](void* to, std::string_view bytes) {
      static_cast<std::string*>(to)->assign(bytes);
    };
  } else if constexpr (requires { E::polymorphic_identity; }) {
    using Number = std::remove_const_t<decltype(E::polymorphic_identity)>;
    out.kind = FieldCodec::Kind::fixed;
    out.store = [](const void*, char* slot) {
      const Number number = E::polymorphic_identity;
      std::memcpy(slot, &number, sizeof(number));
      return true;
    };
    out.load = [](void* to, const char* slot) { std::memcpy(to, slot, sizeof(Number)); };
  }
  return out;
}

template <class E>
consteval std::size_t count_columns() {
  std::size_t n = 0;
  for (const MemberFacts& member : members_of<E>) n += member.facts->is_column ? 1 : 0;
  return n;
}

// Made on first use; lives as long as the program. Any thread.
template <class E>
const EntityDescriptor& descriptor_of() {
  struct Made {
    std::array<std::string_view, count_columns<E>()> names;
    std::array<FieldCodec, count_columns<E>()> fields;
    std::array<FieldShape, count_columns<E>()> shapes;
    EntityDescriptor descriptor;
    Made() {
      const auto offsets = MemberOffsets<E>::get();
      std::size_t n = 0;
      std::size_t discriminator = EntityDescriptor::none;
      for (std::size_t i = 0; i < offsets.size(); ++i) {
        const MemberFacts& member = members_of<E>[i];
        if (!member.facts->is_column) continue;
        if (member.facts->discriminator) discriminator = n;
        names[n] = member.name;
        fields[n] = member.facts->discriminator ? identity_codec<E>(member) : member.facts->codec;
        fields[n].offset = offsets[i];
        const TypeFacts& type = member.facts->type;
        shapes[n] = {static_cast<std::uint8_t>(type.code),
                     static_cast<std::uint8_t>(type.underlying),
                     type.precision,
                     type.scale,
                     member.facts->nullable,
                     member.facts->primary_key};
        ++n;
      }
      descriptor = {entity_of<E>.name, entity_of<E>.table, names, fields, shapes, discriminator};
      if constexpr (requires { E::polymorphic_identity; })
        descriptor.is_kind = [](std::string_view identity) {
          return is_kind_of(mapper_of<E>(), identity);
        };
    }
    Made(const Made&) = delete;
  };
  static const Made made;
  return made.descriptor;
}

// The name of E's table, without looking at its members.
template <class E>
inline constexpr std::string_view table_name = find_table<E>();

// ---- primary key, while compiling

struct KeyColumn {
  std::string_view name;
  TypeFacts type;
  std::string_view type_name;  // of the C++ type, unqualified
  std::size_t column = 0;      // place among the columns of the descriptor
};
template <class E>
consteval std::size_t count_key_columns() {
  std::size_t n = 0;
  for (const MemberFacts& member : members_of<E>) n += member.facts->primary_key ? 1 : 0;
  return n;
}
template <class E>
consteval auto find_key_columns() {
  std::array<KeyColumn, count_key_columns<E>()> out{};
  std::size_t n = 0;
  std::size_t column = 0;
  for (const MemberFacts& member : members_of<E>) {
    if (!member.facts->is_column) continue;
    if (member.facts->primary_key)
      out[n++] = {member.name, member.facts->type, member.facts->cpp_name, column};
    ++column;
  }
  return out;
}
template <class E>
inline constexpr auto key_columns = find_key_columns<E>();

// The place of the column P points to among those of E's descriptor.
template <class E, auto P>
consteval std::size_t find_column() {
  std::size_t n = 0;
  for (const MemberFacts& member : members_of<E>) {
    if (!member.facts->is_column) continue;
    if (member.name == column_name_of<P>()) return n;
    ++n;
  }
  throw "this member is no column of the entity";
}
template <class E, auto P>
inline constexpr std::size_t column_index = find_column<E, P>();

// ---- relationships, while compiling

template <class M>
struct RelationshipTraits {
  static constexpr bool is_relationship = false;
};
template <class C, auto... O>
struct RelationshipTraits<Relationship<C, O...>> {
  static constexpr bool is_relationship = true;
  using type = typename RelationTarget<C>::type;
  static constexpr bool collection = RelationTarget<C>::collection;
};
// relationship_target<&Post::author>: type (the entity at the other end), entity (the one that has
// the member), collection, name, and reverse (the name of the other side, or empty).
template <auto P>
struct relationship_target {
  using entity = typename MemberPointer<decltype(P)>::entity;
  using member = typename MemberPointer<decltype(P)>::member;
  static_assert(RelationshipTraits<member>::is_relationship,
                "this needs a pointer to a Relationship member, as &Post::author");
  using type = typename RelationshipTraits<member>::type;
  static constexpr bool collection = RelationshipTraits<member>::collection;
  static constexpr std::string_view name = member_name<P>;
  static constexpr std::string_view reverse = facts_of<member>.relation.has_back
                                                  ? facts_of<member>.relation.back
                                                  : facts_of<member>.relation.backref;
};

}  // namespace kindred::detail
