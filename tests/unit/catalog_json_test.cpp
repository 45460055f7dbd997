#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "kindred/catalog.hpp"
#include "kindred/error.hpp"
#include "tests/support/files.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

// The message of the refusal; empty where the text is a schema.
std::string refusal(std::string_view text) {
  try {
    (void)Catalog::from_json(text, "s.json");
    return "";
  } catch (const Error& e) {
    BOOST_TEST((e.code() == ErrorCode::validation || e.code() == ErrorCode::invalid_catalog));
    return e.what();
  }
}

// A schema with one table `t` of key `id` and these further columns and keys.
std::string table(const std::string& columns, const std::string& keys = "") {
  return "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"id\",\"type\":\"int64\"}" +
         (columns.empty() ? "" : ",\n" + columns) + "],\n\"primary_key\":[\"id\"]" +
         (keys.empty() ? "" : ",\n" + keys) + "}]}";
}

std::string type_of(const std::string& keys) {
  return Catalog::from_json(table("{\"name\":\"c\"," + keys + "}"))
      .tables[0]
      .columns[1]
      .type.to_string();
}

Expression condition_of(const std::string& columns, const std::string& condition) {
  return Catalog::from_json(table(columns, "\"checks\":[{\"condition\":" + condition + "}]"))
      .tables[0]
      .checks[0]
      .condition;
}

BOOST_AUTO_TEST_SUITE(catalog_json)

BOOST_AUTO_TEST_CASE(a_schema_and_its_text) {
  const std::string text = R"json({
  "application": "shop",
  "tables": [
    {
      "name": "author",
      "columns": [
        {"name": "author_id", "type": "int64"},
        {"name": "role", "type": "enum", "type_name": "Role", "underlying": "uint8", "names": {"guest": 0, "admin": 7}, "default": "guest"},
        {"name": "name", "type": "string", "max_length": 80},
        {"name": "born", "type": "date", "nullable": true},
        {"name": "fee", "type": "decimal", "precision": 10, "scale": 2, "default": "1.50"},
        {"name": "nick", "type": "list<string>", "nullable": true},
        {"name": "home", "type": "struct", "type_name": "Place", "members": [{"name": "x", "type": "float"}, {"name": "tags", "type": "map<string, int8>"}]}
      ],
      "primary_key": ["author_id"],
      "unique": [
        {"name": "uq_author_name", "columns": ["name"]}
      ],
      "indexes": [
        {"name": "by_birth", "columns": ["born", "name"]}
      ],
      "checks": [
        {"name": "fee_is_fair", "condition": {"all": [{"ge": [{"column": "fee"}, "0.00"]}, {"not": {"is_null": {"column": "name"}}}]}}
      ],
      "relationships": [
        {"name": "books", "kind": "one_to_many", "target": "book", "owner": "book", "foreign_key": "fk_book_author_id", "reverse": "author"}
      ]
    },
    {
      "name": "book",
      "columns": [
        {"name": "book_id", "type": "uuid"},
        {"name": "author_id", "type": "int64"},
        {"name": "wait", "type": "duration(1/1000)"}
      ],
      "primary_key": ["book_id"],
      "foreign_keys": [
        {"name": "fk_book_author_id", "columns": ["author_id"], "references": {"table": "author", "columns": ["author_id"]}, "on_delete": "cascade"}
      ],
      "relationships": [
        {"name": "author", "kind": "many_to_one", "target": "author", "owner": "book", "foreign_key": "fk_book_author_id", "reverse": "books"}
      ]
    }
  ]
}
)json";
  const Catalog catalog = Catalog::from_json(text);
  BOOST_TEST(catalog.to_json() == text);
  const Table& author = *catalog.table("author");
  BOOST_TEST(author.columns[1].default_value->get<std::uint64_t>() == 0u);
  BOOST_TEST(author.columns[4].default_value->to_string() == "1.50");
  BOOST_TEST(author.columns[4].type.width() == 8u);
  BOOST_TEST(author.checks[0].condition.to_string() == "fee >= 0.00 and not name is null");
}

