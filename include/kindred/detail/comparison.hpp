// Which C++ values a column can be compared with, and what they become in an Expression.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/capture.hpp"
#include "kindred/detail/column_codec.hpp"
#include "kindred/expression.hpp"

namespace kindred::detail {

// Columns that compare and order: not those of nested types and of codecs.
template <class V>
concept ComparableColumn =
    IsScalar<WithoutOptional<V>> || std::is_same_v<WithoutOptional<V>, Number> ||
    std::is_same_v<WithoutOptional<V>, std::string> || std::is_same_v<WithoutOptional<V>, Bytes>;

// What a column of V can be compared with: what converts to its value without losing a fraction.
template <class U, class V>
concept ComparesWith =
    ComparableColumn<V> && std::is_convertible_v<U, WithoutOptional<V>> &&
    !std::is_same_v<std::remove_cvref_t<U>, std::nullopt_t> &&
    !(std::is_floating_point_v<std::remove_cvref_t<U>> && std::is_integral_v<WithoutOptional<V>>);
// The value of a Mapped member; anything else itself.
template <class U>
constexpr decltype(auto) bare(const U& value) {
  if constexpr (std::is_base_of_v<FieldBase, U> && requires { value.value(); })
    return value.value();
  else
    return (value);
}
template <class U>
using BareValue =
    std::remove_cvref_t<decltype(bare(std::declval<const std::remove_cvref_t<U>&>()))>;

// An optional of that: an empty one asks for null.
template <class U, class V>
concept MayCompareWith =
    is_optional<BareValue<U>> && ComparesWith<WithoutOptional<BareValue<U>>, V>;
template <class R, class V>
concept RangeComparesWith =
    std::ranges::input_range<R> && !std::is_convertible_v<R, std::string_view> &&
    ComparesWith<std::ranges::range_value_t<R>, V>;

template <class U>
concept PlainInteger =
    std::integral<U> && !std::is_same_v<U, bool> && !is_character<U> && sizeof(U) <= 8;

template <PlainInteger U>
Value integer_value(U value) {
  if constexpr (std::is_signed_v<U>)
    return static_cast<std::int64_t>(value);
  else
    return static_cast<std::uint64_t>(value);
}

// A floating point number as the decimal that it is printed as; as it is where that has too many
// digits.
template <std::floating_point U>
Value decimal_value(U value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  if (end.ec == std::errc())
    if (const auto number = Number::parse({text, static_cast<std::size_t>(end.ptr - text)}))
      return *number;
  return static_cast<double>(value);
}

// A constant for a column of V, in the form of the column's values where it is one of them.
template <class V, ExplicitType X, class U>
Value constant_value(const U& given) {
  using T = WithoutOptional<V>;
  const auto& value = bare(given);
  using B = std::remove_cvref_t<decltype(value)>;
  if constexpr (X.kind == ExplicitType::Kind::decimal) {
    Value out;
    if constexpr (PlainInteger<B>)
      out = integer_value(value);
    else if constexpr (std::floating_point<B>)
      out = decimal_value(value);
    else
      out = T(value);
    const auto* integer = out.template get_if<std::int64_t>();
    const auto* number = out.template get_if<Number>();
    std::optional<Number> exact;
    if (integer) exact = Number{*integer, 0}.rescaled(X.scale);
    if (number) exact = number->rescaled(X.scale);
    return exact ? Value(*exact) : out;
  } else if constexpr (PlainInteger<B> && PlainInteger<T>) {
    if (!std::in_range<T>(value)) return integer_value(value);
    return to_value<T, X>(static_cast<T>(value));
  } else if constexpr (std::floating_point<B> && std::is_same_v<T, float>) {
    if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max())
      return static_cast<double>(value);
    return to_value<T, X>(static_cast<T>(value));
  } else {
    return to_value<T, X>(T(value));
  }
}
template <class V, ExplicitType X, class U>
Expression constant_for(const U& value) {
  return Expression::constant(constant_value<V, X>(value));
}

}  // namespace kindred::detail
