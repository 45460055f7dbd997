#include "json/reader.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <limits>

#include "json/writer.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/error.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred::json {
namespace {

// "read" or the message of the refusal.
std::string outcome(std::string_view text, const ReadOptions& options = {},
                    std::string_view name = "f") {
  Document document;
  try {
    (void)document.parse(text, name, options);
    return "read";
  } catch (const ValidationError& e) {
    return e.what();
  }
}

// Writes what was read.
void copy(Writer& out, const Value& value) {
  switch (value.kind()) {
    case Kind::null: out.null(); return;
    case Kind::boolean: out.boolean(value.boolean()); return;
    case Kind::number: out.raw(value.text()); return;
    case Kind::string: out.string(value.text()); return;
    case Kind::array:
      out.begin_array();
      for (const Value element : value.elements()) copy(out, element);
      out.end_array();
      return;
    case Kind::object:
      out.begin_object();
      for (const auto& [name, member] : value.members()) {
        out.key(name);
        copy(out, member);
      }
      out.end_object();
  }
}

void write_any(Writer& out, int depth) {
  using test::any_text;
  using test::between;
  switch (between(0, depth < 4 ? 6 : 4)) {
    case 0: out.null(); return;
    case 1: out.boolean(test::coin()); return;
    case 2: out.integer(test::any_bits<std::int64_t>()); return;
    case 3: out.natural(test::any_bits<std::uint64_t>()); return;
    case 4: out.string(any_text()); return;
    case 5:
      out.begin_array();
      for (int n = between(0, 4); n > 0; --n) write_any(out, depth + 1);
      out.end_array();
      return;
    default:
      out.begin_object();
      for (int n = between(0, 20); n > 0; --n) {
        out.key(any_text() + std::to_string(n));
        write_any(out, depth + 1);
      }
      out.end_object();
  }
}

BOOST_AUTO_TEST_SUITE(json_reader)

BOOST_AUTO_TEST_CASE(values_and_their_places) {
  const std::string text =
      "{ \"a\" : [1, -2.50, \"x\\u00e9\\n\"] ,\n\t\"b\":{\"c\":null,\n\"d\":[ ]},\r\n\"e\":true, "
      "\"f\" : {} }";
  Document document;
  const Value root = document.parse(text, "file.json");
  BOOST_TEST(root.is(Kind::object));
  BOOST_TEST(root.size() == 4u);
  BOOST_TEST(root.source() == text);
  BOOST_TEST(root.where() == "file.json:1");
  const Value a = *root.find("a");
  BOOST_TEST(a.size() == 3u);
  BOOST_TEST(a.source() == "[1, -2.50, \"x\\u00e9\\n\"]");
  std::vector<Value> parts;
  for (const Value part : a.elements()) parts.push_back(part);
  BOOST_TEST(parts.size() == 3u);
  BOOST_TEST(parts[0].as_int64().value() == 1);
  BOOST_TEST(parts[1].text() == "-2.50");
  BOOST_TEST(!parts[1].as_int64());
  BOOST_TEST(parts[2].text() == "x\xc3\xa9\n");
  BOOST_TEST(parts[2].source() == "\"x\\u00e9\\n\"");
  const Value b = *root.find("b");
  BOOST_TEST(b.line() == 2u);
  BOOST_TEST(b.source() == "{\"c\":null,\n\"d\":[ ]}");
  BOOST_TEST(b.find("c")->is(Kind::null));
  BOOST_TEST(b.find("d")->line() == 3u);
  BOOST_TEST(b.find("d")->source() == "[ ]");
  BOOST_TEST(root.find("e")->boolean());
  BOOST_TEST(root.find("e")->line() == 4u);
  BOOST_TEST(root.find("f")->size() == 0u);
  BOOST_TEST(!root.find("g"));
  BOOST_TEST(!a.find("a"));
  BOOST_TEST((a.members().begin() == a.members().end()));
  BOOST_TEST((root.elements().begin() == root.elements().end()));
  BOOST_CHECK_EXCEPTION(b.refuse("no"), ValidationError, [](const ValidationError& e) {
    return e.where() == "file.json:2" && std::string(e.what()) == "file.json:2: no";
  });
}

BOOST_AUTO_TEST_CASE(scalars_stand_alone) {
  Document document;
  BOOST_TEST(document.parse(" 12 ").source() == "12");
  BOOST_TEST(document.parse("\"\"").source() == "\"\"");
  BOOST_TEST(document.parse("null").source() == "null");
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_exact) {
  Document document;
  BOOST_TEST(document.parse("18446744073709551615").as_uint64().value() ==
             std::numeric_limits<std::uint64_t>::max());
  BOOST_TEST(!document.parse("18446744073709551615").as_int64());
  BOOST_TEST(!document.parse("18446744073709551616").as_uint64());
  BOOST_TEST(document.parse("-9223372036854775808").as_int64().value() ==
             std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(!document.parse("-9223372036854775809").as_int64());
  BOOST_TEST(document.parse("-0").as_uint64().value() == 0u);
  BOOST_TEST(!document.parse("-1").as_uint64());
  BOOST_TEST(!document.parse("1.0").as_int64());
  BOOST_TEST(!document.parse("1e2").as_int64());
  BOOST_TEST(!document.parse("\"1\"").as_int64());
  BOOST_TEST(document.parse("123456789012345678901234567890123456789").text() ==
             "123456789012345678901234567890123456789");
}

BOOST_AUTO_TEST_CASE(refusals_name_line_and_column) {
  BOOST_TEST(outcome("") == "f:1:1: there is no value");
  BOOST_TEST(outcome("{\"a\":1") == "f:1:7: a ',' or '}' is missing in an object");
  BOOST_TEST(outcome("{\"a\":1,}") == "f:1:8: the name of a member is missing");
  BOOST_TEST(outcome("{\"a\" 1}") == "f:1:6: a ':' is missing behind a name");
  BOOST_TEST(outcome("{a:1}") == "f:1:2: the name of a member is missing");
  BOOST_TEST(outcome("[1,\n 2 3]") == "f:2:4: a ',' or ']' is missing in an array");
  BOOST_TEST(outcome("[1,]") == "f:1:4: this is no JSON value");
  BOOST_TEST(outcome("[\xc3\xa9]") == "f:1:2: this is no JSON value");
  BOOST_TEST(outcome("[\"\xc3\xa9\", x]") == "f:1:7: this is no JSON value");
  BOOST_TEST(outcome("1 2") == "f:1:3: there is more behind the value");
  BOOST_TEST(outcome("nul").ends_with("this is no JSON value"));
  BOOST_TEST(outcome("01").ends_with("there is more behind the value"));
  BOOST_TEST(outcome("1.").ends_with("digits are missing behind a point"));
  BOOST_TEST(outcome("1e").ends_with("digits are missing in an exponent"));
  BOOST_TEST(outcome("1e999").ends_with("a number is too large"));
  BOOST_TEST(outcome("NaN").ends_with("this is no JSON value"));
  BOOST_TEST(outcome("// x\n1").ends_with("this is no JSON value"));
  BOOST_TEST(outcome("\"a").ends_with("a string has no end"));
  BOOST_TEST(
      outcome("\"\\x\"").ends_with("an unknown escape or a bare control character in a string"));
  BOOST_TEST(
      outcome("\"\n\"").ends_with("an unknown escape or a bare control character in a string"));
  BOOST_TEST(outcome("\"\\u12g4\"").ends_with("\\u needs four hexadecimal digits"));
  BOOST_TEST(outcome("\"\\ud800\"").ends_with("a \\u surrogate without its other half"));
  BOOST_TEST(outcome("\"\\udc00\"").ends_with("a \\u surrogate without its other half"));
  BOOST_TEST(outcome(std::string_view("\"a\0b\"", 5)) ==
             "f:1:3: a NUL byte is not allowed in JSON");
  BOOST_TEST(outcome("\xef\xbb\xbf{}").find("byte order mark") != std::string::npos);
  BOOST_TEST(outcome("x", {}, "") == "line 1, column 1: this is no JSON value");
  BOOST_TEST(outcome("\nx", {.first_line = 41}) == "f:42:1: this is no JSON value");
}

BOOST_AUTO_TEST_CASE(text_must_be_utf8) {
  for (const char* good :
       {"\"\xc3\xa9\"", "\"\xe2\x82\xac\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xef\xbf\xbd\""})
    BOOST_TEST(outcome(good) == "read");
  for (const char* bad :
       {"\"\xff\"", "\"\x80\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xe0\x80\x80\"", "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "{\"\xff\":1}"})
    BOOST_TEST(outcome(bad).ends_with("a string is not valid UTF-8"), outcome(bad));
}

BOOST_AUTO_TEST_CASE(limits) {
  const auto nested = [](int n) {
    return std::string(static_cast<std::size_t>(n), '[') +
           std::string(static_cast<std::size_t>(n), ']');
  };
  BOOST_TEST(outcome(nested(5), {.max_depth = 5}) == "read");
  BOOST_TEST(outcome(nested(6), {.max_depth = 5}) == "f:1:6: it is nested more than 5 levels deep");
  BOOST_TEST(outcome(std::string(2'000'000, '[')).ends_with("nested more than 200 levels deep"));
  BOOST_TEST(outcome("[1,2]", {.max_size = 5}) == "read");
  BOOST_TEST(outcome("[1,2] ", {.max_size = 5}) == "f:1:1: the text has 6 bytes, allowed are 5");
}

BOOST_AUTO_TEST_CASE(a_name_may_stand_once) {
  BOOST_TEST(outcome("{\"a\":1,\"b\":{\"a\":2}}") == "read");
  BOOST_TEST(outcome("{\"a\":1,\n\"\\u0061\":2}") == "f:2:1: the name \"a\" is there twice");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  BOOST_TEST(outcome(many + "\"x\":0}") == "read");
  BOOST_TEST(outcome(many + "\"n7\":0}").ends_with("the name \"n7\" is there twice"));
}

BOOST_AUTO_TEST_CASE(long_values_are_cut_in_messages) {
  Document document;
  BOOST_TEST(document.parse("\"" + std::string(100, 'x') + "\"").excerpt() ==
             "\"" + std::string(59, 'x') + "...");
  std::string accents = "\"";
  for (int i = 0; i < 50; ++i) accents += "\xc3\xa9";
  accents += "\"";
  BOOST_TEST(detail::is_utf8(document.parse(accents).excerpt()));
  BOOST_TEST(document.parse("[1,\n2]").excerpt() == "[1, 2]");
}

BOOST_AUTO_TEST_CASE(a_document_can_be_used_again) {
  Document document;
  BOOST_CHECK_THROW((void)document.parse("[[{"), ValidationError);
  const std::string text = "{\"a\":[true]}";
  std::string out;
  Writer writer(out);
  copy(writer, document.parse(text));
  BOOST_TEST(out == text);
}

BOOST_AUTO_TEST_CASE(what_the_writer_writes_is_read_back) {
  BOOST_TEST(rc::check("compact and indented", [] {
    std::string text;
    Writer writer(text);
    write_any(writer, 0);
    Document document;
    const Value root = document.parse(text);
    RC_ASSERT(root.source() == text);
    std::string again;
    Writer second(again);
    copy(second, root);
    RC_ASSERT(again == text);
    std::string wide;
    Writer indented(wide, 3);
    copy(indented, root);
    Document other;
    std::string back;
    Writer third(back);
    copy(third, other.parse(wide));
    RC_ASSERT(back == text);
  }));
}

BOOST_AUTO_TEST_CASE(damaged_text_is_read_or_refused) {
  BOOST_TEST(rc::check("no other error", [] {
    std::string text;
    Writer writer(text);
    write_any(writer, 0);
    for (int n = test::between(1, 3); n > 0; --n)
      text[test::between<std::size_t>(0, text.size() - 1)] =
          static_cast<char>(test::any_bits<std::uint8_t>());
    Document document;
    try {
      std::string out;
      Writer again(out);
      copy(again, document.parse(text));
    } catch (const ValidationError&) {
      RC_SUCCEED("refused");
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred::json
