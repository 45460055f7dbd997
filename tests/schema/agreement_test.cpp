// Structs and run-time descriptions that say the same agree in everything that can be seen.
#include "tests/schema/agreement.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "kindred/detail/schema_calls.hpp"
#include "tests/schema/mutations.hpp"

namespace kindred::schema_agreement {
namespace {

constexpr int value_changes = 40;  // of each input
constexpr int byte_changes = 20;

// Dynamic integers are of any size, those of structs of 64 bits at most.
bool has_long_number(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    if (run >= 19 && text.find("9223372036854775807") == text.npos) return true;
    if (run >= 20) return true;
  }
  return false;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& each : parts) out += each + '\n';
  return out;
}

void compare(const Pair& pair, const std::string& text, const schema::ValidateOptions& options) {
  const Seen fixed = pair.read(text, options);
  const Seen dynamic = pair.read_dynamic(text, options);
  BOOST_TEST_CONTEXT(pair.name << (options.strict ? ", strict: " : ": ") << text) {
    BOOST_TEST(fixed.is_valid == dynamic.is_valid);
    BOOST_TEST(fixed.errors == dynamic.errors);
    BOOST_TEST(fixed.places == dynamic.places);
    for (const std::size_t place : fixed.places) BOOST_TEST(place <= text.size());
    if (pair.dumps == Dumps::same) BOOST_TEST(joined(fixed.dumps) == joined(dynamic.dumps));
  }
}

void compare_both(const Pair& pair, const std::string& text) {
  if (has_long_number(text)) return;
  schema::ValidateOptions options;
  compare(pair, text, options);
  options.strict = true;
  compare(pair, text, options);
}

std::string schema_text(const schema::Value& value) {
  std::string out;
  schema::detail::append_json(out, value, 0, false);
  return out;
}

BOOST_AUTO_TEST_SUITE(agreement)

BOOST_AUTO_TEST_CASE(there_are_many_pairs_of_different_names) {
  std::set<std::string_view> names;
  for (const Pair& pair : all_pairs()) names.insert(pair.name);
  BOOST_TEST(names.size() >= 60u);
}

BOOST_AUTO_TEST_CASE(json_schemas_are_the_same) {
  for (const Pair& pair : all_pairs()) {
    for (const auto mode : {schema::SchemaMode::validation, schema::SchemaMode::serialization}) {
      for (const bool by_alias : {true, false}) {
        schema::JsonSchemaOptions options;
        options.mode = mode;
        options.by_alias = by_alias;
        BOOST_TEST_CONTEXT(pair.name) {
          BOOST_TEST(schema_text(pair.json_schema(options)) ==
                     schema_text(pair.dynamic.json_schema(options)));
        }
      }
    }
  }
}

// Without this the cases below could compare refusals only.
BOOST_AUTO_TEST_CASE(every_pair_has_an_input_that_is_valid_and_one_that_is_not) {
  for (const Pair& pair : all_pairs()) {
    std::size_t valid = 0;
    for (const std::string& text : pair.inputs) {
      const Seen seen = pair.read(text, {});
      valid += seen.is_valid ? 1 : 0;
      BOOST_TEST_CONTEXT(pair.name << ": " << text << '\n' << seen.errors) {
        if (&text == &pair.inputs.front()) BOOST_TEST(seen.is_valid);
      }
    }
    BOOST_TEST(valid > 0u, pair.name);
    BOOST_TEST(valid < pair.inputs.size(), pair.name);
  }
}

BOOST_AUTO_TEST_CASE(inputs_are_read_alike) {
  for (const Pair& pair : all_pairs())
    for (const std::string& text : pair.inputs) compare_both(pair, text);
}

BOOST_AUTO_TEST_CASE(changed_inputs_are_read_alike) {
  schema_test::Mutator mutator(20240229);
  for (const Pair& pair : all_pairs()) {
    for (const std::string& text : pair.inputs) {
      for (int i = 0; i < value_changes; ++i) {
        std::string changed = mutator.value_change(text);
        if (i % 3 == 0) changed = mutator.value_change(changed);
        compare_both(pair, changed);
      }
      for (int i = 0; i < byte_changes; ++i) compare_both(pair, mutator.byte_change(text));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred::schema_agreement
