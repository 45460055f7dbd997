#include "kindred/value.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "kindred/detail/calendar.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using test::any_bits;
using test::between;

std::string shown(std::string_view number) {
  const auto n = Number::parse(number);
  return n ? n->to_string() : "refused";
}

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(uuid_text_is_canonical) {
  const auto parsed = Uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF");
  BOOST_REQUIRE(parsed);
  BOOST_TEST(parsed->to_string() == "00112233-4455-6677-8899-aabbccddeeff");
  BOOST_TEST(parsed->octets[15] == 0xff);
  for (const char* bad :
       {"", "00112233-4455-6677-8899-aabbccddeef", "00112233x4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeefg", "{0112233-4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeeff0"}) {
    BOOST_TEST(!Uuid::parse(bad), bad);
  }
}

BOOST_AUTO_TEST_CASE(uuids_are_told_apart_by_their_hash) {
  std::unordered_set<std::size_t> hashes;
  Uuid uuid;
  constexpr int rounds = 1000;
  for (int i = 0; i < rounds; ++i) {  // one byte each of a counter, at either end
    uuid.octets[static_cast<std::size_t>(i % 2 * 15)] =
        static_cast<std::uint8_t>(uuid.octets[static_cast<std::size_t>(i % 2 * 15)] + 1);
    uuid.octets[7] = static_cast<std::uint8_t>(i >> 8);
    hashes.insert(std::hash<Uuid>{}(uuid));
  }
  BOOST_TEST(hashes.size() == rounds);
  const std::unordered_set<Uuid> set{uuid, Uuid{}, uuid};
  BOOST_TEST(set.size() == 2u);
  BOOST_TEST(set.contains(uuid));
}

BOOST_AUTO_TEST_CASE(number_text) {
  BOOST_TEST(shown("0") == "0");
  BOOST_TEST(shown("-0.50") == "-0.50");
  BOOST_TEST(shown("+7") == "7");
  BOOST_TEST(shown("000123.4500") == "123.4500");
  BOOST_TEST(shown("-0") == "0");
  BOOST_TEST(shown("0.00000000000000000000000000000000000001") ==
             "0.00000000000000000000000000000000000001");
  BOOST_TEST(shown("99999999999999999999999999999999999999") ==
             "99999999999999999999999999999999999999");
  for (const char* bad :
       {"", "-", "+", ".", "1.", ".5", "1e3", "1,5", " 1", "1 ", "--1", "1.2.3", "0x1",
        "100000000000000000000000000000000000000", "0.000000000000000000000000000000000000001"}) {
    BOOST_TEST(shown(bad) == "refused", bad);
  }
  const Number least{std::numeric_limits<int128>::min(), 0};
  BOOST_TEST(least.to_string() == "-170141183460469231731687303715884105728");
}

BOOST_AUTO_TEST_CASE(number_changes_scale_without_loss_or_not_at_all) {
  const Number n = *Number::parse("1.50");
  BOOST_TEST(n.rescaled(4)->to_string() == "1.5000");
  BOOST_TEST(n.rescaled(1)->to_string() == "1.5");
  BOOST_TEST(!n.rescaled(0));
  BOOST_TEST(Number::parse("-1.50")->rescaled(1)->to_string() == "-1.5");
  BOOST_TEST((Number{0, 0}.rescaled(38) == Number{0, 38}));
  BOOST_TEST(!(Number{1, 0}.rescaled(38)));  // 39 digits
  BOOST_TEST((Number{9, 1}.rescaled(38)).has_value());
  BOOST_TEST(!(Number{10, 1}.rescaled(38)));
  BOOST_TEST(!(Number{1, 0}.rescaled(255)));
}

BOOST_AUTO_TEST_CASE(number_equality_is_numeric) {
  BOOST_TEST((Number{15, 1} == Number{150, 2}));
  BOOST_TEST(!(Number{15, 1} == Number{151, 2}));
  BOOST_TEST((Number{0, 3} == Number{0, 200}));
  BOOST_TEST(!(Number{1, 0} == Number{1, 200}));
  BOOST_TEST(!(Number{-15, 1} == Number{15, 1}));
}

