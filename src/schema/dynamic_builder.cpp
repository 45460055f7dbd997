#include "schema/dynamic_builder.hpp"

#include <algorithm>

#include "kindred/detail/schema_builder.hpp"
#include "kindred/error.hpp"

namespace kindred::schema::detail {
namespace {

constexpr unsigned deepest = 200;  // types inside each other

std::string_view name_of(TypeKind kind) {
  static constexpr std::string_view names[] = {
      "any",        "none",         "bool",       "int",          "float",
      "decimal",    "str",          "bytes",      "date",         "time",
      "datetime",   "timedelta",    "uuid",       "url",          "multi-host-url",
      "email",      "name-email",   "ip-address", "ip-interface", "ip-network",
      "secret-str", "secret-bytes", "path",       "file-path",    "directory-path",
      "new-path",   "regex",        "literal",    "enumeration",  "list",
      "set",        "frozenset",    "tuple",      "dict",         "nullable",
      "union",      "tagged union", "default",    "json",         "lax-or-strict",
      "chain",      "definitions",  "ref",        "model",        "model-fields",
      "typed-dict", "root model"};
  return names[static_cast<std::size_t>(kind)];
}

// "model 'User'", "list".
std::string text_of(const TypeSpec& spec) {
  std::string out(name_of(spec.kind));
  const std::string& name = spec.name.empty() ? spec.id : spec.name;
  return name.empty() ? out : out + " '" + name + '\'';
}

[[noreturn]] void refuse(const TypeSpec& spec, const std::string& what) {
  throw UsageError(text_of(spec) + ' ' + what);
}

Kind kind_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::none: return Kind::none;
    case TypeKind::boolean: return Kind::boolean;
    case TypeKind::integer: return Kind::integer;
    case TypeKind::floating: return Kind::floating;
    case TypeKind::decimal: return Kind::decimal;
    case TypeKind::text: return Kind::text;
    case TypeKind::bytes: return Kind::bytes;
    case TypeKind::date: return Kind::date;
    case TypeKind::time: return Kind::time;
    case TypeKind::datetime: return Kind::datetime;
    case TypeKind::timedelta: return Kind::timedelta;
    case TypeKind::uuid: return Kind::uuid;
    case TypeKind::url: return Kind::url;
    case TypeKind::multi_host_url: return Kind::multi_host_url;
    case TypeKind::email: return Kind::email;
    case TypeKind::name_email: return Kind::name_email;
    case TypeKind::ip_address:
    case TypeKind::ip_interface:
    case TypeKind::ip_network: return Kind::ip;
    case TypeKind::secret_text: return Kind::secret_text;
    case TypeKind::secret_bytes: return Kind::secret_bytes;
    case TypeKind::path:
    case TypeKind::file_path:
    case TypeKind::directory_path:
    case TypeKind::new_path: return Kind::path;
    case TypeKind::regex: return Kind::regex;
    case TypeKind::tuple: return Kind::tuple;
    case TypeKind::dict: return Kind::dict;
    case TypeKind::list:
    case TypeKind::set:
    case TypeKind::frozen_set: return Kind::list;
    case TypeKind::with_default: return Kind::recover;
    case TypeKind::json: return Kind::json;
    case TypeKind::lax_or_strict: return Kind::lax_or_strict;
    case TypeKind::chain: return Kind::chain;
    default: return Kind::any;
  }
}

bool is_empty(const Meta& meta) {
  return meta.title.empty() && meta.description.empty() && !meta.examples &&
         !meta.json_schema_extra && !meta.deprecated;
}

// "'food' | 'menu'.1"
std::string text_of(const std::vector<AliasPath>& paths) {
  std::string out;
  for (const AliasPath& path : paths) {
    if (!out.empty()) out += " | ";
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (i != 0) out += '.';
      const auto* name = path[i].get_if<std::string>();
      out += name != nullptr ? '\'' + *name + '\'' : path[i].to_string();
    }
  }
  return out;
}

// Makes a node that is another one in either mode, with room for what is said of this use of it.
void stand_for(Node& to, const Node& other) {
  to.kind = Kind::lax_or_strict;
  to.storage = other.storage;
  to.choices = {{&other, {}, {}}, {&other, {}, {}}};
  to.name = label_of(other);
}

// Makes a node the same as another, to be changed a little.
void take_on(Node& to, const Node& from) {
  const bool has_own_name = from.kind == Kind::model || from.kind == Kind::enumeration;
  if (from.nullable || from.is_root || has_own_name || !is_empty(from.meta)) {
    stand_for(to, from);
  } else {
    to = from;
  }
}

}  // namespace

