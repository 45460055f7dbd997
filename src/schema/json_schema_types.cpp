// JSON Schema of types that are no models.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "schema/json_schema.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

void add_lengths(Dict& schema, const Node& n, std::string_view least, std::string_view most) {
  if (n.min_length != 0) put(schema, least, static_cast<std::uint64_t>(n.min_length));
  if (n.max_length != unbounded) put(schema, most, static_cast<std::uint64_t>(n.max_length));
}

Dict text_of_format(std::string_view format) { return {{"type", "string"}, {"format", format}}; }

bool is_infinite(const Value& v) {
  if (const auto* number = v.get_if<double>()) return std::isinf(*number);
  const auto* decimal = v.get_if<BigDecimal>();
  return decimal != nullptr && decimal->form() == BigDecimal::Form::infinity;
}

// Bounds are numbers in a schema, whatever they are exactly.
Value number_of(const Value& v, bool is_whole) {
  const auto* decimal = v.get_if<BigDecimal>();
  if (decimal == nullptr) return v;
  const double number = decimal->to_double();
  constexpr double exact = 9007199254740992.0;  // 2^53: all integers within are doubles
  if (is_whole && std::trunc(number) == number && std::fabs(number) <= exact)
    return static_cast<std::int64_t>(number);
  return number;
}

void add_bound(Dict& schema, std::string_view key, const std::optional<Value>& bound,
               bool is_whole) {
  if (bound && !is_infinite(*bound)) put(schema, key, number_of(*bound, is_whole));
}

void add_bounds(Dict& schema, const Node& n) {
  const bool is_whole = n.kind == Kind::integer;
  add_bound(schema, "multipleOf", n.bounds.multiple_of, is_whole);
  add_bound(schema, "maximum", n.bounds.le, is_whole);
  add_bound(schema, "exclusiveMaximum", n.bounds.lt, is_whole);
  add_bound(schema, "minimum", n.bounds.ge, is_whole);
  add_bound(schema, "exclusiveMinimum", n.bounds.gt, is_whole);
}

// C++ integers that are not as wide as JSON's usual ones; the widest stay without bounds, as
// Python's do.
void add_range(Dict& schema, const Node& n) {
  if (n.takes_big) return;
  const bool has_low = n.bounds.ge || n.bounds.gt;
  const bool has_high = n.bounds.le || n.bounds.lt;
  const std::int64_t low = n.is_unsigned64 ? 0 : n.type_low;
  if (!has_low && low != std::numeric_limits<std::int64_t>::min()) put(schema, "minimum", low);
  if (!has_high && !n.is_unsigned64 && n.type_high != std::numeric_limits<std::int64_t>::max())
    put(schema, "maximum", n.type_high);
}

std::string digits_up_to(std::uint64_t most) { return "\\d{0," + std::to_string(most) + "}"; }

// What the text of such a decimal matches; zeros may stand before and behind it.
std::string decimal_pattern(const Node& n) {
  std::string out = "^(?!^[-+.]*$)[+-]?0*";
  if (!n.max_digits) {
    if (!n.decimal_places) return out + "\\d*\\.?\\d*$";
    return out + "\\d*\\.?" + digits_up_to(*n.decimal_places) + "0*$";
  }
  const std::string counted = "(?=[\\d.]{1," + std::to_string(*n.max_digits + 1) + "}0*$)";
  if (!n.decimal_places)
    return out + "(?:" + digits_up_to(*n.max_digits) + "|" + counted + "\\d*\\.\\d*0*$)";
  const std::uint64_t places = *n.decimal_places;
  const std::string whole = digits_up_to(*n.max_digits > places ? *n.max_digits - places : 0);
  return out + "(?:" + whole + "|" + counted + whole + "\\." + digits_up_to(places) + "0*$)";
}

std::string ip_format(const Node& n) {
  const char* version = n.ip_version == 4 ? "ipv4" : n.ip_version == 6 ? "ipv6" : "ipvany";
  switch (n.ip_form) {
    case Ip::Form::interface: return std::string(version) + "interface";
    case Ip::Form::network: return std::string(version) + "network";
    default: return n.ip_version == 0 ? "ipvanyaddress" : version;
  }
}

std::string uuid_format(const Node& n) {
  return n.uuid_version == 0 ? "uuid" : "uuid" + std::to_string(n.uuid_version);
}

// The type that all values have; empty where they differ.
std::string_view common_type(const std::vector<Value>& values) {
  const auto type = [](const Value& v) -> std::string_view {
    switch (v.kind()) {
      case ValueKind::null: return "null";
      case ValueKind::boolean: return "boolean";
      case ValueKind::integer:
      case ValueKind::big_integer: return "integer";
      case ValueKind::floating: return "number";
      case ValueKind::text: return "string";
      case ValueKind::sequence: return "array";
      default: return {};
    }
  };
  if (values.empty()) return {};
  const std::string_view first = type(values.front());
  const bool is_common =
      std::all_of(values.begin(), values.end(), [&](const Value& v) { return type(v) == first; });
  return is_common ? first : std::string_view();
}