BOOST_AUTO_TEST_CASE(number_properties) {
  BOOST_TEST(rc::check("text gives the number back", [] {
    Type type;
    type.precision = between<std::uint8_t>(1, 38);
    type.scale = between<std::uint8_t>(0, type.precision);
    const Number n = test::any_decimal(type);
    const auto back = Number::parse(n.to_string());
    RC_ASSERT(back.has_value());
    RC_ASSERT((back->unscaled == n.unscaled && back->scale == n.scale));
    const auto to = between<std::uint8_t>(0, 40);
    if (const auto other = n.rescaled(to)) {
      RC_ASSERT((*other == n));
      RC_ASSERT((other->rescaled(n.scale) == n));
    }
  }));
}

BOOST_AUTO_TEST_CASE(values_in_messages) {
  BOOST_TEST(Value().to_string() == "null");
  BOOST_TEST(Value(true).to_string() == "true");
  BOOST_TEST(Value(-5).to_string() == "-5");
  BOOST_TEST(Value(std::uint64_t{1} << 63).to_string() == "9223372036854775808");
  BOOST_TEST(Value(1.5).to_string() == "1.5");
  BOOST_TEST(Value(std::nan("")).to_string() == "nan");
  BOOST_TEST(Value("a\"b\\\n").to_string() == "\"a\\\"b\\\\\\x0a\"");
  BOOST_TEST(Value(Bytes{std::byte{0}, std::byte{0xab}}).to_string() == "0x00ab");
  BOOST_TEST(Value(Bytes(40)).to_string().ends_with("... (40 bytes)"));
  BOOST_TEST(Value(date(std::chrono::days(-1))).to_string() == "1969-12-31");
  BOOST_TEST(Value(time_point(std::chrono::microseconds(-1))).to_string() ==
             "1969-12-31T23:59:59.999999");
  BOOST_TEST(Value(Ticks{7}).to_string() == "7 ticks");
  BOOST_TEST(Value(Decimal<5, 2>{-50}).to_string() == "-0.50");
  BOOST_TEST(Value(Uuid{}).to_string() == "00000000-0000-0000-0000-000000000000");
}

BOOST_AUTO_TEST_CASE(decimals_of_fixed_size) {
  BOOST_TEST((Decimal<5, 2>::parse("123.45")->unscaled == 12345));
  BOOST_TEST((Decimal<5, 2>::parse("1.5")->to_string() == "1.50"));
  BOOST_TEST((!Decimal<5, 2>::parse("1000.00")));
  BOOST_TEST((!Decimal<5, 2>::parse("1.001")));
  BOOST_TEST((Decimal<38, 0>::parse("-99999999999999999999999999999999999999").has_value()));
}

BOOST_AUTO_TEST_CASE(rows_by_name) {
  Row row{{"a", 1}, {"b", "x"}};
  BOOST_TEST((row["a"] == Value(1)));
  BOOST_TEST(!row.find("c"));
  row.set("c", nullptr);
  row.set("a", 2);
  BOOST_TEST(row.size() == 3u);
  BOOST_TEST((row["a"] == Value(2)));
  BOOST_CHECK_EXCEPTION((void)row["d"], UsageError, [](const UsageError& e) {
    return std::string(e.what()) == "the row has no value named 'd'; it has 'a' 'b' 'c'";
  });
  BOOST_CHECK_THROW((void)Row()["d"], UsageError);
}

BOOST_AUTO_TEST_CASE(days_as_text) {
  const auto text = [](std::int64_t days) {
    std::string out;
    detail::append_day(out, days);
    return out;
  };
  BOOST_TEST(text(0) == "1970-01-01");
  BOOST_TEST(text(11016) == "2000-02-29");
  BOOST_TEST(text(-719528) == "0000-01-01");
  BOOST_TEST(text(-719529) == "-0001-12-31");
  BOOST_TEST(text(2932896) == "9999-12-31");
  BOOST_TEST(text(2932897) == "+10000-01-01");
  BOOST_TEST(text(std::numeric_limits<std::int32_t>::max()) == "+5881580-07-11");
  BOOST_TEST(text(std::numeric_limits<std::int32_t>::min()) == "-5877641-06-23");
  for (const char* bad :
       {"", "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-01", "2023-04-31", "2023-1-01",
        "23-01-01", "2023-01-00", "2023-01-01 ", "2023/01/01", "12023-01-01", "+123-01-01",
        "+5881580-07-12", "-5877641-06-22", "+12345678-01-01"}) {
    BOOST_TEST(!detail::parse_day(bad), bad);
  }
  BOOST_TEST(*detail::parse_day("2000-02-29") == 11016);
}

