// Conditions in schema files: an object with the operator as its one key.
//
//   {"column":"name"}  {"eq":[a,b]} ne lt le gt ge  {"all":[a,...]} {"any":[a,...]} {"not":a}
//   {"is_null":a}  {"in":[a,constant,...]}  {"length":a}  {"prefix":[a,b]} {"contains":[a,b]}
//
// A constant stands as it is, in the form of the column that it is compared with ("12.30",
// "2024-02-29"); {"value":...,"type":"date"} says the type where there is no such column.
#pragma once

#include "json/object_reader.hpp"
#include "json/writer.hpp"
#include "kindred/catalog.hpp"

namespace kindred::json {

void write_expression(Writer& out, const Expression& expression, const Table& table);
// `from` is what refuses. Throws ValidationError.
[[nodiscard]] Expression read_expression(const Value& value, const Table& table,
                                         const ObjectReader& from);

}  // namespace kindred::json
