#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

#include "kindred/detail/calendar.hpp"
#include "src/schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

using kindred::detail::civil_of;
using kindred::detail::days_in_month;
using kindred::detail::days_of;

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t seconds_per_day = 86'400;
constexpr std::int64_t first_second = -62'167'219'200;  // 0000-01-01
constexpr std::int64_t year_one = -62'135'596'800;      // 0001-01-01
constexpr std::int64_t last_second = 253'402'300'799;   // 9999-12-31T23:59:59
// Numbers beyond this count milliseconds where the unit is inferred.
constexpr std::int64_t watershed = 20'000'000'000;

constexpr char too_short[] = "input is too short";
constexpr char extra_characters[] = "unexpected extra characters at the end of the input";
constexpr char too_early[] = "dates before 0000 are not supported as unix timestamps";
constexpr char too_late[] = "dates after 9999 are not supported as unix timestamps";
constexpr char time_too_large[] = "numeric times may not exceed 86,399 seconds";
constexpr char fraction_too_long[] = "second fraction value is more than 6 digits long";
constexpr char not_a_number[] = "NaN values not permitted";

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Reads forward; beyond the end it sees NULs, which are no part of any value.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return ahead < text_.size() ? text_[ahead] : '\0';
  }
  [[nodiscard]] std::size_t left() const noexcept { return text_.size(); }
  [[nodiscard]] std::string_view rest() const noexcept { return text_; }
  void skip(std::size_t n) noexcept { text_.remove_prefix(n); }
  bool take(char c) noexcept {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `n` digits, or none.
  bool digits(std::size_t n, unsigned& out) noexcept {
    unsigned v = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_digit(peek(i))) return false;
      v = v * 10 + static_cast<unsigned>(peek(i) - '0');
    }
    out = v;
    skip(n);
    return true;
  }

 private:
  std::string_view text_;
};

struct Day {
  unsigned year = 0;
  std::int64_t days = 0;
};

Reason take_day(Scanner& in, Day& out) {
  static constexpr char separator[] = "invalid date separator, expected `-`";
  unsigned month = 0;
  unsigned day = 0;
  if (in.left() < 10) return too_short;
  if (!in.digits(4, out.year)) return "invalid character in year";
  if (!in.take('-')) return separator;
  if (!in.digits(2, month)) return "invalid character in month";
  if (!in.take('-')) return separator;
  if (!in.digits(2, day)) return "invalid character in day";
  if (month < 1 || month > 12) return "month value is outside expected range of 1-12";
  if (day < 1 || day > days_in_month(out.year, month)) {
    return "day value is outside expected range";
  }
  out.days = days_of({out.year, month, day});
  return nullptr;
}

// The digits after the point, as microseconds.
Reason take_fraction(Scanner& in, Precision precision, std::int64_t& micros) {
  std::size_t n = 0;
  micros = 0;
  for (; is_digit(in.peek()); in.skip(1)) {
    if (n < 6) micros = micros * 10 + (in.peek() - '0');
    if (++n > 6 && precision == Precision::error) return fraction_too_long;
  }
  if (n == 0) return "second fraction digits missing after `.`";
  for (; n < 6; ++n) micros *= 10;
  return nullptr;
}

// HH:MM[:SS[.ffffff]], microseconds since midnight.
Reason take_clock(Scanner& in, Precision precision, std::int64_t& micros) {
  unsigned hour = 0;
  unsigned minute = 0;
  if (in.left() < 5) return too_short;
  if (!in.digits(2, hour)) return "invalid character in hour";
  if (!in.take(':')) return "invalid time separator, expected `:`";
  if (!in.digits(2, minute)) return "invalid character in minute";
  if (hour > 23) return "hour value is outside expected range of 0-23";
  if (minute > 59) return "minute value is outside expected range of 0-59";
  micros = (std::int64_t{hour} * 3600 + minute * 60) * micros_per_second;
  if (!in.take(':')) return nullptr;
  unsigned second = 0;
  if (!in.digits(2, second)) return "invalid character in second";
  if (second > 59) return "second value is outside expected range of 0-59";
  micros += second * micros_per_second;
  if (!in.take('.') && !in.take(',')) return nullptr;
  std::int64_t fraction = 0;
  const Reason why = take_fraction(in, precision, fraction);
  micros += fraction;
  return why;
}

