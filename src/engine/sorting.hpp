// Order of many keys, comparing eight bytes at a time where that is enough.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "format/bytes.hpp"

namespace kindred::engine {

// The first eight bytes as a number that orders like them.
[[nodiscard]] inline std::uint64_t key_prefix(ByteView key) noexcept {
  if (key.size() >= 8) [[likely]]
    return format::load_be64(key.data());
  char bytes[8] = {};
  std::copy(key.begin(), key.end(), bytes);
  return format::load_be64(bytes);
}

// Ordinals 0..n-1 sorted by key, equal keys in order of ordinal. Linear where they are sorted
// already.
template <class KeyOf>
[[nodiscard]] std::vector<std::uint32_t> sorted_order(std::size_t n, KeyOf&& key_of) {
  struct Item {
    std::uint64_t prefix;
    std::uint32_t ordinal;
  };
  std::vector<Item> items(n);
  const auto less = [&](const Item& a, const Item& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const ByteView x = key_of(a.ordinal);
    const ByteView y = key_of(b.ordinal);
    if (x.size() == 8 && y.size() == 8) return a.ordinal < b.ordinal;
    const int c = x.compare(y);
    return c != 0 ? c < 0 : a.ordinal < b.ordinal;
  };
  bool sorted = true;
  for (std::uint32_t i = 0; i < n; ++i) {
    items[i] = {key_prefix(key_of(i)), i};
    if (i && sorted && less(items[i], items[i - 1])) sorted = false;
  }
  if (!sorted) std::sort(items.begin(), items.end(), less);
  std::vector<std::uint32_t> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = items[i].ordinal;
  return out;
}

}  // namespace kindred::engine
