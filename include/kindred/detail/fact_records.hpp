// What one mapped member says about itself, as data: for the Registry's checks, and functions for
// building catalogue and descriptor.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "kindred/detail/column_codec.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/mapping_options.hpp"

namespace kindred::detail {

struct Mapper;

// Whether a type has a value that means "not set", as insert_default needs.
enum class Unset : std::uint8_t { none, natural, sequence_key };

// A version column: raised by the session at every update, or by the program.
enum class Versioning : std::uint8_t { none, generated, manual };

struct ForeignKeyFacts {
  bool present = false;
  std::string_view path;  // "users.id"; else entity and perhaps member
  TypeId entity = 0;
  std::string_view entity_name;
  std::string_view member;  // as in C++; empty: the primary key
  OnDelete action = OnDelete::no_action;
};

struct RelationFacts {
  TypeId target = 0;
  std::string_view target_name;
  bool collection = false;
  bool keyed = false;  // a map
  TypeId map_key = 0;
  std::string_view map_key_name;
  bool has_back = false;
  bool has_backref = false;
  bool has_using = false;
  bool has_secondary = false;
  bool has_through = false;
  bool has_keyed_by = false;
  bool has_order = false;
  bool single_parent = false;
  std::string_view back;
  std::string_view backref;
  std::string_view using_key;
  std::string_view secondary;
  TypeId through = 0;
  std::string_view through_name;
  std::string_view keyed_by;
  std::string_view order_by;
  direction order = direction::ascending;
  cascade cascades = cascade::save_update | cascade::merge;
  lazy loading = lazy::select;
  const Mapper& (*target_mapper)() = nullptr;
};

struct FieldFacts {
  bool is_column = false;
  std::string_view misplaced;  // an option that belongs to the other kind of member
  // column
  bool primary_key = false;
  bool unique = false;
  bool indexed = false;
  bool nullable = false;
  bool has_max_length = false;
  bool has_insert_default = false;
  bool has_on_update = false;
  bool has_default = false;
  bool discriminator = false;
  bool explicit_fits = true;
  std::uint32_t max_length = 0;
  ExplicitType wanted;
  TypeFacts type;
  TypeId cpp_type = 0;  // without optional
  std::string_view cpp_name;
  std::string_view column_name;  // empty: the member's
  Unset unset = Unset::none;
  Versioning version = Versioning::none;
  ForeignKeyFacts foreign_key;
  RelationFacts relation;
  // at run time
  FieldCodec codec;                              // offset 0
  Type (*make_type)() = nullptr;                 // of a column
  Value (*make_default)() = nullptr;             // default_value
  void (*give_insert_default)(void*) = nullptr;  // to the member, where it is unset
  void (*give_on_update)(void*) = nullptr;       // to the member
  // to the member: the identity of an entity, as text or number
  void (*set_identity)(void*, std::string_view, std::int64_t) = nullptr;
  void (*next_version)(void*) = nullptr;  // to the member: after the one it has
};

}  // namespace kindred::detail
