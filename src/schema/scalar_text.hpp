// Checks and conversions of text: UTF-8, case, blanks, UUIDs, bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kindred/value.hpp"

namespace kindred::schema::detail {

// Of a whole JSON text, before it is parsed: the offset of the first control character (NUL, too)
// that may not stand in JSON, or of the first byte that is not UTF-8; npos where there is none.
std::size_t first_bad_byte(std::string_view text);
std::size_t code_points(std::string_view text) noexcept;
// With U+FFFD in place of each byte that is not UTF-8.
std::string readable(std::string_view text);

// Unicode's white space at both ends.
std::string_view strip(std::string_view text) noexcept;
// Unicode's case mapping without any language's own rules ("ß" becomes "SS", the sigma that ends a
// word its own form); text must be UTF-8.
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

// Hyphenated, simple, braced, "urn:uuid:"; `why` gets the reason where false is returned.
bool parse_uuid(std::string_view text, Uuid& out, std::string& why);

enum class BytesCoding : std::uint8_t { utf8, base64, hex };
// base64 in its standard or URL-safe alphabet; `why` gets the reason where false is returned.
bool decode_bytes(std::string_view text, BytesCoding coding, Bytes& out, std::string& why);
// Appends; base64 is URL-safe with padding, as Pydantic dumps it. For utf8 the bytes must be UTF-8:
// returns false and appends nothing where they are not.
bool encode_bytes(std::string& out, const Bytes& bytes, BytesCoding coding);

}  // namespace kindred::schema::detail
