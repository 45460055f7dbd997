#include "kindred/detail/calendar.hpp"
#include "src/schema/temporal.hpp"

namespace kindred {
namespace schema::detail {
namespace {

using kindred::detail::append_day;
using kindred::detail::append_padded;
using kindred::detail::micros_per_day;

constexpr std::int64_t micros_per_second = 1'000'000;

void append_clock(std::string& out, std::int64_t micros) {
  const auto of_day = static_cast<std::uint64_t>(micros);
  append_padded(out, of_day / 3'600'000'000, 2);
  out += ':';
  append_padded(out, of_day / 60'000'000 % 60, 2);
  out += ':';
  append_padded(out, of_day / micros_per_second % 60, 2);
  if (of_day % micros_per_second != 0) {
    out += '.';
    append_padded(out, of_day % micros_per_second, 6);
  }
}

void append_offset(std::string& out, std::int32_t offset) {
  if (offset == DateTime::naive) return;
  if (offset == 0) {
    out += 'Z';
    return;
  }
  out += offset < 0 ? '-' : '+';
  const auto size = static_cast<std::uint64_t>(offset < 0 ? -std::int64_t{offset} : offset);
  append_padded(out, size / 3600, 2);
  out += ':';
  append_padded(out, size / 60 % 60, 2);
  if (size % 60 != 0) {
    out += ':';
    append_padded(out, size % 60, 2);
  }
}

void append_moment(std::string& out, std::int64_t micros) {
  std::int64_t days = micros / micros_per_day;
  std::int64_t of_day = micros % micros_per_day;
  if (of_day < 0) {
    of_day += micros_per_day;
    --days;
  }
  append_day(out, days);
  out += 'T';
  append_clock(out, of_day);
}

// Nothing where the count is 0.
void append_count(std::string& out, std::uint64_t count, char unit) {
  if (count == 0) return;
  append_padded(out, count, 1);
  out += unit;
}

void append_seconds(std::string& out, std::uint64_t seconds, std::uint64_t micros) {
  if (seconds == 0 && micros == 0) return;
  append_padded(out, seconds, 1);
  if (micros != 0) {
    out += '.';
    append_padded(out, micros, 6);
    while (out.back() == '0') out.pop_back();
  }
  out += 'S';
}

}  // namespace

void append(std::string& out, date v) { append_day(out, v.time_since_epoch().count()); }

void append(std::string& out, const DateTime& v) {
  append_moment(out, v.micros);
  append_offset(out, v.offset);
}

void append(std::string& out, const TimeOfDay& v) {
  append_clock(out, v.micros);
  append_offset(out, v.offset);
}

void append(std::string& out, Duration v) {
  const std::int64_t count = v.count();
  // Negated without overflow: the least value has no positive counterpart.
  const std::uint64_t size = count < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(count)
                                       : static_cast<std::uint64_t>(count);
  if (count < 0) out += '-';
  out += 'P';
  const std::uint64_t days = size / static_cast<std::uint64_t>(micros_per_day);
  const std::uint64_t of_day = size % static_cast<std::uint64_t>(micros_per_day);
  append_count(out, days / 365, 'Y');
  append_count(out, days % 365, 'D');
  if (of_day != 0) {
    out += 'T';
    append_count(out, of_day / 3'600'000'000, 'H');
    append_count(out, of_day / 60'000'000 % 60, 'M');
    append_seconds(out, of_day / micros_per_second % 60, of_day % micros_per_second);
  }
  if (size == 0) out += "T0S";
}

void append_utc(std::string& out, std::int64_t micros) {
  append_moment(out, micros);
  out += 'Z';
}

}  // namespace schema::detail

namespace {

template <class T>
std::string text_of(const T& v) {
  std::string out;
  schema::detail::append(out, v);
  return out;
}

}  // namespace

std::string DateTime::to_string() const { return text_of(*this); }
std::string TimeOfDay::to_string() const { return text_of(*this); }

std::optional<DateTime> DateTime::parse(std::string_view text) {
  DateTime out;
  const auto why = schema::detail::parse_datetime(text, schema::detail::Precision::truncate, out);
  return why == nullptr ? std::optional(out) : std::nullopt;
}

std::optional<TimeOfDay> TimeOfDay::parse(std::string_view text) {
  TimeOfDay out;
  const auto why = schema::detail::parse_time(text, schema::detail::Precision::truncate, out);
  return why == nullptr ? std::optional(out) : std::nullopt;
}

}  // namespace kindred
