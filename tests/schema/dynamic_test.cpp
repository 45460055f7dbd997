#include "kindred/schema_dynamic.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "kindred/error.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema;
using schema::ValidationError;
using schema::Value;

std::string refusal(const TypeSpec& spec) {
  try {
    const DynamicType type(spec);
  } catch (const UsageError& e) {
    return e.what();
  }
  return {};
}
void check_refused(const TypeSpec& spec, const std::string& part) {
  const std::string why = refusal(spec);
  BOOST_TEST(why.find(part) != std::string::npos, "'" << why << "' without '" << part << "'");
}

TypeSpec with_id(TypeSpec spec, std::string id) {
  spec.id = std::move(id);
  return spec;
}

BOOST_AUTO_TEST_SUITE(schema_dynamic)

BOOST_AUTO_TEST_CASE(models_are_made_from_data) {
  const DynamicType user(dynamic::model(
      "User", {dynamic::field("id", dynamic::integer({.ge = Value(1)})),
               dynamic::field("tags", dynamic::list(dynamic::string()), Value(Sequence{}))}));
  BOOST_TEST(user.name() == "User");
  const Value value = user.validate_json(R"({"id": "7"})");
  BOOST_TEST(value.to_string() == "User(id=7, tags=[])");
  BOOST_TEST(user.dump_json(value) == R"({"id":7,"tags":[]})");
  BOOST_TEST(user.dump_json(value, {.exclude_unset = true}) == R"({"id":7})");
  BOOST_TEST(user.dump(value).to_string() == "{'id': 7, 'tags': []}");
  BOOST_TEST(user.validate(Value(Dict{{"id", 3}})).find("id")->get<std::int64_t>() == 3);
  BOOST_TEST(user.validate_strings(Value(Dict{{"id", "3"}})).find("id")->get<std::int64_t>() == 3);
  const auto refused = user.try_validate_json(R"({"id": 0, "tags": [1]})");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().error_count() == 2u);
  BOOST_CHECK_THROW((void)user.validate_json("{}"), ValidationError);
  BOOST_TEST(user.json_schema().find("title")->to_string() == "'User'");
}

BOOST_AUTO_TEST_CASE(objects_outlive_their_type) {
  Value value;
  {
    const DynamicType type(dynamic::model("M", {dynamic::field("a", dynamic::integer())}));
    value = type.validate_json(R"({"a": 1})");
  }
  BOOST_TEST(value.to_string() == "M(a=1)");
  BOOST_TEST(value.find("a")->get<std::int64_t>() == 1);
  const Value copy = value;
  BOOST_TEST((copy == value));
}

BOOST_AUTO_TEST_CASE(members_are_assigned_with_validation) {
  const DynamicType type(
      dynamic::model("M", {dynamic::field("a", dynamic::integer({.ge = Value(0)}), Value(0))}));
  Value value = type.validate_json("{}");
  type.assign(value, "a", Value("5"));
  BOOST_TEST(value.to_string() == "M(a=5)");
  BOOST_TEST(type.dump_json(value, {.exclude_unset = true}) == R"({"a":5})");
  BOOST_CHECK_THROW(type.assign(value, "a", Value(-1)), ValidationError);
  BOOST_TEST(value.to_string() == "M(a=5)");
}

BOOST_AUTO_TEST_CASE(types_refer_to_each_other) {
  const DynamicType tree(dynamic::definitions(
      dynamic::ref("Node"),
      {with_id(
          dynamic::model(
              "Node", {dynamic::field("children", dynamic::list(dynamic::ref("Node"))),
                       dynamic::field("next", dynamic::nullable(dynamic::ref("Node")), Value())}),
          "Node")}));
  const Value value = tree.validate_json(R"({"children": [{"children": []}], "next": null})");
  BOOST_TEST(value.to_string() == "Node(children=[Node(children=[], next=None)], next=None)");

  const DynamicType nested(with_id(dynamic::list(dynamic::nullable(dynamic::ref("L"))), "L"));
  BOOST_TEST(nested.validate_json("[[], null, [[]]]").to_string() == "[[], None, [[]]]");
  BOOST_TEST(!nested.try_validate_json("[[1]]").has_value());

  // A root model inside itself.
  const DynamicType root(with_id(dynamic::root_model("R", dynamic::list(dynamic::ref("R"))), "R"));
  BOOST_TEST(root.name() == "R");
  BOOST_TEST(root.validate_json("[[], [[]]]").to_string() == "[[], [[]]]");
}

