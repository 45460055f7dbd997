// Nodes of C++ types: what is the same for all of them.
#include "kindred/detail/schema_builder.hpp"

#include <bit>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/detail/schema_constant.hpp"
#include "kindred/error.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {

Value constant_value(ConstantKind kind, std::uint64_t bits, std::string_view text) {
  const auto number = static_cast<std::int64_t>(bits);
  switch (kind) {
    case ConstantKind::null: return {};
    case ConstantKind::boolean: return bits != 0;
    case ConstantKind::integer: return number;
    case ConstantKind::natural: return static_cast<unsigned long long>(bits);
    case ConstantKind::floating: return std::bit_cast<double>(bits);
    case ConstantKind::text: return text;
    case ConstantKind::date: return date(std::chrono::days(number));
    case ConstantKind::datetime: return DateTime{number, 0};
    case ConstantKind::duration: return Duration(number);
  }
  return {};
}

namespace {

bool has_texts(const Meta& meta) {
  return !meta.title.empty() || !meta.description.empty() || meta.examples ||
         meta.json_schema_extra || meta.deprecated;
}
void merge(Meta& to, Meta&& from) {
  if (!from.title.empty()) to.title = std::move(from.title);
  if (!from.description.empty()) to.description = std::move(from.description);
  if (from.examples) to.examples = std::move(from.examples);
  if (from.json_schema_extra) to.json_schema_extra = std::move(from.json_schema_extra);
  to.deprecated |= from.deprecated;
}

}  // namespace

FieldOptions FieldOptions::inner() const {
  FieldOptions out;
  out.constraints = constraints;
  out.discriminator = discriminator;
  out.left_to_right = left_to_right;
  out.by_value = by_value;
  return out;
}

void FieldOptions::add_json_schema_extra(std::string_view object) {
  Value parsed = parse_json(object);
  Dict* const dict = parsed.get_if<Dict>();
  if (dict == nullptr)
    throw UsageError("json_schema_extra takes the text of a JSON object, not " +
                     std::string(object));
  if (!meta.json_schema_extra) meta.json_schema_extra.emplace();
  for (auto& [key, value] : dict->items) meta.json_schema_extra->at_key(key) = std::move(value);
}

void FieldOptions::take_over(FieldOptions& outer) {
  for (Stage& stage : outer.stages) stages.push_back(std::move(stage));
  if (outer.serializer) serializer = std::move(outer.serializer);
  merge(meta, std::move(outer.meta));
}

// ---- bounds as values of the type that they bound

namespace {

[[noreturn]] void unreadable(const Value& bound, std::string_view wanted) {
  throw UsageError("the bound " + bound.to_string() + " is no " + std::string(wanted));
}

template <class T>
Value read(const Value& bound, Reason (*parse)(std::string_view, Precision, T&),
           std::string_view wanted) {
  T out{};
  if (parse(bound.get<std::string>(), Precision::truncate, out) != nullptr)
    unreadable(bound, wanted);
  return out;
}

Value from_text(const Value& bound, Kind kind) {
  const auto& text = bound.get<std::string>();
  switch (kind) {
    case Kind::date: {
      date out;
      if (parse_date(text, out) != nullptr) unreadable(bound, "date");
      return out;
    }
    case Kind::datetime: return read<DateTime>(bound, &parse_datetime, "date and time");
    case Kind::time: return read<TimeOfDay>(bound, &parse_time, "time of day");
    case Kind::timedelta: return read<Duration>(bound, &parse_duration, "duration");
    case Kind::integer:
    case Kind::floating:
    case Kind::decimal: {
      auto out = BigDecimal::parse(text);
      if (!out) unreadable(bound, "number");
      return *std::move(out);
    }
    default: return bound;
  }
}

void read_bounds(Constraints& c, Kind kind) {
  for (auto* bound : {&c.ge, &c.gt, &c.le, &c.lt, &c.multiple_of})
    if (*bound && (*bound)->is(ValueKind::text)) *bound = from_text(**bound, kind);
}

}  // namespace

// ---- nodes

Node& Builder::make(Kind kind, Rep rep, const Storage& storage) {
  Node& out = arena_.emplace_back();
  out.kind = kind;
  out.rep = rep;
  out.storage = &storage;
  return out;
}

