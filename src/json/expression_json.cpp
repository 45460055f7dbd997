#include "json/expression_json.hpp"

#include <algorithm>

#include "json/value_json.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

using detail::ValueKind;
using Op = Expression::Op;

struct Operator {
  std::string_view name;
  Op op;
  bool is_single = false;  // its operand stands without an array
};

constexpr Operator operators[] = {
    {"eq", Op::eq},
    {"ne", Op::ne},
    {"lt", Op::lt},
    {"le", Op::le},
    {"gt", Op::gt},
    {"ge", Op::ge},
    {"all", Op::all},
    {"any", Op::any},
    {"not", Op::negate, true},
    {"is_null", Op::is_null, true},
    {"in", Op::in},
    {"length", Op::length, true},
    {"prefix", Op::prefix},
    {"contains", Op::contains},
};

bool compares(Op op) noexcept {
  return (op >= Op::eq && op <= Op::ge) || op == Op::in || op == Op::prefix || op == Op::contains;
}

// The type whose form the constants among the operands have: of the first column or length there.
std::optional<Type> type_of_constants(const std::vector<Expression>& operands, const Table& table) {
  for (const Expression& e : operands) {
    if (e.op == Op::length) return Type{};  // int64
    if (e.op != Op::column) continue;
    if (const Column* c = table.column(e.name)) {
      if (c->type.is_nested()) return std::nullopt;
      return c->type;
    }
  }
  return std::nullopt;
}

// A type whose values are of that kind and keep what a constant says.
Type usual_type(const kindred::Value& value) {
  Type type;
  switch (detail::kind_of(value)) {
    case ValueKind::null:
    case ValueKind::integer: type.code = TypeCode::int64; break;
    case ValueKind::boolean: type.code = TypeCode::boolean; break;
    case ValueKind::natural: type.code = TypeCode::uint64; break;
    case ValueKind::real: type.code = TypeCode::float64; break;
    case ValueKind::text: type.code = TypeCode::text; break;
    case ValueKind::bytes: type.code = TypeCode::bytes; break;
    case ValueKind::day: type.code = TypeCode::day; break;
    case ValueKind::datetime: type.code = TypeCode::datetime; break;
    case ValueKind::ticks: type.code = TypeCode::duration; break;
    case ValueKind::decimal:
      type.code = TypeCode::decimal;
      type.precision = 38;
      type.scale = value.get<Number>().scale;
      break;
    case ValueKind::uuid: type.code = TypeCode::uuid; break;
    case ValueKind::nested: type.code = TypeCode::opaque; break;
  }
  return type;
}

// Whether a constant can be written in the form of `type` and read back as the same value.
bool has_form_of(const kindred::Value& value, const Type& type) {
  if (detail::kind_of(value) != detail::kind_of(type)) return false;
  if (type.code == TypeCode::opaque || type.code == TypeCode::json) return false;
  Column column;
  column.type = type;
  kindred::Value copy = value;
  return detail::fit(copy, column).empty() && copy == value;
}

void write_constant(Writer& out, const kindred::Value& value, const std::optional<Type>& type) {
  if (type && has_form_of(value, *type)) {
    write_value(out, *type, value, BytesForm::plain);
    return;
  }
  const Type usual = usual_type(value);
  out.begin_object(Layout::in_line);
  out.key("value");
  write_value(out, usual, value, BytesForm::plain);
  out.key("type");
  out.string(usual.to_string());
  out.end_object();
}

// A constant without a type around it.
kindred::Value bare_constant(const Value& value, const ObjectReader& from) {
  switch (value.kind()) {
    case Kind::boolean: return value.boolean();
    case Kind::string: return std::string(value.text());
    case Kind::number: {
      if (const auto integer = value.as_int64()) return *integer;
      if (const auto natural = value.as_uint64()) return *natural;
      Type real;
      real.code = TypeCode::float64;
      try {
        return read_value(value, real, ReadMode::strict);
      } catch (const Misfit& misfit) {
        from.refuse(misfit.at(), misfit.what());
      }
    }
    case Kind::null: from.refuse(value, "nothing compares with null; use \"is_null\"");
    case Kind::array:
    case Kind::object: break;
  }
  from.refuse(value, "expected a constant or a condition, found " + value.excerpt());
}

Type named_type(const Value& name, const ObjectReader& from) {
  if (name.is(Kind::string)) {
    if (name.text().starts_with("decimal(38,")) {
      // Written by write_constant.
      const std::string_view text = name.text();
      for (std::uint8_t scale = 0; scale <= 38; ++scale) {
        Type type;
        type.code = TypeCode::decimal;
        type.precision = 38;
        type.scale = scale;
        if (type.to_string() == text) return type;
      }
    }
    for (int code = 1; code <= static_cast<int>(TypeCode::uuid); ++code) {
      Type type;
      type.code = static_cast<TypeCode>(code);
      if (type.code != TypeCode::decimal && type.to_string() == name.text()) return type;
    }
  }
  from.refuse(name,
              "the type of a constant must be a plain one such as \"int64\" or \"date\", found " +
                  name.excerpt());
}

