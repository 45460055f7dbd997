// Little- and big-endian integers and varints in unaligned bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "kindred/value.hpp"

namespace kindred::format {

static_assert(std::endian::native == std::endian::little,
              "rows are copied as they lie in memory: only little-endian machines are supported");
static_assert(sizeof(void*) == 8, "only 64-bit machines are supported");

template <class T>
[[nodiscard]] inline T load_le(const char* from) noexcept {
  T v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class T>
inline void store_le(char* to, T v) noexcept {
  std::memcpy(to, &v, sizeof v);
}

[[nodiscard]] inline std::uint64_t load_be64(const char* from) noexcept {
  return __builtin_bswap64(load_le<std::uint64_t>(from));
}

inline void store_be64(char* to, std::uint64_t v) noexcept { store_le(to, __builtin_bswap64(v)); }

[[nodiscard]] inline std::uint32_t load_be32(const char* from) noexcept {
  return __builtin_bswap32(load_le<std::uint32_t>(from));
}

inline void store_be32(char* to, std::uint32_t v) noexcept { store_le(to, __builtin_bswap32(v)); }

// LEB128, at most 10 bytes. Returns the bytes written.
inline std::size_t store_varint(char* to, std::uint64_t v) noexcept {
  std::size_t n = 0;
  while (v >= 0x80) {
    to[n++] = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  to[n++] = static_cast<char>(v);
  return n;
}

// Takes a varint off the front of `in`. False where the bytes end too early, exceed 64 bits or are
// not the shortest form.
inline bool take_varint(ByteView& in, std::uint64_t& out) noexcept {
  std::uint64_t v = 0;
  for (unsigned i = 0; i < 10 && i < in.size(); ++i) {
    const auto c = static_cast<unsigned char>(in[i]);
    if (i == 9 && c > 1) return false;
    v |= std::uint64_t{c & 0x7fu} << (7 * i);
    if (c < 0x80) {
      if (c == 0 && i > 0) return false;
      out = v;
      in.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace kindred::format
