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

// The kinds of value that a key column takes.
enum class KeyKind : std::uint8_t {
  integer,
  boolean,
  real,
  text,
  bytes,
  day,
  datetime,
  ticks,
  uuid,
  decimal,
  other
};

template <class T>
consteval KeyKind kind_of_argument() {
  using U = typename BareColumn<std::remove_cvref_t<T>>::type;
  if constexpr (std::is_same_v<U, bool>)
    return KeyKind::boolean;
  else if constexpr (std::is_integral_v<U> || std::is_enum_v<U>)
    return KeyKind::integer;
  else if constexpr (std::is_floating_point_v<U>)
    return KeyKind::real;
  else if constexpr (std::is_convertible_v<const U&, std::string_view>)
    return KeyKind::text;
  else if constexpr (std::is_same_v<U, Bytes>)
    return KeyKind::bytes;
  else if constexpr (std::is_same_v<U, date>)
    return KeyKind::day;
  else if constexpr (std::is_same_v<U, time_point>)
    return KeyKind::datetime;
  else if constexpr (std::is_same_v<U, Uuid>)
    return KeyKind::uuid;
  else if constexpr (
      requires(const U& u) { u.time_since_epoch().count(); } ||
      requires(const U& u) {
        u.count();
        typename U::period;
      })
    return KeyKind::ticks;
  else if constexpr (requires {
                       U::precision;
                       U::scale;
                     })
    return KeyKind::decimal;
  else
    return KeyKind::other;
}

constexpr KeyKind kind_of_column(TypeCode code) {
  switch (code) {
    case TypeCode::boolean: return KeyKind::boolean;
    case TypeCode::float32:
    case TypeCode::float64: return KeyKind::real;
    case TypeCode::text: return KeyKind::text;
    case TypeCode::bytes: return KeyKind::bytes;
    case TypeCode::day: return KeyKind::day;
    case TypeCode::datetime: return KeyKind::datetime;
    case TypeCode::instant:
    case TypeCode::duration: return KeyKind::ticks;
    case TypeCode::uuid: return KeyKind::uuid;
    case TypeCode::decimal: return KeyKind::decimal;
    default: return KeyKind::integer;
  }
}

template <class E, class... K, std::size_t... I>
consteval bool key_fits(std::index_sequence<I...>) {
  return ((kind_of_column(key_columns<E>[I].type.code) == kind_of_argument<K>()) && ...);
}

template <class E, class... K>
consteval void check_key_types() {
  static_assert(sizeof...(K) == key_columns<E>.size(),
                "give one value for each primary key column of the entity, in key order");
  if constexpr (sizeof...(K) == key_columns<E>.size())
    static_assert(key_fits<E, K...>(std::index_sequence_for<K...>{}),
                  "a key value has another type than its primary key column");
}

template <class T>
Value key_value(const T& argument) {
  using U = typename BareColumn<T>::type;
  const U& v = static_cast<const U&>(argument);
  constexpr KeyKind kind = kind_of_argument<T>();
  if constexpr (kind == KeyKind::integer) {
    if constexpr (std::is_enum_v<U>)
      return key_value(static_cast<std::underlying_type_t<U>>(v));
    else if constexpr (std::is_unsigned_v<U>)
      return static_cast<std::uint64_t>(v);
    else
      return static_cast<std::int64_t>(v);
  } else if constexpr (kind == KeyKind::real) {
    return static_cast<double>(v);
  } else if constexpr (kind == KeyKind::text) {
    return std::string_view(v);
  } else if constexpr (kind == KeyKind::ticks) {
    if constexpr (requires { v.time_since_epoch(); })
      return Ticks{v.time_since_epoch().count()};
    else
      return Ticks{static_cast<std::int64_t>(v.count())};
  } else {
    return v;
  }
}

// The arguments of a call as a key; a lone integer needs no Value.
template <class E, class... K>
class KeyOf {
 public:
  explicit KeyOf(const K&... key) {
    check_key_types<E, K...>();
    if constexpr (lone_integer) {
      ((key_.integer = static_cast<std::int64_t>(key)), ...);
    } else {
      values_ = {key_value(key)...};
      key_.values = values_;
    }
  }
  KeyOf(const KeyOf&) = delete;
  [[nodiscard]] const TypedKey& get() const { return key_; }

 private:
  static constexpr bool lone_integer =
      sizeof...(K) == 1 && ((kind_of_argument<K>() == KeyKind::integer) && ...);
  std::array<Value, lone_integer ? 0 : sizeof...(K)> values_;
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
    TypedKey& key = keys_.emplace_back();
    if constexpr (sizeof...(K) == 1 && ((kind_of_argument<K>() == KeyKind::integer) && ...))
      ((key.integer = static_cast<std::int64_t>(part)), ...);
    else
      (values_.push_back(key_value(part)), ...);
  }
  std::vector<TypedKey> keys_;
  std::vector<Value> values_;
};

}  // namespace kindred::detail
