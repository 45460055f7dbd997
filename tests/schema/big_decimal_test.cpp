#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "kindred/schema_types.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using test::any_bits;
using test::between;

std::string decimal_of(std::string_view text) {
  const auto v = BigDecimal::parse(text);
  return v ? v->to_string() : "refused";
}

BigDecimal decimal(std::string_view text) {
  auto v = BigDecimal::parse(text);
  BOOST_REQUIRE(v);
  return *v;
}

// coefficient * 10^exponent
BigDecimal decimal(std::int64_t coefficient, int exponent) {
  return *BigDecimal::parse(std::to_string(coefficient) + 'e' + std::to_string(exponent));
}

BOOST_AUTO_TEST_SUITE(big_decimals)

BOOST_AUTO_TEST_CASE(text_and_back) {
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"1", "1"},
      {"+1.50", "1.50"},
      {"-0", "-0"},
      {"-00.00", "-0.00"},
      {"0010.0", "10.0"},
      {"1.", "1"},
      {".5", "0.5"},
      {"1e5", "1E+5"},
      {"1.5E+05", "1.5E+5"},
      {"100e-2", "1.00"},
      {"1e-6", "0.000001"},
      {"1e-7", "1E-7"},
      {"123e-9", "1.23E-7"},
      {"12345e-8", "0.00012345"},
      {"0e3", "0E+3"},
      {"0e-7", "0E-7"},
      {" 1 ", "1"},
      {"\xC2\xA0"
       "1\x1C",
       "1"},
      {"_1__0_", "10"},
      {"\xD9\xA1\xD9\xA2", "12"},
      {"inf", "Infinity"},
      {"-INFINITY", "-Infinity"},
      {"nan", "NaN"},
      {"NaN0012", "NaN12"},
      {"-sNaN", "-sNaN"},
      {"1e999999999999999999", "1E+999999999999999999"},
      {"1e-1999999999999999997", "1E-1999999999999999997"},
  };
  for (const Row& row : rows) BOOST_TEST(decimal_of(row.text) == row.expected, row.text);
  for (const char* bad : {"",
                          " ",
                          "-",
                          ".",
                          "e1",
                          "1e",
                          "1e+-5",
                          "1e5x",
                          "--1",
                          "+ 1",
                          "1 1",
                          "0x1",
                          "nan1.5",
                          "infinit",
                          "\xE2\x80\x8B"
                          "1",
                          "\xC2\xB9",
                          "1e1000000000000000000",
                          "10e999999999999999999",
                          "0e1000000000000000000",
                          "1e-1999999999999999998",
                          "1e99999999999999999999999"}) {
    BOOST_TEST(decimal_of(bad) == "refused", bad);
  }
  const std::string digits = '1' + std::string(5000, '2');
  BOOST_TEST(decimal_of(digits + '.' + digits) == digits + '.' + digits);
}

BOOST_AUTO_TEST_CASE(from_integers) {
  BOOST_TEST(BigDecimal().to_string() == "0");
  BOOST_TEST(BigDecimal(-7).to_string() == "-7");
  BOOST_TEST(BigDecimal(std::numeric_limits<std::int64_t>::min()).to_string() ==
             "-9223372036854775808");
  BOOST_TEST(BigDecimal(-7).is_negative());
  BOOST_TEST(BigDecimal(-7).coefficient() == "7");
}

BOOST_AUTO_TEST_CASE(order_is_numeric) {
  BOOST_TEST((decimal("1.0") == decimal("1.00")));
  BOOST_TEST((decimal("100") == decimal("1e2")));
  BOOST_TEST((decimal("-0") == decimal("0e5")));
  BOOST_TEST((decimal("0.1") < decimal("0.10001")));
  BOOST_TEST((decimal("-2") < decimal("-1.5")));
  BOOST_TEST((decimal("9") < decimal("1e1")));
  BOOST_TEST((decimal("1e999999999999999999") > decimal("9e999999999999999998")));
  BOOST_TEST((decimal("-inf") < decimal("-1e999999999999999999")));
  BOOST_TEST((decimal("inf") == decimal("Infinity")));
  BOOST_TEST((decimal("inf") > decimal("1")));
  BOOST_TEST((decimal("nan") != decimal("nan")));
  BOOST_TEST(!(decimal("nan") < decimal("1")));
  BOOST_TEST(!(decimal("nan") >= decimal("1")));
  BOOST_TEST(rc::check("agrees with 128 bits", [] {
    const auto a = any_bits<std::int64_t>();
    const auto b = test::coin() ? a / 1000 : any_bits<std::int64_t>();
    const int shift = between(0, 9);
    int128 scaled = b;
    for (int i = 0; i < shift; ++i) scaled *= 10;
    const BigDecimal x = decimal(a, -shift);
    const BigDecimal y = decimal(b, 0);
    RC_ASSERT((x < y) == (a < scaled));
    RC_ASSERT((x == y) == (a == scaled));
    RC_ASSERT((y > x) == (x < y));
  }));
}

