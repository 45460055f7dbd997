// Numbers from text, and as text, as Python reads and prints them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kindred/schema_types.hpp"

namespace kindred::schema::detail {

enum class IntText : std::uint8_t { ok, big, bad, too_long };
// Blanks around it, a sign, underscores between digits, a fraction of zeros ("1.0"). `big` is
// beyond std::int64_t: then `digits` has them, normalised as BigInt's; `too_long` has more than
// 4300.
IntText int_from_text(std::string_view text, std::int64_t& out, std::string& digits);
// Correctly rounded, locale-free; also "inf", "nan" and their long forms, blanks and underscores.
bool float_from_text(std::string_view text, double& out);
// 0 1 t f y n yes no on off true false, any case, no blanks.
std::optional<bool> bool_from_text(std::string_view text);

// As Python's repr(float): "1.0", "1e+30", "inf", "nan".
std::string python_float(double v);
// As pydantic-core prints floats in JSON (ryu's shortest digits): "1.0", "1e30". Precondition:
// finite.
void append_json_float(std::string& out, double v);

// The shortest digits without an exponent or ".0", as floats become strings and decimals: "1",
// "0.000001"; also "inf", "-inf", "NaN".
std::string plain_float(double v);

// The remainder's being zero, for any size. Precondition: `divisor` not zero.
bool is_multiple(const BigInt& v, std::int64_t divisor);
// To the nearest double; infinity beyond its range.
double to_double(const BigInt& v);
// Whole values only: from a finite double without fraction, exactly.
BigInt big_from_double(double v);

}  // namespace kindred::schema::detail