BOOST_AUTO_TEST_CASE(every_valid_catalogue_comes_back) {
  BOOST_TEST(rc::check("from_json(to_json(c)) == c", [] {
    const Catalog catalog = test::any_catalog();
    const std::string text = catalog.to_json();
    const Catalog back = Catalog::from_json(text);
    // NaN as a default equals nothing; the text shows the rest.
    if (text.find("\"NaN") == std::string::npos) RC_ASSERT((back == catalog));
    RC_ASSERT(back.to_json() == text);
    RC_ASSERT(catalog.differences(back).empty());
  }));
}

BOOST_AUTO_TEST_CASE(short_forms) {
  const Catalog c = Catalog::from_json(R"json({"tables":[
    {"name":"a","columns":[{"name":"id","type":"int64"},{"name":"s","type":"string","nullable":true,"enum":["M","F"]}],
     "primary_key":["id"],"unique":[["s"]],"indexes":[["s","id"]]},
    {"name":"b","columns":[{"name":"id","type":"int64"}],"primary_key":["id"],
     "foreign_keys":[{"columns":["id"],"table":"a"}]},
    {"name":"c","columns":[{"name":"id","type":"int64"}],"primary_key":["id"],
     "foreign_keys":[{"columns":["id"],"references":{"table":"a"},"on_delete":"restrict"}]}]})json");
  BOOST_TEST(c.tables[0].indexes[0].unique);
  BOOST_TEST(c.tables[0].indexes[0].name == "uq_a_s");
  BOOST_TEST(c.tables[0].indexes[1].name == "ix_a_s_id");
  BOOST_TEST(c.tables[0].checks[0].name == "ck_a_s");
  BOOST_TEST(c.tables[0].checks[0].condition.to_string() == "s in (\"M\", \"F\")");
  BOOST_TEST((c.tables[1].foreign_keys[0].on_delete == OnDelete::no_action));
  BOOST_TEST(c.tables[1].foreign_keys[0].referenced[0] == "id");
  BOOST_TEST((c.tables[2].foreign_keys[0].on_delete == OnDelete::restrict));
}

BOOST_AUTO_TEST_CASE(types) {
  for (const char* name : {"bool",
                           "int8",
                           "int16",
                           "int32",
                           "int64",
                           "uint8",
                           "uint16",
                           "uint32",
                           "uint64",
                           "float",
                           "double",
                           "string",
                           "bytes",
                           "date",
                           "datetime",
                           "uuid",
                           "json",
                           "list<string>",
                           "map<string, list<decimal(10,2)>>",
                           "optional<int8>",
                           "variant<int8, string>",
                           "tuple<>",
                           "tuple<bool, date>",
                           "set<uuid>",
                           "instant(1/1000)",
                           "duration(60)",
                           "decimal(38,38)"}) {
    BOOST_TEST(type_of("\"type\":\"" + std::string(name) + "\"") == name);
  }
  BOOST_TEST(type_of(R"("type":" map < string ,list<int8> > ")") == "map<string, list<int8>>");
  BOOST_TEST(type_of(R"("type":"decimal","precision":5,"scale":1)") == "decimal(5,1)");
  BOOST_TEST(type_of(R"("type":"duration","period":"2/2000")") == "duration(1/1000)");
  BOOST_TEST(type_of(R"("type":"enum","names":["a","b"])") == "enum");
  BOOST_TEST(type_of(R"("type":"opaque","type_name":"Shape")") == "opaque Shape");
  BOOST_TEST(
      type_of(R"("type":"list","members":[{"type":"enum","type_name":"E","names":["a"]}])") ==
      "list<enum E>");
  const auto refused = [](const std::string& keys) {
    return refusal(table("{\"name\":\"c\"," + keys + "}"));
  };
  const std::string prefix = "s.json:2: table t: column c: ";
  BOOST_TEST(refused(R"("type":"strng")") ==
             prefix + "\"strng\" is no type: there is no type 'strng' (did you mean 'string'?)");
  BOOST_TEST(refused(R"("type":"list<int8")") ==
             prefix + "\"list<int8\" is no type: '>' is missing");
  BOOST_TEST(refused(R"("type":"int8 x")") ==
             prefix + "\"int8 x\" is no type: there is more behind the type");
  BOOST_TEST(refused(R"json("type":"decimal(300,2)")json") ==
             prefix + "\"decimal(300,2)\" is no type: '300' is no precision or scale");
  BOOST_TEST(refused(R"json("type":"decimal(39,2)")json")
                 .starts_with(prefix + "decimal(39,2): the precision must be 1 to 38"));
  BOOST_TEST(refused(R"json("type":"duration(0)")json") ==
             prefix + "\"duration(0)\" is no type: '0' is no period such as 1/1000");
  BOOST_TEST(refused(R"("type":"list<enum>")") ==
             prefix +
                 "\"list<enum>\" is no type: a part that is enum needs its keys: use \"members\"");
  BOOST_TEST(refused(R"("type":"int64","scale":2)") ==
             prefix + "\"scale\" does not belong to the type int64");
  BOOST_TEST(refused(R"("type":"enum","names":{"a":"x"})") ==
             prefix + "the number of \"a\" is out of range: \"x\"");
  BOOST_TEST(refused(R"("type":"enum","underlying":"string")") ==
             prefix + "\"underlying\" must be an integer type, found \"string\"");
  BOOST_TEST(refused(R"("type":"enum","names":[],"enum":["a"])") ==
             prefix + "the names of an enum type stand in \"names\"");
  BOOST_TEST(refused("\"type\":\"" +
                     [] {
                       std::string deep;
                       for (int i = 0; i < 100; ++i) deep += "list<";
                       return deep + "int8" + std::string(100, '>');
                     }() +
                     "\"")
                 .ends_with("it is nested more than 32 levels deep"));
}

