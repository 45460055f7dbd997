// The parts that JSON Schemas are put together from.
#include <algorithm>
#include <utility>

#include "schema/json_schema.hpp"

namespace kindred::schema::detail {
namespace {

constexpr const char* reference_class = "$ref";

}  // namespace

void put(Dict& schema, std::string_view key, Value value) {
  schema.at_key(Value(key)) = std::move(value);
}

void put_new(Dict& schema, std::string_view key, Value value) {
  if (schema.find(key) == nullptr) put(schema, key, std::move(value));
}

void drop(Dict& schema, std::string_view key) {
  std::erase_if(schema.items, [&](const Dict::Item& item) { return item.first == Value(key); });
  schema.reindex();
}

Dict type_named(std::string_view type) { return {{"type", type}}; }

Value jsonable(const Value& v) { return dump_value(any_node, &v, {}, DumpMode::json); }

void add_meta(Dict& schema, const Meta& meta) {
  if (!meta.title.empty()) put(schema, "title", meta.title);
  if (!meta.description.empty()) put(schema, "description", meta.description);
  if (meta.deprecated) put(schema, "deprecated", true);
  if (meta.examples) {
    std::vector<Value> examples;
    for (const Value& example : *meta.examples) examples.push_back(jsonable(example));
    put(schema, "examples", array_of(std::move(examples)));
  }
  if (!meta.json_schema_extra) return;
  const Value extra = jsonable(Value(*meta.json_schema_extra));
  for (const auto& [key, value] : extra.get<Dict>().items) schema.at_key(key) = value;
}

Value array_of(std::vector<Value> items) {
  Sequence out;
  out.items = std::move(items);
  return out;
}

Value array_of(std::vector<Dict> schemas) {
  Sequence out;
  for (Dict& schema : schemas) out.items.emplace_back(std::move(schema));
  return out;
}

std::vector<Dict> without_repeats(std::vector<Dict> schemas) {
  std::vector<Dict> out;
  std::vector<Value> seen;
  for (Dict& schema : schemas) {
    Value value(schema);
    if (std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
    seen.push_back(std::move(value));
    out.push_back(std::move(schema));
  }
  return out;
}

const std::string* type_in(const Dict& schema) {
  const Value* type = schema.find("type");
  return type == nullptr ? nullptr : type->get_if<std::string>();
}

const Node* stands_for(const Node& n) noexcept {
  const bool is_proxy = n.kind == Kind::lax_or_strict && n.choices.size() == 2 &&
                        n.choices[0].node == n.choices[1].node;
  return is_proxy ? n.choices[0].node : nullptr;
}

bool takes_title(const Node& n) {
  if (n.is_root || n.kind == Kind::enumeration) return false;
  if (const Node* other = stands_for(n)) return takes_title(*other);
  switch (n.kind) {
    case Kind::model:
      return n.model->form == Model::Form::fields ||
             (n.model->form == Model::Form::typed_dict && n.model->name.empty());
    case Kind::recover: return takes_title(*n.item);
    case Kind::function: return n.functions.plain || n.item == nullptr || takes_title(*n.item);
    default: return true;
  }
}

Value reference_to(std::size_t index) {
  return Enumerator{reference_class, "", Value(static_cast<std::int64_t>(index))};
}

std::optional<std::size_t> as_reference(const Value& v) {
  const auto* reference = v.get_if<Enumerator>();
  if (reference == nullptr) return std::nullopt;
  return static_cast<std::size_t>(reference->value.get<std::int64_t>());
}

}  // namespace kindred::schema::detail