// The sign of a distance from UTC: '+', '-' or U+2212. 0 where there is none.
int take_sign(Scanner& in) noexcept {
  if (in.take('+')) return 1;
  if (in.take('-')) return -1;
  if (!in.rest().starts_with("\xE2\x88\x92")) return 0;
  in.skip(3);
  return -1;
}

// Z, or a sign, HH, and MM with or without a colon; nothing leaves the time naive.
Reason take_offset(Scanner& in, std::int32_t& offset) {
  offset = DateTime::naive;
  if (in.left() == 0) return nullptr;
  if (in.take('Z') || in.take('z')) {
    offset = 0;
    return nullptr;
  }
  const int sign = take_sign(in);
  if (sign == 0) return "invalid timezone sign";
  unsigned hour = 0;
  unsigned minute = 0;
  if (!in.digits(2, hour)) return "invalid timezone hour";
  in.take(':');
  if (!in.digits(2, minute)) return "invalid timezone minute";
  if (minute > 59) return "timezone minute value is outside expected range of 0-59";
  if (hour > 23) return "timezone offset must be less than 24 hours";
  offset = sign * static_cast<std::int32_t>(hour * 3600 + minute * 60);
  return nullptr;
}

Reason take_time(Scanner& in, Precision precision, TimeOfDay& out) {
  if (const Reason why = take_clock(in, precision, out.micros)) return why;
  if (const Reason why = take_offset(in, out.offset)) return why;
  return in.left() == 0 ? nullptr : extra_characters;
}

// Whole units and further microseconds, at most a million, as a point in time.
Reason datetime_of(std::int64_t number, std::int64_t extra_micros, TemporalUnit unit,
                   DateTime& out) {
  const bool in_millis =
      unit == TemporalUnit::milliseconds ||
      (unit == TemporalUnit::infer && (number > watershed || number < -watershed));
  std::int64_t seconds = number;
  std::int64_t micros = extra_micros;
  if (in_millis) {
    seconds = number / 1000;
    std::int64_t millis = number % 1000;
    if (millis < 0) {
      millis += 1000;
      --seconds;
    }
    micros += millis * 1000;
  }
  if (micros >= micros_per_second) {
    micros -= micros_per_second;
    if (seconds <= last_second) ++seconds;
  }
  if (seconds < first_second) return too_early;
  if (seconds > last_second) return too_late;
  if (seconds < year_one) return year_zero;
  out = {seconds * micros_per_second + micros, 0};
  return nullptr;
}

// `number` cut to what std::int64_t holds.
std::int64_t saturated(double number) noexcept {
  constexpr double limit = 9223372036854775808.0;
  if (number >= limit) return std::numeric_limits<std::int64_t>::max();
  if (number < -limit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

enum class TextNumber : std::uint8_t { none, whole, fractional };

// Whole: an optional sign and digits that fit std::int64_t. Fractional: a point among or before
// the digits, then also an exponent.
TextNumber read_number(std::string_view text, std::int64_t& whole, double& fractional) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return TextNumber::none;
  }
  const bool is_negative = text.starts_with('-');
  const std::size_t digits = is_negative ? 1 : 0;
  std::size_t end = digits;
  while (end < text.size() && is_digit(text[end])) ++end;
  const char* const last = text.data() + text.size();
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + end, value);
  if (end > digits && read.ec != std::errc{}) return TextNumber::none;
  if (end == text.size()) {
    if (end == digits) return TextNumber::none;
    whole = value;
    return TextNumber::whole;
  }
  if (text[end] != '.') return TextNumber::none;
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), last, number);
  if (stop != last || error == std::errc::invalid_argument) return TextNumber::none;
  if (error == std::errc::result_out_of_range) {
    const bool is_tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
    number = is_tiny ? 0 : std::numeric_limits<double>::infinity();
    if (is_negative) number = -number;
  }
  fractional = number;
  return TextNumber::fractional;
}