BOOST_AUTO_TEST_CASE(conditions) {
  const std::string columns =
      R"json({"name":"d","type":"date"},{"name":"n","type":"decimal(5,2)"},{"name":"b","type":"bytes"},
    {"name":"u","type":"uint8"},{"name":"s","type":"string"},{"name":"e","type":"enum","names":["x","y"]},{"name":"f","type":"bool"})json";
  const auto text = [&](const char* condition) {
    return condition_of(columns, condition).to_string();
  };
  BOOST_TEST(text(R"({"lt":[{"column":"d"},"2024-02-29"]})") == "d < 2024-02-29");
  BOOST_TEST(text(R"({"lt":["2024-02-29",{"column":"d"}]})") == "2024-02-29 < d");
  BOOST_TEST(text(R"({"ge":[{"column":"n"},1.5]})") == "n >= 1.50");
  BOOST_TEST(text(R"({"eq":[{"column":"b"},"AAEC"]})") == "b = 0x000102");
  BOOST_TEST(text(R"({"eq":[{"column":"b"},{"$bytes":"AAEC"}]})") == "b = 0x000102");
  BOOST_TEST(text(R"({"in":[{"column":"e"},"x","y",7]})") == "e in (0, 1, 7)");
  BOOST_TEST(text(R"({"any":[{"column":"f"},{"not":{"column":"f"}}]})") == "f or not f");
  BOOST_TEST(text(R"({"le":[{"length":{"column":"s"}},3]})") == "length(s) <= 3");
  BOOST_TEST(text(R"({"prefix":[{"column":"s"},"2024-02-29"]})") == "s starts with \"2024-02-29\"");
  BOOST_TEST(
      text(
          R"({"eq":[{"value":"2024-02-29","type":"date"},{"value":"2024-02-29","type":"date"}]})") ==
      "2024-02-29 = 2024-02-29");
  BOOST_TEST(condition_of(columns, R"({"gt":[{"column":"u"},5]})")
                 .operands[1]
                 .value.get<std::uint64_t>() == 5u);
  const auto refused = [&](const std::string& condition) {
    return refusal(
        table(columns, "\"checks\":[{\"name\":\"ck\",\"condition\":" + condition + "}]"));
  };
  const std::string prefix = "s.json:5: table t: check ck: ";
  BOOST_TEST(refused(R"({"lt":[{"column":"d"},"2024-02-30"]})") ==
             prefix + "\"2024-02-30\" is no date of the form YYYY-MM-DD");
  BOOST_TEST(refused(R"({"lt":[{"column":"u"},300]})") ==
             prefix + "300 is out of the range of uint8");
  BOOST_TEST(refused(R"({"less":[1,2]})") == prefix + "unknown operator \"less\"");
  BOOST_TEST(refused(R"({"lengt":{"column":"s"}})") ==
             prefix + "unknown operator \"lengt\" (did you mean 'length'?)");
  BOOST_TEST(refused(R"({"lt":5})") == prefix + "\"lt\" takes an array of operands, found 5");
  BOOST_TEST(
      refused(R"({"lt":[1,2],"gt":[1,2]})") ==
      prefix +
          "a condition is an object with one key, its operator; found {\"lt\":[1,2],\"gt\":[1,2]}");
  BOOST_TEST(refused(R"({"eq":[{"column":"s"},null]})") ==
             prefix + "nothing compares with null; use \"is_null\"");
  BOOST_TEST(refused(R"({"column":5})") == prefix + "\"column\" must be a name, found 5");
  BOOST_TEST(refused(R"({"eq":[{"value":1,"type":"list<int8>"},1]})").find("must be a plain one") !=
             std::string::npos);
  BOOST_TEST(refused(R"({"eq":[{"column":"t"},1]})") ==
             "s.json:1: table t: check ck names a column 't' that the table does not have");
}

