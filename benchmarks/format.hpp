// Numbers as the tables and the JSON lines have them.
#pragma once

#include <array>
#include <cstdio>
#include <optional>
#include <string>

namespace kindred::bench {

template <class... A>
std::string format(const char* pattern, A... arguments) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, arguments...);
  return text.data();
}

// Three significant digits at least, in the unit that reads best.
inline std::string duration(double ns) {
  if (ns >= 1e6) return format("%.2f ms", ns / 1e6);
  if (ns >= 1e5) return format("%.0f us", ns / 1e3);
  if (ns >= 1e4) return format("%.1f us", ns / 1e3);
  return format(ns >= 100 ? "%.0f ns" : "%.1f ns", ns);
}

inline std::string times(const std::optional<double>& value) {
  return value ? format(*value >= 10 ? "%.1fx" : "%.2fx", *value) : "-";
}

inline std::string number(const std::optional<double>& value) {
  return value ? format("%.4g", *value) : "null";
}

}  // namespace kindred::bench
