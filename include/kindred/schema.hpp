// Validating, dumping and describing schema models (schema_field.hpp), and any other type that a
// field may have.
//
//   auto in  = schema::model_validate_json<UserCreate>(body);      // throws with every error, or
//   auto res = schema::try_validate_json<UserCreate>(body);        // if (!res) res.error().json()
//   auto out = schema::model_validate<UserOut>(from(other));       // from another model's object
//   std::string json = schema::model_dump_json(out, {.exclude_none = true});
//   auto users = schema::TypeAdapter<std::vector<User>>::validate_json(body);
//
// Each reading function throws schema::ValidationError; its try_ form returns a Result. Other
// exceptions come from functions of the program, or are UsageError: a model that cannot be
// described (a pattern that is none, bounds that exclude each other), at its first use.
//
// Threads: any number at once, on different objects.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/detail/schema_struct.hpp"
#include "kindred/schema_computed.hpp"
#include "kindred/schema_error.hpp"
#include "kindred/schema_field.hpp"
#include "kindred/schema_options.hpp"

namespace kindred {

namespace schema {

// An object to read another model's members from, by name. It must live as long as this.
class Source {
 public:
  Source(const detail::Node& node, const void* object) : node_(&node), object_(object) {}
  [[nodiscard]] const detail::Node& node() const noexcept { return *node_; }
  [[nodiscard]] const void* object() const noexcept { return object_; }

 private:
  const detail::Node* node_;
  const void* object_;
};

namespace detail {

template <class T>
concept Describable = ModelStruct<T> || is_root_model<T> || is_supported<T>();

// The node of the model itself, without the functions that stand around it.
template <ModelStruct T>
const Node& bare_node() {
  (void)model_node<T>();
  return entry_of<T>().node;
}
template <ModelStruct T>
const Model& model_of() {
  return *bare_node<T>().model;
}

inline void check(Report report) {
  if (report != nullptr) throw ValidationError(std::move(report));
}
template <class T, class Call>
T validated(Call call) {
  T out{};
  check(call(node_of<T>(), slot_of(out)));
  return out;
}
template <class T, class Call>
Result<T> tried(Call call) {
  T out{};
  if (Report report = call(node_of<T>(), slot_of(out))) return ValidationError(std::move(report));
  return out;
}

}  // namespace detail

// ---- from JSON text

template <class T>
[[nodiscard]] T model_validate_json(std::string_view text, const ValidateOptions& options = {}) {
  return detail::validated<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_json(node, slot, text, options);
  });
}
template <class T>
[[nodiscard]] Result<T> try_validate_json(std::string_view text,
                                          const ValidateOptions& options = {}) {
  return detail::tried<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_json(node, slot, text, options);
  });
}
// Over an object that is there, whose memory is used again. Where it throws, the object is valid as
// a C++ object, with unspecified content.
template <class T>
void validate_json_into(T& object, std::string_view text, const ValidateOptions& options = {}) {
  detail::check(
      detail::validate_json(detail::node_of<T>(), detail::slot_of(object), text, options));
}

// ---- from values

template <class T>
[[nodiscard]] T model_validate(const Value& value, const ValidateOptions& options = {}) {
  return detail::validated<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_value(node, slot, value, options);
  });
}
template <class T>
[[nodiscard]] Result<T> try_validate(const Value& value, const ValidateOptions& options = {}) {
  return detail::tried<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_value(node, slot, value, options);
  });
}
// From the members of another object: model_validate<UserOut>(from(user)).
template <class T>
[[nodiscard]] T model_validate(const Source& source, const ValidateOptions& options = {}) {
  return detail::validated<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_attributes(node, slot, source.node(), source.object(), options);
  });
}
template <class T>
[[nodiscard]] Result<T> try_validate(const Source& source, const ValidateOptions& options = {}) {
  return detail::tried<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_attributes(node, slot, source.node(), source.object(), options);
  });
}
// From values whose scalars are all texts: forms, query strings, CSV.
template <class T>
[[nodiscard]] T model_validate_strings(const Value& value, const ValidateOptions& options = {}) {
  return detail::validated<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_strings(node, slot, value, options);
  });
}
template <class T>
[[nodiscard]] Result<T> try_validate_strings(const Value& value,
                                             const ValidateOptions& options = {}) {
  return detail::tried<T>([&](const detail::Node& node, void* slot) {
    return detail::validate_strings(node, slot, value, options);
  });
}

