// Run-time values to the row form of a column and back.
#pragma once

#include <optional>
#include <string>

#include "kindred/catalog.hpp"
#include "kindred/detail/buffer.hpp"
#include "kindred/error.hpp"

namespace kindred::engine {

using detail::Buffer;

// A rule that a value breaks, in words.
struct ValueFault {
  ErrorCode code = ErrorCode::wrong_type;
  std::string detail;
};

// Appends the row form of a value that is not null. On a fault nothing is appended.
[[nodiscard]] std::optional<ValueFault> encode_value(const Column& column, const Value& value,
                                                     Buffer& out);
// From the row form. Throws CorruptionError where the bytes are no such value.
[[nodiscard]] Value decode_value(const Type& type, ByteView bytes);
// The rules that bytes from a typed entity can break: UTF-8 and length.
[[nodiscard]] std::optional<ValueFault> check_text(const Column& column, ByteView bytes);

// The rule that a decimal from a typed entity can break: its digits. `bytes` has the column's
// width.
[[nodiscard]] std::optional<ValueFault> check_decimal(const Column& column, const char* bytes);

}  // namespace kindred::engine
