#include "kindred/schema_value.hpp"

#include <algorithm>
#include <limits>

#include "kindred/detail/schema_calls.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema {
namespace {

using detail::KeyIndex;

// An index of all the keys: for comparing large values that came without one.
KeyIndex index_of(std::size_t count, KeyIndex::At at) {
  KeyIndex out;
  out.added(count, at);
  return out;
}

// Whether every key of the one is in the other with a value that `same` accepts. Keys that are
// equal as keys may be of different kinds: those are not the same.
bool same_dict(const Dict& a, const Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  const auto at = [&](std::size_t i) -> const Value& { return b.items[i].first; };
  const KeyIndex index = index_of(b.items.size(), at);
  return std::all_of(a.items.begin(), a.items.end(), [&](const Dict::Item& item) {
    const std::size_t found = index.find(item.first, b.items.size(), at);
    return found != KeyIndex::none && b.items[found].first == item.first &&
           b.items[found].second == item.second;
  });
}

bool same_set(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  const auto at = [&](std::size_t i) -> const Value& { return b[i]; };
  const KeyIndex index = index_of(b.size(), at);
  return std::all_of(a.begin(), a.end(), [&](const Value& item) {
    const std::size_t found = index.find(item, b.size(), at);
    return found != KeyIndex::none && b[found] == item;
  });
}

bool same_sequence(const Sequence& a, const Sequence& b) {
  if (a.form != b.form) return false;
  if (detail::is_set(a.form)) return same_set(a.items, b.items);
  return a.items == b.items;
}

bool is_absent(const Object& object, std::size_t i) {
  return i < object.absent.size() && object.absent[i];
}

bool same_object(const Object& a, const Object& b) {
  if (a.model != b.model || a.members.size() != b.members.size()) return false;
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (is_absent(a, i) != is_absent(b, i)) return false;
    if (!is_absent(a, i) && !(a.members[i] == b.members[i])) return false;
  }
  static const Dict nothing;
  return same_dict(a.extra ? *a.extra : nothing, b.extra ? *b.extra : nothing);
}

template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}
bool same(const Enumerator& a, const Enumerator& b) {
  return a.type == b.type && a.name == b.name && a.value == b.value;
}
bool same(const Secret& a, const Secret& b) { return a.value == b.value; }
bool same(const Sequence& a, const Sequence& b) { return same_sequence(a, b); }
bool same(const Dict& a, const Dict& b) { return same_dict(a, b); }
bool same(const Object& a, const Object& b) { return same_object(a, b); }
// Behind the others, which must be found from here: for these types `==` would compare as Values.
template <class T>
bool same(const detail::Box<T>& a, const detail::Box<T>& b) {
  return same(*a, *b);
}

}  // namespace

Value::Value() noexcept = default;
Value::Value(const Value& other) = default;
Value& Value::operator=(const Value& other) = default;
Value::Value(Value&& other) noexcept : held_(std::move(other.held_)) { other.held_.emplace<0>(); }
Value& Value::operator=(Value&& other) noexcept {
  if (this == &other) return *this;
  held_ = std::move(other.held_);
  other.held_.emplace<0>();
  return *this;
}
Value::~Value() = default;

