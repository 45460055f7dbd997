// Values of fixed width: how each becomes its little-endian stored form and back. Columns and the
// nested archive share this.
#pragma once

#include <bit>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <ratio>
#include <string>
#include <type_traits>

#include "kindred/catalog.hpp"
#include "kindred/error.hpp"
#include "kindred/value.hpp"

namespace kindred::detail {

static_assert(std::endian::native == std::endian::little,
              "stored values are little-endian and are copied as they lie in memory");

// What is known of a column's type without allocating.
struct TypeFacts {
  TypeCode code = TypeCode::opaque;
  TypeCode underlying = TypeCode::int32;  // enumeration
  std::uint8_t precision = 0;             // decimal
  std::uint8_t scale = 0;
  std::int64_t num = 1;  // instant, duration: seconds per tick
  std::int64_t den = 1;
  friend constexpr bool operator==(const TypeFacts&, const TypeFacts&) = default;
};

template <class T>
constexpr TypeCode integer_code() {
  constexpr auto first = std::is_signed_v<T> ? TypeCode::int8 : TypeCode::uint8;
  return static_cast<TypeCode>(static_cast<int>(first) + std::countr_zero(sizeof(T)));
}

template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;
template <class T>
concept ColumnInteger =
    std::integral<T> && !std::is_same_v<T, bool> && !is_character<T> && sizeof(T) <= 8;

// Base of the types whose memory is their stored form.
template <class T>
struct Direct {
  static constexpr bool is_scalar = true;
  static constexpr bool direct = true;
  static constexpr std::size_t width = sizeof(T);
  static void store(const T& value, char* slot) { std::memcpy(slot, &value, sizeof(T)); }
  static void load(T& value, const char* slot) { std::memcpy(&value, slot, sizeof(T)); }
};
// Base of the types that are stored as another integer: `Self` has to_stored and from_stored.
template <class Self, class T, class Stored>
struct Converted {
  static constexpr bool is_scalar = true;
  static constexpr bool direct = false;
  static constexpr std::size_t width = sizeof(Stored);
  static void store(const T& value, char* slot) {
    const Stored stored = Self::to_stored(value);
    std::memcpy(slot, &stored, sizeof stored);
  }
  static void load(T& value, const char* slot) {
    Stored stored;
    std::memcpy(&stored, slot, sizeof stored);
    value = Self::from_stored(stored);
  }
};

// Primary: not a value of fixed width.
template <class T>
struct Scalar {
  static constexpr bool is_scalar = false;
  static constexpr bool direct = false;
};
template <class T>
concept IsScalar = Scalar<T>::is_scalar;

template <>
struct Scalar<bool> {
  static constexpr bool is_scalar = true;
  static constexpr bool direct = true;
  static constexpr std::size_t width = 1;
  static constexpr TypeFacts facts{TypeCode::boolean};
  static void store(bool value, char* slot) { *slot = value ? 1 : 0; }
  static void load(bool& value, const char* slot) {
    if (*slot != 0 && *slot != 1) throw CorruptionError("", "a bool is neither 0 nor 1");
    value = *slot == 1;
  }
  static Value to_value(bool value) { return value; }
};

template <ColumnInteger T>
struct Scalar<T> : Direct<T> {
  static constexpr TypeFacts facts{integer_code<T>()};
  static Value to_value(T value) {
    if constexpr (std::is_signed_v<T>) {
      return static_cast<std::int64_t>(value);
    } else {
      return static_cast<std::uint64_t>(value);
    }
  }
};
template <>
struct Scalar<float> : Direct<float> {
  static constexpr TypeFacts facts{TypeCode::float32};
  static Value to_value(float value) { return static_cast<double>(value); }
};
template <>
struct Scalar<double> : Direct<double> {
  static constexpr TypeFacts facts{TypeCode::float64};
  static Value to_value(double value) { return value; }
};
template <>
struct Scalar<std::byte> : Direct<std::byte> {
  static constexpr TypeFacts facts{TypeCode::uint8};
  static Value to_value(std::byte value) { return std::to_integer<std::uint64_t>(value); }
};
template <class T>
requires std::is_enum_v<T>
struct Scalar<T> : Direct<T> {
  using underlying = std::underlying_type_t<T>;
  static_assert(ColumnInteger<underlying>,
                "an enumeration in a column needs an integer as its underlying type, not bool or "
                "a character");
  static constexpr TypeFacts facts{TypeCode::enumeration, integer_code<underlying>()};
  static Value to_value(T value) {
    return Scalar<underlying>::to_value(static_cast<underlying>(value));
  }
};
template <>
struct Scalar<Uuid> : Direct<Uuid> {
  static constexpr TypeFacts facts{TypeCode::uuid};
  static Value to_value(const Uuid& value) { return value; }
};
template <unsigned P, unsigned S>
struct Scalar<Decimal<P, S>> : Direct<Decimal<P, S>> {
  static constexpr TypeFacts facts{TypeCode::decimal, TypeCode::int32, std::uint8_t{P},
                                   std::uint8_t{S}};
  static Value to_value(const Decimal<P, S>& value) { return value; }
};

// ---- time

template <>
struct Scalar<time_point> : Direct<time_point> {
  static constexpr TypeFacts facts{TypeCode::datetime};
  static Value to_value(time_point value) { return value; }
};
template <>
struct Scalar<date> : Converted<Scalar<date>, date, std::int32_t> {
  static constexpr TypeFacts facts{TypeCode::day};
  static std::int32_t to_stored(date value) {
    const auto days = value.time_since_epoch().count();
    if (days != static_cast<std::int32_t>(days))
      throw ValidationError("", "a date lies outside the 32 bits of days that a date column holds");
    return static_cast<std::int32_t>(days);
  }
  static date from_stored(std::int32_t days) { return date{std::chrono::days{days}}; }
  static Value to_value(date value) { return value; }
};
template <>
struct Scalar<std::chrono::year_month_day>
    : Converted<Scalar<std::chrono::year_month_day>, std::chrono::year_month_day, std::int32_t> {
  static constexpr TypeFacts facts{TypeCode::day};
  static std::int32_t to_stored(std::chrono::year_month_day value) {
    if (!value.ok()) throw ValidationError("", "a date that no calendar has, such as 31 February");
    return Scalar<date>::to_stored(date{value});
  }
  static std::chrono::year_month_day from_stored(std::int32_t days) {
    return std::chrono::year_month_day{Scalar<date>::from_stored(days)};
  }
  static Value to_value(std::chrono::year_month_day value) {
    return Scalar<date>::from_stored(to_stored(value));
  }
};
// The system clock's own time point, wherever its period is not microseconds: kept as microseconds,
// so that the type of the column is the same on every library.
template <class D>
requires(std::is_same_v<D, std::chrono::system_clock::duration> &&
         !std::is_same_v<D, std::chrono::microseconds>) struct Scalar<std::chrono::sys_time<D>>
    : Converted<Scalar<std::chrono::sys_time<D>>, std::chrono::sys_time<D>, std::int64_t> {
  static constexpr TypeFacts facts{TypeCode::datetime};
  static std::int64_t to_stored(std::chrono::sys_time<D> value) {
    return std::chrono::floor<std::chrono::microseconds>(value).time_since_epoch().count();
  }
  static std::chrono::sys_time<D> from_stored(std::int64_t ticks) {
    return std::chrono::sys_time<D>{
        std::chrono::duration_cast<D>(std::chrono::microseconds{ticks})};
  }
  static Value to_value(std::chrono::sys_time<D> value) {
    return time_point{std::chrono::microseconds{to_stored(value)}};
  }
};

// Durations of any integral count are stored as 64-bit ticks.
template <class Rep, class Period>
requires ColumnInteger<Rep>
struct DurationScalar {
  using T = std::chrono::duration<Rep, Period>;
  static constexpr bool is_scalar = true;
  static constexpr bool direct = sizeof(Rep) == 8 && std::is_signed_v<Rep>;
  static constexpr std::size_t width = 8;
  static void store(const T& value, char* slot) {
    if constexpr (std::is_unsigned_v<Rep> && sizeof(Rep) == 8) {
      if (value.count() > static_cast<Rep>(std::numeric_limits<std::int64_t>::max()))
        throw ValidationError("", "a duration does not fit 64 signed bits of ticks");
    }
    const auto ticks = static_cast<std::int64_t>(value.count());
    std::memcpy(slot, &ticks, sizeof ticks);
  }
  static void load(T& value, const char* slot) {
    std::int64_t ticks;
    std::memcpy(&ticks, slot, sizeof ticks);
    if constexpr (!direct) {
      if (ticks < 0 ? std::is_unsigned_v<Rep> ||
                          ticks < static_cast<std::int64_t>(std::numeric_limits<Rep>::min())
                    : static_cast<std::uint64_t>(ticks) >
                          static_cast<std::uint64_t>(std::numeric_limits<Rep>::max()))
        throw ValidationError("", "a stored duration of " + std::to_string(ticks) +
                                      " ticks does not fit the type of the member");
    }
    value = T{static_cast<Rep>(ticks)};
  }
};
template <class Rep, class Period>
requires ColumnInteger<Rep>
struct Scalar<std::chrono::duration<Rep, Period>> : DurationScalar<Rep, Period> {
  static constexpr TypeFacts facts{TypeCode::duration, TypeCode::int32, 0, 0,
                                   Period::num,        Period::den};
  static Value to_value(std::chrono::duration<Rep, Period> value) {
    return Ticks{static_cast<std::int64_t>(value.count())};
  }
};
template <class Rep, class Period>
requires(
    ColumnInteger<Rep> &&
    !std::is_same_v<std::chrono::duration<Rep, Period>, time_point::duration> &&
    !std::is_same_v<std::chrono::duration<Rep, Period>, date::duration> &&
    !std::is_same_v<
        std::chrono::duration<Rep, Period>,
        std::chrono::system_clock::
            duration>) struct Scalar<std::chrono::sys_time<std::chrono::duration<Rep, Period>>> {
  using D = std::chrono::duration<Rep, Period>;
  using T = std::chrono::sys_time<D>;
  static constexpr bool is_scalar = true;
  static constexpr bool direct = DurationScalar<Rep, Period>::direct;
  static constexpr std::size_t width = 8;
  static constexpr TypeFacts facts{TypeCode::instant, TypeCode::int32, 0, 0,
                                   Period::num,       Period::den};
  static void store(const T& value, char* slot) {
    DurationScalar<Rep, Period>::store(value.time_since_epoch(), slot);
  }
  static void load(T& value, const char* slot) {
    D ticks;
    DurationScalar<Rep, Period>::load(ticks, slot);
    value = T{ticks};
  }
  static Value to_value(T value) {
    return Ticks{static_cast<std::int64_t>(value.time_since_epoch().count())};
  }
};

// ---- decimal(p, s) on a C++ type that is none

// The unscaled form of `value`. Throws ValidationError where digits would be lost or there are too
// many.
template <class T>
int128 to_unscaled(const T& value, unsigned precision, unsigned scale) {
  const auto refuse = [&](const std::string& shown) -> int128 {
    throw ValidationError("", shown + " does not fit decimal(" + std::to_string(precision) + "," +
                                  std::to_string(scale) + ") exactly");
  };
  int128 limit = 1;
  for (unsigned i = 0; i < precision; ++i) limit *= 10;
  int128 unscaled = 0;
  if constexpr (std::is_floating_point_v<T>) {
    double power = 1;
    for (unsigned i = 0; i < scale; ++i) power *= 10;
    const double scaled = std::nearbyint(static_cast<double>(value) * power);
    // Exact means: the nearest number of this type to the decimal is the value.
    if (!(std::fabs(scaled) < static_cast<double>(limit)) ||
        static_cast<T>(scaled / power) != value)
      return refuse(std::to_string(value));
    unscaled = static_cast<int128>(scaled);
  } else if constexpr (std::is_same_v<T, Number>) {
    const auto rescaled = value.rescaled(static_cast<std::uint8_t>(scale));
    if (!rescaled) return refuse(value.to_string());
    unscaled = rescaled->unscaled;
  } else {
    unscaled = value;
    const int128 most = limit;
    for (unsigned i = 0; i < scale; ++i) {
      if (unscaled >= most || unscaled <= -most) return refuse(std::to_string(value));
      unscaled *= 10;
    }
  }
  if (unscaled >= limit || unscaled <= -limit) {
    if constexpr (std::is_same_v<T, Number>)
      return refuse(value.to_string());
    else
      return refuse(std::to_string(value));
  }
  return unscaled;
}
template <class T>
T from_unscaled(int128 unscaled, unsigned scale) {
  if constexpr (std::is_same_v<T, Number>) {
    return Number{unscaled, static_cast<std::uint8_t>(scale)};
  } else {
    int128 power = 1;
    for (unsigned i = 0; i < scale; ++i) power *= 10;
    if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(static_cast<double>(unscaled) / static_cast<double>(power));
    } else {
      const int128 whole = unscaled / power;
      if (whole * power != unscaled || whole < std::numeric_limits<T>::min() ||
          whole > std::numeric_limits<T>::max())
        throw ValidationError("",
                              "a stored decimal " +
                                  Number{unscaled, static_cast<std::uint8_t>(scale)}.to_string() +
                                  " does not fit the integer type of the member");
      return static_cast<T>(whole);
    }
  }
}
template <class T>
concept DecimalLike = ColumnInteger<T> || std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_same_v<T, Number>;
// The codec of Mapped<T, decimal(P, S)>.
template <DecimalLike T, unsigned P, unsigned S>
struct DecimalScalar
    : Converted<DecimalScalar<T, P, S>, T, std::conditional_t<(P <= 18), std::int64_t, int128>> {
  static_assert(P >= 1 && P <= 38 && S <= P,
                "decimal(precision, scale): 1 <= precision <= 38, scale <= precision");
  using Stored = std::conditional_t<(P <= 18), std::int64_t, int128>;
  static constexpr TypeFacts facts{TypeCode::decimal, TypeCode::int32, std::uint8_t{P},
                                   std::uint8_t{S}};
  static Stored to_stored(const T& value) { return static_cast<Stored>(to_unscaled(value, P, S)); }
  static T from_stored(Stored stored) { return from_unscaled<T>(stored, S); }
  static Value to_value(const T& value) {
    return Number{to_unscaled(value, P, S), static_cast<std::uint8_t>(S)};
  }
};

}  // namespace kindred::detail
