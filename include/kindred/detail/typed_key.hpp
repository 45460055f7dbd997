// The arguments of a typed call as a primary key, checked against the entity's key columns while
// compiling.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/typed_access.hpp"
#include "kindred/entity.hpp"
#include "kindred/value.hpp"

namespace kindred::detail {

template <class T>
struct BareColumn {
  using type = T;
};
template <class V, auto... O>
struct BareColumn<Mapped<V, O...>> {
  using type = V;
};
template <class T>
using BareOf = typename BareColumn<std::remove_cvref_t<T>>::type;

template <class T>
inline constexpr bool is_system_time = false;
template <class D>
inline constexpr bool is_system_time<std::chrono::sys_time<D>> = true;
template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = std::is_integral_v<R>;

// Whether an argument of type U can be the value of a key column: the same kind, and for ticks the
// same period.
template <class U>
consteval bool key_part_fits(TypeFacts column) {
  constexpr bool is_integer =
      (std::is_integral_v<U> && !std::is_same_v<U, bool>) || std::is_enum_v<U>;
  switch (column.code) {
    case TypeCode::boolean: return std::is_same_v<U, bool>;
    case TypeCode::float32:
    case TypeCode::float64: return std::is_floating_point_v<U>;
    case TypeCode::text: return std::is_convertible_v<const U&, std::string_view>;
    case TypeCode::bytes: return std::is_same_v<U, Bytes>;
    case TypeCode::uuid: return std::is_same_v<U, Uuid>;
    case TypeCode::day:
      return std::is_same_v<U, date> || std::is_same_v<U, std::chrono::year_month_day>;
    case TypeCode::datetime: return is_system_time<U>;
    case TypeCode::instant:
      if constexpr (is_system_time<U>)
        return U::duration::period::num == column.num && U::duration::period::den == column.den;
      return false;
    case TypeCode::duration:
      if constexpr (is_duration<U>)
        return U::period::num == column.num && U::period::den == column.den;
      return false;
    case TypeCode::decimal:
      return is_integer || requires {
        U::precision;
        U::scale;
      };
    default: return is_integer;
  }
}

template <class E, class... K, std::size_t... I>
consteval bool key_fits(std::index_sequence<I...>) {
  return (key_part_fits<BareOf<K>>(key_columns<E>[I].type) && ...);
}

template <class E, class... K>
consteval void check_key_types() {
  static_assert(sizeof...(K) == key_columns<E>.size(),
                "give one value for each primary key column of the entity, in key order");
  if constexpr (sizeof...(K) == key_columns<E>.size())
    static_assert(
        key_fits<E, K...>(std::index_sequence_for<K...>{}),
        "a key value has another type (or a duration another period) than its primary key column");
}

// An integer, an enumeration or a Mapped of one as a number.
template <class T>
constexpr auto key_number(const T& argument) {
  using U = BareOf<T>;
  const U& v = static_cast<const U&>(argument);
  if constexpr (std::is_enum_v<U>)
    return static_cast<std::underlying_type_t<U>>(v);
  else
    return v;
}

// `Code`: of the column.
template <TypeCode Code, class T>
Value key_value(const T& argument) {
  using U = BareOf<T>;
  const U& v = static_cast<const U&>(argument);
  if constexpr (std::is_same_v<U, bool>) {
    return v;
  } else if constexpr (std::is_integral_v<U> || std::is_enum_v<U>) {
    const auto number = key_number(argument);
    if constexpr (std::is_unsigned_v<decltype(number)> ||
                  std::is_same_v<decltype(number), const bool>)
      return static_cast<std::uint64_t>(number);
    else
      return static_cast<std::int64_t>(number);
  } else if constexpr (std::is_floating_point_v<U>) {
    return static_cast<double>(v);
  } else if constexpr (std::is_convertible_v<const U&, std::string_view>) {
    return std::string_view(v);
  } else if constexpr (Code == TypeCode::day) {
    return date(v);
  } else if constexpr (Code == TypeCode::datetime) {
    return std::chrono::floor<std::chrono::microseconds>(v);
  } else if constexpr (Code == TypeCode::instant) {
    return Ticks{static_cast<std::int64_t>(v.time_since_epoch().count())};
  } else if constexpr (Code == TypeCode::duration) {
    return Ticks{static_cast<std::int64_t>(v.count())};
  } else {
    return v;
  }
}

template <class E, class... K, std::size_t... I>
std::array<Value, sizeof...(K)> key_values(std::index_sequence<I...>, const K&... key) {
  return {key_value<key_columns<E>[I].type.code>(key)...};
}

// Whether the key is one integer for a column of integers: it needs no Value.
template <class E, class... K>
consteval bool is_lone_integer() {
  if constexpr (sizeof...(K) == 1)
    return ((std::is_integral_v<BareOf<K>> || std::is_enum_v<BareOf<K>>)&&...) &&
           key_columns<E>[0].type.code != TypeCode::decimal &&
           key_columns<E>[0].type.code != TypeCode::boolean;
  return false;
}
template <class K>
TypedKey integer_key(const K& key) {
  const auto number = key_number(key);
  return {static_cast<std::int64_t>(number), std::is_unsigned_v<decltype(number)>, {}};
}

// The arguments of a call as a key.
template <class E, class... K>
class KeyOf {
 public:
  explicit KeyOf(const K&... key) {
    check_key_types<E, K...>();
    if constexpr (is_lone_integer<E, K...>()) {
      key_ = (integer_key(key), ...);
    } else {
      values_ = key_values<E>(std::index_sequence_for<K...>{}, key...);
      key_.values = values_;
    }
  }
  KeyOf(const KeyOf&) = delete;
  [[nodiscard]] const TypedKey& get() const { return key_; }

 private:
  std::array<Value, is_lone_integer<E, K...>() ? 0 : sizeof...(K)> values_;
  TypedKey key_;
};

// Keys of a range, kept for a batch.
template <class E>
class KeysOf {
 public:
  template <class Keys>
  explicit KeysOf(const Keys& keys) {
    for (const auto& key : keys) add(key);
    std::size_t at = 0;
    for (TypedKey& key : keys_) {
      if (values_.empty()) break;
      key.values = std::span(values_).subspan(at, key_columns<E>.size());
      at += key_columns<E>.size();
    }
  }
  [[nodiscard]] std::span<const TypedKey> get() const { return keys_; }

 private:
  template <class K>
  void add(const K& key) {
    if constexpr (requires { std::tuple_size<K>::value; }) {
      std::apply([&](const auto&... part) { add_parts(part...); }, key);
    } else {
      add_parts(key);
    }
  }
  template <class... K>
  void add_parts(const K&... part) {
    check_key_types<E, K...>();
    if constexpr (is_lone_integer<E, K...>()) {
      (keys_.push_back(integer_key(part)), ...);
    } else {
      keys_.emplace_back();
      for (Value& v : key_values<E>(std::index_sequence_for<K...>{}, part...))
        values_.push_back(std::move(v));
    }
  }
  std::vector<TypedKey> keys_;
  std::vector<Value> values_;
};

}  // namespace kindred::detail
