// Objects of static models, member by member.
#include "kindred/detail/schema_builder.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "kindred/schema.hpp"

namespace kindred::schema::detail {
namespace {

template <class Byte>
Byte* at(Byte* object, std::size_t offset) {
  return object + offset;
}
char* bytes(void* object) { return static_cast<char*>(object); }
const char* bytes(const void* object) { return static_cast<const char*>(object); }

const Dict* extra_in(const Model& model, const void* object) {
  return model.extra_of == nullptr ? nullptr : model.extra_of(const_cast<void*>(object));
}

bool is_set(const Field& field, const void* object) {
  return field.state < 0 || static_cast<FieldState>(bytes(object)[field.state]) == FieldState::set;
}

Value dict_of(const Model& model, const void* object) {
  Dict out;
  for (const Field& field : model.fields) {
    if (is_set(field, object))
      out.items.emplace_back(field.name, as_input(*field.node, at(bytes(object), field.offset)));
  }
  if (const Dict* extra = extra_in(model, object))
    out.items.insert(out.items.end(), extra->items.begin(), extra->items.end());
  return out;
}

Value sequence_of(const Node& node, const void* slot) {
  Sequence out;
  const bool is_tuple = node.kind == Kind::tuple;
  out.form = is_tuple ? Sequence::Form::tuple : node.form;
  node.storage->each(slot, [&](const void* item) {
    const Node& of = is_tuple ? *node.items[out.items.size()] : *node.item;
    out.items.push_back(as_input(of, item));
    return true;
  });
  return out;
}

Value entries_of(const Node& node, const void* slot) {
  Dict out;
  node.storage->each_entry(slot, [&](const Value& key, const void* value) {
    out.items.emplace_back(key, as_input(*node.item, value));
    return true;
  });
  return out;
}

}  // namespace

void copy_members(const Model& model, void* to, const void* from) {
  for (const Field& field : model.fields) {
    field.node->storage->copy(at(bytes(to), field.offset), at(bytes(from), field.offset));
    if (field.state >= 0) bytes(to)[field.state] = bytes(from)[field.state];
  }
  if (const Dict* extra = extra_in(model, from)) *model.extra_of(to) = *extra;
}

bool equal_members(const Model& model, const void* a, const void* b) {
  for (const Field& field : model.fields)
    if (!field.node->storage->equal(at(bytes(a), field.offset), at(bytes(b), field.offset)))
      return false;
  const Dict* extra = extra_in(model, a);
  return extra == nullptr || Value(*extra) == Value(*extra_in(model, b));
}

Value as_input(const Node& node, const void* slot) {
  if (node.through != nullptr) {
    slot = node.through->held(slot);
    if (slot == nullptr) return {};
  }
  switch (node.kind) {
    case Kind::model: return dict_of(*node.model, slot);
    case Kind::list:
    case Kind::tuple: return sequence_of(node, slot);
    case Kind::dict: return entries_of(node, slot);
    case Kind::function:
    case Kind::recover: return as_input(*node.item, slot);
    case Kind::union_:
    case Kind::tagged: {
      const auto branch = static_cast<std::size_t>(node.storage->which(slot));
      return as_input(*node.choices[branch].node, node.storage->held(slot));
    }
    case Kind::json: {
      std::string text;
      dump_json(*node.item, slot, {}, text);
      return text;
    }
    default: break;
  }
  Value out = node.storage->get(slot);
  if (const Secret* secret = out.get_if<Secret>()) return Value(secret->value);
  return out;
}

bool is_guarded(const Model& model, std::string_view member) {
  if (model.validate_assignment || model.frozen) return true;
  for (const Field& field : model.fields)
    if (field.name == member) return field.frozen;
  return false;
}

std::vector<std::string> fields_set(const Model& model, const void* object) {
  std::vector<std::string> out;
  for (const Field& field : model.fields)
    if (is_set(field, object)) out.push_back(field.name);
  if (const Dict* extra = extra_in(model, object))
    for (const auto& [key, value] : extra->items) out.push_back(key.get<std::string>());
  return out;
}

std::vector<FieldInfo> field_infos(const Model& model) {
  std::vector<FieldInfo> out;
  for (const Field& field : model.fields) {
    FieldInfo info;
    info.name = field.name;
    info.type = label_of(*field.node);
    info.alias = field.alias;
    info.is_required = field.required;
    info.is_frozen = field.frozen || model.frozen;
    info.title = field.meta.title;
    info.description = field.meta.description;
    if (field.fallback.value)
      info.fallback = field.fallback.value;
    else if (field.fallback.initial != nullptr)
      info.fallback = dump_value(*field.node, field.fallback.initial, {}, DumpMode::values);
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace kindred::schema::detail
