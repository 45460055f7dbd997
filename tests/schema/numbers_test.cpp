#include "src/schema/numbers.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using namespace schema::detail;
using test::any_bits;
using test::between;

std::string int_of(std::string_view text) {
  std::int64_t value = 0;
  std::string digits;
  switch (int_from_text(text, value, digits)) {
    case IntText::ok: return digits == std::to_string(value) ? digits : "digits differ";
    case IntText::big: return "big " + digits;
    case IntText::bad: return "bad";
    case IntText::too_long: return "too long";
  }
  return {};
}

std::string float_of(std::string_view text) {
  double value = 0;
  return float_from_text(text, value) ? python_float(value) : "bad";
}

std::string json_float(double v) {
  std::string out;
  append_json_float(out, v);
  return out;
}

std::string digits_of(int128 v) {
  std::string out;
  const bool is_negative = v < 0;
  do {
    const int digit = static_cast<int>(v % 10);
    out.insert(out.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    v /= 10;
  } while (v != 0);
  return (is_negative ? "-" : "") + out;
}

struct Row {
  const char* text;
  const char* expected;
};

BOOST_AUTO_TEST_SUITE(numbers)

BOOST_AUTO_TEST_CASE(integers_from_text) {
  const Row rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"+1", "1"},
      {" \t1\n", "1"},
      {"\xC2\xA0"
       "1\xE3\x80\x80",
       "1"},
      {"007", "7"},
      {"-007.000", "-7"},
      {"1_000", "1000"},
      {"1_000.0", "1000"},
      {"0_0_1", "1"},
      {"1.00", "1"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "big 9223372036854775808"},
      {"-0009_223372036854775809", "big -9223372036854775809"},
  };
  for (const Row& row : rows) BOOST_TEST(int_of(row.text) == row.expected, row.text);
  for (const char* bad : {"",
                          " ",
                          "-",
                          "+",
                          "1.",
                          ".0",
                          "1.5",
                          "1.0_0",
                          "_1",
                          "1_",
                          "1__0",
                          "+-1",
                          "--1",
                          "-+1",
                          "- 1",
                          "0x10",
                          "1e3",
                          "0-1",
                          "0_",
                          "1_.0",
                          "1 1",
                          "abc",
                          "1.0.0",
                          "\xD9\xA1",
                          "\xE2\x80\x8B"
                          "1"}) {
    BOOST_TEST(int_of(bad) == "bad", bad);
  }
}

BOOST_AUTO_TEST_CASE(long_integers) {
  const std::string longest(4300, '7');
  BOOST_TEST(int_of(longest) == "big " + longest);
  BOOST_TEST(int_of('+' + longest) == "big " + longest);
  BOOST_TEST(int_of(longest + '7') == "too long");
  BOOST_TEST(int_of('-' + longest) == "too long");  // the sign counts
  BOOST_TEST(int_of('+' + longest + '7') == "bad");
  BOOST_TEST(int_of(std::string(100'000, '0')) == "0");
}

BOOST_AUTO_TEST_CASE(floats_from_text) {
  const Row rows[] = {
      {"1", "1.0"},
      {"-0", "-0.0"},
      {" 1.5 ", "1.5"},
      {"+.5", "0.5"},
      {"1.", "1.0"},
      {"1e5", "100000.0"},
      {"1_000.5", "1000.5"},
      {"1_0e1_0", "100000000000.0"},
      {"1_.5", "1.5"},
      {"inf", "inf"},
      {"-InFinity", "-inf"},
      {"+nan", "nan"},
      {"1e400", "inf"},
      {"-1e400", "-inf"},
      {"1e-400", "0.0"},
      {"0e999999999999999999999", "0.0"},
      {"1e99999999999999999999999", "inf"},
      {"1e-99999999999999999999999", "0.0"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"4.9e-324", "5e-324"},
      {"9007199254740993", "9007199254740992.0"},
  };
  for (const Row& row : rows) BOOST_TEST(float_of(row.text) == row.expected, row.text);
  // The digits, not the exponent, say whether it is beyond the largest or the least.
  BOOST_TEST(float_of("0." + std::string(500, '0') + "1e100") == "0.0");
  BOOST_TEST(float_of('1' + std::string(500, '0') + "e-100") == "inf");
  for (const char* bad : {"", " ", ".", "e5", "1e", "1e+", "- 1", "--1", "+-1", "1f", "0x1p3", "_1",
                          "1_", "1__0", " 1_0", "infin", "nan(1)", "1,5", "1 1"}) {
    BOOST_TEST(float_of(bad) == "bad", bad);
  }
}

BOOST_AUTO_TEST_CASE(booleans_from_text) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "y", "yes", "Yes", "on", "ON"}) {
    BOOST_TEST((bool_from_text(yes) == true), yes);
  }
  for (const char* no : {"0", "f", "false", "False", "n", "no", "off", "OFF"}) {
    BOOST_TEST((bool_from_text(no) == false), no);
  }
  for (const char* neither : {"", " true", "2", "truee", "o", "ye", "1.0"}) {
    BOOST_TEST(!bool_from_text(neither), neither);
  }
}

