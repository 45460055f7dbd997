#include "kindred/detail/schema_constraints.hpp"

#include <array>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/error.hpp"
#include "schema/numbers.hpp"

namespace kindred::schema::detail {
namespace {

using Kinds = std::uint64_t;
constexpr Kinds bit(Kind kind) { return Kinds{1} << static_cast<unsigned>(kind); }
constexpr Kinds numbers = bit(Kind::integer) | bit(Kind::floating) | bit(Kind::decimal);
constexpr Kinds temporal =
    bit(Kind::date) | bit(Kind::time) | bit(Kind::datetime) | bit(Kind::timedelta);
constexpr Kinds containers = bit(Kind::list) | bit(Kind::tuple) | bit(Kind::dict);
constexpr Kinds texts =
    bit(Kind::text) | bit(Kind::bytes) | bit(Kind::secret_text) | bit(Kind::secret_bytes);
constexpr Kinds urls = bit(Kind::url) | bit(Kind::multi_host_url);

// A constraint, where it may stand, and that in words.
struct Rule {
  const char* name;
  bool is_given;
  Kinds kinds;
  const char* where;
};

void check_kind(const Node& node, const Constraints& c) {
  const char* const ordered = "numbers, dates and times";
  const char* const text = "text";
  const char* const addresses = "URLs";
  const std::array rules{
      Rule{"gt", c.gt.has_value(), numbers | temporal, ordered},
      Rule{"ge", c.ge.has_value(), numbers | temporal, ordered},
      Rule{"lt", c.lt.has_value(), numbers | temporal, ordered},
      Rule{"le", c.le.has_value(), numbers | temporal, ordered},
      Rule{"multiple_of", c.multiple_of.has_value(), numbers, "numbers"},
      Rule{"allow_inf_nan", c.allow_inf_nan.has_value(), bit(Kind::floating) | bit(Kind::decimal),
           "floating and decimal numbers"},
      Rule{"max_digits", c.max_digits.has_value(), bit(Kind::decimal), "decimal numbers"},
      Rule{"decimal_places", c.decimal_places.has_value(), bit(Kind::decimal), "decimal numbers"},
      Rule{"min_length", c.min_length.has_value(), texts | containers,
           "text, bytes and containers"},
      Rule{"max_length", c.max_length.has_value(), texts | containers | urls,
           "text, bytes, URLs and containers"},
      Rule{"pattern", c.pattern.has_value(), bit(Kind::text), text},
      Rule{"strip_whitespace", c.strip_whitespace.has_value(), bit(Kind::text), text},
      Rule{"to_lower", c.to_lower.has_value(), bit(Kind::text), text},
      Rule{"to_upper", c.to_upper.has_value(), bit(Kind::text), text},
      Rule{"coerce_numbers_to_str", c.coerce_numbers_to_str.has_value(), bit(Kind::text), text},
      Rule{"fail_fast", c.fail_fast.has_value(), containers, "containers"},
      Rule{"now_op", c.now_op != NowRule::any, bit(Kind::date) | bit(Kind::datetime),
           "dates and datetimes"},
      Rule{"tz_constraint", c.tz_constraint != TimezoneRule::any,
           bit(Kind::datetime) | bit(Kind::time), "datetimes and times"},
      Rule{"microseconds_precision", c.microseconds_error.has_value(),
           bit(Kind::datetime) | bit(Kind::time) | bit(Kind::timedelta),
           "datetimes, times and durations"},
      Rule{"uuid_version", c.uuid_version != 0, bit(Kind::uuid), "UUIDs"},
      Rule{"allowed_schemes", !c.allowed_schemes.empty(), urls, addresses},
      Rule{"host_required", c.host_required.has_value(), urls, addresses},
      Rule{"preserve_empty_path", c.preserve_empty_path.has_value(), urls, addresses},
      Rule{"default_host", c.default_host.has_value(), urls, addresses},
      Rule{"default_path", c.default_path.has_value(), urls, addresses},
      Rule{"default_port", c.default_port.has_value(), urls, addresses},
  };
  for (const Rule& rule : rules)
    if (rule.is_given && (rule.kinds & bit(node.kind)) == 0)
      throw UsageError(std::string("'") + rule.name + "' does not apply to " + label_of(node) +
                       ": it is for " + rule.where);
}

// ---- bounds

[[noreturn]] void refuse_bound(const char* name, const Value& bound, const Node& node,
                               const char* wanted) {
  throw UsageError(std::string("'") + name + "' of " + label_of(node) + " is " + bound.to_string() +
                   ": give it as " + wanted);
}

std::optional<BigDecimal> as_decimal(const Value& v) {
  if (const auto* d = v.get_if<BigDecimal>()) return *d;
  if (const auto* i = v.get_if<std::int64_t>()) return BigDecimal(*i);
  if (const auto* b = v.get_if<BigInt>()) return BigDecimal::parse(b->digits);
  if (const auto* f = v.get_if<double>()) return BigDecimal::parse(python_float(*f));
  return std::nullopt;
}

Value as_bound(const char* name, const Value& v, const Node& node) {
  switch (node.kind) {
    case Kind::integer:
      if (v.is(ValueKind::integer) || v.is(ValueKind::big_integer)) return v;
      refuse_bound(name, v, node, "an integer");
    case Kind::floating:
      if (v.is(ValueKind::floating)) return v;
      if (const auto* i = v.get_if<std::int64_t>()) return static_cast<double>(*i);
      if (const auto* b = v.get_if<BigInt>()) return to_double(*b);
      refuse_bound(name, v, node, "a number");
    case Kind::decimal:
      if (auto d = as_decimal(v)) return *std::move(d);
      refuse_bound(name, v, node, "a number");
    case Kind::date:
      if (v.is(ValueKind::date)) return v;
      refuse_bound(name, v, node, "a date");
    case Kind::time:
      if (v.is(ValueKind::time)) return v;
      refuse_bound(name, v, node, "a TimeOfDay");
    case Kind::datetime:
      if (v.is(ValueKind::datetime)) return v;
      refuse_bound(name, v, node, "a DateTime");
    default:
      if (v.is(ValueKind::duration)) return v;
      refuse_bound(name, v, node, "a Duration");
  }
}

// As a number of which less means less; empty where that cannot be told.
std::optional<BigDecimal> as_measure(const Value& v) {
  if (const auto* d = v.get_if<date>()) return BigDecimal(d->time_since_epoch().count());
  if (const auto* t = v.get_if<TimeOfDay>()) return BigDecimal(t->micros);
  if (const auto* t = v.get_if<DateTime>()) return BigDecimal(t->utc());
  if (const auto* t = v.get_if<Duration>()) return BigDecimal(std::int64_t{t->count()});
  return as_decimal(v);
}

void check_order(const Node& node) {
  const Bounds& b = node.bounds;
  for (const auto* lower : {&b.ge, &b.gt}) {
    for (const auto* upper : {&b.le, &b.lt}) {
      if (!*lower || !*upper) continue;
      const auto low = as_measure(**lower);
      const auto high = as_measure(**upper);
      if (low && high && *low > *high)
        throw UsageError("no value of " + label_of(node) + " is at least " + (*lower)->to_string() +
                         " and at most " + (*upper)->to_string() + ": exchange the bounds");
    }
  }
}

void apply_bounds(Node& node, const Constraints& c) {
  const auto set = [&](const char* name, std::optional<Value>& to,
                       const std::optional<Value>& from) {
    if (from) to = as_bound(name, *from, node);
  };
  set("gt", node.bounds.gt, c.gt);
  set("ge", node.bounds.ge, c.ge);
  set("lt", node.bounds.lt, c.lt);
  set("le", node.bounds.le, c.le);
  set("multiple_of", node.bounds.multiple_of, c.multiple_of);
  const auto& step = node.bounds.multiple_of;
  if (step && same_key(*step, Value(0)))
    throw UsageError("'multiple_of' of " + label_of(node) + " is 0: give another number");
  check_order(node);
}

void apply_lengths(Node& node, const Constraints& c) {
  if (c.min_length && c.max_length && *c.min_length > *c.max_length)
    throw UsageError("'min_length' of " + label_of(node) + " is " + std::to_string(*c.min_length) +
                     ", above its 'max_length' of " + std::to_string(*c.max_length) +
                     ": exchange them");
  if (c.min_length) node.min_length = *c.min_length;
  if (c.max_length) node.max_length = *c.max_length;
}

// ---- by kind

void apply_text(Node& node, const Constraints& c, const config& settings) {
  if (!c.min_length && settings.str_min_length) node.min_length = *settings.str_min_length;
  if (!c.max_length && settings.str_max_length) node.max_length = *settings.str_max_length;
  const auto either = [](const std::optional<bool>& own, const std::optional<bool>& general) {
    return own ? *own : general.value_or(false);
  };
  node.strip = either(c.strip_whitespace, settings.str_strip_whitespace);
  node.to_lower = either(c.to_lower, settings.str_to_lower);
  node.to_upper = either(c.to_upper, settings.str_to_upper);
  node.coerce_numbers = either(c.coerce_numbers_to_str, settings.coerce_numbers_to_str);
  if (!c.pattern) return;
  node.pattern_text = *c.pattern;
  node.pattern = compile_pattern(*c.pattern);
}

void apply_temporal(Node& node, const Constraints& c, const config& settings) {
  node.microseconds_error = c.microseconds_error.value_or(false);
  node.unit = settings.val_temporal_unit.value_or(temporal_unit::infer);
  node.timezone = c.tz_constraint;
  node.timezone_offset = c.tz_offset;
  node.now = c.now_op;
  node.now_utc_offset = c.now_utc_offset;
}

void apply_url(Node& node, const Constraints& c, const config& settings) {
  node.url_schemes = c.allowed_schemes;
  node.url_host_required = c.host_required.value_or(false);
  node.url_default_host = c.default_host;
  node.url_default_path = c.default_path;
  node.url_default_port = c.default_port;
  node.url_preserve_empty_path = c.preserve_empty_path
                                     ? *c.preserve_empty_path
                                     : settings.url_preserve_empty_path.value_or(false);
}

void apply_kind(Node& node, const Constraints& c, const config& settings) {
  switch (node.kind) {
    case Kind::text: return apply_text(node, c, settings);
    case Kind::floating:
      node.allow_inf_nan =
          c.allow_inf_nan ? *c.allow_inf_nan : settings.allow_inf_nan.value_or(true);
      return;
    case Kind::decimal:
      node.allow_inf_nan =
          c.allow_inf_nan ? *c.allow_inf_nan : settings.allow_inf_nan.value_or(false);
      node.max_digits = c.max_digits;
      node.decimal_places = c.decimal_places;
      return;
    case Kind::date:
    case Kind::time:
    case Kind::datetime:
    case Kind::timedelta: return apply_temporal(node, c, settings);
    case Kind::uuid: node.uuid_version = c.uuid_version; return;
    case Kind::url:
    case Kind::multi_host_url: return apply_url(node, c, settings);
    case Kind::enumeration:
      node.use_enum_values |= settings.use_enum_values.value_or(false);
      return;
    default: return;
  }
}

// ---- names

bool is_constrained(const Node& node, const Constraints& c) {
  if (node.kind == Kind::text)
    return node.min_length != 0 || c.min_length || node.max_length != Node().max_length ||
           node.strip || node.to_lower || node.to_upper || node.pattern != nullptr;
  if (node.kind == Kind::bytes) return c.min_length || c.max_length;
  return c.gt || c.ge || c.lt || c.le || c.multiple_of;
}

std::string joined(const std::vector<std::string>& parts, std::string_view by) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out.append(by);
    out += parts[i];
  }
  return out;
}