void SpecBuilder::build(const TypeSpec& spec, const config& settings) {
  arena_.root = node_of(spec, settings);
  resolve();
  for (const auto& [id, node] : named_)
    if (!defined_.contains(id))
      throw UsageError("ref '" + id + "' names no type: give a definition that id");
  for (Node& node : arena_.nodes) finish(node);
  for (Model& model : arena_.models) finish(model);
}

// ---- nodes

Node& SpecBuilder::new_node() {
  Node& node = arena_.nodes.emplace_back();
  node.storage = &value_storage;
  return node;
}

Node& SpecBuilder::node_for(const TypeSpec& spec) {
  if (spec.id.empty()) return new_node();
  if (!defined_.insert(spec.id).second)
    refuse(spec, "has the id '" + spec.id + "', as another type has: choose a different one");
  Node*& node = named_[spec.id];
  if (node == nullptr) node = &new_node();
  return *node;
}

void SpecBuilder::when_complete(Node& to, const Node* from, Use use) {
  if (incomplete_.contains(from)) {
    incomplete_.insert(&to);
    pending_.push_back({&to, from, std::move(use)});
    return;
  }
  use(to, *from);
  incomplete_.erase(&to);
}

// Nodes made from others that were not complete yet: in the order in which those become complete.
void SpecBuilder::resolve() {
  while (!pending_.empty()) {
    const auto ready =
        std::stable_partition(pending_.begin(), pending_.end(),
                              [&](const Pending& each) { return incomplete_.contains(each.from); });
    if (ready == pending_.end())
      throw UsageError(
          "a type is defined as itself, directly or through other names: refs must lead to a type "
          "of another kind");
    const std::vector<Pending> now(std::make_move_iterator(ready),
                                   std::make_move_iterator(pending_.end()));
    pending_.erase(ready, pending_.end());
    for (const Pending& each : now) {
      each.use(*each.to, *each.from);
      incomplete_.erase(each.to);
    }
  }
}

const Node* SpecBuilder::node_of(const TypeSpec& spec, const config& settings) {
  if (++depth_ > deepest)
    throw UsageError("types are more than " + std::to_string(deepest) +
                     " levels inside each other: name some with an id and refer to them");
  const Node* node = make(spec, settings);
  --depth_;
  return node;
}

const Node* SpecBuilder::child(const TypeSpec& spec, std::size_t i, const config& settings) {
  if (i >= spec.children.size())
    refuse(spec, "has " + std::to_string(spec.children.size()) + " children where " +
                     std::to_string(i + 1) + " are due: give the missing ones");
  return node_of(spec.children[i], settings);
}

const Node* SpecBuilder::child_or_any(const TypeSpec& spec, std::size_t i, const config& settings) {
  return i < spec.children.size() ? node_of(spec.children[i], settings) : &any_node;
}

const Node* SpecBuilder::make(const TypeSpec& spec, const config& settings) {
  switch (spec.kind) {
    case TypeKind::ref: return ref(spec);
    case TypeKind::definitions: return definitions(spec, settings);
    case TypeKind::nullable: return nullable(spec, settings);
    case TypeKind::root_model: return root_model(spec);
    case TypeKind::union_: return union_of(spec, settings);
    case TypeKind::tagged_union: return tagged_union(spec, settings);
    case TypeKind::literal:
    case TypeKind::enumeration: return enumeration(spec, settings);
    case TypeKind::list:
    case TypeKind::set:
    case TypeKind::frozen_set:
    case TypeKind::tuple:
    case TypeKind::dict: return container(spec, settings);
    case TypeKind::with_default:
    case TypeKind::json:
    case TypeKind::lax_or_strict:
    case TypeKind::chain: return wrapper(spec, settings);
    case TypeKind::model:
    case TypeKind::model_fields:
    case TypeKind::typed_dict: return model(spec, settings);
    default: return scalar(spec, settings);
  }
}

const Node* SpecBuilder::ref(const TypeSpec& spec) {
  if (spec.name.empty()) refuse(spec, "names no type: set its name to the id of one");
  Node*& node = named_[spec.name];
  if (node == nullptr) {
    node = &new_node();
    incomplete_.insert(node);
  }
  if (is_empty(spec.meta) && spec.id.empty()) return node;
  Node& own = node_for(spec);
  const Node* target = node;
  when_complete(own, target, [meta = spec.meta](Node& to, const Node& from) {
    stand_for(to, from);
    to.meta = meta;
  });
  return &own;
}

