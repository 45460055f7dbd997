// What is left of an entity type below the mapping: where its columns lie in the object and how
// each becomes the bytes of a row. The engine works through these tables; it knows no entity type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kindred/detail/buffer.hpp"

namespace kindred::detail {

// How one column's member becomes row bytes and back. Kinds other than the two function ones are
// handled in line by the engine, by memory layout.
struct FieldCodec {
  enum class Kind : std::uint8_t {
    copy1,  // trivially copyable, stored as its own little-endian bytes (integers, enums, bool,
            // floats, chrono, UUID)
    copy2,
    copy4,
    copy8,
    copy16,
    text,      // std::string
    fixed,     // `store` and `load`
    variable,  // `append` and `assign`
  };
  Kind kind = Kind::copy8;
  std::size_t offset = 0;  // of the member in the entity

  // fixed: writes exactly the column's width to `slot` and returns true, or returns false for null
  // (slot untouched).
  bool (*store)(const void* member, char* slot) = nullptr;
  // fixed: from the slot of a non-null column.
  void (*load)(void* member, const char* slot) = nullptr;
  // variable: appends the value and returns true, or returns false for null with nothing appended.
  bool (*append)(const void* member, Buffer& out) = nullptr;
  // variable: from the bytes of a non-null column. Throws CorruptionError or cereal's where they
  // are not such a value.
  void (*assign)(void* member, std::string_view bytes) = nullptr;
  // Null into the member; nullptr where the column is not nullable.
  void (*set_null)(void* member) = nullptr;
};

// As assign; text that does not fit is not grown into, which takes longer than making it anew.
inline void set_text(std::string& to, std::string_view value) {
  if (value.size() <= to.capacity())
    to.assign(value);
  else
    to = std::string(value);
}

// What the store must say of a column for its codec to fit.
struct FieldShape {
  std::uint8_t type = 0;        // TypeCode
  std::uint8_t underlying = 0;  // TypeCode, of an enumeration
  std::uint8_t precision = 0;
  std::uint8_t scale = 0;
  bool nullable = false;
  bool primary_key = false;
};

struct EntityDescriptor {
  std::string_view name;  // of the C++ type, unqualified
  std::string_view table;
  std::span<const std::string_view> columns;  // names, in order of declaration
  std::span<const FieldCodec> fields;         // parallel to `columns`
  std::span<const FieldShape> shapes;         // parallel to `columns`
  // Of a single-table inheritance: the ordinal of the column that tells the entity of a row. Such
  // an entity has some of the table's columns; the others are null in its rows.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t discriminator = none;
  // Whether a row with these bytes in that column is one of this entity, or of one derived from it.
  bool (*is_kind)(std::string_view identity) = nullptr;
};

}  // namespace kindred::detail