// ---- from C++ values

struct FieldInfo;

namespace detail {

// Whether assigning to this member asks the validator.
[[nodiscard]] bool is_guarded(const Model& model, std::string_view member);
[[nodiscard]] std::vector<std::string> fields_set(const Model& model, const void* object);
[[nodiscard]] std::vector<FieldInfo> field_infos(const Model& model);

template <auto P, class U>
struct Setting {
  U value;
  static constexpr std::string_view name = kindred::detail::member_name<P>;
  template <class T>
  void to(T& object) const {
    static_assert(
        std::is_base_of_v<typename kindred::detail::MemberPointer<decltype(P)>::entity, T>,
        "set<&M::member>(...): M must be the model or a base of it");
    object.*P = value;
  }
};

template <class U>
Value input_of(const U& value) {
  if constexpr (std::is_same_v<U, Value>) {
    return value;
  } else if constexpr (Describable<U>) {
    return as_input(node_of<U>(), slot_of(value));
  } else if constexpr (std::is_same_v<U, std::nullopt_t>) {
    return {};
  } else {
    static_assert(std::is_constructible_v<Value, const U&>,
                  "this is no value that a field may have, nor a schema::Value");
    return Value(value);
  }
}

}  // namespace detail

// For make, model_construct and model_copy: set<&User::email>("a@b.c").
template <auto P, class U>
[[nodiscard]] auto set(U&& value) {
  return detail::Setting<P, std::decay_t<U>>{std::forward<U>(value)};
}

// A valid T from the members given: make<User>(set<&User::email>("a@b.c")). Members are validated
// as values: strings, numbers and C++ values that fields may have. Throws ValidationError.
template <class T, auto... P, class... U>
[[nodiscard]] T make(const detail::Setting<P, U>&... members) {
  Dict input;
  (input.items.emplace_back(Value(members.name), detail::input_of(members.value)), ...);
  return model_validate<T>(Value(std::move(input)), {.by_alias = false, .by_name = true});
}
// The same of an object whose members were not checked: make<User>({.email = "a@b.c"}). Only those
// that were set are looked at.
template <detail::ModelStruct T>
[[nodiscard]] T make(const T& unchecked) {
  return model_validate<T>(detail::as_input(detail::bare_node<T>(), &unchecked),
                           {.by_alias = false, .by_name = true});
}
// A T with these members and the defaults of others, without validation.
template <detail::ModelStruct T, auto... P, class... U>
[[nodiscard]] T model_construct(const detail::Setting<P, U>&... members) {
  T out{};
  (members.to(out), ...);
  return out;
}
// A copy with other values for these members, without validation.
template <detail::ModelStruct T, auto... P, class... U>
[[nodiscard]] T model_copy(const T& object, const detail::Setting<P, U>&... members) {
  T out(object);
  (members.to(out), ...);
  return out;
}
// Assigns a member as the model's config asks for: validated with validate_assignment, refused
// where the model or member is frozen. Throws ValidationError; the object is then as before.
template <auto P, detail::ModelStruct T, class U>
void assign(T& object, U&& value) {
  constexpr std::string_view name = kindred::detail::member_name<P>;
  const detail::Node& node = detail::bare_node<T>();
  if (detail::is_guarded(*node.model, name))
    detail::check(detail::validate_assignment(node, &object, name, detail::input_of(value), {}));
  else
    object.*P = std::forward<U>(value);
}

// ---- what is in an object

