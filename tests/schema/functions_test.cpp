// The functions over static models, and functions that models declare.
#include <boost/test/unit_test.hpp>

#include "tests/schema/static_models.hpp"

using namespace kindred;
using namespace kindred::schema_test;

namespace {

schema::Value sample(std::initializer_list<schema::Dict::Item> items) {
  return schema::Value(schema::Dict(items));
}
template <class T>
std::vector<std::pair<std::string, std::string>> faults(const schema::Result<T>& result) {
  std::vector<std::pair<std::string, std::string>> out;
  if (result) return out;
  for (const auto& error : result.error().errors()) out.emplace_back(error.pointer, error.type);
  return out;
}
using Faults = std::vector<std::pair<std::string, std::string>>;

bool same(const Faults& a, const Faults& b) { return a == b; }

}  // namespace

BOOST_AUTO_TEST_SUITE(functions)

BOOST_AUTO_TEST_CASE(every_error_at_once) {
  const auto result = schema::try_validate_json<UserOut>(
      R"({"email":"nobody","username":"too long","id":0,"more":1})");
  BOOST_TEST(same(faults(result), {{"/more", "extra_forbidden"},
                                   {"/email", "value_error"},
                                   {"/username", "string_too_long"},
                                   {"/id", "greater_than_equal"}}));
  BOOST_TEST(result.error().title() == "UserOut");
  BOOST_CHECK_THROW((void)schema::model_validate_json<UserOut>("{}"), schema::ValidationError);
  BOOST_CHECK_THROW((void)*result, schema::ValidationError);
}

BOOST_AUTO_TEST_CASE(a_struct_is_used_again) {
  UserOut user;
  schema::validate_json_into(user, R"({"email":"a@b.org","id":1,"tags":["x","y"],"username":"a"})");
  BOOST_TEST(user.tags.size() == 2u);
  schema::validate_json_into(user, R"({"email":"c@d.org","id":2})");
  BOOST_TEST(user.tags.empty());
  BOOST_TEST(!user.username.has_value());
  BOOST_TEST(!user.username.is_set());
  BOOST_TEST(user.email->text == "c@d.org");
}

BOOST_AUTO_TEST_CASE(values_and_strings) {
  const auto user = schema::model_validate<UserCreate>(
      sample({{"email", "a@b.org"},
              {"tags", schema::Value(schema::Sequence{{}, {schema::Value("x")}, {}})}}));
  BOOST_TEST(user.tags[0] == "x");
  const auto box = schema::model_validate_strings<Box>(sample({{"width", "3"}}));
  BOOST_TEST(*box.width == 3);
  BOOST_TEST(*box.height == 1);
}

BOOST_AUTO_TEST_CASE(from_another_model) {
  UserOut user{{.email = "a@b.org", .username = "ann"}, 7};
  const auto seen = schema::model_validate<UserCreate>(from(user));
  BOOST_TEST((seen.username == "ann"));
  const Box box;
  BOOST_TEST(same(faults(schema::try_validate<UserCreate>(from(box))), {{"/email", "missing"}}));
}

BOOST_AUTO_TEST_CASE(made_from_values) {
  const auto user =
      schema::make<UserOut>(schema::set<&UserOut::email>("a@b.org"), schema::set<&UserOut::id>(3));
  BOOST_TEST(*user.id == 3);
  BOOST_TEST(!user.username.is_set());
  BOOST_CHECK_THROW((void)schema::make<UserOut>(schema::set<&UserOut::id>(0)),
                    schema::ValidationError);
  const auto other = schema::make<UserCreate>({.email = "a@b.org", .username = "ann"});
  BOOST_TEST(other.username.is_set());
  BOOST_TEST(!other.tags.is_set());
  BOOST_CHECK_THROW((void)schema::make<UserCreate>({.email = "nobody"}), schema::ValidationError);
  const std::vector<Tree> trees(2);
  const auto tree = schema::make<Tree>(schema::set<&Tree::name>("a"));
  BOOST_TEST(tree.name == "a");
}