const Node* SpecBuilder::definitions(const TypeSpec& spec, const config& settings) {
  if (spec.children.empty()) refuse(spec, "has no type: give it as the first child");
  for (std::size_t i = 1; i < spec.children.size(); ++i) {
    if (spec.children[i].id.empty())
      refuse(spec, "has a definition without an id: refs could not name it");
    node_of(spec.children[i], settings);
  }
  return node_of(spec.children.front(), settings);
}

// The inner type's own node with a flag, where neither that nor a name of its own means anything to
// the inner one; else a node that stands for it.
const Node* SpecBuilder::nullable(const TypeSpec& spec, const config& settings) {
  Node& node = node_for(spec);
  incomplete_.insert(&node);
  const Node* inner = child(spec, 0, settings);
  when_complete(node, inner, [meta = spec.meta](Node& to, const Node& from) {
    take_on(to, from);
    to.nullable = true;
    to.meta = meta;
    to.name = "nullable[" + label_of(from) + ']';
  });
  return &node;
}

const Node* SpecBuilder::root_model(const TypeSpec& spec) {
  if (spec.name.empty()) refuse(spec, "has no name: give it one");
  Node& node = node_for(spec);
  incomplete_.insert(&node);
  const Node* inner = child(spec, 0, spec.settings.value_or(config{}));
  when_complete(node, inner, [name = spec.name, about = spec.about](Node& to, const Node& from) {
    take_on(to, from);
    to.is_root = true;
    to.root_name = label_of(from);
    to.name = name;
    to.meta = about;
  });
  if (is_empty(spec.meta)) return &node;
  Node& use = new_node();
  stand_for(use, node);
  use.meta = spec.meta;
  use.name = spec.name;
  return &use;
}

const Node* SpecBuilder::scalar(const TypeSpec& spec, const config& settings) {
  Node& node = node_for(spec);
  node.kind = kind_of(spec.kind);
  if (node.kind == Kind::any) node.item = &any_node;
  node.takes_big = true;
  node.meta = spec.meta;
  if (spec.ip_version != 0 && spec.ip_version != 4 && spec.ip_version != 6)
    refuse(spec, "has the IP version " + std::to_string(spec.ip_version) + ": use 4, 6, or 0");
  node.ip_version = spec.ip_version;
  if (spec.kind == TypeKind::ip_interface) node.ip_form = Ip::Form::interface;
  if (spec.kind == TypeKind::ip_network) node.ip_form = Ip::Form::network;
  if (node.kind == Kind::path) node.name = name_of(spec.kind);
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  return &node;
}

const Node* SpecBuilder::container(const TypeSpec& spec, const config& settings) {
  Node& node = node_for(spec);
  node.kind = kind_of(spec.kind);
  incomplete_.insert(&node);
  switch (spec.kind) {
    case TypeKind::set: node.form = Sequence::Form::set; break;
    case TypeKind::frozen_set: node.form = Sequence::Form::frozen_set; break;
    case TypeKind::tuple: node.form = Sequence::Form::tuple; break;
    default: break;
  }
  if (spec.kind == TypeKind::tuple) {
    for (const TypeSpec& item : spec.children) node.items.push_back(node_of(item, settings));
    if (spec.variadic && *spec.variadic >= spec.children.size())
      refuse(spec, "repeats its item " + std::to_string(*spec.variadic) + " of " +
                       std::to_string(spec.children.size()) + ": items are counted from 0");
    node.variadic = spec.variadic;
  } else if (spec.kind == TypeKind::dict) {
    node.key = child_or_any(spec, 0, settings);
    node.item = child_or_any(spec, 1, settings);
  } else {
    node.item = child_or_any(spec, 0, settings);
  }
  node.meta = spec.meta;
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  return &node;
}

const Node* SpecBuilder::union_of(const TypeSpec& spec, const config& settings) {
  if (spec.children.empty()) refuse(spec, "has no choices: give at least one");
  const bool collapses =
      spec.children.size() == 1 && spec.auto_collapse && spec.id.empty() && is_empty(spec.meta);
  if (collapses) return node_of(spec.children.front(), settings);
  Node& node = node_for(spec);
  node.kind = Kind::union_;
  node.left_to_right = spec.left_to_right;
  incomplete_.insert(&node);
  for (const TypeSpec& choice : spec.children) {
    const Node* each = node_of(choice, settings);
    node.choices.push_back({each, choice.label.empty() ? label_of(*each) : choice.label, {}});
  }
  node.meta = spec.meta;
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  return &node;
}

