// Order of values, for bounds.
#pragma once

#include <compare>
#include <cstdint>

#include "kindred/detail/schema_node.hpp"

namespace kindred::schema::detail {

// Numbers of all kinds by value; dates and times among themselves, in UTC where both have an
// offset. Unordered where one is NaN or they cannot be compared.
[[nodiscard]] std::partial_ordering compare_values(const Value& a, const Value& b);
// Integers and decimals exactly; floats with Pydantic's tolerance of a billionth of the value.
[[nodiscard]] bool is_multiple_of(const Value& v, const Value& of);
// A bound as the context of an error has it: of floats as a float, of times as text.
[[nodiscard]] Value shown_bound(const Value& bound, Kind kind);
// Of a date or datetime, now; days and naive times are those of a clock that many seconds east of
// UTC.
[[nodiscard]] bool is_on_side_of_now(const Value& v, NowRule side, std::int32_t utc_offset);

}  // namespace kindred::schema::detail
