// Input that was made to harm: what it may cost is bounded by counts and sizes, not by hope.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "json/reader.hpp"
#include "kindred/schema.hpp"
#include "kindred/schema_dynamic.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema;
using namespace kindred::schema::dynamic;
using schema::Value;

constexpr std::size_t small = 64 << 10;

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}
std::string nested(std::string_view open, std::string_view inner, std::string_view close,
                   std::size_t depth) {
  return repeated(open, depth) + std::string(inner) + repeated(close, depth);
}
bool parses(std::string_view text) {
  try {
    json::Document document;
    (void)document.parse(text);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}
std::vector<std::string> faults(const DynamicType& type, std::string_view text,
                                const ValidateOptions& options = {}) {
  std::vector<std::string> out;
  const auto result = type.try_validate_json(text, options);
  if (result) return out;
  for (const auto& each : result.error().errors()) out.push_back(each.type);
  return out;
}
using Faults = std::vector<std::string>;
// One error, whose report is small however long the text is, and is JSON.
void refuses_shortly(const DynamicType& type, std::string_view text, const std::string& fault,
                     const ValidateOptions& options = {}) {
  const auto result = type.try_validate_json(text, options);
  BOOST_REQUIRE(!result);
  const schema::ValidationError& error = result.error();
  BOOST_REQUIRE_EQUAL(error.error_count(), 1u);
  BOOST_TEST(error.errors().front().type == fault);
  BOOST_TEST(std::string_view(error.what()).size() < 1000u);
  BOOST_TEST(parses(error.json()));
}

const DynamicType& anything() {
  static const DynamicType out(any());
  return out;
}
const DynamicType& tree() {
  static const DynamicType out([] {
    TypeSpec spec = model("Tree", {field("kids", list(ref("tree")), Value(Sequence{}))});
    spec.id = "tree";
    return spec;
  }());
  return out;
}

struct Node {
  Field<std::vector<Node>> kids = Default();
};
struct Login {
  Field<std::string> user;
  Field<kindred::Secret<std::string>, min_length(8)> password;
  Field<kindred::Secret<Bytes>> key = Default();
};

BOOST_AUTO_TEST_SUITE(hostile)

// ---- depth

BOOST_AUTO_TEST_CASE(depth_of_100k_is_refused) {
  constexpr std::size_t depth = 100'000;
  for (const std::string& text :
       {nested("[", "", "]", depth), repeated("[", depth), nested(R"({"a":)", "1", "}", depth),
        repeated(R"([{"a":)", depth)})
    refuses_shortly(anything(), text, "json_invalid");
  const std::string kids = nested(R"({"kids":[)", "", "]}", depth);
  refuses_shortly(tree(), kids, "json_invalid");
  BOOST_TEST(!try_validate_json<Node>(kids));
  const DynamicType text_of_json(dynamic::json(any()));
  refuses_shortly(text_of_json, '"' + nested("[", "", "]", depth) + '"', "json_invalid");
  const DynamicType ignores(model("M", {field("a", integer(), 1)}));
  refuses_shortly(ignores, R"({"b":)" + nested("[", "", "]", depth) + "}", "json_invalid");
}

BOOST_AUTO_TEST_CASE(depth_is_counted_by_containers_of_the_input) {
  ValidateOptions options;
  for (const std::size_t limit : {std::size_t{1}, std::size_t{5}, std::size_t{200}}) {
    options.limits.depth = limit;
    BOOST_TEST(faults(anything(), nested("[", "", "]", limit), options).empty());
    BOOST_TEST(faults(anything(), nested("[", "", "]", limit + 1), options) ==
               Faults{"json_invalid"});
  }
  // A tree has two containers to each level.
  options.limits.depth = 10;
  BOOST_TEST(faults(tree(), nested(R"({"kids":[)", "", "]}", 5), options).empty());
  BOOST_TEST(faults(tree(), nested(R"({"kids":[)", "", "]}", 6), options) ==
             Faults{"json_invalid"});
}

BOOST_AUTO_TEST_CASE(values_of_any_depth_are_refused_too) {
  Value deep;
  for (int i = 0; i < 5'000; ++i) deep = Sequence{{}, {std::move(deep)}, {}};
  const auto result = anything().try_validate(deep);
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error().error_count() == 1u);
  BOOST_TEST(std::string_view(result.error().what()).size() < 1000u);
}

// ---- echoes

BOOST_AUTO_TEST_CASE(a_large_object_without_its_members_is_not_echoed_for_each) {
  std::vector<FieldSpec> fields;
  for (int i = 0; i < 150; ++i) fields.push_back(field("m" + std::to_string(i), integer()));
  const DynamicType type(model("Many", fields));
  const std::string text = R"({"x":")" + std::string(10 << 20, 'x') + "\"}";
  const auto result = type.try_validate_json(text);
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error().error_count() == 100u);
  BOOST_TEST(std::string_view(result.error().what()).size() < small);
  const std::string report = result.error().json();
  BOOST_TEST(report.size() < std::size_t{5} << 20);
  BOOST_TEST(parses(report));
}