std::vector<Value> jsonable_all(const std::vector<Value>& values) {
  std::vector<Value> out;
  for (const Value& value : values) out.push_back(jsonable(value));
  return out;
}

// A root model's node has the model's name; the enumeration's own is left in "int-enum[Color]".
std::string enumeration_name(const Node& n) {
  if (!n.is_root) return n.name;
  const std::size_t begin = n.root_name.find('[');
  if (begin == n.root_name.npos) return n.root_name;
  return n.root_name.substr(begin + 1, n.root_name.rfind(']') - begin - 1);
}

bool is_null_inside_root(const Node& n) { return n.root_name.starts_with("nullable["); }

}  // namespace

Dict SchemaMaker::type(const Node& n) {
  Dict out;
  if (is_output() && n.serializer && n.serializer->result != nullptr) {
    const bool keeps_null = n.serializer->when == WhenUsed::unless_none ||
                            n.serializer->when == WhenUsed::json_unless_none;
    out = type(*n.serializer->result);
    if (n.nullable && keeps_null) out = union_of({type_named("null"), std::move(out)});
  } else if (n.is_root) {
    out = root(n);
    if (n.nullable && !is_null_inside_root(n)) out = union_of({std::move(out), type_named("null")});
  } else {
    out = plain(n);
  }
  const bool is_of_class = n.is_root || n.kind == Kind::enumeration;
  if (!is_of_class) add_meta(out, n.meta);
  return out;
}

Dict SchemaMaker::plain(const Node& n) {
  const auto make = [&]() -> Dict {
    Dict out = of_kind(n);
    if (!n.nullable) return out;
    return type_in(out) != nullptr && *type_in(out) == "null" && out.items.size() == 1
               ? out
               : union_of({std::move(out), type_named("null")});
  };
  if (n.kind == Kind::model || n.kind == Kind::enumeration) return make();
  if (defined_.contains(&n)) return define(&n, n.name, make);
  if (!open_.insert(&n).second) throw NeedsDefinition{&n};
  Dict out = make();
  open_.erase(&n);
  return out;
}

Dict SchemaMaker::of_kind(const Node& n) {
  switch (n.kind) {
    case Kind::enumeration: return enumeration(n);
    case Kind::literal: return literal(n);
    case Kind::list: return list(n);
    case Kind::tuple: return tuple(n);
    case Kind::dict: return dict(n);
    case Kind::model: return model(n);
    case Kind::union_: return choices(n);
    case Kind::tagged: return tagged(n);
    case Kind::json: return json_text(n);
    case Kind::lax_or_strict: return type(*n.choices[n.strict ? 1 : 0].node);
    case Kind::chain: return type(*(is_output() ? n.choices.back() : n.choices.front()).node);
    case Kind::function: return function(n);
    case Kind::recover: return recover(n);
    default: return scalar(n);
  }
}

Dict SchemaMaker::scalar(const Node& n) const {
  switch (n.kind) {
    case Kind::boolean: return type_named("boolean");
    case Kind::none: return type_named("null");
    case Kind::integer:
    case Kind::floating: {
      Dict out = type_named(n.kind == Kind::integer ? "integer" : "number");
      add_bounds(out, n);
      if (n.kind == Kind::integer) add_range(out, n);
      return out;
    }
    case Kind::decimal: return decimal(n);
    case Kind::text: {
      Dict out = type_named("string");
      add_lengths(out, n, "minLength", "maxLength");
      if (!n.pattern_text.empty()) put(out, "pattern", n.pattern_text);
      return out;
    }
    case Kind::bytes: {
      Dict out = text_of_format(n.out_coding == bytes_coding::base64 ? "base64url" : "binary");
      add_lengths(out, n, "minLength", "maxLength");
      return out;
    }
    case Kind::date: return text_of_format("date");
    case Kind::time: return text_of_format("time");
    case Kind::datetime: return text_of_format("date-time");
    case Kind::timedelta:
      if (n.duration == duration_form::seconds) return type_named("number");
      return text_of_format("duration");
    case Kind::uuid: return text_of_format(uuid_format(n));
    case Kind::url:
    case Kind::multi_host_url: {
      Dict out = text_of_format(n.kind == Kind::url ? "uri" : "multi-host-uri");
      put(out, "minLength", std::max<std::uint64_t>(1, n.min_length));
      if (n.max_length != unbounded)
        put(out, "maxLength", static_cast<std::uint64_t>(n.max_length));
      return out;
    }
    case Kind::email: {
      Dict out = text_of_format("email");
      add_lengths(out, n, "minLength", "maxLength");
      return out;
    }
    case Kind::name_email: return text_of_format("name-email");
    case Kind::ip: return text_of_format(ip_format(n));
    case Kind::secret_text:
    case Kind::secret_bytes: {
      Dict out = text_of_format("password");
      put(out, "writeOnly", true);
      add_lengths(out, n, "minLength", "maxLength");
      return out;
    }
    case Kind::path: return text_of_format(n.name == "new-path" ? "path" : n.name);
    case Kind::regex: return text_of_format("regex");
    default: return {};
  }
}

