// docs/schema-errors.md: each type of error of validation is there, and happens.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "kindred/bridge.hpp"
#include "kindred/kindred.hpp"
#include "kindred/schema.hpp"
#include "kindred/schema_dynamic.hpp"
#include "tests/support/files.hpp"

using namespace kindred;

namespace {

using schema::Constraints;
using schema::ErrorDetails;
using schema::Limits;
using schema::TypeKind;
using schema::TypeSpec;
using schema::Value;
namespace dynamic = schema::dynamic;
using Errors = std::vector<ErrorDetails>;

// ---- the page

struct Documented {
  std::string type;
  std::string when;
  std::string message;
  std::string context;
  std::string example;
};

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

std::string in_code(std::string_view text) { return '`' + std::string(text) + '`'; }

// The rows of its tables whose first cell is a `type`.
const std::vector<Documented>& page() {
  static const std::vector<Documented> rows = [] {
    std::vector<Documented> out;
    std::istringstream text(support::read_file(support::source_root() / "docs/schema-errors.md"));
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("| `")) continue;
      std::istringstream cells(line.substr(1));
      Documented row;
      for (std::string* cell : {&row.type, &row.when, &row.message, &row.context, &row.example}) {
        std::getline(cells, *cell, '|');
        *cell = trimmed(*cell);
      }
      row.type = row.type.substr(1, row.type.size() - 2);
      out.push_back(std::move(row));
    }
    return out;
  }();
  return rows;
}