BOOST_AUTO_TEST_CASE(constructed_and_copied) {
  const auto user = schema::model_construct<UserOut>(schema::set<&UserOut::id>(0));
  BOOST_TEST(*user.id == 0);
  BOOST_TEST(schema::model_fields_set(user) == std::vector<std::string>{"id"},
             boost::test_tools::per_element());
  const auto copy = schema::model_copy(user, schema::set<&UserOut::username>("a long name"));
  BOOST_TEST((copy.username == "a long name"));
  const std::vector<std::string> both{"username", "id"};
  BOOST_TEST(schema::model_fields_set(copy) == both, boost::test_tools::per_element());
}

struct Guarded {
  Field<std::int64_t, ge(1)> count = Default(1);
  Field<std::string, frozen> name = Default("fixed");
  Field<std::int64_t> limit = Default(10);
  static constexpr auto model_config = config{.validate_assignment = true};
  void model_after() const {
    if (*count > *limit) throw schema::ValueError("more than the limit");
  }
};
struct Frozen {
  Field<std::int64_t> count = Default(1);
  static constexpr auto model_config = config{.frozen = true};
};
BOOST_AUTO_TEST_CASE(assignment) {
  Guarded object;
  schema::assign<&Guarded::count>(object, 5);
  BOOST_TEST(*object.count == 5);
  BOOST_TEST(object.count.is_set());
  BOOST_CHECK_THROW(schema::assign<&Guarded::count>(object, 0), schema::ValidationError);
  BOOST_CHECK_THROW(schema::assign<&Guarded::count>(object, 11), schema::ValidationError);
  BOOST_CHECK_THROW(schema::assign<&Guarded::name>(object, "x"), schema::ValidationError);
  BOOST_TEST(*object.count == 5);
  Frozen frozen;
  BOOST_CHECK_THROW(schema::assign<&Frozen::count>(frozen, 2), schema::ValidationError);
  Box box;
  schema::assign<&Box::width>(box, -3);  // as its config asks for nothing
  BOOST_TEST(*box.width == -3);
}

struct Open {
  Field<std::int64_t> id;
  ExtraFields extra_fields;
  static constexpr auto model_config = config{.extra = extra::allow};
};
BOOST_AUTO_TEST_CASE(extra_members) {
  auto open = schema::model_validate_json<Open>(R"({"id":1,"a":[1],"b":null})");
  BOOST_REQUIRE(schema::model_extra(open) != nullptr);
  BOOST_TEST(schema::model_extra(open)->items.size() == 2u);
  BOOST_TEST(schema::model_dump_json(open) == R"({"id":1,"a":[1],"b":null})");
  const std::vector<std::string> all{"id", "a", "b"};
  BOOST_TEST(schema::model_fields_set(open) == all, boost::test_tools::per_element());
  schema::validate_json_into(open, R"({"id":2})");
  BOOST_TEST(schema::model_extra(open)->items.empty());
  const Box box;
  BOOST_TEST(schema::model_extra(box) == nullptr);
}

BOOST_AUTO_TEST_CASE(computed_and_dumped) {
  const auto box = schema::model_validate_json<Box>(R"({"width":3})");
  BOOST_TEST(schema::model_dump_json(box) == R"({"width":3,"height":1,"area":3})");
  BOOST_TEST(schema::model_dump_json(box, {.exclude_unset = true, .exclude_computed = true}) ==
             R"({"width":3})");
  BOOST_TEST(schema::model_dump_json(box, {.exclude_defaults = true, .exclude_computed = true}) ==
             R"({"width":3})");
  BOOST_TEST((*schema::model_dump(box).find("area") == schema::Value(3)));
}

