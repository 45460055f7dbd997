// The run-time catalogue of a registry that has passed its checks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/registry_joins.hpp"

namespace kindred::detail {

class CatalogBuilder {
 public:
  explicit CatalogBuilder(Entities all) : all_(all) {}

  Catalog build() {
    Catalog out;
    for (std::size_t e = 0; e < all_.size(); ++e)
      if (root_of(all_, e) == e) out.tables.push_back(table(e));
    for (std::size_t e = 0; e < all_.size(); ++e)
      if (root_of(all_, e) != e) merge_into(table_named(out, all_[e]->table), table(e));
    add_secondary_tables(out);
    for (std::size_t e = 0; e < all_.size(); ++e) add_relationships(out, e);
    return out;
  }

 private:
  static std::string joined(std::string_view kind, std::string_view table,
                            const std::vector<std::string>& columns) {
    std::string name(kind);
    name += '_';
    name += table;
    for (const std::string& column : columns) name += "_" + column;
    return name;
  }
  static std::vector<std::string> names(const EntityFacts& e, const ColumnList& columns) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < columns.count; ++i) out.emplace_back(e.members[columns.at[i]].name);
    return out;
  }
  static std::vector<std::string> names(std::span<const std::string_view> columns) {
    return {columns.begin(), columns.end()};
  }

  static Column column(const MemberFacts& member) {
    const FieldFacts& facts = *member.facts;
    Column out;
    out.name = member.name;
    out.type = facts.make_type();
    out.nullable = facts.nullable;
    out.max_length = facts.max_length;
    if (facts.make_default != nullptr) out.default_value = facts.make_default();
    return out;
  }

  static void add_index(Table& table, bool unique, std::vector<std::string> columns) {
    for (const Index& there : table.indexes)
      if (there.columns == columns && (there.unique || !unique)) return;
    std::string name = joined(unique ? "uq" : "ix", table.name, columns);
    table.indexes.push_back({std::move(name), std::move(columns), unique, 0});
  }

  Table table(std::size_t entity) const {
    const EntityFacts& e = *all_[entity];
    Table out;
    out.name = e.table;
    for (const MemberFacts& m : e.members)
      if (m.facts->is_column) out.columns.push_back(column(m));
    const ColumnList primary = primary_key_of(e);
    out.primary_key = names(e, primary);
    for (std::size_t n = 0; n < count_keys(e); ++n) {
      Message ignored;
      const Key key = resolve_key(all_, entity, n, ignored);
      out.foreign_keys.push_back(foreign_key(out.name, names(e, key.columns), *all_[key.entity],
                                             key.referenced, key.action));
    }
    using Kind = ConstraintFacts::Kind;
    for (std::size_t i = 0; i < e.members.size(); ++i) {
      const FieldFacts& f = *e.members[i].facts;
      const bool alone_in_key = f.primary_key && primary.count == 1;
      if (f.unique && !alone_in_key) add_index(out, true, {std::string(e.members[i].name)});
    }
    for (const ConstraintFacts& c : e.constraints)
      if (c.kind == Kind::unique) add_index(out, true, names(c.columns));
    for (const MemberFacts& m : e.members) {
      const FieldFacts& f = *m.facts;
      const bool alone_in_key = f.primary_key && primary.count == 1;
      if (f.indexed && !f.foreign_key.present && !alone_in_key)
        add_index(out, false, {std::string(m.name)});
    }
    std::size_t checks = 0;
    for (const ConstraintFacts& c : e.constraints) {
      if (c.kind == Kind::index) add_index(out, false, names(c.columns));
      if (c.kind != Kind::check) continue;
      ++checks;
      std::string name =
          c.name.empty() ? "ck_" + out.name + "_" + std::to_string(checks) : std::string(c.name);
      out.checks.push_back({std::move(name), c.condition()});
    }
    return out;
  }

  // What a derived entity adds to the table that it shares.
  static void merge_into(Table& table, Table&& derived) {
    const auto add = [](auto& to, auto& from) {
      for (auto& one : from) {
        bool there = false;
        for (const auto& other : to) there = there || other.name == one.name;
        if (!there) to.push_back(std::move(one));
      }
    };
    add(table.columns, derived.columns);
    add(table.indexes, derived.indexes);
    add(table.foreign_keys, derived.foreign_keys);
    add(table.checks, derived.checks);
  }

  static ForeignKey foreign_key(std::string_view table, std::vector<std::string> columns,
                                const EntityFacts& to, const ColumnList& referenced,
                                OnDelete action) {
    ForeignKey out;
    out.name = joined("fk", table, columns);
    out.columns = std::move(columns);
    out.table = to.table;
    out.referenced = names(to, referenced);
    out.on_delete = action;
    return out;
  }

  // "PostTag" becomes "post_tag".
  static std::string snake(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      const bool upper = c >= 'A' && c <= 'Z';
      if (upper && i != 0 && !(name[i - 1] >= 'A' && name[i - 1] <= 'Z') && name[i - 1] != '_')
        out += '_';
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
  }

  // Columns of a plain secondary table that refer to `to`: post_id for Post.id; other_post_id on
  // the second side where both sides have one name.
  static void add_side(Table& table, const EntityFacts& to, std::string_view prefix) {
    const ColumnList primary = primary_key_of(to);
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < primary.count; ++i) {
      const MemberFacts& referenced = to.members[primary.at[i]];
      Column out = column(referenced);
      out.name = std::string(prefix) + snake(to.name) + "_" + std::string(referenced.name);
      out.default_value.reset();
      columns.push_back(out.name);
      table.columns.push_back(std::move(out));
    }
    table.primary_key.insert(table.primary_key.end(), columns.begin(), columns.end());
    table.foreign_keys.push_back(
        foreign_key(table.name, std::move(columns), to, primary, OnDelete::cascade));
  }

  void add_secondary_tables(Catalog& out) const {
    for (std::size_t e = 0; e < all_.size(); ++e)
      for (std::size_t m = 0; m < all_[e]->members.size(); ++m) {
        const FieldFacts& facts = *all_[e]->members[m].facts;
        if (facts.is_column || !facts.relation.has_secondary) continue;
        const std::string_view name = facts.relation.secondary;
        if (entity_by_table(all_, name) != nowhere) continue;
        const RelationAt first = first_of_secondary(all_, name);
        if (first.entity != e || first.member != m) continue;
        const EntityFacts& here = *all_[e];
        const EntityFacts& there = *all_[entity_by_id(all_, facts.relation.target)];
        Table table;
        table.name = name;
        add_side(table, here, "");
        add_side(table, there, snake(here.name) == snake(there.name) ? "other_" : "");
        out.tables.push_back(std::move(table));
      }
  }

  // The side that holds the foreign key is many_to_one, also where it is unique.
  static RelationshipInfo::Kind here(const Join& join, RelationshipInfo::Kind kind) {
    return join.kind == Join::Kind::local ? RelationshipInfo::Kind::many_to_one : kind;
  }
  static RelationshipInfo::Kind there(const Join& join, RelationshipInfo::Kind kind) {
    using Kind = RelationshipInfo::Kind;
    if (join.kind == Join::Kind::remote) return Kind::many_to_one;
    return kind == Kind::many_to_one ? Kind::one_to_many : kind;
  }
  static Table& table_named(Catalog& catalog, std::string_view name) {
    std::size_t i = 0;
    while (catalog.tables[i].name != name) ++i;
    return catalog.tables[i];
  }
  std::string key_name(std::size_t owner, std::size_t n) const {
    Message ignored;
    const Key key = resolve_key(all_, owner, n, ignored);
    return joined("fk", all_[owner]->table, names(*all_[owner], key.columns));
  }

  void add_relationships(Catalog& out, std::size_t entity) const {
    const EntityFacts& e = *all_[entity];
    for (std::size_t m = inherited_members(all_, entity); m < e.members.size(); ++m) {
      if (e.members[m].facts->is_column) continue;
      if (table_named(out, e.table).relationship(e.members[m].name) != nullptr) continue;
      const RelationFacts& facts = e.members[m].facts->relation;
      Message ignored;
      const Join join = join_of(all_, entity, m, ignored);
      RelationshipInfo info;
      info.name = e.members[m].name;
      const RelationshipInfo::Kind kind = kind_of(all_, entity, m, join);
      info.kind = here(join, kind);
      info.target = all_[entity_by_id(all_, facts.target)]->table;
      info.reverse = facts.has_back ? facts.back : facts.backref;
      if (join.kind == Join::Kind::plain) {
        info.owner = facts.secondary;
        const Table& between = table_named(out, info.owner);
        info.foreign_key = between.foreign_keys[join.swapped ? 1 : 0].name;
        info.target_key = between.foreign_keys[join.swapped ? 0 : 1].name;
      } else {
        info.owner = all_[join.owner]->table;
        info.foreign_key = key_name(join.owner, join.key);
        if (join.kind == Join::Kind::associated)
          info.target_key = key_name(join.owner, join.target_key);
      }
      if (facts.has_backref) {
        RelationshipInfo back = info;
        back.name = facts.backref;
        back.kind = there(join, kind);
        back.target = e.table;
        back.reverse = info.name;
        if (!info.target_key.empty()) std::swap(back.foreign_key, back.target_key);
        table_named(out, info.target).relationships.push_back(std::move(back));
      }
      table_named(out, e.table).relationships.push_back(std::move(info));
    }
  }

  Entities all_;
};

}  // namespace kindred::detail
