// Values in the tagged JSON of schema vectors: {"$date": "2022-06-08"}.
#pragma once

#include <string>

#include "json/reader.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema_cases {

using Json = json::Value;

// A row's text for the reader, which refuses numbers beyond the range of doubles: those become
// {"$integer": "digits"}, which the functions below understand.
std::string readable(std::string_view row);

// Throws std::runtime_error for what is no such value.
schema::Value read_tagged(const Json& from);

// What differs, as "path: reason"; empty where the value is the expected one, of the same kinds.
std::string difference(const schema::Value& got, const Json& want);

// As plain JSON, numbers by value alone: 1 is 1.0.
std::string json_difference(const schema::Value& got, const Json& want);

}  // namespace kindred::schema_cases
