// Rows and values as JSON and as text, through the library's own JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/catalog.hpp"
#include "tools/kindred/record_writer.hpp"

namespace kindred::tool {

// A JSON string with its quotes.
[[nodiscard]] std::string json_quote(std::string_view utf8);
// The same value without white space. Throws ValidationError.
[[nodiscard]] std::string compact_json(std::string_view text);

// The row as one JSON object, every column in order, as `load` takes it.
void append_row_json(std::string& out, const Table& table, const Row& row);

[[nodiscard]] std::vector<Heading> headings_of(const Table& table);
[[nodiscard]] Field field_of(const Column& column, const Value& value);
// In the order of the columns; null where the row lacks one.
[[nodiscard]] std::vector<Field> fields_of(const Table& table, const Row& row);

// The primary key columns of a row.
[[nodiscard]] Row key_of(const Table& table, const Row& row);
// The key for records: the value itself, or a JSON array of a composite key.
[[nodiscard]] Field key_field(const Table& table, const Row& row);
// The same for people, bare: "10001", "10001 d005".
[[nodiscard]] std::string key_text(const Table& table, const Row& row);

// The keys that command line arguments spell: one argument for each key column, or one JSON array
// or object (text that begins with [ or { is taken as such unless the key is one column of text).
// Throws CommandLineError naming table, column and what is expected.
[[nodiscard]] std::vector<Row> parse_keys(const Table& table,
                                          std::span<const std::string> arguments);
[[nodiscard]] Row parse_key(const Table& table, std::span<const std::string> arguments);

}  // namespace kindred::tool
