#include "tools/kindred/line_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "json/row_json.hpp"
#include "tools/kindred/session.hpp"
#include "tools/kindred/text.hpp"

namespace kindred::tool {
namespace {

using json::Kind;
using json::ReadMode;

// The member of that name. Refuses the object where it has none.
json::Value required(const json::Value& object, std::string_view name) {
  if (const auto value = object.find(name)) return *value;
  object.refuse(fmt::format("the member \"{}\" is missing", name));
}

std::string_view required_text(const json::Value& object, std::string_view name) {
  const json::Value value = required(object, name);
  if (!value.is(Kind::string))
    value.refuse(fmt::format("\"{}\" must be a string, found {}", name, value.excerpt()));
  return value.text();
}

void allow_only(const json::Value& object, std::initializer_list<std::string_view> names) {
  for (const json::Member& member : object.members()) {
    if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
    member.value.refuse(
        fmt::format("unknown member \"{}\": expected {}", member.name, fmt::join(names, ", ")));
  }
}

json::Value required_object(const json::Value& object, std::string_view name) {
  const json::Value value = required(object, name);
  if (!value.is(Kind::object))
    value.refuse(
        fmt::format("\"{}\" must be an object with the columns, found {}", name, value.excerpt()));
  return value;
}

std::vector<Row> keys_of(const json::Value& object, const Table& table) {
  if (!object.find("keys")) {
    allow_only(object, {"op", "table", "key"});
    return {json::read_key(required(object, "key"), table)};
  }
  allow_only(object, {"op", "table", "keys"});
  const json::Value list = required(object, "keys");
  if (!list.is(Kind::array))
    list.refuse(fmt::format("\"keys\" must be an array of keys, found {}", list.excerpt()));
  std::vector<Row> keys;
  keys.reserve(list.size());
  for (const json::Value key : list.elements()) keys.push_back(json::read_key(key, table));
  return keys;
}

}  // namespace

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

json::Value LineParser::parse(std::string_view line) {
  json::ReadOptions options;
  options.first_line = input_.line();
  const json::Value value = document_.parse(line, input_.name(), options);
  if (!value.is(Kind::object))
    value.refuse(fmt::format("expected an object, found {}", value.excerpt()));
  return value;
}

const Table& LineParser::table_of(const json::Value& object) const {
  const std::string_view name = required_text(object, "table");
  if (const Table* table = catalog_.table(name)) return *table;
  const std::string close = nearest(name, table_names(catalog_));
  object.refuse(fmt::format("there is no table '{}'{}", name,
                            close.empty() ? "" : fmt::format(" (did you mean '{}'?)", close)));
}

Row LineParser::plain_row(std::string_view line, const Table& table) {
  return json::read_row(parse(line), table, ReadMode::lenient);
}

LoadLine LineParser::load_line(std::string_view line) {
  const json::Value object = parse(line);
  LoadLine out;
  if (const auto schema = object.find("schema")) {
    allow_only(object, {"schema"});
    out.schema = Catalog::from_json(schema->source(), input_.where());
    return out;
  }
  if (!object.find("table"))
    object.refuse(
        "expected {\"table\":...,\"row\":{...}}: where the lines are rows of one table, name it "
        "with "
        "--table");
  allow_only(object, {"table", "row"});
  out.table = &table_of(object);
  out.row = json::read_row(required_object(object, "row"), *out.table, ReadMode::lenient);
  return out;
}

Change LineParser::change(std::string_view line) {
  const json::Value object = parse(line);
  const std::string_view op = required_text(object, "op");
  Change out;
  if (op == "insert" || op == "put") {
    out.op = op == "put" ? Change::Op::put : Change::Op::insert;
    out.table = &table_of(object);
    allow_only(object, {"op", "table", "row"});
    out.row = json::read_row(required_object(object, "row"), *out.table, ReadMode::lenient);
  } else if (op == "update") {
    out.op = Change::Op::update;
    out.table = &table_of(object);
    allow_only(object, {"op", "table", "key", "set"});
    out.keys.push_back(json::read_key(required(object, "key"), *out.table));
    out.row = json::read_row(required_object(object, "set"), *out.table, ReadMode::lenient);
  } else if (op == "delete") {
    out.op = Change::Op::erase;
    out.table = &table_of(object);
    out.keys = keys_of(object, *out.table);
  } else {
    required(object, "op")
        .refuse(fmt::format("unknown op '{}': expected insert, put, update or delete", op));
  }
  return out;
}

}  // namespace kindred::tool
