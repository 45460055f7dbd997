// Rows as JSON objects and back, by their table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value_json.hpp"

namespace kindred::json {

// All columns in declared order; one that the row lacks is null. Throws UsageError where a value is
// of another kind than its column.
void write_row(Writer& out, const Table& table, const Row& row, BytesForm form);
// As write_row, the primary key columns only, in key order.
void write_key(Writer& out, const Table& table, const Row& row, BytesForm form);

// From an object; a column that is not there is left out. What a value must be to be one of its
// column's type is checked here, nullability, lengths and checks are the engine's.
// Throws ValidationError at `where` ("file:line"; empty: where the object's document says) naming
// table, column and rule.
[[nodiscard]] Row read_row(const Value& from, const Table& table, ReadMode mode,
                           std::string_view where = {});
// The primary key, in key order: from an object with just its columns, from an array in key order,
// or from the bare value of a key of one column. Throws as read_row, also for a missing column and
// for null.
[[nodiscard]] Row read_key(const Value& from, const Table& table, std::string_view where = {});

// From plain text, as typed on a command line: numbers, true and names as they are, the others
// without quotes. Throws as read_row.
[[nodiscard]] Row key_from_text(std::span<const std::string> parts, const Table& table,
                                std::string_view where = {});

}  // namespace kindred::json
