#include "tests/schema/cases/spec_reader.hpp"

#include <map>
#include <stdexcept>

#include "tests/schema/cases/tagged.hpp"

namespace kindred::schema_cases {

using namespace schema;
using schema::Value;

namespace {

[[noreturn]] void unknown(const char* what, std::string_view name) {
  throw std::runtime_error(std::string(what) + " '" + std::string(name) + "' is not known");
}

std::string text(const Json& v) { return std::string(v.text()); }

// The one of several words that the text is.
template <class T>
T word(const Json& v, std::initializer_list<std::pair<const char*, T>> words) {
  for (const auto& [name, meaning] : words)
    if (v.text() == name) return meaning;
  unknown("word", v.text());
}

struct KindName {
  TypeKind kind;
  int ip_version = 0;
};
const std::map<std::string_view, KindName>& kinds() {
  using enum TypeKind;
  static const std::map<std::string_view, KindName> out = {
      {"any", {any}},
      {"none", {none}},
      {"bool", {boolean}},
      {"int", {integer}},
      {"float", {floating}},
      {"decimal", {decimal}},
      {"str", {text}},
      {"bytes", {bytes}},
      {"date", {TypeKind::date}},
      {"time", {time}},
      {"datetime", {datetime}},
      {"timedelta", {timedelta}},
      {"uuid", {uuid}},
      {"url", {url}},
      {"multi_host_url", {multi_host_url}},
      {"email", {email}},
      {"name_email", {name_email}},
      {"ipv4_address", {ip_address, 4}},
      {"ipv6_address", {ip_address, 6}},
      {"ip_any_address", {ip_address}},
      {"ipv4_interface", {ip_interface, 4}},
      {"ipv6_interface", {ip_interface, 6}},
      {"ip_any_interface", {ip_interface}},
      {"ipv4_network", {ip_network, 4}},
      {"ipv6_network", {ip_network, 6}},
      {"ip_any_network", {ip_network}},
      {"secret_str", {secret_text}},
      {"secret_bytes", {secret_bytes}},
      {"path", {path}},
      {"file_path", {file_path}},
      {"directory_path", {directory_path}},
      {"new_path", {new_path}},
      {"regex", {regex}},
      {"literal", {literal}},
      {"enum", {enumeration}},
      {"list", {list}},
      {"set", {set}},
      {"frozenset", {frozen_set}},
      {"tuple", {tuple}},
      {"dict", {dict}},
      {"nullable", {nullable}},
      {"union", {union_}},
      {"tagged_union", {tagged_union}},
      {"default", {with_default}},
      {"json", {json}},
      {"lax_or_strict", {lax_or_strict}},
      {"chain", {chain}},
      {"definitions", {definitions}},
      {"ref", {ref}},
      {"model", {model}},
      {"model_fields", {model_fields}},
      {"typed_dict", {typed_dict}},
      {"root_model", {root_model}},
  };
  return out;
}

extra extra_of(const Json& v) {
  return word<extra>(
      v, {{"ignore", extra::ignore}, {"forbid", extra::forbid}, {"allow", extra::allow}});
}
OnError on_error_of(const Json& v) {
  return word<OnError>(
      v, {{"raise", OnError::raise}, {"omit", OnError::omit}, {"default", OnError::use_default}});
}
bytes_coding coding_of(const Json& v) {
  return word<bytes_coding>(
      v,
      {{"utf8", bytes_coding::utf8}, {"base64", bytes_coding::base64}, {"hex", bytes_coding::hex}});
}

AliasPath path_of(const Json& v) {
  AliasPath out;
  if (v.is(json::Kind::string)) {
    out.emplace_back(v.text());
    return out;
  }
  for (const Json step : v.elements()) out.push_back(read_tagged(step));
  return out;
}
// A key, {"path": [...]}, or {"choices": [[...], ...]}.
std::vector<AliasPath> paths_of(const Json& v) {
  std::vector<AliasPath> out;
  if (const auto path = v.find("path")) {
    out.push_back(path_of(*path));
  } else if (const auto choices = v.find("choices")) {
    for (const Json each : choices->elements()) out.push_back(path_of(each));
  } else {
    out.push_back(path_of(v));
  }
  return out;
}

bool read_meta(Meta& to, std::string_view name, const Json& v) {
  if (name == "title") {
    to.title = v.text();
  } else if (name == "description") {
    to.description = v.text();
  } else if (name == "examples") {
    to.examples = read_tagged(v).get<Sequence>().items;
  } else if (name == "json_schema_extra") {
    to.json_schema_extra = read_tagged(v).get<Dict>();
  } else if (name == "deprecated") {
    to.deprecated = !v.is(json::Kind::boolean) || v.boolean();
  } else {
    return false;
  }
  return true;
}

Meta meta_of(const Json& from) {
  Meta out;
  for (const auto& [name, v] : from.members())
    if (!read_meta(out, name, v)) unknown("meta", name);
  return out;
}

bool is_class(TypeKind kind) {
  return kind == TypeKind::model || kind == TypeKind::typed_dict || kind == TypeKind::root_model ||
         kind == TypeKind::enumeration || kind == TypeKind::model_fields;
}

std::int32_t number(const Json& v) { return static_cast<std::int32_t>(v.as_int64().value()); }

// True where the name is that of a flag in `to`.
bool read_flag(config& to, std::string_view name, const Json& v) {
  static const std::map<std::string_view, std::optional<bool> config::*> flags = {
      {"strict", &config::strict},
      {"populate_by_name", &config::populate_by_name},
      {"validate_by_name", &config::validate_by_name},
      {"validate_by_alias", &config::validate_by_alias},
      {"serialize_by_alias", &config::serialize_by_alias},
      {"loc_by_alias", &config::loc_by_alias},
      {"validate_assignment", &config::validate_assignment},
      {"validate_default", &config::validate_default},
      {"frozen", &config::frozen},
      {"from_attributes", &config::from_attributes},
      {"str_strip_whitespace", &config::str_strip_whitespace},
      {"str_to_lower", &config::str_to_lower},
      {"str_to_upper", &config::str_to_upper},
      {"coerce_numbers_to_str", &config::coerce_numbers_to_str},
      {"allow_inf_nan", &config::allow_inf_nan},
      {"use_enum_values", &config::use_enum_values},
      {"url_preserve_empty_path", &config::url_preserve_empty_path},
      {"hide_input_in_errors", &config::hide_input_in_errors},
  };
  const auto flag = flags.find(name);
  if (flag == flags.end()) return false;
  to.*flag->second = v.boolean();
  return true;
}

bool read_word(config& to, std::string_view name, const Json& v) {
  if (name == "extra" || name == "extra_fields_behavior") {
    to.extra = extra_of(v);
  } else if (name == "alias_generator") {
    to.alias_generator = word<alias_generator>(v, {{"to_camel", alias_generator::camel},
                                                   {"to_pascal", alias_generator::pascal},
                                                   {"to_snake", alias_generator::snake}});
  } else if (name == "val_json_bytes") {
    to.val_json_bytes = coding_of(v);
  } else if (name == "ser_json_bytes") {
    to.ser_json_bytes = coding_of(v);
  } else if (name == "val_temporal_unit") {
    to.val_temporal_unit = word<temporal_unit>(v, {{"infer", temporal_unit::infer},
                                                   {"seconds", temporal_unit::seconds},
                                                   {"milliseconds", temporal_unit::milliseconds}});
  } else if (name == "ser_json_timedelta") {
    to.ser_json_timedelta = word<duration_form>(
        v, {{"iso8601", duration_form::iso8601}, {"float", duration_form::seconds}});
  } else if (name == "ser_json_inf_nan") {
    to.ser_json_inf_nan = word<inf_nan_form>(v, {{"null", inf_nan_form::null},
                                                 {"constants", inf_nan_form::constants},
                                                 {"strings", inf_nan_form::strings}});
  } else {
    return false;
  }
  return true;
}

}  // namespace

config SpecReader::settings(const Json& from) {
  config out;
  for (const auto& [name, v] : from.members()) {
    // Null stands for what is not given. There is one engine of patterns.
    if (v.is(json::Kind::null) || name == "regex_engine") continue;
    if (read_flag(out, name, v) || read_word(out, name, v)) continue;
    if (name == "str_min_length") {
      out.str_min_length = v.as_uint64();
    } else if (name == "str_max_length") {
      out.str_max_length = v.as_uint64();
    } else if (name == "title") {
      out.title = texts_.emplace_back(v.text());
    } else {
      unknown("config", name);
    }
  }
  return out;
}

ValidateOptions SpecReader::call(const Json& from) {
  ValidateOptions out;
  for (const auto& [name, v] : from.members()) {
    if (v.is(json::Kind::null)) continue;
    if (name == "extra") {
      out.extra = extra_of(v);
    } else if (name == "by_alias") {
      out.by_alias = v.boolean();
    } else if (name == "by_name") {
      out.by_name = v.boolean();
    } else if (name == "strict") {
      out.strict = v.boolean();
    } else if (name == "allow_partial") {
      if (v.is(json::Kind::string)) {
        out.allow_partial = word<Partial>(v, {{"off", Partial::off},
                                              {"on", Partial::on},
                                              {"trailing-strings", Partial::trailing_strings}});
      } else {
        out.allow_partial = v.boolean() ? Partial::on : Partial::off;
      }
    } else {
      unknown("call argument", name);
    }
  }
  return out;
}

namespace {

// include and exclude: a list or set of names and indices, or an object of such.
void add_paths(std::vector<std::string>& to, const std::string& before, const Json& from) {
  const auto step = [](std::string_view name) {
    return name == "__all__" ? std::string("*") : std::string(name);
  };
  if (const auto set = from.find("$set")) return add_paths(to, before, *set);
  if (const auto dict = from.find("$dict")) {
    for (const Json pair : dict->elements()) {
      const Json key = *pair.elements().begin();
      const Json inner = *std::next(pair.elements().begin());
      if (inner.is(json::Kind::boolean) || inner.text() == "__all__") {
        to.push_back(before + step(key.text()));
      } else {
        add_paths(to, before + step(key.text()) + '.', inner);
      }
    }
    return;
  }
  if (from.is(json::Kind::array)) {
    for (const Json each : from.elements()) to.push_back(before + step(each.text()));
    return;
  }
  for (const auto& [name, inner] : from.members()) {
    if (inner.is(json::Kind::boolean) || inner.text() == "__all__") {
      if (!inner.is(json::Kind::boolean) || inner.boolean()) to.push_back(before + step(name));
    } else {
      add_paths(to, before + step(name) + '.', inner);
    }
  }
}

}  // namespace

DumpOptions SpecReader::dump(const Json& from) {
  DumpOptions out;
  for (const auto& [name, v] : from.members()) {
    if (v.is(json::Kind::null)) continue;
    if (name == "include") {
      add_paths(out.include, {}, v);
    } else if (name == "exclude") {
      add_paths(out.exclude, {}, v);
    } else if (name == "by_alias") {
      out.by_alias = v.boolean();
    } else if (name == "exclude_unset") {
      out.exclude_unset = v.boolean();
    } else if (name == "exclude_defaults") {
      out.exclude_defaults = v.boolean();
    } else if (name == "exclude_none") {
      out.exclude_none = v.boolean();
    } else if (name == "exclude_computed_fields") {
      out.exclude_computed = v.boolean();
    } else if (name == "round_trip") {
      out.round_trip = v.boolean();
    } else if (name != "mode" && name != "warnings") {
      unknown("dump argument", name);
    }
  }
  return out;
}

JsonSchemaOptions SpecReader::json_schema(const Json& from) {
  JsonSchemaOptions out;
  if (const auto mode = from.find("mode"))
    out.mode = word<SchemaMode>(*mode, {{"validation", SchemaMode::validation},
                                        {"serialization", SchemaMode::serialization}});
  const auto options = from.find("options");
  if (!options) return out;
  for (const auto& [name, v] : options->members()) {
    if (name == "ref_template") {
      out.ref_template = v.text();
    } else if (name == "by_alias") {
      out.by_alias = v.boolean();
    } else if (name == "union_format") {
      using Format = JsonSchemaOptions::UnionFormat;
      out.union_format = word<Format>(
          v, {{"any_of", Format::any_of}, {"primitive_type_array", Format::primitive_type_array}});
    } else {
      unknown("option", name);
    }
  }
  return out;
}

std::vector<TypeSpec> SpecReader::types(const Json& from) {
  std::vector<TypeSpec> out;
  for (const Json each : from.elements()) out.push_back(type(each));
  return out;
}

TypeSpec SpecReader::type(const Json& from) {
  const auto kind = from.find("kind");
  if (!kind) throw std::runtime_error("a type without a kind: " + from.excerpt());
  const auto known = kinds().find(kind->text());
  if (known == kinds().end()) unknown("kind", kind->text());
  TypeSpec out;
  out.kind = known->second.kind;
  out.ip_version = known->second.ip_version;
  for (const auto& [name, v] : from.members()) {
    if (name == "kind" || v.is(json::Kind::null)) {
      // A default may be null.
      if (name == "default") out.fallback = Value();
      continue;
    }
    option(out, name, v);
  }
  return out;
}

void SpecReader::option(TypeSpec& to, std::string_view name, const Json& v) {
  const bool is_tagged = to.kind == TypeKind::tagged_union;
  if (name == "id") {
    to.id = v.text();
  } else if (name == "label") {
    to.label = v.text();
  } else if (name == "meta") {
    to.meta = meta_of(v);
  } else if (name == "name" || name == "model_name" || name == "ref") {
    to.name = v.text();
  } else if (is_class(to.kind) && read_meta(to.about, name, v)) {
    // taken
  } else if (name == "inner" || name == "root" || name == "lax" || name == "strict_type" ||
             (name == "items" && v.is(json::Kind::object))) {
    // `lax` before `strict_type`, the root before definitions.
    const bool is_first = name == "lax" || name == "root";
    to.children.insert(is_first ? to.children.begin() : to.children.end(), type(v));
  } else if (name == "keys" || name == "values") {
    const std::size_t at = name == "keys" ? 0 : 1;
    if (to.children.size() <= at) to.children.resize(at + 1);
    to.children[at] = type(v);
  } else if (name == "items" || name == "steps" || (name == "choices" && !is_tagged)) {
    to.children = types(v);
  } else if (name == "choices") {
    for (const Json pair : v.elements()) {
      to.tags.push_back(read_tagged(*pair.elements().begin()));
      to.children.push_back(type(*std::next(pair.elements().begin())));
    }
  } else if (name == "discriminator") {
    to.discriminator = paths_of(v);
  } else if (name == "defs") {
    for (const auto& [id, definition] : v.members()) {
      to.children.push_back(type(definition));
      if (to.children.back().id.empty()) to.children.back().id = id;
    }
  } else if (name == "expected") {
    to.values = read_tagged(v).get<Sequence>().items;
  } else if (name == "members") {
    for (const Json pair : v.elements())
      to.members.push_back(
          {text(*pair.elements().begin()), read_tagged(*std::next(pair.elements().begin()))});
  } else if (name == "sub_type") {
    to.enum_base = v.text();
  } else if (name == "variadic_item_index") {
    to.variadic = v.as_uint64();
  } else if (name == "mode") {
    to.left_to_right = word<bool>(v, {{"smart", false}, {"left_to_right", true}});
  } else if (name == "auto_collapse") {
    to.auto_collapse = v.boolean();
  } else if (name == "default") {
    to.fallback = read_tagged(v);
  } else if (name == "on_error") {
    to.on_error = on_error_of(v);
  } else if (name == "validate_default") {
    to.validate_default = v.boolean();
  } else if (name == "fields") {
    for (const auto& [field_name, each] : v.members()) to.fields.push_back(field(field_name, each));
  } else if (name == "extra") {
    to.extra = extra_of(v);
  } else if (name == "extras_type") {
    to.extras.push_back(type(v));
  } else if (name == "extras_keys_type") {
    to.extra_keys.push_back(type(v));
  } else if (name == "config") {
    to.settings = settings(v);
  } else if (name == "computed") {
    for (const auto& [computed_name, each] : v.members()) {
      ComputedSpec& computed = to.computed.emplace_back();
      computed.name = computed_name;
      for (const auto& [key, value] : each.members()) {
        if (key == "type") {
          computed.type = type(value);
        } else if (key == "alias") {
          computed.alias = text(value);
        } else if (!read_meta(computed.meta, key, value)) {
          unknown("option of a computed field", key);
        }
      }
    }
  } else if (name == "frozen") {
    if (!to.settings) to.settings.emplace();
    to.settings->frozen = v.boolean();
  } else {
    constraint(to, name, v);
  }
}

void SpecReader::constraint(TypeSpec& to, std::string_view name, const Json& v) {
  Constraints& c = to.constraints;
  static const std::map<std::string_view, std::optional<Value> Constraints::*> bounds = {
      {"gt", &Constraints::gt},
      {"ge", &Constraints::ge},
      {"lt", &Constraints::lt},
      {"le", &Constraints::le},
      {"multiple_of", &Constraints::multiple_of}};
  static const std::map<std::string_view, std::optional<bool> Constraints::*> flags = {
      {"strict", &Constraints::strict},
      {"allow_inf_nan", &Constraints::allow_inf_nan},
      {"strip_whitespace", &Constraints::strip_whitespace},
      {"to_lower", &Constraints::to_lower},
      {"to_upper", &Constraints::to_upper},
      {"coerce_numbers_to_str", &Constraints::coerce_numbers_to_str},
      {"fail_fast", &Constraints::fail_fast},
      {"host_required", &Constraints::host_required},
      {"preserve_empty_path", &Constraints::preserve_empty_path}};
  if (const auto bound = bounds.find(name); bound != bounds.end()) {
    c.*bound->second = read_tagged(v);
  } else if (const auto flag = flags.find(name); flag != flags.end()) {
    c.*flag->second = v.boolean();
  } else if (name == "max_digits") {
    c.max_digits = v.as_uint64();
  } else if (name == "decimal_places") {
    c.decimal_places = v.as_uint64();
  } else if (name == "min_length") {
    c.min_length = v.as_uint64();
  } else if (name == "max_length") {
    c.max_length = v.as_uint64();
  } else if (name == "pattern") {
    c.pattern = text(v);
  } else if (name == "now_op") {
    c.now_op = word<detail::NowRule>(
        v, {{"past", detail::NowRule::past}, {"future", detail::NowRule::future}});
  } else if (name == "now_utc_offset") {
    c.now_utc_offset = number(v);
  } else if (name == "tz_constraint" && v.is(json::Kind::string)) {
    c.tz_constraint = word<detail::TimezoneRule>(
        v, {{"aware", detail::TimezoneRule::aware}, {"naive", detail::TimezoneRule::naive}});
  } else if (name == "tz_constraint") {
    c.tz_constraint = detail::TimezoneRule::offset;
    c.tz_offset = number(v);
  } else if (name == "microseconds_precision") {
    c.microseconds_error = word<bool>(v, {{"truncate", false}, {"error", true}});
  } else if (name == "version") {
    c.uuid_version = number(v);
  } else if (name == "allowed_schemes") {
    for (const Json scheme : v.elements()) c.allowed_schemes.push_back(text(scheme));
  } else if (name == "default_host") {
    c.default_host = text(v);
  } else if (name == "default_path") {
    c.default_path = text(v);
  } else if (name == "default_port") {
    c.default_port = static_cast<std::uint16_t>(number(v));
  } else if (name != "regex_engine") {
    unknown("option", name);
  }
}

FieldSpec SpecReader::field(std::string_view name, const Json& from) {
  FieldSpec out;
  out.name = name;
  for (const auto& [key, v] : from.members()) {
    if (key == "default") {
      out.fallback = read_tagged(v);
    } else if (v.is(json::Kind::null) || read_meta(out.meta, key, v)) {
      continue;
    } else if (key == "type") {
      out.type = type(v);
    } else if (key == "required") {
      out.required = v.boolean();
    } else if (key == "on_error") {
      out.on_error = on_error_of(v);
    } else if (key == "validate_default") {
      out.validate_default = v.boolean();
    } else if (key == "validation_alias" && v.is(json::Kind::string)) {
      out.validation_alias = text(v);
    } else if (key == "validation_alias") {
      out.alias_paths = paths_of(v);
    } else if (key == "serialization_alias") {
      out.serialization_alias = text(v);
    } else if (key == "frozen") {
      out.frozen = v.boolean();
    } else if (key == "exclude") {
      out.exclude = v.boolean();
    } else {
      unknown("option of a field", key);
    }
  }
  if (out.fallback) out.required.reset();
  return out;
}

}  // namespace kindred::schema_cases
