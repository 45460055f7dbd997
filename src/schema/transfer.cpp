// Between objects of schema models and entities.
#include <algorithm>
#include <memory>

#include "kindred/detail/schema_builder.hpp"
#include "kindred/error.hpp"

namespace kindred::schema::detail {

void begin_source(ModelEntry& entry, std::string_view name, const Storage& storage) {
  entry.model.name = name;
  entry.node.kind = Kind::model;
  entry.node.model = &entry.model;
  entry.node.storage = &storage;
  entry.node.name = name;
}

void add_source_field(ModelEntry& entry, std::string_view name, const DeclaredField& declared,
                      std::size_t offset) {
  if (declared.describe == nullptr) return;
  const config settings;
  Builder builder(entry.arena, settings);
  FieldOptions options;
  Field field;
  field.name = name;
  field.offset = static_cast<std::uint32_t>(offset + declared.value_offset());
  field.node = &declared.describe(builder, options);
  field.exclude = declared.is_relationship;  // dumps load nothing
  entry.model.fields.push_back(std::move(field));
}

const Field* field_named(const Model& model, std::string_view name) {
  const auto at = std::find_if(model.fields.begin(), model.fields.end(),
                               [&](const Field& each) { return each.name == name; });
  return at == model.fields.end() ? nullptr : &*at;
}

namespace {

bool is_set(const Field& field, const void* object) {
  return field.state < 0 ||
         static_cast<FieldState>(static_cast<const char*>(object)[field.state]) == FieldState::set;
}

const void* slot_in(const Field& field, const void* object) {
  return static_cast<const char*>(object) + field.offset;
}
void* slot_in(const Field& field, void* object) {
  return static_cast<char*>(object) + field.offset;
}

const Node& type_of(const Node& node) {
  return node.kind == Kind::function ? type_of(*node.item) : node;
}

// The value as a column may have it: what constants, addresses and secrets stand for.
Value plain(Value value, Kind wanted) {
  if (const auto* secret = value.get_if<Secret>()) value = Value(secret->value);
  if (wanted == Kind::floating)
    if (const auto* number = value.get_if<std::int64_t>()) return static_cast<double>(*number);
  if (wanted == Kind::enumeration) return value;
  if (const auto* enumerator = value.get_if<Enumerator>()) value = Value(enumerator->value);
  if (wanted != Kind::text) return value;
  if (const auto* url = value.get_if<Url>()) return url->text;
  if (const auto* url = value.get_if<MultiHostUrl>()) return url->text;
  if (const auto* email = value.get_if<NameEmail>()) return email->to_string();
  if (const auto* ip = value.get_if<Ip>()) return ip->to_string();
  return value;
}

Value value_of(const Node& node, const void* slot, Kind wanted) {
  const Node& type = type_of(node);
  if (type.through != nullptr && (slot = type.through->held(slot)) == nullptr) return {};
  return plain(type.storage->get(slot), wanted);
}

// One value of a column, made before anything of the object is written.
class Ready {
 public:
  Ready(const Move& move, const void* from)
      : to_(move.to),
        node_(&type_of(*move.to->node)),
        slot_(node_->storage->make(), node_->storage->drop) {
    const void* const given = slot_in(*move.from, from);
    if (move.copies)
      node_->storage->copy(slot_.get(), given);
    else
      put(value_of(*move.from->node, given, node_->kind));
  }
  void write(void* object) const { node_->storage->copy(slot_in(*to_, object), slot_.get()); }

 private:
  void put(Value value) {
    if (value.is_null()) {
      if (!node_->nullable)
        throw kindred::ValidationError(
            to_->name, "null was given for '" + to_->name + "', a column that is not nullable");
      return node_->through->reset(slot_.get());
    }
    void* const held = node_->through == nullptr ? slot_.get() : node_->through->open(slot_.get());
    const std::string shown = value.to_string();
    if (!node_->storage->put(held, std::move(value)))
      throw kindred::ValidationError(to_->name,
                                     shown + " does not fit the column '" + to_->name + "'");
  }
  const Field* to_;
  const Node* node_;
  std::unique_ptr<void, void (*)(void*)> slot_;
};

}  // namespace

void move_members(const std::vector<Move>& moves, const void* from, void* to, bool only_set) {
  std::vector<Ready> ready;
  ready.reserve(moves.size());
  for (const Move& move : moves)
    if (!only_set || is_set(*move.from, from)) ready.emplace_back(move, from);
  for (const Ready& value : ready) value.write(to);
}

}  // namespace kindred::schema::detail
