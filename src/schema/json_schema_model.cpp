// JSON Schema of models and their members.
#include <utility>

#include "kindred/error.hpp"
#include "schema/json_schema.hpp"

namespace kindred::schema::detail {

// The definition is made where it is met first; in it, it is referred to already.
Dict SchemaMaker::define(const void* key, std::string_view name, FunctionRef<Dict()> make) {
  if (const auto same = same_.find(key); same != same_.end()) key = same->second;
  const auto [at, is_new] = by_key_.try_emplace(key, definitions_.size());
  const std::size_t index = at->second;
  if (is_new) {
    definitions_.push_back({key, definition_name(name), {}, false});
    std::set<const Node*> around;
    around.swap(open_);
    Dict body = make();
    around.swap(open_);
    const auto own = body.find("$ref") != nullptr && body.items.size() == 1
                         ? as_reference(*body.find("$ref"))
                         : std::nullopt;
    if (own != index) definitions_[index].body = std::move(body);
    definitions_[index].is_complete = true;
  }
  return {{"$ref", reference_to(index)}};
}

// What a reference leads to, or the schema itself; nullptr where that is not complete yet.
const Dict* SchemaMaker::resolved(const Dict& schema) const {
  const Value* reference = schema.find("$ref");
  const auto index = reference != nullptr ? as_reference(*reference) : std::nullopt;
  if (!index) return &schema;
  return definitions_[*index].is_complete ? &definitions_[*index].body : nullptr;
}

// What stands beside a reference and in the definition, too.
void SchemaMaker::drop_redundant(Dict& schema) const {
  if (schema.find("$ref") == nullptr) return;
  const Dict* body = resolved(schema);
  if (body == nullptr) return;
  std::erase_if(schema.items, [&](const Dict::Item& item) {
    if (item.first == Value("$ref")) return false;
    const Value* there = body->find(item.first);
    return there != nullptr && *there == item.second;
  });
  schema.reindex();
}

Dict SchemaMaker::model(const Node& n) {
  const Model& m = *n.model;
  const bool is_class =
      m.form == Model::Form::model || (m.form == Model::Form::typed_dict && !m.name.empty());
  if (!is_class) return model_body(m);
  return define(&m, m.name, [&] { return model_body(m); });
}

Dict SchemaMaker::model_body(const Model& m) {
  if (is_output() && m.serializer && m.serializer->result != nullptr)
    return type(*m.serializer->result);
  Dict out = members(m);
  add_extra(out, m);
  const bool is_class = m.form == Model::Form::model || !m.name.empty();
  if (m.form == Model::Form::fields || !is_class) return out;
  put(out, "title", m.name);
  add_meta(out, m.meta);
  return out;
}

Dict SchemaMaker::members(const Model& m) {
  Dict properties;
  std::vector<Value> required;
  for (const Field& field : m.fields) {
    if (is_output() && field.exclude) continue;
    const std::string key = key_of(field);
    put(properties, key, member(field));
    if (field.required) required.emplace_back(key);
  }
  if (is_output()) {
    for (const Computed& each : m.computed) {
      const std::string& key = options_.by_alias && each.alias ? *each.alias : each.name;
      Dict schema = computed(each);
      finish_member(schema, *each.node, each.meta, key);
      put(properties, key, std::move(schema));
      required.emplace_back(key);
    }
  }
  Dict out = type_named("object");
  put(out, "properties", std::move(properties));
  if (!required.empty()) put(out, "required", array_of(std::move(required)));
  return out;
}

Dict SchemaMaker::member(const Field& field) {
  Dict out = type(*field.node);
  const auto& serializer = field.node->serializer;
  const bool is_replaced = is_output() && serializer && serializer->result != nullptr;
  if (!is_replaced) add_default(out, field);
  finish_member(out, *field.node, field.meta, key_of(field));
  return out;
}

Dict SchemaMaker::computed(const Computed& member) {
  Dict out = type(*member.node);
  put(out, "readOnly", true);
  return out;
}

void SchemaMaker::finish_member(Dict& schema, const Node& n, const Meta& meta,
                                std::string_view key) const {
  add_meta(schema, meta);
  if (takes_title(n)) put_new(schema, "title", title_of(key));
  drop_redundant(schema);
}

std::string SchemaMaker::key_of(const Field& field) const {
  if (!options_.by_alias) return field.name;
  if (is_output()) return field.out_alias.value_or(field.name);
  if (field.alias) return *field.alias;
  for (const AliasPath& path : field.alias_paths) {
    const auto* key = path.size() == 1 ? path.front().get_if<std::string>() : nullptr;
    if (key != nullptr) return *key;
  }
  return field.name;
}

void SchemaMaker::add_extra(Dict& to, const Model& m) {
  if (m.extra == extra::forbid) {
    put(to, "additionalProperties", false);
  } else if (m.extra == extra::allow) {
    Dict schema = m.extra_node != nullptr ? type(*m.extra_node) : Dict();
    put(to, "additionalProperties", schema.items.empty() ? Value(true) : Value(std::move(schema)));
  }
}

void SchemaMaker::add_default(Dict& to, const Field& field) const {
  if (field.fallback.initial != nullptr) {
    add_default(to, *field.node, field.fallback.initial);
  } else if (field.fallback.value) {
    add_default(to, *field.node, *field.fallback.value);
  }
}

void SchemaMaker::add_default(Dict& to, const Node& n, const Value& value) const {
  Node own = n;
  own.storage = &value_storage;
  own.through = nullptr;
  own.rep = Rep::other;
  add_default(to, own, &value);
}

// The default as it would be dumped; one that cannot be is left out.
void SchemaMaker::add_default(Dict& to, const Node& n, const void* slot) const {
  Node own = n;
  own.serializer.reset();
  DumpOptions options;
  options.by_alias = options_.by_alias;
  try {
    put(to, "default", dump_value(own, slot, options, DumpMode::json));
  } catch (const Error&) {
    return;
  }
}

}  // namespace kindred::schema::detail
