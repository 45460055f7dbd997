// What dumps ask of nodes and what they hold.
#include <any>
#include <utility>

#include "schema/dumper.hpp"

namespace kindred::schema::detail {
namespace {

// Slots made for a while.
class Scratch {
 public:
  explicit Scratch(const Storage& storage) : storage_(storage), slot_(storage.make()) {}
  ~Scratch() { storage_.drop(slot_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] void* slot() const noexcept { return slot_; }

 private:
  const Storage& storage_;
  void* slot_;
};

bool same_value(const Value& a, const Value& b) { return a == b || same_key(a, b); }

bool equals(const Node& node, const void* slot, const Value& value) {
  if (node.storage == &value_storage) return same_value(*static_cast<const Value*>(slot), value);
  return same_value(dump_value(node, slot, {}, DumpMode::values), value);
}

bool equals_made(const Field& field, const void* slot, const DumpOptions& options) {
  const Storage* storage = field.node->storage;
  if (storage == nullptr || storage->make == nullptr || storage->equal == nullptr) return false;
  const Scratch made(*storage);
  const auto no_data = [](std::string_view) { return std::optional<Value>(); };
  field.fallback.factory(made.slot(),
                         ValidationInfo(InputMode::values, options.context, field.name, no_data));
  if (storage == &value_storage)
    return equals(*field.node, slot, *static_cast<Value*>(made.slot()));
  return storage->equal(slot, made.slot());
}

bool is_number(ValueKind kind) noexcept {
  return kind == ValueKind::integer || kind == ValueKind::big_integer;
}

bool is_expected(const Node& node, const Value& v) {
  for (const Value& value : node.expected)
    if (value == v) return true;
  return false;
}

bool is_of_form(const Value& v, Sequence::Form form) {
  const auto* sequence = v.get_if<Sequence>();
  return sequence != nullptr && sequence->form == form;
}

bool is_kind(const Value& v, ValueKind kind) noexcept { return v.kind() == kind; }

// Nodes around one another without a container between them.
constexpr int most_around = 32;

bool fits(const Node& node, const Value& v, int around = 0) {
  if (around > most_around) return false;
  if (v.is_null()) return node.nullable || node.kind == Kind::none || node.kind == Kind::any;
  switch (node.kind) {
    case Kind::text:
    case Kind::email:
    case Kind::regex:
    case Kind::path: return is_kind(v, ValueKind::text);
    case Kind::integer: return is_number(v.kind());
    case Kind::boolean: return is_kind(v, ValueKind::boolean);
    case Kind::floating: return is_kind(v, ValueKind::floating);
    case Kind::datetime: return is_kind(v, ValueKind::datetime);
    case Kind::date: return is_kind(v, ValueKind::date);
    case Kind::time: return is_kind(v, ValueKind::time);
    case Kind::timedelta: return is_kind(v, ValueKind::duration);
    case Kind::decimal: return is_kind(v, ValueKind::decimal);
    case Kind::uuid: return is_kind(v, ValueKind::uuid);
    case Kind::bytes: return is_kind(v, ValueKind::bytes);
    case Kind::url: return is_kind(v, ValueKind::url);
    case Kind::multi_host_url: return is_kind(v, ValueKind::multi_host_url);
    case Kind::name_email: return is_kind(v, ValueKind::name_email);
    case Kind::ip: return is_kind(v, ValueKind::ip);
    case Kind::secret_text:
    case Kind::secret_bytes: return is_kind(v, ValueKind::secret);
    case Kind::literal: return is_expected(node, v);
    case Kind::enumeration: {
      const auto* held = v.get_if<Enumerator>();
      return held != nullptr ? held->type == node.name : is_expected(node, v);
    }
    case Kind::any: return true;
    case Kind::none: return false;
    case Kind::list: return is_of_form(v, node.form);
    case Kind::tuple: return is_of_form(v, Sequence::Form::tuple);
    case Kind::dict: return is_kind(v, ValueKind::dict);
    case Kind::model: {
      const auto* object = v.get_if<Object>();
      return object != nullptr && object->model.get() == node.model;
    }
    case Kind::union_:
    case Kind::tagged:
      for (const Choice& choice : node.choices)
        if (fits(*choice.node, v, around + 1)) return true;
      return false;
    case Kind::lax_or_strict: return fits(*node.choices.front().node, v, around + 1);
    case Kind::chain: return fits(*node.choices.back().node, v, around + 1);
    case Kind::json:
    case Kind::function:
    case Kind::recover: return node.item != nullptr && fits(*node.item, v, around + 1);
    case Kind::ignore: return false;
  }
  return false;
}

}  // namespace

bool is_null(const Node& node, const void* slot) {
  if (node.rep == Rep::opt_string)
    return !static_cast<const std::optional<std::string>*>(slot)->has_value();
  if (node.rep != Rep::other) return false;
  if (node.storage == &value_storage) return static_cast<const Value*>(slot)->is_null();
  if (node.through != nullptr && (slot = node.through->held(slot)) == nullptr) return true;
  switch (node.kind) {
    case Kind::function:
    case Kind::recover: return node.item != nullptr && is_null(*node.item, slot);
    case Kind::lax_or_strict: return is_null(*node.choices.front().node, slot);
    case Kind::chain: return is_null(*node.choices.back().node, slot);
    case Kind::json:
      return is_null(*node.item, node.storage->held != nullptr ? node.storage->held(slot) : slot);
    case Kind::none: return true;
    case Kind::union_:
    case Kind::tagged: {
      const auto which = static_cast<std::size_t>(node.storage->which(slot));
      return which >= node.choices.size() ||
             is_null(*node.choices[which].node, node.storage->held(slot));
    }
    case Kind::any:
    case Kind::literal:
    case Kind::enumeration:
      return node.storage->get != nullptr && node.storage->get(slot).is_null();
    default: return false;
  }
}

bool has_default(const Field& field, const void* slot, const DumpOptions& options) {
  const Node& node = *field.node;
  const MemberDefault& fallback = field.fallback;
  if (fallback.initial != nullptr)
    return node.storage->equal != nullptr && node.storage->equal(slot, fallback.initial);
  if (fallback.value) return equals(node, slot, *fallback.value);
  if (fallback.factory) return !fallback.factory_uses_data && equals_made(field, slot, options);
  return node.kind == Kind::recover && node.fallback && equals(node, slot, *node.fallback);
}

const Node* branch_of(const Node& node, const Value& v) {
  for (const Choice& choice : node.choices)
    if (fits(*choice.node, v)) return choice.node;
  return nullptr;
}

const Node* tuple_item(const Node& node, std::size_t index, std::size_t count) {
  if (!node.variadic) return index < node.items.size() ? node.items[index] : nullptr;
  if (index < *node.variadic) return node.items[index];
  const std::size_t behind =
      node.items.size() - *node.variadic - 1;  // items after the repeated one
  if (index + behind < count) return node.items[*node.variadic];
  return count - index <= behind ? node.items[node.items.size() - (count - index)] : nullptr;
}

}  // namespace kindred::schema::detail
