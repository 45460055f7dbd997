// The rules of relationships, and the whole check of one entity.
#pragma once

#include <cstddef>
#include <string_view>

#include "kindred/detail/registry_check.hpp"

namespace kindred::detail {

constexpr void check_back(Entities all, std::size_t entity, std::size_t member, std::size_t target,
                          Message& out) {
  const EntityFacts& e = *all[entity];
  const EntityFacts& t = *all[target];
  const MemberFacts& m = e.members[member];
  const RelationFacts& facts = m.facts->relation;
  const std::size_t at = relation_by_name(t, facts.back);
  if (at == nowhere) {
    member_of(out, e, m.name) << ": back_populates(\"" << facts.back << "\"): " << t.name
                              << " has no relationship '" << facts.back << "'";
    suggest(out, t, facts.back, false);
    return;
  }
  const RelationFacts& back = t.members[at].facts->relation;
  if (back.target != e.id) {
    member_of(member_of(out, e, m.name) << ": back_populates(\"" << facts.back << "\"): ", t,
              facts.back)
        << " leads to " << back.target_name << ", not back to " << e.name;
    return;
  }
  if (!back.has_back || back.back != m.name) {
    member_of(member_of(out, e, m.name) << " back-populates ", t, facts.back)
        << ", which back-populates " << (back.has_back ? back.back : std::string_view("nothing"))
        << ", not '" << m.name << "'";
    return;
  }
  if (entity == target && at == member) {
    member_of(out, e, m.name) << " back-populates itself: the other side is another relationship";
    return;
  }
  const bool secondary = facts.has_secondary || facts.has_through;
  if (secondary != (back.has_secondary || back.has_through) || facts.secondary != back.secondary ||
      facts.through != back.through) {
    member_of(member_of(out, e, m.name) << " and its other side ", t, facts.back)
        << " must name the same secondary table";
  }
}

// Backrefs become members of their target, so their names must be free there.
constexpr void check_backref(Entities all, std::size_t entity, std::size_t member,
                             std::size_t target, Message& out) {
  const EntityFacts& e = *all[entity];
  const EntityFacts& t = *all[target];
  const MemberFacts& m = e.members[member];
  const std::string_view name = m.facts->relation.backref;
  if (relation_by_name(t, name) != nowhere || column_by_name(t, name) != nowhere) {
    member_of(out, e, m.name) << ": backref(\"" << name << "\"): " << t.name
                              << " already has a member of that name: use back_populates";
    return;
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < all[i]->members.size(); ++j) {
      if (i > entity || (i == entity && j >= member)) return;
      const FieldFacts& other = *all[i]->members[j].facts;
      if (!other.is_column && other.relation.has_backref && other.relation.target == t.id &&
          other.relation.backref == name) {
        member_of(member_of(out, e, m.name) << ": backref(\"" << name << "\"): ", *all[i],
                  all[i]->members[j].name)
            << " already gives " << t.name << " a backref of that name";
        return;
      }
    }
}

constexpr void check_collection(const EntityFacts& e, const MemberFacts& m, const EntityFacts& t,
                                Message& out) {
  const RelationFacts& facts = m.facts->relation;
  if (!facts.collection) {
    const std::string_view option = facts.has_secondary                 ? "secondary"
                                    : facts.has_through                 ? "through"
                                    : facts.has_order                   ? "order_by"
                                    : facts.has_keyed_by                ? "keyed_by"
                                    : facts.loading == lazy::write_only ? "lazy::write_only"
                                                                        : "";
    if (!option.empty())
      member_of(out, e, m.name) << ": " << option
                                << " needs a collection: Relationship<std::vector<" << t.name
                                << ">, ...>";
    return;
  }
  if (facts.keyed != facts.has_keyed_by) {
    member_of(out, e, m.name) << (facts.keyed ? ": a map needs keyed_by(\"column\"), the column of "
                                              : ": keyed_by needs std::map<Key, ")
                              << t.name << (facts.keyed ? " that is its key" : ">");
    return;
  }
  if (facts.has_keyed_by) {
    const std::size_t at = column_by_name(t, facts.keyed_by);
    if (at == nowhere) {
      member_of(out, e, m.name) << ": keyed_by(\"" << facts.keyed_by << "\"): " << t.name
                                << " has no column '" << facts.keyed_by << "'";
      suggest(out, t, facts.keyed_by, true);
      return;
    }
    if (t.members[at].facts->cpp_type != facts.map_key) {
      member_of(member_of(out, e, m.name) << ": keyed_by(\"" << facts.keyed_by << "\"): ", t,
                facts.keyed_by)
          << " is ";
      show_type(out, *t.members[at].facts);
      out << ", the map's key is " << facts.map_key_name;
      return;
    }
  }
  if (facts.has_order && column_by_name(t, facts.order_by) == nowhere) {
    member_of(out, e, m.name) << ": order_by(\"" << facts.order_by << "\"): " << t.name
                              << " has no column '" << facts.order_by << "'";
    suggest(out, t, facts.order_by, true);
  }
}

constexpr void check_relation(Entities all, std::size_t entity, std::size_t member, Message& out) {
  const EntityFacts& e = *all[entity];
  const MemberFacts& m = e.members[member];
  const RelationFacts& facts = m.facts->relation;
  const std::size_t target = entity_by_id(all, facts.target);
  if (target == nowhere) {
    member_of(out, e, m.name) << ": " << facts.target_name << " is not in this registry";
    return;
  }
  const EntityFacts& t = *all[target];
  if (facts.has_back && facts.has_backref) {
    member_of(out, e, m.name)
        << ": back_populates and backref exclude each other: back_populates names a relationship "
           "that "
        << t.name << " declares, backref one that it does not";
    return;
  }
  if (facts.has_secondary && facts.has_through) {
    member_of(out, e, m.name) << ": secondary and through exclude each other";
    return;
  }
  check_collection(e, m, t, out);
  if (out.empty() && facts.has_back) check_back(all, entity, member, target, out);
  if (out.empty() && facts.has_backref) check_backref(all, entity, member, target, out);
  if (!out.empty()) return;
  const Join join = join_of(all, entity, member, out);
  if (!out.empty()) return;
  if (facts.has_back && join.owner != nowhere) {
    const std::size_t back = relation_by_name(t, facts.back);
    Message ignored;
    const Join other = join_of(all, target, back, ignored);
    const bool joined = other.kind != Join::Kind::none;
    const bool same = join.kind == Join::Kind::associated
                          ? other.key == join.target_key && other.target_key == join.key
                          : other.owner == join.owner && other.key == join.key;
    if (joined && !same) {
      Message here;
      Message there;
      name_key(here, *all[join.owner], resolve_key(all, join.owner, join.key, ignored));
      name_key(there, *all[other.owner], resolve_key(all, other.owner, other.key, ignored));
      member_of(member_of(out, e, m.name) << " goes by " << std::string_view(here.at, here.size)
                                          << ", but its other side ",
                t, facts.back)
          << " by " << std::string_view(there.at, there.size)
          << ": both must use one foreign key (using_key)";
      return;
    }
  }
  const bool many_side = join.kind == Join::Kind::local || join.kind == Join::Kind::plain ||
                         join.kind == Join::Kind::associated;
  if (has(facts.cascades, cascade::delete_orphan) && many_side && !facts.single_parent)
    member_of(out, e, m.name)
        << ": cascade::delete_orphan belongs on the one side; here " << t.name
        << " may have other owners -- add single_parent if it has one at most";
}

// What is wrong with entity number `entity`, the first thing only; empty where nothing is.
constexpr Message check_entity(Entities all, std::size_t entity) {
  Message out;
  const EntityFacts& e = *all[entity];
  check_columns(all, entity, out);
  if (out.empty()) check_constraints(e, out);
  const std::size_t keys = count_keys(e);
  for (std::size_t n = 0; n < keys && out.empty(); ++n) check_key(all, entity, n, out);
  for (std::size_t m = inherited_members(all, entity); m < e.members.size() && out.empty(); ++m)
    if (!e.members[m].facts->is_column) {
      check_options(e, e.members[m], out);
      if (out.empty()) check_relation(all, entity, m, out);
    }
  return out;
}

}  // namespace kindred::detail
