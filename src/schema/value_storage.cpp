// Slots of type schema::Value: what dynamic models and fields of any type have.
#include <utility>

#include "kindred/detail/schema_calls.hpp"

namespace kindred::schema::detail {
namespace {

Value& at(void* slot) { return *static_cast<Value*>(slot); }
const Value& at(const void* slot) { return *static_cast<const Value*>(slot); }

// The held T, put there where another kind is held.
template <class T>
T& held(void* slot) {
  Value& value = at(slot);
  if (T* there = value.get_if<T>()) return *there;
  value = Value(T{});
  return *value.get_if<T>();
}

Sequence::Form form_of(Shape shape) {
  switch (shape) {
    case Shape::tuple: return Sequence::Form::tuple;
    case Shape::set: return Sequence::Form::set;
    case Shape::frozen_set: return Sequence::Form::frozen_set;
    default: return Sequence::Form::list;
  }
}

// Items of lists and tuples stay until end(), to be written over.
void begin(void* slot, Shape shape) {
  if (shape == Shape::dict) {
    auto& dict = held<Dict>(slot);
    dict.items.clear();
    dict.reindex();
    return;
  }
  auto& sequence = held<Sequence>(slot);
  sequence.form = form_of(shape);
  sequence.index.clear();
  if (shape == Shape::set || shape == Shape::frozen_set) sequence.items.clear();
}

void* item(void* slot, std::size_t index) {
  auto& items = held<Sequence>(slot).items;
  return index < items.size() ? &items[index] : &items.emplace_back();
}

void end(void* slot, std::size_t count) {
  if (at(slot).is(ValueKind::dict)) return;
  auto& sequence = held<Sequence>(slot);
  if (count < sequence.items.size()) sequence.items.resize(count);
  sequence.index = {};
}

bool insert(void* slot, void* scratch) {
  auto& set = held<Sequence>(slot);
  const auto item_at = [&](std::size_t i) -> const Value& { return set.items[i]; };
  if (set.index.find(at(scratch), set.items.size(), item_at) != KeyIndex::none) return false;
  set.items.push_back(std::exchange(at(scratch), Value()));
  set.index.added(set.items.size(), item_at);
  return true;
}

std::size_t size(const void* slot) {
  if (const auto* sequence = at(slot).get_if<Sequence>()) return sequence->items.size();
  if (const auto* dict = at(slot).get_if<Dict>()) return dict->items.size();
  return 0;
}

void each(const void* slot, FunctionRef<bool(const void*)> visit) {
  const auto* sequence = at(slot).get_if<Sequence>();
  if (sequence == nullptr) return;
  for (const Value& value : sequence->items)
    if (!visit(&value)) return;
}

void each_entry(const void* slot, FunctionRef<bool(const Value&, const void*)> visit) {
  const auto* dict = at(slot).get_if<Dict>();
  if (dict == nullptr) return;
  for (const auto& [key, value] : dict->items)
    if (!visit(key, &value)) return;
}

void* open_object(void* slot, const Model& model) {
  auto& object = held<Object>(slot);
  object.model = model.self.lock();
  object.members.resize(model.fields.size());
  object.fields_set.assign(model.fields.size(), false);
  object.absent.clear();
  object.extra.reset();
  if (model.extra == extra::allow) object.extra.emplace();
  return object.members.data();
}

// Members that may be left out and have no default are absent where the input has them not.
void close_object(void* slot, const Model& model, const std::vector<bool>& seen) {
  auto& object = held<Object>(slot);
  object.fields_set = seen;
  for (std::size_t i = 0; i < model.fields.size(); ++i) {
    const Field& field = model.fields[i];
    if (seen[i] || field.required || field.fallback.is_there()) continue;
    object.absent.resize(model.fields.size());
    object.absent[i] = true;
  }
}

void* extra_slot(void* slot, std::string_view key) {
  auto& object = held<Object>(slot);
  if (!object.extra) object.extra.emplace();
  return &object.extra->at_key(Value(key));
}

constexpr Storage make_table() {
  Storage out;
  out.copy = [](void* to, const void* from) { at(to) = at(from); };
  out.equal = [](const void* a, const void* b) { return at(a) == at(b); };
  out.put = [](void* slot, Value&& value) {
    at(slot) = std::move(value);
    return true;
  };
  out.get = [](const void* slot) { return at(slot); };
  out.begin = begin;
  out.item = item;
  out.end = end;
  out.reserve = [](void* slot, std::size_t count) { held<Sequence>(slot).items.reserve(count); };
  out.insert = insert;
  out.size = size;
  out.each = each;
  out.entry = [](void* slot, Value&& key) -> void* { return &held<Dict>(slot).at_key(key); };
  out.erase = [](void* slot, const Value& key) { held<Dict>(slot).erase(key); };
  out.each_entry = each_entry;
  out.open_object = open_object;
  out.close_object = close_object;
  out.extra = extra_slot;
  out.make = []() -> void* { return new Value; };
  out.drop = [](void* scratch) { delete static_cast<Value*>(scratch); };
  out.take = [](void* slot, int, void* scratch) { at(slot) = std::move(at(scratch)); };
  return out;
}

Node make_any() {
  Node out;
  out.kind = Kind::any;
  out.storage = &value_storage;
  out.item = &any_node;
  out.name = "any";
  finish(out);
  return out;
}

}  // namespace

constinit const Storage value_storage = make_table();
const Node any_node = make_any();

}  // namespace kindred::schema::detail
