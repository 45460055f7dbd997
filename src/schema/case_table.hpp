// Case mapping of single code points.
#pragma once

#include <string_view>

namespace kindred::schema::detail {

// The code point itself where it has no other case, or none of one code point.
char32_t lower_of(char32_t c) noexcept;
char32_t upper_of(char32_t c) noexcept;
// "SS" of U+00DF; empty where the upper case is of one code point.
std::u32string_view upper_expansion(char32_t c) noexcept;

}  // namespace kindred::schema::detail