std::size_t fraction_digits(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  return point == text.npos ? 0 : text.size() - point - 1;
}

bool counts_millis(double number, TemporalUnit unit) noexcept {
  return unit == TemporalUnit::milliseconds ||
         (unit == TemporalUnit::infer && std::fabs(number) > static_cast<double>(watershed));
}

Reason check_precision(std::string_view text, double number, TemporalUnit unit) {
  const std::size_t n = fraction_digits(text);
  if (counts_millis(number, unit)) {
    return n > 3 ? "millisecond fraction value is more than 3 digits long" : nullptr;
  }
  return n > 6 ? fraction_too_long : nullptr;
}

// The byte at `i` of a word, as it stood in the text.
constexpr unsigned byte_of(std::uint64_t word, unsigned i) noexcept {
  return static_cast<unsigned>(word >> 8 * i & 0xff);
}
std::uint64_t word_at(const char* text, std::size_t size) noexcept {
  std::uint64_t out = 0;
  std::memcpy(&out, text, size);
  return std::endian::native == std::endian::little ? out : __builtin_bswap64(out);
}

// What eight characters must be: where the form has 0 any digit, else the same character.
struct Form {
  consteval explicit Form(const char (&form)[9]) {
    for (unsigned i = 0; i < 8; ++i) {
      characters |= std::uint64_t{static_cast<unsigned char>(form[i])} << 8 * i;
      reach |= std::uint64_t{form[i] == '0' ? 0x76u : 0x7fu} << 8 * i;
    }
  }
  std::uint64_t characters = 0;
  std::uint64_t reach = 0;  // added to what differs: 10 of a digit, 1 of others, sets the high bit
};

// Each byte of `pairs` becomes the number that the digit there and the one behind it make. False
// where the characters do not have the form.
bool read_pairs(std::uint64_t word, Form form, std::uint64_t& pairs) noexcept {
  word ^= form.characters;
  pairs = word * 10 + (word >> 8);
  return ((word | (word + form.reach)) & 0x8080808080808080u) == 0;
}

}  // namespace

Reason parse_date(std::string_view text, date& out) {
  Scanner in(text);
  Day day;
  if (const Reason why = take_day(in, day)) return why;
  if (in.left() != 0) return extra_characters;
  if (day.year == 0) return year_zero;
  out = date{std::chrono::days{day.days}};
  return nullptr;
}

Reason parse_datetime(std::string_view text, Precision precision, DateTime& out) {
  Scanner in(text);
  Day day;
  if (const Reason why = take_day(in, day)) return why;
  if (!in.take('T') && !in.take('t') && !in.take(' ') && !in.take('_')) {
    return "invalid datetime separator, expected `T`, `t`, `_` or space";
  }
  TimeOfDay time;
  if (const Reason why = take_time(in, precision, time)) return why;
  if (day.year == 0) return year_zero;
  out = {day.days * kindred::detail::micros_per_day + time.micros, time.offset};
  return nullptr;
}

Reason parse_date(std::string_view text, TemporalUnit unit, date& out) {
  const Reason why = parse_date(text, out);
  std::int64_t whole = 0;
  double fractional = 0;
  if (why == nullptr || why == year_zero) return why;
  if (read_number(text, whole, fractional) != TextNumber::whole) return why;
  DateTime at;
  if (const Reason range = datetime_of(whole, 0, unit, at)) return range;
  if (at.micros % kindred::detail::micros_per_day != 0) return "Timestamp is not an exact date";
  out = date{std::chrono::days{at.micros / kindred::detail::micros_per_day}};
  return nullptr;
}

