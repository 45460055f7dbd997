// Order-preserving keys: comparing two encoded keys as unsigned bytes compares their values.
// Frozen; docs/format.md.
//
//   integers, enums, dates, time points, durations, decimals up to 18 digits: 8 bytes big-endian,
//   sign bit flipped (unsigned ones as they are); larger decimals 16; bool 1; UUID 16; floats as
//   doubles in total order, -0 as +0, one NaN, last; text and bytes: 01, then raw when last, else
//   00 -> 00 FF and an end of 00 00.
//
// The functions work on the *row form* of a value (its bytes in a row), which is what the engine
// has at hand.
#pragma once

#include <cstdint>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/buffer.hpp"

namespace kindred::format {

using detail::Buffer;

inline constexpr std::size_t longest_key = 511;
inline constexpr std::size_t cut_prefix = 495;

// How one column stands in a key.
struct KeyPart {
  enum class Kind : std::uint8_t { sign, plain, boolean, float32, float64, uuid, sign128, text };
  Kind kind = Kind::sign;
  std::uint8_t row_width = 8;  // bytes in a row; 0 for text
  std::uint8_t key_width = 8;  // bytes in a key; 0 for text

  // Precondition: type.can_be_key().
  [[nodiscard]] static KeyPart of(const Type& type);
};

// Appends a value given in row form. `last`: nothing follows in this key, so text stands raw.
void append_key_part(Buffer& out, KeyPart part, ByteView row_form, bool last);
// Takes one value off the front of `in` and appends its row form to `out`. False where the bytes
// are no such value.
[[nodiscard]] bool take_key_part(ByteView& in, KeyPart part, bool last, Buffer& out);
// Takes one value off the front of `in` without decoding it; `out` is its key form. False where the
// bytes are no such value.
[[nodiscard]] bool skip_key_part(ByteView& in, KeyPart part, bool last, ByteView& out);

// Shortens what was appended from `start` on, where it has 511 bytes or more, to 495 bytes and a
// 128-bit hash: such a key has exactly 511 bytes, and no other has.
void cut_key(Buffer& out, std::size_t start);
[[nodiscard]] inline bool is_cut(ByteView key) noexcept { return key.size() == longest_key; }

// The smallest key that is greater than every key beginning with `prefix`. Empty where there is
// none (all FF).
[[nodiscard]] std::string successor(ByteView prefix);

// Marks of value indexes, before every column.
inline constexpr char null_mark = '\0';
inline constexpr char value_mark = '\1';

}  // namespace kindred::format
