// Models and types that are described at run time, as data: what create_model and TypeAdapter are
// for. Values of them are schema::Value; those of models hold a schema::Object.
//
//   using namespace kindred::schema;
//   const DynamicType user(dynamic::model("User", {
//       dynamic::field("id", dynamic::integer({.ge = 1})),
//       dynamic::field("tags", dynamic::list(dynamic::string()), Value(Sequence{})),
//   }));
//   Value value = user.validate_json(R"({"id": "7"})");
//   std::string json = user.dump_json(value);
//
// Threads: descriptions are values. A DynamicType is immutable: any number of threads may use one,
// and copies share what it is made of, as do the objects that it makes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/detail/schema_constraints.hpp"
#include "kindred/schema_error.hpp"
#include "kindred/schema_options.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema {

using detail::AliasPath;
using detail::Meta;
using detail::OnError;

// Behind each kind that has any: its children.
enum class TypeKind : std::uint8_t {
  any,
  none,
  boolean,
  integer,  // of any size
  floating,
  decimal,
  text,
  bytes,
  date,
  time,
  datetime,
  timedelta,
  uuid,
  url,
  multi_host_url,
  email,
  name_email,
  ip_address,
  ip_interface,
  ip_network,
  secret_text,
  secret_bytes,
  path,  // this and the next three: text; JSON Schema tells them apart
  file_path,
  directory_path,
  new_path,
  regex,
  literal,
  enumeration,
  list,           // items, or none: anything
  set,            // as list
  frozen_set,     // as list
  tuple,          // one for each item
  dict,           // keys and values, or none
  nullable,       // one
  union_,         // the choices
  tagged_union,   // the choices; `tags` has one for each
  with_default,   // one
  json,           // what the text holds, or none: anything
  lax_or_strict,  // two: the type in lax mode and the one in strict mode
  chain,          // each is given the value that the one before made
  definitions,    // the type itself, then types that refs in any of these may name by their `id`
  ref,            // none; `name` is the `id` of a definition, or of a type around this one
  model,
  model_fields,  // a model without a class
  typed_dict,    // members that are not required may stay absent
  root_model,    // one
};

struct FieldSpec;
struct ComputedSpec;

struct EnumMember {
  std::string name;
  Value value;
};

// A type. Members that a kind does not use are left as they are.
struct TypeSpec {
  TypeKind kind = TypeKind::any;
  Constraints constraints{};
  std::vector<TypeSpec> children{};
  std::string id{};     // what refs name
  std::string label{};  // as a union's choice: its part of loc
  Meta meta{};          // of this use of the type
  Meta about{};         // of the class: models, root models, enumerations

  std::string name{};           // of models and enumerations; what a ref names
  std::vector<Value> values{};  // literal
  std::vector<EnumMember> members{};
  std::string enum_base{};  // "int", "str", "float": what the enumeration is besides
  int ip_version = 0;       // 4, 6, or 0: both

  std::optional<std::size_t> variadic{};  // tuple: the child that may come any number of times

  bool left_to_right = false;  // union: the first choice that fits, not the best
  bool auto_collapse = true;   // union: with one choice it is that choice
  std::vector<AliasPath>
      discriminator{};        // tagged union: where the tag is; the first that is there
  std::vector<Value> tags{};  // tagged union: by choice

  std::optional<Value> fallback{};  // with_default
  OnError on_error = OnError::raise;
  bool validate_default = false;

  std::vector<FieldSpec> fields;  // models
  std::optional<kindred::extra> extra{};
  std::vector<TypeSpec> extras{};      // at most one: what extra members must be
  std::vector<TypeSpec> extra_keys{};  // at most one: what their names must be
  // A model has the default config where none is given, whatever is around it. The texts in it are
  // copied.
  std::optional<config> settings{};
  std::vector<ComputedSpec> computed;
};

struct FieldSpec {
  std::string name;
  TypeSpec type;
  std::optional<bool> required{};  // else: where there is no default
  std::optional<Value> fallback{};
  std::function<Value()> factory{};
  std::optional<bool> validate_default{};
  OnError on_error = OnError::raise;
  std::optional<std::string> validation_alias{};
  std::vector<AliasPath> alias_paths{};  // in place of an alias: the first that is there
  std::optional<std::string> serialization_alias{};
  bool frozen = false;
  bool exclude = false;
  Meta meta{};
};

// A member that dumps have and input has not.
struct ComputedSpec {
  std::string name;
  TypeSpec type;
  std::optional<std::string> alias{};
  std::function<Value(const Value& object)> function{};  // none: described only
  Meta meta{};
};

class DynamicType {
 public:
  // `settings` is the config of everything outside models. Throws UsageError for a description that
  // contradicts itself, naming what and the remedy.
  explicit DynamicType(const TypeSpec& spec, const config& settings = {});

