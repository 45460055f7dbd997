#include "engine/condition.hpp"

#include <algorithm>
#include <compare>
#include <optional>

#include "engine/value_codec.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

using Op = Expression::Op;

Truth from(bool b) { return b ? Truth::yes : Truth::no; }

// Order of two values that are not null; empty where their types do not compare.
std::optional<std::partial_ordering> compare(const Value& a, const Value& b) {
  const auto number = [](const Value& v) -> std::optional<Number> {
    if (const auto* i = v.get_if<std::int64_t>()) return Number{*i, 0};
    if (const auto* u = v.get_if<std::uint64_t>()) return Number{static_cast<int128>(*u), 0};
    if (const auto* n = v.get_if<Number>()) return *n;
    if (const auto* t = v.get_if<Ticks>()) return Number{t->count, 0};
    if (const auto* p = v.get_if<time_point>()) return Number{p->time_since_epoch().count(), 0};
    return std::nullopt;
  };
  const auto real = [&](const Value& v) -> std::optional<double> {
    if (const auto* d = v.get_if<double>()) return *d;
    const auto n = number(v);
    if (!n) return std::nullopt;
    double out = static_cast<double>(n->unscaled);
    for (int i = 0; i < n->scale; ++i) out /= 10;
    return out;
  };
  if (a.get_if<double>() || b.get_if<double>()) {
    const auto x = real(a);
    const auto y = real(b);
    if (!x || !y) return std::nullopt;
    return *x <=> *y;
  }
  const auto x = number(a);
  const auto y = number(b);
  if (x && y) {
    const std::uint8_t scale = std::max(x->scale, y->scale);
    const auto p = x->rescaled(scale);
    const auto q = y->rescaled(scale);
    if (p && q)
      return p->unscaled < q->unscaled   ? std::partial_ordering::less
             : p->unscaled > q->unscaled ? std::partial_ordering::greater
                                         : std::partial_ordering::equivalent;
    return *real(a) <=> *real(b);
  }
  if (const auto* s = a.get_if<std::string>(), *t = b.get_if<std::string>(); s && t)
    return s->compare(*t) <=> 0;
  if (const auto* s = a.get_if<bool>(), *t = b.get_if<bool>(); s && t) return int{*s} <=> int{*t};
  if (const auto* s = a.get_if<date>(), *t = b.get_if<date>(); s && t) return *s <=> *t;
  if (const auto* s = a.get_if<Uuid>(), *t = b.get_if<Uuid>(); s && t) return *s <=> *t;
  if (const auto* s = a.get_if<Bytes>(), *t = b.get_if<Bytes>(); s && t)
    return std::lexicographical_compare_three_way(s->begin(), s->end(), t->begin(), t->end());
  return std::nullopt;
}

class Evaluation {
 public:
  Evaluation(const CompiledTable& table, ByteView key, const RowView& row)
      : table_(table), key_(key), row_(row) {}

  Truth truth(const Expression& e) {
    switch (e.op) {
      case Op::eq:
      case Op::ne:
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge: return ordered(e);
      case Op::all: {
        Truth out = Truth::yes;
        for (const auto& part : e.operands) out = std::min(out, truth(part));
        return out;
      }
      case Op::any: {
        Truth out = Truth::no;
        for (const auto& part : e.operands) out = std::max(out, truth(part));
        return out;
      }
      case Op::negate: {
        const Truth t = truth(e.operands.at(0));
        return t == Truth::unknown ? t : from(t == Truth::no);
      }
      case Op::is_null: return from(value(e.operands.at(0)).is_null());
      case Op::in: return among(e);
      case Op::prefix:
      case Op::contains: return text(e);
      default: {
        const Value v = value(e);
        if (v.is_null()) return Truth::unknown;
        if (const auto* b = v.get_if<bool>()) return from(*b);
        throw UsageError("table " + table_.name() + ": '" + e.to_string() + "' is no condition");
      }
    }
  }

 private:
  Value value(const Expression& e) {
    if (e.op == Op::constant) return e.value;
    if (e.op == Op::column) {
      const std::uint32_t c = table_.column(e.name);
      if (c == none)
        throw UsageError("table " + table_.name() + " has no column '" + e.name + "'" +
                         detail::did_you_mean(
                             e.name, table_.table->columns,
                             [](const Column& there) -> std::string_view { return there.name; }));
      Buffer scratch;
      ByteView bytes;
      if (!table_.column_bytes(c, key_, row_, scratch, bytes)) return {};
      const Column& column = *table_.columns[c].column;
      return decode_value(column.type, bytes);
    }
    if (e.op == Op::length) {
      const Value v = value(e.operands.at(0));
      if (const auto* s = v.get_if<std::string>())
        return static_cast<std::uint64_t>(detail::code_points(*s));
      if (const auto* b = v.get_if<Bytes>()) return static_cast<std::uint64_t>(b->size());
      if (v.is_null()) return {};
      throw UsageError("table " + table_.name() + ": '" + e.to_string() +
                       "' measures neither text nor bytes");
    }
    const Truth t = truth(e);
    return t == Truth::unknown ? Value() : Value(t == Truth::yes);
  }

  std::optional<std::partial_ordering> order(const Value& a, const Value& b, const Expression& e) {
    if (a.is_null() || b.is_null()) return std::nullopt;
    const auto found = compare(a, b);
    if (!found)
      throw UsageError("table " + table_.name() + ": '" + e.to_string() +
                       "' compares values of unlike types");
    return found;
  }

  Truth ordered(const Expression& e) {
    const auto found = order(value(e.operands.at(0)), value(e.operands.at(1)), e);
    if (!found) return Truth::unknown;
    switch (e.op) {
      case Op::eq: return from(*found == 0);
      case Op::ne: return from(*found != 0);
      case Op::lt: return from(*found < 0);
      case Op::le: return from(*found <= 0);
      case Op::gt: return from(*found > 0);
      default: return from(*found >= 0);
    }
  }

  Truth among(const Expression& e) {
    const Value sought = value(e.operands.at(0));
    Truth out = Truth::no;
    for (std::size_t i = 1; i < e.operands.size(); ++i) {
      const auto found = order(sought, value(e.operands[i]), e);
      if (!found)
        out = std::max(out, Truth::unknown);
      else if (*found == 0)
        return Truth::yes;
    }
    return out;
  }

  Truth text(const Expression& e) {
    const Value whole = value(e.operands.at(0));
    const Value part = value(e.operands.at(1));
    if (whole.is_null() || part.is_null()) return Truth::unknown;
    const auto found = [&](const auto& in, const auto& sought) {
      const auto at = std::search(in.begin(), in.end(), sought.begin(), sought.end());
      return from(sought.empty() ||
                  (e.op == Op::prefix ? at == in.begin() && !in.empty() : at != in.end()));
    };
    if (const auto* s = whole.get_if<std::string>(), *t = part.get_if<std::string>(); s && t)
      return found(*s, *t);
    if (const auto* s = whole.get_if<Bytes>(), *t = part.get_if<Bytes>(); s && t)
      return found(*s, *t);
    throw UsageError("table " + table_.name() + ": '" + e.to_string() +
                     "' is for text, or for bytes");
  }

  const CompiledTable& table_;
  ByteView key_;
  const RowView& row_;
};

}  // namespace

Truth evaluate(const Expression& condition, const CompiledTable& table, ByteView key,
               const RowView& row) {
  return Evaluation(table, key, row).truth(condition);
}

}  // namespace kindred::engine
