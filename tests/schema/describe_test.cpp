// What static models become: nodes, names, storage.
#include <array>
#include <chrono>
#include <deque>
#include <list>
#include <unordered_map>
#include <unordered_set>

#include <boost/test/unit_test.hpp>

#include "kindred/schema_dynamic.hpp"
#include "tests/schema/static_models.hpp"

using namespace kindred;
using namespace kindred::schema_test;
using schema::detail::Kind;
using schema::detail::model_of;
using schema::detail::Node;
using schema::detail::node_of;
using schema::detail::Rep;

namespace {

template <class T>
T read(std::string_view json) {
  return schema::model_validate_json<T>(json);
}
template <class T>
std::string written(std::string_view json) {
  return schema::model_dump_json(read<T>(json));
}
template <class T>
std::vector<std::string> faults(std::string_view json,
                                const schema::ValidateOptions& options = {}) {
  std::vector<std::string> out;
  const auto result = schema::try_validate_json<T>(json, options);
  if (result) return out;
  for (const auto& error : result.error().errors()) out.push_back(error.type);
  return out;
}
using Faults = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(describe)

BOOST_AUTO_TEST_CASE(fields_of_a_model) {
  const auto& model = model_of<UserOut>();
  BOOST_TEST(model.name == "UserOut");
  BOOST_REQUIRE(model.fields.size() == 5u);
  const char* const names[] = {"email", "username", "tags", "id", "created_at"};
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(model.fields[i].name == names[i]);
  BOOST_TEST(model.fields[0].required);
  BOOST_TEST(!model.fields[1].required);
  BOOST_TEST((model.fields[0].node->kind == Kind::email));
  BOOST_TEST((model.fields[1].node->rep == Rep::opt_string));
  BOOST_TEST(model.fields[1].node->max_length == 5u);
  BOOST_TEST((model.fields[2].node->rep == Rep::strings));
  BOOST_TEST((model.fields[3].node->rep == Rep::i64));
  BOOST_TEST(model.fields[3].node->low == 1);
  BOOST_TEST((model.fields[4].node->rep == Rep::time_point));
  BOOST_TEST((model.extra == extra::forbid));
  BOOST_TEST((model_of<UserCreate>().extra == extra::ignore));
}

BOOST_AUTO_TEST_CASE(names_of_types) {
  using std::int64_t;
  const auto name = [](const Node& node) { return label_of(node); };
  BOOST_TEST(name(node_of<std::int32_t>()) == "int");
  BOOST_TEST(name(node_of<std::vector<std::string>>()) == "list[str]");
  BOOST_TEST(name(node_of<std::set<double>>()) == "set[float]");
  BOOST_TEST(name(node_of<std::optional<bool>>()) == "nullable[bool]");
  BOOST_TEST((name(node_of<std::map<std::string, int64_t>>()) == "dict[str,int]"));
  BOOST_TEST((name(node_of<std::tuple<int64_t, std::string>>()) == "tuple[int, str]"));
  BOOST_TEST((name(node_of<std::variant<int64_t, std::string>>()) == "union[int,str]"));
  BOOST_TEST((name(node_of<Literal<"a", "b">>()) == "literal['a','b']"));
  BOOST_TEST((name(node_of<Annotated<int64_t, ge(1)>>()) == "constrained-int"));
  BOOST_TEST(model_of<Page<UserCreate>>().name == "Page[UserCreate]");
  BOOST_TEST(model_of<Page<std::int64_t>>().name == "Page[int]");
}

struct Scalars {
  Field<bool> boolean;
  Field<std::int8_t> small;
  Field<std::uint64_t> large;
  Field<float> single;
  Field<double> number;
  Field<std::string> text;
  Field<Bytes> bytes;
  Field<date> day;
  Field<time_point> moment;
  Field<std::chrono::sys_seconds> second;
  Field<DateTime> local;
  Field<TimeOfDay> clock;
  Field<std::chrono::seconds> length;
  Field<Uuid> id;
  Field<Decimal<8, 2>> price;
  Field<Number> amount;
  Field<BigDecimal> exact;
  Field<BigInt> huge;
  Field<EmailStr> email;
  Field<Url> url;
  Field<IPv4Address> ip;
  Field<Color> color;
  Field<Literal<1, 2>> literal;
  Field<schema::Value> any;
  Field<std::monostate> none;
};

BOOST_AUTO_TEST_CASE(scalars_there_and_back) {
  const std::string json =
      R"({"boolean":true,"small":-7,"large":18446744073709551615,"single":0.5,"number":2.5,)"
      R"("text":"x","bytes":"ab","day":"2024-02-29","moment":"2024-02-29T01:02:03Z",)"
      R"("second":"2024-02-29T01:02:03Z","local":"2024-02-29T01:02:03","clock":"01:02:03",)"
      R"("length":"PT1M30S","id":"550e8400-e29b-41d4-a716-446655440000","price":"12.30",)"
      R"("amount":"1.5","exact":"1.50","huge":123456789012345678901234567890,)"
      R"("email":"ann@example.org","url":"https://example.org/","ip":"10.0.0.1","color":"green",)"
      R"("literal":2,"any":{"a":[1,null]},"none":null})";
  const auto read_back = read<Scalars>(json);
  BOOST_TEST(*read_back.large == std::numeric_limits<std::uint64_t>::max());
  BOOST_TEST((*read_back.length == std::chrono::seconds(90)));
  BOOST_TEST((*read_back.color == Color::green));
  BOOST_TEST(read_back.price->unscaled == 1230);
  BOOST_TEST(schema::model_dump_json(read_back) == json);
  const auto again = schema::model_validate<Scalars>(schema::model_dump(read_back));
  BOOST_TEST(schema::model_dump_json(again) == json);
}

BOOST_AUTO_TEST_CASE(ranges_of_integers) {
  BOOST_TEST(faults<std::int8_t>("128") == Faults{"int_parsing_size"});
  BOOST_TEST(faults<std::uint32_t>("-1") == Faults{"int_parsing_size"});
  BOOST_TEST(faults<std::uint64_t>("18446744073709551616") == Faults{"int_parsing_size"});
  BOOST_TEST(read<std::int64_t>("-9223372036854775808") ==
             std::numeric_limits<std::int64_t>::min());
}

BOOST_AUTO_TEST_CASE(containers_there_and_back) {
  BOOST_TEST(written<std::deque<int>>("[1,2]") == "[1,2]");
  BOOST_TEST(written<std::list<std::string>>(R"(["a","b"])") == R"(["a","b"])");
  BOOST_TEST(written<std::set<int>>("[2,1,2]") == "[1,2]");
  BOOST_TEST(read<std::unordered_set<std::string>>(R"(["a","a"])").size() == 1u);
  BOOST_TEST((written<std::map<std::string, int>>(R"({"b":1,"a":2})") == R"({"a":2,"b":1})"));
  BOOST_TEST((read<std::unordered_map<int, bool>>(R"({"7":true})").at(7)));
  BOOST_TEST((written<std::map<Color, int>>(R"({"green":1})") == R"({"green":1})"));
  BOOST_TEST((written<std::pair<int, std::string>>(R"([1,"a"])") == R"([1,"a"])"));
  BOOST_TEST((written<std::array<double, 2>>("[1.5,2.5]") == "[1.5,2.5]"));
  BOOST_TEST((faults<std::array<int, 2>>("[1]") == Faults{"missing"}));
  BOOST_TEST((faults<std::array<int, 2>>("[1,2,3]") == Faults{"too_long"}));
  BOOST_TEST(written<std::vector<std::vector<int>>>("[[1],[]]") == "[[1],[]]");
  BOOST_TEST((faults<std::map<int, int>>(R"({"x":1})") == Faults{"int_parsing"}));
}

BOOST_AUTO_TEST_CASE(words_of_items) {
  using Short = Annotated<std::string, max_length(2)>;
  BOOST_TEST(written<std::vector<Short>>(R"(["ab"])") == R"(["ab"])");
  BOOST_TEST(faults<std::vector<Short>>(R"(["abc"])") == Faults{"string_too_long"});
  using Positive = Annotated<int, gt(0)>;
  BOOST_TEST((faults<std::map<std::string, Positive>>(R"({"a":0})") == Faults{"greater_than"}));
  BOOST_TEST(faults<std::optional<Positive>>("0") == Faults{"greater_than"});
  BOOST_TEST(faults<std::optional<Positive>>("null") == Faults{});
}

BOOST_AUTO_TEST_CASE(holders) {
  BOOST_TEST(written<std::optional<int>>("null") == "null");
  BOOST_TEST(written<std::optional<std::int64_t>>("7") == "7");
  BOOST_TEST(written<std::optional<bool>>("false") == "false");
  BOOST_TEST(written<std::shared_ptr<double>>("1.5") == "1.5");
  BOOST_TEST(written<std::optional<time_point>>("null") == "null");
  BOOST_TEST(written<std::optional<time_point>>(R"("2024-02-29T01:02:03Z")") ==
             R"("2024-02-29T01:02:03Z")");
  BOOST_TEST(written<std::optional<std::vector<std::string>>>(R"(["a"])") == R"(["a"])");
  BOOST_TEST(written<std::unique_ptr<std::vector<std::string>>>("null") == "null");
  BOOST_TEST(written<std::optional<std::string>>(R"("a")") == R"("a")");
  BOOST_TEST(*read<std::unique_ptr<std::string>>(R"("a")") == "a");
  BOOST_TEST(!read<std::shared_ptr<int>>("null"));
  BOOST_TEST((*read<std::unique_ptr<std::vector<int>>>("[1]") == std::vector<int>{1}));
  BOOST_TEST(written<std::optional<EmailStr>>(R"("a@b.org")") == R"("a@b.org")");
  BOOST_TEST((read<std::optional<UserCreate>>(R"({"email":"a@b.org"})")->email->text == "a@b.org"));
}

BOOST_AUTO_TEST_CASE(variants) {
  using Either = std::variant<std::int64_t, std::string>;
  BOOST_TEST(std::get<0>(read<Either>("3")) == 3);
  BOOST_TEST(std::get<1>(read<Either>(R"("3")")) == "3");
  BOOST_TEST(faults<Either>("[]").size() == 2u);
  using Maybe = std::variant<std::monostate, std::int64_t, std::string>;
  BOOST_TEST(read<Maybe>("null").index() == 0u);
  BOOST_TEST(std::get<2>(read<Maybe>(R"("a")")) == "a");
  BOOST_TEST(written<Maybe>("null") == "null");
  using One = std::variant<std::monostate, std::int64_t>;
  BOOST_TEST(std::get<1>(read<One>("4")) == 4);
  BOOST_TEST(read<One>("null").index() == 0u);
  BOOST_TEST(written<One>("4") == "4");
  using Lists = std::variant<std::vector<int>, std::vector<std::string>>;
  BOOST_TEST(read<Lists>(R"(["a"])").index() == 1u);
  using Order = Annotated<std::variant<std::string, std::int64_t>, left_to_right>;
  BOOST_TEST(read<Order>("3").value().index() == 1u);
}

BOOST_AUTO_TEST_CASE(discriminated_variants) {
  using Pet = Annotated<std::variant<Cat, Dog>, discriminator("kind")>;
  const auto pet = read<Pet>(R"({"name":"rex","kind":"wolf"})");
  BOOST_TEST(std::get<Dog>(*pet).name == "rex");
  BOOST_TEST(std::get<Cat>(*read<Pet>(R"({"kind":"cat","lives":3})")).lives == 3);
  BOOST_TEST(faults<Pet>(R"({"kind":"bird"})") == Faults{"union_tag_invalid"});
  BOOST_TEST(faults<Pet>("{}") == Faults{"union_tag_not_found"});
  BOOST_TEST(faults<Pet>(R"({"kind":"dog"})") == Faults{"missing"});
  BOOST_TEST(written<Pet>(R"({"kind":"dog","name":"rex"})") == R"({"kind":"dog","name":"rex"})");
  BOOST_TEST((written<std::vector<Pet>>(R"([{"kind":"cat"}])") == R"([{"kind":"cat","lives":9}])"));
}

BOOST_AUTO_TEST_CASE(enumerations) {
  BOOST_TEST((read<Color>(R"("deep_blue")") == Color::deep_blue));
  BOOST_TEST(faults<Color>("5") == Faults{"enum"});
  using ByValue = Annotated<Color, by_value>;
  BOOST_TEST((read<ByValue>("5").value() == Color::green));
  BOOST_TEST(written<ByValue>("5") == "5");
  BOOST_TEST(faults<ByValue>(R"("green")") == Faults{"enum"});
  BOOST_TEST(written<std::optional<Color>>(R"("red")") == R"("red")");
}

BOOST_AUTO_TEST_CASE(recursive_models) {
  const std::string json = R"({"name":"a","children":[{"name":"b","children":[],"left":null}],)"
                           R"("left":{"name":"c","children":[],"left":null}})";
  const auto tree = read<Tree>(json);
  BOOST_TEST(tree.children[0].name == "b");
  BOOST_TEST(*(*tree.left)->name == "c");
  BOOST_TEST(schema::model_dump_json(tree) == json);
  BOOST_TEST((faults<Tree>(R"({"name":"a","children":[{"name":1}]})") == Faults{"string_type"}));
}

BOOST_AUTO_TEST_CASE(templates_and_root_models) {
  const auto page = read<Page<UserCreate>>(R"({"items":[{"email":"a@b.org"}]})");
  BOOST_TEST(page.items[0].email->text == "a@b.org");
  BOOST_TEST(written<Names>(R"(["a"])") == R"(["a"])");
  BOOST_TEST(faults<Names>("[]") == Faults{"too_short"});
  BOOST_TEST(faults<Names>("[1]") == Faults{"string_type"});
  BOOST_TEST((read<std::vector<Names>>(R"([["a"],["b"]])")[1].root[0] == "b"));
  BOOST_TEST(read<std::optional<Names>>(R"(["a"])")->root[0] == "a");
}

struct Nested {
  Field<Json<std::vector<int>>> numbers;
  Field<Secret<std::string>, min_length(3)> password;
  Field<Box> box = Default(Box{.width = 3});
};
BOOST_AUTO_TEST_CASE(json_secrets_and_nested_defaults) {
  const auto nested = read<Nested>(R"({"numbers":"[1,2]","password":"hidden"})");
  BOOST_TEST((*nested.numbers->value.begin() == 1));
  BOOST_TEST(nested.password->get_secret_value() == "hidden");
  BOOST_TEST(*nested.box->width == 3);
  const std::string json = schema::model_dump_json(nested);
  BOOST_TEST(json ==
             R"({"numbers":[1,2],"password":"**********","box":{"width":3,"height":1,"area":3}})");
  BOOST_TEST(faults<Nested>(R"({"numbers":"[1,","password":"ab"})") ==
             (Faults{"json_invalid", "string_too_short"}));
}

struct Misdescribed {
  Field<std::string, pattern("(")> text;
};
BOOST_AUTO_TEST_CASE(a_bad_pattern_is_named) {
  for (int i = 0; i < 2; ++i)
    BOOST_CHECK_THROW((void)schema::try_validate_json<Misdescribed>("{}"), UsageError);
}

struct Overridden : UserCreate {
  Field<std::string, max_length(3)> email;
};
BOOST_AUTO_TEST_CASE(a_derived_field_stands_for_its_base) {
  BOOST_TEST(model_of<Overridden>().fields.size() == 3u);
  const auto object = read<Overridden>(R"({"email":"abc"})");
  BOOST_TEST(object.email == "abc");
  BOOST_TEST(faults<Overridden>(R"({"email":"abcd"})") == Faults{"string_too_long"});
}

struct Item {
  Field<std::string, min_length(1), title("A name")> name;
  Field<Decimal<6, 2>, ge("0.5")> price;
  Field<Literal<"a", "b">> kind = Default("b");
  Field<std::optional<std::vector<std::int64_t>>, max_length(3)> counts = Default(std::nullopt);
  Field<std::map<std::string, bool>, alias("theFlags")> flags;
  Field<std::variant<std::int64_t, std::string>> either;
  static constexpr auto model_config = config{.extra = extra::forbid};
};
BOOST_AUTO_TEST_CASE(agrees_with_the_same_at_run_time) {
  namespace d = schema::dynamic;
  auto name = d::field("name", d::string({.min_length = 1}));
  name.meta.title = "A name";
  auto flags = d::field("flags", d::dict(d::string(), d::boolean()));
  flags.validation_alias = flags.serialization_alias = "theFlags";
  auto spec = d::model(
      "Item",
      {name,
       d::field("price", d::decimal({.ge = schema::Value(*BigDecimal::parse("0.5")),
                                     .max_digits = 6,
                                     .decimal_places = 2})),
       d::field("kind", d::literal({"a", "b"}), schema::Value("b")),
       d::field("counts", d::nullable(d::list(d::integer(), {.max_length = 3})), schema::Value()),
       flags, d::field("either", d::union_of({d::integer(), d::string()}))});
  spec.settings = config{.extra = extra::forbid};
  const schema::DynamicType dynamic(spec);
  BOOST_TEST(schema::model_json_schema<Item>().to_string() == dynamic.json_schema().to_string());
  const auto& here = model_of<Item>();
  const auto& there = *dynamic.node().model;
  for (std::size_t i = 0; i < here.fields.size(); ++i)
    BOOST_TEST(label_of(*here.fields[i].node) == label_of(*there.fields[i].node));
  for (const char* json :
       {R"({"name":"","price":"0.123","kind":"c","counts":[1,2,3,4],"flags":1,"x":2})",
        R"({"name":"a","price":0.1,"counts":["x"],"theFlags":{"a":"maybe"},"either":[]})"}) {
    const auto by_struct = schema::try_validate_json<Item>(json);
    const auto by_spec = dynamic.try_validate_json(json);
    BOOST_REQUIRE(!by_struct && !by_spec);
    BOOST_TEST(by_struct.error().json() == by_spec.error().json());
  }
}

BOOST_AUTO_TEST_SUITE_END()