Reason parse_datetime(std::string_view text, Precision precision, TemporalUnit unit,
                      DateTime& out) {
  const Reason why = parse_datetime(text, precision, out);
  if (why == nullptr || why == year_zero) return why;
  std::int64_t whole = 0;
  double fractional = 0;
  switch (read_number(text, whole, fractional)) {
    case TextNumber::none: return why;
    case TextNumber::whole: return datetime_of(whole, 0, unit, out);
    case TextNumber::fractional:
      if (precision == Precision::error) {
        if (const Reason digits = check_precision(text, fractional, unit)) return digits;
      }
      return datetime_from_number(fractional, unit, out);
  }
  return why;
}

Reason parse_clock(std::string_view text, Precision precision, std::int64_t& micros) {
  Scanner in(text);
  if (const Reason why = take_clock(in, precision, micros)) return why;
  return in.left() == 0 ? nullptr : extra_characters;
}

Reason parse_time(std::string_view text, Precision precision, TimeOfDay& out) {
  Scanner in(text);
  TimeOfDay time;
  if (const Reason why = take_time(in, precision, time)) return why;
  out = time;
  return nullptr;
}

Reason datetime_from_number(std::int64_t number, TemporalUnit unit, DateTime& out) {
  return datetime_of(number, 0, unit, out);
}

Reason datetime_from_number(double number, TemporalUnit unit, DateTime& out) {
  if (std::isnan(number)) return not_a_number;
  const bool in_millis = counts_millis(number, unit);
  const double whole = std::floor(number);
  const double fraction = std::isinf(number) ? 0 : number - whole;
  const double micros = std::round(fraction * (in_millis ? 1e3 : 1e6));
  const TemporalUnit known = in_millis ? TemporalUnit::milliseconds : TemporalUnit::seconds;
  return datetime_of(saturated(whole), static_cast<std::int64_t>(micros), known, out);
}

Reason time_from_number(double number, TimeOfDay& out) {
  if (std::isnan(number)) return not_a_number;
  if (number < 0) return "time in seconds should be positive";
  if (number >= static_cast<double>(seconds_per_day)) return time_too_large;
  const double whole = std::floor(number);
  const std::int64_t micros = static_cast<std::int64_t>(whole) * micros_per_second +
                              static_cast<std::int64_t>(std::round((number - whole) * 1e6));
  if (micros >= kindred::detail::micros_per_day) return time_too_large;
  out = {micros, 0};
  return nullptr;
}

bool fast_datetime(const char* text, std::size_t size, std::int64_t& micros) noexcept {
  if (size != 20) return false;
  constexpr Form date_form("0000-00-"), time_form("00T00:00"), rest_form(":00Z\0\0\0\0");
  std::uint64_t date = 0, time = 0, rest = 0;
  if (!read_pairs(word_at(text, 8), date_form, date) ||
      !read_pairs(word_at(text + 8, 8), time_form, time) ||
      !read_pairs(word_at(text + 16, 4), rest_form, rest))
    return false;
  const unsigned year = byte_of(date, 0) * 100 + byte_of(date, 2);
  const unsigned month = byte_of(date, 5);
  const unsigned day = byte_of(time, 0);
  const unsigned hour = byte_of(time, 3);
  const unsigned minute = byte_of(time, 6);
  const unsigned second = byte_of(rest, 1);
  const bool is_off =
      (hour > 23) | (minute > 59) | (second > 59) | (year == 0) | (month - 1 > 11) | (day - 1 > 30);
  if (is_off || (day > 28 && day > days_in_month(year, month))) return false;
  // days_of() in unsigned arithmetic: the year is 1 to 9999, shifted by 400.
  const unsigned shifted = year + 400 - (month <= 2 ? 1u : 0u);
  const unsigned from_march = month > 2 ? month - 3 : month + 9;
  const unsigned era = shifted / 400;
  const unsigned of_era = shifted - era * 400;
  const unsigned of_year = (153 * from_march + 2) / 5 + day - 1;
  const std::int64_t days = std::int64_t{era} * 146'097 +
                            (of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719'468 -
                            146'097;
  micros = (days * seconds_per_day + hour * 3600 + minute * 60 + second) * micros_per_second;
  return true;
}

}  // namespace kindred::schema::detail
