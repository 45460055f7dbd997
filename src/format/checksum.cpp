#define XXH_INLINE_ALL
#include "format/checksum.hpp"

#include <xxhash.h>

#include <cstring>

#include "format/row.hpp"

namespace kindred::format {

std::uint64_t hash64(ByteView bytes, std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::array<char, 16> hash128(ByteView bytes) noexcept {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::array<char, 16> out;
  std::memcpy(out.data(), canonical.digest, sizeof canonical.digest);
  return out;
}

std::uint64_t row_hash(std::uint32_t table, std::uint32_t list, std::uint8_t flags, ByteView key,
                       ByteView body) noexcept {
  const std::uint64_t place = (std::uint64_t{table} << 32) ^ (std::uint64_t{list} << 16) ^
                              (std::uint64_t{flags} << 8) ^ row_format;
  const std::uint64_t seed = XXH3_64bits_withSeed(key.data(), key.size(), place);
  return XXH3_64bits_withSeed(body.data(), body.size(), seed);
}

}  // namespace kindred::format
