// Makes nodes for C++ types. What depends on no type is here and compiled once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/compile_error.hpp"
#include "kindred/detail/probe.hpp"
#include "kindred/detail/schema_constraints.hpp"
#include "kindred/detail/schema_node.hpp"

namespace kindred::schema::detail {

// A validator that stands behind a type.
struct Stage {
  Functions functions;  // before, wrap or plain
  After after;          // or this
  bool uses_data = false;
};

// The words behind a type, gathered.
struct FieldOptions {
  Constraints constraints;
  std::string discriminator;
  bool left_to_right = false;
  bool by_value = false;  // enumerations
  std::vector<Stage> stages;
  std::optional<Serializer> serializer;
  Meta meta;
  OnError on_error = OnError::raise;
  // of members only
  std::optional<std::string> alias, validation_alias, serialization_alias;
  std::vector<AliasPath> alias_paths;
  std::optional<bool> validate_default;
  bool frozen = false;
  bool exclude = false;

  // What describes the type itself, for the type inside an optional or an annotation.
  [[nodiscard]] FieldOptions inner() const;
  void add_json_schema_extra(std::string_view object);
  // What stands around: its functions come after, its other words win.
  void take_over(FieldOptions& outer);
};

// Where the nodes of one model, or one adapted type, live.
using Arena = std::deque<Node>;

class Builder {
 public:
  Builder(Arena& arena, const config& settings) : arena_(arena), settings_(settings) {}
  [[nodiscard]] Node& make(Kind kind, Rep rep, const Storage& storage);
  // A node to change: the one given where it is ours, else a copy.
  [[nodiscard]] Node& own(const Node& node);
  // The node of a map's keys: they lie in slots of type Value until they are put in. Throws
  // UsageError where a function would be given such a slot for one of the key's type.
  [[nodiscard]] const Node& own_key(const Node& node);
  [[nodiscard]] const config& settings() const noexcept { return settings_; }
  // Constraints, config and name; then complete.
  Node& settle(Node& node, const FieldOptions& options);
  // What speaks of a whole value: its functions, serializer and texts.
  const Node& dress(const Node& node, FieldOptions& options);
  // The node of what holds a value of the inner one.
  Node& through(const Node& inner, const Through& way, const Storage& holder, bool may_be_null);

 private:
  const Node& around(const Node& inner, Stage& stage);
  // Another node for the same values.
  Node& stand_for(const Node& node);
  Arena& arena_;
  const config& settings_;
};

// "'a', 'b' or 'c'".
[[nodiscard]] std::string or_list(const std::vector<Value>& values);

// ---- enumerations

// What may be given and what is held: names, or numbers.
void describe_enumeration(Node& node, const std::vector<EnumName>& names, bool by_value);
[[nodiscard]] Value enumerator_value(std::string_view type, const std::vector<EnumName>& names,
                                     std::int64_t number, bool by_value);
// Of an enumerator, its name, or its number. False where there is none of that name.
[[nodiscard]] bool enumerator_number(const Value& value, const std::vector<EnumName>& names,
                                     std::int64_t& number);

// ---- models

// A member of a struct that is a field. `complain` is for the compiler, the rest for run time.
struct DeclaredField {
  kindred::detail::TypeId type = 0;  // without optional and annotations
  std::string_view type_name;
  Kind kind = Kind::any;
  bool nullable = false;
  bool is_extra = false;         // ExtraFields
  bool is_relationship = false;  // of an entity
  void (*complain)(kindred::detail::Message&) = nullptr;
  FieldOptions (*options)() = nullptr;
  const Node& (*describe)(Builder&, FieldOptions&) = nullptr;
  std::size_t (*value_offset)() = nullptr;
  std::size_t (*state_offset)() = nullptr;
};

// One variable for each distinct kind of member.
template <class Member>
inline constexpr DeclaredField declared_as = Member::describe();

inline constexpr DeclaredField declared_extra = [] {
  DeclaredField out;
  out.is_extra = true;
  return out;
}();

// One static model. Never destroyed: nodes may be asked for while the program ends.
struct ModelEntry {
  std::atomic<const Node*> ready = nullptr;
  Arena arena;
  Model model;
  Node node;
  const Node* top = nullptr;  // `node`, or what stands around it
  bool begun = false;
  Dict* (*extra_of)(void*) = nullptr;
};
// Describes it, once, with all models that it leads to. Any thread.
const Node& build(ModelEntry& entry, void (*describe)(ModelEntry&));

// What Default and default_factory tell while the object that defaults are taken from is made.
struct FactoryNote {
  const void* member = nullptr;
  const DeclaredField* field = nullptr;
  std::function<void(void* slot, const ValidationInfo&)> factory;
  bool uses_data = false;
};
// Where members note their factories; null at other times.
[[nodiscard]] std::vector<FactoryNote>*& factory_notes() noexcept;

struct ModelPlan {
  std::string name;
  bool is_generic = false;
  config settings;
  const Storage* storage = nullptr;
  std::span<const std::string_view> names;  // of members, in C++
  const kindred::detail::FoundField* found = nullptr;
  const void* origin = nullptr;  // of the addresses in `found`
  const void* fresh = nullptr;   // a default-made object, that lives as long as the program
  std::vector<FactoryNote> factories;
};
// In this order: the node, with what stands around it; the fields; the end.
void begin_model(ModelEntry& entry, const ModelPlan& plan, std::optional<Stage> around);
void add_fields(ModelEntry& entry, const ModelPlan& plan);
void end_model(ModelEntry& entry, const ModelPlan& plan);

// The same of a root model, whose node is its value's with another name.
void begin_root(ModelEntry& entry, const ModelPlan& plan);
Node& end_root(ModelEntry& entry, const ModelPlan& plan, const Node& value);

// An entity to read from.
void begin_source(ModelEntry& entry, std::string_view name, const Storage& storage);
// Nothing where the type of the column is none of a field.
void add_source_field(ModelEntry& entry, std::string_view name, const DeclaredField& declared,
                      std::size_t offset);

// One member's way from an object to another: by copying, else by value.
struct Move {
  const Field* from = nullptr;
  const Field* to = nullptr;
  bool copies = false;
};
// Does all of them, or none. Only members that were set, if so asked. Throws
// kindred::ValidationError for a value that does not fit, naming the member.
void move_members(const std::vector<Move>& moves, const void* from, void* to, bool only_set);
[[nodiscard]] const Field* field_named(const Model& model, std::string_view name);

// An alternative of a tagged union, which may not be described yet.
struct TagPlan {
  std::string name;
  config settings;
  std::span<const std::string_view> names;
  const kindred::detail::FoundField* found = nullptr;
};
// The values that its discriminator may have lead to this choice. Throws UsageError where it has no
// such member, or one that is neither literal nor enumeration.
void add_model_tags(Choice& choice, const std::string& discriminator, Node& to,
                    const TagPlan& plan);
// Of a choice that is a tagged union itself.
void add_nested_tags(Choice& choice, const std::string& discriminator);

// Member by member.
void copy_members(const Model& model, void* to, const void* from);
[[nodiscard]] bool equal_members(const Model& model, const void* a, const void* b);
// A value as input for validation: what is behind the slot, by names, only members that were set.
[[nodiscard]] Value as_input(const Node& node, const void* slot);

}  // namespace kindred::schema::detail