BOOST_AUTO_TEST_CASE(floats_as_text) {
  struct Forms {
    double value;
    const char* python;
    const char* json;
    const char* plain;
  };
  const Forms rows[] = {
      {0.0, "0.0", "0.0", "0"},
      {-0.0, "-0.0", "-0.0", "-0"},
      {1.0, "1.0", "1.0", "1"},
      {0.1, "0.1", "0.1", "0.1"},
      {12345.678, "12345.678", "12345.678", "12345.678"},
      {1e15, "1000000000000000.0", "1000000000000000.0", "1000000000000000"},
      {1e16, "1e+16", "1e+16", "10000000000000000"},
      {1.5e16, "1.5e+16", "1.5e+16", "15000000000000000"},
      {1e23, "1e+23", "1e+23", "100000000000000000000000"},
      {0.0001, "0.0001", "0.0001", "0.0001"},
      {1e-5, "1e-05", "0.00001", "0.00001"},
      {1.2345e-5, "1.2345e-05", "0.000012345", "0.000012345"},
      {1e-6, "1e-06", "1e-6", "0.000001"},
      {1.5e-300, "1.5e-300", "1.5e-300", nullptr},
      {-1e30, "-1e+30", "-1e+30", "-1000000000000000000000000000000"},
  };
  for (const Forms& row : rows) {
    BOOST_TEST(python_float(row.value) == row.python);
    BOOST_TEST(json_float(row.value) == row.json);
    if (row.plain != nullptr) BOOST_TEST(plain_float(row.value) == row.plain);
  }
  BOOST_TEST(python_float(HUGE_VAL) == "inf");
  BOOST_TEST(python_float(-HUGE_VAL) == "-inf");
  BOOST_TEST(python_float(std::nan("")) == "nan");
  BOOST_TEST(plain_float(std::nan("")) == "NaN");
}

BOOST_AUTO_TEST_CASE(every_float_comes_back) {
  BOOST_TEST(rc::check("in all three forms", [] {
    const auto v = test::coin() ? *rc::gen::arbitrary<double>()
                                : std::ldexp(static_cast<double>(any_bits<std::int64_t>()),
                                             between(-1100, 900));
    RC_PRE(std::isfinite(v));
    for (const std::string& text : {python_float(v), json_float(v), plain_float(v)}) {
      double back = 0;
      RC_ASSERT(float_from_text(text, back));
      RC_ASSERT(back == v);
      RC_ASSERT(std::signbit(back) == std::signbit(v));
    }
  }));
}

BOOST_AUTO_TEST_CASE(integers_of_any_size) {
  BOOST_TEST((BigInt{"-5"} < BigInt{"3"}));
  BOOST_TEST((BigInt{"-10"} < BigInt{"-9"}));
  BOOST_TEST((BigInt{"9"} < BigInt{"10"}));
  BOOST_TEST(to_double(BigInt{"9007199254740993"}) == 9007199254740992.0);
  BOOST_TEST(to_double(BigInt{'-' + std::string(400, '9')}) == -HUGE_VAL);
  BOOST_TEST(big_from_double(1e23).digits == "99999999999999991611392");
  BOOST_TEST(big_from_double(-0.0).digits == "0");
  BOOST_TEST(big_from_double(-9007199254740992.0).digits == "-9007199254740992");
  BOOST_TEST(is_multiple(BigInt{"12345678901234567890123456789000"}, 1000));
  BOOST_TEST(!is_multiple(BigInt{"12345678901234567890123456789001"}, 1000));
  BOOST_TEST(is_multiple(BigInt{"0"}, 7));
  BOOST_TEST(is_multiple(BigInt{"9223372036854775808"}, std::numeric_limits<std::int64_t>::min()));
  BOOST_TEST(rc::check("agree with 128 bits", [] {
    const int128 a = static_cast<int128>(any_bits<std::int64_t>()) * any_bits<std::int64_t>();
    const int128 b = test::coin() ? a + between(-2, 2) : any_bits<std::int64_t>();
    auto divisor = test::coin() ? any_bits<std::int64_t>() : std::int64_t{between(1, 100)};
    if (divisor == 0) divisor = 3;
    RC_ASSERT(is_multiple(BigInt{digits_of(a)}, divisor) == (a % divisor == 0));
    RC_ASSERT((BigInt{digits_of(a)} < BigInt{digits_of(b)}) == (a < b));
    RC_ASSERT((BigInt{digits_of(a)} == BigInt{digits_of(b)}) == (a == b));
    RC_ASSERT(to_double(BigInt{digits_of(a)}) == static_cast<double>(a));
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
