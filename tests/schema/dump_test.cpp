#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/error.hpp"
#include "kindred/schema_dynamic.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema;
using schema::Value;
using namespace std::chrono_literals;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

std::string json(const Value& v) {
  std::string out;
  detail::append_json(out, v, 0, false);
  return out;
}
Value list_of(std::vector<Value> items, Sequence::Form form = Sequence::Form::list) {
  Sequence out;
  out.form = form;
  out.items = std::move(items);
  return out;
}
Bytes bytes_of(std::string_view text) {
  Bytes out;
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
  return out;
}

BOOST_AUTO_TEST_SUITE(schema_dump)

// ---- JSON text

BOOST_AUTO_TEST_CASE(scalars_have_the_forms_of_json) {
  BOOST_TEST(json(nullptr) == "null");
  BOOST_TEST(json(true) == "true");
  BOOST_TEST(json(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  BOOST_TEST(json(BigInt{"-123456789012345678901"}) == "-123456789012345678901");
  BOOST_TEST(json(1.0) == "1.0");
  BOOST_TEST(json(-0.25) == "-0.25");
  BOOST_TEST(json(nan_value) == "null");
  BOOST_TEST(json(*BigDecimal::parse("1.50")) == "\"1.50\"");
  BOOST_TEST(json(DateTime{1'500'000, 0}) == "\"1970-01-01T00:00:01.500000Z\"");
  BOOST_TEST(json(Duration(-1s)) == "\"-PT1S\"");
  BOOST_TEST(json(Value(bytes_of("ab"))) == "\"ab\"");
  BOOST_TEST(json(Secret{Value("geheim")}) == "\"**********\"");
  BOOST_TEST(json(Secret{Value("")}) == "\"\"");
  BOOST_TEST(json(Enumerator{"Color", "red", Value(1)}) == "1");
  BOOST_TEST(json(list_of({1, 2}, Sequence::Form::set)) == "[1,2]");
  BOOST_TEST(json(list_of({}, Sequence::Form::tuple)) == "[]");
}

BOOST_AUTO_TEST_CASE(texts_of_every_length_are_escaped) {
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string plain(length, 'x');
    BOOST_TEST(json(plain) == '"' + plain + '"');
    for (std::size_t at = 0; at < length; ++at) {
      std::string text = plain;
      text[at] = '"';
      const std::string wanted = plain.substr(0, at) + "\\\"" + plain.substr(at + 1);
      BOOST_TEST(json(text) == '"' + wanted + '"');
      text[at] = '\x1f';
      BOOST_TEST(json(text) == '"' + plain.substr(0, at) + "\\u001f" + plain.substr(at + 1) + '"');
    }
  }
  BOOST_TEST(json("\b\f\n\r\t\\\x7f") == "\"\\b\\f\\n\\r\\t\\\\\x7f\"");
}

BOOST_AUTO_TEST_CASE(texts_longer_than_the_buffer_are_whole) {
  std::string text(100'000, 'a');
  BOOST_TEST(json(text).size() == 100'002u);
  text.assign(50'000, '\n');
  BOOST_TEST(json(text).size() == 100'002u);
  std::vector<Value> items(30'000, Value("0123456789"));
  BOOST_TEST(json(list_of(std::move(items))).size() == 30'000u * 13 + 1);
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf8_is_refused_with_its_place) {
  for (const std::size_t before : {0u, 3u, 15u, 40u}) {
    const std::string text = std::string(before, 'x') + '\xff';
    std::string out = "kept";
    const Value value(Dict{{"a/b", list_of({1, Value(text)})}});
    try {
      detail::append_json(out, value, 0, false);
      BOOST_ERROR("accepted");
    } catch (const kindred::ValidationError& e) {
      BOOST_TEST(e.where() == "/a~1b/1");
    }
    BOOST_TEST(out == "kept");
  }
  BOOST_CHECK_THROW(json(Value(bytes_of("\xff"))), kindred::ValidationError);
  BOOST_TEST(json("\xc3\xa9\xf0\x9f\x98\x80") == "\"\xc3\xa9\xf0\x9f\x98\x80\"");
}

BOOST_AUTO_TEST_CASE(ascii_and_indents) {
  std::string out;
  detail::append_json(out, Value("\xc3\xa9\xf0\x9f\x98\x80\n\x7f"), 0, true);
  BOOST_TEST(out == "\"\\u00e9\\ud83d\\ude00\\n\x7f\"");
  out.clear();
  detail::append_json(
      out,
      Value(Dict{
          {"a", list_of({})}, {"b", Value(Dict())}, {"c", list_of({1, Value(Dict{{"x", 1}})})}}),
      2, false);
  BOOST_TEST(
      out ==
      "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"x\": 1\n    }\n  ]\n}");
}

BOOST_AUTO_TEST_CASE(keys_are_texts) {
  const Value value(Dict{{Value(true), 1},
                         {Value(nullptr), 2},
                         {Value(1.5), 3},
                         {Value(1e30), 4},
                         {list_of({1, "a"}, Sequence::Form::tuple), 5},
                         {Value(kindred::date(std::chrono::days(18262))), 6},
                         {Value(Duration(61s)), 7},
                         {Value(-5), 8}});
  BOOST_TEST(json(value) ==
             R"({"true":1,"None":2,"1.5":3,"1e+30":4,"1,a":5,"2020-01-01":6,"PT1M1S":7,"-5":8})");
  BOOST_CHECK_THROW(json(Value(Dict{{Value(Dict()), 1}})), kindred::ValidationError);
}

BOOST_AUTO_TEST_CASE(values_nested_too_deep_are_refused) {
  Value deep;
  for (int i = 0; i < 500; ++i) deep = list_of({std::move(deep)});
  BOOST_TEST(json(deep).size() == 1004u);
  deep = list_of({std::move(deep)});
  BOOST_CHECK_THROW(json(deep), CapacityError);
}

// ---- members

DynamicType sample() {
  using namespace dynamic;
  FieldSpec alias = field("user_name", nullable(string()), Value(nullptr));
  alias.serialization_alias = "userName";
  alias.validation_alias = "userName";
  FieldSpec secret = field("hidden", integer(), Value(1));
  secret.exclude = true;
  TypeSpec item = model(
      "Item", {field("price", floating()), field("note", nullable(string()), Value(nullptr))});
  TypeSpec out = model("Order", {field("id", integer()), std::move(alias), std::move(secret),
                                 field("items", list(std::move(item)), list_of({})),
                                 field("more", dict(string(), any()), Value(Dict()))});
  ComputedSpec total{
      "total",
      integer(),
      "sum",
      [](const Value& v) { return Value(v.find("items")->get<Sequence>().items.size()); },
      {}};
  out.computed.push_back(std::move(total));
  out.extra = extra::allow;
  return DynamicType(out);
}
Value sample_value(const DynamicType& type) {
  return type.validate_json(
      R"({"id":1,"items":[{"price":1},{"price":2,"note":"n"},{"price":3}],"more":{"a":null,"b":{"c":1,"d":2}},"x":null,"y":5})");
}

BOOST_AUTO_TEST_CASE(members_of_objects) {
  const DynamicType type = sample();
  const Value v = sample_value(type);
  const std::string items =
      R"("items":[{"price":1.0,"note":null},{"price":2.0,"note":"n"},{"price":3.0,"note":null}])";
  const std::string more = R"("more":{"a":null,"b":{"c":1,"d":2}})";
  BOOST_TEST(type.dump_json(v) ==
             R"({"id":1,"user_name":null,)" + items + "," + more + R"(,"x":null,"y":5,"total":3})");
  BOOST_TEST(type.dump_json(v, {.by_alias = true, .exclude_unset = true}) ==
             R"({"id":1,"items":[{"price":1.0},{"price":2.0,"note":"n"},{"price":3.0}],)" + more +
                 R"(,"x":null,"y":5,"sum":3})");
  BOOST_TEST(type.dump_json(v, {.exclude = {"items", "more"}, .exclude_none = true}) ==
             R"({"id":1,"y":5,"total":3})");
  BOOST_TEST(type.dump_json(v, {.include = {"more"}, .exclude_none = true}) == "{" + more + "}");
  BOOST_TEST(type.dump_json(v, {.exclude = {"items", "more", "x"}, .exclude_computed = true}) ==
             R"({"id":1,"user_name":null,"y":5})");
  BOOST_TEST(type.dump_json(type.validate_json(R"({"id":1})"), {.exclude_defaults = true}) ==
             R"({"id":1,"total":0})");
  BOOST_TEST(type.dump_json(v, {.include = {"id", "user_name"}, .by_alias = true, .indent = 1}) ==
             "{\n \"id\": 1,\n \"userName\": null\n}");
}

BOOST_AUTO_TEST_CASE(paths_of_include_and_exclude) {
  const DynamicType type = sample();
  const Value v = sample_value(type);
  const auto included = [&](std::vector<std::string> paths) {
    return type.dump_json(v, {.include = std::move(paths)});
  };
  BOOST_TEST(included({"items.*.price"}) ==
             R"({"items":[{"price":1.0},{"price":2.0},{"price":3.0}]})");
  BOOST_TEST(included({"items.-1", "items.0.price"}) ==
             R"({"items":[{"price":1.0},{"price":3.0,"note":null}]})");
  BOOST_TEST(included({"more.b.c", "id"}) == R"({"id":1,"more":{"b":{"c":1}}})");
  BOOST_TEST(included({"none"}) == "{}");
  BOOST_TEST(included({"total"}) == R"({"total":3})");
  DumpOptions both{.include = {"items"}, .exclude = {"items.*.note", "items.1", "items.-1.price"}};
  BOOST_TEST(type.dump_json(v, both) == R"({"items":[{"price":1.0},{}]})");
  BOOST_TEST(type.dump(v, both).to_string() == "{'items': [{'price': 1.0}, {}]}");
}

BOOST_AUTO_TEST_CASE(values_keep_their_types_or_become_those_of_json) {
  using namespace dynamic;
  const DynamicType type(
      model("M", {field("d", dynamic::date()), field("t", tuple({integer(), string()})),
                  field("s", set(integer())), field("k", dict(integer(), bytes())),
                  field("p", of(TypeKind::secret_text))}));
  const Value v =
      type.validate_json(R"({"d":"2020-01-02","t":[1,"a"],"s":[1,1],"k":{"7":"x"},"p":"q"})");
  BOOST_TEST(type.dump(v, {.exclude = {"p"}}).to_string() ==
             "{'d': datetime.date(2020, 1, 2), 't': (1, 'a'), 's': {1}, 'k': {7: b'x'}}");
  BOOST_TEST(type.dump(v).find("p")->is(ValueKind::secret));
  BOOST_TEST(type.dump_jsonable(v).to_string() ==
             "{'d': '2020-01-02', 't': [1, 'a'], 's': [1], 'k': {'7': 'x'}, 'p': '**********'}");
}

BOOST_AUTO_TEST_CASE(config_gives_forms) {
  using namespace dynamic;
  const auto forms = [](inf_nan_form numbers) {
    return config{.ser_json_bytes = bytes_coding::hex,
                  .ser_json_timedelta = duration_form::seconds,
                  .ser_json_inf_nan = numbers};
  };
  const std::vector<FieldSpec> fields{field("b", bytes()), field("d", timedelta()),
                                      field("f", floating()), field("a", any())};
  const Value input(Dict{
      {"b", bytes_of("\xff")}, {"d", Duration(1500ms)}, {"f", nan_value}, {"a", list_of({-inf})}});
  const auto dumped = [&](inf_nan_form numbers) {
    const DynamicType type(model("M", fields, forms(numbers)));
    return type.dump_json(type.validate(input));
  };
  BOOST_TEST(dumped(inf_nan_form::null) == R"({"b":"ff","d":1.5,"f":null,"a":[null]})");
  BOOST_TEST(dumped(inf_nan_form::constants) == R"({"b":"ff","d":1.5,"f":NaN,"a":[-Infinity]})");
  BOOST_TEST(dumped(inf_nan_form::strings) == R"({"b":"ff","d":1.5,"f":"NaN","a":["-Infinity"]})");
}

BOOST_AUTO_TEST_CASE(json_is_text_again_in_a_round_trip) {
  using namespace dynamic;
  const DynamicType type(model("M", {field("j", dynamic::json(list(integer())))}));
  const Value v = type.validate_json(R"({"j":"[1, 2]"})");
  BOOST_TEST(type.dump_json(v) == R"({"j":[1,2]})");
  BOOST_TEST(type.dump_json(v, {.round_trip = true}) == R"({"j":"[1,2]"})");
  BOOST_TEST((type.validate_json(type.dump_json(v, {.round_trip = true})) == v));
}

BOOST_AUTO_TEST_CASE(absent_members_of_typed_dicts_stay_absent) {
  using namespace dynamic;
  FieldSpec b = field("b", string());
  b.required = false;
  const DynamicType type(typed_dict("D", {field("a", integer()), std::move(b)}));
  BOOST_TEST(type.dump_json(type.validate_json(R"({"a":1})")) == R"({"a":1})");
  BOOST_TEST(type.dump_json(type.validate_json(R"({"a":1,"b":""})")) == R"({"a":1,"b":""})");
}

// ---- structs

struct Leaf {
  std::int64_t number = 0;
  detail::FieldState number_state = detail::FieldState::missing;
  std::optional<std::string> text;
  detail::FieldState text_state = detail::FieldState::missing;
  time_point at{};
  std::vector<std::string> tags;
  std::unique_ptr<Leaf> next;
};

// A model of Leaf, as the static layer would make it.
struct LeafModel {
  LeafModel() {
    leaf.kind = link.kind = detail::Kind::model;
    leaf.model = link.model = &model;
    leaf.storage = link.storage = &table;
    link.nullable = true;
    link.through = &way;
    way.held = [](const void* slot) -> const void* {
      return static_cast<const std::unique_ptr<Leaf>*>(slot)->get();
    };
    table.equal = [](const void* a, const void* b) { return a == b; };
    number.kind = detail::Kind::integer;
    number.rep = detail::Rep::i64;
    text.rep = detail::Rep::opt_string;
    at.rep = detail::Rep::time_point;
    tags.rep = detail::Rep::strings;
    const Leaf* const probe = &fresh;
    add("number", &probe->number, number, &probe->number_state);
    add("text", &probe->text, text, &probe->text_state);
    add("at", &probe->at, at, nullptr);
    add("tags", &probe->tags, tags, nullptr);
    add("next", &probe->next, link, nullptr);
    model.fields[1].out_alias = "Text";
    model.name = "Leaf";
    finish(model);
  }
  std::string json(const Leaf& v, const DumpOptions& options = {}) const {
    std::string out;
    dump_json(leaf, &v, options, out);
    return out;
  }

  Leaf fresh;
  detail::Storage table;
  detail::Through way;
  detail::Node leaf, link, number, text, at, tags;
  detail::Model model;

 private:
  std::uint32_t offset_of(const void* member) const {
    return static_cast<std::uint32_t>(static_cast<const char*>(member) -
                                      reinterpret_cast<const char*>(&fresh));
  }
  void add(std::string name, const void* member, const detail::Node& node, const void* state) {
    detail::Field& out = model.fields.emplace_back();
    out.name = std::move(name);
    out.offset = offset_of(member);
    if (state != nullptr) out.state = static_cast<std::int32_t>(offset_of(state));
    out.node = &node;
  }
};

BOOST_AUTO_TEST_CASE(structs_are_read_where_they_lie) {
  const LeafModel model;
  Leaf v;
  v.number = -7;
  v.number_state = detail::FieldState::set;
  v.at = time_point(std::chrono::microseconds(951'782'400'000'001));
  v.tags = {"a", "\""};
  v.next = std::make_unique<Leaf>();
  const std::string inner =
      R"({"number":0,"text":null,"at":"1970-01-01T00:00:00Z","tags":[],"next":null})";
  BOOST_TEST(
      model.json(v) ==
      R"({"number":-7,"text":null,"at":"2000-02-29T00:00:00.000001Z","tags":["a","\""],"next":)" +
          inner + "}");
  BOOST_TEST(model.json(v, {.include = {"number", "text"}, .by_alias = true}) ==
             R"({"number":-7,"Text":null})");
  BOOST_TEST(model.json(v, {.include = {"number", "text", "next.text"}, .exclude_unset = true}) ==
             R"({"number":-7,"next":{}})");
  BOOST_TEST(model.json(v, {.include = {"tags.-1"}, .indent = 1}) ==
             "{\n \"tags\": [\n  \"\\\"\"\n ]\n}");
  BOOST_TEST(model.json(v, {.exclude = {"at", "tags", "next"}, .exclude_none = true}) ==
             R"({"number":-7})");
  BOOST_TEST(
      detail::dump_value(model.leaf, &v, {.exclude = {"next", "tags"}}, detail::DumpMode::json)
          .to_string() == "{'number': -7, 'text': None, 'at': '2000-02-29T00:00:00.000001Z'}");
}

BOOST_AUTO_TEST_CASE(days_of_all_centuries) {
  const LeafModel model;
  Leaf v;
  for (const auto& [micros, text] :
       {std::pair(-62'135'596'800'000'000, "0001-01-01T00:00:00Z"),
        std::pair(253'402'300'799'999'999, "9999-12-31T23:59:59.999999Z"),
        std::pair(-1l, "1969-12-31T23:59:59.999999Z"),
        std::pair(4'107'542'399'000'000, "2100-02-28T23:59:59Z"),
        std::pair(4'107'542'400'000'000, "2100-03-01T00:00:00Z")}) {
    v.at = time_point(std::chrono::microseconds(micros));
    BOOST_TEST(model.json(v, {.include = {"at"}}) == std::string("{\"at\":\"") + text + "\"}");
  }
}

BOOST_AUTO_TEST_CASE(structs_nested_too_deep_are_refused) {
  const LeafModel model;
  Leaf v;
  Leaf* last = &v;
  for (int i = 0; i < 600; ++i) last = (last->next = std::make_unique<Leaf>()).get();
  std::string out = "kept";
  BOOST_CHECK_THROW(dump_json(model.leaf, &v, {}, out), CapacityError);
  BOOST_TEST(out == "kept");
}

// ---- functions

BOOST_AUTO_TEST_CASE(serializers_stand_in_for_the_type) {
  using detail::WhenUsed;
  LeafModel model;
  const auto dumped = [&](WhenUsed when, detail::DumpMode mode, const Leaf& v) {
    model.text.serializer = detail::Serializer{[](const void*, FunctionRef<Value()> inner) {
                                                 return Value("<" + inner().to_string() + ">");
                                               },
                                               when, nullptr};
    return detail::dump_value(model.leaf, &v, {.include = {"text"}}, mode).to_string();
  };
  Leaf none;
  Leaf some;
  some.text = "t";
  using detail::DumpMode;
  BOOST_TEST(dumped(WhenUsed::always, DumpMode::values, some) == "{'text': \"<'t'>\"}");
  BOOST_TEST(dumped(WhenUsed::always, DumpMode::json, none) == "{'text': '<None>'}");
  BOOST_TEST(dumped(WhenUsed::unless_none, DumpMode::json, none) == "{'text': None}");
  BOOST_TEST(dumped(WhenUsed::unless_none, DumpMode::values, some) == "{'text': \"<'t'>\"}");
  BOOST_TEST(dumped(WhenUsed::json, DumpMode::values, some) == "{'text': 't'}");
  BOOST_TEST(dumped(WhenUsed::json, DumpMode::json, none) == "{'text': '<None>'}");
  BOOST_TEST(dumped(WhenUsed::json_unless_none, DumpMode::json, none) == "{'text': None}");
  BOOST_TEST(model.json(some, {.include = {"text"}}) == R"({"text":"<'t'>"})");
}

BOOST_AUTO_TEST_CASE(model_serializers_see_what_the_type_would_dump) {
  LeafModel model;
  model.model.serializer = detail::Serializer{[](const void*, FunctionRef<Value()> inner) {
                                                Value out = inner();
                                                out.get_if<Dict>()->at_key("more") = 1;
                                                return out;
                                              },
                                              detail::WhenUsed::always, nullptr};
  Leaf v;
  BOOST_TEST(model.json(v, {.exclude = {"at", "tags", "next"}}) ==
             R"({"number":0,"text":null,"more":1})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