BOOST_AUTO_TEST_CASE(long_inputs_are_cut_in_texts) {
  const DynamicType type(list(integer()));
  const std::string text = '[' + repeated('"' + std::string(10'000, 'y') + "\",", 200) + "1]";
  const auto result = type.try_validate_json(text);
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error().error_count() == 100u);
  BOOST_TEST(std::string_view(result.error().what()).size() < small);
  const DynamicType member(model("M", {field("a", integer())}, config{.extra = extra::forbid}));
  const auto key = member.try_validate_json("{\"" + std::string(1 << 20, 'k') + "\":1}");
  BOOST_REQUIRE(!key);
  BOOST_TEST(parses(key.error().json()));
}

// ---- many

BOOST_AUTO_TEST_CASE(many_equal_and_many_different_keys) {
  constexpr int count = 100'000;
  std::string equal = "{";
  std::string different = "{";
  for (int i = 0; i < count; ++i) {
    equal += R"("a":)" + std::to_string(i) + ',';
    different += "\"" + std::to_string(i * 4096) + "\":1,";
  }
  equal.back() = different.back() = '}';
  BOOST_TEST(anything().validate_json(equal).get<Dict>().items.size() == 1u);
  BOOST_TEST((*anything().validate_json(equal).find("a") == Value(count - 1)));
  BOOST_TEST(anything().validate_json(different).get<Dict>().items.size() == std::size_t{count});
  const DynamicType numbers(dict(integer(), integer()));
  BOOST_TEST(numbers.validate_json(different).get<Dict>().items.size() == std::size_t{count});
  const DynamicType one(model("M", {field("a", integer())}));
  BOOST_TEST((*one.validate_json(equal).find("a") == Value(count - 1)));
  const DynamicType keeps(model("M", {}, config{.extra = extra::allow}));
  BOOST_TEST(keeps.validate_json(different).get<Object>().extra->items.size() ==
             std::size_t{count});
  const DynamicType forbids(model("M", {}, config{.extra = extra::forbid}));
  BOOST_TEST(faults(forbids, different).size() == 100u);
}

BOOST_AUTO_TEST_CASE(many_items_of_a_set) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i)
    text += std::to_string(std::int64_t{i % 50'000} * 65'536) + ".5,";
  text.back() = ']';
  const DynamicType type(schema::dynamic::set(floating()));
  BOOST_TEST(type.validate_json(text).get<Sequence>().items.size() == 50'000u);
}

// Items behind the repeated one are found by counting: once, not for each.
BOOST_AUTO_TEST_CASE(many_items_of_a_tuple_that_ends_otherwise) {
  const DynamicType type(tuple({integer(), string()}, 0));
  const std::string text = '[' + repeated("1,", 200'000) + "\"x\"]";
  BOOST_TEST(type.validate_json(text).get<Sequence>().items.size() == 200'001u);
  BOOST_TEST(faults(type, text.substr(0, text.size() - 4) + "1]") == Faults{"string_type"});
}

BOOST_AUTO_TEST_CASE(many_errors_end_at_the_limit) {
  const std::string text = '[' + repeated("\"x\",", 200'000) + "1]";
  const DynamicType type(list(integer()));
  BOOST_TEST(faults(type, text).size() == 100u);
  ValidateOptions options;
  options.limits.errors = 7;
  BOOST_TEST(faults(type, text, options).size() == 7u);
  const DynamicType either(list(union_of({integer(), floating(), boolean()})));
  BOOST_TEST(faults(either, text, options).size() <= 7u + 3u);
}

// ---- patterns

BOOST_AUTO_TEST_CASE(patterns_are_linear) {
  const std::string text = '"' + std::string(200'000, 'a') + "!\"";
  for (const char* pattern : {"^(a+)+$", "^(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
    const DynamicType type(string({.pattern = pattern}));
    BOOST_TEST(faults(type, text) == Faults{"string_pattern_mismatch"});
  }
  for (const char* pattern : {"(", "[a", "a{100000}", "(?=a)", "\\1"})
    BOOST_CHECK_THROW(DynamicType(string({.pattern = pattern})), UsageError);
}

BOOST_AUTO_TEST_CASE(texts_that_invite_slow_readers) {
  const std::string many = std::string(200'000, '1');
  const std::pair<TypeSpec, std::string> cases[] = {
      {email(), std::string(200'000, 'a') + "@b.c"},
      {email(), "a@" + repeated("b.", 100'000) + "c"},
      {url(), "http://" + repeated("a.", 100'000)},
      {url(), "http://x/" + repeated("../", 60'000)},
      {url(), repeated("%2e/", 50'000)},
      {schema::dynamic::date(), many},
      {datetime(), "2024-01-01T00:00:00." + many},
      {timedelta(), "P" + many + "D"},
      {timedelta(), repeated("1 day, ", 30'000)},
      {uuid(), many},
      {decimal(), many + "e" + many},
      {decimal({.multiple_of = BigDecimal::parse("1e-300").value()}), "1e99999999999999999999"},
      {boolean(), many},
      {integer(), " " + many + " x"},
      {integer(), "1" + repeated("_1", 100'000)},
      {floating(), many + "." + many + "x"},
      {of(TypeKind::ip_address), repeated("1:", 100'000)},
      {of(TypeKind::multi_host_url), "redis://" + repeated("a,", 100'000)},
      {of(TypeKind::name_email), repeated("<", 100'000) + "a@b.c" + repeated(">", 100'000)},
      {literal({"a", "b"}), many},
  };
  for (const auto& [spec, text] : cases) {
    const DynamicType type(spec);
    const auto result = type.try_validate_json('"' + text + '"');
    BOOST_TEST_CONTEXT(type.name() << ": " << text.substr(0, 20)) {
      if (!result) BOOST_TEST(std::string_view(result.error().what()).size() < 2000u);
    }
  }
}

// ---- reading again

TypeSpec nested_union(int depth) {
  TypeSpec out = integer();
  for (int i = 0; i < depth; ++i) {
    const std::string level = std::to_string(i);
    out = union_of({model("A" + level, {field("a", out)}), model("B" + level, {field("a", out)})});
  }
  return out;
}

BOOST_AUTO_TEST_CASE(nested_smart_unions_end_at_the_budget) {
  TypeSpec spec = union_of({list(ref("u")), dict(string(), ref("u")),
                            schema::dynamic::set(integer()), tuple({ref("u")})});
  spec.id = "u";
  const DynamicType type(spec);
  for (const std::size_t depth : {16u, 24u, 60u, 190u})
    refuses_shortly(type, nested("[", "\"x\"", "]", depth), "look_ahead_limit");
  const DynamicType models(nested_union(9));
  const auto result =
      models.try_validate_json(nested(R"({"a":)", "\"" + std::string(2000, 'x') + "\"", "}", 9));
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error().error_count() <= 100u);
  // What a branch may read is no more than the budget, whatever is asked.
  ValidateOptions options;
  options.limits.look_ahead = 0;
  const std::string wide = '[' + repeated("[1],", 60'000) + "[1]]";
  refuses_shortly(type, wide, "look_ahead_limit", options);
}

BOOST_AUTO_TEST_CASE(recursive_unions_that_are_valid_early_are_read) {
  TypeSpec spec = union_of({integer(), list(ref("u"))});
  spec.id = "u";
  const DynamicType type(spec);
  BOOST_TEST(faults(type, nested("[", "1", "]", 40)).empty());
}

// What is read again lies in another source than the one that the call began with.
BOOST_AUTO_TEST_CASE(unions_inside_of_texts_and_defaults) {
  const TypeSpec either = union_of({list(integer()), list(string())});
  const DynamicType inside(dynamic::json(either));
  BOOST_TEST(faults(inside, R"("[\"x\"]")").empty());
  BOOST_TEST(faults(inside, R"("[null]")").size() == 2u);
  FieldSpec a = field("a", either, Value(Sequence{{}, {"x"}, {}}));
  a.validate_default = true;
  const DynamicType defaults(model("M", {a}));
  BOOST_TEST(faults(defaults, "{}").empty());
  BOOST_TEST(defaults.try_validate(Value(Dict{})).has_value());
}

// ---- numbers

BOOST_AUTO_TEST_CASE(huge_numbers) {
  const std::string digits(308, '9');
  BOOST_TEST(faults(anything(), digits).empty());
  BOOST_TEST(faults(anything(), std::string(100'000, '9')) == Faults{"json_invalid"});
  BOOST_TEST(faults(anything(), "1e400") == Faults{"json_invalid"});
  BOOST_TEST(faults(anything(), "-1e999999999999999999999") == Faults{"json_invalid"});
  BOOST_TEST(faults(anything(), "1e-999999999999999999999").empty());
  BOOST_TEST(faults(anything(), "0." + std::string(100'000, '0') + "1").empty());
  BOOST_TEST(faults(DynamicType(floating()), digits).empty());
  for (const std::string& number :
       {std::string("9223372036854775808"), std::string("-9223372036854775809"), digits}) {
    const auto result = try_validate_json<std::int64_t>(number);
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().errors().front().type == "int_parsing_size");
    BOOST_TEST(!try_validate_json<std::int64_t>('"' + number + '"'));
    BOOST_TEST(faults(DynamicType(integer()), number).empty());
  }
  const DynamicType bounded(integer({.ge = 0, .le = 10, .multiple_of = 3}));
  BOOST_TEST(faults(bounded, digits) != Faults{});
  BOOST_TEST(faults(DynamicType(decimal()), '"' + std::string(100'000, '7') + '"').size() <= 1u);
  BOOST_TEST(faults(DynamicType(decimal({.max_digits = 5})), R"("1e1000000000")") != Faults{});
  BOOST_TEST(faults(DynamicType(decimal({.multiple_of = 7})), R"("1e1000000000")").size() == 1u);
  BOOST_TEST(faults(DynamicType(decimal({.ge = 0, .le = 1})), R"("1e-1000000000")").empty());
  BOOST_TEST(faults(DynamicType(timedelta()), "1e308") != Faults{});
  BOOST_TEST(faults(DynamicType(datetime()), "-1e308") != Faults{});
  BOOST_TEST(faults(DynamicType(schema::dynamic::date()), digits) != Faults{});
}

// Of integers that say how long they are, none is taken at its word.
BOOST_AUTO_TEST_CASE(lengths_are_not_believed) {
  const DynamicType type(
      dynamic::list(string({.max_length = 1'000'000'000}), {.max_length = std::size_t{1} << 60}));
  BOOST_TEST(faults(type, R"(["x"])").empty());
  ValidateOptions options;
  options.limits.items = 10;
  BOOST_TEST(faults(type, '[' + repeated("\"x\",", 9) + "\"x\"]", options).empty());
  BOOST_TEST(faults(type, '[' + repeated("\"x\",", 10) + "\"x\"]", options) ==
             Faults{"too_many_items"});
  BOOST_TEST(faults(anything(), '[' + repeated("[1,2,3],", 4) + "1]", options) ==
             Faults{"too_many_items"});
  BOOST_TEST(faults(anything(), R"({"a":[1,2,3,4,5,6],"b":[1,2,3,4,5]})", options) ==
             Faults{"too_many_items"});
  options.limits.bytes = 3;
  BOOST_TEST(faults(anything(), "123", options).empty());
  refuses_shortly(anything(), "1234", "json_invalid", options);
}

// ---- bytes

BOOST_AUTO_TEST_CASE(invalid_utf8_at_each_position) {
  const std::string text = R"({"a":["\u00e9",1.5,true],"bc":{"d":null}})";
  for (const char* bad : {"\xff", "\x80", "\xc3", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf0\x80\x80\x80"}) {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      std::string changed = text;
      changed.insert(i, bad);
      refuses_shortly(anything(), changed, "json_invalid");
      BOOST_TEST(faults(tree(), changed) == Faults{"json_invalid"});
    }
  }
}

BOOST_AUTO_TEST_CASE(nul_and_control_characters) {
  const std::string text = R"({"a":["x",1]})";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (const char c : {'\0', '\x01', '\x1f', '\x0b'}) {
      std::string changed = text;
      changed.insert(i, 1, c);
      refuses_shortly(anything(), changed, "json_invalid");
    }
  }
  BOOST_TEST(anything().validate_json(R"("a\u0000b")").get<std::string>() ==
             std::string("a\0b", 3));
  BOOST_TEST(anything().dump_json(Value(std::string("\0", 1))) == R"("\u0000")");
}

BOOST_AUTO_TEST_CASE(lone_surrogates) {
  for (const char* text :
       {R"("\ud800")", R"("\udfff")", R"("\ud800\ud800")", R"("\ud800x")", R"("\ud83d\u0020")",
        R"({"\ud800":1})", R"(["\uDC00\uD800"])", R"("\ud83d)", R"("\ud83d\ude")"})
    refuses_shortly(anything(), text, "json_invalid");
  BOOST_TEST(anything().validate_json(R"("\ud83d\ude00")").get<std::string>() ==
             "\xf0\x9f\x98\x80");
}

BOOST_AUTO_TEST_CASE(texts_cut_at_every_byte) {
  const std::string text =
      R"({"kids":[{"kids":[]},{"kids":[{"x":"\u00e9\ud83d\ude00","y":[-1.5e3,true,null,"é"]}]}]})";
  BOOST_TEST(faults(tree(), text).empty());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view cut = std::string_view(text).substr(0, i);
    refuses_shortly(tree(), cut, "json_invalid");
    refuses_shortly(anything(), cut, "json_invalid");
    ValidateOptions options;
    for (const Partial partial : {Partial::on, Partial::trailing_strings}) {
      options.allow_partial = partial;
      const auto result = tree().try_validate_json(cut, options);
      if (!result) BOOST_TEST(parses(result.error().json()));
    }
    BOOST_TEST(!try_validate_json<Node>(cut));
  }
  for (std::size_t i = 0; i < text.size(); ++i)
    (void)anything().try_validate_json(text.substr(i)).has_value();
}

BOOST_AUTO_TEST_CASE(more_than_one_value_is_refused) {
  for (const char* text : {"1 2", "{}{}", "[] ]", "null,", "\"a\" \"b\"", "{\"a\":1}x"})
    refuses_shortly(anything(), text, "json_invalid");
}

// The last entry of a cut text is dropped where its value is at fault, but not with a key that is.
BOOST_AUTO_TEST_CASE(a_cut_dict_with_faulty_keys) {
  const DynamicType type(schema::dynamic::dict(integer(), integer()));
  ValidateOptions options;
  options.allow_partial = Partial::on;
  for (const char* text : {R"({"1": 1, "x": "y"})", R"({"1": 1, "x": "y", )"}) {
    const auto result = type.try_validate_json(text, options);
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().errors().front().type == "int_parsing");
  }
  const Value kept = type.validate_json(R"({"1": 1, "2": "y")", options);
  BOOST_TEST(kept.get<Dict>().items.size() == 1u);
}

// ---- secrets

BOOST_AUTO_TEST_CASE(secrets_are_not_printed) {
  constexpr std::string_view word = "hunter2-hunter2";
  const auto shows = [&](std::string_view text) { return text.find(word) != text.npos; };
  const auto login = model_validate_json<Login>(
      R"({"user":"u","password":"hunter2-hunter2","key":"hunter2-hunter2"})");
  BOOST_TEST(login.password->get_secret_value() == word);
  BOOST_TEST(!shows(model_dump_json(login)));
  BOOST_TEST(!shows(model_dump(login).to_string()));
  BOOST_TEST(!shows(model_dump_jsonable(login).to_string()));
  const DynamicType type(model("Login", {field("password", of(TypeKind::secret_text)),
                                         field("key", of(TypeKind::secret_bytes))}));
  const Value value =
      type.validate_json(R"({"password":"hunter2-hunter2","key":"hunter2-hunter2"})");
  BOOST_TEST(!shows(value.to_string()));
  BOOST_TEST(!shows(type.dump_json(value)));
  BOOST_TEST(!shows(type.dump(value).to_string()));
  BOOST_TEST(!shows(type.dump_jsonable(value).to_string()));
  const auto brief = try_validate_json<Login>(R"({"user":"u","password":"hunter2","key":""})");
  BOOST_REQUIRE(!brief);
  BOOST_TEST(std::string_view(brief.error().what()).find("hunter2") == std::string::npos);
  BOOST_TEST(brief.error().json().find("hunter2") == std::string::npos);
  const auto shorter = try_validate_json<Login>(R"({"user":"u","password":"tiger"})");
  BOOST_REQUIRE(!shorter);
  BOOST_TEST(std::string_view(shorter.error().what()).find("tiger") == std::string::npos);
  BOOST_TEST(shorter.error().json().find("tiger") == std::string::npos);
  // Given as a value that is no text, or refused for its length, or in an object of another type.
  const DynamicType number(integer());
  const auto wrong = number.try_validate(*value.find("password"));
  BOOST_REQUIRE(!wrong);
  BOOST_TEST(!shows(wrong.error().what()));
  BOOST_TEST(!shows(wrong.error().json()));
  const auto whole = number.try_validate(value);
  BOOST_REQUIRE(!whole);
  BOOST_TEST(!shows(whole.error().what()));
  BOOST_TEST(!shows(whole.error().json()));
}

BOOST_AUTO_TEST_CASE(inputs_are_not_printed_where_the_config_says_so) {
  const DynamicType type(model("Login", {field("pin", integer()), field("code", literal({1}))},
                               config{.hide_input_in_errors = true}));
  for (const char* text :
       {R"({"pin":"hunter2","code":"hunter2"})", R"({"x":"hunter2"})", R"({"pin":["hunter2)"}) {
    const auto result = type.try_validate_json(text);
    BOOST_REQUIRE(!result);
    BOOST_TEST(std::string_view(result.error().what()).find("hunter2") == std::string::npos);
    BOOST_TEST(result.error().json().find("hunter2") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
