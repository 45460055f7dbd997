// Text as people see it: columns of a terminal, control characters, near misses of names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kindred::tool {

// Columns that `utf8` takes on a terminal. Bytes that are no UTF-8 count one each.
[[nodiscard]] std::size_t display_width(std::string_view utf8);
// At most `columns` wide, the cut shown by an ellipsis.
[[nodiscard]] std::string shorten(std::string_view utf8, std::size_t columns);
// Control characters (C0, DEL, C1) and marks that turn the direction of writing become \uXXXX (also
// inside JSON text this is the same string), line feed, carriage return and tab \n, \r, \t: data
// cannot drive the terminal that it is shown on.
[[nodiscard]] std::string escape_controls(std::string_view utf8);
// ASCII letters only.
[[nodiscard]] std::string upper(std::string_view text);
// "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);
// "1 row", "2 rows"
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);
// The nearest of `names`, or empty where none is near.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> names);

}  // namespace kindred::tool
