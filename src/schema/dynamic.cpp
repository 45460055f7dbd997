#include "kindred/schema_dynamic.hpp"

#include "kindred/detail/schema_calls.hpp"
#include "kindred/error.hpp"
#include "schema/dynamic_builder.hpp"

namespace kindred::schema {
namespace {

template <class Input>
using Call = detail::Report (*)(const detail::Node&, void*, Input, const ValidateOptions&);

template <class Input>
Result<Value> run(Call<Input> call, const detail::Node& node, Input input,
                  const ValidateOptions& options) {
  Value out;
  if (detail::Report report = call(node, &out, input, options))
    return ValidationError(std::move(report));
  return out;
}

}  // namespace

DynamicType::DynamicType(const TypeSpec& spec, const config& settings) {
  const auto arena = std::make_shared<detail::DynamicArena>();
  detail::SpecBuilder(*arena).build(spec, settings);
  for (detail::Model& model : arena->models)
    model.self = std::shared_ptr<const detail::Model>(arena, &model);
  root_ = std::shared_ptr<const detail::Node>(arena, arena->root);
}

const std::string& DynamicType::name() const noexcept { return root_->name; }

Result<Value> DynamicType::try_validate_json(std::string_view text,
                                             const ValidateOptions& options) const {
  return run<std::string_view>(detail::validate_json, *root_, text, options);
}
Result<Value> DynamicType::try_validate(const Value& value, const ValidateOptions& options) const {
  return run<const Value&>(detail::validate_value, *root_, value, options);
}
Result<Value> DynamicType::try_validate_strings(const Value& value,
                                                const ValidateOptions& options) const {
  return run<const Value&>(detail::validate_strings, *root_, value, options);
}

Value DynamicType::validate_json(std::string_view text, const ValidateOptions& options) const {
  return try_validate_json(text, options).value();
}
Value DynamicType::validate(const Value& value, const ValidateOptions& options) const {
  return try_validate(value, options).value();
}
Value DynamicType::validate_strings(const Value& value, const ValidateOptions& options) const {
  return try_validate_strings(value, options).value();
}

void DynamicType::assign(Value& object, std::string_view member, const Value& value,
                         const ValidateOptions& options) const {
  if (root_->kind != detail::Kind::model || !object.is(ValueKind::object))
    throw UsageError("a member of '" + name() + "' cannot be assigned: only objects have members");
  if (detail::Report report = detail::validate_assignment(*root_, &object, member, value, options))
    throw ValidationError(std::move(report));
}

Value DynamicType::dump(const Value& value, const DumpOptions& options) const {
  return detail::dump_value(*root_, &value, options, detail::DumpMode::values);
}
Value DynamicType::dump_jsonable(const Value& value, const DumpOptions& options) const {
  return detail::dump_value(*root_, &value, options, detail::DumpMode::json);
}
std::string DynamicType::dump_json(const Value& value, const DumpOptions& options) const {
  std::string out;
  detail::dump_json(*root_, &value, options, out);
  return out;
}

Value DynamicType::json_schema(const JsonSchemaOptions& options) const {
  return detail::json_schema(*root_, options);
}

namespace dynamic {

TypeSpec of(TypeKind kind, Constraints constraints) {
  TypeSpec out;
  out.kind = kind;
  out.constraints = std::move(constraints);
  return out;
}

namespace {
TypeSpec with_children(TypeKind kind, std::vector<TypeSpec> children,
                       Constraints constraints = {}) {
  TypeSpec out = of(kind, std::move(constraints));
  out.children = std::move(children);
  return out;
}
TypeSpec with_fields(TypeKind kind, std::string name, std::vector<FieldSpec> fields,
                     std::optional<config> settings) {
  TypeSpec out = of(kind);
  out.name = std::move(name);
  out.fields = std::move(fields);
  out.settings = std::move(settings);
  return out;
}
}  // namespace

TypeSpec literal(std::vector<Value> values) {
  TypeSpec out = of(TypeKind::literal);
  out.values = std::move(values);
  return out;
}
TypeSpec enumeration(std::string name, std::vector<EnumMember> members, std::string base) {
  TypeSpec out = of(TypeKind::enumeration);
  out.name = std::move(name);
  out.members = std::move(members);
  out.enum_base = std::move(base);
  return out;
}
TypeSpec list(TypeSpec items, Constraints constraints) {
  return with_children(TypeKind::list, {std::move(items)}, std::move(constraints));
}
TypeSpec set(TypeSpec items, Constraints constraints) {
  return with_children(TypeKind::set, {std::move(items)}, std::move(constraints));
}
TypeSpec tuple(std::vector<TypeSpec> items, std::optional<std::size_t> variadic) {
  TypeSpec out = with_children(TypeKind::tuple, std::move(items));
  out.variadic = variadic;
  return out;
}
TypeSpec dict(TypeSpec keys, TypeSpec values, Constraints constraints) {
  return with_children(TypeKind::dict, {std::move(keys), std::move(values)},
                       std::move(constraints));
}
TypeSpec nullable(TypeSpec inner) { return with_children(TypeKind::nullable, {std::move(inner)}); }
TypeSpec union_of(std::vector<TypeSpec> choices) {
  return with_children(TypeKind::union_, std::move(choices));
}
TypeSpec tagged_union(std::string discriminator,
                      std::vector<std::pair<Value, TypeSpec>> choices_by_tag) {
  TypeSpec out = of(TypeKind::tagged_union);
  out.discriminator.push_back({Value(std::move(discriminator))});
  for (auto& [tag, choice] : choices_by_tag) {
    out.tags.push_back(std::move(tag));
    out.children.push_back(std::move(choice));
  }
  return out;
}
TypeSpec json(TypeSpec inner) { return with_children(TypeKind::json, {std::move(inner)}); }
TypeSpec definitions(TypeSpec root, std::vector<TypeSpec> definitions) {
  definitions.insert(definitions.begin(), std::move(root));
  return with_children(TypeKind::definitions, std::move(definitions));
}
TypeSpec ref(std::string id) {
  TypeSpec out = of(TypeKind::ref);
  out.name = std::move(id);
  return out;
}
TypeSpec model(std::string name, std::vector<FieldSpec> fields, std::optional<config> settings) {
  return with_fields(TypeKind::model, std::move(name), std::move(fields), std::move(settings));
}
TypeSpec typed_dict(std::string name, std::vector<FieldSpec> fields,
                    std::optional<config> settings) {
  return with_fields(TypeKind::typed_dict, std::move(name), std::move(fields), std::move(settings));
}
TypeSpec root_model(std::string name, TypeSpec root) {
  TypeSpec out = with_children(TypeKind::root_model, {std::move(root)});
  out.name = std::move(name);
  return out;
}
FieldSpec field(std::string name, TypeSpec type, std::optional<Value> fallback) {
  FieldSpec out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.fallback = std::move(fallback);
  return out;
}

}  // namespace dynamic
}  // namespace kindred::schema