BOOST_AUTO_TEST_CASE(config_stays_within_its_model) {
  const TypeSpec inner = dynamic::model("Inner", {dynamic::field("n", dynamic::integer())});
  const DynamicType outer(dynamic::model(
      "Outer", {dynamic::field("n", dynamic::integer()), dynamic::field("inner", inner)},
      config{.strict = true}));
  BOOST_TEST(outer.try_validate_json(R"({"n": 1, "inner": {"n": "1"}})").has_value());
  BOOST_TEST(!outer.try_validate_json(R"({"n": "1", "inner": {"n": 1}})").has_value());
  const DynamicType list(dynamic::list(dynamic::integer()), config{.strict = true});
  BOOST_TEST(!list.try_validate_json(R"(["1"])").has_value());
}

BOOST_AUTO_TEST_CASE(defaults_are_validated_on_request) {
  const auto made = [](std::optional<bool> own, std::optional<bool> general) {
    FieldSpec field = dynamic::field("a", dynamic::integer(), Value("7"));
    field.validate_default = own;
    const DynamicType type(dynamic::model("M", {field}, config{.validate_default = general}));
    return type.validate_json("{}").to_string();
  };
  BOOST_TEST(made({}, {}) == "M(a='7')");
  BOOST_TEST(made({}, true) == "M(a=7)");
  BOOST_TEST(made(true, {}) == "M(a=7)");
  BOOST_TEST(made(false, true) == "M(a='7')");
}

BOOST_AUTO_TEST_CASE(failures_may_give_defaults_or_nothing) {
  FieldSpec recovers = dynamic::field("a", dynamic::integer(), Value(3));
  recovers.on_error = OnError::use_default;
  FieldSpec vanishes = dynamic::field("b", dynamic::integer());
  vanishes.required = false;
  vanishes.on_error = OnError::omit;
  const DynamicType type(dynamic::typed_dict("D", {recovers, vanishes}));
  BOOST_TEST(type.validate_json(R"({"a": "x", "b": []})").to_string() == "{'a': 3}");
  BOOST_TEST(type.validate_json(R"({"a": 1, "b": 2})").to_string() == "{'a': 1, 'b': 2}");
}

BOOST_AUTO_TEST_CASE(members_need_some_key) {
  const DynamicType type(
      dynamic::model("M", {dynamic::field("a", dynamic::integer())},
                     config{.validate_by_name = false, .validate_by_alias = false}));
  BOOST_CHECK_THROW((void)type.validate_json(R"({"a": 1})"), UsageError);
  BOOST_TEST(type.validate_json(R"({"a": 1})", {.by_name = true}).to_string() == "M(a=1)");
}

BOOST_AUTO_TEST_CASE(contradictions_are_refused) {
  const TypeSpec integer = dynamic::integer();
  check_refused(dynamic::ref("X"), "ref 'X' names no type");
  check_refused(dynamic::union_of({}), "union has no choices");
  check_refused(dynamic::tagged_union("kind", {}), "has no choices");
  check_refused(dynamic::literal({}), "has no values");
  check_refused(dynamic::enumeration("E", {}), "enumeration 'E' has no members");
  check_refused(dynamic::enumeration("E", {{"a", 1}, {"a", 2}}), "two members 'a'");
  check_refused(dynamic::model("M", {dynamic::field("a", integer), dynamic::field("a", integer)}),
                "model 'M' has two members 'a'");
  check_refused(dynamic::model("", {}), "has no name");
  check_refused(dynamic::string({.pattern = "("}), "pattern '('");
  check_refused(dynamic::string({.min_length = 2, .max_length = 1}), "'min_length'");
  check_refused(dynamic::definitions(integer, {integer}), "without an id");
  check_refused(dynamic::list(with_id(dynamic::tuple({with_id(integer, "X")}), "X")), "id 'X'");
  check_refused(with_id(dynamic::nullable(dynamic::ref("X")), "X"), "defined as itself");
  check_refused(dynamic::tuple({integer}, 1), "counted from 0");
  check_refused(dynamic::of(TypeKind::nullable), "children");
  FieldSpec required = dynamic::field("a", integer, Value(1));
  required.required = true;
  check_refused(dynamic::model("M", {required}), "member 'a' of 'M' is required and has a default");
  TypeSpec deep = integer;
  for (int i = 0; i < 300; ++i) deep = dynamic::list(std::move(deep));
  check_refused(deep, "levels");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
