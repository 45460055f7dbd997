#include "engine/sorting.hpp"

#include <array>
#include <bit>

namespace kindred::engine {

// Digit by digit from the lowest bit in which keys differ to the highest.
void sort_by_prefix(std::vector<SortItem>& items) {
  constexpr std::size_t few = 512;
  constexpr int digit = 11;
  constexpr std::uint64_t mask = (std::uint64_t{1} << digit) - 1;
  if (items.size() < few) {
    std::stable_sort(items.begin(), items.end(),
                     [](const SortItem& a, const SortItem& b) { return a.prefix < b.prefix; });
    return;
  }
  std::uint64_t differing = 0;
  for (const SortItem& item : items) differing |= item.prefix ^ items.front().prefix;
  std::vector<SortItem> other(items.size());
  const int end = static_cast<int>(std::bit_width(differing));
  for (int bit = std::countr_zero(differing); bit < end; bit += digit) {
    std::array<std::uint32_t, mask + 2> at{};
    for (const SortItem& item : items) ++at[(item.prefix >> bit & mask) + 1];
    for (std::size_t n = 1; n <= mask; ++n) at[n] += at[n - 1];
    for (const SortItem& item : items) other[at[item.prefix >> bit & mask]++] = item;
    items.swap(other);
  }
}

}  // namespace kindred::engine
