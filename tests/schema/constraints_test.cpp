#include "kindred/detail/schema_constraints.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

#include "kindred/error.hpp"
#include "schema/alias_generators.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema;
using namespace kindred::schema::detail;
using schema::Value;

Node applied(Kind kind, const Constraints& constraints, const config& settings = {}) {
  Node node;
  node.kind = kind;
  schema::detail::apply(node, constraints, settings);
  return node;
}
std::string refusal(Kind kind, const Constraints& constraints) {
  try {
    applied(kind, constraints);
  } catch (const UsageError& e) {
    return e.what();
  }
  return {};
}

BOOST_AUTO_TEST_SUITE(schema_constraints)

BOOST_AUTO_TEST_CASE(names_are_the_labels_of_unions) {
  BOOST_TEST(applied(Kind::integer, {}).name == "int");
  BOOST_TEST(applied(Kind::integer, {.ge = Value(1)}).name == "constrained-int");
  BOOST_TEST(applied(Kind::floating, {.allow_inf_nan = false}).name == "float");
  BOOST_TEST(applied(Kind::text, {}).name == "str");
  BOOST_TEST(applied(Kind::text, {.coerce_numbers_to_str = true}).name == "str");
  BOOST_TEST(applied(Kind::text, {.max_length = 3}).name == "constrained-str");
  BOOST_TEST(applied(Kind::text, {}, {.str_max_length = 3}).name == "constrained-str");
  BOOST_TEST(applied(Kind::bytes, {.min_length = 0}).name == "constrained-bytes");
  BOOST_TEST(applied(Kind::decimal, {.gt = Value(1)}).name == "decimal");
  BOOST_TEST(applied(Kind::url, {.allowed_schemes = {"http", "https"}}).name ==
             "url['http','https']");
  Node list;
  list.kind = Kind::list;
  const Node integer = applied(Kind::integer, {});
  list.item = &integer;
  schema::detail::apply(list, {}, {});
  BOOST_TEST(list.name == "list[int]");
  Node tuple;
  tuple.kind = Kind::tuple;
  tuple.items = {&integer, &list};
  tuple.variadic = 0;
  schema::detail::apply(tuple, {}, {});
  BOOST_TEST(tuple.name == "tuple[int, ..., list[int]]");
  Node dict;
  dict.kind = Kind::dict;
  dict.item = &tuple;
  schema::detail::apply(dict, {}, {});
  BOOST_TEST(dict.name == "dict[any,tuple[int, ..., list[int]]]");
  Node enumeration;
  enumeration.kind = Kind::enumeration;
  enumeration.name = "Color";
  BOOST_TEST(label_of(enumeration) == "enum[Color]");
  enumeration.enum_base = "int";
  BOOST_TEST(label_of(enumeration) == "int-enum[Color]");
}

BOOST_AUTO_TEST_CASE(config_is_the_default_of_options) {
  const config settings{.strict = true,
                        .str_strip_whitespace = true,
                        .str_to_upper = true,
                        .str_max_length = 9,
                        .allow_inf_nan = false,
                        .val_temporal_unit = temporal_unit::milliseconds};
  const Node text = applied(Kind::text, {.strict = false, .to_upper = false}, settings);
  BOOST_TEST(!text.strict);
  BOOST_TEST(text.strip);
  BOOST_TEST(!text.to_upper);
  BOOST_TEST(text.max_length == 9u);
  BOOST_TEST(applied(Kind::integer, {}, settings).strict);
  BOOST_TEST(!applied(Kind::floating, {}, settings).allow_inf_nan);
  BOOST_TEST(applied(Kind::floating, {.allow_inf_nan = true}, settings).allow_inf_nan);
  BOOST_TEST(!applied(Kind::decimal, {}).allow_inf_nan);
  BOOST_TEST((applied(Kind::date, {}, settings).unit == temporal_unit::milliseconds));
}

