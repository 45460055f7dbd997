// Names in messages.
#pragma once

#include <algorithm>
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
// the other.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // two rows above
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
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
  constexpr std::size_t longest = 128;  // a hostile name shall not cost quadratic time
  if (name.size() > longest) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::string_view there = name_of(candidate);
    if (there.size() > longest) continue;
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
