// JSON Schema of types with several branches.
#include <algorithm>
#include <utility>

#include "schema/json_schema.hpp"

namespace kindred::schema::detail {
namespace {

bool is_primitive(const std::string& type) noexcept {
  return type == "string" || type == "boolean" || type == "null" || type == "integer" ||
         type == "number";
}

// The names in a schema that says nothing but its type, or types; empty for others.
std::vector<std::string> bare_types(const Dict& schema) {
  std::vector<std::string> out;
  const Value* type = schema.find("type");
  if (type == nullptr || schema.items.size() != 1) return out;
  if (const auto* one = type->get_if<std::string>()) out.push_back(*one);
  if (const auto* several = type->get_if<Sequence>())
    for (const Value& each : several->items) out.push_back(each.get<std::string>());
  return std::all_of(out.begin(), out.end(), is_primitive) ? out : std::vector<std::string>();
}

// {"type": [...]} where each branch is a bare type.
std::optional<Dict> type_array(const std::vector<Dict>& branches) {
  std::vector<Value> types;
  for (const Dict& branch : branches) {
    const auto names = bare_types(branch);
    if (names.empty()) return std::nullopt;
    for (const std::string& name : names)
      if (std::find(types.begin(), types.end(), Value(name)) == types.end())
        types.emplace_back(name);
  }
  return Dict{{"type", array_of(std::move(types))}};
}

// Branches of unions inside unions are branches of the outer one.
std::vector<Dict> flattened(std::vector<Dict> branches) {
  std::vector<Dict> out;
  for (Dict& branch : branches) {
    const Value* inner = branch.items.size() == 1 ? branch.find("anyOf") : nullptr;
    if (inner == nullptr) {
      out.push_back(std::move(branch));
      continue;
    }
    for (const Value& each : inner->get<Sequence>().items) out.push_back(each.get<Dict>());
  }
  return out;
}

std::string tag_text(const Value& tag) {
  if (const auto* member = tag.get_if<Enumerator>()) return tag_text(member->value);
  const auto* text = tag.get_if<std::string>();
  return text != nullptr ? *text : tag.to_string();
}

}  // namespace

Dict SchemaMaker::union_of(std::vector<Dict> branches) const {
  if (options_.union_format == JsonSchemaOptions::UnionFormat::primitive_type_array)
    if (auto types = type_array(branches)) return *std::move(types);
  branches = without_repeats(flattened(std::move(branches)));
  if (branches.size() == 1) return std::move(branches.front());
  return {{"anyOf", array_of(std::move(branches))}};
}

Dict SchemaMaker::choices(const Node& n) {
  std::vector<Dict> branches;
  for (const Choice& choice : n.choices) branches.push_back(type(*choice.node));
  return union_of(std::move(branches));
}

Dict SchemaMaker::tagged(const Node& n) {
  std::vector<Dict> branches;
  Dict mapping;
  for (const Choice& choice : n.choices) {
    Dict branch = type(*choice.node);
    const Value* reference = branch.find("$ref");
    const Value target = reference != nullptr ? *reference : Value(branch);
    for (const Value& tag : choice.tags) put(mapping, tag_text(tag), target);
    branches.push_back(std::move(branch));
  }
  branches = without_repeats(std::move(branches));
  const std::string name = discriminator(n, branches);
  Dict out{{"oneOf", array_of(std::move(branches))}};
  if (!name.empty())
    put(out, "discriminator", Dict{{"propertyName", name}, {"mapping", std::move(mapping)}});
  return out;
}

// The one key under which the tag is looked for, or the first of several that is a member of every
// branch; empty where there is none.
std::string SchemaMaker::discriminator(const Node& n, const std::vector<Dict>& branches) const {
  const auto key_in = [](const AliasPath& path) {
    const auto* key = path.size() == 1 ? path.front().get_if<std::string>() : nullptr;
    return key != nullptr ? *key : std::string();
  };
  if (n.discriminator.size() == 1) return key_in(n.discriminator.front());
  for (const AliasPath& path : n.discriminator) {
    const std::string key = key_in(path);
    const bool is_in_all = std::all_of(branches.begin(), branches.end(), [&](const Dict& branch) {
      const Dict* body = resolved(branch);
      const Value* members = body != nullptr ? body->find("properties") : nullptr;
      const auto* all = members != nullptr ? members->get_if<Dict>() : nullptr;
      return all != nullptr && all->find(key) != nullptr;
    });
    if (!key.empty() && is_in_all) return key;
  }
  return {};
}

}  // namespace kindred::schema::detail
