// Properties of code points that host names, addresses and numbers need.
#pragma once

namespace kindred::schema::detail {

// Control, format, private, unassigned, surrogate, and line and paragraph separators.
bool is_unsafe(char32_t c) noexcept;
// Combines with what stands before it.
bool is_mark(char32_t c) noexcept;
// Punctuation, symbols and numbers that are no digits, beyond ASCII: what IDNA 2008 refuses in host
// names.
bool is_symbol(char32_t c) noexcept;
// Stands for other code points in host names, other than by case or width.
bool is_otherwise_mapped(char32_t c) noexcept;
// Letters of scripts that run from right to left.
bool is_right_to_left(char32_t c) noexcept;
bool is_arabic_number(char32_t c) noexcept;
// 0 to 9 for the decimal digits of any script, else -1.
int decimal_digit(char32_t c) noexcept;
// The code point that is canonically equal to both in a row; 0 where there is none.
char32_t composed(char32_t first, char32_t second) noexcept;

}  // namespace kindred::schema::detail
