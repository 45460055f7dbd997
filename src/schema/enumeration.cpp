// Enumerations of C++ as nodes and values.
#include <algorithm>

#include "kindred/detail/schema_builder.hpp"

namespace kindred::schema::detail {

Value enumerator_value(std::string_view type, const std::vector<EnumName>& names,
                       std::int64_t number, bool by_value) {
  const auto at = std::find_if(names.begin(), names.end(),
                               [&](const EnumName& each) { return each.value == number; });
  Enumerator out{std::string(type), {}, Value(number)};
  if (at != names.end()) {
    out.name = at->name;
    if (!by_value) out.value = Value(at->name);
  }
  return out;
}

void describe_enumeration(Node& node, const std::vector<EnumName>& names, bool by_value) {
  for (const EnumName& each : names) {
    Value member = enumerator_value(node.name, names, each.value, by_value);
    node.expected.push_back(member.get<Enumerator>().value);
    node.members.push_back(std::move(member));
  }
  node.expected_text = or_list(node.expected);
}

bool enumerator_number(const Value& value, const std::vector<EnumName>& names,
                       std::int64_t& number) {
  if (const auto* held = value.get_if<std::int64_t>()) {
    number = *held;
    return true;
  }
  const auto* enumerator = value.get_if<Enumerator>();
  const auto* name = enumerator != nullptr ? &enumerator->name : value.get_if<std::string>();
  if (name == nullptr) return false;
  const auto at = std::find_if(names.begin(), names.end(),
                               [&](const EnumName& each) { return each.name == *name; });
  if (at != names.end()) number = at->value;
  return at != names.end();
}

}  // namespace kindred::schema::detail
