// Nested values - their stored bytes (include/kindred/detail/archive.hpp) - as JSON, by their
// type's description:
//
//   structure  {"name":value,...}; an array where names are missing, equal or begin with '$'
//   list, set, tuple  [value,...]
//   map        {"key":value,...} where keys are text, distinct and do not begin with '$', else
//              [[key,value],...]
//   optional   null or the value; {"$some":value} where the value itself may be null
//   variant    {"$index":0,"$value":value}
//   opaque     {"$opaque":"name","$bytes":"..."}
//
// Bytes that are not such a value are written as {"$nested":"base64"}, which reads back as they
// are.
#pragma once

#include <string>

#include "json/value_json.hpp"

namespace kindred::json {

void write_nested(Writer& out, const Type& type, ByteView encoded, BytesForm form);
// Throws Misfit.
[[nodiscard]] std::string read_nested(const Value& from, const Type& type, ReadMode mode);

}  // namespace kindred::json
