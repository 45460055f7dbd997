// Texts, bytes, secrets, constants, enumerations.
#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {
namespace {

using namespace schema::dynamic;
using schema::TypeKind;
using schema::TypeSpec;
using schema::Value;

struct Strings {
  Field<std::string> plain;
  Field<std::string, min_length(2), max_length(4)> code;
  Field<std::string, pattern("^[a-c]+$")> letters;
  Field<std::string> fallback = Default("none");
};
struct StringForms {
  Field<std::string, strip_whitespace, min_length(1)> stripped;
  Field<std::string, to_lower, pattern("B")> lower;
  Field<std::string, to_upper> upper;
  Field<std::string, coerce_numbers> number;
};
struct StringConfig {
  Field<std::string> plain;
  Field<std::string, strip_whitespace(false), max_length(9)> own;
  static constexpr auto model_config = config{.str_strip_whitespace = true,
                                              .str_to_lower = true,
                                              .str_min_length = 2,
                                              .str_max_length = 5,
                                              .coerce_numbers_to_str = true};
};
struct UpperConfig {
  Field<std::string> plain;
  Field<std::vector<std::string>> items;
  static constexpr auto model_config = config{.str_to_upper = true};
};
struct ByteTexts {
  Field<Bytes> plain;
  Field<Bytes, min_length(1), max_length(3)> few;
};
struct HexBytes {
  Field<Bytes> plain;
  static constexpr auto model_config =
      config{.val_json_bytes = bytes_coding::hex, .ser_json_bytes = bytes_coding::base64};
};
struct Base64Bytes {
  Field<Bytes> plain;
  static constexpr auto model_config =
      config{.val_json_bytes = bytes_coding::base64, .ser_json_bytes = bytes_coding::hex};
};
struct Secrets {
  Field<Secret<std::string>> password;
  Field<Secret<std::string>, min_length(8)> longer;
  Field<Secret<Bytes>> key;
};
enum class Color : std::uint8_t { red, green = 5, deep_blue };
struct Named {
  Field<Color> color;
  Field<Color> other = Default(Color::green);
};
struct Numbered {
  Field<Color, by_value> color;
  Field<Color, by_value> other = Default(Color::green);
};
struct DescribedEnums {
  Field<Color, kindred::description("Of the roof")> color;
  Field<std::optional<Color>, kindred::description("Of the door")> door = Default(std::nullopt);
  Field<std::optional<Color>, kindred::title("Wall")> wall;
};
struct EnumValues {
  Field<Color> color;
  static constexpr auto model_config = config{.use_enum_values = true};
};
struct Literals {
  Field<Literal<"a", "b">> text;
  Field<Literal<1, 2>> number;
  Field<Literal<"x">> one;
  Field<Literal<"a", 1>> mixed;
  Field<Literal<"a", "b">, kindred::strict> exact = Default("b");
};
struct Nothing {
  Field<std::monostate> none;
  Field<schema::Value> any;
  Field<schema::Value> other = Default();
};

TypeSpec color(bool by_value) {
  if (by_value) return enumeration("Color", {{"red", 0}, {"green", 5}, {"deep_blue", 6}});
  return enumeration("Color", {{"red", "red"}, {"green", "green"}, {"deep_blue", "deep_blue"}});
}
Value green(bool by_value) {
  return schema::Enumerator{"Color", "green", by_value ? Value(5) : Value("green")};
}

}  // namespace

