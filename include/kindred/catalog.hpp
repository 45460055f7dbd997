// The run-time description of a store: tables, columns, keys, references. Data only - an entity
// type, a schema file and a stored catalogue all become one of these, and the engine works on
// nothing else.
//
// Names are the user's; numbers (of keyspaces, columns, column lists) are given by the engine when
// a table is created and never reused. A catalogue that was not created yet has zeros there.
//
// Threads: values; nothing is shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/expression.hpp"
#include "kindred/value.hpp"

namespace kindred {

// Stored in the catalogue: never renumber.
enum class TypeCode : std::uint8_t {
  boolean = 1,
  int8 = 2,
  int16 = 3,
  int32 = 4,
  int64 = 5,
  uint8 = 6,
  uint16 = 7,
  uint32 = 8,
  uint64 = 9,
  float32 = 10,
  float64 = 11,
  text = 12,  // valid UTF-8, ordered by bytes
  bytes = 13,
  day = 14,       // int32 days since 1970-01-01
  datetime = 15,  // int64 microseconds since 1970-01-01 UTC: kindred::time_point
  instant = 16,   // int64 ticks of `period` since 1970-01-01 UTC: other std::chrono time points
  duration = 17,  // int64 ticks of `period`
  decimal = 18,   // integer scaled by 10^scale: 8 bytes up to 18 digits, else 16
  uuid = 19,
  enumeration = 20,  // `underlying` integer, with names
  json = 21,         // text that holds one JSON value
  opaque = 22,       // bytes of a codec named `name`: kept, not understood
  // nested values in Kindred's Cereal archive; `members` describe the parts
  structure = 32,  // members in order
  list = 33,       // one member: the element (vector, deque, list)
  set = 34,        // one member; elements sorted by encoded bytes where the container has no order
  map = 35,        // two members: key, value
  optional = 36,   // one member
  variant = 37,    // a member for each alternative
  tuple = 38,      // members in order, named "0", "1", ... (pair, array too)
};

struct EnumName {
  std::int64_t value = 0;  // a uint64 underlying value is stored modulo 2^64
  std::string name;
  friend bool operator==(const EnumName&, const EnumName&) = default;
};

struct TypeMember;

struct Type {
  TypeCode code = TypeCode::int64;
  TypeCode underlying = TypeCode::int32;  // enumeration
  std::uint8_t precision = 0;             // decimal
  std::uint8_t scale = 0;                 // decimal
  std::int64_t period_num = 1;            // instant, duration: seconds per tick = num/den
  std::int64_t period_den = 1;
  std::string name;                 // enumeration, opaque, structure: name of the type
  std::vector<EnumName> names;      // enumeration
  std::vector<TypeMember> members;  // nested

