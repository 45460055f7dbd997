#include "json/row_json.hpp"

#include <algorithm>

#include "kindred/detail/spelling.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

[[noreturn]] void refuse(const Value& at, const Table& table, std::string_view where,
                         const std::string& message) {
  throw ValidationError(where.empty() ? at.where() : std::string(where),
                        "table " + table.name + ": " + message);
}

const Column& column_of(const Member& member, const Table& table, std::size_t expected,
                        std::string_view where) {
  // Rows mostly come in declared order.
  if (expected < table.columns.size() && table.columns[expected].name == member.name)
    return table.columns[expected];
  if (const Column* c = table.column(member.name)) return *c;
  refuse(member.value, table, where,
         "there is no column '" + std::string(member.name) + "'" +
             detail::did_you_mean(member.name, table.columns,
                                  [](const Column& c) { return std::string_view(c.name); }));
}

kindred::Value read_column(const Value& from, const Table& table, const Column& column,
                           ReadMode mode, std::string_view where) {
  try {
    return read_value(from, column.type, mode);
  } catch (const Misfit& misfit) {
    refuse(misfit.at(), table, where, "column " + column.name + ": " + misfit.what());
  }
}

kindred::Value read_key_column(const Value& from, const Table& table, const Column& column,
                               std::string_view where) {
  if (from.is(Kind::null))
    refuse(from, table, where, "column " + column.name + ": a key column cannot be null");
  return read_column(from, table, column, ReadMode::lenient, where);
}

void write_column(Writer& out, const Table& table, const Column& column, const kindred::Value* v,
                  BytesForm form) {
  out.key(column.name);
  if (!v) {
    out.null();
    return;
  }
  try {
    write_value(out, column.type, *v, form);
  } catch (const UsageError& e) {
    throw UsageError("table " + table.name + ": column " + column.name + ": " + e.what());
  }
}

// A number or truth value as it stands; empty where the text is anything else.
std::optional<Value> parse_bare(Document& document, const std::string& text) {
  try {
    const Value value = document.parse(text);
    if (value.is(Kind::number) || value.is(Kind::boolean)) return value;
  } catch (const ValidationError&) {
    // The caller says what it is not.
  }
  return std::nullopt;
}

std::string columns_of(const Table& table) { return detail::join(table.primary_key, ", "); }

}  // namespace

void write_row(Writer& out, const Table& table, const Row& row, BytesForm form) {
  out.begin_object(Layout::in_line);
  auto next = row.begin();
  for (const Column& column : table.columns) {
    const kindred::Value* value = nullptr;
    if (next != row.end() && next->first == column.name) {
      value = &next->second;
      ++next;
    } else {
      value = row.find(column.name);
    }
    write_column(out, table, column, value, form);
  }
  out.end_object();
}

void write_key(Writer& out, const Table& table, const Row& row, BytesForm form) {
  out.begin_object(Layout::in_line);
  for (const std::string& name : table.primary_key) {
    if (const Column* column = table.column(name))
      write_column(out, table, *column, row.find(name), form);
  }
  out.end_object();
}

Row read_row(const Value& from, const Table& table, ReadMode mode, std::string_view where) {
  if (!from.is(Kind::object)) {
    refuse(from, table, where,
           "expected an object with the columns of a row, found " + from.excerpt());
  }
  Row row;
  std::size_t position = 0;
  for (const Member& member : from.members()) {
    const Column& column = column_of(member, table, position++, where);
    row.append(column.name, read_column(member.value, table, column, mode, where));
  }
  return row;
}

Row read_key(const Value& from, const Table& table, std::string_view where) {
  Row key;
  if (from.is(Kind::object)) {
    for (const std::string& name : table.primary_key) {
      const auto part = from.find(name);
      if (!part)
        refuse(from, table, where,
               "the key lacks the column " + name + "; it has (" + columns_of(table) + ")");
      key.append(name, read_key_column(*part, table, *table.column(name), where));
    }
    for (const Member& member : from.members()) {
      if (table.is_key(member.name)) continue;
      refuse(
          member.value, table, where,
          "'" + std::string(member.name) + "' is no column of the key (" + columns_of(table) + ")");
    }
    return key;
  }
  if (from.is(Kind::array) && from.size() == table.primary_key.size()) {
    auto name = table.primary_key.begin();
    for (const Value part : from.elements()) {
      key.append(*name, read_key_column(part, table, *table.column(*name), where));
      ++name;
    }
    return key;
  }
  if (table.primary_key.size() != 1 || from.is(Kind::array)) {
    refuse(from, table, where,
           "expected an object with the key columns (" + columns_of(table) + "), found " +
               from.excerpt());
  }
  const std::string& name = table.primary_key.front();
  key.append(name, read_key_column(from, table, *table.column(name), where));
  return key;
}

Row key_from_text(std::span<const std::string> parts, const Table& table, std::string_view where) {
  const auto fail = [&](const std::string& message) {
    throw ValidationError(std::string(where), "table " + table.name + ": " + message);
  };
  if (parts.size() != table.primary_key.size()) {
    fail("the key has " + std::to_string(table.primary_key.size()) + " columns (" +
         columns_of(table) + "), given are " + std::to_string(parts.size()) + " values");
  }
  Row key;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Column& column = *table.column(table.primary_key[i]);
    const std::string message = "column " + column.name + ": ";
    if (!detail::is_utf8(parts[i])) fail(message + "it is not valid UTF-8");
    // JSON has no quotes for numbers and truth; enumerators and NaN may be either.
    const auto kind = detail::kind_of(column.type);
    const bool is_bare = column.type.is_integer() || kind == detail::ValueKind::boolean ||
                         kind == detail::ValueKind::ticks;
    const bool may_be_bare =
        is_bare || kind == detail::ValueKind::real || column.type.code == TypeCode::enumeration;
    Document document;
    std::string quoted;
    std::optional<Value> value;
    if (may_be_bare) value = parse_bare(document, parts[i]);
    if (!value && is_bare)
      fail(message + "'" + parts[i] + "' is no value of type " + column.type.to_string());
    if (!value) {
      append_string(quoted, parts[i]);
      value = document.parse(quoted);
    }
    key.append(column.name, read_key_column(*value, table, column,
                                            where.empty() ? std::string_view("key") : where));
  }
  return key;
}

}  // namespace kindred::json
