// Dates and times from the texts and numbers that Pydantic takes, and back to text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kindred/schema_types.hpp"

namespace kindred::schema::detail {

// Why a text is no such value, as the end of a message ("input is too short"); nullptr on success.
using Reason = const char*;

// What digits beyond the microsecond are.
enum class Precision : std::uint8_t { truncate, error };
// What a bare number counts. `infer`: seconds, or milliseconds beyond 2e10.
enum class TemporalUnit : std::uint8_t { infer, seconds, milliseconds };

// Year 0 reads well but is none of the calendar. Where this very pointer comes back, no other
// reading of the text is tried, and the error is the type's own ("date_parsing").
inline constexpr char year_zero[] = "year 0 is out of range";

Reason parse_date(std::string_view text, date& out);
Reason parse_datetime(std::string_view text, Precision precision, DateTime& out);
// As above, but a text that is none is then tried as a number of the unit: for a date a whole
// number of exact days only, for a datetime any with digits and a point only. What strict mode
// takes.
Reason parse_date(std::string_view text, TemporalUnit unit, date& out);
Reason parse_datetime(std::string_view text, Precision precision, TemporalUnit unit, DateTime& out);
Reason parse_time(std::string_view text, Precision precision, TimeOfDay& out);
// HH:MM[:SS[.ffffff]] without a zone, as microseconds.
Reason parse_clock(std::string_view text, Precision precision, std::int64_t& micros);
Reason parse_duration(std::string_view text, Precision precision, Duration& out);
// From a number of seconds or milliseconds; the result is UTC.
Reason datetime_from_number(double number, TemporalUnit unit, DateTime& out);
Reason datetime_from_number(std::int64_t number, TemporalUnit unit, DateTime& out);
// Seconds since midnight, 0 <= number < 86400; the result is UTC.
Reason time_from_number(double number, TimeOfDay& out);
// Durations do not infer: `infer` is seconds.
Reason duration_from_number(double number, TemporalUnit unit, Duration& out);
Reason duration_from_number(std::int64_t number, TemporalUnit unit, Duration& out);

// The common form YYYY-MM-DDTHH:MM:SSZ straight to microseconds since 1970 UTC; false sends the
// caller to parse_datetime.
bool fast_datetime(const char* text, std::size_t size, std::int64_t& micros) noexcept;

// ISO 8601, as Pydantic's JSON has them.
void append(std::string& out, date v);
void append(std::string& out, const DateTime& v);
void append(std::string& out, const TimeOfDay& v);
void append(std::string& out, Duration v);  // "P1DT2H3M4.5S", "-PT1S"
// YYYY-MM-DDTHH:MM:SS[.ffffff]Z of microseconds since 1970 UTC.
void append_utc(std::string& out, std::int64_t micros);

}  // namespace kindred::schema::detail
