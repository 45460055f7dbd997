// Writes what the judge judges, as JSON Lines: for each pair of struct and description its schema,
// then inputs with our verdict, and what we dump of them.
//
//   {"model": "Tree", "validation": {...}, "serialization": {...}}
//   {"text": "...", "is_valid": true, "errors": [...], "dump": "..."}     inputs of the model above
#include <cstdio>
#include <set>
#include <string>

#include "json/writer.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "tests/schema/agreement.hpp"
#include "tests/schema/mutations.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema_agreement;

constexpr int changes = 60;  // of each input

class Lines {
 public:
  void model(const Pair& pair) {
    json::Writer out = begin();
    out.key("model");
    out.string(pair.name);
    for (const bool is_input : {true, false}) {
      schema::JsonSchemaOptions options;
      options.mode = is_input ? schema::SchemaMode::validation : schema::SchemaMode::serialization;
      std::string schema;
      schema::detail::append_json(schema, pair.json_schema(options), 0, false);
      out.key(is_input ? "validation" : "serialization");
      out.raw(schema);
    }
    end(out);
  }

  void input(const Pair& pair, const std::string& text) {
    if (!seen_.insert(std::string(pair.name) + text).second) return;
    schema::ValidateOptions strict;
    strict.strict = true;
    strict.allow_inf_nan_numbers = false;
    const Seen seen = pair.read(text, strict);
    schema::ValidateOptions lax;
    lax.allow_inf_nan_numbers = false;
    const Seen leniently = pair.read(text, lax);
    json::Writer out = begin();
    out.key("text");
    out.string(text);
    out.key("is_valid");
    out.boolean(seen.is_valid);
    if (!seen.is_valid) {
      out.key("errors");
      out.raw(seen.report);
    }
    if (leniently.is_valid) {
      out.key("dump");
      out.string(leniently.dumps[1]);  // by alias
    }
    end(out);
  }

 private:
  json::Writer begin() {
    line_.clear();
    json::Writer out(line_);
    out.begin_object();
    return out;
  }
  void end(json::Writer& out) {
    out.end_object();
    std::puts(line_.c_str());
  }
  std::string line_;
  std::set<std::string> seen_;
};

}  // namespace

int main() {
  Lines lines;
  schema_test::Mutator mutator(7);
  for (const Pair& pair : all_pairs()) {
    lines.model(pair);
    for (const std::string& text : pair.inputs) {
      lines.input(pair, text);
      for (int i = 0; i < changes; ++i) lines.input(pair, mutator.value_change(text));
    }
  }
  return 0;
}
