#include "schema/value_source.hpp"

#include <algorithm>

#include "kindred/detail/schema_calls.hpp"
#include "schema/events.hpp"

namespace kindred::schema::detail {
namespace {

Handle handle_of(const Value& v) noexcept { return reinterpret_cast<Handle>(&v); }
const Value& value_at(Handle h) noexcept { return *reinterpret_cast<const Value*>(h); }

class ValueSource final : public Source {
 public:
  bool replay(Handle h, Validator& v) const override {
    const Value& x = value_at(h);
    v.at(h);
    switch (x.kind()) {
      case ValueKind::null: return v.Null();
      case ValueKind::boolean: return v.Bool(x.get<bool>());
      case ValueKind::integer: return v.Int64(x.get<std::int64_t>());
      case ValueKind::floating: return v.Double(x.get<double>());
      case ValueKind::text: {
        const auto& text = x.get<std::string>();
        return v.String(text.data(), static_cast<rapidjson::SizeType>(text.size()), true);
      }
      case ValueKind::sequence: return list(h, x.get<Sequence>(), v);
      case ValueKind::dict: return dict(h, x.get<Dict>(), v);
      case ValueKind::object: return object(h, x.get<Object>(), v);
      default: return v.Typed(x);
    }
  }
  bool members(Handle h, FunctionRef<bool(std::string_view, Handle)> each) const override {
    if (const auto* dict = value_at(h).get_if<Dict>()) {
      for (const auto& [key, value] : dict->items) {
        const auto* text = key.get_if<std::string>();
        if (text != nullptr && !each(*text, handle_of(value))) break;
      }
      return true;
    }
    if (const auto* object = value_at(h).get_if<Object>()) {
      for (std::size_t i = 0; i != object->members.size(); ++i)
        if (!is_absent(*object, i) && !each(object->member_name(i), handle_of(object->members[i])))
          break;
      return true;
    }
    return false;
  }
  std::optional<Handle> item(Handle h, std::int64_t index) const override {
    const auto* list = value_at(h).get_if<Sequence>();
    if (list == nullptr) return std::nullopt;
    const auto size = static_cast<std::int64_t>(list->items.size());
    if (index < 0) index += size;
    if (index < 0 || index >= size) return std::nullopt;
    return handle_of(list->items[static_cast<std::size_t>(index)]);
  }
  bool items(Handle h, FunctionRef<bool(Handle item)> each) const override {
    const auto* list = value_at(h).get_if<Sequence>();
    return list != nullptr && std::all_of(list->items.begin(), list->items.end(),
                                          [&](const Value& i) { return each(handle_of(i)); });
  }
  std::optional<std::size_t> length(Handle h) const override {
    const auto* list = value_at(h).get_if<Sequence>();
    return list == nullptr ? std::nullopt : std::optional(list->items.size());
  }
  Value capture(Handle h) const override { return value_at(h); }
  std::size_t cost(Handle h) const override {
    std::size_t sum = 1;
    const Value& x = value_at(h);
    if (const auto* list = x.get_if<Sequence>())
      for (const Value& i : list->items) sum += cost(handle_of(i));
    if (const auto* dict = x.get_if<Dict>())
      for (const auto& [key, value] : dict->items) sum += cost(handle_of(value));
    if (const auto* object = x.get_if<Object>())
      for (const Value& i : object->members) sum += cost(handle_of(i));
    return sum;
  }

 private:
  static bool is_absent(const Object& object, std::size_t member) {
    return member < object.absent.size() && object.absent[member];
  }
  // One child; the last one of a text that was cut may be at fault.
  bool child(Handle h, Validator& v, bool is_last) const {
    const bool may_drop = is_last && v.allows_partial();
    v.next_is_last(is_last);
    const std::size_t faults = v.fault_count();
    const bool goes_on = replay(h, v);
    if (!may_drop || v.fault_count() == faults) return goes_on;
    v.drop_last_child(faults);
    return true;
  }
  bool list(Handle h, const Sequence& x, Validator& v) const {
    if (!v.StartArray()) return false;
    for (const Value& i : x.items)
      if (!child(handle_of(i), v, &i == &x.items.back())) return false;
    v.at(h);
    return v.EndArray();
  }
  bool dict(Handle h, const Dict& x, Validator& v) const {
    if (!v.StartObject()) return false;
    for (const auto& each : x.items) {
      v.at(h);
      const auto* text = each.first.get_if<std::string>();
      const bool goes_on =
          text != nullptr
              ? v.Key(text->data(), static_cast<rapidjson::SizeType>(text->size()), true)
              : v.KeyValue(each.first);
      if (!goes_on || !child(handle_of(each.second), v, &each == &x.items.back())) return false;
    }
    v.at(h);
    return v.EndObject();
  }
  bool object(Handle h, const Object& x, Validator& v) const {
    if (!v.StartObject()) return false;
    for (std::size_t i = 0; i != x.members.size(); ++i) {
      if (is_absent(x, i)) continue;
      const std::string_view name = x.member_name(i);
      v.at(h);
      if (!v.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()), true) ||
          !replay(handle_of(x.members[i]), v))
        return false;
    }
    v.at(h);
    return v.EndObject();
  }
};

}  // namespace

const Source& value_source() {
  static const ValueSource source;
  return source;
}

}  // namespace kindred::schema::detail