BOOST_AUTO_TEST_CASE(multiples) {
  struct Row {
    const char* value;
    const char* of;
    bool expected;
  };
  const Row rows[] = {
      {"0.3", "0.1", true},
      {"1000000.1", "0.1", true},
      {"1000000.05", "0.1", false},
      {"-0.75", "0.5", false},
      {"-1.5", "-0.5", true},
      {"0", "7", true},
      {"0e50", "7", true},
      {"1e5", "8", true},
      {"1e2", "8", false},
      {"1e999999999999999999", "0.00000000032", true},
      {"1e999999999999999999", "3", false},
      {"3e999999999999999999", "3", true},
      {"1", "1e5", false},
      {"1", "1e999999999999999999", false},
      {"1e-1999999999999999997", "1", false},
      {"340282366920938463463374607431768211456", "18446744073709551616", true},
      {"340282366920938463463374607431768211457", "18446744073709551616", false},
  };
  for (const Row& row : rows) {
    BOOST_TEST(decimal(row.value).is_multiple_of(decimal(row.of)) == row.expected, row.value);
  }
  BOOST_TEST(decimal(std::string(200'000, '3')).is_multiple_of(decimal("3")));
  BOOST_TEST(rc::check("agree with 128 bits", [] {
    const auto a = any_bits<std::int64_t>();
    auto b = test::coin() ? std::int64_t{between(-1000, 1000)} : any_bits<std::int64_t>();
    if (b == 0) b = 4;
    const int shift = between(-9, 9);
    int128 x = a;
    int128 y = b;
    for (int i = 0; i < shift; ++i) x *= 10;
    for (int i = shift; i < 0; ++i) y *= 10;
    RC_ASSERT(decimal(a, shift).is_multiple_of(decimal(b, 0)) == (x % y == 0));
  }));
}

BOOST_AUTO_TEST_CASE(conversions) {
  const auto number = [](std::string_view text) {
    const auto n = decimal(text).to_number();
    return n ? n->to_string() : "none";
  };
  BOOST_TEST(number("1.50") == "1.50");
  BOOST_TEST(number("-0.00") == "0.00");
  BOOST_TEST(number("1E+3") == "1000");
  BOOST_TEST(number("0E+99") == "0");
  BOOST_TEST(number("1E+37") == '1' + std::string(37, '0'));
  BOOST_TEST(number("1E+38") == "none");
  BOOST_TEST(number("1E-38") == "0." + std::string(37, '0') + '1');
  BOOST_TEST(number("1E-39") == "none");
  BOOST_TEST(number("10E-39") == "0." + std::string(37, '0') + '1');
  BOOST_TEST(number(std::string(38, '9')) == std::string(38, '9'));
  BOOST_TEST(number(std::string(39, '9')) == "none");
  BOOST_TEST(number("inf") == "none");
  BOOST_TEST(number("nan") == "none");
  BOOST_TEST(decimal("0.1").to_double() == 0.1);
  BOOST_TEST(decimal("-1e999999999999999999").to_double() == -HUGE_VAL);
  BOOST_TEST(decimal("1e-1999999999999999997").to_double() == 0.0);
  BOOST_TEST(decimal("-inf").to_double() == -HUGE_VAL);
  BOOST_TEST(std::isnan(decimal("nan").to_double()));
}

BOOST_AUTO_TEST_CASE(text_gives_the_number_back) {
  BOOST_TEST(rc::check("digit for digit", [] {
    const BigDecimal v = decimal(any_bits<std::int64_t>(), between(-40, 40));
    const auto back = BigDecimal::parse(v.to_string());
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->coefficient() == v.coefficient());
    RC_ASSERT(back->exponent() == v.exponent());
    RC_ASSERT(back->is_negative() == v.is_negative());
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