const Node& Builder::own_key(const Node& node) {
  if (!node.after.empty() || node.kind == Kind::function)
    throw UsageError(
        "the key type " + node.name +
        " of a map has functions, which keys cannot have: check keys with a function of "
        "the whole map");
  Node& key = own(node);
  key.storage = &value_storage;
  key.rep = Rep::other;
  return key;
}

Node& Builder::own(const Node& node) {
  for (Node& mine : arena_)
    if (&mine == &node) return mine;
  return arena_.emplace_back(node);
}

Node& Builder::settle(Node& node, const FieldOptions& options) {
  Constraints constraints = options.constraints;
  read_bounds(constraints, node.kind);
  apply(node, constraints, settings_);
  finish(node);
  return node;
}

// `after` is a part of the node that it stands behind; the others stand around it.
const Node& Builder::around(const Node& inner, Stage& stage) {
  if (stage.after && !inner.nullable) {
    Node& node = own(inner);
    node.after.push_back(std::move(stage.after));
    node.uses_data |= stage.uses_data;
    finish(node);
    return node;
  }
  Node& node = make(Kind::function, Rep::other, *inner.storage);
  node.item = &inner;
  node.uses_data = stage.uses_data;
  if (stage.after) {  // it is to see null, too
    node.functions.wrap = [after = std::move(stage.after)](void* slot, Value value,
                                                           Functions::Handler next,
                                                           const ValidationInfo& info) {
      next(std::move(value));
      after(slot, info);
    };
  } else {
    node.functions = std::move(stage.functions);
  }
  return settle(node, {});
}

Node& Builder::stand_for(const Node& node) {
  Node& out = make(Kind::lax_or_strict, Rep::other, *node.storage);
  out.choices = {{&node, {}, {}}, {&node, {}, {}}};
  out.name = label_of(node);
  finish(out);
  return out;
}

const Node& Builder::dress(const Node& node, FieldOptions& options) {
  const Node* out = &node;
  for (Stage& stage : options.stages) out = &around(*out, stage);
  options.stages.clear();
  if (has_texts(options.meta)) {
    // Texts of classes are their own: those of one use stand on a node that stands for them.
    const bool is_class =
        out->kind == Kind::model || out->kind == Kind::enumeration || out->is_root;
    merge((is_class ? stand_for(*out) : own(*out)).meta, std::move(options.meta));
    if (is_class) out = &arena_.back();
  }
  if (options.serializer) own(*out).serializer = std::move(options.serializer);
  return *out;
}

Node& Builder::through(const Node& inner, const Through& way, const Storage& holder,
                       bool may_be_null) {
  if (inner.nullable || inner.through != nullptr)
    throw UsageError("a type that may be null stands inside another holder: " + label_of(inner));
  Node& node = arena_.emplace_back(inner);
  node.nullable = may_be_null;
  node.through = &way;
  node.storage = &holder;
  node.rep = Rep::other;  // known layouts are those of slots without holder
  // Enumerations and root models keep the name under which they are defined.
  if (may_be_null && node.kind != Kind::enumeration && !node.is_root)
    node.name = "nullable[" + label_of(inner) + "]";
  // Functions were made for what is held.
  const auto open = way.open;
  for (After& after : node.after)
    after = [held = std::move(after), open](void* slot, const ValidationInfo& info) {
      held(open(slot), info);
    };
  if (node.kind == Kind::lax_or_strict) {
    const Node& held = through(*inner.choices.front().node, way, holder, may_be_null);
    for (Choice& choice : node.choices) choice.node = &held;
    node.through = nullptr;
  }
  if (node.kind != Kind::function) return node;
  if (node.functions.wrap)
    node.functions.wrap = [held = std::move(node.functions.wrap), open](
                              void* slot, Value value, Functions::Handler next,
                              const ValidationInfo& info) {
      held(open(slot), std::move(value), next, info);
    };
  if (node.functions.plain)
    node.functions.plain = [held = std::move(node.functions.plain), open](
                               void* slot, Value value, const ValidationInfo& info) {
      held(open(slot), std::move(value), info);
    };
  node.item = &through(*inner.item, way, holder, false);
  return node;
}

std::string or_list(const std::vector<Value>& values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) out += i + 1 == values.size() ? " or " : ", ";
    out += values[i].to_string();
  }
  return out;
}

}  // namespace kindred::schema::detail
