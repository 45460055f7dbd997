// Catalogues in a line per table, for tests:
//
//   schema({TableSpec("team").text("code").key({"code"}),
//           TableSpec("player").integer("id").text("team", null).key({"id"})
//               .refers({"team"}, "team", OnDelete::set_null)})
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kindred/catalog.hpp"

namespace kindred::engine_test {

enum class Nullable : std::uint8_t { no, yes };
inline constexpr Nullable null = Nullable::yes;

class TableSpec {
 public:
  using Names = std::vector<std::string>;

  explicit TableSpec(std::string name) { table_.name = std::move(name); }

  TableSpec& column(std::string name, Type type, Nullable nullable = Nullable::no) {
    Column c;
    c.name = std::move(name);
    c.type = std::move(type);
    c.nullable = nullable == Nullable::yes;
    table_.columns.push_back(std::move(c));
    return *this;
  }
  TableSpec& column(std::string name, TypeCode code, Nullable nullable = Nullable::no) {
    Type type;
    type.code = code;
    return column(std::move(name), type, nullable);
  }
  TableSpec& integer(std::string name, Nullable nullable = Nullable::no) {
    return column(std::move(name), TypeCode::int64, nullable);
  }
  TableSpec& text(std::string name, Nullable nullable = Nullable::no) {
    return column(std::move(name), TypeCode::text, nullable);
  }
  // Of the column named last.
  TableSpec& or_else(Value value) {
    table_.columns.back().default_value = std::move(value);
    return *this;
  }
  TableSpec& at_most(std::uint32_t length) {
    table_.columns.back().max_length = length;
    return *this;
  }
  TableSpec& key(Names columns) {
    table_.primary_key = std::move(columns);
    return *this;
  }
  TableSpec& unique(Names columns) {
    table_.indexes.push_back({"", std::move(columns), true, 0});
    return *this;
  }
  TableSpec& index(Names columns) {
    table_.indexes.push_back({"", std::move(columns), false, 0});
    return *this;
  }
  TableSpec& refers(Names columns, std::string table, OnDelete action, Names referenced = {}) {
    table_.foreign_keys.push_back(
        {"", std::move(columns), std::move(table), std::move(referenced), action, 0});
    return *this;
  }
  TableSpec& check(std::string name, Expression condition) {
    table_.checks.push_back({std::move(name), std::move(condition)});
    return *this;
  }
  TableSpec& relationship(RelationshipInfo info) {
    table_.relationships.push_back(std::move(info));
    return *this;
  }

  [[nodiscard]] const Table& table() const noexcept { return table_; }

 private:
  Table table_;
};

inline Catalog schema(std::initializer_list<TableSpec> tables) {
  Catalog out;
  for (const TableSpec& spec : tables) out.tables.push_back(spec.table());
  out.validate();
  return out;
}

}  // namespace kindred::engine_test