Dict SchemaMaker::decimal(const Node& n) const {
  Dict text{{"type", "string"}, {"pattern", decimal_pattern(n)}};
  if (is_output()) return text;
  Dict number = type_named("number");
  add_bounds(number, n);
  return {{"anyOf", array_of(std::vector<Dict>{std::move(number), std::move(text)})}};
}

Dict SchemaMaker::literal(const Node& n) const {
  std::vector<Value> values = jsonable_all(n.expected);
  const std::string_view type = common_type(values);
  Dict out;
  if (values.size() == 1) {
    put(out, "const", std::move(values.front()));
  } else {
    put(out, "enum", array_of(std::move(values)));
  }
  if (!type.empty()) put(out, "type", type);
  return out;
}

Dict SchemaMaker::enumeration(const Node& n) {
  const std::string name = enumeration_name(n);
  return define(&n.expected, name, [&] {
    const Meta none;
    const Meta& meta = n.is_root ? none : n.meta;
    Dict out{{"title", name}};
    std::vector<Value> values = jsonable_all(n.expected);
    const std::string_view common = common_type(values);
    const std::string_view type = n.enum_base == "str"     ? "string"
                                  : n.enum_base == "int"   ? "integer"
                                  : n.enum_base == "float" ? "number"
                                                           : common;
    put(out, "enum", array_of(std::move(values)));
    if (!type.empty() && type != "null") put(out, "type", type);
    add_meta(out, meta);
    return out;
  });
}

Dict SchemaMaker::root(const Node& n) {
  return define(&n, n.name, [&] {
    Dict out = of_kind(n);
    if (n.nullable && is_null_inside_root(n)) out = union_of({std::move(out), type_named("null")});
    Meta meta = n.meta;
    if (meta.title.empty()) meta.title = n.name;
    const Value* title = out.find("title");
    if (title != nullptr && n.meta.title.empty()) meta.title = title->get<std::string>();
    const Value* description = out.find("description");
    if (description != nullptr) meta.description = description->get<std::string>();
    add_meta(out, meta);
    return out;
  });
}

Dict SchemaMaker::list(const Node& n) {
  Dict out = type_named("array");
  put(out, "items", n.item == nullptr ? Dict() : type(*n.item));
  if (is_set(n.form)) put(out, "uniqueItems", true);
  add_lengths(out, n, "minItems", "maxItems");
  return out;
}

Dict SchemaMaker::tuple(const Node& n) {
  Dict out = type_named("array");
  const std::size_t fixed = n.variadic.value_or(n.items.size());
  std::vector<Dict> items;
  for (std::size_t i = 0; i < fixed; ++i) items.push_back(type(*n.items[i]));
  if (!items.empty()) put(out, "prefixItems", array_of(std::move(items)));
  if (!n.variadic || fixed != 0) put(out, "minItems", static_cast<std::uint64_t>(fixed));
  if (!n.variadic) {
    put(out, "maxItems", static_cast<std::uint64_t>(fixed));
  } else if (fixed + 1 == n.items.size()) {
    put(out, "items", type(*n.items[fixed]));
  } else {
    put(out, "items", true);
  }
  add_lengths(out, n, "minItems", "maxItems");
  return out;
}

Dict SchemaMaker::dict(const Node& n) {
  Dict out = type_named("object");
  Dict keys = n.key == nullptr ? Dict() : type(*n.key);
  const bool is_reference = keys.find("$ref") != nullptr;
  std::optional<std::string> pattern;
  if (!is_reference) {
    if (const Value* text = keys.find("pattern")) pattern = text->get<std::string>();
    drop(keys, "pattern");
    drop(keys, "title");
  }
  Dict values = n.item == nullptr ? Dict() : type(*n.item);
  drop(values, "title");
  if (pattern) {
    put(out, "patternProperties", Dict{{*pattern, std::move(values)}});
  } else if (!values.items.empty()) {
    put(out, "additionalProperties", std::move(values));
  } else {
    put(out, "additionalProperties", true);
  }
  const std::string* key_type = type_in(keys);
  if (is_reference || (key_type != nullptr && *key_type == "string" && keys.items.size() > 1)) {
    drop(keys, "type");
    put(out, "propertyNames", std::move(keys));
  }
  add_lengths(out, n, "minProperties", "maxProperties");
  return out;
}

// What a function takes in place of the type is not known.
Dict SchemaMaker::function(const Node& n) {
  if (n.item == nullptr || (n.functions.plain && !is_output())) return {};
  return type(*n.item);
}

Dict SchemaMaker::recover(const Node& n) {
  Dict out = type(*n.item);
  if (n.fallback) add_default(out, *n.item, *n.fallback);
  return out;
}

Dict SchemaMaker::json_text(const Node& n) {
  Dict content = n.item == nullptr ? Dict() : type(*n.item);
  if (is_output()) return content;
  Dict out = type_named("string");
  put(out, "contentMediaType", "application/json");
  put(out, "contentSchema", std::move(content));
  return out;
}

}  // namespace kindred::schema::detail
