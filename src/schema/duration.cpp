// Durations: ISO 8601 with its quantities in any order, and "[D days,] HH:MM[:SS[.f]]".
#include <cmath>
#include <initializer_list>
#include <limits>

#include "src/schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::uint64_t seconds_per_day = 86'400;
constexpr std::uint64_t most_days = 999'999'999;
// What microseconds of 64 bits hold.
constexpr std::uint64_t most_held_days = 106'751'990;

constexpr char too_short[] = "input is too short";
constexpr char value_too_large[] = "a numeric value in the duration is too large";
constexpr char hours_too_large[] = "durations may not exceed 999,999,999 hours";
constexpr char days_too_large[] = "durations may not exceed 999,999,999 days";
constexpr char invalid_days[] = "\"day\" identifier in duration not correctly formatted";

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The parts as they are read; each must fit 32 bits, as in Pydantic.
struct Parts {
  std::uint64_t days = 0;
  std::uint64_t seconds = 0;
  std::uint64_t micros = 0;
  [[nodiscard]] bool fits() const noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return days <= most && seconds <= most && micros <= most;
  }
};

Reason finish(Parts parts, bool is_negative, Duration& out) {
  parts.seconds += parts.micros / micros_per_second;
  parts.micros %= micros_per_second;
  parts.days += parts.seconds / seconds_per_day;
  parts.seconds %= seconds_per_day;
  if (parts.days > most_days) return days_too_large;
  if (parts.days > most_held_days) return "durations of more than 106,751,990 days are not held";
  const auto seconds = static_cast<std::int64_t>(parts.days * seconds_per_day + parts.seconds);
  const std::int64_t micros = seconds * micros_per_second + static_cast<std::int64_t>(parts.micros);
  out = Duration{is_negative ? -micros : micros};
  return nullptr;
}

Reason take_number(std::string_view& in, std::uint64_t& out) {
  if (in.empty() || !is_digit(in.front())) return "invalid digit in duration";
  out = 0;
  for (; !in.empty() && is_digit(in.front()); in.remove_prefix(1)) {
    out = out * 10 + static_cast<unsigned>(in.front() - '0');
    if (out > std::numeric_limits<std::uint32_t>::max()) return value_too_large;
  }
  return nullptr;
}

// The digits after '.' or ',' as a part of one; none are zero.
double take_fraction(std::string_view& in) noexcept {
  double digits = 0;
  double power = 1;
  for (; !in.empty() && is_digit(in.front()); in.remove_prefix(1)) {
    // More digits change nothing, but a long run of them would overflow to infinity / infinity.
    if (power > 1e300) continue;
    digits = digits * 10 + (in.front() - '0');
    power *= 10;
  }
  return digits / power;
}

unsigned unit_size(char unit, bool is_time) noexcept {
  if (is_time) return unit == 'H' ? 3600 : unit == 'M' ? 60 : unit == 'S' ? 1 : 0;
  return unit == 'Y' ? 365 : unit == 'M' ? 30 : unit == 'W' ? 7 : unit == 'D' ? 1 : 0;
}

void add_seconds(Parts& parts, double seconds) noexcept {
  const double whole = std::trunc(seconds);
  parts.seconds += static_cast<std::uint64_t>(whole);
  parts.micros += static_cast<std::uint64_t>(std::round((seconds - whole) * 1e6));
}

struct Quantity {
  std::uint64_t value = 0;
  double fraction = 0;
  bool has_fraction = false;
};

// A number, perhaps with a fraction; the unit is left.
Reason take_quantity(std::string_view& in, Quantity& out) {
  if (const Reason why = take_number(in, out.value)) return why;
  out.has_fraction = in.starts_with('.') || in.starts_with(',');
  if (!out.has_fraction) return nullptr;
  in.remove_prefix(1);
  out.fraction = take_fraction(in);
  return nullptr;
}

Reason add_quantity(Parts& parts, const Quantity& quantity, char unit, bool is_time) {
  const unsigned size = unit_size(unit, is_time);
  if (size == 0) {
    return is_time ? "quantity invalid in time part of duration"
                   : "quantity invalid in date part of duration";
  }
  const double fraction = quantity.fraction * size;
  if (is_time) {
    parts.seconds += quantity.value * size;
    add_seconds(parts, fraction);
  } else {
    const double whole = std::trunc(fraction);
    parts.days += quantity.value * size + static_cast<std::uint64_t>(whole);
    add_seconds(parts, (fraction - whole) * static_cast<double>(seconds_per_day));
  }
  return parts.fits() ? nullptr : value_too_large;
}

