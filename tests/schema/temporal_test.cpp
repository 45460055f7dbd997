#include "src/schema/temporal.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "kindred/detail/calendar.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using namespace schema::detail;
using test::between;

struct Row {
  const char* text;
  const char* expected;  // the value printed, or the reason
};

template <class T>
std::string outcome(Reason why, const T& value) {
  if (why != nullptr) return why;
  std::string out;
  append(out, value);
  return out;
}

std::string date_of(std::string_view text) {
  date out{};
  const Reason why = parse_date(text, out);
  return outcome(why, out);
}

std::string datetime_of(std::string_view text, Precision precision = Precision::truncate) {
  DateTime out;
  const Reason why = parse_datetime(text, precision, out);
  return outcome(why, out);
}

std::string time_of(std::string_view text, Precision precision = Precision::truncate) {
  TimeOfDay out;
  const Reason why = parse_time(text, precision, out);
  return outcome(why, out);
}

// In microseconds.
std::string duration_of(std::string_view text, Precision precision = Precision::truncate) {
  Duration out{};
  const Reason why = parse_duration(text, precision, out);
  return why != nullptr ? why : std::to_string(out.count());
}

template <class T>
std::string datetime_of_number(T number, TemporalUnit unit = TemporalUnit::infer) {
  DateTime out;
  const Reason why = datetime_from_number(number, unit, out);
  return outcome(why, out);
}

constexpr char too_short[] = "input is too short";
constexpr char extra[] = "unexpected extra characters at the end of the input";

BOOST_AUTO_TEST_SUITE(temporal)