BOOST_AUTO_TEST_CASE(wrong_files_are_refused_with_file_line_and_rule) {
  BOOST_TEST(refusal(table("")) == "");
  BOOST_TEST(refusal("{\"tables\":[}") == "s.json:1:12: this is no JSON value");
  BOOST_TEST(refusal("[]") == "s.json:1: expected an object, found []");
  BOOST_TEST(refusal("{}") == "s.json:1: the key \"tables\" is missing");
  BOOST_TEST(refusal("{\"tables\":5}") == "s.json:1: \"tables\" must be an array, found 5");
  BOOST_TEST(refusal("{\"tables\":[],\n\"table\":[]}") ==
             "s.json:2: unknown key \"table\" (did you mean 'tables'?)");
  BOOST_TEST(refusal("{\"tables\":[\n{}]}") == "s.json:2: table: the key \"name\" is missing");
  BOOST_TEST(refusal("{\"tables\":[{\"name\":\"t\"}]}") ==
             "s.json:1: table t: the key \"columns\" is missing");
  BOOST_TEST(
      refusal(
          "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"id\",\"type\":\"int64\"}]}]}") ==
      "s.json:1: table t: the key \"primary_key\" is missing");
  BOOST_TEST(refusal(table("{\"name\":\"c\"}")) ==
             "s.json:2: table t: column c: the key \"type\" is missing");
  BOOST_TEST(refusal(table("{\"name\":\"c\",\"type\":\"int8\",\"nulable\":true}")) ==
             "s.json:2: table t: column c: unknown key \"nulable\" (did you mean 'nullable'?)");
  BOOST_TEST(refusal(table("{\"name\":\"c\",\"type\":\"int8\",\"nullable\":1}")) ==
             "s.json:2: table t: column c: \"nullable\" must be true or false, found 1");
  BOOST_TEST(refusal(table("{\"name\":\"c\",\"type\":\"string\",\"max_length\":-1}")) ==
             "s.json:2: table t: column c: \"max_length\" must be a whole number from 0 to "
             "4294967295, found -1");
  BOOST_TEST(refusal(table("{\"name\":\"c\",\"type\":\"int8\",\"default\":300}")) ==
             "s.json:2: table t: column c: 300 is out of the range of int8");
  BOOST_TEST(refusal(table("{\"name\":\"c\",\"type\":\"int8\",\"default\":null}")) ==
             "s.json:2: table t: column c: its default is null, but the column is not nullable");
  BOOST_TEST(
      refusal(table("{\"name\":\"c\",\"type\":\"string\",\"enum\":[]}")) ==
      "s.json:2: table t: column c: \"enum\" must be an array of at least one value, found []");
  BOOST_TEST(refusal(table("{\"name\":\"id\",\"type\":\"int8\"}")) ==
             "s.json:2: table t: column id is declared twice");
  BOOST_TEST(refusal(table("", "\"unique\":[\"id\"]")) ==
             "s.json:3: table t: index: expected an object, found \"id\"");
  BOOST_TEST(refusal(table("", "\"foreign_keys\":[{\"columns\":[\"id\"]}]")) ==
             "s.json:3: table t: foreign key (id): the key \"references\" is missing");
  BOOST_TEST(
      refusal(table(
          "",
          "\"foreign_keys\":[{\"columns\":[\"id\"],\"table\":\"t\",\"on_delete\":\"cascad\"}]")) ==
      "s.json:3: table t: foreign key (id): unknown delete action \"cascad\" (did you mean "
      "'cascade'?); "
      "there are no_action, restrict, cascade, set_null and set_default");
  BOOST_TEST(refusal(table("", "\"foreign_keys\":[{\"columns\":[\"id\"],\"table\":\"x\"}]")) ==
             "s.json:1: table t: foreign key (id): there is no table 'x'");
  BOOST_TEST(refusal(table(
                 "", "\"relationships\":[{\"name\":\"r\",\"kind\":\"many\",\"target\":\"t\"}]")) ==
             "s.json:3: table t: relationship r: unknown kind \"many\"; there are many_to_one, "
             "one_to_many, one_to_one "
             "and many_to_many");
}

