// What the entities of a registry mean together: which row a foreign key refers to, which foreign
// key joins a relationship. Used by the compile-time checks and again, at run time, to build the
// catalogue; the first caller has proven that the second finds no fault.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "kindred/detail/diagnosis.hpp"
#include "kindred/detail/entity_facts.hpp"

namespace kindred::detail {

using Entities = std::span<const EntityFacts* const>;
inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
inline constexpr std::size_t max_key_columns = 16;

constexpr std::size_t entity_by_id(Entities all, TypeId id) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i]->id == id) return i;
  return nowhere;
}
// Whether `entity` has the members of `base` first: derived from it, or the like.
constexpr bool begins_with(const EntityFacts& entity, const EntityFacts& base) {
  if (entity.members.size() < base.members.size()) return false;
  for (std::size_t i = 0; i < base.members.size(); ++i)
    if (entity.members[i].hash != base.members[i].hash ||
        entity.members[i].facts != base.members[i].facts)
      return false;
  return true;
}
constexpr bool has_discriminator(const EntityFacts& entity) {
  for (const MemberFacts& m : entity.members)
    if (m.facts->discriminator) return true;
  return false;
}
// The entity whose table this one shares: itself, or the base of its single-table inheritance.
constexpr std::size_t root_of(Entities all, std::size_t entity) {
  std::size_t root = entity;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t size = all[i]->members.size();
    const std::size_t best = all[root]->members.size();
    if (all[i]->table != all[entity]->table || !has_discriminator(*all[i])) continue;
    if (size > best || (size == best && i >= root)) continue;
    if (begins_with(*all[entity], *all[i])) root = i;
  }
  return root;
}
// How many of its members an entity has from the bases that it shares its table with.
constexpr std::size_t inherited_members(Entities all, std::size_t entity) {
  const std::size_t root = root_of(all, entity);
  std::size_t most = 0;
  for (std::size_t i = 0; i < all.size() && root != entity; ++i)
    if (i != entity && all[i]->table == all[entity]->table && all[i]->members.size() > most &&
        begins_with(*all[entity], *all[i]) &&
        (all[i]->members.size() < all[entity]->members.size() || i == root))
      most = all[i]->members.size();
  return most;
}
constexpr std::size_t entity_by_table(Entities all, std::string_view table) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i]->table == table) return root_of(all, i);
  return nowhere;
}
constexpr std::size_t member_by_name(const EntityFacts& entity, std::string_view name,
                                     bool column) {
  const TypeId hash = hash_text(name);
  const MemberFacts* const members = entity.members.data();
  const std::size_t count = entity.members.size();
  for (std::size_t i = 0; i < count; ++i)
    if (members[i].hash == hash && members[i].facts->is_column == column && members[i].name == name)
      return i;
  return nowhere;
}
constexpr std::size_t column_by_name(const EntityFacts& entity, std::string_view name) {
  return member_by_name(entity, name, true);
}
constexpr std::size_t relation_by_name(const EntityFacts& entity, std::string_view name) {
  return member_by_name(entity, name, false);
}
constexpr void suggest(Message& out, const EntityFacts& entity, std::string_view wrong,
                       bool columns) {
  DidYouMean near{wrong};
  for (const MemberFacts& member : entity.members)
    if (member.facts->is_column == columns) near.consider(member.name);
  near.say(out);
}