class ExpressionReader {
 public:
  ExpressionReader(const Table& table, const ObjectReader& from) : table_(table), from_(from) {}

  // `type`: of the column that a constant here is compared with.
  Expression read(const Value& value, const std::optional<Type>& type) {
    if (!value.is(Kind::object) || is_typed_bytes(value, type)) return constant(value, type);
    if (value.find("value")) return tagged(value);
    if (value.size() != 1) {
      from_.refuse(value,
                   "a condition is an object with one key, its operator; found " + value.excerpt());
    }
    const Member only = *value.members().begin();
    if (only.name == "column") {
      if (!only.value.is(Kind::string))
        from_.refuse(only.value, "\"column\" must be a name, found " + only.value.excerpt());
      return Expression::column(std::string(only.value.text()));
    }
    const auto known = std::find_if(std::begin(operators), std::end(operators),
                                    [&](const Operator& o) { return o.name == only.name; });
    if (known == std::end(operators)) {
      from_.refuse(value, "unknown operator \"" + std::string(only.name) + "\"" +
                              detail::did_you_mean(only.name, operators,
                                                   [](const Operator& o) { return o.name; }));
    }
    return Expression::of(known->op, operands(*known, only.value));
  }

 private:
  static bool is_typed_bytes(const Value& value, const std::optional<Type>& type) {
    return type && type->code == TypeCode::bytes && value.find("$bytes");
  }

  Expression constant(const Value& value, const std::optional<Type>& type) const {
    if (!type || value.is(Kind::null)) return Expression::constant(bare_constant(value, from_));
    try {
      return Expression::constant(read_value(value, *type, ReadMode::lenient));
    } catch (const Misfit& misfit) {
      from_.refuse(misfit.at(), misfit.what());
    }
  }

  Expression tagged(const Value& value) const {
    const Value held = *value.find("value");
    const auto name = value.find("type");
    if (value.size() != (name ? 2u : 1u))
      from_.refuse(value,
                   "a constant has the keys \"value\" and \"type\"; found " + value.excerpt());
    return constant(held, name ? std::optional(named_type(*name, from_)) : std::nullopt);
  }

  std::vector<Expression> operands(const Operator& op, const Value& value) {
    std::vector<Value> parts;
    if (op.is_single) {
      parts.push_back(value);
    } else if (value.is(Kind::array)) {
      for (const Value part : value.elements()) parts.push_back(part);
    } else {
      from_.refuse(value, "\"" + std::string(op.name) + "\" takes an array of operands, found " +
                              value.excerpt());
    }
    // Columns first: constants take their form.
    std::vector<Expression> out(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (parts[i].is(Kind::object) && !parts[i].find("$bytes")) out[i] = read(parts[i], {});
    const auto type = compares(op.op) ? type_of_constants(out, table_) : std::optional<Type>();
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (!parts[i].is(Kind::object) || parts[i].find("$bytes")) out[i] = read(parts[i], type);
    return out;
  }

  const Table& table_;
  const ObjectReader& from_;
};

}  // namespace

void write_expression(Writer& out, const Expression& e, const Table& table) {
  if (e.op == Op::constant) {
    Type boolean;
    boolean.code = TypeCode::boolean;
    write_constant(out, e.value, boolean);
    return;
  }
  if (e.op == Op::column) {
    out.begin_object(Layout::in_line);
    out.key("column");
    out.string(e.name);
    out.end_object();
    return;
  }
  const auto* known = std::find_if(std::begin(operators), std::end(operators),
                                   [&](const Operator& o) { return o.op == e.op; });
  if (known == std::end(operators))
    throw UsageError("the condition has an unknown operator; validate the catalogue first");
  out.begin_object(Layout::in_line);
  out.key(known->name);
  if (!known->is_single) out.begin_array(Layout::in_line);
  const auto type = compares(e.op) ? type_of_constants(e.operands, table) : std::optional<Type>();
  for (const Expression& operand : e.operands) {
    if (operand.op == Op::constant && type) {
      write_constant(out, operand.value, type);
    } else {
      write_expression(out, operand, table);
    }
  }
  if (!known->is_single) out.end_array();
  out.end_object();
}

Expression read_expression(const Value& value, const Table& table, const ObjectReader& from) {
  return ExpressionReader(table, from).read(value, {});
}

}  // namespace kindred::json