// What follows the P. Quantities may come in any order and again; only the last may have a
// fraction.
Reason take_iso(std::string_view in, Parts& parts) {
  bool is_time = false;
  bool had_fraction = false;
  if (in.size() < 2 && (in.empty() || in == "T")) return too_short;
  while (!in.empty()) {
    if (in.front() == 'T') {
      if (is_time) return "`t` character repeated in duration";
      is_time = true;
      in.remove_prefix(1);
      continue;
    }
    Quantity quantity;
    if (const Reason why = take_quantity(in, quantity)) return why;
    if (had_fraction) return "quantity fraction invalid in duration";
    had_fraction = quantity.has_fraction;
    const char unit = in.empty() ? '\0' : in.front();
    if (const Reason why = add_quantity(parts, quantity, unit, is_time)) return why;
    in.remove_prefix(1);
  }
  return nullptr;
}

// Any number of hours up to ten digits, then ":MM[:SS[.f]]".
Reason take_clock(std::string_view in, Precision precision, Parts& parts) {
  if (in.size() < 5) return too_short;
  const std::size_t colon = in.find(':');
  if (colon == in.npos) return "invalid character in hour";
  if (colon > 10) return hours_too_large;
  std::uint64_t hours = 0;
  for (const char c : in.substr(0, colon)) {
    if (!is_digit(c)) return "invalid character in hour";
    hours = hours * 10 + static_cast<unsigned>(c - '0');
  }
  if (hours > 2'400'000'000) return hours_too_large;
  // The rest is the clock of a day after its hour.
  constexpr std::size_t longest = sizeof("MM:SS.ffffff") - 1;
  std::string_view rest = in.substr(colon + 1);
  if (rest.size() > longest) {
    if (precision == Precision::error) return "second fraction value is more than 6 digits long";
    rest = rest.substr(0, longest);
  }
  std::string clock = "00:";
  clock += rest;
  std::int64_t micros = 0;
  if (const Reason why = parse_clock(clock, precision, micros)) return why;
  parts.days = hours / 24;
  parts.seconds = hours % 24 * 3600 + static_cast<std::uint64_t>(micros / micros_per_second);
  parts.micros = static_cast<std::uint64_t>(micros % micros_per_second);
  return nullptr;
}

// Takes the first of the words that `in` begins with.
bool take_word(std::string_view& in, std::initializer_list<std::string_view> words) noexcept {
  for (const std::string_view word : words) {
    if (in.starts_with(word)) {
      in.remove_prefix(word.size());
      return true;
    }
  }
  return false;
}

// "D days, HH:MM:SS": the space before "days", the rest of the word, the comma and the time are
// optional.
Reason take_days_and_clock(std::string_view in, Precision precision, Parts& parts) {
  std::uint64_t days = 0;
  if (const Reason why = take_number(in, days)) return why;
  if (!take_word(in, {" d", " D", "d", "D"})) return invalid_days;
  if (!take_word(in, {"ays", "ay", "AYS", "AY"}) && (in.starts_with('a') || in.starts_with('A'))) {
    return invalid_days;
  }
  take_word(in, {", ", ",", " "});
  if (!in.empty()) {
    if (const Reason why = take_clock(in, precision, parts)) return why;
    if (parts.days > 0) return hours_too_large;
  }
  parts.days = days;
  return nullptr;
}

}  // namespace

Reason parse_duration(std::string_view text, Precision precision, Duration& out) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return too_short;
  Parts parts;
  Reason why = nullptr;
  if (text.front() == 'P') {
    why = take_iso(text.substr(1), parts);
  } else if (text.size() < 5 || text.find_first_of("dD") != text.npos) {
    why = take_days_and_clock(text, precision, parts);
  } else {
    why = take_clock(text, precision, parts);
  }
  return why != nullptr ? why : finish(parts, is_negative, out);
}

Reason duration_from_number(std::int64_t number, TemporalUnit unit, Duration& out) {
  const bool is_negative = number < 0;
  const std::uint64_t size = is_negative ? std::uint64_t{0} - static_cast<std::uint64_t>(number)
                                         : static_cast<std::uint64_t>(number);
  Parts parts;
  if (unit == TemporalUnit::milliseconds) {
    parts.seconds = size / 1000;
    parts.micros = size % 1000 * 1000;
  } else {
    parts.seconds = size;
  }
  return finish(parts, is_negative, out);
}

Reason duration_from_number(double number, TemporalUnit unit, Duration& out) {
  if (std::isnan(number)) return "NaN values not permitted";
  const double size = std::fabs(unit == TemporalUnit::milliseconds ? number / 1000 : number);
  if (size >= static_cast<double>((most_days + 1) * seconds_per_day)) return days_too_large;
  Parts parts;
  add_seconds(parts, size);
  return finish(parts, number < 0, out);
}

}  // namespace kindred::schema::detail
