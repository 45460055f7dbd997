// What config says of a model, and aliases made from names.
#include <algorithm>

#include "kindred/detail/schema_constraints.hpp"
#include "schema/alias_generators.hpp"

namespace kindred::schema::detail {
namespace {

std::string generated(alias_generator generator, const std::string& name) {
  switch (generator) {
    case alias_generator::camel: return to_camel(name);
    case alias_generator::pascal: return to_pascal(name);
    case alias_generator::snake: return to_snake(name);
    default: return name;
  }
}

// Aliases that are given win over made ones, each kind for itself.
void add_aliases(Field& field, alias_generator generator) {
  const bool has_key = field.alias.has_value() || !field.alias_paths.empty();
  if (has_key && field.out_alias) return;
  const std::string made = generated(generator, field.name);
  if (!has_key) field.alias = made;
  if (!field.out_alias) field.out_alias = made;
}

void apply_naming(Model& model, const config& settings) {
  // Who does not want aliases wants names. Both refused leaves it to the options of a call.
  const bool by_alias = settings.validate_by_alias.value_or(true);
  model.validate_by_name =
      settings.validate_by_name.value_or(settings.populate_by_name.value_or(!by_alias));
  model.validate_by_alias = by_alias;
  model.serialize_by_alias = settings.serialize_by_alias;
  model.loc_by_alias = settings.loc_by_alias.value_or(true);
  if (settings.alias_generator == alias_generator::none) return;
  for (Field& field : model.fields) add_aliases(field, settings.alias_generator);
}

}  // namespace

void apply(Model& model, const config& settings) {
  apply_naming(model, settings);
  model.extra = settings.extra.value_or(extra::ignore);
  model.frozen = settings.frozen.value_or(false);
  model.validate_assignment = settings.validate_assignment.value_or(false);
  model.hide_input = settings.hide_input_in_errors.value_or(false);
  if (!settings.title.empty()) model.meta.title = settings.title;
  if (!settings.description.empty()) model.meta.description = settings.description;
}

}  // namespace kindred::schema::detail
