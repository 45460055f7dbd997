// How scalars of C++ become Values and back, and what kind of node each type is.
#pragma once

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "kindred/detail/enum_names.hpp"
#include "kindred/detail/scalar.hpp"
#include "kindred/detail/schema_builder.hpp"
#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_wrapped.hpp"

namespace kindred::schema::detail {

// What a type is to schema models; specialised for each that fields may have. `is_scalar` types
// have kind, rep, put and get, and perhaps adapt(), which tells the node more.
template <class T>
struct TypeOf {
  static constexpr bool is_known = false;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::any;
};

template <Kind K, Rep R = Rep::other>
struct ScalarType {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = true;
  static constexpr Kind kind = K;
  static constexpr Rep rep = R;
  static void adapt(Node&, FieldOptions&) {}
};
// Types that Values hold as they are.
template <class T, Kind K, Rep R = Rep::other>
struct SameType : ScalarType<K, R> {
  static bool put(T& to, Value&& from) {
    T* const held = from.get_if<T>();
    if (held != nullptr) to = std::move(*held);
    return held != nullptr;
  }
  static Value get(const T& from) { return from; }
};

template <>
struct TypeOf<bool> : SameType<bool, Kind::boolean, Rep::boolean> {};
template <>
struct TypeOf<double> : SameType<double, Kind::floating, Rep::f64> {};
template <>
struct TypeOf<std::string> : SameType<std::string, Kind::text, Rep::string> {};
template <>
struct TypeOf<Bytes> : SameType<Bytes, Kind::bytes> {};
template <>
struct TypeOf<date> : SameType<date, Kind::date> {};
template <>
struct TypeOf<DateTime> : SameType<DateTime, Kind::datetime> {};
template <>
struct TypeOf<TimeOfDay> : SameType<TimeOfDay, Kind::time> {};
template <>
struct TypeOf<Uuid> : SameType<Uuid, Kind::uuid> {};
template <>
struct TypeOf<BigDecimal> : SameType<BigDecimal, Kind::decimal> {};
template <>
struct TypeOf<Url> : SameType<Url, Kind::url> {};
template <>
struct TypeOf<MultiHostUrl> : SameType<MultiHostUrl, Kind::multi_host_url> {};
template <>
struct TypeOf<NameEmail> : SameType<NameEmail, Kind::name_email> {};

template <>
struct TypeOf<Value> : ScalarType<Kind::any> {
  static void adapt(Node& node, FieldOptions&) { node.item = &any_node; }
  static bool put(Value& to, Value&& from) {
    to = std::move(from);
    return true;
  }
  static Value get(const Value& from) { return from; }
};
template <class T>
struct NoneType : ScalarType<Kind::none> {
  static bool put(T&, Value&& from) { return from.is_null(); }
  static Value get(const T&) { return {}; }
};
template <>
struct TypeOf<std::monostate> : NoneType<std::monostate> {};
template <>
struct TypeOf<std::nullptr_t> : NoneType<std::nullptr_t> {};

// ---- numbers

template <kindred::detail::ColumnInteger T>
struct TypeOf<T>
    : ScalarType<Kind::integer, std::same_as<T, std::int64_t> ? Rep::i64 : Rep::other> {
  static constexpr bool is_wide_unsigned = std::is_unsigned_v<T> && sizeof(T) == 8;
  static void adapt(Node& node, FieldOptions&) {
    node.type_low = static_cast<std::int64_t>(std::numeric_limits<T>::min());
    node.is_unsigned64 = is_wide_unsigned;
    if constexpr (!is_wide_unsigned)
      node.type_high = static_cast<std::int64_t>(std::numeric_limits<T>::max());
  }
  static bool put(T& to, Value&& from) {
    if (const auto* number = from.get_if<std::int64_t>()) {
      if (!std::in_range<T>(*number)) return false;
      to = static_cast<T>(*number);
      return true;
    }
    if constexpr (is_wide_unsigned) {
      if (const auto* big = from.get_if<BigInt>()) return natural_of(*big, to);
    }
    return false;
  }
  static Value get(T from) {
    if constexpr (is_wide_unsigned)
      return static_cast<unsigned long long>(from);
    else
      return static_cast<std::int64_t>(from);
  }

 private:
  static bool natural_of(const BigInt& big, T& to) {
    std::uint64_t out = 0;
    for (const char c : big.digits) {
      if (c < '0' || c > '9') return false;
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (out > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return false;
      out = out * 10 + digit;
    }
    to = static_cast<T>(out);
    return true;
  }
};
template <>
struct TypeOf<BigInt> : ScalarType<Kind::integer> {
  static void adapt(Node& node, FieldOptions&) { node.takes_big = true; }
  static bool put(BigInt& to, Value&& from) {
    if (const auto* number = from.get_if<std::int64_t>()) {
      to.digits = std::to_string(*number);
      return true;
    }
    auto* const big = from.get_if<BigInt>();
    if (big != nullptr) to = std::move(*big);
    return big != nullptr;
  }
  static Value get(const BigInt& from) { return from; }
};
template <>
struct TypeOf<float> : ScalarType<Kind::floating> {
  static bool put(float& to, Value&& from) {
    const auto* number = from.get_if<double>();
    if (number == nullptr) return false;
    to = static_cast<float>(*number);
    return std::isfinite(to) || !std::isfinite(*number);
  }
  static Value get(float from) { return static_cast<double>(from); }
};
template <>
struct TypeOf<Number> : ScalarType<Kind::decimal> {
  static bool put(Number& to, Value&& from) {
    const auto* decimal = from.get_if<BigDecimal>();
    const auto number = decimal == nullptr ? std::nullopt : decimal->to_number();
    if (number) to = *number;
    return number.has_value();
  }
  static Value get(const Number& from) { return BigDecimal::parse(from.to_string()).value(); }
};
template <unsigned P, unsigned S>
struct TypeOf<Decimal<P, S>> : ScalarType<Kind::decimal> {
  static void adapt(Node&, FieldOptions& options) {
    if (!options.constraints.max_digits) options.constraints.max_digits = P;
    if (!options.constraints.decimal_places) options.constraints.decimal_places = S;
  }
  static bool put(Decimal<P, S>& to, Value&& from) {
    const auto* decimal = from.get_if<BigDecimal>();
    auto number = decimal == nullptr ? std::nullopt : decimal->to_number();
    if (number) number = number->rescaled(S);
    if (!number || !Decimal<P, S>::fits(number->unscaled)) return false;
    to.unscaled = static_cast<typename Decimal<P, S>::rep>(number->unscaled);
    return true;
  }
  static Value get(const Decimal<P, S>& from) {
    return BigDecimal::parse(from.to_string()).value();
  }
};

// ---- times

template <>
struct TypeOf<std::chrono::year_month_day> : ScalarType<Kind::date> {
  static bool put(std::chrono::year_month_day& to, Value&& from) {
    const auto* day = from.get_if<date>();
    if (day != nullptr) to = *day;
    return day != nullptr;
  }
  static Value get(std::chrono::year_month_day from) { return date(from); }
};
// From microseconds, where that loses nothing.
template <class D>
bool exactly(std::chrono::microseconds from, D& to) {
  if constexpr (std::chrono::treat_as_floating_point_v<typename D::rep>) {
    to = std::chrono::duration_cast<D>(from);
    return true;
  } else {
    using Wide = std::chrono::duration<long double, typename D::period>;
    const long double ticks = Wide(from).count();
    if (!(ticks >= static_cast<long double>(std::numeric_limits<typename D::rep>::min()) &&
          ticks <= static_cast<long double>(std::numeric_limits<typename D::rep>::max())))
      return false;
    to = std::chrono::duration_cast<D>(from);
    return std::chrono::duration_cast<std::chrono::microseconds>(to) == from;
  }
}
template <class R, class P>
struct TypeOf<std::chrono::duration<R, P>> : ScalarType<Kind::timedelta> {
  using T = std::chrono::duration<R, P>;
  static bool put(T& to, Value&& from) {
    const auto* duration = from.get_if<Duration>();
    return duration != nullptr && exactly(*duration, to);
  }
  static Value get(T from) { return std::chrono::duration_cast<Duration>(from); }
};
// A point in time; a text without distance from UTC counts as UTC.
template <class D>
requires(!std::same_as<std::chrono::sys_time<D>, date>) struct TypeOf<std::chrono::sys_time<D>>
    : ScalarType<Kind::datetime, std::same_as<std::chrono::sys_time<D>, time_point>
                                     ? Rep::time_point
                                     : Rep::other> {
  static bool put(std::chrono::sys_time<D>& to, Value&& from) {
    const auto* moment = from.get_if<DateTime>();
    D since{};
    if (moment == nullptr || !exactly(std::chrono::microseconds(moment->utc()), since))
      return false;
    to = std::chrono::sys_time<D>(since);
    return true;
  }
  static Value get(std::chrono::sys_time<D> from) {
    const auto micros = std::chrono::floor<std::chrono::microseconds>(from);
    return DateTime{micros.time_since_epoch().count(), 0};
  }
};

// ---- addresses and secrets

template <>
struct TypeOf<EmailStr> : ScalarType<Kind::email, Rep::string> {
  static bool put(EmailStr& to, Value&& from) {
    auto* const text = from.get_if<std::string>();
    if (text != nullptr) to.text = std::move(*text);
    return text != nullptr;
  }
  static Value get(const EmailStr& from) { return from.text; }
};
static_assert(sizeof(EmailStr) == sizeof(std::string) && std::is_standard_layout_v<EmailStr>,
              "an EmailStr is written as the std::string that it begins with");

template <class T, Ip::Form F, int Version>
struct IpType : ScalarType<Kind::ip> {
  static void adapt(Node& node, FieldOptions&) {
    node.ip_form = F;
    node.ip_version = Version;
  }
  static bool put(T& to, Value&& from) {
    auto* const ip = from.get_if<Ip>();
    if (ip != nullptr) static_cast<Ip&>(to) = std::move(*ip);
    return ip != nullptr;
  }
  static Value get(const T& from) { return static_cast<const Ip&>(from); }
};
template <>
struct TypeOf<IPv4Address> : IpType<IPv4Address, Ip::Form::address, 4> {};
template <>
struct TypeOf<IPv6Address> : IpType<IPv6Address, Ip::Form::address, 6> {};
template <>
struct TypeOf<IPvAnyAddress> : IpType<IPvAnyAddress, Ip::Form::address, 0> {};
template <>
struct TypeOf<IPv4Interface> : IpType<IPv4Interface, Ip::Form::interface, 4> {};
template <>
struct TypeOf<IPv6Interface> : IpType<IPv6Interface, Ip::Form::interface, 6> {};
template <>
struct TypeOf<IPvAnyInterface> : IpType<IPvAnyInterface, Ip::Form::interface, 0> {};
template <>
struct TypeOf<IPv4Network> : IpType<IPv4Network, Ip::Form::network, 4> {};
template <>
struct TypeOf<IPv6Network> : IpType<IPv6Network, Ip::Form::network, 6> {};
template <>
struct TypeOf<IPvAnyNetwork> : IpType<IPvAnyNetwork, Ip::Form::network, 0> {};

template <class T>
struct TypeOf<kindred::Secret<T>>
    : ScalarType<std::same_as<T, Bytes> ? Kind::secret_bytes : Kind::secret_text> {
  static bool put(kindred::Secret<T>& to, Value&& from) {
    auto* const secret = from.get_if<schema::Secret>();
    auto* const held = secret != nullptr ? secret->value.get_if<T>() : from.get_if<T>();
    if (held != nullptr) to = kindred::Secret<T>(std::move(*held));
    return held != nullptr;
  }
  static Value get(const kindred::Secret<T>& from) {
    return schema::Secret{Value(from.get_secret_value())};
  }
};

// ---- constants and enumerations

template <Constant... C>
struct TypeOf<Literal<C...>> : ScalarType<Kind::literal> {
  using T = Literal<C...>;
  static void adapt(Node& node, FieldOptions&) {
    for (std::size_t i = 0; i < T::size; ++i) node.expected.push_back(T::value_at(i));
    node.expected_text = or_list(node.expected);
  }
  static bool put(T& to, Value&& from) {
    for (std::size_t i = 0; i < T::size; ++i)
      if (T::value_at(i) == from) {
        to = T::at(i);
        return true;
      }
    return false;
  }
  static Value get(const T& from) { return from.value(); }
};

// By names: "red"; with `by_value` by underlying numbers. An enumeration's names are the
// enumerators', or what kindred::enum_names says.
template <class T>
requires std::is_enum_v<T>
struct TypeOf<T> : ScalarType<Kind::enumeration> {
  static const std::vector<EnumName>& names() {
    static const std::vector<EnumName> made = kindred::detail::names_of<T>();
    return made;
  }
  static std::int64_t number(T value) { return static_cast<std::int64_t>(value); }
  static void adapt(Node& node, FieldOptions& options) {
    node.name = kindred::detail::plain_type_name<T>;
    describe_enumeration(node, names(), options.by_value);
  }
  static bool put(T& to, Value&& from) {
    std::int64_t number = 0;
    if (!enumerator_number(from, names(), number)) return false;
    to = static_cast<T>(number);
    return true;
  }
  static Value get(T from) { return enumerator_of(number(from), false); }
  static Value get_by_value(T from) { return enumerator_of(number(from), true); }

 private:
  static Value enumerator_of(std::int64_t number, bool by_value) {
    return enumerator_value(kindred::detail::plain_type_name<T>, names(), number, by_value);
  }
};

}  // namespace kindred::schema::detail
