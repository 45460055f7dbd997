// The JSON Schema of a type as a whole: the one at the top, and the definitions that it refers to.
#include "schema/json_schema.hpp"

#include <algorithm>
#include <utility>

namespace kindred::schema::detail {
namespace {

using Definitions = std::vector<SchemaDefinition>;
using Names = std::vector<std::string>;

// ---- classes that are described more than once

// The schema as text, with references as numbers of the classes that they lead to.
void append_signature(std::string& out, const Value& schema,
                      const std::vector<std::size_t>& classes) {
  if (const auto reference = as_reference(schema)) {
    out += '#' + std::to_string(classes[*reference]);
  } else if (const auto* dict = schema.get_if<Dict>()) {
    out += '{';
    for (const auto& [key, value] : dict->items) {
      append_json(out, key, 0, false);
      append_signature(out, value, classes);
    }
    out += '}';
  } else if (const auto* list = schema.get_if<Sequence>()) {
    out += '[';
    for (const Value& item : list->items) {
      append_signature(out, item, classes);
      out += ',';
    }
    out += ']';
  } else {
    append_json(out, schema, 0, false);
  }
}

// Numbers definitions so that the same ones have the same number: all of one name are taken to be
// the same until their texts, which have such numbers in them, tell them apart.
std::vector<std::size_t> classes_of(const Definitions& all) {
  std::vector<std::size_t> classes(all.size(), 0);
  std::size_t count = 0;
  for (;;) {
    std::map<std::string, std::size_t> known;
    std::vector<std::size_t> finer;
    for (const SchemaDefinition& each : all) {
      std::string text = each.name + ' ';
      append_signature(text, Value(each.body), classes);
      finer.push_back(known.try_emplace(std::move(text), known.size()).first->second);
    }
    classes = std::move(finer);
    if (known.size() == count) return classes;
    count = known.size();
  }
}

SameDefinitions same_definitions(const Definitions& all) {
  const std::vector<std::size_t> classes = classes_of(all);
  std::map<std::size_t, const void*> first;
  SameDefinitions out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [at, is_new] = first.try_emplace(classes[i], all[i].key);
    if (!is_new) out.emplace(all[i].key, at->second);
  }
  return out;
}

bool has_repeated_name(const Definitions& all) {
  std::set<std::string_view> seen;
  return std::any_of(all.begin(), all.end(),
                     [&](const SchemaDefinition& each) { return !seen.insert(each.name).second; });
}

// ---- references

// How often each definition is referred to from the schema and the definitions that it leads to.
void count(const Value& schema, const Definitions& all, std::vector<std::size_t>& counts) {
  if (const auto* list = schema.get_if<Sequence>()) {
    for (const Value& item : list->items) count(item, all, counts);
  }
  const auto* dict = schema.get_if<Dict>();
  if (dict == nullptr) return;
  for (const auto& [key, value] : dict->items) {
    const auto reference = as_reference(value);
    if (!reference) {
      count(value, all, counts);
    } else if (key == Value("$ref") && counts[*reference]++ == 0) {
      count(Value(all[*reference].body), all, counts);
    }
  }
}

std::vector<std::size_t> counts_of(const Dict& top, const Definitions& all) {
  std::vector<std::size_t> out(all.size(), 0);
  count(Value(top), all, out);
  return out;
}

// A class at the top stands there itself, unless something inside refers to it.
Dict unpacked(Dict top, const Definitions& all) {
  for (;;) {
    const Value* reference = top.items.size() == 1 ? top.find("$ref") : nullptr;
    const auto index = reference != nullptr ? as_reference(*reference) : std::nullopt;
    if (!index || counts_of(top, all)[*index] != 1) return top;
    top = Dict(all[*index].body);
  }
}

// Unique names of those that are used; empty for the others.
Names names_of(const Definitions& all, const std::vector<std::size_t>& counts) {
  std::map<std::string_view, std::size_t> used;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (counts[i] != 0) ++used[all[i].name];
  std::map<std::string_view, std::size_t> numbers;
  Names out(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (counts[i] == 0) continue;
    out[i] = all[i].name;
    if (used[all[i].name] > 1) out[i] += "__" + std::to_string(++numbers[all[i].name]);
  }
  return out;
}

std::string reference_text(const std::string& form, const std::string& name) {
  constexpr std::string_view place = "{model}";
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t at = form.find(place, from);
    out.append(form, from, at == form.npos ? at : at - from);
    if (at == form.npos) return out;
    out += name;
    from = at + place.size();
  }
}

// ---- the finished text

// Keys in order of the alphabet, but members and defaults in theirs; references as texts.
Value finished(const Value& schema, std::string_view under, const Names& names,
               const std::string& form) {
  if (const auto reference = as_reference(schema)) return reference_text(form, names[*reference]);
  if (const auto* list = schema.get_if<Sequence>()) {
    std::vector<Value> items;
    for (const Value& item : list->items) items.push_back(finished(item, under, names, form));
    return array_of(std::move(items));
  }
  const auto* dict = schema.get_if<Dict>();
  if (dict == nullptr) return schema;
  std::vector<const Dict::Item*> order;
  for (const Dict::Item& item : dict->items) order.push_back(&item);
  if (under != "properties" && under != "default") {
    std::sort(order.begin(), order.end(), [](const Dict::Item* a, const Dict::Item* b) {
      return a->first.get<std::string>() < b->first.get<std::string>();
    });
  }
  Dict out;
  for (const Dict::Item* item : order)
    out.at_key(item->first) = finished(item->second, item->first.get<std::string>(), names, form);
  return out;
}

Value put_together(Dict top, const Definitions& all, const JsonSchemaOptions& options) {
  top = unpacked(std::move(top), all);
  const std::vector<std::size_t> counts = counts_of(top, all);
  const Names names = names_of(all, counts);
  Dict definitions;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (counts[i] != 0) put(definitions, names[i], Value(all[i].body));
  if (!definitions.items.empty()) put(top, "$defs", Value(std::move(definitions)));
  return finished(Value(std::move(top)), {}, names, options.ref_template);
}

Value make(const Node& node, const JsonSchemaOptions& options,
           const std::set<const Node*>& defined) {
  SameDefinitions same;
  SchemaMaker first(options, same, defined);
  Dict top = first.type(node);
  if (!has_repeated_name(first.definitions()))
    return put_together(std::move(top), first.definitions(), options);
  same = same_definitions(first.definitions());
  SchemaMaker second(options, same, defined);
  top = second.type(node);
  return put_together(std::move(top), second.definitions(), options);
}

}  // namespace

Value json_schema(const Node& node, const JsonSchemaOptions& options) {
  std::set<const Node*> defined;
  for (;;) {
    try {
      return make(node, options, defined);
    } catch (const NeedsDefinition& found) {
      defined.insert(found.node);
    }
  }
}

}  // namespace kindred::schema::detail
