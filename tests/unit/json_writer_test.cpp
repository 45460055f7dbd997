#include "json/writer.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <limits>

#include "json/base64.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred::json {
namespace {

std::string real(double v) {
  std::string out;
  append_real(out, v);
  return out;
}

std::string real(float v) {
  std::string out;
  append_real(out, v);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

BOOST_AUTO_TEST_SUITE(json_writer)

BOOST_AUTO_TEST_CASE(escapes) {
  BOOST_TEST(quoted("") == "\"\"");
  BOOST_TEST(quoted("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"");
  BOOST_TEST(quoted("\n\r\t\b\f") == "\"\\n\\r\\t\\b\\f\"");
  BOOST_TEST(quoted(std::string_view("\0\x01\x0b\x1f\x7f", 5)) ==
             "\"\\u0000\\u0001\\u000b\\u001f\x7f\"");
  BOOST_TEST(quoted("\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80") ==
             "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
}

BOOST_AUTO_TEST_CASE(reals_are_the_shortest_that_read_back) {
  BOOST_TEST(real(0.0) == "0.0");
  BOOST_TEST(real(-0.0) == "-0.0");
  BOOST_TEST(real(3.0) == "3.0");
  BOOST_TEST(real(-12.5) == "-12.5");
  BOOST_TEST(real(0.1) == "0.1");
  BOOST_TEST(real(0.1f) == "0.1");
  BOOST_TEST(real(16777216.0f) == "16777216.0");
  BOOST_TEST(real(100000.0) == "100000.0");
  BOOST_TEST(real(1e15) == "1000000000000000.0");
  BOOST_TEST(real(123456789012345.6) == "123456789012345.6");
  BOOST_TEST(real(1e16) == "1e+16");
  BOOST_TEST(real(1e22) == "1e+22");
  BOOST_TEST(real(1.5e300) == "1.5e+300");
  BOOST_TEST(real(0.0001) == "0.0001");
  BOOST_TEST(real(0.00012) == "0.00012");
  BOOST_TEST(real(0.00001) == "1e-05");
  BOOST_TEST(real(5e-324) == "5e-324");
  BOOST_TEST(real(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  BOOST_TEST(rc::check("every double comes back", [] {
    const double v = test::any_real(Type{});
    if (!std::isfinite(v)) return;
    const std::string text = real(v);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    RC_ASSERT(std::memcmp(&back, &v, sizeof v) == 0);
    RC_ASSERT(text.find_first_of(".e") != std::string::npos);
  }));
}

BOOST_AUTO_TEST_CASE(compact_form_has_no_blanks) {
  std::string out;
  Writer w(out);
  w.begin_object();
  w.key("a");
  w.begin_array();
  w.integer(-1);
  w.natural(std::numeric_limits<std::uint64_t>::max());
  w.null();
  w.boolean(true);
  w.begin_object();
  w.end_object();
  w.begin_array();
  w.end_array();
  w.end_array();
  w.key("b");
  w.raw("{\"x\": 1}");
  w.key("c");
  w.string("s");
  w.end_object();
  BOOST_TEST(out ==
             "{\"a\":[-1,18446744073709551615,null,true,{},[]],\"b\":{\"x\": 1},\"c\":\"s\"}");
}

BOOST_AUTO_TEST_CASE(indented_form_keeps_parts_in_line_where_asked) {
  std::string out;
  Writer w(out, 2);
  w.begin_object();
  w.key("rows");
  w.begin_array();
  for (int i = 0; i < 2; ++i) {
    w.begin_object(Layout::in_line);
    w.key("n");
    w.integer(i);
    w.key("l");
    w.begin_array();
    w.integer(1);
    w.integer(2);
    w.end_array();
    w.end_object();
  }
  w.end_array();
  w.key("none");
  w.begin_array();
  w.end_array();
  w.end_object();
  BOOST_TEST(out ==
             "{\n  \"rows\": [\n    {\"n\": 0, \"l\": [1, 2]},\n    {\"n\": 1, \"l\": [1, 2]}\n  "
             "],\n  \"none\": []\n}");
}

BOOST_AUTO_TEST_CASE(base64_text) {
  // RFC 4648, section 10.
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    BOOST_TEST(base64(bytes) == text);
    BOOST_TEST(decode_base64(text).value_or("refused") == bytes);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n",
                          "Zm 9", "Zm9-", "Zm9_"})
    BOOST_TEST(!decode_base64(bad), bad);
  BOOST_TEST(rc::check("all bytes come back", [](const std::string& bytes) {
    RC_ASSERT(decode_base64(base64(bytes)) == bytes);
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred::json