BOOST_AUTO_TEST_CASE(dates) {
  const Row rows[] = {
      {"2022-06-08", "2022-06-08"},
      {"0001-01-01", "0001-01-01"},
      {"2000-02-29", "2000-02-29"},
      {"", too_short},
      {"2022-06-8", too_short},
      {"2022-06-080", extra},
      {"2022-06-08T00:00", extra},
      {"x022-06-08", "invalid character in year"},
      {"2022/06/08", "invalid date separator, expected `-`"},
      {"2022-0x-08", "invalid character in month"},
      {"2022-06+08", "invalid date separator, expected `-`"},
      {"2022-06-0x", "invalid character in day"},
      {"2022-13-01", "month value is outside expected range of 1-12"},
      {"2022-00-01", "month value is outside expected range of 1-12"},
      {"1900-02-29", "day value is outside expected range"},
      {"2022-06-00", "day value is outside expected range"},
      {"0000-12-31", year_zero},
  };
  for (const Row& row : rows) BOOST_TEST(date_of(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(dates_from_whole_numbers_of_exact_days) {
  const auto outcome_of = [](std::string_view text, TemporalUnit unit) {
    date out{};
    const Reason why = parse_date(text, unit, out);
    return outcome(why, out);
  };
  BOOST_TEST(outcome_of("1654646400", TemporalUnit::infer) == "2022-06-08");
  BOOST_TEST(outcome_of("1654646400000", TemporalUnit::infer) == "2022-06-08");
  BOOST_TEST(outcome_of("-86400", TemporalUnit::infer) == "1969-12-31");
  BOOST_TEST(outcome_of("86400000", TemporalUnit::milliseconds) == "1970-01-02");
  BOOST_TEST(outcome_of("1", TemporalUnit::infer) == "Timestamp is not an exact date");
  BOOST_TEST(outcome_of("86400.0", TemporalUnit::infer) == too_short);
  BOOST_TEST(outcome_of("0000-01-01", TemporalUnit::infer) == year_zero);
  date out{};
  BOOST_TEST(parse_date("0000-01-01", TemporalUnit::infer, out) == +year_zero);
}

BOOST_AUTO_TEST_CASE(datetimes) {
  const Row rows[] = {
      {"2022-06-08T12:13:14Z", "2022-06-08T12:13:14Z"},
      {"2022-06-08t12:13", "2022-06-08T12:13:00"},
      {"2022-06-08 12:13:14.5", "2022-06-08T12:13:14.500000"},
      {"2022-06-08_12:13:14,123456z", "2022-06-08T12:13:14.123456Z"},
      {"2022-06-08T12:13:14.1234569", "2022-06-08T12:13:14.123456"},
      {"2022-06-08T12:13:14+23:59", "2022-06-08T12:13:14+23:59"},
      {"2022-06-08T12:13:14-0030", "2022-06-08T12:13:14-00:30"},
      {"2022-06-08T12:13:14\xE2\x88\x92"
       "02:00",
       "2022-06-08T12:13:14-02:00"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
      {"2022-06-08", "invalid datetime separator, expected `T`, `t`, `_` or space"},
      {"2022-06-08X12:13", "invalid datetime separator, expected `T`, `t`, `_` or space"},
      {"2022-06-08T12:1", too_short},
      {"2022-06-08T1x:13", "invalid character in hour"},
      {"2022-06-08T12-13", "invalid time separator, expected `:`"},
      {"2022-06-08T12:x3", "invalid character in minute"},
      {"2022-06-08T24:00", "hour value is outside expected range of 0-23"},
      {"2022-06-08T12:60", "minute value is outside expected range of 0-59"},
      {"2022-06-08T12:13:", "invalid character in second"},
      {"2022-06-08T12:13:60", "second value is outside expected range of 0-59"},
      {"2022-06-08T12:13:14.", "second fraction digits missing after `.`"},
      {"2022-06-08T12:13:14 ", "invalid timezone sign"},
      {"2022-06-08T12:13:14+1", "invalid timezone hour"},
      {"2022-06-08T12:13:14+01", "invalid timezone minute"},
      {"2022-06-08T12:13:14+01:60", "timezone minute value is outside expected range of 0-59"},
      {"2022-06-08T12:13:14+24:00", "timezone offset must be less than 24 hours"},
      {"2022-06-08T12:13:14Zx", extra},
      {"0000-01-01T00:00:00", year_zero},
  };
  for (const Row& row : rows) BOOST_TEST(datetime_of(row.text) == row.expected, row.text);
  BOOST_TEST(datetime_of("2022-06-08T12:13:14.1234567", Precision::error) ==
             "second fraction value is more than 6 digits long");
}

BOOST_AUTO_TEST_CASE(datetimes_from_numbers) {
  BOOST_TEST(datetime_of_number(std::int64_t{0}) == "1970-01-01T00:00:00Z");
  BOOST_TEST(datetime_of_number(std::int64_t{-1}) == "1969-12-31T23:59:59Z");
  BOOST_TEST(datetime_of_number(std::int64_t{20'000'000'000}) == "2603-10-11T11:33:20Z");
  BOOST_TEST(datetime_of_number(std::int64_t{20'000'000'001}) == "1970-08-20T11:33:20.001000Z");
  BOOST_TEST(datetime_of_number(std::int64_t{-20'000'000'001}) == "1969-05-14T12:26:39.999000Z");
  BOOST_TEST(datetime_of_number(std::int64_t{1500}, TemporalUnit::milliseconds) ==
             "1970-01-01T00:00:01.500000Z");
  BOOST_TEST(datetime_of_number(std::int64_t{20'000'000'001}, TemporalUnit::seconds) ==
             "2603-10-11T11:33:21Z");
  BOOST_TEST(datetime_of_number(1654646400.1234568) == "2022-06-08T00:00:00.123457Z");
  BOOST_TEST(datetime_of_number(-1.25) == "1969-12-31T23:59:58.750000Z");
  BOOST_TEST(datetime_of_number(0.9999999) == "1970-01-01T00:00:01Z");
  BOOST_TEST(datetime_of_number(std::nan("")) == "NaN values not permitted");
  constexpr char late[] = "dates after 9999 are not supported as unix timestamps";
  constexpr char early[] = "dates before 0000 are not supported as unix timestamps";
  using Limits = std::numeric_limits<std::int64_t>;
  BOOST_TEST(datetime_of_number(HUGE_VAL) == late);
  BOOST_TEST(datetime_of_number(-HUGE_VAL) == early);
  BOOST_TEST(datetime_of_number(Limits::max()) == late);
  BOOST_TEST(datetime_of_number(Limits::min()) == early);
  BOOST_TEST(datetime_of_number(Limits::min(), TemporalUnit::seconds) == early);
  BOOST_TEST(datetime_of_number(std::int64_t{253'402'300'799'999}) ==
             "9999-12-31T23:59:59.999000Z");
  BOOST_TEST(datetime_of_number(std::int64_t{253'402'300'800'000}) == late);
  BOOST_TEST(datetime_of_number(std::int64_t{-62'135'596'801}, TemporalUnit::seconds) == year_zero);
}

BOOST_AUTO_TEST_CASE(numbers_in_texts_of_datetimes) {
  const auto outcome_of = [](std::string_view text, Precision precision = Precision::truncate) {
    DateTime out;
    const Reason why = parse_datetime(text, precision, TemporalUnit::infer, out);
    return outcome(why, out);
  };
  BOOST_TEST(outcome_of("1654646400") == "2022-06-08T00:00:00Z");
  BOOST_TEST(outcome_of("+1") == "1970-01-01T00:00:01Z");
  BOOST_TEST(outcome_of("1.5") == "1970-01-01T00:00:01.500000Z");
  BOOST_TEST(outcome_of("-.5") == "1969-12-31T23:59:59.500000Z");
  BOOST_TEST(outcome_of("1.5e3") == "1970-01-01T00:25:00Z");
  BOOST_TEST(outcome_of("1654646400123.5") == "2022-06-08T00:00:00.123500Z");
  BOOST_TEST(outcome_of("1e5") == too_short);  // an exponent needs a point
  BOOST_TEST(outcome_of("1.5x") == too_short);
  BOOST_TEST(outcome_of("99999999999999999999") == "invalid date separator, expected `-`");
  BOOST_TEST(outcome_of("99999999999999") == "5138-11-16T09:46:39.999000Z");
  BOOST_TEST(outcome_of("1.1234567", Precision::error) ==
             "second fraction value is more than 6 digits long");
  BOOST_TEST(outcome_of("1654646400123.1234", Precision::error) ==
             "millisecond fraction value is more than 3 digits long");
  for (const char* bad : {"", "-", "+", ".", "+-1", "1_0", "inf", "nan", "1e5", "0x1", " 1"}) {
    DateTime at;
    BOOST_TEST(parse_datetime(bad, Precision::truncate, TemporalUnit::infer, at) != nullptr, bad);
  }
  BOOST_TEST(outcome_of("-12.5") == "1969-12-31T23:59:47.500000Z");
}

BOOST_AUTO_TEST_CASE(times) {
  const Row rows[] = {
      {"12:13", "12:13:00"},
      {"12:13:14.000001", "12:13:14.000001"},
      {"23:59:59Z", "23:59:59Z"},
      {"12:13:14+0230", "12:13:14+02:30"},
      {"1:23", too_short},
      {"25:00", "hour value is outside expected range of 0-23"},
      {"12:13:14 x", "invalid timezone sign"},
  };
  for (const Row& row : rows) BOOST_TEST(time_of(row.text) == row.expected, row.text);
  const auto of_number = [](double number) {
    TimeOfDay out;
    const Reason why = time_from_number(number, out);
    return outcome(why, out);
  };
  BOOST_TEST(of_number(0) == "00:00:00Z");
  BOOST_TEST(of_number(123.4) == "00:02:03.400000Z");
  BOOST_TEST(of_number(86399.999999) == "23:59:59.999999Z");
  for (const double large : {86399.9999999, 86400.0, 4294967296.0, HUGE_VAL}) {
    BOOST_TEST(of_number(large) == "numeric times may not exceed 86,399 seconds", large);
  }
  for (const double small : {-0.5, -1.0, -HUGE_VAL}) {
    BOOST_TEST(of_number(small) == "time in seconds should be positive", small);
  }
  BOOST_TEST(of_number(std::nan("")) == "NaN values not permitted");
}

BOOST_AUTO_TEST_CASE(iso_durations) {
  const Row rows[] = {
      {"P1Y2M3DT4H5M6.7S", "36993906700000"},
      {"-P1D", "-86400000000"},
      {"+P1W", "604800000000"},
      {"P0Y0M3D2WT1H2M3.5S", "1472523500000"},
      {"P1.5D", "129600000000"},
      {"P1,5D", "129600000000"},
      {"PT0.0000005S", "1"},
      {"P1DT", "86400000000"},
      {"PT36H", "129600000000"},
      {"-PT0S", "0"},
      {"P1D2D", "259200000000"},
      {"P", too_short},
      {"PT", too_short},
      {"", too_short},
      {"-", too_short},
      {"P1", "quantity invalid in date part of duration"},
      {"P1H", "quantity invalid in date part of duration"},
      {"PT1D", "quantity invalid in time part of duration"},
      {"PxD", "invalid digit in duration"},
      {"P1.5D1D", "quantity fraction invalid in duration"},
      {"PT1HT1M", "`t` character repeated in duration"},
      {"P4294967296D", "a numeric value in the duration is too large"},
      {"P99999999W", "durations of more than 106,751,990 days are not held"},
      {"P9999999999W", "a numeric value in the duration is too large"},
      {"P1000000000D", "durations may not exceed 999,999,999 days"},
      {"P106751990DT23H59M59.999999S", "9223372022399999999"},
  };
  for (const Row& row : rows) BOOST_TEST(duration_of(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(clock_durations) {
  const Row rows[] = {
      {"12:34", "45240000000"},
      {"1 days 02:03:04", "93784000000"},
      {"1 day, 00:00:00.5", "86400500000"},
      {"123days, 12:34", "10672440000000"},
      {"3d", "259200000000"},
      {"3 D", "259200000000"},
      {"-1d 00:01", "-86460000000"},
      {"100:00:00", "360000000000"},
      {"1:23:45.1234567", "5025123456"},
      {"12:3", "\"day\" identifier in duration not correctly formatted"},
      {"1234", "\"day\" identifier in duration not correctly formatted"},
      {"1 dax", "\"day\" identifier in duration not correctly formatted"},
      {"1 hour d", "\"day\" identifier in duration not correctly formatted"},
      {"errordata", "invalid digit in duration"},
      {"wrong", "invalid character in hour"},
      {"x1:00:00", "invalid character in hour"},
      {"12:60:00", "minute value is outside expected range of 0-59"},
      {"12:34x", extra},
      {"12:34:56Z", extra},
      {"1d 24:00", "durations may not exceed 999,999,999 hours"},
      {"99999999999:00", "durations may not exceed 999,999,999 hours"},
      {"1d 1:0", too_short},
  };
  for (const Row& row : rows) {
    BOOST_TEST(duration_of(row.text) == row.expected, row.text);
  }
  BOOST_TEST(duration_of("1:23:45.1234567", Precision::error) ==
             "second fraction value is more than 6 digits long");
  // A long fraction neither overflows nor changes the value.
  BOOST_TEST(duration_of("PT1." + std::string(1000, '9') + "S") == "2000000");
}

BOOST_AUTO_TEST_CASE(durations_from_numbers) {
  const auto of_number = [](auto number, TemporalUnit unit = TemporalUnit::seconds) {
    Duration out{};
    const Reason why = duration_from_number(number, unit, out);
    return why != nullptr ? why : std::to_string(out.count());
  };
  BOOST_TEST(of_number(std::int64_t{-3601}) == "-3601000000");
  BOOST_TEST(of_number(-3601.222222) == "-3601222222");
  BOOST_TEST(of_number(3600.9999999) == "3601000000");
  BOOST_TEST(of_number(std::int64_t{1500}, TemporalUnit::milliseconds) == "1500000");
  BOOST_TEST(of_number(std::int64_t{1654646400123}, TemporalUnit::infer) == "1654646400123000000");
  BOOST_TEST(of_number(1e30) == "durations may not exceed 999,999,999 days");
  BOOST_TEST(of_number(HUGE_VAL) == "durations may not exceed 999,999,999 days");
  BOOST_TEST(of_number(std::numeric_limits<std::int64_t>::min()) ==
             "durations may not exceed 999,999,999 days");
  BOOST_TEST(of_number(std::nan("")) == "NaN values not permitted");
}

BOOST_AUTO_TEST_CASE(texts) {
  const auto text = [](auto v) {
    std::string out;
    append(out, v);
    return out;
  };
  BOOST_TEST(text(Duration{0}) == "PT0S");
  BOOST_TEST(text(Duration{-1'000'000}) == "-PT1S");
  BOOST_TEST(text(std::chrono::duration_cast<Duration>(std::chrono::hours(400 * 24 + 2))) ==
             "P1Y35DT2H");
  BOOST_TEST(text(Duration{1}) == "PT0.000001S");
  BOOST_TEST(text(Duration{3'723'500'000}) == "PT1H2M3.5S");
  BOOST_TEST(text(Duration::min()) == "-P292471Y76DT4H54.775808S");
  BOOST_TEST(text(DateTime{0, 3600}) == "1970-01-01T00:00:00+01:00");
  BOOST_TEST(text(DateTime{-1, -1800}) == "1969-12-31T23:59:59.999999-00:30");
  BOOST_TEST(text(DateTime{0, -3661}) == "1970-01-01T00:00:00-01:01:01");
  BOOST_TEST(text(TimeOfDay{1, DateTime::naive}) == "00:00:00.000001");
  std::string utc;
  append_utc(utc, 1'500'000);
  BOOST_TEST(utc == "1970-01-01T00:00:01.500000Z");
}

BOOST_AUTO_TEST_CASE(members_of_the_public_types) {
  const auto at = DateTime::parse("2022-06-08T12:13:14.5+02:00");
  BOOST_REQUIRE(at);
  BOOST_TEST(at->to_string() == "2022-06-08T12:13:14.500000+02:00");
  BOOST_TEST(at->utc() == at->micros - 7'200'000'000);
  BOOST_TEST(!at->is_naive());
  BOOST_TEST(DateTime::parse("2022-06-08T12:13")->is_naive());
  BOOST_TEST(!DateTime::parse("1654646400"));
  BOOST_TEST(TimeOfDay::parse("12:13Z")->to_string() == "12:13:00Z");
  BOOST_TEST(!TimeOfDay::parse("12"));
}

BOOST_AUTO_TEST_CASE(the_fast_way_agrees_with_the_slow_one) {
  for (const char* other : {"2022-06-08 12:13:14Z", "2022-06-08T12:13:14z", "2022-02-30T00:00:00Z",
                            "2022-13-01T00:00:00Z", "2022-06-31T00:00:00Z", "0000-06-01T00:00:00Z",
                            "2022-06-08T24:13:14Z", "2022-06-08T12:60:14Z", "2022-06-08T12:13:60Z",
                            "2022-06-0xT12:13:14Z", "2022-06-08T12:13:14.0Z", ""}) {
    std::int64_t micros = 0;
    BOOST_TEST(!fast_datetime(other, std::strlen(other), micros), other);
  }
  BOOST_TEST(rc::check("every second of years 1 to 9999", [] {
    const std::int64_t seconds = between<std::int64_t>(-62'135'596'800, 253'402'300'799);
    std::string text;
    append_utc(text, seconds * 1'000'000);
    std::int64_t micros = 0;
    RC_ASSERT(fast_datetime(text.data(), text.size(), micros));
    RC_ASSERT(micros == seconds * 1'000'000);
  }));
}

BOOST_AUTO_TEST_CASE(texts_give_the_values_back) {
  BOOST_TEST(rc::check("datetimes", [] {
    DateTime v;
    v.micros = between<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999);
    v.offset = test::coin() ? DateTime::naive : between(-1439, 1439) * 60;
    const auto back = DateTime::parse(v.to_string());
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == v);
  }));
  BOOST_TEST(rc::check("times of day", [] {
    const TimeOfDay v{between<std::int64_t>(0, 86'399'999'999), between(-1439, 1439) * 60};
    const auto back = TimeOfDay::parse(v.to_string());
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == v);
  }));
  BOOST_TEST(rc::check("durations", [] {
    const Duration v{between<std::int64_t>(-9'223'372'022'399'999'999, 9'223'372'022'399'999'999)};
    std::string text;
    append(text, v);
    Duration back{};
    RC_ASSERT(parse_duration(text, Precision::truncate, back) == nullptr);
    RC_ASSERT(back == v);
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