void add_texts(Pairs& to) {
  add<Strings>(
      to,
      model(
          "Strings",
          {field("plain", string()), field("code", string({.min_length = 2, .max_length = 4})),
           field("letters", string({.pattern = "^[a-c]+$"})), field("fallback", string(), "none")}),
      {R"({"plain":"\u00e9\u0000\ud83d\ude00","code":"\u00e9\u00e9\u00e9\u00e9","letters":"abc"})",
       R"({"plain":1,"code":"x","letters":"abd","fallback":null})",
       R"({"plain":"","code":"12345","letters":"","fallback":"\\\"/\b\f\n\r\t"})",
       R"({"plain":["a"],"code":{},"letters":true})"});
  add<StringForms>(
      to,
      model("StringForms", {field("stripped", string({.min_length = 1, .strip_whitespace = true})),
                            field("lower", string({.pattern = "B", .to_lower = true})),
                            field("upper", string({.to_upper = true})),
                            field("number", string({.coerce_numbers_to_str = true}))}),
      {R"({"stripped":"  x\t","lower":"ABC","upper":"stra\u00dfe","number":12})",
       R"({"stripped":"  ","lower":"abc","upper":"\u00e9","number":1.50})",
       R"({"stripped":"a","lower":"B","upper":"x","number":true})"});
  add<StringConfig>(to,
                    model("StringConfig",
                          {field("plain", string()),
                           field("own", string({.max_length = 9, .strip_whitespace = false}))},
                          config{.str_strip_whitespace = true,
                                 .str_to_lower = true,
                                 .str_min_length = 2,
                                 .str_max_length = 5,
                                 .coerce_numbers_to_str = true}),
                    {R"({"plain":"  AB ","own":"  ABCDEF "})", R"({"plain":123456,"own":"1"})",
                     R"({"plain":" x ","own":"0123456789"})"});
  add<UpperConfig>(to,
                   model("UpperConfig", {field("plain", string()), field("items", list(string()))},
                         config{.str_to_upper = true}),
                   {R"({"plain":"ab","items":["x","\u00e9"]})", R"({"plain":1,"items":["x",2]})"});
  add<ByteTexts>(to,
                 model("ByteTexts", {field("plain", bytes()),
                                     field("few", bytes({.min_length = 1, .max_length = 3}))}),
                 {R"({"plain":"\u00e9","few":"abc"})", R"({"plain":1,"few":""})",
                  R"({"plain":"","few":"\u00e9\u00e9"})"});
  add<HexBytes>(
      to,
      model("HexBytes", {field("plain", bytes())},
            config{.val_json_bytes = bytes_coding::hex, .ser_json_bytes = bytes_coding::base64}),
      {R"({"plain":"00fF10"})", R"({"plain":"0"})", R"({"plain":"zz"})"});
  add<Base64Bytes>(
      to,
      model("Base64Bytes", {field("plain", bytes())},
            config{.val_json_bytes = bytes_coding::base64, .ser_json_bytes = bytes_coding::hex}),
      {R"({"plain":"aGk="})", R"({"plain":"_-8="})", R"({"plain":"a"})", R"({"plain":"aGk"})"});
  add<Secrets>(to,
               model("Secrets", {field("password", of(TypeKind::secret_text)),
                                 field("longer", of(TypeKind::secret_text, {.min_length = 8})),
                                 field("key", of(TypeKind::secret_bytes))}),
               {R"({"password":"","longer":"12345678","key":"k"})",
                R"({"password":1,"longer":"1234567","key":[]})"});
  add<Named>(
      to,
      model("Named", {field("color", color(false)), field("other", color(false), green(false))}),
      {R"({"color":"red"})", R"({"color":"blue","other":5})",
       R"({"color":0,"other":"deep_blue"})"});
  add<Numbered>(
      to,
      model("Numbered", {field("color", color(true)), field("other", color(true), green(true))}),
      {R"({"color":5})", R"({"color":1,"other":"5"})", R"({"color":6.0,"other":false})",
       R"({"color":"red"})"});
  const auto told = [](schema::FieldSpec field, const char* text) {
    return with(std::move(field), [text](auto& f) { f.meta.description = text; });
  };
  add<DescribedEnums>(
      to,
      model("DescribedEnums",
            {told(field("color", color(false)), "Of the roof"),
             told(field("door", nullable(color(false)), Value()), "Of the door"),
             with(field("wall", nullable(color(false))), [](auto& f) { f.meta.title = "Wall"; })}),
      {R"({"color":"red","wall":null})", R"({"color":"blue","door":"green","wall":"red"})",
       R"({"color":null,"door":null})"});
  add<EnumValues>(
      to, model("EnumValues", {field("color", color(false))}, config{.use_enum_values = true}),
      {R"({"color":"red"})", R"({"color":"blue"})"}, Dumps::differ);
  add<Literals>(
      to,
      model("Literals",
            {field("text", literal({"a", "b"})), field("number", literal({1, 2})),
             field("one", literal({"x"})), field("mixed", literal({"a", 1})),
             field("exact", with(literal({"a", "b"}), [](auto& t) { t.constraints.strict = true; }),
                   "b")}),
      {R"({"text":"a","number":2,"one":"x","mixed":1})",
       R"({"text":"c","number":"1","one":"X","mixed":true})",
       R"({"text":null,"number":1.0,"one":[],"mixed":"a","exact":"c"})"});
  add<Nothing>(
      to,
      model("Nothing",
            {field("none", none()), field("any", any()), field("other", any(), Value())}),
      {R"({"none":null,"any":{"b":[1,2.0,"x",null,true,{"a":{}}],"a":12345678901234567890}})",
       R"({"none":0,"any":null})", R"({"none":"null"})"});
}

}  // namespace kindred::schema_agreement