struct Trim {
  schema::Value operator()(schema::Value v) const {
    if (const auto* text = v.get_if<std::string>()) return text->substr(0, text->find(' '));
    return v;
  }
};
struct Even {
  void operator()(const std::int64_t& v) const {
    if (v % 2 != 0) throw schema::ValueError("not even");
  }
};
struct Scale {
  std::int64_t operator()(std::int64_t v, const schema::ValidationInfo& info) const {
    const auto factor = info.data("factor");
    return factor ? v * factor->get<std::int64_t>() : v;
  }
};
struct OrZero {
  std::int64_t operator()(schema::Value v, const schema::Next<std::int64_t>& next) const {
    try {
      return next(std::move(v));
    } catch (const schema::ValidationError&) {
      return 0;
    }
  }
};
struct Length {
  std::int64_t operator()(const schema::Value& v) const {
    return static_cast<std::int64_t>(v.get<std::string>().size());
  }
};
struct Upper {
  void operator()(std::optional<std::string>& v) const {
    if (!v) v = "none";
  }
};
struct Hex {
  std::string operator()(const std::int64_t& v) const { return "#" + std::to_string(v); }
};
struct Functions {
  Field<std::int64_t> factor = Default(1);
  Field<std::string, before(Trim{})> word = Default("");
  Field<std::int64_t, after(Even{}), serializer(Hex{})> even = Default(0);
  Field<std::int64_t, after(Scale{}, uses_data)> scaled = Default(0);
  Field<std::int64_t, wrap(OrZero{})> lenient = Default(0);
  Field<std::int64_t, plain(Length{})> length = Default(0);
  Field<std::optional<std::string>, after(Upper{})> filled = Default("x");
  Field<std::vector<Annotated<std::int64_t, after(Even{})>>> list = Default();
};
BOOST_AUTO_TEST_CASE(functions_of_fields) {
  const auto object = schema::model_validate_json<Functions>(
      R"({"scaled":5,"factor":3,"word":"two words","even":4,"lenient":"x","length":"four",)"
      R"("filled":null,"list":[2]})");
  BOOST_TEST(object.word == "two");
  BOOST_TEST(*object.scaled == 15);
  BOOST_TEST(*object.lenient == 0);
  BOOST_TEST(*object.length == 4);
  BOOST_TEST((object.filled == "none"));
  BOOST_TEST((*schema::model_dump(object).find("even") == schema::Value("#4")));
  BOOST_TEST(
      same(faults(schema::try_validate_json<Functions>(R"({"even":3,"list":[1,2,3]})")),
           {{"/even", "value_error"}, {"/list/0", "value_error"}, {"/list/2", "value_error"}}));
}

struct Period {
  Field<std::int64_t> from;
  Field<std::int64_t> to;
  static schema::Value model_before(schema::Value input) {
    if (const auto* list = input.get_if<schema::Sequence>(); list && list->items.size() == 2)
      return sample({{"from", list->items[0]}, {"to", list->items[1]}});
    return input;
  }
  void model_after() {
    if (*from > *to) throw schema::ValueError("from is after to");
  }
};
struct Holiday {
  Field<Period> when;
  Field<std::optional<Period>> also = Default(std::nullopt);
};
BOOST_AUTO_TEST_CASE(functions_of_models) {
  BOOST_TEST(*schema::model_validate_json<Period>("[1,2]").to == 2);
  BOOST_TEST(same(faults(schema::try_validate_json<Period>("[3,2]")), {{"", "value_error"}}));
  const auto holiday =
      schema::model_validate_json<Holiday>(R"({"when":[1,2],"also":{"from":3,"to":4}})");
  BOOST_TEST(*holiday.when->from == 1);
  BOOST_TEST(*(*holiday.also)->to == 4);
  BOOST_TEST(!schema::model_validate_json<Holiday>(R"({"when":[1,2],"also":null})").also);
  BOOST_TEST(schema::model_dump_json(holiday) ==
             R"({"when":{"from":1,"to":2},"also":{"from":3,"to":4}})");
}

struct Point {
  Field<std::int64_t> x = Default(0);
  Field<std::int64_t> y = Default(0);
  static Point model_wrap(schema::Value input, const schema::Next<Point>& next) {
    Point out = next(std::move(input));
    out.y = *out.y + 1;
    return out;
  }
  [[nodiscard]] std::vector<std::int64_t> model_serializer() const { return {*x, *y}; }
};
BOOST_AUTO_TEST_CASE(wrapped_and_serialized_models) {
  const auto point = schema::model_validate_json<Point>(R"({"x":1})");
  BOOST_TEST(schema::model_dump_json(point) == "[1,1]");
}

