// The rules that entities of one registry must keep, each with the text that a programmer sees.
// Every entity is checked in a constant evaluation of its own: clang bounds the steps of one.
#pragma once

#include <cstddef>
#include <string_view>

#include "kindred/detail/registry_joins.hpp"

namespace kindred::detail {

constexpr bool can_be_key(TypeCode code) {
  return code < TypeCode::json;  // neither json, opaque nor nested
}

constexpr void check_options(const EntityFacts& e, const MemberFacts& m, Message& out) {
  const FieldFacts& f = *m.facts;
  if (!f.misplaced.empty()) {
    member_of(out, e, m.name) << ": " << f.misplaced << " is an option of "
                              << (f.is_column ? "Relationship, not of a column"
                                              : "a column, not of Relationship");
    return;
  }
  if (!f.is_column) return;
  const auto refuse = [&](std::string_view option, std::string_view needs) {
    member_of(out, e, m.name) << ": " << option << " needs " << needs << ", but the column is ";
    show_type(out, f);
  };
  if (!f.explicit_fits) {
    if (f.wanted.kind == ExplicitType::Kind::text) refuse("text(n)", "a std::string");
    if (f.wanted.kind == ExplicitType::Kind::json) refuse("json", "a std::string");
    if (f.wanted.kind == ExplicitType::Kind::decimal)
      refuse("decimal(p, s)", "a Number, an integer, float or double");
    return;
  }
  if (f.has_max_length && f.type.code != TypeCode::text && f.type.code != TypeCode::bytes)
    return refuse("max_length", "text or bytes");
  if (f.primary_key && f.nullable) {
    member_of(out, e, m.name) << ": a primary key column cannot be optional";
    return;
  }
  if (!can_be_key(f.type.code)) {
    if (f.primary_key) return refuse("primary_key", "a type with an order in keys");
    if (f.unique) return refuse("unique", "a type with an order in keys");
    if (f.indexed) return refuse("indexed", "a type with an order in keys");
    if (f.foreign_key.present) return refuse("foreign_key", "a type with an order in keys");
  }
  if (f.has_insert_default) {
    const ColumnList primary = primary_key_of(e);
    const bool sequence = f.unset == Unset::sequence_key && f.primary_key && primary.count == 1;
    if (f.unset != Unset::natural && !sequence) {
      member_of(out, e, m.name)
          << ": insert_default needs a type with a value that means unset, and ";
      show_type(out, f);
      out << " has none: give the member an ordinary initialiser instead, as in Mapped<...> "
          << m.member_name << " = value;";
    }
  }
}

// Columns that a table-level constraint names.
constexpr void check_named(const EntityFacts& e, std::string_view what,
                           std::span<const std::string_view> names, Message& out) {
  if (names.size() > max_key_columns) {
    out << e.name << ": " << what << " takes at most " << static_cast<unsigned>(max_key_columns)
        << " columns";
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t at = column_by_name(e, names[i]);
    if (at == nowhere) {
      out << e.name << ": " << what << "(\"" << names[i] << "\"): " << e.name << " has no column '"
          << names[i] << "'";
      suggest(out, e, names[i], true);
      return;
    }
    for (std::size_t j = 0; j < i; ++j)
      if (names[j] == names[i]) {
        out << e.name << ": " << what << " names '" << names[i] << "' twice";
        return;
      }
    if (!can_be_key(e.members[at].facts->type.code)) {
      out << e.name << ": " << what << "(\"" << names[i]
          << "\") needs types with an order in keys, but '" << names[i] << "' is ";
      show_type(out, *e.members[at].facts);
      return;
    }
  }
}

constexpr void check_constraints(const EntityFacts& e, Message& out) {
  using Kind = ConstraintFacts::Kind;
  for (const ConstraintFacts& c : e.constraints) {
    if (c.kind == Kind::unique) check_named(e, "unique_together", c.columns, out);
    if (c.kind == Kind::index) check_named(e, "index_on", c.columns, out);
    if (c.kind == Kind::foreign_key) check_named(e, "foreign_key_together", c.columns, out);
    if (c.kind == Kind::validates) {
      bool found = false;
      for (const MemberFacts& m : e.members)
        found = found || (m.facts->is_column && m.member_name == c.name);
      if (!found)
        out << e.name << ": validates<...>: " << e.name << " has no column '" << c.name << "'";
    }
    if (!out.empty()) return;
  }
}

constexpr void check_key(Entities all, std::size_t entity, std::size_t n, Message& out) {
  const EntityFacts& e = *all[entity];
  const Key key = resolve_key(all, entity, n, out);
  if (!out.empty() || !key.resolved()) return;
  const EntityFacts& to = *all[key.entity];
  if (!is_unique_key(to, key.referenced)) {
    name_key(out, e, key);
    out << ": a foreign key must refer to a primary key or unique column; ";
    for (std::size_t i = 0; i < key.referenced.count; ++i) {
      if (i != 0) out << "+";
      member_of(out, to, to.members[key.referenced.at[i]].name);
    }
    out << " is neither";
    return;
  }
  bool nullable = false;
  bool has_default = true;
  for (std::size_t i = 0; i < key.columns.count; ++i) {
    const MemberFacts& from = e.members[key.columns.at[i]];
    const MemberFacts& at = to.members[key.referenced.at[i]];
    const FieldFacts& a = *from.facts;
    const FieldFacts& b = *at.facts;
    if (a.cpp_type != b.cpp_type || !(a.type == b.type)) {
      member_of(out, e, from.name) << " is ";
      show_type(out, a);
      member_of(out << " but refers to ", to, at.name) << ", which is ";
      show_type(out, b);
      return;
    }
    nullable = nullable || a.nullable;
    has_default = has_default && (a.has_default || a.nullable);
  }
  if (key.action == OnDelete::set_null && !nullable) {
    name_key(out, e, key);
    out << ": on_delete::set_null needs a nullable column: Mapped<std::optional<...>, ...>";
  }
  if (key.action == OnDelete::set_default && !has_default) {
    name_key(out, e, key);
    out << ": on_delete::set_default needs default_value(...), the constant that is written";
  }
}

// What a derived entity adds to the table of its base.
constexpr void check_derived(const EntityFacts& root, const EntityFacts& e, Message& out) {
  if (!e.has_identity) {
    out << e.name << " shares the table of " << root.name
        << " and needs a static constexpr polymorphic_identity";
    return;
  }
  for (std::size_t i = root.members.size(); i < e.members.size(); ++i) {
    const MemberFacts& m = e.members[i];
    if (!m.facts->is_column || m.facts->nullable) continue;
    out << e.name << "." << m.name << " must be optional: it is a column of the table of "
        << root.name << ", whose other rows have no value for it";
    return;
  }
}

constexpr void check_columns(Entities all, std::size_t entity, Message& out) {
  const EntityFacts& e = *all[entity];
  std::size_t columns = 0;
  const MemberFacts* const members = e.members.data();  // clang counts every call as a step
  for (std::size_t i = 0; i < e.members.size(); ++i) {
    columns += members[i].facts->is_column ? 1 : 0;
    for (std::size_t j = 0; j < i; ++j)
      if (members[i].hash == members[j].hash && members[i].name == members[j].name) {
        out << e.name << " has two members of the name '" << e.members[i].name
            << "' (bases and embedded structs count): rename one, or give it column_name(\"...\")";
        return;
      }
  }
  if (columns == 0) {
    out << e.name << " has no Mapped members";
    return;
  }
  std::size_t keys = 0;
  for (const MemberFacts& m : e.members) keys += m.facts->primary_key ? 1 : 0;
  if (keys == 0) {
    out << e.name << " has no primary key: declare one, as Mapped<std::int64_t, primary_key> id";
    return;
  }
  if (keys > max_key_columns) {
    out << e.name << " has a primary key of more than " << static_cast<unsigned>(max_key_columns)
        << " columns";
    return;
  }
  const std::size_t root = root_of(all, entity);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i != entity && all[i]->table == e.table) {
      if (all[i]->id == e.id)
        out << e.name << " stands in this registry twice";
      else if (root == entity && root_of(all, i) == entity)
        continue;
      else if (root != root_of(all, i))
        out << e.name << " and " << all[i]->name << " have the same tablename '" << e.table
            << "' (a derived entity shares the table of its base where the base has a "
               "discriminator "
               "column)";
      else if (e.has_identity && all[i]->has_identity && e.identity_text == all[i]->identity_text &&
               e.identity_number == all[i]->identity_number)
        out << e.name << " needs a polymorphic_identity of its own: " << all[i]->name
            << " has the same";
      if (!out.empty()) return;
    }
  if (root != entity) check_derived(*all[root], e, out);
  if (!out.empty()) return;
  for (const MemberFacts& m : e.members) {
    check_options(e, m, out);
    if (!out.empty()) return;
  }
}

}  // namespace kindred::detail
