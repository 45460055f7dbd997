#include "engine/query_operand.hpp"

#include <limits>

#include "engine/query_condition.hpp"
#include "kindred/error.hpp"

namespace kindred::engine {
namespace {

using detail::ValueKind;
using Op = Expression::Op;

bool is_number(ValueKind kind) {
  return kind == ValueKind::integer || kind == ValueKind::natural || kind == ValueKind::real ||
         kind == ValueKind::decimal;
}

// Whether a constant of this kind stands for a value of the column.
bool stands_for(ValueKind constant, const Type& type) {
  switch (type.code) {
    case TypeCode::datetime: return constant == ValueKind::datetime || constant == ValueKind::ticks;
    case TypeCode::instant:
    case TypeCode::duration:
      return constant == ValueKind::ticks || constant == ValueKind::integer ||
             constant == ValueKind::natural;
    default: {
      const ValueKind kind = detail::kind_of(type);
      return kind == constant || (is_number(kind) && is_number(constant));
    }
  }
}

WholePart scaled(int128 unscaled, std::uint8_t from, std::uint8_t to) {
  WholePart out{unscaled, true, 0};
  for (; from < to; ++from)
    if (__builtin_mul_overflow(out.floor, int128{10}, &out.floor))
      return {0, true, unscaled < 0 ? -1 : 1};
  for (; from > to; --from) {
    const int128 rest = out.floor % 10;
    out.floor = out.floor / 10 - (rest < 0 ? 1 : 0);
    out.exact = out.exact && rest == 0;
  }
  return out;
}

}  // namespace

void Operands::refuse(const Expression& e, const std::string& why) const {
  throw UsageError("table " + table_.name() + ": '" + e.to_string() + "': " + why);
}

void Operands::expect(const Expression& e, std::size_t operands) const {
  if (e.operands.size() == operands) return;
  refuse(e, "needs " + std::to_string(operands) + (operands == 1 ? " operand" : " operands") +
                ", has " + std::to_string(e.operands.size()));
}

Operands::Operand Operands::of(const Expression& e) const {
  switch (e.op) {
    case Op::column: {
      const ColumnRef column = column_ref(table_, e.name, "compare");
      const Type& type = table_.columns[column.ordinal].column->type;
      return {detail::kind_of(type), &type};
    }
    case Op::constant:
      if (detail::kind_of(e.value) == ValueKind::nested)
        refuse(e, "a nested value cannot be compared");
      return {detail::kind_of(e.value), nullptr};
    case Op::length: {
      expect(e, 1);
      const ValueKind kind = of(e.operands[0]).kind;
      if (kind != ValueKind::text && kind != ValueKind::bytes && kind != ValueKind::null)
        refuse(e, "only text and bytes have a length");
      return {ValueKind::integer, nullptr};
    }
    case Op::all:
    case Op::any:
      for (const Expression& part : e.operands) (void)of(part);
      return {ValueKind::boolean, nullptr};
    case Op::negate: expect(e, 1); break;
    case Op::is_null:
      expect(e, 1);
      if (e.operands[0].op != Op::column) refuse(e, "'is null' asks about a column");
      (void)column_ref(table_, e.operands[0].name, "is null");
      return {ValueKind::boolean, nullptr};
    case Op::in:
      for (std::size_t i = 1; i < e.operands.size(); ++i)
        require_comparable(e, e.operands[0], e.operands[i]);
      return {ValueKind::boolean, nullptr};
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      expect(e, 2);
      require_comparable(e, e.operands[0], e.operands[1]);
      return {ValueKind::boolean, nullptr};
    case Op::prefix:
    case Op::contains: {
      expect(e, 2);
      const ValueKind whole = of(e.operands[0]).kind;
      const ValueKind part = of(e.operands[1]).kind;
      if (whole != ValueKind::null && part != ValueKind::null &&
          (whole != part || (whole != ValueKind::text && whole != ValueKind::bytes)))
        refuse(e, "both sides must be text, or both bytes");
      return {ValueKind::boolean, nullptr};
    }
    default: refuse(e, "has an unknown operator");
  }
  if (of(e.operands[0]).kind != ValueKind::boolean) refuse(e, "it is neither true nor false");
  return {ValueKind::boolean, nullptr};
}

void Operands::require_comparable(const Expression& e, const Expression& a,
                                  const Expression& b) const {
  const Operand x = of(a);
  const Operand y = of(b);
  bool alike = x.kind == ValueKind::null || y.kind == ValueKind::null || x.kind == y.kind ||
               (is_number(x.kind) && is_number(y.kind));
  if (x.type && b.op == Op::constant && y.kind != ValueKind::null)
    alike = stands_for(y.kind, *x.type);
  if (y.type && a.op == Op::constant && x.kind != ValueKind::null)
    alike = stands_for(x.kind, *y.type);
  if (!alike)
    refuse(e, "compares " + std::string(to_string(x.kind)) + " with " +
                  std::string(to_string(y.kind)));
  if (x.type && y.type && x.kind == ValueKind::ticks &&
      (x.type->code != y.type->code || x.type->period_num != y.type->period_num ||
       x.type->period_den != y.type->period_den))
    refuse(e, "compares " + x.type->to_string() + " with " + y.type->to_string());
}

std::optional<WholePart> whole_part(const Value& value, std::uint8_t scale) {
  if (const auto* i = value.get_if<std::int64_t>()) return scaled(*i, 0, scale);
  if (const auto* u = value.get_if<std::uint64_t>())
    return scaled(static_cast<int128>(*u), 0, scale);
  if (const auto* n = value.get_if<Number>()) return scaled(n->unscaled, n->scale, scale);
  if (const auto* b = value.get_if<bool>()) return WholePart{*b ? 1 : 0};
  if (const auto* d = value.get_if<date>()) return WholePart{d->time_since_epoch().count()};
  if (const auto* p = value.get_if<time_point>()) return WholePart{p->time_since_epoch().count()};
  if (const auto* t = value.get_if<Ticks>()) return WholePart{t->count};
  return std::nullopt;
}

double real_of(const Value& value) {
  if (const auto* d = value.get_if<double>()) return *d;
  if (const auto* i = value.get_if<std::int64_t>()) return static_cast<double>(*i);
  if (const auto* u = value.get_if<std::uint64_t>()) return static_cast<double>(*u);
  if (const auto* n = value.get_if<Number>()) {
    double out = static_cast<double>(n->unscaled);
    for (int i = 0; i < n->scale; ++i) out /= 10;
    return out;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string bytes_of(const Value& value) {
  if (const auto* s = value.get_if<std::string>()) return *s;
  if (const auto* b = value.get_if<Bytes>())
    return {reinterpret_cast<const char*>(b->data()), b->size()};
  if (const auto* u = value.get_if<Uuid>())
    return {reinterpret_cast<const char*>(u->octets.data()), u->octets.size()};
  return {};
}

}  // namespace kindred::engine
