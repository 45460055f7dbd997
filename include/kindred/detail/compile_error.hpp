// Texts that are put together while compiling, and how a wrong declaration shows one as the
// compiler's first line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "kindred/detail/spelling.hpp"

namespace kindred::detail {

// Bounded text; what does not fit is cut.
struct Message {
  char at[800]{};
  std::size_t size = 0;

  constexpr Message& operator<<(std::string_view more) {
    for (const char c : more)
      if (size < sizeof at) at[size++] = c;
    return *this;
  }
  constexpr Message& operator<<(unsigned number) {
    if (number >= 10) *this << number / 10;
    const char digit = static_cast<char>('0' + number % 10);
    return *this << std::string_view(&digit, 1);
  }
  [[nodiscard]] constexpr bool empty() const { return size == 0; }
};

// Offers the nearest of the names it is shown.
struct DidYouMean {
  std::string_view wrong;
  std::string_view best{};
  std::size_t distance = 4;
  constexpr void consider(std::string_view name) {
    const std::size_t d = edit_distance(wrong, name);
    if (d < distance && d < std::max(wrong.size(), name.size())) {
      distance = d;
      best = name;
    }
  }
  constexpr void say(Message& out) const {
    if (!best.empty()) out << " -- did you mean '" << best << "'?";
  }
};

template <std::size_t N>
struct Diagnosis {
  char text[N];
  [[nodiscard]] constexpr std::size_t size() const { return N - 1; }
  [[nodiscard]] constexpr const char* data() const { return text; }
};
template <std::size_t N>
consteval Diagnosis<N> shorten(const Message& message) {
  Diagnosis<N> out{};
  for (std::size_t i = 0; i + 1 < N; ++i) out.text[i] = message.at[i];
  return out;
}

}  // namespace kindred::detail

namespace kindred {

// Instantiated with the reason for which entities, or schema models, do not fit together. Each
// compiler shows texts in template arguments differently: g++ whole, clang 16 and later some 35
// characters (so it gets pieces), older clang characters (so it gets those).
#if defined(__cpp_static_assert) && __cpp_static_assert >= 202306L
template <detail::Diagnosis Why>
consteval bool mapping_fits() {
  static_assert(Why.size() == 0, Why);
  return true;
}
#elif defined(__clang__) && __clang_major__ >= 16
template <detail::Diagnosis<33>... Why>
struct mapping_error {
  static_assert(
      sizeof...(Why) == 0,
      "the declarations do not fit together: the reason is the text in mapping_error<...>");
};
namespace detail {
template <Diagnosis Why, std::size_t I>
consteval Diagnosis<33> piece() {
  Diagnosis<33> out{};
  for (std::size_t i = 0; i < 32; ++i)
    out.text[i] = I * 32 + i < Why.size() ? Why.text[I * 32 + i] : ' ';
  return out;
}
template <Diagnosis Why, std::size_t... I>
consteval void show(std::index_sequence<I...>) {
  (void)sizeof(mapping_error<piece<Why, I>()...>);
}
}  // namespace detail
template <detail::Diagnosis Why>
consteval bool mapping_fits() {
  if constexpr (Why.size() != 0)
    detail::show<Why>(std::make_index_sequence<(Why.size() + 31) / 32>{});
  return true;
}
#elif defined(__clang__)
template <char... Why>
struct mapping_error {
  static_assert(sizeof...(Why) == 0,
                "the declarations do not fit together: the reason is spelt in mapping_error<...>");
};
namespace detail {
template <Diagnosis Why, std::size_t... I>
consteval void show(std::index_sequence<I...>) {
  (void)sizeof(mapping_error<Why.text[I]...>);
}
}  // namespace detail
template <detail::Diagnosis Why>
consteval bool mapping_fits() {
  if constexpr (Why.size() != 0) detail::show<Why>(std::make_index_sequence<Why.size()>{});
  return true;
}
#else
template <detail::Diagnosis Why>
struct mapping_error {
  static_assert(
      Why.size() == 0,
      "the declarations do not fit together: the reason is the text in mapping_error<...>");
};
template <detail::Diagnosis Why>
consteval bool mapping_fits() {
  if constexpr (Why.size() != 0) (void)sizeof(mapping_error<Why>);
  return true;
}
#endif

}  // namespace kindred
