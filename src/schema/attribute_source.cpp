#include "schema/attribute_source.hpp"

#include <algorithm>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/error.hpp"
#include "schema/events.hpp"

namespace kindred::schema::detail {
namespace {

// Seen through what holds it; a null slot where nothing is held.
Attribute held_at(Handle h) {
  Attribute a = *reinterpret_cast<const Attribute*>(h);
  if (a.node->through != nullptr) a.slot = a.node->through->held(a.slot);
  return a;
}

}  // namespace

Handle AttributeSource::handle_of(const Attribute& place) const {
  return reinterpret_cast<Handle>(&places_.emplace_back(place));
}

// Containers are walked, so that what they hold is validated where it lies; scalars are values.
// What an entity has to load, and cannot, is a fault of the member that asks for it.
bool AttributeSource::replay(Handle h, Validator& v) const {
  v.at(h);
  Attribute a;
  bool is_list = false;
  try {
    a = held_at(h);
    if (a.slot == nullptr) return v.Null();
    is_list = (a.node->kind == Kind::list || a.node->kind == Kind::tuple) &&
              a.node->storage->each != nullptr;
    if (is_list && a.node->storage->size != nullptr) (void)a.node->storage->size(a.slot);
  } catch (const std::logic_error& e) {  // UsageError, DetachedError
    return v.unreadable(h, e.what());
  } catch (const Error& e) {
    return v.unreadable(h, e.what());
  }
  if (a.node->kind == Kind::model) return replay_members(a, h, v);
  if (!is_list) return v.send_made(dump_value(*a.node, a.slot, {}, DumpMode::values), h);
  bool goes_on = true;
  if (!v.StartArray()) return false;
  children(a, [&](const Attribute& item) { return goes_on = replay(handle_of(item), v); });
  v.at(h);
  return goes_on && v.EndArray();
}

bool AttributeSource::replay_members(const Attribute& a, Handle h, Validator& v) const {
  if (!v.StartObject()) return false;
  for (const Field& field : a.node->model->fields) {
    if (!v.wants(field.name, field.exclude)) continue;
    const Handle member = handle_of({field.node, static_cast<const char*>(a.slot) + field.offset});
    v.at(member);
    const auto size = static_cast<rapidjson::SizeType>(field.name.size());
    if (!v.Key(field.name.data(), size, true) || !replay(member, v)) return false;
  }
  v.at(h);
  return v.EndObject();
}

bool AttributeSource::members(Handle h, FunctionRef<bool(std::string_view, Handle)> each) const {
  const Attribute a = held_at(h);
  if (a.slot == nullptr || a.node->kind != Kind::model) return false;
  for (const Field& field : a.node->model->fields) {
    const void* slot = static_cast<const char*>(a.slot) + field.offset;
    if (!each(field.name, handle_of({field.node, slot}))) break;
  }
  return true;
}

std::optional<Handle> AttributeSource::item(Handle h, std::int64_t index) const {
  const auto size = length(h);
  if (!size) return std::nullopt;
  if (index < 0) index += static_cast<std::int64_t>(*size);
  std::optional<Handle> found;
  children(held_at(h), [&](const Attribute& item) {
    if (index-- == 0) found = handle_of(item);
    return !found;
  });
  return found;
}

bool AttributeSource::items(Handle h, FunctionRef<bool(Handle item)> each) const {
  bool goes_on = true;
  if (!length(h)) return false;
  children(held_at(h), [&](const Attribute& item) { return goes_on = each(handle_of(item)); });
  return goes_on;
}

std::optional<std::size_t> AttributeSource::length(Handle h) const {
  const Attribute a = held_at(h);
  const bool is_list = a.node->kind == Kind::list || a.node->kind == Kind::tuple;
  if (a.slot == nullptr || !is_list || a.node->storage->size == nullptr) return std::nullopt;
  return a.node->storage->size(a.slot);
}

// What cannot be read has no value to show.
Value AttributeSource::capture(Handle h) const {
  const Attribute a = *reinterpret_cast<const Attribute*>(h);
  try {
    return dump_value(*a.node, a.slot, {}, DumpMode::values);
  } catch (const std::logic_error&) {
    return {};
  } catch (const Error&) {
    return {};
  }
}

void AttributeSource::children(const Attribute& of,
                               FunctionRef<bool(const Attribute&)> each) const {
  std::size_t i = 0;
  of.node->storage->each(of.slot, [&](const void* item) {
    const Node* node = of.node->kind != Kind::tuple
                           ? of.node->item
                           : of.node->items[std::min(i, of.node->items.size() - 1)];
    ++i;
    return each(Attribute{node, item});
  });
}

}  // namespace kindred::schema::detail