BOOST_AUTO_TEST_CASE(bounds_take_the_kind_of_their_numbers) {
  BOOST_TEST(applied(Kind::floating, {.ge = Value(1)}).bounds.ge->to_string() == "1.0");
  BOOST_TEST(applied(Kind::decimal, {.lt = Value(0.1)}).bounds.lt->to_string() == "Decimal('0.1')");
  BOOST_TEST(applied(Kind::integer, {.lt = Value(BigInt{"10000000000000000000"})})
                 .bounds.lt->to_string() == "10000000000000000000");
}

BOOST_AUTO_TEST_CASE(contradictions_are_refused) {
  BOOST_TEST(refusal(Kind::integer, {.max_length = 3}) ==
             "'max_length' does not apply to int: it is for text, bytes, URLs and containers");
  BOOST_TEST(refusal(Kind::text, {.ge = Value(1)}).starts_with("'ge' does not apply to str"));
  BOOST_TEST(refusal(Kind::text, {.min_length = 4, .max_length = 3}).find("exchange") !=
             std::string::npos);
  BOOST_TEST(refusal(Kind::integer, {.ge = Value(4), .le = Value(3)}).find("exchange") !=
             std::string::npos);
  BOOST_TEST(!refusal(Kind::integer, {.multiple_of = Value(0)}).empty());
  BOOST_TEST(!refusal(Kind::integer, {.ge = Value("1")}).empty());
  BOOST_TEST(!refusal(Kind::date, {.ge = Value(1)}).empty());
  BOOST_TEST(!refusal(Kind::text, {.pattern = "("}).empty());
}

BOOST_AUTO_TEST_CASE(models_take_their_part) {
  Model model;
  model.name = "User";
  model.fields.resize(2);
  model.fields[0].name = "user_name";
  model.fields[1].name = "other_name";
  model.fields[1].alias = "own";
  schema::detail::apply(model, {.extra = extra::forbid,
                                .validate_by_name = true,
                                .alias_generator = alias_generator::camel,
                                .title = "Title"});
  BOOST_TEST((model.extra == extra::forbid));
  BOOST_TEST(model.validate_by_name);
  BOOST_TEST(model.validate_by_alias);
  BOOST_TEST(*model.fields[0].alias == "userName");
  BOOST_TEST(*model.fields[1].alias == "own");
  BOOST_TEST(*model.fields[1].out_alias == "otherName");
  BOOST_TEST(model.meta.title == "Title");
  schema::detail::apply(model, {.validate_by_alias = false});
  BOOST_TEST(model.validate_by_name);
  schema::detail::apply(model, {.populate_by_name = true});
  BOOST_TEST(model.validate_by_name);
}

BOOST_AUTO_TEST_CASE(aliases_are_made_as_pydantic_makes_them) {
  const struct {
    const char *name, *camel, *pascal, *snake;
  } rows[] = {
      {"snake_to_camel", "snakeToCamel", "SnakeToCamel", "snake_to_camel"},
      {"snake_2_camel", "snake2Camel", "Snake2Camel", "snake_2_camel"},
      {"snake_2camel", "snake2Camel", "Snake2Camel", "snake_2camel"},
      {"_snake_to_camel_", "_snakeToCamel_", "_SnakeToCamel_", "_snake_to_camel_"},
      {"__snake__to__camel__", "__snake__To__Camel__", "__Snake__To__Camel__",
       "__snake__to__camel__"},
      {"snakeToCamel", "snakeToCamel", "Snaketocamel", "snake_to_camel"},
      {"HTTPResponseCode2", "httpresponsecode2", "Httpresponsecode2", "http_response_code_2"},
      {"kebab-case", "kebab-Case", "Kebab-Case", "kebab_case"},
      {"a1B", "a1B", "A1B", "a_1_b"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(to_camel(row.name) == row.camel);
    BOOST_TEST(to_pascal(row.name) == row.pascal);
    BOOST_TEST(to_snake(row.name) == row.snake);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
