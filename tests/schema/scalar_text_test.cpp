#include "src/schema/scalar_text.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "kindred/detail/utf8.hpp"
#include "src/schema/case_table.hpp"
#include "src/schema/utf8_text.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using namespace schema::detail;
using test::between;

constexpr std::size_t npos = std::string_view::npos;

char32_t any_code_point() {
  for (;;) {
    const auto c = static_cast<char32_t>(test::coin() ? between(0, 0x7FF) : between(0, 0x10FFFF));
    if (c < 0xD800 || c > 0xDFFF) return c;
  }
}

std::string any_utf8(std::size_t most) {
  std::string out;
  for (std::size_t n = between<std::size_t>(0, most); n > 0; --n) {
    append_code_point(out, any_code_point());
  }
  return out;
}

std::string bytes_of(std::string_view text, BytesCoding coding) {
  Bytes bytes;
  std::string why;
  if (!decode_bytes(text, coding, bytes, why)) return why;
  std::string out;
  for (const std::byte b : bytes) out += static_cast<char>(b);
  return out;
}

BOOST_AUTO_TEST_SUITE(scalar_texts)

BOOST_AUTO_TEST_CASE(bad_bytes_are_found_at_any_place) {
  BOOST_TEST(first_bad_byte("") == npos);
  BOOST_TEST(first_bad_byte("{\"a\":\t1}\r\n") == npos);
  const std::string plain(70, 'a');
  for (std::size_t at = 0; at < plain.size(); ++at) {
    for (const char bad : {'\0', '\x01', '\x0B', '\x1A', '\x1F', '\x80', '\xC1', '\xFF'}) {
      std::string text = plain;
      text[at] = bad;
      BOOST_TEST(first_bad_byte(text) == at);
    }
    std::string wide = plain;
    wide.replace(at, 1, "\xF0\x9F\x98\x80");
    BOOST_TEST(first_bad_byte(wide) == npos);
    wide += '\x02';
    BOOST_TEST(first_bad_byte(wide) == wide.size() - 1);
    wide.insert(0, "\xE2\x82");  // cut short
    BOOST_TEST(first_bad_byte(wide) == 0u);
  }
  BOOST_TEST(first_bad_byte("\x7F") == npos);  // allowed in JSON
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF0\x80\x80\x80", "\xE2\x82", "\xC3", "\xC3(", "\xE2(\xA1"}) {
    BOOST_TEST(first_bad_byte(bad) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(bad_bytes_agree_with_the_simple_check) {
  BOOST_TEST(rc::check("of random bytes", [] {
    std::string text = any_utf8(40);
    if (!text.empty() && test::coin()) {
      text[between<std::size_t>(0, text.size() - 1)] = static_cast<char>(between(0, 255));
    }
    std::size_t control = 0;
    while (control < text.size() &&
           (static_cast<unsigned char>(text[control]) >= 0x20 || text[control] == '\t' ||
            text[control] == '\n' || text[control] == '\r')) {
      ++control;
    }
    const std::size_t found = first_bad_byte(text);
    if (found == npos) {
      RC_ASSERT(control == text.size());
      RC_ASSERT(detail::is_utf8(text));
    } else {
      RC_ASSERT(found <= control);
      RC_ASSERT(detail::is_utf8(std::string_view(text).substr(0, found)));
      RC_ASSERT((found == control || !detail::is_utf8(text)));
    }
  }));
}

BOOST_AUTO_TEST_CASE(lengths_and_blanks) {
  BOOST_TEST(code_points("") == 0u);
  BOOST_TEST(code_points("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == 4u);
  BOOST_TEST(strip(" \t\n a b \r\f\v") == "a b");
  BOOST_TEST(strip("\xC2\xA0\xE3\x80\x80"
                   "a\xE2\x80\xA8\xC2\x85") == "a");
  BOOST_TEST(strip(" \xE3\x80\x80 ") == "");
  BOOST_TEST(strip("\x1C"
                   "a") ==
             "\x1C"
             "a");  // blank to Python only
  BOOST_TEST(strip("\xE2\x80\x8B"
                   "a") ==
             "\xE2\x80\x8B"
             "a");  // of no width, but no blank
}

BOOST_AUTO_TEST_CASE(case_mapping) {
  BOOST_TEST(to_lower("ABC xyz 1") == "abc xyz 1");
  BOOST_TEST(to_upper("abc XYZ 1") == "ABC XYZ 1");
  BOOST_TEST(to_lower("ÄÖÜÉ ДЖ ΑΩ") == "äöüé дж αω");
  BOOST_TEST(to_upper("äöüé дж αως") == "ÄÖÜÉ ДЖ ΑΩΣ");
  BOOST_TEST(to_upper("straße ﬁ") == "STRASSE FI");
  BOOST_TEST(to_upper("ﬃ") == "FFI");
  BOOST_TEST(to_lower("İ") == "i\xCC\x87");
  BOOST_TEST(to_lower("ΟΔΟΣ ΣΑΣ Σ") == "οδος σας σ");
  BOOST_TEST(to_lower("ΑΣ' ΑΣ'Α") == "ας' ασ'α");
  BOOST_TEST(to_upper("ÿ ſ ı") == "Ÿ S I");
  BOOST_TEST(to_lower("Ⅷ Ⓐ 𐐀 ẞ") == "ⅷ ⓐ 𐐨 ß");
  BOOST_TEST(to_upper("日本 😀") == "日本 😀");
}

BOOST_AUTO_TEST_CASE(case_mapping_is_idempotent) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (lower_of(lower_of(c)) != lower_of(c)) BOOST_ERROR("lower case of U+" << std::uint32_t{c});
    if (upper_of(upper_of(c)) != upper_of(c)) BOOST_ERROR("upper case of U+" << std::uint32_t{c});
    for (const char32_t part : upper_expansion(c)) {
      if (upper_of(part) != part) BOOST_ERROR("expansion of U+" << std::uint32_t{c});
    }
  }
  BOOST_TEST(rc::check("of texts", [] {
    const std::string text = any_utf8(20);
    RC_ASSERT(to_upper(to_upper(text)) == to_upper(text));
    RC_ASSERT(detail::is_utf8(to_lower(text)));
  }));
}

BOOST_AUTO_TEST_CASE(uuids) {
  const char* const canonical = "12345678-9abc-def0-1234-56789abcdef0";
  for (const char* text :
       {"12345678-9abc-def0-1234-56789abcdef0", "12345678-9ABC-DEF0-1234-56789ABCDEF0",
        "123456789abcdef0123456789abcdef0", "{12345678-9abc-def0-1234-56789abcdef0}",
        "urn:uuid:12345678-9abc-def0-1234-56789abcdef0"}) {
    Uuid uuid;
    std::string why;
    BOOST_TEST(parse_uuid(text, uuid, why), why);
    BOOST_TEST(uuid.to_string() == canonical);
  }
  struct Row {
    const char* text;
    const char* why;
  };
  const Row rows[] = {
      {"", "invalid length: expected length 32 for simple format, found 0"},
      {"abc", "invalid length: expected length 32 for simple format, found 3"},
      {"x", "invalid character: found `x` at 1"},
      {"12345678-9abc-def0-1234-56789abcdefg", "invalid character: found `g` at 36"},
      {"{12345678-9abc-def0-1234-56789abcdefg}", "invalid character: found `g` at 36"},
      {"{g}", "invalid character: found `g` at 2"},
      {"urn:uuid:zz", "invalid character: found `z` at 10"},
      {"URN:UUID:12345678-9abc-def0-1234-56789abcdef0", "invalid character: found `U` at 1"},
      {"é", "invalid character: found `é` at 1"},
      {"{123456789abcdef0123456789abcdef0}", "invalid group count: expected 5, found 1"},
      {"12345678-9abc-def0-1234", "invalid group count: expected 5, found 4"},
      {"1-2-3-4-5-6", "invalid group count: expected 5, found 6"},
      {"1234567-9abc-def0-1234-56789abcdef0",
       "invalid group length in group 0: expected 8, found 7"},
      {"12345678-9abc-def0-12345-6789abcdef0",
       "invalid group length in group 3: expected 4, found 5"},
      {"12345678-9abc-def0-1234-56789abcdef01",
       "invalid group length in group 4: expected 12, found 13"},
      {" 12345678-9abc-def0-1234-56789abcdef0", "invalid character: found ` ` at 1"},
  };
  for (const Row& row : rows) {
    Uuid uuid;
    std::string why;
    BOOST_TEST(!parse_uuid(row.text, uuid, why), row.text);
    BOOST_TEST(why == row.why);
  }
}

BOOST_AUTO_TEST_CASE(base64) {
  const auto of = [](std::string_view text) { return bytes_of(text, BytesCoding::base64); };
  BOOST_TEST(of("") == "");
  BOOST_TEST(of("aGVsbG8=") == "hello");
  BOOST_TEST(of("aGVsbG8") == "hello");  // padding may be left out
  BOOST_TEST(of("YQ=") == "a");
  BOOST_TEST(of("-_-_") == of("+/+/"));  // either alphabet, but one
  BOOST_TEST(of("-/-/") == "Invalid symbol 45, offset 0.");
  BOOST_TEST(of("wrong!") == "Invalid symbol 33, offset 5.");
  BOOST_TEST(of("YWJj\n") == "Invalid symbol 10, offset 4.");
  BOOST_TEST(of("a") == "Invalid input length: 1");
  BOOST_TEST(of("abcde") == "Invalid input length: 5");
  BOOST_TEST(of("YR==") == "Invalid last symbol 82, offset 1.");
  BOOST_TEST(of("YWJ") == "Invalid last symbol 74, offset 2.");
  BOOST_TEST(of("=abc") == "Invalid symbol 61, offset 0.");
  BOOST_TEST(of("YQ==YQ==") == "Invalid symbol 61, offset 2.");
  BOOST_TEST(of("YWJj=") == "Invalid symbol 61, offset 4.");
  BOOST_TEST(of("ab=c") == "Invalid symbol 61, offset 2.");
}

BOOST_AUTO_TEST_CASE(hexadecimal) {
  const auto of = [](std::string_view text) { return bytes_of(text, BytesCoding::hex); };
  BOOST_TEST(of("") == "");
  BOOST_TEST(of("68656C6c6f") == "hello");
  BOOST_TEST(of("abc") == "Odd number of digits");
  BOOST_TEST(of("ag") == "Invalid character 'g' at position 1");
  BOOST_TEST(of("'0") == "Invalid character '\\'' at position 0");
  BOOST_TEST(of("0\n") == "Invalid character '\\n' at position 1");
  BOOST_TEST(of("\x7F"
                "0") == "Invalid character '\\u{7f}' at position 0");
  BOOST_TEST(of("é") == "Invalid character 'Ã' at position 0");
}

BOOST_AUTO_TEST_CASE(bytes_come_back) {
  const Bytes bad{std::byte{0xFF}};
  std::string text = "kept";
  BOOST_TEST(!encode_bytes(text, bad, BytesCoding::utf8));
  BOOST_TEST(text == "kept");
  BOOST_TEST(encode_bytes(text, Bytes{std::byte{0xFB}, std::byte{0xFF}}, BytesCoding::base64));
  BOOST_TEST(text == "kept-_8=");
  BOOST_TEST(rc::check("in base64 and hexadecimal", [] {
    Bytes bytes(between<std::size_t>(0, 40));
    for (std::byte& b : bytes) b = static_cast<std::byte>(between(0, 255));
    for (const BytesCoding coding : {BytesCoding::base64, BytesCoding::hex}) {
      std::string encoded;
      std::string why;
      Bytes back;
      RC_ASSERT(encode_bytes(encoded, bytes, coding));
      RC_ASSERT(decode_bytes(encoded, coding, back, why));
      RC_ASSERT(back == bytes);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
