#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/schema_dynamic.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema;
using schema::Value;
using namespace dynamic;

std::string schema_of(const TypeSpec& spec, const JsonSchemaOptions& options = {}) {
  std::string out;
  detail::append_json(out, DynamicType(spec).json_schema(options), 0, false);
  return out;
}
JsonSchemaOptions output() {
  JsonSchemaOptions out;
  out.mode = SchemaMode::serialization;
  return out;
}
TypeSpec with_id(TypeSpec spec, std::string id) {
  spec.id = std::move(id);
  return spec;
}
TypeSpec with_meta(TypeSpec spec, Meta meta) {
  spec.meta = std::move(meta);
  return spec;
}
TypeSpec point(const char* member = "x") { return model("Point", {field(member, integer())}); }

BOOST_AUTO_TEST_SUITE(schema_json_schema)

BOOST_AUTO_TEST_CASE(a_class_at_the_top_stands_there_itself) {
  BOOST_TEST(schema_of(point()) ==
             R"({"properties":{"x":{"title":"X","type":"integer"}},"required":["x"],)"
             R"("title":"Point","type":"object"})");
}

BOOST_AUTO_TEST_CASE(a_class_that_refers_to_itself_is_a_definition) {
  const TypeSpec tree =
      with_id(model("Tree", {field("kids", list(ref("t")), Value(Sequence{}))}), "t");
  BOOST_TEST(
      schema_of(tree) ==
      R"({"$defs":{"Tree":{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/Tree"},)"
      R"("title":"Kids","type":"array"}},"title":"Tree","type":"object"}},)"
      R"("$ref":"#/$defs/Tree"})");
}

