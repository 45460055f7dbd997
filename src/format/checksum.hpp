// Hashes of the format: XXH3. Frozen; docs/format.md.
#pragma once

#include <array>
#include <cstdint>

#include "kindred/value.hpp"

namespace kindred::format {

[[nodiscard]] std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0) noexcept;

// XXH3-128 in canonical (big-endian) form: the tail of a cut index key.
[[nodiscard]] std::array<char, 16> hash128(ByteView bytes) noexcept;

// What a row's checksum starts from: it ties the bytes to their place.
// seed = XXH3-64(key, seeded with table * 2^32 XOR list * 2^16 XOR flags * 2^8 XOR format), all
// modulo 2^64.
// The checksum itself is the low half: XXH3-64(body, seeded with that), of which the whole tells
// rows of one key apart in memory.
[[nodiscard]] std::uint64_t row_hash(std::uint32_t table, std::uint32_t list, std::uint8_t flags,
                                     ByteView key, ByteView body) noexcept;

}  // namespace kindred::format
