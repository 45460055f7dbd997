#include "tools/kindred/row_text.hpp"

#include <algorithm>

#include "json/reader.hpp"
#include "json/row_json.hpp"
#include "json/writer.hpp"
#include "tools/kindred/exit_code.hpp"

namespace kindred::tool {
namespace {

bool is_number(const Type& type) {
  return type.is_integer() || type.code == TypeCode::float32 || type.code == TypeCode::float64 ||
         type.code == TypeCode::decimal || type.code == TypeCode::duration;
}

// Bounded by the depth that Document::parse allows.
void copy(json::Writer& out, const json::Value& value) {
  if (value.is(json::Kind::object)) {
    out.begin_object();
    for (const json::Member& member : value.members()) {
      out.key(member.name);
      copy(out, member.value);
    }
    out.end_object();
  } else if (value.is(json::Kind::array)) {
    out.begin_array();
    for (const json::Value element : value.elements()) copy(out, element);
    out.end_array();
  } else {
    out.raw(value.source());
  }
}

// Whether an argument is a whole key in JSON. Text of a key of one column never is.
bool spells_whole_key(const Table& table, const std::string& argument) {
  if (!argument.starts_with('[') && !argument.starts_with('{')) return false;
  if (table.primary_key.size() > 1) return true;
  const Column* column = table.column(table.primary_key.front());
  return column != nullptr && column->type.code != TypeCode::text;
}

Row parse_whole_key(const Table& table, const std::string& argument) {
  json::Document document;
  try {
    return json::read_key(document.parse(argument), table, "key");
  } catch (const ValidationError& error) {
    throw CommandLineError("the key " + argument + " of " + table.name + ": " + error.what());
  }
}

}  // namespace

std::string json_quote(std::string_view utf8) {
  std::string out;
  json::append_string(out, utf8);
  return out;
}

std::string compact_json(std::string_view text) {
  json::Document document;
  const json::Value root = document.parse(text);
  std::string out;
  json::Writer writer(out);
  copy(writer, root);
  return out;
}

void append_row_json(std::string& out, const Table& table, const Row& row) {
  json::Writer writer(out);
  json::write_row(writer, table, row, json::BytesForm::plain);
}

std::vector<Heading> headings_of(const Table& table) {
  std::vector<Heading> out;
  for (const Column& column : table.columns)
    out.push_back({column.name, is_number(column.type) ? Align::right : Align::left});
  return out;
}

Field field_of(const Column& column, const Value& value) {
  if (value.is_null()) return Field::null();
  std::string json;
  json::Writer writer(json);
  json::write_value(writer, column.type, value, json::BytesForm::plain);
  // A string that is a JSON column's value stays as it was written.
  if (column.type.code == TypeCode::json || !json.starts_with('"'))
    return Field::token(std::move(json));
  json::Document document;
  return Field::text(std::string(document.parse(json).text()));
}

std::vector<Field> fields_of(const Table& table, const Row& row) {
  std::vector<Field> out;
  for (const Column& column : table.columns) {
    const Value* value = row.find(column.name);
    out.push_back(value == nullptr ? Field::null() : field_of(column, *value));
  }
  return out;
}

Row key_of(const Table& table, const Row& row) {
  Row key;
  for (const std::string& name : table.primary_key) key.append(name, row[name]);
  return key;
}

Field key_field(const Table& table, const Row& row) {
  std::vector<Field> parts;
  for (const std::string& name : table.primary_key)
    parts.push_back(field_of(*table.column(name), row[name]));
  if (parts.size() == 1) return parts.front();
  std::string out = "[";
  for (const Field& part : parts) {
    if (out.size() > 1) out += ',';
    out += part.kind == Field::Kind::text ? json_quote(part.content) : part.content;
  }
  return Field::token(out + "]");
}

std::string key_text(const Table& table, const Row& row) {
  std::string out;
  for (const std::string& name : table.primary_key) {
    if (!out.empty()) out += ' ';
    out += field_of(*table.column(name), row[name]).content;
  }
  return out;
}

std::vector<Row> parse_keys(const Table& table, std::span<const std::string> arguments) {
  std::vector<Row> keys;
  try {
    while (!arguments.empty()) {
      if (spells_whole_key(table, arguments.front())) {
        keys.push_back(parse_whole_key(table, arguments.front()));
        arguments = arguments.subspan(1);
        continue;
      }
      const std::size_t width = std::min(table.primary_key.size(), arguments.size());
      keys.push_back(json::key_from_text(arguments.first(width), table, "key"));
      arguments = arguments.subspan(width);
    }
  } catch (const ValidationError& error) {
    throw CommandLineError(error.what());
  }
  return keys;
}

Row parse_key(const Table& table, std::span<const std::string> arguments) {
  const std::vector<Row> keys = parse_keys(table, arguments);
  if (keys.size() != 1)
    throw CommandLineError("one key is expected, " + std::to_string(keys.size()) + " were given");
  return keys.front();
}

}  // namespace kindred::tool