std::string name_of_list(const Node& node) {
  const char* const form = node.form == Sequence::Form::set          ? "set["
                           : node.form == Sequence::Form::frozen_set ? "frozenset["
                                                                     : "list[";
  return form + (node.item == nullptr ? std::string("any") : label_of(*node.item)) + ']';
}

std::string name_of_tuple(const Node& node) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    parts.push_back(label_of(*node.items[i]));
    if (node.variadic == i) parts.emplace_back("...");
  }
  return "tuple[" + joined(parts, ", ") + ']';
}

std::string name_of_choices(const char* name, const Node& node) {
  std::vector<std::string> parts;
  for (const Choice& choice : node.choices)
    parts.push_back(node.kind == Kind::union_ && !choice.label.empty() ? choice.label
                                                                       : label_of(*choice.node));
  return std::string(name) + '[' + joined(parts, ",") + ']';
}

std::string name_of_url(const char* name, const Node& node) {
  if (node.url_schemes.empty()) return name;
  std::vector<std::string> parts;
  for (const std::string& scheme : node.url_schemes) parts.push_back('\'' + scheme + '\'');
  return std::string(name) + '[' + joined(parts, ",") + ']';
}

std::string name_of_ip(const Node& node) {
  const std::string version = node.ip_version == 0 ? "any" : std::to_string(node.ip_version);
  switch (node.ip_form) {
    case Ip::Form::interface: return "ip-v" + version + "-interface";
    case Ip::Form::network: return "ip-v" + version + "-network";
    default: return "ip-v" + version + "-address";
  }
}