const Node* SpecBuilder::tagged_union(const TypeSpec& spec, const config& settings) {
  if (spec.children.empty()) refuse(spec, "has no choices: give at least one");
  if (spec.tags.size() != spec.children.size())
    refuse(spec, "has " + std::to_string(spec.tags.size()) + " tags for " +
                     std::to_string(spec.children.size()) + " choices: give each one");
  if (spec.discriminator.empty()) refuse(spec, "has no discriminator: name the member that tells");
  for (const AliasPath& path : spec.discriminator)
    if (path.empty() || !path.front().is(ValueKind::text))
      refuse(spec, "has a discriminator that does not begin with a member's name");
  Node& node = node_for(spec);
  node.kind = Kind::tagged;
  node.discriminator = spec.discriminator;
  node.discriminator_text = text_of(spec.discriminator);
  incomplete_.insert(&node);
  for (std::size_t i = 0; i < spec.children.size(); ++i) {
    const Value& tag = spec.tags[i];
    const auto* text = tag.get_if<std::string>();
    const auto* member = tag.get_if<Enumerator>();
    node.choices.push_back({node_of(spec.children[i], settings),
                            text != nullptr     ? *text
                            : member != nullptr ? member->type + '.' + member->name
                                                : tag.to_string(),
                            {tag}});
  }
  node.meta = spec.meta;
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  return &node;
}

const Node* SpecBuilder::enumeration(const TypeSpec& spec, const config& settings) {
  const bool is_literal = spec.kind == TypeKind::literal;
  if (is_literal ? spec.values.empty() : spec.members.empty())
    refuse(spec,
           is_literal ? "has no values: give at least one" : "has no members: give at least one");
  Node& node = node_for(spec);
  node.kind = is_literal ? Kind::literal : Kind::enumeration;
  if (is_literal) {
    node.expected = spec.values;
    node.meta = spec.meta;
  } else {
    if (spec.name.empty()) refuse(spec, "has no name: give it one");
    node.name = spec.name;
    node.enum_base = spec.enum_base;
    std::set<std::string> names;
    for (const EnumMember& member : spec.members) {
      if (!names.insert(member.name).second)
        refuse(spec, "has two members '" + member.name + "': rename one");
      node.expected.push_back(member.value);
      node.members.emplace_back(Enumerator{spec.name, member.name, member.value});
    }
    node.meta = spec.about;
  }
  node.expected_text = or_list(node.expected);
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  if (is_literal || is_empty(spec.meta)) return &node;
  Node& use = new_node();
  stand_for(use, node);
  use.meta = spec.meta;
  return &use;
}

const Node* SpecBuilder::wrapper(const TypeSpec& spec, const config& settings) {
  Node& node = node_for(spec);
  node.kind = kind_of(spec.kind);
  incomplete_.insert(&node);
  switch (spec.kind) {
    case TypeKind::json: node.item = child_or_any(spec, 0, settings); break;
    case TypeKind::with_default:
      node.item = child(spec, 0, settings);
      node.fallback = spec.fallback;
      node.on_error = spec.on_error;
      node.validate_fallback = spec.validate_default || settings.validate_default.value_or(false);
      if (spec.on_error == OnError::use_default && !spec.fallback)
        refuse(spec, "is to give its default for errors, but has none: set `fallback`");
      break;
    case TypeKind::lax_or_strict:
      node.choices.push_back({child(spec, 0, settings), {}, {}});
      node.choices.push_back({child(spec, 1, settings), {}, {}});
      break;
    default:
      if (spec.children.empty()) refuse(spec, "has no steps: give at least one");
      for (const TypeSpec& step : spec.children)
        node.choices.push_back({node_of(step, settings), {}, {}});
  }
  node.meta = spec.meta;
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  return &node;
}

// ---- models