BOOST_AUTO_TEST_CASE(types_that_hold_themselves_without_a_class_are_definitions) {
  const std::string schema = schema_of(with_id(list(ref("l")), "l"));
  const std::size_t at = schema.find("\"$ref\":\"#/$defs/");
  BOOST_TEST(at != std::string::npos);
  BOOST_TEST(schema.find("\"items\":{\"$ref\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(equal_classes_share_a_definition) {
  const std::string schema =
      schema_of(model("M", {field("a", point()), field("b", list(point()))}));
  BOOST_TEST(schema.find("Point__") == std::string::npos);
  BOOST_TEST(schema.find("\"b\":{\"items\":{\"$ref\":\"#/$defs/Point\"}") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(different_classes_of_one_name_are_told_apart) {
  const std::string schema = schema_of(tuple({point("x"), point("y"), point("x")}));
  BOOST_TEST(
      schema.find(R"("prefixItems":[{"$ref":"#/$defs/Point__1"},{"$ref":"#/$defs/Point__2"},)"
                  R"({"$ref":"#/$defs/Point__1"}])") != std::string::npos,
      schema);
}

BOOST_AUTO_TEST_CASE(recursive_classes_are_compared_by_what_they_lead_to) {
  const auto chain = [](std::string id, TypeSpec value) {
    return with_id(
        model("Link", {field("value", std::move(value)), field("next", nullable(ref(id)))}), id);
  };
  const std::string same = schema_of(tuple({chain("a", integer()), chain("b", integer())}));
  BOOST_TEST(same.find("Link__") == std::string::npos);
  const std::string other = schema_of(tuple({chain("a", integer()), chain("b", string())}));
  BOOST_TEST(other.find("Link__2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(members_beside_references_say_only_what_is_new) {
  TypeSpec color = enumeration("Color", {{"red", "r"}}, "str");
  FieldSpec a = field("a", color, Value("r"));
  a.meta.description = "Of the roof";
  FieldSpec b = field("b", color);
  b.meta.title = "Color";
  BOOST_TEST(schema_of(model("M", {std::move(a), std::move(b)})) ==
             R"({"$defs":{"Color":{"enum":["r"],"title":"Color","type":"string"}},"properties":{)"
             R"("a":{"$ref":"#/$defs/Color","default":"r","description":"Of the roof"},)"
             R"("b":{"$ref":"#/$defs/Color"}},"required":["b"],"title":"M","type":"object"})");
}

BOOST_AUTO_TEST_CASE(names_that_look_like_references_stay) {
  FieldSpec x = field("x", dict(any(), any()), Value(Dict{{"$ref", "#/y"}}));
  x.meta.examples = {Value(Dict{{"$ref", "#/z"}})};
  x.validation_alias = "$ref";
  BOOST_TEST(schema_of(model("M", {std::move(x)})) ==
             R"({"properties":{"$ref":{"additionalProperties":true,"default":{"$ref":"#/y"},)"
             R"("examples":[{"$ref":"#/z"}],"title":"$Ref","type":"object"}},)"
             R"("title":"M","type":"object"})");
}

BOOST_AUTO_TEST_CASE(titles_of_members) {
  const std::string schema = schema_of(model(
      "M", {field("user_name", string()), field("HTTPServer2x", string()), field("_a__b", string()),
            field("\xc3\xa9t\xc3\xa9", string()), field("maybe", nullable(point())),
            field("either", union_of({point(), none()}))}));
  for (const char* title :
       {"\"User Name\"", "\"Httpserver2X\"", "\"A  B\"", "\"\xc3\x89t\xc3\xa9\"", "\"Either\""})
    BOOST_TEST(schema.find(title) != std::string::npos, title << " in " << schema);
  BOOST_TEST(schema.find("\"Maybe\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(unions) {
  BOOST_TEST(
      schema_of(nullable(union_of({string(), bytes(), string()}))) ==
      R"({"anyOf":[{"type":"string"},{"format":"binary","type":"string"},{"type":"null"}]})");
  BOOST_TEST(schema_of(nullable(none())) == R"({"type":"null"})");
  BOOST_TEST(schema_of(nullable(any())) == R"({"anyOf":[{},{"type":"null"}]})");
  JsonSchemaOptions arrays;
  arrays.union_format = JsonSchemaOptions::UnionFormat::primitive_type_array;
  BOOST_TEST(schema_of(nullable(union_of({integer(), string()})), arrays) ==
             R"({"type":["integer","string","null"]})");
  BOOST_TEST(schema_of(union_of({integer({.ge = Value(1)}), string()}), arrays) ==
             R"({"anyOf":[{"minimum":1,"type":"integer"},{"type":"string"}]})");
}

BOOST_AUTO_TEST_CASE(tagged_unions) {
  const auto animal = [](const char* name, const char* tag) {
    return model(name, {field("kind", literal({Value(tag)}))});
  };
  JsonSchemaOptions options;
  options.ref_template = "#/x/{model}/{model}";
  const std::string schema = schema_of(
      tagged_union("kind", {{"c", animal("Cat", "c")}, {"d", animal("Dog", "d")}}), options);
  BOOST_TEST(schema.find(R"("discriminator":{"mapping":{"c":"#/x/Cat/Cat","d":"#/x/Dog/Dog"},)"
                         R"("propertyName":"kind"},"oneOf":[{"$ref":"#/x/Cat/Cat"},)"
                         R"({"$ref":"#/x/Dog/Dog"}])") != std::string::npos,
             schema);
}

BOOST_AUTO_TEST_CASE(containers) {
  BOOST_TEST(schema_of(set(integer(), {.min_length = 1, .max_length = 3})) ==
             R"({"items":{"type":"integer"},"maxItems":3,"minItems":1,"type":"array",)"
             R"("uniqueItems":true})");
  BOOST_TEST(schema_of(tuple({integer(), string()}, 1)) ==
             R"({"items":{"type":"string"},"minItems":1,"prefixItems":[{"type":"integer"}],)"
             R"("type":"array"})");
  BOOST_TEST(schema_of(tuple({integer(), string(), none()}, 1)) ==
             R"({"items":true,"minItems":1,"prefixItems":[{"type":"integer"}],"type":"array"})");
  BOOST_TEST(schema_of(dict(string({.max_length = 3, .pattern = "^a"}), any())) ==
             R"({"patternProperties":{"^a":{}},"propertyNames":{"maxLength":3},"type":"object"})");
  BOOST_TEST(schema_of(dict(integer(), with_meta(string(), {.title = "T"}), {.max_length = 2})) ==
             R"({"additionalProperties":{"type":"string"},"maxProperties":2,"type":"object"})");
}

BOOST_AUTO_TEST_CASE(decimals_are_numbers_or_texts) {
  BOOST_TEST(
      schema_of(decimal({.max_digits = 5, .decimal_places = 2}), output()) ==
      R"j({"pattern":"^(?!^[-+.]*$)[+-]?0*(?:\\d{0,3}|(?=[\\d.]{1,6}0*$)\\d{0,3}\\.\\d{0,2}0*$)","type":"string"})j");
  BOOST_TEST(schema_of(decimal({.decimal_places = 2}), output()) ==
             R"j({"pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d{0,2}0*$","type":"string"})j");
  const std::string bounded = schema_of(decimal({.gt = Value(*BigDecimal::parse("1.5"))}));
  BOOST_TEST(bounded.find(R"({"exclusiveMinimum":1.5,"type":"number"})") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(modes_differ_in_what_is_in_and_out) {
  FieldSpec hidden = field("hidden", integer(), Value(1));
  hidden.exclude = true;
  FieldSpec named = field("named", dynamic::json(integer()));
  named.validation_alias = "in";
  named.serialization_alias = "out";
  TypeSpec spec = model("M", {std::move(hidden), std::move(named)});
  ComputedSpec computed;
  computed.name = "sum_of";
  computed.type = point();
  computed.meta.description = "d";
  spec.computed.push_back(std::move(computed));
  BOOST_TEST(schema_of(spec) ==
             R"({"properties":{"hidden":{"default":1,"title":"Hidden","type":"integer"},)"
             R"("in":{"contentMediaType":"application/json","contentSchema":{"type":"integer"},)"
             R"("title":"In","type":"string"}},"required":["in"],"title":"M","type":"object"})");
  const std::string out = schema_of(spec, output());
  BOOST_TEST(out.find(R"("properties":{"out":{"title":"Out","type":"integer"},)"
                      R"("sum_of":{"$ref":"#/$defs/Point","description":"d","readOnly":true}},)"
                      R"("required":["out","sum_of"])") != std::string::npos,
             out);
}

BOOST_AUTO_TEST_CASE(root_models) {
  TypeSpec inner = root_model("Inner", nullable(integer()));
  inner.about.description = "About";
  BOOST_TEST(
      schema_of(inner) ==
      R"({"anyOf":[{"type":"integer"},{"type":"null"}],"description":"About","title":"Inner"})");
  BOOST_TEST(
      schema_of(model("M", {field("a", inner), field("b", nullable(inner))})) ==
      R"({"$defs":{"Inner":{"anyOf":[{"type":"integer"},{"type":"null"}],"description":"About",)"
      R"("title":"Inner"}},"properties":{"a":{"$ref":"#/$defs/Inner"},)"
      R"("b":{"anyOf":[{"$ref":"#/$defs/Inner"},{"type":"null"}]}},)"
      R"("required":["a","b"],"title":"M","type":"object"})");
}

BOOST_AUTO_TEST_CASE(extra_members) {
  TypeSpec spec = model("M", {});
  spec.extra = extra::allow;
  BOOST_TEST(schema_of(spec).find("\"additionalProperties\":true") != std::string::npos);
  spec.extras = {integer()};
  BOOST_TEST(schema_of(spec).find("\"additionalProperties\":{\"type\":\"integer\"}") !=
             std::string::npos);
  spec.extra = extra::forbid;
  BOOST_TEST(schema_of(spec).find("\"additionalProperties\":false") != std::string::npos);
  spec.extra = extra::ignore;
  BOOST_TEST(schema_of(spec).find("additionalProperties") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(serializers_tell_what_comes_out) {
  using namespace detail;
  Node number, text;
  number.kind = Kind::integer;
  number.takes_big = true;
  text.kind = Kind::text;
  text.nullable = true;
  text.serializer = Serializer{nullptr, WhenUsed::unless_none, &number};
  const auto type_of = [&](SchemaMode mode) {
    JsonSchemaOptions options;
    options.mode = mode;
    return json_schema(text, options).to_string();
  };
  BOOST_TEST(type_of(SchemaMode::validation) ==
             "{'anyOf': [{'type': 'string'}, {'type': 'null'}]}");
  BOOST_TEST(type_of(SchemaMode::serialization) ==
             "{'anyOf': [{'type': 'null'}, {'type': 'integer'}]}");
}

BOOST_AUTO_TEST_CASE(narrow_integers_have_their_range) {
  detail::Node node;
  node.kind = detail::Kind::integer;
  BOOST_TEST(detail::json_schema(node, {}).to_string() == "{'type': 'integer'}");
  node.type_low = -128;
  node.type_high = 127;
  node.bounds.ge = Value(0);
  BOOST_TEST(detail::json_schema(node, {}).to_string() ==
             "{'maximum': 127, 'minimum': 0, 'type': 'integer'}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