BOOST_AUTO_TEST_CASE(points_in_time_as_text) {
  BOOST_TEST(*detail::parse_datetime("1970-01-01T00:00:00.5") == 500000);
  BOOST_TEST(*detail::parse_datetime("1970-01-01T00:00:00.000001") == 1);
  BOOST_TEST(*detail::parse_datetime("1969-12-31T23:59:59") == -1000000);
  for (const char* bad :
       {"1970-01-01", "1970-01-01T", "1970-01-01T24:00:00", "1970-01-01T00:60:00",
        "1970-01-01T00:00:60", "1970-01-01T00:00:00.", "1970-01-01T00:00:00.1234567",
        "1970-01-01T00:00:00Z", "1970-01-01 00:00:00", "1970-01-01T00:00", "1970-02-30T00:00:00",
        "+294247-01-10T04:00:54.775808", "-290308-12-21T19:59:05.224191"}) {
    BOOST_TEST(!detail::parse_datetime(bad), bad);
  }
  BOOST_TEST(*detail::parse_datetime("+294247-01-10T04:00:54.775807") ==
             std::numeric_limits<std::int64_t>::max());
}

BOOST_AUTO_TEST_CASE(calendar_properties) {
  BOOST_TEST(
      rc::check("days and points in time come back, and agree with the standard calendar", [] {
        const auto days = any_bits<std::int32_t>();
        std::string text;
        detail::append_day(text, days);
        RC_ASSERT(detail::parse_day(text) == days);
        const auto near = std::int64_t{days} % 10'000'000;
        const std::chrono::year_month_day standard{date(std::chrono::days(near))};
        const auto civil = detail::civil_of(near);
        RC_ASSERT(civil.year == int{standard.year()});
        RC_ASSERT(civil.month == unsigned{standard.month()});
        RC_ASSERT(civil.day == unsigned{standard.day()});
        const auto micros = any_bits<std::int64_t>();
        std::string point;
        detail::append_datetime(point, micros);
        RC_ASSERT(detail::parse_datetime(point) == micros);
      }));
}

BOOST_AUTO_TEST_CASE(values_fit_columns_or_say_why_not) {
  Column column;
  const auto fit = [&](Value v) { return detail::fit(v, column); };
  column.type.code = TypeCode::uint8;
  BOOST_TEST(fit(255) == "");
  BOOST_TEST(fit(256) == "256 is out of the range of uint8");
  BOOST_TEST(fit(-1) == "-1 is out of the range of uint8");
  BOOST_TEST(fit("x") == "text is no value of type uint8");
  column.type.code = TypeCode::int8;
  BOOST_TEST(fit(-128) == "");
  BOOST_TEST(fit(-129) == "-129 is out of the range of int8");
  BOOST_TEST(fit(std::uint64_t{1} << 63) == "9223372036854775808 is out of the range of int8");
  column.type.code = TypeCode::text;
  column.max_length = 2;
  BOOST_TEST(fit("\xc3\xa9\xc3\xa9") == "");
  BOOST_TEST(fit("abc") == "has 3 code points, allowed are 2");
  BOOST_TEST(fit("\xff") == "is not valid UTF-8");
  column.type.code = TypeCode::bytes;
  BOOST_TEST(fit(Bytes(3)) == "has 3 bytes, allowed are 2");
  column.max_length = 0;
  column.type.code = TypeCode::decimal;
  column.type.precision = 4;
  column.type.scale = 2;
  BOOST_TEST(fit(*Number::parse("12.3")) == "");
  BOOST_TEST(fit(99) == "");
  BOOST_TEST(fit(100) == "100.00 has more digits than decimal(4,2) holds");
  BOOST_TEST(fit(*Number::parse("0.001")) == "0.001 has more than 2 digits after the point");
  column.type = Type{};
  column.type.code = TypeCode::float32;
  BOOST_TEST(fit(1e300) == "1e+300 is out of the range of float");
  BOOST_TEST(fit(3) == "");
  Value narrowed = 0.1;
  BOOST_TEST(detail::fit(narrowed, column) == "");
  BOOST_TEST((narrowed == Value(static_cast<double>(0.1f))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