std::string name_of_model(const Model& model) {
  switch (model.form) {
    case Model::Form::fields: return "model-fields";
    case Model::Form::typed_dict: return model.name.empty() ? "typed-dict" : model.name;
    default: return model.name;
  }
}

std::string within(const char* name, const Node* inner) {
  return std::string(name) + '[' + (inner == nullptr ? "any" : label_of(*inner)) + ']';
}

std::string literal_name(const Node& node) {
  std::vector<std::string> parts;
  for (const Value& value : node.expected) parts.push_back(value.to_string());
  return "literal[" + joined(parts, ",") + ']';
}

std::string name_of_kind(const Node& node, const Constraints& c) {
  const std::string constrained = is_constrained(node, c) ? "constrained-" : "";
  switch (node.kind) {
    case Kind::text: return constrained + "str";
    case Kind::integer: return constrained + "int";
    case Kind::floating: return constrained + "float";
    case Kind::bytes: return constrained + "bytes";
    case Kind::datetime: return "datetime";
    case Kind::email: return "email";
    case Kind::boolean: return "bool";
    case Kind::date: return "date";
    case Kind::time: return "time";
    case Kind::timedelta: return "timedelta";
    case Kind::decimal: return "decimal";
    case Kind::uuid: return "uuid";
    case Kind::url: return name_of_url("url", node);
    case Kind::multi_host_url: return name_of_url("multi-host-url", node);
    case Kind::name_email: return "name-email";
    case Kind::ip: return name_of_ip(node);
    case Kind::secret_text: return "secret-str";
    case Kind::secret_bytes: return "secret-bytes";
    case Kind::literal: return literal_name(node);
    case Kind::none: return "none";
    case Kind::list: return name_of_list(node);
    case Kind::tuple: return name_of_tuple(node);
    case Kind::dict:
      return "dict[" + (node.key == nullptr ? std::string("any") : label_of(*node.key)) + ',' +
             (node.item == nullptr ? std::string("any") : label_of(*node.item)) + ']';
    case Kind::model: return node.model == nullptr ? std::string() : name_of_model(*node.model);
    case Kind::union_: return name_of_choices("union", node);
    case Kind::tagged: return name_of_choices("tagged-union", node);
    case Kind::json: return within("json", node.item);
    case Kind::lax_or_strict:
      if (node.choices.size() != 2) return "lax-or-strict";
      return "lax-or-strict[lax=" + label_of(*node.choices[0].node) +
             ",strict=" + label_of(*node.choices[1].node) + ']';
    case Kind::chain: return name_of_choices("chain", node);
    case Kind::function: return node.item == nullptr ? "function" : label_of(*node.item);
    case Kind::recover: return within("default", node.item);
    case Kind::regex: return "regex";
    case Kind::path: return "path";
    case Kind::any:
    case Kind::enumeration:
    case Kind::ignore: return "any";
  }
  return {};
}

}  // namespace

