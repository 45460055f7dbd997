// Days and microseconds as ISO 8601 text and back, over the whole range of their integers
// (std::chrono::year_month_day ends at year 32767).
//
//   day       YYYY-MM-DD; years outside 0000-9999 have a sign and as many digits as they need
//   datetime  day T HH:MM:SS, and .ffffff where the microseconds are not zero
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace kindred::detail {

constexpr std::int64_t micros_per_day = 86'400'000'000;

struct Civil {
  std::int64_t year = 0;
  unsigned month = 1;
  unsigned day = 1;
};

// Both conversions count from 0000-03-01, so that a leap day ends its year; 146097 days are 400
// years, and five months from March on are 153 days.
[[nodiscard]] constexpr Civil civil_of(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t of_era = shifted - era * 146097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  const std::int64_t day = of_year - (153 * month + 2) / 5 + 1;
  const std::int64_t from_january = month < 10 ? month + 3 : month - 9;
  return {year + era * 400 + (from_january <= 2 ? 1 : 0), static_cast<unsigned>(from_january),
          static_cast<unsigned>(day)};
}

[[nodiscard]] constexpr std::int64_t days_of(const Civil& c) noexcept {
  const std::int64_t year = c.month <= 2 ? c.year - 1 : c.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t month = c.month > 2 ? c.month - 3 : c.month + 9;
  const std::int64_t of_year = (153 * month + 2) / 5 + c.day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

[[nodiscard]] constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2) return leap ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

inline void append_padded(std::string& out, std::uint64_t v, unsigned width) {
  char digits[20];
  unsigned n = 0;
  do {
    digits[n++] = static_cast<char>('0' + v % 10);
    v /= 10;
  } while (v != 0);
  for (unsigned i = n; i < width; ++i) out += '0';
  while (n > 0) out += digits[--n];
}

inline void append_day(std::string& out, std::int64_t days) {
  const Civil c = civil_of(days);
  if (c.year < 0) out += '-';
  if (c.year > 9999) out += '+';
  append_padded(out, static_cast<std::uint64_t>(c.year < 0 ? -c.year : c.year), 4);
  out += '-';
  append_padded(out, c.month, 2);
  out += '-';
  append_padded(out, c.day, 2);
}

inline void append_datetime(std::string& out, std::int64_t micros) {
  std::int64_t days = micros / micros_per_day;
  std::int64_t rest = micros % micros_per_day;
  if (rest < 0) {
    rest += micros_per_day;
    --days;
  }
  append_day(out, days);
  const auto of_day = static_cast<std::uint64_t>(rest);
  out += 'T';
  append_padded(out, of_day / 3'600'000'000, 2);
  out += ':';
  append_padded(out, of_day / 60'000'000 % 60, 2);
  out += ':';
  append_padded(out, of_day / 1'000'000 % 60, 2);
  if (of_day % 1'000'000 != 0) {
    out += '.';
    append_padded(out, of_day % 1'000'000, 6);
  }
}

// Takes exactly `n` digits off the front.
inline std::optional<std::uint32_t> take_digits(std::string_view& in, std::size_t n) noexcept {
  if (in.size() < n || n > 9) return std::nullopt;
  std::uint32_t v = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (in[i] < '0' || in[i] > '9') return std::nullopt;
    v = v * 10 + static_cast<std::uint32_t>(in[i] - '0');
  }
  in.remove_prefix(n);
  return v;
}

inline bool take_char(std::string_view& in, char c) noexcept {
  if (in.empty() || in.front() != c) return false;
  in.remove_prefix(1);
  return true;
}

// Takes a day off the front; empty where there is none of the calendar.
inline std::optional<std::int64_t> take_day(std::string_view& in) noexcept {
  const bool negative = !in.empty() && in.front() == '-';
  const bool has_sign = negative || (!in.empty() && in.front() == '+');
  if (has_sign) in.remove_prefix(1);
  std::size_t width = 4;
  if (has_sign) {
    width = in.find('-');
    if (width == std::string_view::npos || width < 4 || width > 7) return std::nullopt;
  }
  const auto year = take_digits(in, width);
  if (!year || !take_char(in, '-')) return std::nullopt;
  const auto month = take_digits(in, 2);
  if (!month || *month < 1 || *month > 12 || !take_char(in, '-')) return std::nullopt;
  const auto day = take_digits(in, 2);
  const std::int64_t signed_year = negative ? -std::int64_t{*year} : std::int64_t{*year};
  if (!day || *day < 1 || *day > days_in_month(signed_year, *month)) return std::nullopt;
  return days_of({signed_year, *month, *day});
}

// Days since 1970-01-01; empty where the text is no day, or none of 32-bit days.
[[nodiscard]] inline std::optional<std::int32_t> parse_day(std::string_view in) noexcept {
  const auto days = take_day(in);
  if (!days || !in.empty()) return std::nullopt;
  if (*days < std::numeric_limits<std::int32_t>::min() ||
      *days > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(*days);
}

// Microseconds since 1970-01-01T00:00:00; one to six digits may follow the point. Empty where the
// text is no such point in time.
[[nodiscard]] inline std::optional<std::int64_t> parse_datetime(std::string_view in) noexcept {
  const auto days = take_day(in);
  if (!days || !take_char(in, 'T')) return std::nullopt;
  const auto hour = take_digits(in, 2);
  if (!hour || *hour > 23 || !take_char(in, ':')) return std::nullopt;
  const auto minute = take_digits(in, 2);
  if (!minute || *minute > 59 || !take_char(in, ':')) return std::nullopt;
  const auto second = take_digits(in, 2);
  if (!second || *second > 59) return std::nullopt;
  std::int64_t micros = ((*hour * 60LL + *minute) * 60 + *second) * 1'000'000;
  if (take_char(in, '.')) {
    const std::size_t n = in.size();
    auto fraction = n >= 1 && n <= 6 ? take_digits(in, n) : std::nullopt;
    if (!fraction) return std::nullopt;
    for (std::size_t i = n; i < 6; ++i) *fraction *= 10;
    micros += *fraction;
  }
  if (!in.empty()) return std::nullopt;
  // In 128 bits, because the first day of all begins before the first microsecond of 64 bits.
  __extension__ using wide = __int128;
  const wide whole = static_cast<wide>(*days) * micros_per_day + micros;
  if (whole < std::numeric_limits<std::int64_t>::min() ||
      whole > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(whole);
}

}  // namespace kindred::detail
