// Which foreign key joins the two ends of a relationship, and what kind of relationship that makes.
#pragma once

#include <cstddef>
#include <string_view>

#include "kindred/catalog.hpp"
#include "kindred/detail/registry_model.hpp"

namespace kindred::detail {

struct Join {
  enum class Kind : std::uint8_t {
    none,
    local,      // the foreign key is this entity's
    remote,     // the target's
    plain,      // a secondary table that is made for it
    associated  // an entity between the two
  };
  Kind kind = Kind::none;
  std::size_t owner = nowhere;       // entity that holds the key; none for `plain`
  std::size_t key = nowhere;         // its n-th key, to this side where it is `associated`
  std::size_t target_key = nowhere;  // associated: to the target
  bool swapped = false;              // plain: this side is the second one
};

// A relationship by entity and member.
struct RelationAt {
  std::size_t entity = nowhere;
  std::size_t member = nowhere;
};

constexpr bool key_matches(const EntityFacts& owner, const Key& key, const RelationFacts& facts) {
  if (!facts.has_using) return true;
  for (std::size_t i = 0; i < key.columns.count; ++i)
    if (owner.members[key.columns.at[i]].name == facts.using_key) return true;
  return false;
}

constexpr void name_key(Message& out, const EntityFacts& owner, const Key& key) {
  for (std::size_t i = 0; i < key.columns.count; ++i) {
    if (i != 0) out << "+";
    member_of(out, owner, owner.members[key.columns.at[i]].name);
  }
}

// Whether the key leads to `to`, or to the base that it shares its table with.
constexpr bool refers_to(Entities all, const Key& key, std::size_t to) {
  if (key.entity == to) return true;
  return key.entity != nowhere && root_of(all, key.entity) == root_of(all, to) &&
         begins_with(*all[to], *all[key.entity]);
}

// The keys of `owner` that refer to `to` and that the relationship allows: how many, and the last.
struct Candidates {
  std::size_t count = 0;
  std::size_t key = nowhere;
  Message names;
};
constexpr void gather_keys(Entities all, std::size_t owner, std::size_t to,
                           const RelationFacts& facts, Candidates& found) {
  const std::size_t keys = count_keys(*all[owner]);
  for (std::size_t n = 0; n < keys; ++n) {
    Message ignored;
    const Key key = resolve_key(all, owner, n, ignored);
    if (!refers_to(all, key, to) || !key_matches(*all[owner], key, facts)) continue;
    if (found.count++ != 0) found.names << " and ";
    name_key(found.names, *all[owner], key);
    found.key = n;
  }
}

// The declared other side, or nowhere.
constexpr std::size_t reverse_of(Entities all, std::size_t entity, std::size_t member) {
  const RelationFacts& facts = all[entity]->members[member].facts->relation;
  const std::size_t target = entity_by_id(all, facts.target);
  if (!facts.has_back || target == nowhere) return nowhere;
  return relation_by_name(*all[target], facts.back);
}

// The first relationship of the registry that names this secondary table: it fixes the table.
constexpr RelationAt first_of_secondary(Entities all, std::string_view table) {
  for (std::size_t e = 0; e < all.size(); ++e)
    for (std::size_t m = 0; m < all[e]->members.size(); ++m) {
      const FieldFacts& facts = *all[e]->members[m].facts;
      if (!facts.is_column && facts.relation.has_secondary && facts.relation.secondary == table)
        return {e, m};
    }
  return {};
}

constexpr Join join_plain(Entities all, std::size_t entity, std::size_t member, std::size_t target,
                          Message& out) {
  const RelationFacts& facts = all[entity]->members[member].facts->relation;
  const RelationAt first = first_of_secondary(all, facts.secondary);
  const RelationFacts& by = all[first.entity]->members[first.member].facts->relation;
  const std::size_t other = entity_by_id(all, by.target);
  Join join{Join::Kind::plain};
  if (first.entity == entity && first.member == member) return join;
  if (first.entity == other) {  // of an entity with itself
    join.swapped = entity == target && reverse_of(all, entity, member) == first.member;
    if (entity == other && target == other) return join;
  } else if (entity == first.entity && target == other) {
    return join;
  } else if (entity == other && target == first.entity) {
    join.swapped = true;
    return join;
  }
  member_of(out, *all[entity], all[entity]->members[member].name)
      << ": the secondary table '" << facts.secondary << "' already joins "
      << all[first.entity]->name << " and " << by.target_name;
  return {};
}

constexpr Join join_associated(Entities all, std::size_t entity, std::size_t member,
                               std::size_t target, std::size_t between, Message& out) {
  const EntityFacts& e = *all[entity];
  const RelationFacts& facts = e.members[member].facts->relation;
  const EntityFacts& b = *all[between];
  Candidates here;
  gather_keys(all, between, entity, facts, here);
  Candidates there;
  const std::size_t keys = count_keys(b);
  for (std::size_t n = 0; n < keys; ++n) {
    Message ignored;
    const Key key = resolve_key(all, between, n, ignored);
    if (!refers_to(all, key, target) || (entity == target && n == here.key && here.count == 1))
      continue;
    if (there.count++ != 0) there.names << " and ";
    name_key(there.names, b, key);
    there.key = n;
  }
  if (here.count == 1 && there.count == 1)
    return {Join::Kind::associated, between, here.key, there.key, false};
  member_of(out, e, e.members[member].name);
  const Candidates& bad = here.count != 1 ? here : there;
  const EntityFacts& to = here.count != 1 ? e : *all[target];
  if (bad.count == 0) {
    out << ": " << b.name << " has no foreign key to " << to.name
        << ", so it cannot stand between the two";
  } else {
    out << ": more than one foreign key joins " << b.name << " and " << to.name << ": "
        << std::string_view(bad.names.at, bad.names.size)
        << " -- say which leads to this side with using_key(\"...\")";
  }
  return {};
}

// How relationship `member` of `entity` is joined to its target. What is wrong goes to `out`.
constexpr Join join_of(Entities all, std::size_t entity, std::size_t member, Message& out) {
  const EntityFacts& e = *all[entity];
  const MemberFacts& m = e.members[member];
  const RelationFacts& facts = m.facts->relation;
  const std::size_t target = entity_by_id(all, facts.target);
  if (target == nowhere) return {};
  const EntityFacts& t = *all[target];
  if (facts.has_through || facts.has_secondary) {
    const std::size_t between = facts.has_through ? entity_by_id(all, facts.through)
                                                  : entity_by_table(all, facts.secondary);
    if (between != nowhere) return join_associated(all, entity, member, target, between, out);
    if (!facts.has_through) return join_plain(all, entity, member, target, out);
    member_of(out, e, m.name) << ": through<" << facts.through_name
                              << ">: that entity is not in this registry";
    return {};
  }
  Candidates found;
  Join join{Join::Kind::local, entity};
  const std::size_t reverse = reverse_of(all, entity, member);
  // Of two sides of a one-to-one of an entity with itself, the first declared holds the key.
  const bool second_of_pair = entity == target && reverse != nowhere && reverse < member &&
                              !e.members[reverse].facts->relation.collection;
  if (!facts.collection && !second_of_pair) gather_keys(all, entity, target, facts, found);
  if (found.count == 0) {
    join = {Join::Kind::remote, target};
    gather_keys(all, target, entity, facts, found);
  }
  join.key = found.key;
  if (found.count == 1) return join;
  member_of(out, e, m.name);
  if (found.count == 0 && facts.has_using) {
    out << ": using_key(\"" << facts.using_key << "\"): no foreign key column of that name joins "
        << e.name << " and " << t.name;
    DidYouMean near{facts.using_key};
    for (const EntityFacts* side : {&e, &t})
      for (const MemberFacts& column : side->members)
        if (column.facts->foreign_key.present) near.consider(column.name);
    near.say(out);
  } else if (found.count == 0) {
    const EntityFacts& owner = facts.collection ? t : e;
    const EntityFacts& to = facts.collection ? e : t;
    out << ": no foreign key joins " << e.name << " and " << t.name << " (a column of "
        << owner.name << " with foreign_key<" << to.name << ">() would";
    if (facts.collection) out << "; a many-to-many needs secondary<\"table\">";
    out << ")";
  } else {
    out << ": more than one foreign key joins " << e.name << " and " << t.name << ": "
        << std::string_view(found.names.at, found.names.size)
        << " -- say which with using_key(\"...\")";
  }
  return {};
}

constexpr RelationshipInfo::Kind kind_of(Entities all, std::size_t entity, std::size_t member,
                                         const Join& join) {
  using Kind = RelationshipInfo::Kind;
  const RelationFacts& facts = all[entity]->members[member].facts->relation;
  if (join.kind == Join::Kind::plain || join.kind == Join::Kind::associated)
    return Kind::many_to_many;
  if (join.kind == Join::Kind::remote)
    return facts.collection ? Kind::one_to_many : Kind::one_to_one;
  const std::size_t reverse = reverse_of(all, entity, member);
  if (reverse != nowhere) {
    const std::size_t target = entity_by_id(all, facts.target);
    return all[target]->members[reverse].facts->relation.collection ? Kind::many_to_one
                                                                    : Kind::one_to_one;
  }
  Message ignored;
  const Key key = resolve_key(all, join.owner, join.key, ignored);
  return is_unique_key(*all[entity], key.columns) ? Kind::one_to_one : Kind::many_to_one;
}

}  // namespace kindred::detail
