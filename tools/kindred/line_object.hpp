// Lines of input as the objects that load and apply expect.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.hpp"
#include "kindred/catalog.hpp"
#include "kindred/value.hpp"
#include "tools/kindred/input.hpp"

namespace kindred::tool {

// Nothing but white space.
[[nodiscard]] bool is_blank(std::string_view line) noexcept;

// {"table":..., "row":{...}}, or {"schema":{...}} in front of a dump.
struct LoadLine {
  const Table* table = nullptr;  // null: a schema
  Row row;
  Catalog schema;
};

// One line of apply.
struct Change {
  enum class Op : std::uint8_t { insert, put, update, erase };
  Op op = Op::insert;
  const Table* table = nullptr;
  std::vector<Row> keys;  // update: one; erase: any number
  Row row;                // insert, put: the row; update: what is set
};

// Each function reads the line that `input` gave last. Throws ValidationError naming file, line,
// and as far as they are known table, column and rule.
class LineParser {
 public:
  LineParser(const Catalog& catalog, const Input& input) : catalog_(catalog), input_(input) {}

  // A line that is a row of `table` itself.
  [[nodiscard]] Row plain_row(std::string_view line, const Table& table);
  [[nodiscard]] LoadLine load_line(std::string_view line);
  [[nodiscard]] Change change(std::string_view line);

 private:
  [[nodiscard]] json::Value parse(std::string_view line);
  [[nodiscard]] const Table& table_of(const json::Value& object) const;

  const Catalog& catalog_;
  const Input& input_;
  json::Document document_;
};

}  // namespace kindred::tool