std::string label_of(const Node& node) {
  if (node.name.empty()) return "...";
  if (node.kind != Kind::enumeration || node.nullable || node.is_root) return node.name;
  return (node.enum_base.empty() ? "" : node.enum_base + '-') + "enum[" + node.name + ']';
}

void apply(Node& node, const Constraints& constraints, const config& settings) {
  // Names of kinds stand in messages, so a preliminary one comes first.
  const bool is_unnamed = node.name.empty();
  if (is_unnamed) node.name = name_of_kind(node, {});
  check_kind(node, constraints);
  node.strict = constraints.strict ? *constraints.strict : settings.strict.value_or(false);
  node.coding = settings.val_json_bytes.value_or(bytes_coding::utf8);
  node.out_coding = settings.ser_json_bytes.value_or(bytes_coding::utf8);
  node.duration = settings.ser_json_timedelta.value_or(duration_form::iso8601);
  node.inf_nan = settings.ser_json_inf_nan.value_or(inf_nan_form::null);
  apply_bounds(node, constraints);
  apply_lengths(node, constraints);
  if (constraints.fail_fast) node.fail_fast = *constraints.fail_fast;
  apply_kind(node, constraints, settings);
  if (!is_unnamed) return;
  node.name = name_of_kind(node, constraints);
  if (node.nullable) node.name = "nullable[" + node.name + ']';
}

}  // namespace kindred::schema::detail
