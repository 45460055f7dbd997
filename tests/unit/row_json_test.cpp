#include "json/row_json.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <sstream>

#include "kindred/error.hpp"
#include "tests/support/files.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred::json {
namespace {

Type type_of(TypeCode code) {
  Type t;
  t.code = code;
  return t;
}

Type with_members(TypeCode code, std::vector<Type> parts, std::vector<std::string> names = {}) {
  Type t = type_of(code);
  for (std::size_t i = 0; i < parts.size(); ++i)
    t.members.push_back({i < names.size() ? names[i] : std::to_string(i), parts[i]});
  return t;
}

std::string written(const Type& type, const kindred::Value& value,
                    BytesForm form = BytesForm::plain) {
  std::string out;
  Writer writer(out);
  write_value(writer, type, value, form);
  return out;
}

// The value that the text gives, in words; or the reason why there is none.
std::string read(const Type& type, std::string_view text, ReadMode mode = ReadMode::strict) {
  Document document;
  try {
    return read_value(document.parse(text), type, mode).to_string();
  } catch (const Misfit& misfit) {
    return misfit.what();
  }
}

Table one_column(const Type& type) {
  Table table;
  table.name = "t";
  table.columns.resize(2);
  table.columns[0].name = "id";
  table.columns[1].name = "v";
  table.columns[1].type = type;
  table.columns[1].nullable = true;
  table.primary_key = {"id"};
  return table;
}

std::string write_row(const Table& table, const Row& row, BytesForm form = BytesForm::plain) {
  std::string out;
  Writer writer(out);
  json::write_row(writer, table, row, form);
  return out;
}

std::string refusal(const Table& table, std::string_view text, std::string_view where = {}) {
  Document document;
  try {
    (void)read_row(document.parse(text, "rows.jsonl", {.first_line = 7}), table, ReadMode::strict,
                   where);
    return "";
  } catch (const ValidationError& e) {
    return e.what();
  }
}

// Equal also where both are the same NaN.
bool same(const kindred::Value& a, const kindred::Value& b) {
  const auto* x = a.get_if<double>();
  const auto* y = b.get_if<double>();
  if (x && y) return std::memcmp(x, y, sizeof *x) == 0;
  if (const auto* n = a.get_if<Number>()) {
    const auto* m = b.get_if<Number>();
    return m && n->unscaled == m->unscaled && n->scale == m->scale;
  }
  return a == b;
}

BOOST_AUTO_TEST_SUITE(row_json)

BOOST_AUTO_TEST_CASE(every_type_has_its_form) {
  const auto check = [](const Type& type, const kindred::Value& value, const std::string& text) {
    BOOST_TEST(written(type, value) == text);
    Document document;
    BOOST_TEST(same(read_value(document.parse(text), type, ReadMode::strict), value), text);
  };
  check(type_of(TypeCode::boolean), true, "true");
  check(type_of(TypeCode::int8), -128, "-128");
  check(type_of(TypeCode::int64), std::numeric_limits<std::int64_t>::min(), "-9223372036854775808");
  check(type_of(TypeCode::uint64), std::numeric_limits<std::uint64_t>::max(),
        "18446744073709551615");
  check(type_of(TypeCode::float64), 3.0, "3.0");
  check(type_of(TypeCode::float32), static_cast<double>(0.1f), "0.1");
  check(type_of(TypeCode::float64), std::numeric_limits<double>::quiet_NaN(), "\"NaN\"");
  check(type_of(TypeCode::float64), std::bit_cast<double>(std::uint64_t{0xfff8000000000001}),
        "\"NaN(0xfff8000000000001)\"");
  check(type_of(TypeCode::float64), -std::numeric_limits<double>::infinity(), "\"-Infinity\"");
  check(type_of(TypeCode::text), "a\"\xc3\xa9", "\"a\\\"\xc3\xa9\"");
  check(type_of(TypeCode::bytes), Bytes{std::byte{0}, std::byte{1}, std::byte{2}}, "\"AAEC\"");
  check(type_of(TypeCode::day), date(std::chrono::days(19782)), "\"2024-02-29\"");
  check(type_of(TypeCode::datetime), time_point(std::chrono::seconds(86400)),
        "\"1970-01-02T00:00:00\"");
  check(type_of(TypeCode::datetime), time_point(std::chrono::microseconds(50)),
        "\"1970-01-01T00:00:00.000050\"");
  check(type_of(TypeCode::duration), Ticks{-5}, "-5");
  check(type_of(TypeCode::uuid), *Uuid::parse("00112233-4455-6677-8899-aabbccddeeff"),
        "\"00112233-4455-6677-8899-aabbccddeeff\"");
  Type decimal = type_of(TypeCode::decimal);
  decimal.precision = 10;
  decimal.scale = 2;
  check(decimal, Number{-50, 2}, "\"-0.50\"");
  BOOST_TEST(written(decimal, Number{5, 0}) == "\"5.00\"");
  BOOST_TEST(written(decimal, 5) == "\"5.00\"");
  Type role = type_of(TypeCode::enumeration);
  role.name = "Role";
  role.names = {{1, "admin"}, {2, "guest"}, {2, "visitor"}};
  check(role, 2, "\"guest\"");
  check(role, 9, "9");
  BOOST_TEST(read(role, "\"visitor\"") == "2");
  Type flags = role;
  flags.underlying = TypeCode::uint64;
  flags.names = {{-1, "all"}};
  check(flags, std::numeric_limits<std::uint64_t>::max(), "\"all\"");
  Type opaque = type_of(TypeCode::opaque);
  opaque.name = "Shape";
  check(opaque, Bytes(1), "{\"$opaque\":\"Shape\",\"$bytes\":\"AA==\"}");
  BOOST_TEST(written(type_of(TypeCode::bytes), Bytes(1), BytesForm::tagged) ==
             "{\"$bytes\":\"AA==\"}");
  BOOST_TEST(read(type_of(TypeCode::bytes), "{\"$bytes\":\"AA==\"}") == "0x00");
  for (int code = 1; code <= 22; ++code)
    BOOST_TEST(written(type_of(static_cast<TypeCode>(code)), nullptr) == "null");
}

BOOST_AUTO_TEST_CASE(json_columns_keep_their_text) {
  const Type json = type_of(TypeCode::json);
  const auto check = [&](const std::string& text, const std::string& form) {
    BOOST_TEST(written(json, text) == form);
    Document document;
    BOOST_TEST((read_value(document.parse(form), json, ReadMode::strict) == kindred::Value(text)),
               text);
  };
  check("{\"a\": [1, 2.50]}", "{\"a\": [1, 2.50]}");
  check("null", "{\"$json\":\"null\"}");
  check(" 1", "{\"$json\":\" 1\"}");
  check("{\n}", "{\"$json\":\"{\\n}\"}");
  check("{\"$json\":\"1\"}", "{\"$json\":\"{\\\"$json\\\":\\\"1\\\"}\"}");
  check("not json", "{\"$json\":\"not json\"}");
  check("", "{\"$json\":\"\"}");
  check(std::string(100, '[') + std::string(100, ']'),
        "{\"$json\":\"" + std::string(100, '[') + std::string(100, ']') + "\"}");
}

BOOST_AUTO_TEST_CASE(nested_values) {
  const Type int32 = type_of(TypeCode::int32);
  const Type text = type_of(TypeCode::text);
  const auto check = [](const Type& type, const std::string& bytes, const std::string& form) {
    BOOST_TEST(written(type, Nested{bytes}) == form);
    Document document;
    BOOST_TEST(
        (read_value(document.parse(form), type, ReadMode::strict) == kindred::Value(Nested{bytes})),
        form);
  };
  using namespace std::string_literals;
  check(with_members(TypeCode::list, {text}), "\x02\x01"s + "a" + "\0"s, "[\"a\",\"\"]");
  check(with_members(TypeCode::list, {int32}), "\x01\xff\xff\xff\xff"s, "[-1]");
  const Type point = with_members(TypeCode::structure, {int32, text}, {"x", "name"});
  check(point, "\x05\0\0\0\x01n"s, "{\"x\":5,\"name\":\"n\"}");
  check(with_members(TypeCode::structure, {int32, text}, {"x", "x"}), "\x05\0\0\0\x01n"s,
        "[5,\"n\"]");
  check(with_members(TypeCode::structure, {}), "", "{}");
  check(with_members(TypeCode::tuple, {int32, text}), "\x05\0\0\0\x01n"s, "[5,\"n\"]");
  const Type map = with_members(TypeCode::map, {text, int32});
  check(map, "\x01\x01k\x05\0\0\0"s, "{\"k\":5}");
  check(map, "\x02\x01k\x05\0\0\0\x01k\x06\0\0\0"s, "[[\"k\",5],[\"k\",6]]");
  check(map, "\x01\x02$k\x05\0\0\0"s, "[[\"$k\",5]]");
  check(with_members(TypeCode::map, {int32, text}), "\x01\x05\0\0\0\x01k"s, "[[5,\"k\"]]");
  const Type maybe = with_members(TypeCode::optional, {int32});
  check(with_members(TypeCode::list, {maybe}), "\x02\0\x01\x05\0\0\0"s, "[null,5]");
  check(with_members(TypeCode::list, {with_members(TypeCode::optional, {maybe})}),
        "\x03\0\x01\0\x01\x01\x05\0\0\0"s, "[null,{\"$some\":null},{\"$some\":5}]");
  check(with_members(TypeCode::variant, {int32, text}), "\x01\x01k"s,
        "{\"$index\":1,\"$value\":\"k\"}");
  // A column's own optional: null is the column's.
  check(maybe, "\0"s, "{\"$nested\":\"AA==\"}");
  check(maybe, "\x01\x05\0\0\0"s, "5");
  // Bytes that are no such value.
  check(map, "", "{\"$nested\":\"\"}");
  check(map, "\x05", "{\"$nested\":\"BQ==\"}");
  check(point, "\x05\0\0\0\x01\xff"s, "{\"$nested\":\"BQAAAAH/\"}");
  check(point, "\x05\0\0\0\x01nx"s, "{\"$nested\":\"BQAAAAFueA==\"}");
  check(with_members(TypeCode::variant, {int32}), "\x01"s, "{\"$nested\":\"AQ==\"}");
  check(with_members(TypeCode::list, {type_of(TypeCode::boolean)}), "\x01\x02"s,
        "{\"$nested\":\"AQI=\"}");
}

BOOST_AUTO_TEST_CASE(wrong_values_are_refused_with_the_rule) {
  BOOST_TEST(read(type_of(TypeCode::boolean), "1") == "expected true or false, found 1");
  BOOST_TEST(read(type_of(TypeCode::int64), "1.0") == "expected a whole number, found 1.0");
  BOOST_TEST(read(type_of(TypeCode::int64), "\"1\"") == "expected a whole number, found \"1\"");
  BOOST_TEST(read(type_of(TypeCode::uint8), "256") == "256 is out of the range of uint8");
  BOOST_TEST(read(type_of(TypeCode::uint8), "-1") == "-1 is out of the range of uint8");
  BOOST_TEST(read(type_of(TypeCode::int8), "-129") == "-129 is out of the range of int8");
  BOOST_TEST(read(type_of(TypeCode::int64), "9223372036854775808") ==
             "9223372036854775808 is out of the range of int64");
  BOOST_TEST(read(type_of(TypeCode::float64), "\"1\"") ==
             "expected a number (or \"NaN\", \"Infinity\", \"-Infinity\"), found \"1\"");
  BOOST_TEST(read(type_of(TypeCode::float64), "\"NaN(0x0)\"").starts_with("expected a number"));
  BOOST_TEST(read(type_of(TypeCode::float32), "1e300") ==
             "1e300 does not fit a floating-point number of this width");
  BOOST_TEST(read(type_of(TypeCode::text), "5") == "expected a string, found 5");
  BOOST_TEST(read(type_of(TypeCode::day), "\"2023-02-29\"") ==
             "\"2023-02-29\" is no date of the form YYYY-MM-DD");
  BOOST_TEST(read(type_of(TypeCode::day), "20230228") ==
             "expected a date \"YYYY-MM-DD\", found 20230228");
  BOOST_TEST(read(type_of(TypeCode::datetime), "\"2023-02-28\"") ==
             "\"2023-02-28\" is no datetime of the form YYYY-MM-DDTHH:MM:SS[.ffffff]");
  BOOST_TEST(read(type_of(TypeCode::bytes), "\"A\"") ==
             "\"A\" is not base64 (standard alphabet, padded)");
  BOOST_TEST(read(type_of(TypeCode::bytes), "[1]") == "expected base64 in a string, found [1]");
  BOOST_TEST(read(type_of(TypeCode::uuid), "\"x\"") == "\"x\" is no UUID of the form 8-4-4-4-12");
  Type decimal = type_of(TypeCode::decimal);
  decimal.precision = 4;
  decimal.scale = 2;
  BOOST_TEST(read(decimal, "1.5") == "expected a decimal in a string such as \"12.30\", found 1.5");
  BOOST_TEST(read(decimal, "\"1.5x\"") == "\"1.5x\" is no decimal number of at most 38 digits");
  BOOST_TEST(read(decimal, "\"1.555\"") == "1.555 has more than 2 digits after the point");
  BOOST_TEST(read(decimal, "\"100\"") == "100.00 has more digits than decimal(4,2) holds");
  Type role = type_of(TypeCode::enumeration);
  role.name = "Role";
  role.underlying = TypeCode::int8;
  role.names = {{1, "admin"}};
  BOOST_TEST(read(role, "\"admim\"") ==
             "\"admim\" is no name of enum Role (did you mean 'admin'?)");
  BOOST_TEST(read(role, "200") == "200 is out of the range of enum Role");
  BOOST_TEST(read(role, "true") == "expected a name of enum Role, found true");
  Type opaque = type_of(TypeCode::opaque);
  opaque.name = "Shape";
  BOOST_TEST(read(opaque, "\"AA==\"") ==
             "expected {\"$opaque\":\"Shape\",\"$bytes\":\"...\"}, found \"AA==\"");
  BOOST_TEST(read(opaque, "{\"$opaque\":\"X\",\"$bytes\":\"\"}") ==
             "the bytes are of the codec \"X\", not of \"Shape\"");
  BOOST_TEST(read(type_of(TypeCode::json), "{\"$json\":5}") ==
             "expected JSON text in a string, found 5");
}

BOOST_AUTO_TEST_CASE(wrong_nested_values_are_refused_with_the_rule) {
  const Type int32 = type_of(TypeCode::int32);
  const Type text = type_of(TypeCode::text);
  const Type point = with_members(TypeCode::structure, {int32, text}, {"x", "name"});
  BOOST_TEST(read(point, "[1]") == "expected an object for struct, found [1]");
  BOOST_TEST(read(point, "{\"x\":1}") == "struct lacks its member \"name\"");
  BOOST_TEST(read(point, "{\"x\":1,\"name\":\"\",\"y\":1}") == "struct has no member \"y\"");
  BOOST_TEST(read(point, "{\"x\":null,\"name\":\"\"}") == "null is no value of type int32");
  BOOST_TEST(read(with_members(TypeCode::tuple, {int32}), "[1,2]") ==
             "tuple<int32> has 1 members, found are 2");
  BOOST_TEST(read(with_members(TypeCode::list, {int32}), "5") ==
             "expected an array for list<int32>, found 5");
  BOOST_TEST(read(with_members(TypeCode::list, {with_members(TypeCode::tuple, {})}), "[[]]") ==
             "a container of elements without content cannot be stored");
  BOOST_TEST(read(with_members(TypeCode::map, {int32, text}), "[[1]]") ==
             "expected [key,value] in map<int32, string>, found [1]");
  BOOST_TEST(read(with_members(TypeCode::variant, {int32}), "{\"$index\":1,\"$value\":1}") ==
             "the variant has alternatives 0 to 0, found 1");
  BOOST_TEST(read(with_members(TypeCode::variant, {int32}), "5") ==
             "expected {\"$index\":...,\"$value\":...} for a variant, found 5");
  const Type twice =
      with_members(TypeCode::list,
                   {with_members(TypeCode::optional, {with_members(TypeCode::optional, {int32})})});
  BOOST_TEST(read(twice, "[5]") == "expected null or {\"$some\":...}, found 5");
  BOOST_TEST(read(point, "{\"$nested\":\"x\"}") ==
             "\"x\" is not base64 (standard alphabet, padded)");
}

BOOST_AUTO_TEST_CASE(lenient_reading_takes_more_spellings) {
  Type decimal = type_of(TypeCode::decimal);
  decimal.precision = 10;
  decimal.scale = 2;
  BOOST_TEST(read(decimal, "1.5", ReadMode::lenient) == "1.50");
  BOOST_TEST(read(decimal, "1e2", ReadMode::lenient) ==
             "1e2 is no decimal number of at most 38 digits");
  const Type datetime = type_of(TypeCode::datetime);
  BOOST_TEST(read(datetime, "\"2024-02-29 12:00:00.5Z\"", ReadMode::lenient) ==
             "2024-02-29T12:00:00.500000");
  BOOST_TEST(read(datetime, "\"2024-02-29\"", ReadMode::lenient) == "2024-02-29T00:00:00");
}

BOOST_AUTO_TEST_CASE(rows_have_all_columns_in_declared_order) {
  const Table table = one_column(type_of(TypeCode::text));
  BOOST_TEST(write_row(table, {{"id", 1}, {"v", "x"}}) == "{\"id\":1,\"v\":\"x\"}");
  BOOST_TEST(write_row(table, {{"v", "x"}, {"id", 1}}) == "{\"id\":1,\"v\":\"x\"}");
  BOOST_TEST(write_row(table, {{"id", 1}}) == "{\"id\":1,\"v\":null}");
  BOOST_CHECK_EXCEPTION(write_row(table, {{"id", "x"}}), UsageError, [](const UsageError& e) {
    return std::string(e.what()) == "table t: column id: \"x\" is text, no value of type int64";
  });
  std::string key;
  Writer writer(key);
  write_key(writer, table, {{"v", "x"}, {"id", 1}}, BytesForm::plain);
  BOOST_TEST(key == "{\"id\":1}");
}

BOOST_AUTO_TEST_CASE(row_errors_name_file_line_table_and_column) {
  const Table table = one_column(type_of(TypeCode::day));
  BOOST_TEST(refusal(table, "{\"id\":1,\"v\":\"2024-01-01\"}") == "");
  BOOST_TEST(refusal(table, "{}") == "");
  BOOST_TEST(refusal(table, "[1]") ==
             "rows.jsonl:7: table t: expected an object with the columns of a row, found [1]");
  BOOST_TEST(refusal(table, "{\"idd\":1}") ==
             "rows.jsonl:7: table t: there is no column 'idd' (did you mean 'id'?)");
  BOOST_TEST(refusal(table, "{\"id\":1,\n\"v\":\"2024-13-01\"}") ==
             "rows.jsonl:8: table t: column v: \"2024-13-01\" is no date of the form YYYY-MM-DD");
  BOOST_TEST(refusal(table, "{\"id\":true}", "other:3") ==
             "other:3: table t: column id: expected a whole number, found true");
}

BOOST_AUTO_TEST_CASE(keys_from_json) {
  Table table = one_column(type_of(TypeCode::text));
  Document document;
  const auto key = [&](std::string_view text) -> std::string {
    try {
      std::string out;
      for (const auto& [name, value] : read_key(document.parse(text, "f"), table))
        out += name + "=" + value.to_string() + " ";
      return out;
    } catch (const ValidationError& e) {
      return e.what();
    }
  };
  BOOST_TEST(key("{\"id\":5}") == "id=5 ");
  BOOST_TEST(key("5") == "id=5 ");
  BOOST_TEST(key("[5]") == "id=5 ");
  BOOST_TEST(key("{\"id\":5,\"v\":\"x\"}") == "f:1: table t: 'v' is no column of the key (id)");
  BOOST_TEST(key("{}") == "f:1: table t: the key lacks the column id; it has (id)");
  BOOST_TEST(key("null") == "f:1: table t: column id: a key column cannot be null");
  BOOST_TEST(key("\"x\"") == "f:1: table t: column id: expected a whole number, found \"x\"");
  table.primary_key = {"v", "id"};
  BOOST_TEST(key("{\"id\":5,\"v\":\"x\"}") == "v=\"x\" id=5 ");
  BOOST_TEST(key("[\"x\",5]") == "v=\"x\" id=5 ");
  BOOST_TEST(key("5") == "f:1: table t: expected an object with the key columns (v, id), found 5");
  BOOST_TEST(key("[5]") ==
             "f:1: table t: expected an object with the key columns (v, id), found [5]");
}

BOOST_AUTO_TEST_CASE(keys_from_text) {
  const auto key = [](const Type& type, const std::string& text) -> std::string {
    Table table = one_column(type);
    table.primary_key = {"v"};
    try {
      return key_from_text(std::vector<std::string>{text}, table)["v"].to_string();
    } catch (const ValidationError& e) {
      return e.what();
    }
  };
  BOOST_TEST(key(type_of(TypeCode::int64), "-5") == "-5");
  BOOST_TEST(key(type_of(TypeCode::int64), "five") ==
             "table t: column v: 'five' is no value of type int64");
  BOOST_TEST(key(type_of(TypeCode::uint8), "256") ==
             "key: table t: column v: 256 is out of the range of uint8");
  BOOST_TEST(key(type_of(TypeCode::text), "a \"b\"") == "\"a \\\"b\\\"\"");
  BOOST_TEST(key(type_of(TypeCode::text), "5") == "\"5\"");
  BOOST_TEST(key(type_of(TypeCode::text), "null") == "\"null\"");
  BOOST_TEST(key(type_of(TypeCode::text), "\xff") == "table t: column v: it is not valid UTF-8");
  BOOST_TEST(key(type_of(TypeCode::boolean), "true") == "true");
  BOOST_TEST(key(type_of(TypeCode::boolean), "1") ==
             "key: table t: column v: expected true or false, found 1");
  BOOST_TEST(key(type_of(TypeCode::float64), "1.5") == "1.5");
  BOOST_TEST(key(type_of(TypeCode::float64), "Infinity") == "inf");
  BOOST_TEST(key(type_of(TypeCode::day), "2024-02-29") == "2024-02-29");
  BOOST_TEST(key(type_of(TypeCode::datetime), "2024-02-29 10:00:00") == "2024-02-29T10:00:00");
  BOOST_TEST(key(type_of(TypeCode::duration), "7") == "7 ticks");
  Type role = type_of(TypeCode::enumeration);
  role.names = {{1, "admin"}, {2, "7"}};
  BOOST_TEST(key(role, "admin") == "1");
  BOOST_TEST(key(role, "9") == "9");
  const Table table = one_column(type_of(TypeCode::text));
  BOOST_CHECK_EXCEPTION(
      (void)key_from_text({}, table), ValidationError, [](const ValidationError& e) {
        return std::string(e.what()) == "table t: the key has 1 columns (id), given are 0 values";
      });
}

BOOST_AUTO_TEST_CASE(rows_of_every_type_come_back) {
  BOOST_TEST(rc::check("exactly", [] {
    const Catalog catalog = test::any_catalog();
    const Table table = test::pick(catalog.tables);
    const Row row = test::any_row(table);
    const std::string line =
        write_row(table, row, test::coin() ? BytesForm::plain : BytesForm::tagged);
    RC_ASSERT(line.find('\n') == std::string::npos);
    Document document;
    const Row back =
        read_row(document.parse(line), table, test::coin() ? ReadMode::strict : ReadMode::lenient);
    RC_ASSERT(back.size() == row.size());
    for (const auto& [name, value] : row) {
      if (!same(back[name], value))
        RC_LOG() << line << "\n" << name << " " << value.to_string() << std::endl;
      RC_ASSERT(same(back[name], value));
    }
    RC_ASSERT(write_row(table, back) == write_row(table, row));
  }));
}

BOOST_AUTO_TEST_CASE(damaged_nested_bytes_come_back_too) {
  BOOST_TEST(rc::check("exactly", [] {
    const Type type = test::any_type();
    RC_PRE(type.is_nested());
    std::string bytes = test::encoded(type);
    for (int n = test::between(0, 2); n > 0 && !bytes.empty(); --n) {
      const auto at = test::between<std::size_t>(0, bytes.size() - 1);
      if (test::coin()) {
        bytes[at] = static_cast<char>(test::any_bits<std::uint8_t>());
      } else {
        bytes.resize(at);
      }
    }
    const std::string text = written(type, Nested{bytes});
    Document document;
    RC_ASSERT((read_value(document.parse(text), type, ReadMode::strict) ==
               kindred::Value(Nested{bytes})));
  }));
}

BOOST_AUTO_TEST_CASE(dataset_lines_are_written_as_they_were) {
  for (const std::string dataset : {"data/chinook", "data/employees-small"}) {
    const auto manifest = support::shared_file(dataset + "/manifest.json");
    if (!manifest) return;
    const Catalog catalog = Catalog::from_json(support::read_file(*manifest), dataset);
    for (const Table& table : catalog.tables) {
      std::istringstream lines(
          support::read_file(*support::shared_file(dataset + "/" + table.name + ".jsonl")));
      Document document;
      std::size_t wrong = 0;
      std::size_t seen = 0;
      for (std::string line; std::getline(lines, line); ++seen)
        wrong += write_row(table, read_row(document.parse(line), table, ReadMode::strict)) != line
                     ? 1
                     : 0;
      BOOST_TEST(wrong == 0u, table.name);
      BOOST_TEST(seen > 0u, table.name);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred::json