// Indices of members, in key order.
struct ColumnList {
  std::array<std::size_t, max_key_columns> at{};
  std::size_t count = 0;
  constexpr void add(std::size_t member) {
    if (count < max_key_columns) at[count++] = member;
  }
  [[nodiscard]] constexpr bool contains(std::size_t member) const {
    for (std::size_t i = 0; i < count; ++i)
      if (at[i] == member) return true;
    return false;
  }
};
constexpr bool same_set(const ColumnList& a, const ColumnList& b) {
  if (a.count != b.count) return false;
  for (std::size_t i = 0; i < a.count; ++i)
    if (!b.contains(a.at[i])) return false;
  return true;
}
constexpr ColumnList primary_key_of(const EntityFacts& entity) {
  ColumnList out;
  for (std::size_t i = 0; i < entity.members.size(); ++i)
    if (entity.members[i].facts->primary_key) out.add(i);
  return out;
}
// Names that are no columns are left out: the checks name them.
constexpr ColumnList columns_named(const EntityFacts& entity,
                                   std::span<const std::string_view> names) {
  ColumnList out;
  for (const std::string_view name : names) {
    const std::size_t at = column_by_name(entity, name);
    if (at != nowhere) out.add(at);
  }
  return out;
}
// Whether these columns are, in any order, the primary key or a unique key.
constexpr bool is_unique_key(const EntityFacts& entity, const ColumnList& columns) {
  if (same_set(columns, primary_key_of(entity))) return true;
  if (columns.count == 1 && entity.members[columns.at[0]].facts->unique) return true;
  for (const ConstraintFacts& c : entity.constraints)
    if (c.kind == ConstraintFacts::Kind::unique &&
        same_set(columns, columns_named(entity, c.columns)))
      return true;
  return false;
}

// The foreign keys of an entity are counted: first those of its columns, in order, then the
// table-level ones.
constexpr std::size_t count_keys(const EntityFacts& entity) {
  std::size_t n = 0;
  for (const MemberFacts& member : entity.members) n += member.facts->foreign_key.present ? 1 : 0;
  for (const ConstraintFacts& c : entity.constraints)
    n += c.kind == ConstraintFacts::Kind::foreign_key ? 1 : 0;
  return n;
}

// One foreign key, resolved as far as it can be.
struct Key {
  std::size_t entity = nowhere;  // referred to
  ColumnList columns;            // of the entity that has the key
  ColumnList referenced;
  OnDelete action = OnDelete::no_action;
  [[nodiscard]] constexpr bool resolved() const {
    return entity != nowhere && referenced.count > 0;
  }
};

constexpr Message& member_of(Message& out, const EntityFacts& entity, std::string_view member) {
  return out << entity.name << "." << member;
}

constexpr Key resolve_column_key(Entities all, std::size_t owner, std::size_t member,
                                 Message& out) {
  const EntityFacts& e = *all[owner];
  const MemberFacts& m = e.members[member];
  const ForeignKeyFacts& facts = m.facts->foreign_key;
  Key key;
  key.columns.add(member);
  key.action = facts.action;
  if (!facts.path.empty()) {
    const std::size_t dot = position(facts.path, ".");
    const std::string_view table = facts.path.substr(0, dot);
    if (dot == facts.path.size()) {
      member_of(out, e, m.name) << ": foreign_key(\"" << facts.path
                                << "\") is not of the form table.column";
      return key;
    }
    const std::string_view column = facts.path.substr(dot + 1);
    key.entity = entity_by_table(all, table);
    if (key.entity == nowhere) {
      member_of(out, e, m.name) << ": foreign_key(\"" << facts.path << "\"): no table '" << table
                                << "' in this registry";
      DidYouMean near{table};
      for (const EntityFacts* other : all) near.consider(other->table);
      near.say(out);
      return key;
    }
    const EntityFacts& to = *all[key.entity];
    const std::size_t at = column_by_name(to, column);
    if (at == nowhere) {
      member_of(out, e, m.name) << ": foreign_key(\"" << facts.path << "\"): table '" << table
                                << "' has no column '" << column << "'";
      suggest(out, to, column, true);
      return key;
    }
    key.referenced.add(at);
    return key;
  }
  key.entity = entity_by_id(all, facts.entity);
  if (key.entity == nowhere) {
    member_of(out, e, m.name) << ": foreign key to " << facts.entity_name
                              << ", which is not in this registry";
    if (!facts.member.empty())
      out << " (for a member that an entity has from a base: foreign_key<Entity>(&Entity::"
          << facts.member << "))";
    return key;
  }
  const EntityFacts& to = *all[key.entity];
  if (facts.member.empty()) {
    const ColumnList primary = primary_key_of(to);
    if (primary.count == 1) {
      key.referenced = primary;
    } else if (primary.count > 1) {
      member_of(out, e, m.name) << ": foreign_key<" << to.name
                                << ">() needs one primary key column, " << to.name
                                << " has several: use foreign_key_together in table_args";
    }
    return key;  // none at all is a mistake of its own
  }
  for (std::size_t i = 0; i < to.members.size(); ++i)
    if (to.members[i].facts->is_column && to.members[i].member_name == facts.member)
      key.referenced.add(i);
  if (key.referenced.count == 0)
    member_of(out, e, m.name) << ": foreign key to " << to.name << "." << facts.member
                              << ", which is no column";
  return key;
}

