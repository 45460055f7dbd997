// One member of an object that exists.
#include "schema/frames.hpp"
#include "schema/value_source.hpp"

namespace kindred::schema::detail {

bool Validator::assign(const Node& model_node, void* slot, std::size_t member, Handle value) {
  const Model& m = *model_node.model;
  const Field& field = m.fields[member];
  Frame* f = enter(Frame::Kind::model, &model_node, slot);
  if (f == nullptr) return false;
  f->model = &m;
  // Members of a run-time object lie in the object that the Value holds.
  void* const there = opened(model_node, slot);
  Object* const object =
      model_node.storage == &value_storage ? static_cast<Value*>(there)->get_if<Object>() : nullptr;
  f->base = object != nullptr ? reinterpret_cast<char*>(object->members.data())
                              : static_cast<char*>(there);
  f->current = static_cast<std::int32_t>(member);
  char* const base = f->base;
  const Storage& storage = *field.node->storage;
  void* const to = base + field.offset;
  // What is there stays until everything is known to be good.
  struct Scratch {
    const Storage& of;
    void* held;
    ~Scratch() { of.drop(held); }
  };
  const Scratch fresh{storage, storage.make()};
  const Scratch before{storage, storage.make()};
  storage.copy(before.held, to);
  bool goes_on = send_to(*field.node, fresh.held, [&] { return source_->replay(value, *this); });
  top_->current = -1;
  if (goes_on && faults_.empty()) {
    storage.copy(to, fresh.held);
    if (!m.after.empty()) goes_on = run_object_functions(m, base, value);
    if (!faults_.empty()) {
      storage.copy(to, before.held);
    } else if (object != nullptr) {
      object->fields_set.resize(m.fields.size());
      object->fields_set[member] = true;
      if (!object->absent.empty()) object->absent[member] = false;
    } else if (field.state >= 0) {
      base[field.state] = static_cast<char>(FieldState::set);
    }
  }
  leave();
  return goes_on;
}

}  // namespace kindred::schema::detail
