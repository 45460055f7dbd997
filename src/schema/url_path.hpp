// Paths of URLs: segments, dots, percent-encoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kindred::schema::detail {

// How a path is read: by its scheme, and within a URL, where '?' and '#' end it, or as a part by
// itself, where they are characters of it.
enum class PathKind : std::uint8_t { other, special, file, other_part, special_part, file_part };

constexpr char backslash[] = "backslash";

// Takes the path off the front of `in`, what precedes '?' or '#', and appends it normalised to
// `path`, which is empty or "/". `has_host` is cleared where a drive letter of a file URL takes the
// host's place. `violation` gets what a writer of URLs must not do.
void append_path(std::string& path, std::string_view& in, PathKind kind, bool& has_host,
                 const char*& violation);
// As above, of what follows a host: with the slash that it must begin with. Precondition: `path` is
// empty.
void append_path_start(std::string& path, std::string_view& in, PathKind kind, bool& has_host,
                       const char*& violation);

// "C:" or "C|".
bool is_drive_letter(std::string_view segment) noexcept;

// Sets `violation` where `text` has code points that no URL has, or a '%' without two digits;
// `after` is what follows it.
void check_code_points(std::string_view text, std::string_view after, const char*& violation);

}  // namespace kindred::schema::detail
