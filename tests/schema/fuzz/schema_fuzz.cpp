// libFuzzer's entry point for reading, dumping and describing. The first byte chooses:
//   even: the second byte chooses a struct and its description; the rest is a text for both.
//   odd:  the second byte is the number of bytes that a description is made of, behind it; the rest
//         is a text for it, or, where nothing is left, one is made from the same bytes.
// With clang: clang++ -fsanitize=fuzzer,address in place of driver.cpp.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "json/syntax_fault.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "tests/schema/agreement.hpp"
#include "tests/schema/fuzz/spec_maker.hpp"

namespace {

using namespace kindred;
using schema::DynamicType;
using schema::Value;

void require(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}
bool is_json(std::string_view text) {
  return !json::find_syntax_fault(text, 1000, json::Tokens::strict);
}

std::size_t longest_number(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}
// Those of structs have 64 bits, dynamic ones any number, JSON's tokens at most 308 digits.
constexpr std::size_t digits_of_int64 = 18;
constexpr std::size_t digits_of_tokens = 308;

bool has_other_numbers(std::string_view text) {
  return text.find("NaN") != text.npos || text.find("Infinity") != text.npos;
}

void read_as_both(const schema_agreement::Pair& pair, std::string_view text) {
  for (const bool is_strict : {false, true}) {
    schema::ValidateOptions options;
    options.strict = is_strict;
    const auto fixed = pair.read(text, options);
    require(fixed.is_valid || is_json(fixed.report), "the report is no JSON", text);
    for (const std::size_t place : fixed.places)
      require(place <= text.size(), "an error outside of the text", text);
    const auto dynamic = pair.read_dynamic(text, options);
    if (longest_number(text) > digits_of_int64) continue;
    require(fixed.is_valid == dynamic.is_valid, "one of two refuses", text);
    require(fixed.errors == dynamic.errors, "two see other errors", text);
    if (pair.dumps == schema_agreement::Dumps::same)
      require(fixed.dumps == dynamic.dumps, "two dump otherwise", text);
  }
}

void check_error(const schema::ValidationError& error, std::string_view text) {
  require(error.error_count() != 0, "no errors", text);
  require(is_json(error.json()), "the report is no JSON", text);
  const auto errors = error.errors();
  require(errors.size() == error.error_count(), "errors are lost", text);
  for (const auto& each : errors)
    require(!each.offset || *each.offset <= text.size(), "an error outside of the text", text);
}

// What is dumped is read as the same value. Unions may choose another type for it, and integers
// that were given as texts may be too long for tokens; NaN in a text that holds JSON is dumped as
// null.
void check_round_trip(const DynamicType& type, const Value& value, bool has_union,
                      std::string_view text) {
  schema::DumpOptions options;
  options.by_alias = true;
  options.round_trip = true;
  const std::string dumped = type.dump_json(value, options);
  require(is_json(dumped), "the dump is no JSON", text);
  if (longest_number(dumped) > digits_of_tokens || has_other_numbers(text)) return;
  const auto again = type.try_validate_json(dumped);
  require(has_union || again, "the dump is refused", dumped);
  require(has_union || *again == value, "the dump is another value", dumped);
  (void)type.dump_json(value);
  (void)type.dump(value);
}

void read_as_made(std::span<const std::uint8_t> bytes, std::string_view text) {
  schema_fuzz::Choices choices(bytes);
  const auto spec = schema_fuzz::make_spec(choices);
  std::string made;
  if (text.empty()) text = made = schema_fuzz::make_text(spec.type, choices);
  const DynamicType type(spec.type);
  std::string described;
  schema::detail::append_json(described, type.json_schema(), 0, false);
  require(is_json(described), "the JSON Schema is no JSON", text);
  schema::ValidateOptions options;
  options.allow_inf_nan_numbers = false;
  const auto result = type.try_validate_json(text, options);
  if (result)
    check_round_trip(type, *result, spec.has_union, text);
  else
    check_error(result.error(), text);
  options.strict = true;
  options.allow_partial = schema::Partial::trailing_strings;
  const auto partly = type.try_validate_json(text, options);
  if (!partly) check_error(partly.error(), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::span<const std::uint8_t> rest(data + 2, size - 2);
  const auto as_text = [](std::span<const std::uint8_t> bytes) {
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  if (data[0] % 2 == 0) {
    const auto& pairs = schema_agreement::all_pairs();
    read_as_both(pairs[data[1] % pairs.size()], as_text(rest));
  } else {
    const std::size_t count = std::min<std::size_t>(data[1], rest.size());
    read_as_made(rest.first(count), as_text(rest.subspan(count)));
  }
  return 0;
}
