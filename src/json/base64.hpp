// Bytes as base64 text: standard alphabet, padded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kindred/value.hpp"

namespace kindred::json {

void append_base64(std::string& out, ByteView bytes);

// Empty where the text is not what append_base64 writes: another alphabet, white space, missing
// padding, bits set behind the last byte.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kindred::json