struct Named {
  Field<std::string, alias("userName")> user_name;
  Field<std::int64_t, validation_alias(alias_choices("id", alias_path("ids", 0)))> id;
  Field<std::int64_t, serialization_alias("out")> in = Default(0);
  static constexpr auto model_config = config{.populate_by_name = true};
};
struct Camel {
  Field<std::int64_t> first_value;
  static constexpr auto model_config = config{.alias_generator = alias_generator::camel};
};
BOOST_AUTO_TEST_CASE(aliases) {
  const auto named = schema::model_validate_json<Named>(R"({"userName":"a","ids":[3,4]})");
  BOOST_TEST(*named.id == 3);
  BOOST_TEST(schema::model_validate_json<Named>(R"({"user_name":"b","id":1})").user_name == "b");
  BOOST_TEST(schema::model_dump_json(named, {.by_alias = true}) ==
             R"({"userName":"a","id":3,"out":0})");
  BOOST_TEST(*schema::model_validate_json<Camel>(R"({"firstValue":1})").first_value == 1);
  const auto made = schema::make<Camel>({.first_value = 2});
  BOOST_TEST(*made.first_value == 2);
}

BOOST_AUTO_TEST_CASE(what_a_model_is) {
  const auto fields = schema::model_fields<UserOut>();
  BOOST_REQUIRE(fields.size() == 5u);
  BOOST_TEST(fields[1].type == "nullable[constrained-str]");
  BOOST_TEST(fields[0].is_required);
  BOOST_TEST(!fields[4].is_required);
  BOOST_TEST((fields[1].fallback == schema::Value()));
}

BOOST_AUTO_TEST_CASE(adapters) {
  using Users = schema::TypeAdapter<std::map<std::string, UserCreate>>;
  const auto users = Users::validate_json(R"({"a":{"email":"a@b.org"}})");
  BOOST_TEST(users.at("a").email->text == "a@b.org");
  BOOST_TEST(Users::dump_json(users, {.exclude_unset = true}) == R"({"a":{"email":"a@b.org"}})");
  const auto wrong = Users::try_validate_json(R"({"a":{}})");
  BOOST_TEST(same(faults(wrong), {{"/a/email", "missing"}}));
}

// Functions that ask for the default, or that a value leave no trace.
struct SpareNegative {
  void operator()(std::int64_t& v) const {
    if (v < 0) throw schema::Omit{};
    if (v == 0) throw schema::UseDefault{};
  }
};
struct DropEmpty {
  schema::Value operator()(schema::Value v) const {
    if (v.is_null()) throw schema::Omit{};
    return v;
  }
};
struct Sparing {
  Field<std::int64_t, after(SpareNegative{})> count = Default(7);
  Field<std::vector<Annotated<std::int64_t, after(SpareNegative{})>>> list = Default();
  Field<std::map<std::string, Annotated<std::int64_t, before(DropEmpty{})>>> map = Default();
};
BOOST_AUTO_TEST_CASE(defaults_and_omissions_by_functions) {
  const auto all = schema::model_validate_json<Sparing>(
      R"({"count":0,"list":[1,-1,2],"map":{"a":1,"b":null,"c":3}})");
  BOOST_TEST(*all.count == 7);
  BOOST_TEST((*all.list == std::vector<Annotated<std::int64_t, after(SpareNegative{})>>{1, 2}));
  BOOST_TEST(all.map.size() == 2u);
  BOOST_TEST(!all.map->contains("b"));
  const auto without = schema::model_validate_json<Sparing>(R"({"count":-1})");
  BOOST_TEST(*without.count == 7);
  // Nothing to take in its place.
  BOOST_TEST(same(faults(schema::try_validate_json<Sparing>(R"({"list":[1,0]})")),
                  {{"/list/1", "missing"}}));
}

// Scalars that are aggregates are no models.
BOOST_AUTO_TEST_CASE(adapters_of_scalars) {
  BOOST_TEST(schema::model_validate_json<BigInt>("12345678901234567890123").digits ==
             "12345678901234567890123");
  BOOST_TEST(schema::TypeAdapter<DateTime>::validate_json(R"("2022-06-08T12:13:14Z")").offset == 0);
}

struct Inherited : Guarded {
  static constexpr auto model_config = Guarded::model_config | config{.strict = true};
};
BOOST_AUTO_TEST_CASE(config_of_derived) {
  const auto& model = schema::detail::model_of<Inherited>();
  BOOST_TEST(model.validate_assignment);
  BOOST_TEST(model.fields[0].node->strict);
  BOOST_TEST(same(faults(schema::try_validate_json<Inherited>(R"({"count":"1"})")),
                  {{"/count", "int_type"}}));
}

BOOST_AUTO_TEST_SUITE_END()