  [[nodiscard]] bool is_integer() const noexcept {
    return code >= TypeCode::int8 && code <= TypeCode::uint64;
  }
  [[nodiscard]] bool is_nested() const noexcept { return code >= TypeCode::structure; }
  // Bytes of a value in a row, 0 where the width varies.
  [[nodiscard]] std::uint32_t width() const noexcept;
  // Bytes of a value in a key, 0 where the width varies (text, bytes) or the type cannot be a key
  // (nested, json, opaque).
  [[nodiscard]] std::uint32_t key_width() const noexcept;
  [[nodiscard]] bool can_be_key() const noexcept;
  // As written in schema files and messages: "int64", "decimal(10,2)", "enum Role", "list<string>".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Type&, const Type&);
};

struct TypeMember {
  std::string name;
  Type type;
  friend bool operator==(const TypeMember&, const TypeMember&) = default;
};

inline bool operator==(const Type& a, const Type& b) {
  return a.code == b.code && a.underlying == b.underlying && a.precision == b.precision &&
         a.scale == b.scale && a.period_num == b.period_num && a.period_den == b.period_den &&
         a.name == b.name && a.names == b.names && a.members == b.members;
}

struct Column {
  std::string name;
  Type type;
  bool nullable = false;
  std::uint32_t max_length = 0;        // text: code points, bytes: bytes; 0 = no limit
  std::optional<Value> default_value;  // what a Row that leaves the column out gets, and on_delete
                                       // set_default writes
  std::uint32_t number = 0;            // within the table, never reused
  friend bool operator==(const Column&, const Column&) = default;
};

// Stored in the catalogue: never renumber.
enum class OnDelete : std::uint8_t {
  no_action = 1,
  restrict = 2,
  cascade = 3,
  set_null = 4,
  set_default = 5
};
[[nodiscard]] std::string_view to_string(OnDelete action) noexcept;

// An index or, with `unique`, a constraint. Rows with a null in a unique key never collide.
struct Index {
  std::string name;
  std::vector<std::string> columns;
  bool unique = false;
  std::uint32_t keyspace = 0;
  friend bool operator==(const Index&, const Index&) = default;
};

// Columns that refer to the primary key, or to the columns of a unique index, of `table`. A row
// with a null in any of them refers to nothing. The engine indexes it without asking; keyspace 0
// where its columns lead the primary key, because the children are then a range of the table
// itself.
struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> referenced;
  OnDelete on_delete = OnDelete::no_action;
  std::uint32_t keyspace = 0;
  friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

struct Check {
  std::string name;
  Expression condition;
  friend bool operator==(const Check&, const Check&) = default;
};

// A named way from a table's rows to others', for traversal by name and for the tool.
struct RelationshipInfo {
  // Stored in the catalogue: never renumber.
  enum class Kind : std::uint8_t {
    many_to_one = 1,  // this table holds the foreign key; also the holding side of one-to-one
    one_to_many = 2,
    one_to_one = 3,  // the other table holds it, for one row at most
    many_to_many = 4
  };
  std::string name;
  Kind kind = Kind::many_to_one;
  std::string target;  // table
  std::string owner;   // the table that holds the foreign key; many-to-many: the secondary table
  std::string foreign_key;  // its name there; many-to-many: the one that refers to this side
  std::string
      target_key;  // many-to-many only: the foreign key of `owner` that refers to the target
  std::string
      reverse;  // the relationship of the target that is the other side; empty where there is none
  friend bool operator==(const RelationshipInfo&, const RelationshipInfo&) = default;
};

struct Table {
  std::string name;
  std::vector<Column> columns;           // the newest column list
  std::vector<std::string> primary_key;  // in key order
  std::vector<Index> indexes;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Check> checks;
  std::vector<RelationshipInfo> relationships;
  std::uint32_t number = 0;
  std::uint64_t uid = 0;  // random, survives renaming
  std::uint32_t keyspace = 0;
  std::uint32_t list_number = 0;  // of `columns`

  [[nodiscard]] const Column* column(std::string_view name) const noexcept;
  [[nodiscard]] const ForeignKey* foreign_key(std::string_view name) const noexcept;
  [[nodiscard]] const RelationshipInfo* relationship(std::string_view name) const noexcept;
  [[nodiscard]] bool is_key(std::string_view column) const noexcept;
  // One integer key column: left out of a Row (or 0 in an entity), it is assigned from the table's
  // sequence.
  [[nodiscard]] bool has_sequence() const noexcept;
  friend bool operator==(const Table&, const Table&) = default;
};

class Catalog {
 public:
  std::string application;  // empty matches every store
  std::vector<Table> tables;

  [[nodiscard]] const Table* table(std::string_view name) const noexcept;
  // Throws Error(invalid_catalog) naming table, column and rule, with "did you mean" where a name
  // is close. Fills in what may be left out: names of constraints, `referenced` (the primary key).
  void validate();

  // From a schema file, see docs/schema-files.md. `where` names the file in messages.
  // Throws ValidationError (with line or JSON Pointer) or Error(invalid_catalog). The result is
  // validated.
  [[nodiscard]] static Catalog from_json(std::string_view text, std::string_view where = "schema");
  // The same form, indented; from_json(to_json()) is equal.
  [[nodiscard]] std::string to_json() const;
  // Readable listing, one block a table.
  [[nodiscard]] std::string to_text() const;
  // Mermaid erDiagram.
  [[nodiscard]] std::string to_mermaid() const;

  // What `declared` has that differs from this stored catalogue, one readable line each; empty
  // where it fits. Tables only one of the two has are no difference.
  [[nodiscard]] std::vector<std::string> differences(const Catalog& declared) const;
  friend bool operator==(const Catalog&, const Catalog&) = default;
};

}  // namespace kindred
