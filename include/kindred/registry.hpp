// Registry<Entities...>: the entities that one store holds. Naming a member of it checks every rule
// that spans entities, in the compiler; what is wrong stands as text in its first line:
//
//   using Blog = Registry<User, Post>;
//   static_assert(Blog::ok);             // checks at once; opening a store does so too
//
// To tie files to an application, derive and say its name:
//
//   struct Blog : Registry<User, Post> { static constexpr std::string_view application = "blog"; };
//
// Threads: everything here is constant or made once, safely.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "kindred/catalog.hpp"
#include "kindred/detail/catalog_builder.hpp"
#include "kindred/detail/descriptor_builder.hpp"
#include "kindred/detail/diagnosis.hpp"
#include "kindred/detail/mapper.hpp"
#include "kindred/detail/registry_relations.hpp"
#include "kindred/entity.hpp"

namespace kindred {

namespace detail {

template <class... Es>
inline constexpr std::array<const EntityFacts*, sizeof...(Es)> entities_of{&entity_of<Es>...};

template <std::size_t I, class... Es>
inline constexpr Message problem_of = check_entity(entities_of<Es...>, I);

// The text of the first entity that breaks a rule; one diagnosis at a time.
template <std::size_t I, class... Es>
consteval bool check_from() {
  if constexpr (I == sizeof...(Es)) {
    return true;
  } else if constexpr (problem_of<I, Es...>.size != 0) {
    return mapping_fits<shorten<problem_of<I, Es...>.size + 1>(problem_of<I, Es...>)>();
  } else {
    return check_from<I + 1, Es...>();
  }
}

// The relationship or backref `name` of entity number `entity`: where it leads.
struct NamedEnd {
  std::size_t target = nowhere;
  bool collection = false;
};
constexpr NamedEnd find_end(Entities all, std::size_t entity, std::string_view name) {
  const EntityFacts& e = *all[entity];
  const std::size_t own = relation_by_name(e, name);
  if (own != nowhere) {
    const RelationFacts& facts = e.members[own].facts->relation;
    return {entity_by_id(all, facts.target), facts.collection};
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t m = 0; m < all[i]->members.size(); ++m) {
      const FieldFacts& f = *all[i]->members[m].facts;
      if (f.is_column || !f.relation.has_backref || f.relation.target != e.id ||
          f.relation.backref != name)
        continue;
      Message ignored;
      const auto kind = kind_of(all, i, m, join_of(all, i, m, ignored));
      return {i, kind == RelationshipInfo::Kind::many_to_one ||
                     kind == RelationshipInfo::Kind::many_to_many};
    }
  return {};
}
constexpr Message unknown_end(Entities all, std::size_t entity, std::string_view name) {
  Message out;
  out << all[entity]->name << " has no relationship or backref '" << name << "'";
  suggest(out, *all[entity], name, false);
  return out;
}

template <class E, class... Es>
consteval std::size_t index_among() {
  std::size_t at = 0;
  (void)((std::is_same_v<E, Es> || (++at, false)) || ...);
  return at;
}

}  // namespace detail

template <class... Es>
struct Registry {
  static_assert(sizeof...(Es) > 0, "a registry needs an entity");
  // Always true: where it would not be, the compiler stops with the reason.
  static constexpr bool ok = detail::check_from<0, Es...>();
  static_assert(ok);

  static constexpr std::size_t size = sizeof...(Es);
  static constexpr std::string_view application = "";

  template <class E>
  static constexpr bool contains = (std::is_same_v<E, Es> || ...);

  // The description of the store: a table for each entity, in order, then the secondary tables.
  [[nodiscard]] static Catalog catalog() {
    return detail::CatalogBuilder(detail::entities_of<Es...>).build();
  }

  // Tells single-table inheritances of the entities that belong to them. Opening a store does it.
  static void join_families() { (detail::join_family_of<Es, Es...>(), ...); }

  // One for each entity, in order. Lives as long as the program.
  [[nodiscard]] static std::span<const detail::EntityDescriptor* const> descriptors() {
    static const std::array<const detail::EntityDescriptor*, size> all{
        &detail::descriptor_of<Es>()...};
    return all;
  }

  // The entity at the other end of E's relationship, or of a backref onto E, of this name; and
  // whether there may be many.
  template <class E, detail::FixedText Name>
  struct end_of {
    static_assert(contains<E>, "this entity is not in the registry");
    static constexpr std::size_t entity = detail::index_among<E, Es...>();
    static constexpr detail::NamedEnd end =
        detail::find_end(detail::entities_of<Es...>, entity, detail::held_option<Name>.view());
    static constexpr detail::Message problem =
        end.target == detail::nowhere ? detail::unknown_end(detail::entities_of<Es...>, entity,
                                                            detail::held_option<Name>.view())
                                      : detail::Message{};
    static_assert(mapping_fits<detail::shorten<problem.size + 1>(problem)>());
    using type = std::tuple_element_t<end.target, std::tuple<std::type_identity<Es>...>>;
    static constexpr bool collection = end.collection;
  };
  template <class E, detail::FixedText Name>
  using target_of = typename end_of<E, Name>::type::type;
};

namespace detail {

// What Store::open<R> needs of a registry type or of one derived from it.
template <class R>
Catalog catalog_of() {
  R::join_families();
  Catalog out = R::catalog();
  out.application = std::string(std::string_view(R::application));
  return out;
}

}  // namespace detail
}  // namespace kindred