Value::Value(std::nullptr_t) noexcept {}
Value::Value(bool v) noexcept : held_(v) {}
Value::Value(int v) noexcept : held_(std::int64_t{v}) {}
Value::Value(long v) noexcept : held_(std::int64_t{v}) {}
Value::Value(long long v) noexcept : held_(std::int64_t{v}) {}
Value::Value(unsigned v) noexcept : held_(std::int64_t{v}) {}
Value::Value(unsigned long v) : Value(static_cast<unsigned long long>(v)) {}
Value::Value(unsigned long long v) {
  if (v <= static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max())) {
    held_ = static_cast<std::int64_t>(v);
  } else {
    held_ = BigInt{std::to_string(v)};
  }
}
Value::Value(double v) noexcept : held_(v) {}
Value::Value(const char* v) : held_(std::string(v)) {}
Value::Value(std::string_view v) : held_(std::string(v)) {}
Value::Value(std::string v) : held_(std::move(v)) {}
Value::Value(Bytes v) : held_(std::move(v)) {}
Value::Value(BigInt v) : held_(std::move(v)) {}
Value::Value(BigDecimal v) : held_(detail::Box<BigDecimal>(std::move(v))) {}
Value::Value(date v) noexcept : held_(v) {}
Value::Value(TimeOfDay v) noexcept : held_(v) {}
Value::Value(DateTime v) noexcept : held_(v) {}
Value::Value(Duration v) noexcept : held_(v) {}
Value::Value(Uuid v) noexcept : held_(v) {}
Value::Value(Url v) : held_(detail::Box<Url>(std::move(v))) {}
Value::Value(MultiHostUrl v) : held_(detail::Box<MultiHostUrl>(std::move(v))) {}
Value::Value(NameEmail v) : held_(detail::Box<NameEmail>(std::move(v))) {}
Value::Value(Ip v) : held_(detail::Box<Ip>(std::move(v))) {}
Value::Value(Enumerator v) : held_(detail::Box<Enumerator>(std::move(v))) {}
Value::Value(Secret v) : held_(detail::Box<Secret>(std::move(v))) {}
Value::Value(Sequence v) : held_(detail::Box<Sequence>(std::move(v))) {}
Value::Value(Dict v) : held_(detail::Box<Dict>(std::move(v))) {}
Value::Value(Object v) : held_(detail::Box<Object>(std::move(v))) {}

bool operator==(const Value& a, const Value& b) {
  if (a.held_.index() != b.held_.index()) return false;
  return std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        return same(held, std::get<T>(b.held_));
      },
      a.held_);
}

const Value* Value::find(std::string_view name) const noexcept {
  if (const auto* dict = get_if<Dict>()) return dict->find(name);
  if (const auto* object = get_if<Object>()) return object->find(name);
  return nullptr;
}

const Value* Dict::find(std::string_view key) const noexcept {
  constexpr std::size_t few = 8;
  if (items.size() > few) return find(Value(key));
  for (const auto& [name, value] : items) {
    const auto* text = name.get_if<std::string>();
    if (text != nullptr && *text == key) return &value;
  }
  return nullptr;
}

const Value* Dict::find(const Value& key) const noexcept {
  const auto at = [&](std::size_t i) -> const Value& { return items[i].first; };
  const std::size_t found = index_.find(key, items.size(), at);
  return found == KeyIndex::none ? nullptr : &items[found].second;
}

Value& Dict::at_key(const Value& key) {
  const auto at = [&](std::size_t i) -> const Value& { return items[i].first; };
  const std::size_t found = index_.find(key, items.size(), at);
  if (found != KeyIndex::none) return items[found].second;
  items.emplace_back(key, Value());
  index_.added(items.size(), at);
  return items.back().second;
}

void Dict::erase(const Value& key) {
  const auto at = [&](std::size_t i) -> const Value& { return items[i].first; };
  const std::size_t found = index_.find(key, items.size(), at);
  if (found == KeyIndex::none) return;
  index_.removing(found, items.size(), at);
  if (found + 1 != items.size()) items[found] = std::move(items.back());
  items.pop_back();
}

std::string_view Object::class_name() const noexcept {
  return model == nullptr ? std::string_view() : std::string_view(model->name);
}

std::string_view Object::member_name(std::size_t index) const noexcept {
  return model == nullptr || index >= model->fields.size()
             ? std::string_view()
             : std::string_view(model->fields[index].name);
}

const Value* Object::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < members.size(); ++i)
    if (member_name(i) == name) return is_absent(*this, i) ? nullptr : &members[i];
  return extra ? extra->find(name) : nullptr;
}

}  // namespace kindred::schema
