// Makes the JSON Schema of a type, laid out as Pydantic does it: classes stand in $defs and are
// referred to, everything else stands where it is used.
//
// Until the end a reference is no text but an Enumerator that counts definitions, which nothing
// else in a schema is: members, defaults and examples may have any name and text.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/detail/schema_calls.hpp"

namespace kindred::schema::detail {

struct SchemaDefinition {
  const void* key = nullptr;  // model, or node of an enumeration or root model
  std::string name;           // as it may stand in $defs, not yet unique
  Dict body;
  bool is_complete = false;
};

// Which keys are of the same definition: from one that is not the first to the first.
using SameDefinitions = std::map<const void*, const void*>;

// A type that holds itself without a class in between; it needs a definition.
struct NeedsDefinition {
  const Node* node;
};

class SchemaMaker {
 public:
  SchemaMaker(const JsonSchemaOptions& options, const SameDefinitions& same,
              const std::set<const Node*>& defined)
      : options_(options), same_(same), defined_(defined) {}

  // Throws NeedsDefinition.
  [[nodiscard]] Dict type(const Node& n);
  [[nodiscard]] std::vector<SchemaDefinition>& definitions() noexcept { return definitions_; }
  [[nodiscard]] const std::vector<SchemaDefinition>& definitions() const noexcept {
    return definitions_;
  }

 private:
  [[nodiscard]] bool is_output() const noexcept {
    return options_.mode == SchemaMode::serialization;
  }

  // ---- definitions
  Dict define(const void* key, std::string_view name, FunctionRef<Dict()> make);
  [[nodiscard]] const Dict* resolved(const Dict& schema) const;
  void drop_redundant(Dict& schema) const;

  // ---- types
  [[nodiscard]] Dict plain(const Node& n);
  [[nodiscard]] Dict of_kind(const Node& n);
  [[nodiscard]] Dict scalar(const Node& n) const;
  [[nodiscard]] Dict decimal(const Node& n) const;
  [[nodiscard]] Dict literal(const Node& n) const;
  [[nodiscard]] Dict enumeration(const Node& n);
  [[nodiscard]] Dict root(const Node& n);
  [[nodiscard]] Dict list(const Node& n);
  [[nodiscard]] Dict tuple(const Node& n);
  [[nodiscard]] Dict dict(const Node& n);
  [[nodiscard]] Dict function(const Node& n);
  [[nodiscard]] Dict recover(const Node& n);
  [[nodiscard]] Dict json_text(const Node& n);
  [[nodiscard]] Dict union_of(std::vector<Dict> branches) const;
  [[nodiscard]] Dict choices(const Node& n);
  [[nodiscard]] Dict tagged(const Node& n);
  [[nodiscard]] std::string discriminator(const Node& n, const std::vector<Dict>& branches) const;

  // ---- models
  [[nodiscard]] Dict model(const Node& n);
  [[nodiscard]] Dict model_body(const Model& m);
  [[nodiscard]] Dict members(const Model& m);
  [[nodiscard]] Dict member(const Field& field);
  [[nodiscard]] Dict computed(const Computed& member);
  [[nodiscard]] std::string key_of(const Field& field) const;
  void finish_member(Dict& schema, const Node& n, const Meta& meta, std::string_view key) const;
  void add_extra(Dict& to, const Model& m);
  void add_default(Dict& to, const Field& field) const;
  void add_default(Dict& to, const Node& n, const Value& value) const;
  void add_default(Dict& to, const Node& n, const void* slot) const;

  const JsonSchemaOptions& options_;
  const SameDefinitions& same_;
  const std::set<const Node*>& defined_;
  std::vector<SchemaDefinition> definitions_;
  std::map<const void*, std::size_t> by_key_;
  std::set<const Node*> open_;  // types around the one at work, up to a definition
};

// ---- parts of schemas
void put(Dict& schema, std::string_view key, Value value);
void put_new(Dict& schema, std::string_view key, Value value);  // kept where it is there
void drop(Dict& schema, std::string_view key);
[[nodiscard]] Dict type_named(std::string_view type);
// Title, description, examples, deprecated, json_schema_extra.
void add_meta(Dict& schema, const Meta& meta);
[[nodiscard]] Value jsonable(const Value& v);
[[nodiscard]] Value array_of(std::vector<Value> items);
// Without those that are equal to an earlier one.
[[nodiscard]] std::vector<Dict> without_repeats(std::vector<Dict> schemas);
[[nodiscard]] Value array_of(std::vector<Dict> schemas);
[[nodiscard]] const std::string* type_in(const Dict& schema);

// Whether a member of this type is given a title from its name: not where a class has its own.
[[nodiscard]] bool takes_title(const Node& n);
// "user_name" -> "User Name".
[[nodiscard]] std::string title_of(std::string_view name);
// As it may stand in a reference: "Model[int]" -> "Model_int_".
[[nodiscard]] std::string definition_name(std::string_view name);
// Of a type that stands for another one as it is.
[[nodiscard]] const Node* stands_for(const Node& n) noexcept;

// A reference to the definition at that index.
[[nodiscard]] Value reference_to(std::size_t index);
[[nodiscard]] std::optional<std::size_t> as_reference(const Value& v);

}  // namespace kindred::schema::detail