BOOST_AUTO_TEST_CASE(manifests_say_more_than_the_schema) {
  const std::string rest =
      R"("tables":[{"name":"t","rows":5,"columns":[{"name":"id","type":"int64","null_count":0},
    {"name":"up","type":"int64","nullable":true}],"primary_key":["id"],"foreign_keys":[{"columns":["up"],
    "references":{"table":"t","columns":["id"]},"on_delete_source":"no_action","on_delete_test":"set_null"}]}]})";
  const Catalog c = Catalog::from_json("{\"dataset\":\"d\",\"notes\":[]," + rest);
  BOOST_TEST((c.tables[0].foreign_keys[0].on_delete == OnDelete::set_null));
  BOOST_TEST(refusal("{" + rest) == "s.json:1: table t: column id: unknown key \"null_count\"");
}

BOOST_AUTO_TEST_CASE(real_manifests_are_schemas) {
  for (const char* name : {"data/chinook/manifest.json", "data/employees-small/manifest.json"}) {
    const auto path = support::shared_file(name);
    if (!path) return;
    const Catalog c = Catalog::from_json(support::read_file(*path), name);
    BOOST_TEST((Catalog::from_json(c.to_json()) == c));
    if (const Table* employees = c.table("employees"))
      BOOST_TEST(employees->checks[0].name == "ck_employees_gender");
    if (const Table* track = c.table("track")) {
      BOOST_TEST((track->foreign_key("fk_track_media_type_id")->on_delete == OnDelete::restrict));
      BOOST_TEST(track->column("unit_price")->type.to_string() == "decimal(10,2)");
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_schemas_are_read_or_refused) {
  BOOST_TEST(rc::check("no other error", [] {
    std::string text = test::any_catalog().to_json();
    for (int n = test::between(1, 3); n > 0; --n) {
      const auto at = test::between<std::size_t>(0, text.size() - 1);
      if (test::coin()) {
        text.erase(at, test::between<std::size_t>(1, 20));
        if (text.empty()) text = "1";
      } else {
        text[at] = static_cast<char>(test::any_bits<std::uint8_t>());
      }
    }
    try {
      (void)Catalog::from_json(text).to_json();
    } catch (const Error& e) {
      RC_ASSERT(e.code() == ErrorCode::validation || e.code() == ErrorCode::invalid_catalog);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
