// Names, defaults and configs of members and models.
#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {
namespace {

using namespace schema::dynamic;
using schema::FieldSpec;
using schema::TypeSpec;
using schema::Value;

struct Defaults {
  Field<std::int64_t> number = Default(7);
  Field<std::string> text = Default("x");
  Field<std::vector<std::int64_t>> items = Default();
  Field<std::int64_t> made = default_factory([] { return 3; });
  Field<std::int64_t> needed;
};
struct CheckedDefaults {
  Field<std::int64_t, ge(10), validate_default> low = Default(1);
  Field<std::int64_t, ge(10)> unchecked = Default(1);
};
struct CheckedByConfig {
  Field<std::int64_t, ge(10)> low = Default(1);
  Field<std::int64_t, ge(10), validate_default(false)> unchecked = Default(1);
  static constexpr auto model_config = config{.validate_default = true};
};
struct OnErrors {
  Field<std::int64_t, on_error(fault_action::use_default)> number = Default(7);
  Field<std::vector<std::int64_t>, on_error(fault_action::use_default)> items = Default();
};
struct Aliases {
  Field<std::int64_t, alias("userId")> id;
  Field<std::string, alias("userName")> name = Default("x");
  Field<std::string, validation_alias("in")> only_in = Default("y");
  Field<std::string, serialization_alias("out")> only_out = Default("z");
  Field<std::int64_t, validation_alias("a"), serialization_alias("b")> both = Default(1);
};
struct AliasPaths {
  Field<std::string, validation_alias(alias_path("names", 0))> first;
  Field<std::string, validation_alias(alias_path("names", -1))> last;
  Field<std::int64_t,
        validation_alias(alias_choices("id", alias_path("ids", 1), alias_path("more", "id")))>
      id;
};
struct ByName {
  Field<std::int64_t, alias("userId")> id;
  Field<std::string, alias("userName")> name = Default("x");
  static constexpr auto model_config = config{.populate_by_name = true};
};
struct OnlyByName {
  Field<std::int64_t, alias("userId"), ge(1)> id;
  static constexpr auto model_config = config{.validate_by_name = true, .validate_by_alias = false};
};
struct LocByName {
  Field<std::int64_t, alias("userId"), ge(1)> id;
  static constexpr auto model_config = config{.loc_by_alias = false};
};
struct DumpedByAlias {
  Field<std::int64_t, alias("userId")> id;
  static constexpr auto model_config = config{.serialize_by_alias = true};
};
struct Camel {
  Field<std::int64_t> user_id;
  Field<std::string> full_name_2x = Default("x");
  Field<std::string, alias("own")> own_name = Default("y");
  static constexpr auto model_config = config{.alias_generator = alias_generator::camel};
};
struct Pascal {
  Field<std::int64_t> user_id;
  static constexpr auto model_config =
      config{.populate_by_name = true, .alias_generator = alias_generator::pascal};
};
struct Snake {
  Field<std::int64_t> userId;
  Field<std::int64_t> HTTPPort = Default(80);
  static constexpr auto model_config = config{.alias_generator = alias_generator::snake};
};
struct Forbids {
  Field<std::int64_t> id;
  Field<std::string, alias("n")> name = Default("x");
  static constexpr auto model_config = config{.extra = extra::forbid};
};
struct Keeps {
  Field<std::int64_t> id;
  ExtraFields extra_fields;
  static constexpr auto model_config = config{.extra = extra::allow};
};
struct Holds {
  Field<Forbids> strict_one;
  Field<std::vector<Keeps>> keeps = Default();
};
struct Marked {
  Field<std::int64_t, kindred::frozen> id;
  Field<std::string, exclude> hidden = Default("x");
  Field<std::int64_t, deprecated> old = Default(1);
  Field<std::optional<std::string>, exclude> gone = Default(std::nullopt);
  static constexpr auto model_config = config{.validate_assignment = true, .frozen = true};
};
struct Described {
  Field<std::int64_t, kindred::title("Number"), kindred::description("How many"), examples(1, 2)>
      number;
  Field<std::string, json_schema_extra(R"({"x-kind":["a",1]})"),
        kindred::description("Says \"more\"")>
      text = Default("x");
  Field<std::optional<std::string>, kindred::title("Maybe")> maybe = Default(std::nullopt);
  static constexpr auto model_config =
      config{.title = "A described one", .description = "Of tests"};
};
struct DescribedParts {
  Field<Described, kindred::description("Nested")> part;
  Field<std::vector<Described>, kindred::title("Parts")> parts = Default();
};
struct Base {
  Field<std::int64_t, ge(1)> id;
  Field<std::string> name = Default("x");
};
struct Derived : Base {
  Field<bool> active = Default(true);
  static constexpr auto model_config = config{.extra = extra::forbid};
};
struct Hiding : Base {
  Field<std::string, min_length(2)> name;
};
struct Empty {
  static constexpr auto model_config = config{.extra = extra::forbid};
};
struct Box {
  Field<std::int64_t, ge(0), le(1000)> width = Default(1);
  Field<std::int64_t, ge(0), le(1000)> height = Default(1);
  [[nodiscard]] std::int64_t area() const { return *width * *height; }
  static constexpr auto computed_fields =
      std::tuple{computed<&Box::area, kindred::title("Area"), alias("theArea")>()};
};
struct HiddenInput {
  Field<std::int64_t> id;
  static constexpr auto model_config = config{.hide_input_in_errors = true};
};
struct InfNan {
  Field<double> number;
  Field<std::vector<double>> numbers = Default();
  static constexpr auto model_config = config{.ser_json_inf_nan = inf_nan_form::constants};
};
struct InfNanTexts {
  Field<double> number;
  static constexpr auto model_config = config{.ser_json_inf_nan = inf_nan_form::strings};
};
// More members than a word has bits.
struct Wide {
  Field<std::int64_t> a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8,
      b9, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, e0, e1,
      e2, e3, e4, e5, e6, e7, e8, e9, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, g0, g1, g2, g3, g4,
      g5, g6, g7, g8, g9;
};

FieldSpec aliased(FieldSpec out, const std::string& name) {
  out.validation_alias = out.serialization_alias = name;
  return out;
}
Value empty() { return schema::Sequence{}; }

void add_defaults(Pairs& to) {
  add<Defaults>(to,
                model("Defaults", {field("number", integer(), 7), field("text", string(), "x"),
                                   field("items", list(integer()), empty()),
                                   with(field("made", integer()),
                                        [](FieldSpec& f) { f.factory = [] { return Value(3); }; }),
                                   field("needed", integer())}),
                {R"({"needed":1})", R"({"number":7,"text":"x","items":[],"made":3,"needed":0})",
                 R"({"number":null,"text":null})", "{}"});
  const auto checked = [](std::optional<bool> how) {
    return with(field("low", integer({.ge = 10}), 1),
                [how](FieldSpec& f) { f.validate_default = how; });
  };
  add<CheckedDefaults>(
      to, model("CheckedDefaults", {checked(true), field("unchecked", integer({.ge = 10}), 1)}),
      {R"({"low":10})", "{}", R"({"low":10,"unchecked":1})"});
  add<CheckedByConfig>(to,
                       model("CheckedByConfig",
                             {field("low", integer({.ge = 10}), 1),
                              with(field("unchecked", integer({.ge = 10}), 1),
                                   [](FieldSpec& f) { f.validate_default = false; })},
                             config{.validate_default = true}),
                       {R"({"low":10})", "{}", R"({"low":10,"unchecked":1})"});
  const auto forgiving = [](FieldSpec& f) { f.on_error = schema::OnError::use_default; };
  add<OnErrors>(to,
                model("OnErrors", {with(field("number", integer(), 7), forgiving),
                                   with(field("items", list(integer()), empty()), forgiving)}),
                {"{}", R"({"number":"x","items":[1,"x"]})", R"({"number":"1","items":[2]})", "[]"});
}

void add_names(Pairs& to) {
  add<Aliases>(to,
               model("Aliases", {aliased(field("id", integer()), "userId"),
                                 aliased(field("name", string(), "x"), "userName"),
                                 with(field("only_in", string(), "y"),
                                      [](FieldSpec& f) { f.validation_alias = "in"; }),
                                 with(field("only_out", string(), "z"),
                                      [](FieldSpec& f) { f.serialization_alias = "out"; }),
                                 with(field("both", integer(), 1),
                                      [](FieldSpec& f) {
                                        f.validation_alias = "a";
                                        f.serialization_alias = "b";
                                      })}),
               {R"({"userId":1,"userName":"n","in":"i","only_out":"o","a":2})",
                R"({"id":1,"name":"n","only_in":"i","out":"o","both":2})",
                R"({"userId":"x","userName":1,"in":2,"only_out":3,"a":"y"})"});
  const auto path = [](std::vector<schema::AliasPath> paths) {
    return [paths = std::move(paths)](FieldSpec& f) { f.alias_paths = paths; };
  };
  add<AliasPaths>(to,
                  model("AliasPaths",
                        {with(field("first", string()), path({{"names", 0}})),
                         with(field("last", string()), path({{"names", -1}})),
                         with(field("id", integer()), path({{"id"}, {"ids", 1}, {"more", "id"}}))}),
                  {R"({"names":["a","b"],"id":1})", R"({"names":["a"],"ids":[1,2]})",
                   R"({"names":[],"more":{"id":3}})", R"({"names":"ab","ids":[1],"more":{"x":1}})",
                   R"({"names":[1,2],"ids":[1,"x"],"more":{"id":4}})"});
  const std::vector<FieldSpec> two = {aliased(field("id", integer()), "userId"),
                                      aliased(field("name", string(), "x"), "userName")};
  add<ByName>(to, model("ByName", two, config{.populate_by_name = true}),
              {R"({"userId":1,"name":"n"})", R"({"id":1,"userName":"n"})", R"({"id":1,"userId":2})",
               R"({"id":"x","name":1})", "{}"});
  const std::vector<FieldSpec> one = {aliased(field("id", integer({.ge = 1})), "userId")};
  add<OnlyByName>(
      to, model("OnlyByName", one, config{.validate_by_name = true, .validate_by_alias = false}),
      {R"({"id":1})", R"({"userId":1})", R"({"id":0})"});
  add<LocByName>(to, model("LocByName", one, config{.loc_by_alias = false}),
                 {R"({"userId":1})", R"({"userId":0})", R"({"id":1})"});
  add<DumpedByAlias>(to,
                     model("DumpedByAlias", {aliased(field("id", integer()), "userId")},
                           config{.serialize_by_alias = true}),
                     {R"({"userId":1})", R"({"userId":"x"})"});
  add<Camel>(to,
             model("Camel",
                   {field("user_id", integer()), field("full_name_2x", string(), "x"),
                    aliased(field("own_name", string(), "y"), "own")},
                   config{.alias_generator = alias_generator::camel}),
             {R"({"userId":1,"fullName2X":"n","own":"o"})", R"({"user_id":1,"ownName":"o"})",
              R"({"userId":"x","fullName2X":1,"own":2})"});
  add<Pascal>(to,
              model("Pascal", {field("user_id", integer())},
                    config{.populate_by_name = true, .alias_generator = alias_generator::pascal}),
              {R"({"UserId":1})", R"({"user_id":1})", R"({"userId":1})"});
  add<Snake>(to,
             model("Snake", {field("userId", integer()), field("HTTPPort", integer(), 80)},
                   config{.alias_generator = alias_generator::snake}),
             {R"({"user_id":1,"http_port":8080})", R"({"userId":1})"});
}

TypeSpec forbids() {
  return model("Forbids", {field("id", integer()), aliased(field("name", string(), "x"), "n")},
               config{.extra = extra::forbid});
}
TypeSpec keeps() { return model("Keeps", {field("id", integer())}, config{.extra = extra::allow}); }

void add_extras(Pairs& to) {
  add<Forbids>(to, forbids(),
               {R"({"id":1,"n":"a"})", R"({"id":1,"name":"a","more":[1]})",
                R"({"x":{},"id":"y","z":null})"});
  add<Keeps>(to, keeps(),
             {R"({"id":1,"more":[1,{"a":null}],"z":1.50})", R"({"more":1})",
              R"({"id":1,"more":1,"id":"x","more":2})"});
  add<Holds>(
      to, model("Holds", {field("strict_one", forbids()), field("keeps", list(keeps()), empty())}),
      {R"({"strict_one":{"id":1},"keeps":[{"id":1,"x":2}],"y":3})",
       R"({"strict_one":{"id":1,"x":1},"keeps":[{"x":2}]})"});
  add<Empty>(to, model("Empty", {}, config{.extra = extra::forbid}), {"{}", R"({"a":1})", "[]"});
}

TypeSpec described() {
  return model(
      "Described",
      {with(field("number", integer()),
            [](FieldSpec& f) {
              f.meta = {.title = "Number", .description = "How many", .examples = {{1, 2}}};
            }),
       with(field("text", string(), "x"),
            [](FieldSpec& f) {
              f.meta.description = "Says \"more\"";
              f.meta.json_schema_extra =
                  schema::Dict{{"x-kind", schema::Sequence{{}, {"a", 1}, {}}}};
            }),
       with(field("maybe", nullable(string()), Value()),
            [](FieldSpec& f) { f.meta.title = "Maybe"; })},
      config{.title = "A described one", .description = "Of tests"});
}

void add_meta(Pairs& to) {
  add<Marked>(
      to,
      model("Marked",
            {with(field("id", integer()), [](FieldSpec& f) { f.frozen = true; }),
             with(field("hidden", string(), "x"), [](FieldSpec& f) { f.exclude = true; }),
             with(field("old", integer(), 1), [](FieldSpec& f) { f.meta.deprecated = true; }),
             with(field("gone", nullable(string()), Value()),
                  [](FieldSpec& f) { f.exclude = true; })},
            config{.validate_assignment = true, .frozen = true}),
      {R"({"id":1,"hidden":"h","old":2})", R"({"hidden":1,"old":"x","gone":2})"});
  add<Described>(to, described(), {R"({"number":1,"maybe":"m"})", R"({"number":"x","text":1})"});
  add<DescribedParts>(
      to,
      model("DescribedParts",
            {with(field("part", described()), [](FieldSpec& f) { f.meta.description = "Nested"; }),
             with(field("parts", list(described()), empty()),
                  [](FieldSpec& f) { f.meta.title = "Parts"; })}),
      {R"({"part":{"number":1},"parts":[{"number":2}]})", R"({"part":{},"parts":[1]})"});
}

void add_models(Pairs& to) {
  add<Derived>(to,
               model("Derived",
                     {field("id", integer({.ge = 1})), field("name", string(), "x"),
                      field("active", boolean(), true)},
                     config{.extra = extra::forbid}),
               {R"({"id":1,"active":"no"})", R"({"id":0,"active":2,"more":1})"});
  add<Hiding>(
      to,
      model("Hiding", {field("id", integer({.ge = 1})), field("name", string({.min_length = 2}))}),
      {R"({"id":1,"name":"ab"})", R"({"id":1,"name":"a"})", R"({"id":1})"});
  const auto area = [](const Value& box) {
    return Value(box.find("width")->get<std::int64_t>() * box.find("height")->get<std::int64_t>());
  };
  add<Box>(to,
           with(model("Box", {field("width", integer({.ge = 0, .le = 1000}), 1),
                              field("height", integer({.ge = 0, .le = 1000}), 1)}),
                [&](TypeSpec& t) {
                  t.computed.push_back({.name = "area",
                                        .type = integer(),
                                        .alias = "theArea",
                                        .function = area,
                                        .meta = {.title = "Area"}});
                }),
           {R"({"width":2,"height":3})", R"({"width":"x"})"});
  add<HiddenInput>(
      to, model("HiddenInput", {field("id", integer())}, config{.hide_input_in_errors = true}),
      {R"({"id":1})", R"({"id":"secret"})"});
  add<InfNan>(
      to,
      model("InfNan", {field("number", floating()), field("numbers", list(floating()), empty())},
            config{.ser_json_inf_nan = inf_nan_form::constants}),
      {R"({"number":NaN,"numbers":[Infinity,-Infinity,1]})", R"({"number":"x"})"});
  add<InfNanTexts>(to,
                   model("InfNanTexts", {field("number", floating())},
                         config{.ser_json_inf_nan = inf_nan_form::strings}),
                   {R"({"number":-Infinity})", R"({"number":1})", R"({"number":[]})"});
  std::vector<FieldSpec> fields;
  std::string all = "{";
  for (const char letter : std::string_view("abcdefg")) {
    for (const char digit : std::string_view("0123456789")) {
      const std::string name{letter, digit};
      fields.push_back(field(name, integer()));
      all += (all.size() == 1 ? "\"" : ",\"") + name + "\":" + digit;
    }
  }
  all += '}';
  add<Wide>(to, model("Wide", fields), {all, "{}", R"({"g9":1,"a0":"x","d5":2,"d5":"y"})"});
}

}  // namespace

void add_members(Pairs& to) {
  add_defaults(to);
  add_names(to);
  add_extras(to);
  add_meta(to);
  add_models(to);
}

}  // namespace kindred::schema_agreement
