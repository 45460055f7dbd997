// Which alternative of Value a column's type holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kindred/catalog.hpp"

namespace kindred::detail {

// In the order of Value::Variant.
enum class ValueKind : std::uint8_t {
  null,
  boolean,
  integer,
  natural,  // unsigned
  real,
  text,
  bytes,
  day,
  datetime,
  ticks,
  decimal,
  uuid,
  nested,
};

[[nodiscard]] inline ValueKind kind_of(const Value& value) noexcept {
  return static_cast<ValueKind>(value.variant().index());
}

// Of the values of a type.
[[nodiscard]] ValueKind kind_of(const Type& type) noexcept;

// "text", "whole number", ... for messages.
[[nodiscard]] std::string_view to_string(ValueKind kind) noexcept;

// The least and greatest value of an integer type or of an enumeration's underlying one.
struct IntegerRange {
  std::int64_t least = 0;
  std::uint64_t greatest = 0;
};
[[nodiscard]] IntegerRange range_of(const Type& type) noexcept;

// Whether a column's value may hold `value`, once turned into the alternative and scale that the
// column's values have where nothing is lost by it (a whole number into an unsigned, real or
// decimal one). Empty, or the reason in words: "300 is above 255". Null is not looked at.
[[nodiscard]] std::string fit(Value& value, const Column& column);

// As `fit`, for the kind of value only: whether it can be compared with the column's.
void adapt(Value& value, const Type& type) noexcept;

// Throws std::invalid_argument with the reason where `condition` cannot be evaluated on rows of
// `table`; turns its constants into the kind of value they are compared with.
void check_condition(Expression& condition, const Table& table);

// Deepest trees that a catalogue may have.
inline constexpr unsigned max_type_depth = 32;
inline constexpr unsigned max_expression_depth = 64;

}  // namespace kindred::detail