  // "User", "list[int]".
  [[nodiscard]] const std::string& name() const noexcept;

  // These throw ValidationError with every error; try_ ones return it.
  [[nodiscard]] Value validate_json(std::string_view text,
                                    const ValidateOptions& options = {}) const;
  [[nodiscard]] Value validate(const Value& value, const ValidateOptions& options = {}) const;
  // All scalars are texts: forms, queries, CSV.
  [[nodiscard]] Value validate_strings(const Value& value,
                                       const ValidateOptions& options = {}) const;
  [[nodiscard]] Result<Value> try_validate_json(std::string_view text,
                                                const ValidateOptions& options = {}) const;
  [[nodiscard]] Result<Value> try_validate(const Value& value,
                                           const ValidateOptions& options = {}) const;
  [[nodiscard]] Result<Value> try_validate_strings(const Value& value,
                                                   const ValidateOptions& options = {}) const;
  // Validates one member and sets it; on failure the object is as before. Precondition: `object`
  // was made by this type, which is a model.
  void assign(Value& object, std::string_view member, const Value& value,
              const ValidateOptions& options = {}) const;

  // Precondition of the three: `value` was made by this type.
  [[nodiscard]] Value dump(const Value& value, const DumpOptions& options = {}) const;
  // With such values only as JSON has.
  [[nodiscard]] Value dump_jsonable(const Value& value, const DumpOptions& options = {}) const;
  [[nodiscard]] std::string dump_json(const Value& value, const DumpOptions& options = {}) const;

  // Draft 2020-12.
  [[nodiscard]] Value json_schema(const JsonSchemaOptions& options = {}) const;

  [[nodiscard]] const detail::Node& node() const noexcept { return *root_; }

 private:
  std::shared_ptr<const detail::Node> root_;  // shares what holds all nodes and models
};

// Descriptions, made shortly.
namespace dynamic {

TypeSpec of(TypeKind kind, Constraints constraints = {});  // a kind without children
inline TypeSpec any() { return of(TypeKind::any); }
inline TypeSpec none() { return of(TypeKind::none); }
inline TypeSpec boolean() { return of(TypeKind::boolean); }
inline TypeSpec integer(Constraints c = {}) { return of(TypeKind::integer, std::move(c)); }
inline TypeSpec floating(Constraints c = {}) { return of(TypeKind::floating, std::move(c)); }
inline TypeSpec decimal(Constraints c = {}) { return of(TypeKind::decimal, std::move(c)); }
inline TypeSpec string(Constraints c = {}) { return of(TypeKind::text, std::move(c)); }
inline TypeSpec bytes(Constraints c = {}) { return of(TypeKind::bytes, std::move(c)); }
inline TypeSpec date(Constraints c = {}) { return of(TypeKind::date, std::move(c)); }
inline TypeSpec time(Constraints c = {}) { return of(TypeKind::time, std::move(c)); }
inline TypeSpec datetime(Constraints c = {}) { return of(TypeKind::datetime, std::move(c)); }
inline TypeSpec timedelta(Constraints c = {}) { return of(TypeKind::timedelta, std::move(c)); }
inline TypeSpec uuid(Constraints c = {}) { return of(TypeKind::uuid, std::move(c)); }
inline TypeSpec url(Constraints c = {}) { return of(TypeKind::url, std::move(c)); }
inline TypeSpec email() { return of(TypeKind::email); }

TypeSpec literal(std::vector<Value> values);
TypeSpec enumeration(std::string name, std::vector<EnumMember> members, std::string base = {});
TypeSpec list(TypeSpec items, Constraints constraints = {});
TypeSpec set(TypeSpec items, Constraints constraints = {});
TypeSpec tuple(std::vector<TypeSpec> items, std::optional<std::size_t> variadic = {});
TypeSpec dict(TypeSpec keys, TypeSpec values, Constraints constraints = {});
TypeSpec nullable(TypeSpec inner);
TypeSpec union_of(std::vector<TypeSpec> choices);
TypeSpec tagged_union(std::string discriminator,
                      std::vector<std::pair<Value, TypeSpec>> choices_by_tag);
TypeSpec json(TypeSpec inner);
TypeSpec definitions(TypeSpec root, std::vector<TypeSpec> definitions);
TypeSpec ref(std::string id);
TypeSpec model(std::string name, std::vector<FieldSpec> fields,
               std::optional<config> settings = {});
TypeSpec typed_dict(std::string name, std::vector<FieldSpec> fields,
                    std::optional<config> settings = {});
TypeSpec root_model(std::string name, TypeSpec root);
FieldSpec field(std::string name, TypeSpec type, std::optional<Value> fallback = {});

}  // namespace dynamic
}  // namespace kindred::schema
