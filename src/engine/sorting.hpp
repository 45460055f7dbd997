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

struct SortItem {
  std::uint64_t prefix;
  std::uint32_t ordinal;
  bool whole;  // the key is its prefix
};
// Stable. In time linear in the items where there are many.
void sort_by_prefix(std::vector<SortItem>& items);

// Ordinals 0..n-1 sorted by key, equal keys in order of ordinal. Linear where they are sorted
// already.
template <class KeyOf>
[[nodiscard]] std::vector<std::uint32_t> sorted_order(std::size_t n, KeyOf&& key_of) {
  std::vector<SortItem> items(n);
  const auto less = [&](const SortItem& a, const SortItem& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    if (a.whole && b.whole) return a.ordinal < b.ordinal;
    const int c = key_of(a.ordinal).compare(key_of(b.ordinal));
    return c != 0 ? c < 0 : a.ordinal < b.ordinal;
  };
  bool sorted = true;
  for (std::uint32_t i = 0; i < n; ++i) {
    const ByteView key = key_of(i);
    items[i] = {key_prefix(key), i, key.size() == 8};
    if (i && sorted && less(items[i], items[i - 1])) sorted = false;
  }
  if (!sorted) {
    sort_by_prefix(items);
    for (auto first = items.begin(); first != items.end();) {
      bool whole = first->whole;
      auto last = first + 1;
      for (; last != items.end() && last->prefix == first->prefix; ++last)
        whole = whole && last->whole;
      if (!whole && last - first > 1) std::sort(first, last, less);
      first = last;
    }
  }
  std::vector<std::uint32_t> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = items[i].ordinal;
  return out;
}

}  // namespace kindred::engine
