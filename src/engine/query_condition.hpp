// A condition prepared for one table: tested on encoded rows without making values of them.
//
// `not` is pushed down to the leaves, where unknown is no longer told apart from no: above them
// there are only `all` and `any`, which cannot turn a no into a yes.
#pragma once

#include <string>
#include <vector>

#include "engine/compiled.hpp"

namespace kindred::engine {

// How the values of a column compare.
enum class Form : std::uint8_t {
  opaque,   // not at all; nested values neither
  integer,  // also booleans, enumerations, time, decimals (unscaled)
  real,
  bytes,  // text, bytes, JSON, UUID
};
[[nodiscard]] Form form_of(const Type& type) noexcept;
// Integers: the least and greatest that the row form of a column can hold.
struct IntegerDomain {
  int128 least = 0;
  int128 greatest = 0;
};
[[nodiscard]] IntegerDomain domain_of(const Type& type) noexcept;

// Where a column is read from.
struct ColumnRef {
  std::uint32_t ordinal = none;
  Form form = Form::opaque;
  bool is_signed = true;
  bool in_key = false;
  bool nullable = false;
  std::uint32_t key_at = none;  // integer in the key, where nothing before it varies in length
  std::uint8_t width = 0;       // in a row; 0: varies
  Slot slot;

  // An integer of 1, 2 or 4 bytes, or of 8 with a sign.
  [[nodiscard]] std::int64_t small_integer(const char* at) const noexcept {
    switch (width) {
      case 1:
        return is_signed ? std::int64_t{format::load_le<std::int8_t>(at)}
                         : std::int64_t{format::load_le<std::uint8_t>(at)};
      case 2:
        return is_signed ? std::int64_t{format::load_le<std::int16_t>(at)}
                         : std::int64_t{format::load_le<std::uint16_t>(at)};
      case 4:
        return is_signed ? std::int64_t{format::load_le<std::int32_t>(at)}
                         : std::int64_t{format::load_le<std::uint32_t>(at)};
      default: return format::load_le<std::int64_t>(at);
    }
  }
};
// Throws UsageError where there is no such column, or where its values do not compare.
[[nodiscard]] ColumnRef column_ref(const CompiledTable& table, const std::string& name,
                                   std::string_view what);

struct Test {
  enum class Kind : std::uint8_t {
    yes,
    no,
    all,
    any,
    is_null,
    integer,  // least <= value <= greatest
    real,     // value <op> number
    bytes,    // value <op> text
    among,    // one of integers, reals or texts
    prefix,
    contains,
    length,   // least <= length <= greatest
    general,  // the expression, value by value
  };
  using Op = Expression::Op;
  Kind kind = Kind::yes;
  bool inverted = false;  // leaves: of rows where the column is not null
  Op op = Op::eq;         // real, bytes: eq, lt, le, gt, ge
  ColumnRef column;
  int128 least = 0;
  int128 greatest = 0;
  double number = 0;
  std::string text;
  std::vector<int128> integers;  // sorted, each once
  std::vector<double> reals;     // sorted
  std::vector<std::string> texts;
  std::vector<Test> parts;
  const Expression* expression = nullptr;

  // Names one or several single values of its column.
  [[nodiscard]] bool is_points() const noexcept;
};

// Throws UsageError naming what is wrong. The expression must outlive the test.
[[nodiscard]] Test compile_condition(const Expression& condition, const CompiledTable& table);

// A deeper tree is refused.
inline constexpr unsigned deepest_condition = 1000;

}  // namespace kindred::engine
