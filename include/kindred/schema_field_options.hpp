// The words that stand behind the type of a field: what the value must be, what it is called, what
// is done with it.
//
//   Field<std::string, min_length(3), pattern("^[a-z]+$"), alias("userName")>  name;
//   Field<std::int64_t, ge(1), le(100), description("Items on a page")>         limit =
//   Default(20); Field<std::optional<EmailStr>, exclude>                                     email;
//
// All are structural values. The compiler refuses a word that does not fit the field's type, with
// model, member and remedy in the text. Words of a container speak of the container; those of its
// items stand behind their type: std::vector<Annotated<std::string, max_length(20)>>.
//
// Functions (before, after, wrap, plain, serializer) are function objects or lambdas without
// captures; g++ 12 takes no function pointers here, and gives a lambda in a header another type in
// each file, so write `struct Trim { Value operator()(Value) const; };` there and before(Trim{}).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kindred/detail/option_words.hpp"
#include "kindred/detail/schema_constant.hpp"
#include "kindred/detail/schema_node.hpp"
#include "kindred/detail/type_name.hpp"

namespace kindred {

namespace schema::detail {

enum class Word : std::uint8_t {
  ge,
  gt,
  le,
  lt,
  multiple_of,
  min_length,
  max_length,
  pattern,
  strip_whitespace,
  to_lower,
  to_upper,
  coerce_numbers,
  allow_inf_nan,
  max_digits,
  decimal_places,
  past,
  future,
  aware,
  naive,
  microseconds_error,
  uuid_version,
  schemes,
  host_required,
  default_host,
  default_port,
  default_path,
  preserve_empty_path,
  discriminator,
  left_to_right,
  fail_fast,
  by_value,
  // of any type
  strict,
  alias,
  validation_alias,
  serialization_alias,
  frozen,
  exclude,
  title,
  description,
  examples,
  deprecated,
  json_schema_extra,
  validate_default,
  on_error,
  function,
  serializer,
};

template <Word W>
struct Flag {
  bool on = true;
  // The other way round: strict(false).
  consteval Flag operator()(bool value) const { return {value}; }
};
template <Word W, std::size_t N>
struct BoundOption {
  Constant<N> bound;
};
template <Word W>
struct CountOption {
  std::uint64_t count;
};
template <Word W, std::size_t N>
struct TextOption {
  kindred::detail::FixedText<N> text;
};
template <class... Steps>
struct AliasPathOption {  // texts and integers
  Together<Steps...> steps;
};
template <class... Choices>
struct AliasChoicesOption {  // keys and paths
  Together<Choices...> choices;
};
template <class T>
struct ValidationAliasOption {
  T alias;
};
template <class... T>
struct ExamplesOption {
  Together<T...> values;
};
template <class... T>
struct SchemesOption {
  Together<T...> names;
};
struct OnErrorOption {
  OnError action;
};
struct UsesData {};
enum class FunctionKind : std::uint8_t { before, after, wrap, plain };
template <FunctionKind K, class F>
struct FunctionOption {
  F function;
  bool data;
};
template <class F>
struct SerializerOption {
  F function;
  WhenUsed when;
};

}  // namespace schema::detail

// ---- numbers and times. Bounds are numbers, dates, time points, durations, or text that the
// field's type reads: ge("2024-01-01"), lt("0.10") of decimals.
template <class T>
consteval auto ge(T bound) {
  return schema::detail::BoundOption<schema::detail::Word::ge, 1>{bound};
}
template <std::size_t N>
consteval auto ge(const char (&bound)[N]) {
  return schema::detail::BoundOption<schema::detail::Word::ge, N>{bound};
}
template <class T>
consteval auto gt(T bound) {
  return schema::detail::BoundOption<schema::detail::Word::gt, 1>{bound};
}
template <std::size_t N>
consteval auto gt(const char (&bound)[N]) {
  return schema::detail::BoundOption<schema::detail::Word::gt, N>{bound};
}
template <class T>
consteval auto le(T bound) {
  return schema::detail::BoundOption<schema::detail::Word::le, 1>{bound};
}
template <std::size_t N>
consteval auto le(const char (&bound)[N]) {
  return schema::detail::BoundOption<schema::detail::Word::le, N>{bound};
}
template <class T>
consteval auto lt(T bound) {
  return schema::detail::BoundOption<schema::detail::Word::lt, 1>{bound};
}
template <std::size_t N>
consteval auto lt(const char (&bound)[N]) {
  return schema::detail::BoundOption<schema::detail::Word::lt, N>{bound};
}
template <class T>
consteval auto multiple_of(T step) {
  return schema::detail::BoundOption<schema::detail::Word::multiple_of, 1>{step};
}
template <std::size_t N>
consteval auto multiple_of(const char (&step)[N]) {
  return schema::detail::BoundOption<schema::detail::Word::multiple_of, N>{step};
}
inline constexpr schema::detail::Flag<schema::detail::Word::allow_inf_nan> allow_inf_nan{};
// Of decimals; Decimal<P, S> brings its own.
consteval auto max_digits(std::uint64_t n) {
  return schema::detail::CountOption<schema::detail::Word::max_digits>{n};
}
consteval auto decimal_places(std::uint64_t n) {
  return schema::detail::CountOption<schema::detail::Word::decimal_places>{n};
}
inline constexpr schema::detail::Flag<schema::detail::Word::past> past{};
inline constexpr schema::detail::Flag<schema::detail::Word::future> future{};
// With a distance from UTC, or without.
inline constexpr schema::detail::Flag<schema::detail::Word::aware> aware{};
inline constexpr schema::detail::Flag<schema::detail::Word::naive> naive{};
// More than six digits of a second are an error; else they are cut.
inline constexpr schema::detail::Flag<schema::detail::Word::microseconds_error>
    microseconds_error{};

// ---- text and containers. max_length(n) is that of entities.
consteval auto min_length(std::uint64_t n) {
  return schema::detail::CountOption<schema::detail::Word::min_length>{n};
}
// A regular expression of RE2, found anywhere in the text unless it has ^ and $.
template <std::size_t N>
consteval auto pattern(const char (&regex)[N]) {
  return schema::detail::TextOption<schema::detail::Word::pattern, N>{regex};
}
inline constexpr schema::detail::Flag<schema::detail::Word::strip_whitespace> strip_whitespace{};
inline constexpr schema::detail::Flag<schema::detail::Word::to_lower> to_lower{};
inline constexpr schema::detail::Flag<schema::detail::Word::to_upper> to_upper{};
inline constexpr schema::detail::Flag<schema::detail::Word::coerce_numbers> coerce_numbers{};
// The first item at fault ends the container.
inline constexpr schema::detail::Flag<schema::detail::Word::fail_fast> fail_fast{};

// ---- identifiers and addresses
consteval auto uuid_version(std::uint64_t version) {
  return schema::detail::CountOption<schema::detail::Word::uuid_version>{version};
}
// url_schemes("http", "https")
template <std::size_t... N>
consteval auto url_schemes(const char (&... names)[N]) {
  return schema::detail::SchemesOption<kindred::detail::FixedText<N>...>{
      schema::detail::together(kindred::detail::FixedText<N>(names)...)};
}
inline constexpr schema::detail::Flag<schema::detail::Word::host_required> host_required{};
inline constexpr schema::detail::Flag<schema::detail::Word::preserve_empty_path>
    preserve_empty_path{};
template <std::size_t N>
consteval auto default_host(const char (&host)[N]) {
  return schema::detail::TextOption<schema::detail::Word::default_host, N>{host};
}
template <std::size_t N>
consteval auto default_path(const char (&path)[N]) {
  return schema::detail::TextOption<schema::detail::Word::default_path, N>{path};
}
consteval auto default_port(std::uint16_t port) {
  return schema::detail::CountOption<schema::detail::Word::default_port>{port};
}

// ---- enumerations and variants
// Enumerators are given by their underlying number. Without it, by their names.
inline constexpr schema::detail::Flag<schema::detail::Word::by_value> by_value{};
// The first alternative that fits is taken, not the best. discriminator("kind") is the other way to
// choose: by a Literal or enumeration member of the alternatives.
inline constexpr schema::detail::Flag<schema::detail::Word::left_to_right> left_to_right{};

// ---- names
// alias: read and written under another name. validation_alias: only read; a key, an alias_path or
// alias_choices. serialization_alias: only written.
template <std::size_t N>
consteval auto alias(const char (&name)[N]) {
  return schema::detail::TextOption<schema::detail::Word::alias, N>{name};
}
template <std::size_t N>
consteval auto serialization_alias(const char (&name)[N]) {
  return schema::detail::TextOption<schema::detail::Word::serialization_alias, N>{name};
}
// alias_path("names", 0): input["names"][0]. Negative indices count from the end.
template <std::size_t... N>
consteval auto alias_path(schema::detail::Constant<N>... steps) {
  return schema::detail::AliasPathOption<schema::detail::Constant<N>...>{
      schema::detail::together(steps...)};
}
template <class... Steps>
consteval auto alias_path(const Steps&... steps) {
  return alias_path(schema::detail::Constant(steps)...);
}
namespace schema::detail {
template <std::size_t N>
consteval auto as_alias(const char (&name)[N]) {
  return Constant<N>(name);
}
template <class... S>
consteval auto as_alias(AliasPathOption<S...> path) {
  return path;
}
template <class... C>
consteval auto as_alias(AliasChoicesOption<C...> choices) {
  return choices;
}
}  // namespace schema::detail
// alias_choices("id", alias_path("ids", 0)): the first that is there.
template <class... Choices>
consteval auto alias_choices(const Choices&... choices) {
  return schema::detail::AliasChoicesOption<decltype(schema::detail::as_alias(choices))...>{
      schema::detail::together(schema::detail::as_alias(choices)...)};
}
template <class T>
consteval auto validation_alias(const T& alias) {
  return schema::detail::ValidationAliasOption<decltype(schema::detail::as_alias(alias))>{
      schema::detail::as_alias(alias)};
}

// ---- what is told of it
template <std::size_t N>
consteval auto title(const char (&text)[N]) {
  return schema::detail::TextOption<schema::detail::Word::title, N>{text};
}
template <std::size_t N>
consteval auto description(const char (&text)[N]) {
  return schema::detail::TextOption<schema::detail::Word::description, N>{text};
}
template <class... T>
consteval auto examples(const T&... values) {
  return schema::detail::ExamplesOption<decltype(schema::detail::Constant(values))...>{
      schema::detail::together(schema::detail::Constant(values)...)};
}
// Members for the JSON Schema, as the text of a JSON object.
template <std::size_t N>
consteval auto json_schema_extra(const char (&object)[N]) {
  return schema::detail::TextOption<schema::detail::Word::json_schema_extra, N>{object};
}
inline constexpr schema::detail::Flag<schema::detail::Word::deprecated> deprecated{};

// ---- behaviour
inline constexpr schema::detail::Flag<schema::detail::Word::strict> strict{};
inline constexpr schema::detail::Flag<schema::detail::Word::frozen> frozen{};
inline constexpr schema::detail::Flag<schema::detail::Word::exclude> exclude{};  // from dumps
inline constexpr schema::detail::Flag<schema::detail::Word::validate_default> validate_default{};
// What becomes of a value that is not valid: on_error(fault_action::use_default).
using fault_action = schema::detail::OnError;
consteval auto on_error(fault_action action) { return schema::detail::OnErrorOption{action}; }

// ---- functions. Each may take a `const schema::ValidationInfo&` as its last parameter; one that
// asks it for earlier members says so: after(f, uses_data). They refuse by throwing
// schema::ValueError, AssertionError or CustomError. In order of declaration each stands around
// what is before it: `before` and `wrap` run from the last to the first, `after` from the first to
// the last.
inline constexpr schema::detail::UsesData uses_data{};

// schema::Value f(schema::Value): the input, before anything looks at it.
template <class F>
consteval auto before(F f) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::before, F>{f, false};
}
template <class F>
consteval auto before(F f, schema::detail::UsesData) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::before, F>{f, true};
}
// T f(T), or void f(T&), or void f(const T&): the value, valid.
template <class F>
consteval auto after(F f) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::after, F>{f, false};
}
template <class F>
consteval auto after(F f, schema::detail::UsesData) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::after, F>{f, true};
}
// T f(schema::Value, const schema::Next<T>& next): next(value) validates on.
template <class F>
consteval auto wrap(F f) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::wrap, F>{f, false};
}
template <class F>
consteval auto wrap(F f, schema::detail::UsesData) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::wrap, F>{f, true};
}
// T f(schema::Value): in place of validation.
template <class F>
consteval auto plain(F f) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::plain, F>{f, false};
}
template <class F>
consteval auto plain(F f, schema::detail::UsesData) {
  return schema::detail::FunctionOption<schema::detail::FunctionKind::plain, F>{f, true};
}
// R f(const T&), or R f(const T&, FunctionRef<schema::Value()> inner): what dumps have in place of
// the value; R is any type that a field may have, or schema::Value.
using when_used = schema::detail::WhenUsed;
template <class F>
consteval auto serializer(F f, when_used when = when_used::always) {
  return schema::detail::SerializerOption<F>{f, when};
}

}  // namespace kindred