// The key or unique constraint that these columns are, in its own order; themselves where they are
// none.
constexpr ColumnList in_key_order(const EntityFacts& entity, const ColumnList& columns) {
  const ColumnList primary = primary_key_of(entity);
  if (same_set(columns, primary)) return primary;
  for (const ConstraintFacts& c : entity.constraints)
    if (c.kind == ConstraintFacts::Kind::unique) {
      const ColumnList unique = columns_named(entity, c.columns);
      if (same_set(columns, unique)) return unique;
    }
  return columns;
}
// Puts the pairs of columns in the order of the key that is referred to.
constexpr void put_in_order(const EntityFacts& to, Key& key) {
  if (key.columns.count != key.referenced.count) return;
  const Key as_named = key;
  key.referenced = in_key_order(to, as_named.referenced);
  for (std::size_t i = 0; i < key.referenced.count; ++i)
    for (std::size_t j = 0; j < as_named.referenced.count; ++j)
      if (as_named.referenced.at[j] == key.referenced.at[i])
        key.columns.at[i] = as_named.columns.at[j];
}

constexpr Key resolve_table_key(Entities all, std::size_t owner, const ConstraintFacts& facts,
                                Message& out) {
  const EntityFacts& e = *all[owner];
  Key key;
  key.columns = columns_named(e, facts.columns);
  key.action = facts.action;
  if (!facts.table.empty()) {
    key.entity = entity_by_table(all, facts.table);
    if (key.entity == nowhere)
      out << e.name << ": foreign_key_together: no table '" << facts.table << "' in this registry";
  } else if (facts.entity == 0) {
    out << e.name << ": foreign_key_together says nothing of its target: add .references<Entity>()";
  } else {
    key.entity = entity_by_id(all, facts.entity);
    if (key.entity == nowhere)
      out << e.name << ": foreign_key_together references " << facts.entity_name
          << ", which is not in this registry";
  }
  if (key.entity == nowhere) return key;
  const EntityFacts& to = *all[key.entity];
  if (facts.to_primary_key) {
    key.referenced = primary_key_of(to);
    if (key.referenced.count != facts.columns.size() && key.referenced.count > 0)
      out << e.name << ": foreign_key_together names "
          << static_cast<unsigned>(facts.columns.size()) << " columns, but the primary key of "
          << to.name << " has " << static_cast<unsigned>(key.referenced.count);
    return key;
  }
  for (const std::string_view name : facts.referenced) {
    const std::size_t at = column_by_name(to, name);
    if (at == nowhere) {
      out << e.name << ": foreign_key_together: " << to.name << " has no column '" << name << "'";
      suggest(out, to, name, true);
      return key;
    }
    key.referenced.add(at);
  }
  put_in_order(to, key);
  return key;
}

// The n-th foreign key of entity `owner`. What is wrong with it goes to `out`.
constexpr Key resolve_key(Entities all, std::size_t owner, std::size_t n, Message& out) {
  const EntityFacts& e = *all[owner];
  for (std::size_t i = 0; i < e.members.size(); ++i)
    if (e.members[i].facts->foreign_key.present && n-- == 0)
      return resolve_column_key(all, owner, i, out);
  for (const ConstraintFacts& c : e.constraints)
    if (c.kind == ConstraintFacts::Kind::foreign_key && n-- == 0)
      return resolve_table_key(all, owner, c, out);
  return {};
}

}  // namespace kindred::detail