const Node* SpecBuilder::model(const TypeSpec& spec, const config& around) {
  const config settings = spec.settings                  ? *spec.settings
                          : spec.kind == TypeKind::model ? config{}
                                                         : around;
  Node& node = node_for(spec);
  Model& out = arena_.models.emplace_back();
  node.kind = Kind::model;
  node.model = &out;
  node.meta = spec.meta;
  out.name = spec.name;
  switch (spec.kind) {
    case TypeKind::typed_dict: out.form = Model::Form::typed_dict; break;
    case TypeKind::model_fields: out.form = Model::Form::fields; break;
    default: out.form = Model::Form::model;
  }
  if (out.name.empty() && spec.kind == TypeKind::model) refuse(spec, "has no name: give it one");
  if (out.name.empty() && spec.kind == TypeKind::model_fields) out.name = "Model";
  out.meta = spec.about;
  // Names and nullable forms of a model do not depend on its members: it counts as complete here.
  apply(node, spec.constraints, settings);
  incomplete_.erase(&node);
  add_fields(out, spec, settings);
  add_computed(out, spec, settings);
  return &node;
}

void SpecBuilder::add_fields(Model& to, const TypeSpec& spec, const config& settings) {
  std::set<std::string_view> names;
  for (const FieldSpec& field : spec.fields) {
    if (!names.insert(field.name).second)
      refuse(spec, "has two members '" + field.name + "': rename one");
    add_field(to, field, settings);
  }
  apply(to, settings);
  if (spec.extra) to.extra = *spec.extra;
  if (!spec.extras.empty()) to.extra_node = node_of(spec.extras.front(), settings);
  if (!spec.extra_keys.empty()) to.extra_key_node = node_of(spec.extra_keys.front(), settings);
}

void SpecBuilder::add_field(Model& to, const FieldSpec& spec, const config& settings) {
  // A default that the type has is the member's.
  const bool wraps = spec.type.kind == TypeKind::with_default && spec.type.children.size() == 1 &&
                     !spec.fallback && !spec.factory;
  const TypeSpec& type = wraps ? spec.type.children.front() : spec.type;
  Field field;
  field.name = spec.name;
  field.alias = spec.validation_alias;
  field.alias_paths = spec.alias_paths;
  field.out_alias = spec.serialization_alias;
  field.offset = static_cast<std::uint32_t>(to.fields.size() * sizeof(Value));
  field.node = node_of(type, settings);
  field.fallback.value = wraps ? spec.type.fallback : spec.fallback;
  if (spec.factory)
    field.fallback.factory = [factory = spec.factory](void* slot, const ValidationInfo&) {
      *static_cast<Value*>(slot) = factory();
    };
  field.on_error = wraps ? spec.type.on_error : spec.on_error;
  field.required = spec.required.value_or(!field.fallback.is_there());
  const bool of_type = wraps && spec.type.validate_default;
  field.validate_default =
      spec.validate_default.value_or(of_type || settings.validate_default.value_or(false));
  field.frozen = spec.frozen;
  field.exclude = spec.exclude;
  field.meta = spec.meta;
  const auto refuse_field = [&](const char* what) {
    throw UsageError("member '" + spec.name + "' of '" + to.name + "' " + what);
  };
  if (field.fallback.value && field.fallback.factory)
    refuse_field("has a default and a factory of defaults: give one of them");
  if (field.required && field.fallback.is_there())
    refuse_field("is required and has a default: drop one of them");
  if (field.alias && !field.alias_paths.empty())
    refuse_field("has an alias and alias paths: give the alias as a path of one name");
  if (field.on_error == OnError::use_default && !field.fallback.is_there())
    refuse_field("is to take its default for errors, but has none: give it one");
  if (field.on_error == OnError::omit && field.required)
    refuse_field("is required, so it cannot be left out for errors: set required to false");
  for (const AliasPath& path : field.alias_paths)
    if (path.empty() || !path.front().is(ValueKind::text))
      refuse_field("has an alias path that does not begin with a name");
  to.fields.push_back(std::move(field));
}

void SpecBuilder::add_computed(Model& to, const TypeSpec& spec, const config& settings) {
  for (const ComputedSpec& computed : spec.computed) {
    const auto same_name = [&](const auto& each) { return each.name == computed.name; };
    if (std::any_of(to.fields.begin(), to.fields.end(), same_name) ||
        std::any_of(to.computed.begin(), to.computed.end(), same_name))
      refuse(spec, "has two members '" + computed.name + "': rename one");
    Computed& out = to.computed.emplace_back();
    out.name = computed.name;
    out.alias = computed.alias;
    out.node = node_of(computed.type, settings);
    out.meta = computed.meta;
    if (computed.function)
      out.function = [function = computed.function](const void* object) {
        return function(*static_cast<const Value*>(object));
      };
  }
}

}  // namespace kindred::schema::detail
