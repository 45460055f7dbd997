// Types of columns in the texts of compile_error.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "kindred/detail/compile_error.hpp"
#include "kindred/detail/field_facts.hpp"

namespace kindred::detail {

// A column's type in the words of the catalogue, so that every compiler says the same.
constexpr void show_type(Message& out, const FieldFacts& facts) {
  constexpr std::array<std::string_view, 23> words{
      "",        "bool",     "int8",    "int16",  "int32", "int64", "uint8", "uint16",
      "uint32",  "uint64",   "float",   "double", "text",  "bytes", "date",  "datetime",
      "instant", "duration", "decimal", "uuid",   "enum",  "json",  "opaque"};
  const auto code = static_cast<std::size_t>(facts.type.code);
  if (code >= words.size()) {
    out << facts.cpp_name;
    return;
  }
  out << words[code];
  if (facts.type.code == TypeCode::decimal)
    out << "(" << unsigned{facts.type.precision} << "," << unsigned{facts.type.scale} << ")";
  if (facts.type.code == TypeCode::enumeration || facts.type.code == TypeCode::opaque)
    out << " " << facts.cpp_name;
}

}  // namespace kindred::detail
