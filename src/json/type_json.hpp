// Types of columns in schema files.
//
// Most are one string: "int64", "list<string>", "duration(1/1000)". The others have keys beside it
// in the same object: decimal "precision" and "scale"; enum "type_name", "underlying" and "names"
// (an object name:number, or an array that is numbered from 0); opaque "type_name"; struct
// "type_name" and "members"; the containers "members" where a part needs keys of its own.
#pragma once

#include "json/object_reader.hpp"
#include "json/writer.hpp"
#include "kindred/catalog.hpp"

namespace kindred::json {

// Writes the keys of the type into the open object.
void write_type(Writer& out, const Type& type);
// Reads the same keys. Throws ValidationError.
[[nodiscard]] Type read_type(ObjectReader& from);

}  // namespace kindred::json
