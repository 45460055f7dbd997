// Names in messages.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::detail {

// Code points of well-formed UTF-8.
[[nodiscard]] inline std::size_t code_points(std::string_view in) noexcept {
  return static_cast<std::size_t>(std::count_if(
      in.begin(), in.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The number of insertions, deletions, replacements and swaps of neighbours that turn one name into
// the other; `far_apart` where one is too long to be looked at.
inline constexpr std::size_t far_apart = 64;
[[nodiscard]] constexpr std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() >= far_apart || b.size() >= far_apart) return far_apart;
  std::array<std::size_t, far_apart> before{};  // two rows above
  std::array<std::size_t, far_apart> above{};
  std::array<std::size_t, far_apart> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = above;
    above = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// " (did you mean 'artist'?)", or nothing where none of the names is close. `name_of` gives a
// candidate's name.
template <class Range, class NameOf>
[[nodiscard]] std::string did_you_mean(std::string_view name, const Range& candidates,
                                       NameOf name_of) {
  std::string_view best;
  std::size_t least = std::min(far_apart, std::max<std::size_t>(1, name.size() / 3) + 1);
  for (const auto& candidate : candidates) {
    const std::string_view there = name_of(candidate);
    const std::size_t d = edit_distance(name, there);
    if (d < least && d < name.size()) {
      least = d;
      best = there;
    }
  }
  return best.empty() ? std::string() : " (did you mean '" + std::string(best) + "'?)";
}

[[nodiscard]] inline std::string join(const std::vector<std::string>& names,
                                      std::string_view separator) {
  std::string out;
  for (const auto& name : names) {
    if (&name != &names.front()) out += separator;
    out += name;
  }
  return out;
}

}  // namespace kindred::detail