// The members that were set, in order of declaration, then those of model_extra.
template <detail::ModelStruct T>
[[nodiscard]] std::vector<std::string> model_fields_set(const T& object) {
  return detail::fields_set(detail::model_of<T>(), &object);
}
// What extra::allow kept; null where the model keeps nothing.
template <detail::ModelStruct T>
[[nodiscard]] const Dict* model_extra(const T& object) {
  const detail::Model& model = detail::model_of<T>();
  return model.extra_of == nullptr ? nullptr : model.extra_of(const_cast<T*>(&object));
}

// ---- out

template <class T>
[[nodiscard]] Value model_dump(const T& object, const DumpOptions& options = {}) {
  return detail::dump_value(detail::node_of<T>(), detail::slot_of(object), options,
                            detail::DumpMode::values);
}
// As a value with what JSON has only.
template <class T>
[[nodiscard]] Value model_dump_jsonable(const T& object, const DumpOptions& options = {}) {
  return detail::dump_value(detail::node_of<T>(), detail::slot_of(object), options,
                            detail::DumpMode::json);
}
template <class T>
[[nodiscard]] std::string model_dump_json(const T& object, const DumpOptions& options = {}) {
  std::string out;
  detail::dump_json(detail::node_of<T>(), detail::slot_of(object), options, out);
  return out;
}
// Appends, so that the text's memory is used again.
template <class T>
void model_dump_json_into(std::string& out, const T& object, const DumpOptions& options = {}) {
  detail::dump_json(detail::node_of<T>(), detail::slot_of(object), options, out);
}

// JSON Schema, draft 2020-12.
template <class T>
[[nodiscard]] Value model_json_schema(const JsonSchemaOptions& options = {}) {
  return detail::json_schema(detail::node_of<T>(), options);
}

// ---- what a model is

struct FieldInfo {
  std::string name;
  std::string type;                  // "int", "list[str]", "nullable[User]"
  std::optional<std::string> alias;  // under which it is read
  bool is_required = true;
  bool is_frozen = false;
  std::optional<Value> fallback;  // a default that is a value
  std::string title;
  std::string description;
};
template <detail::ModelStruct T>
[[nodiscard]] std::vector<FieldInfo> model_fields() {
  return detail::field_infos(detail::model_of<T>());
}

// All of the above for one type, also one that is no model: TypeAdapter<std::map<std::string,
// User>>.
template <class T>
struct TypeAdapter {
  [[nodiscard]] static T validate_json(std::string_view text, const ValidateOptions& options = {}) {
    return model_validate_json<T>(text, options);
  }
  [[nodiscard]] static Result<T> try_validate_json(std::string_view text,
                                                   const ValidateOptions& options = {}) {
    return schema::try_validate_json<T>(text, options);
  }
  static void validate_json_into(T& object, std::string_view text,
                                 const ValidateOptions& options = {}) {
    schema::validate_json_into(object, text, options);
  }
  [[nodiscard]] static T validate(const Value& value, const ValidateOptions& options = {}) {
    return model_validate<T>(value, options);
  }
  [[nodiscard]] static T validate(const Source& source, const ValidateOptions& options = {}) {
    return model_validate<T>(source, options);
  }
  [[nodiscard]] static T validate_strings(const Value& value, const ValidateOptions& options = {}) {
    return model_validate_strings<T>(value, options);
  }
  [[nodiscard]] static Value dump(const T& object, const DumpOptions& options = {}) {
    return model_dump(object, options);
  }
  [[nodiscard]] static std::string dump_json(const T& object, const DumpOptions& options = {}) {
    return model_dump_json(object, options);
  }
  [[nodiscard]] static Value json_schema(const JsonSchemaOptions& options = {}) {
    return model_json_schema<T>(options);
  }
};

}  // namespace schema

// The members of this object, for schema::model_validate. It must outlive the call.
template <schema::detail::ModelStruct T>
requires schema::detail::has_fields<T>
[[nodiscard]] schema::Source from(const T& object) {
  return {schema::detail::bare_node<T>(), &object};
}

}  // namespace kindred