// "`gt`, `le`" -> {gt, le}
std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> out;
  for (auto at = text.find('`'); at != text.npos; at = text.find('`')) {
    const auto end = text.find('`', at + 1);
    out.emplace(text.substr(at + 1, end - at - 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

// ---- what makes them happen

template <class T>
Errors errors_of(const schema::Result<T>& result) {
  return result ? Errors{} : result.error().errors();
}
template <class F>
Errors thrown_by(F call) {
  try {
    call();
  } catch (const schema::ValidationError& e) {
    return e.errors();
  }
  return {};
}

TypeSpec model(std::optional<config> settings = {}) {
  return dynamic::model("Model", {dynamic::field("n", dynamic::integer())}, settings);
}
TypeSpec ip(TypeKind kind, int version) {
  TypeSpec out = dynamic::of(kind);
  out.ip_version = version;
  return out;
}
TypeSpec by_kind() {
  const auto branch = [](const char* kind) {
    return dynamic::model(kind, {dynamic::field("kind", dynamic::literal({kind}))});
  };
  return dynamic::tagged_union("kind", {{"cat", branch("cat")}, {"dog", branch("dog")}});
}
// Each level of the input has two branches to try, each of which has two, ...
TypeSpec nested_unions() {
  const TypeSpec inner = dynamic::ref("Nest");
  TypeSpec out = dynamic::union_of({dynamic::list(inner), dynamic::list(dynamic::nullable(inner))});
  out.id = "Nest";
  return out;
}

// JSON text for a type that is described at run time.
struct TextCase {
  const char* type;
  const char* input;  // as the page has it
  TypeSpec spec;
  config settings = {};
  Limits limits = {};
};

const std::vector<TextCase>& text_cases() {
  static const std::vector<TextCase> cases{
      {"json_invalid", "[1,", dynamic::list(dynamic::integer())},
      {"json_type", "1", dynamic::json(dynamic::integer())},
      {"too_many_items", "[1, 2, 3]", dynamic::list(dynamic::integer()), {}, {.items = 2}},
      {"look_ahead_limit", "[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]", nested_unions()},
      {"missing", "{}", model()},
      {"extra_forbidden", R"({"n": 1, "m": 2})", model(config{.extra = extra::forbid})},
      {"model_type", "1", model()},
      {"model_attributes_type", "1", by_kind()},
      {"value_error", R"("nobody")", dynamic::email()},
      {"none_required", "1", dynamic::none()},
      {"bool_type", "[]", dynamic::boolean()},
      {"bool_parsing", R"("maybe")", dynamic::boolean()},
      {"int_type", "[]", dynamic::integer()},
      {"int_parsing", R"("x")", dynamic::integer()},
      {"int_from_float", "1.5", dynamic::integer()},
      {"float_type", "[]", dynamic::floating()},
      {"float_parsing", R"("x")", dynamic::floating()},
      {"finite_number", "NaN", dynamic::decimal()},
      {"decimal_type", "[]", dynamic::decimal()},
      {"decimal_parsing", R"("x")", dynamic::decimal()},
      {"decimal_max_digits", R"("12.345")", dynamic::decimal({.max_digits = 3})},
      {"decimal_max_places", R"("1.25")", dynamic::decimal({.decimal_places = 1})},
      {"decimal_whole_digits", R"("123")",
       dynamic::decimal({.max_digits = 4, .decimal_places = 2})},
      {"greater_than", "5", dynamic::integer({.gt = Value(5)})},
      {"greater_than_equal", "4", dynamic::integer({.ge = Value(5)})},
      {"less_than", "5", dynamic::integer({.lt = Value(5)})},
      {"less_than_equal", "6", dynamic::integer({.le = Value(5)})},
      {"multiple_of", "7", dynamic::integer({.multiple_of = Value(5)})},
      {"string_type", "1", dynamic::string()},
      {"string_too_short", R"("ab")", dynamic::string({.min_length = 3})},
      {"string_too_long", R"("abcd")", dynamic::string({.max_length = 3})},
      {"string_pattern_mismatch", R"("ba")", dynamic::string({.pattern = "^a"})},
      {"bytes_type", "1", dynamic::bytes()},
      {"bytes_too_short", R"("ab")", dynamic::bytes({.min_length = 3})},
      {"bytes_too_long", R"("abcd")", dynamic::bytes({.max_length = 3})},
      {"bytes_invalid_encoding",
       R"("0g")",
       dynamic::bytes(),
       {.val_json_bytes = bytes_coding::hex}},
      {"enum", R"("blue")", dynamic::enumeration("Color", {{"red", "red"}, {"green", "green"}})},
      {"literal_error", R"("c")", dynamic::literal({"a", "b"})},
      {"list_type", "1", dynamic::list(dynamic::any())},
      {"tuple_type", "1", dynamic::tuple({dynamic::any()})},
      {"set_type", "1", dynamic::set(dynamic::any())},
      {"frozen_set_type", "1", dynamic::of(TypeKind::frozen_set)},
      {"dict_type", "1", dynamic::dict(dynamic::string(), dynamic::any())},
      {"too_short", "[1]", dynamic::list(dynamic::any(), {.min_length = 2})},
      {"too_long", "[1, 2]", dynamic::list(dynamic::any(), {.max_length = 1})},
      {"date_type", "true", dynamic::date()},
      {"date_parsing", R"("2024-13-01")", dynamic::date({.strict = true})},
      {"date_from_datetime_parsing", R"("x")", dynamic::date()},
      {"date_from_datetime_inexact", R"("2024-01-01T12:00")", dynamic::date()},
      {"date_past", R"("9000-01-01")", dynamic::date({.now_op = schema::detail::NowRule::past})},
      {"date_future", R"("2000-01-01")",
       dynamic::date({.now_op = schema::detail::NowRule::future})},
      {"time_type", "true", dynamic::time()},
      {"time_parsing", R"("25:00")", dynamic::time()},
      {"datetime_type", "true", dynamic::datetime()},
      {"datetime_parsing", R"("2024-01-01")", dynamic::datetime({.strict = true})},
      {"datetime_from_date_parsing", R"("x")", dynamic::datetime()},
      {"datetime_past", R"("9000-01-01T00:00")",
       dynamic::datetime({.now_op = schema::detail::NowRule::past})},
      {"datetime_future", R"("2000-01-01T00:00")",
       dynamic::datetime({.now_op = schema::detail::NowRule::future})},
      {"timezone_naive", R"("2000-01-01T00:00Z")",
       dynamic::datetime({.tz_constraint = schema::detail::TimezoneRule::naive})},
      {"timezone_aware", R"("2000-01-01T00:00")",
       dynamic::datetime({.tz_constraint = schema::detail::TimezoneRule::aware})},
      {"timezone_offset", R"("2000-01-01T00:00Z")",
       dynamic::datetime(
           {.tz_constraint = schema::detail::TimezoneRule::offset, .tz_offset = 3600})},
      {"time_delta_type", "true", dynamic::timedelta()},
      {"time_delta_parsing", R"("x")", dynamic::timedelta()},
      {"union_tag_invalid", R"({"kind": "bird"})", by_kind()},
      {"union_tag_not_found", "{}", by_kind()},
      {"uuid_type", "1", dynamic::uuid()},
      {"uuid_parsing", R"("x")", dynamic::uuid()},
      {"uuid_version", R"("00000000-0000-1000-8000-000000000000")",
       dynamic::uuid({.uuid_version = 4})},
      {"url_type", "1", dynamic::url()},
      {"url_parsing", R"("x")", dynamic::url()},
      {"url_syntax_violation", R"("http:example.org")", dynamic::url({.strict = true})},
      {"url_too_long", R"("https://example.org")", dynamic::url({.max_length = 10})},
      {"url_scheme", R"("ftp://example.org")", dynamic::url({.allowed_schemes = {"https"}})},
      {"ip_v4_address", R"("x")", ip(TypeKind::ip_address, 4)},
      {"ip_v6_address", R"("x")", ip(TypeKind::ip_address, 6)},
      {"ip_any_address", R"("x")", ip(TypeKind::ip_address, 0)},
      {"ip_v4_interface", R"("x")", ip(TypeKind::ip_interface, 4)},
      {"ip_v6_interface", R"("x")", ip(TypeKind::ip_interface, 6)},
      {"ip_any_interface", R"("x")", ip(TypeKind::ip_interface, 0)},
      {"ip_v4_network", R"("10.0.0.1/8")", ip(TypeKind::ip_network, 4)},
      {"ip_v6_network", R"("x")", ip(TypeKind::ip_network, 6)},
      {"ip_any_network", R"("x")", ip(TypeKind::ip_network, 0)},
  };
  return cases;
}

// ---- those that need a struct, or no text

struct Asserts {
  void operator()(const std::int64_t&) const { throw schema::AssertionError("never"); }
};
struct Derived {
  Field<std::int64_t> base;
  Field<std::int64_t> next = default_factory([](const schema::ValidationInfo& info) {
    return info.data("base").value_or(Value(0)).get<std::int64_t>() + 1;
  });
};
using Asserting = Annotated<std::int64_t, after(Asserts{})>;

struct Post;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Post>, back_populates("author")> posts;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Relationship<User, back_populates("posts")> author;
};
struct PostOut {
  Field<std::int64_t> id;
};
struct UserOut {
  Field<std::vector<PostOut>> posts;
};

Errors assignment_to(const char* member, std::optional<config> settings, bool frozen) {
  TypeSpec spec = model(settings);
  spec.fields[0].frozen = frozen;
  const schema::DynamicType type(spec);
  Value object = type.validate_json(R"({"n": 1})");
  return thrown_by([&] { type.assign(object, member, Value(2)); });
}
Errors too_deep() {
  Value v(1);
  for (int i = 0; i < 300; ++i) v = Value(schema::Sequence{{}, {std::move(v)}, {}});
  return errors_of(schema::DynamicType(dynamic::any()).try_validate(v));
}

struct OtherCase {
  const char* type;
  std::function<Errors()> make;
};
const std::vector<OtherCase>& other_cases() {
  static const std::vector<OtherCase> cases{
      {"recursion_loop", too_deep},
      {"get_attribute_error",
       [] {
         const User plain;
         return errors_of(schema::try_validate<UserOut>(from(plain)));
       }},
      {"default_factory_not_called",
       [] {
         auto errors = errors_of(schema::try_validate_json<Derived>(R"({"base": "x"})"));
         errors.erase(errors.begin());  // what is wrong with the base
         return errors;
       }},
      {"no_such_attribute", [] { return assignment_to("m", {}, false); }},
      {"frozen_field", [] { return assignment_to("n", {}, true); }},
      {"frozen_instance", [] { return assignment_to("n", config{.frozen = true}, false); }},
      {"assertion_error", [] { return errors_of(schema::try_validate_json<Asserting>("1")); }},
      {"int_parsing_size", [] { return errors_of(schema::try_validate_json<std::int8_t>("300")); }},
      {"value_range",
       [] { return errors_of(schema::try_validate_json<std::chrono::seconds>(R"("PT0.5S")")); }},
  };
  return cases;
}

void check(const std::string& type, const Errors& errors) {
  BOOST_TEST_REQUIRE(errors.size() == 1u, type << ": " << errors.size() << " errors");
  BOOST_TEST(errors[0].type == type);
  BOOST_TEST(errors[0].msg.find_first_of("{}") == std::string::npos, errors[0].msg);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error_catalogue)

BOOST_AUTO_TEST_CASE(the_page_has_every_type_in_order_with_its_message) {
  std::vector<std::string> documented;
  for (const Documented& row : page()) {
    documented.push_back(row.type);
    BOOST_TEST(!row.when.empty(), row.type << " does not say when");
    BOOST_TEST(!row.example.empty(), row.type << " has no example");
  }
  std::vector<std::string> declared;
  for (const schema::ErrorType& each : schema::error_types()) declared.emplace_back(each.type);
  BOOST_TEST(documented == declared, boost::test_tools::per_element());
  for (std::size_t i = 0; i < std::min(documented.size(), declared.size()); ++i) {
    const schema::ErrorType& each = schema::error_types()[i];
    std::string message = in_code(each.message);
    if (!each.message_other.empty()) message += "; " + in_code(each.message_other);
    BOOST_TEST(page()[i].message == message);
    for (const std::string& name : names_in(page()[i].context))
      BOOST_TEST(message.find('{' + name + '}') != std::string::npos, each.type << ": " << name);
  }
}

BOOST_AUTO_TEST_CASE(every_type_has_one_case) {
  std::multiset<std::string> cases;
  for (const TextCase& each : text_cases()) cases.insert(each.type);
  for (const OtherCase& each : other_cases()) cases.insert(each.type);
  for (const schema::ErrorType& each : schema::error_types())
    BOOST_TEST(cases.count(std::string(each.type)) == 1u, std::string(each.type));
  BOOST_TEST(cases.size() == schema::error_types().size());
}

BOOST_AUTO_TEST_CASE(texts_yield_them) {
  std::map<std::string, const Documented*> rows;
  for (const Documented& row : page()) rows[row.type] = &row;
  for (const TextCase& each : text_cases()) {
    const schema::DynamicType type(each.spec, each.settings);
    const auto result = type.try_validate_json(each.input, {.limits = each.limits});
    const Errors errors = errors_of(result);
    check(each.type, errors);
    const Documented& row = *rows.at(each.type);
    BOOST_TEST(row.example.ends_with(": " + in_code(each.input)), each.type);
    // The message is made of the context that the page names. E-mail addresses have their own.
    if (std::string_view(each.type) == "value_error") continue;
    for (const std::string& name : names_in(row.context))
      BOOST_TEST(errors[0].ctx.find(name) != nullptr, each.type << " without " << name);
  }
}

BOOST_AUTO_TEST_CASE(structs_values_and_assignments_yield_them) {
  for (const OtherCase& each : other_cases()) check(each.type, each.make());
}

BOOST_AUTO_TEST_SUITE_END()
