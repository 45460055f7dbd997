// Struct models, each beside the description that says the same at run time. Whatever is read, both
// must say the same of it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/schema.hpp"
#include "kindred/schema_dynamic.hpp"

namespace kindred::schema_agreement {

// All that can be seen of reading one text.
struct Seen {
  bool is_valid = false;
  std::string errors;               // all of each error, as text and as JSON
  std::string report;               // as JSON
  std::vector<std::string> dumps;   // by what `dump_options()` lists
  std::vector<std::size_t> places;  // offsets of the errors
};
[[nodiscard]] const std::vector<schema::DumpOptions>& dump_options();
[[nodiscard]] Seen seen_errors(const schema::ValidationError& error);
[[nodiscard]] Seen seen_dumps(FunctionRef<std::string(const schema::DumpOptions&)> dump_json,
                              FunctionRef<schema::Value()> dump);

template <class T>
Seen read_as(std::string_view text, const schema::ValidateOptions& options) {
  const auto result = schema::try_validate_json<T>(text, options);
  if (!result) return seen_errors(result.error());
  return seen_dumps(
      [&](const schema::DumpOptions& how) { return schema::model_dump_json(*result, how); },
      [&] { return schema::model_dump(*result); });
}

// Where a C++ type holds less than the dynamic kind, what was dumped is not compared.
enum class Dumps : unsigned char { same, differ };

struct Pair {
  std::string_view name;
  Seen (*read)(std::string_view, const schema::ValidateOptions&);
  schema::Value (*json_schema)(const schema::JsonSchemaOptions&);
  schema::DynamicType dynamic;
  std::vector<std::string> inputs;
  Dumps dumps = Dumps::same;

  [[nodiscard]] Seen read_dynamic(std::string_view text,
                                  const schema::ValidateOptions& options) const;
};
using Pairs = std::vector<Pair>;

template <class T>
void add(Pairs& to, const schema::TypeSpec& spec, std::vector<std::string> inputs,
         Dumps dumps = Dumps::same) {
  to.push_back({kindred::detail::plain_type_name<T>, &read_as<T>, &schema::model_json_schema<T>,
                schema::DynamicType(spec), std::move(inputs), dumps});
}

void add_scalars(Pairs& to);
void add_texts(Pairs& to);
void add_containers(Pairs& to);
void add_unions(Pairs& to);
void add_members(Pairs& to);
[[nodiscard]] const Pairs& all_pairs();

// ---- what descriptions need beside schema::dynamic

template <class Change>
schema::FieldSpec with(schema::FieldSpec field, Change change) {
  change(field);
  return field;
}
template <class Change>
schema::TypeSpec with(schema::TypeSpec type, Change change) {
  change(type);
  return type;
}
inline schema::TypeSpec with_id(std::string id, schema::TypeSpec type) {
  type.id = std::move(id);
  return type;
}

}  // namespace kindred::schema_agreement
