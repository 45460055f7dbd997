// std::optional, asked about.
#pragma once

#include <optional>

namespace kindred::detail {

template <class V>
struct OptionalOf {
  using type = V;
  static constexpr bool value = false;
};
template <class T>
struct OptionalOf<std::optional<T>> {
  using type = T;
  static constexpr bool value = true;
};
template <class V>
inline constexpr bool is_optional = OptionalOf<V>::value;
template <class V>
using WithoutOptional = typename OptionalOf<V>::type;

}  // namespace kindred::detail
