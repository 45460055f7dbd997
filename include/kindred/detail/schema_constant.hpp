// Constants as template arguments: bounds, examples, literals. One class, because compilers differ
// in what they take there (clang 14 takes no floating point).
#pragma once

#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "kindred/detail/type_name.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

enum class ConstantKind : std::uint8_t {
  null,
  boolean,
  integer,
  natural,  // above the signed ones
  floating,
  text,
  date,      // days
  datetime,  // microseconds, UTC
  duration,  // microseconds
};

[[nodiscard]] Value constant_value(ConstantKind kind, std::uint64_t bits, std::string_view text);

template <std::size_t N = 1>
struct Constant {
  ConstantKind kind = ConstantKind::null;
  std::uint64_t bits = 0;
  kindred::detail::FixedText<N> text{};

  consteval Constant(const char (&from)[N]) : kind(ConstantKind::text), text(from) {}
  consteval Constant(std::nullptr_t) {}
  template <class T>
  requires std::is_arithmetic_v<T>
  consteval Constant(T from) {
    if constexpr (std::same_as<T, bool>) {
      set(ConstantKind::boolean, from ? 1 : 0);
    } else if constexpr (std::floating_point<T>) {
      set(ConstantKind::floating, std::bit_cast<std::uint64_t>(static_cast<double>(from)));
    } else {
      set(std::is_unsigned_v<T> && static_cast<std::uint64_t>(from) > ~std::uint64_t{0} / 2
              ? ConstantKind::natural
              : ConstantKind::integer,
          static_cast<std::uint64_t>(from));
    }
  }
  consteval Constant(kindred::date from)
      : kind(ConstantKind::date),
        bits(static_cast<std::uint64_t>(from.time_since_epoch().count())) {}
  consteval Constant(std::chrono::year_month_day from) : Constant(kindred::date(from)) {}
  consteval Constant(kindred::time_point from)
      : kind(ConstantKind::datetime),
        bits(static_cast<std::uint64_t>(from.time_since_epoch().count())) {}
  template <class R, class P>
  consteval Constant(std::chrono::duration<R, P> from)
      : kind(ConstantKind::duration),
        bits(static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(from).count())) {}

  [[nodiscard]] Value value() const { return constant_value(kind, bits, text.view()); }
  [[nodiscard]] constexpr std::string_view view() const { return text.view(); }

 private:
  consteval void set(ConstantKind k, std::uint64_t b) {
    kind = k;
    bits = b;
  }
};
template <std::size_t N>
Constant(const char (&)[N]) -> Constant<N>;
template <class T>
Constant(T) -> Constant<1>;

// Several structural values, as one: std::tuple is none.
template <class... T>
struct Together {};
template <class First, class... Rest>
struct Together<First, Rest...> {
  First first;
  Together<Rest...> rest;
};
template <class First, class... Rest>
consteval Together<First, Rest...> together(First first, Rest... rest) {
  if constexpr (sizeof...(Rest) == 0) {
    return {first, {}};
  } else {
    return {first, together(rest...)};
  }
}
template <class F, class... T>
void each_of(const Together<T...>& values, F&& f) {
  if constexpr (sizeof...(T) != 0) {
    f(values.first);
    each_of(values.rest, f);
  }
}

}  // namespace kindred::schema::detail
