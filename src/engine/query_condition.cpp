#include "engine/query_condition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/query_operand.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

using Op = Expression::Op;
using Kind = Test::Kind;

Test constant_test(bool holds) {
  Test out;
  out.kind = holds ? Kind::yes : Kind::no;
  return out;
}

Op opposite(Op op) {
  switch (op) {
    case Op::eq: return Op::ne;
    case Op::ne: return Op::eq;
    case Op::lt: return Op::ge;
    case Op::le: return Op::gt;
    case Op::gt: return Op::le;
    default: return Op::lt;
  }
}

// a <op> b as b <op> a.
Op turned(Op op) {
  switch (op) {
    case Op::lt: return Op::gt;
    case Op::le: return Op::ge;
    case Op::gt: return Op::lt;
    case Op::ge: return Op::le;
    default: return op;
  }
}

template <class T>
void sort_once(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

class Compiler {
 public:
  explicit Compiler(const CompiledTable& table) : table_(table), operands_(table) {}

  Test condition(const Expression& e, bool inverted, unsigned depth) {
    if (depth > deepest_condition)
      throw UsageError("table " + table_.name() + ": a condition is nested more than " +
                       std::to_string(deepest_condition) +
                       " levels deep: use in() for many values of one column");
    switch (e.op) {
      case Op::eq:
      case Op::ne:
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge: return comparison(e, inverted);
      case Op::all:
      case Op::any: {
        std::vector<Test> parts;
        parts.reserve(e.operands.size());
        const Kind kind = (e.op == Op::all) != inverted ? Kind::all : Kind::any;
        for (const Expression& part : e.operands)
          add(parts, condition(part, inverted, depth + 1), kind);
        return kind == Kind::all ? conjunction(std::move(parts)) : disjunction(std::move(parts));
      }
      case Op::negate:
        operands_.expect(e, 1);
        return condition(e.operands[0], !inverted, depth + 1);
      case Op::is_null: {
        operands_.expect(e, 1);
        if (e.operands[0].op != Op::column) operands_.refuse(e, "'is null' asks about a column");
        return null_test(column_ref(table_, e.operands[0].name, "is null"), inverted);
      }
      case Op::in: return membership(e, inverted);
      case Op::prefix:
      case Op::contains: return part_of_text(e, inverted);
      case Op::constant:
        if (e.value.is_null()) return constant_test(false);
        if (const auto* b = e.value.get_if<bool>()) return constant_test(*b != inverted);
        operands_.refuse(e, "it is neither true nor false");
      case Op::column:
        if (operands_.of(e).kind != detail::ValueKind::boolean)
          operands_.refuse(e, "it is neither true nor false");
        return integers(operand_column(e), 1, 1, inverted);
      default: operands_.refuse(e, "it is neither true nor false");
    }
  }

 private:
  ColumnRef operand_column(const Expression& e) { return column_ref(table_, e.name, "compare"); }

  // Joins what is nested in its own kind.
  static void add(std::vector<Test>& parts, Test part, Kind kind) {
    if (part.kind != kind) {
      parts.push_back(std::move(part));
      return;
    }
    for (Test& inner : part.parts) parts.push_back(std::move(inner));
  }

  static Test conjunction(std::vector<Test> parts) {
    std::erase_if(parts, [](const Test& t) { return t.kind == Kind::yes; });
    for (const Test& t : parts)
      if (t.kind == Kind::no) return constant_test(false);
    if (parts.empty()) return constant_test(true);
    if (parts.size() == 1) return std::move(parts.front());
    Test out;
    out.kind = Kind::all;
    out.parts = std::move(parts);
    return out;
  }

  static Test disjunction(std::vector<Test> parts) {
    std::erase_if(parts, [](const Test& t) { return t.kind == Kind::no; });
    for (const Test& t : parts)
      if (t.kind == Kind::yes) return constant_test(true);
    merge_points(parts);
    if (parts.empty()) return constant_test(false);
    if (parts.size() == 1) return std::move(parts.front());
    Test out;
    out.kind = Kind::any;
    out.parts = std::move(parts);
    return out;
  }

  // a = 1 or a = 2 or a in (3): one `among`.
  static void merge_points(std::vector<Test>& parts) {
    std::vector<Test> merged;
    std::vector<std::uint32_t> place;  // in `merged`, by column
    for (Test& part : parts) {
      if (!part.is_points()) {
        merged.push_back(std::move(part));
        continue;
      }
      const std::uint32_t c = part.column.ordinal;
      if (place.size() <= c) place.resize(c + 1, none);
      if (place[c] == none) {
        place[c] = static_cast<std::uint32_t>(merged.size());
        merged.push_back(std::move(part));
      } else {
        Test& set = merged[place[c]];
        make_set(set);
        make_set(part);
        set.integers.insert(set.integers.end(), part.integers.begin(), part.integers.end());
        set.reals.insert(set.reals.end(), part.reals.begin(), part.reals.end());
        for (std::string& t : part.texts) set.texts.push_back(std::move(t));
      }
    }
    for (Test& set : merged) {
      if (set.kind != Kind::among) continue;
      sort_once(set.integers);
      sort_once(set.reals);
      sort_once(set.texts);
    }
    parts = std::move(merged);
  }

  static void make_set(Test& t) {
    switch (t.kind) {
      case Kind::integer: t.integers = {t.least}; break;
      case Kind::real: t.reals = {t.number}; break;
      case Kind::bytes: t.texts = {std::move(t.text)}; break;
      default: return;
    }
    t.kind = Kind::among;
  }

  static Test null_test(const ColumnRef& column, bool inverted) {
    if (!column.nullable) return constant_test(inverted);
    Test out;
    out.kind = Kind::is_null;
    out.inverted = inverted;
    out.column = column;
    return out;
  }

  // least <= column <= greatest, or (inverted) outside of it.
  Test integers(const ColumnRef& column, int128 least, int128 greatest, bool inverted) {
    const IntegerDomain domain = domain_of(table_.columns[column.ordinal].column->type);
    return between(Kind::integer, column, domain, least, greatest, inverted);
  }

  static Test between(Kind kind, const ColumnRef& column, const IntegerDomain& domain, int128 least,
                      int128 greatest, bool inverted) {
    least = std::max(least, domain.least);
    greatest = std::min(greatest, domain.greatest);
    const bool nothing = least > greatest;
    const bool everything = least == domain.least && greatest == domain.greatest;
    if (nothing || everything)
      return everything != inverted ? null_test(column, true) : constant_test(false);
    if (inverted && least == domain.least) {
      least = greatest + 1;
      greatest = domain.greatest;
      inverted = false;
    } else if (inverted && greatest == domain.greatest) {
      greatest = least - 1;
      least = domain.least;
      inverted = false;
    }
    Test out;
    out.kind = kind;
    out.inverted = inverted;
    out.column = column;
    out.least = least;
    out.greatest = greatest;
    return out;
  }

  static Test between(Kind kind, const ColumnRef& column, const IntegerDomain& domain, Op op,
                      const WholePart& with, bool inverted) {
    constexpr int128 lowest = std::numeric_limits<int128>::min();
    constexpr int128 highest = std::numeric_limits<int128>::max();
    int128 least = domain.least;
    int128 greatest = domain.greatest;
    if (with.beyond != 0) {
      const bool below = with.beyond > 0;  // every value is
      if (op == Op::eq || (below ? op == Op::gt || op == Op::ge : op == Op::lt || op == Op::le))
        least = 1, greatest = 0;
    } else {
      const int128 floor = with.floor;
      switch (op) {
        case Op::eq:
          least = with.exact ? floor : 1;
          greatest = with.exact ? floor : 0;
          break;
        case Op::le: greatest = floor; break;
        case Op::lt:
          if (!with.exact)
            greatest = floor;
          else if (floor == lowest)
            least = 1, greatest = 0;
          else
            greatest = floor - 1;
          break;
        case Op::ge:
          if (with.exact) {
            least = floor;
            break;
          }
          [[fallthrough]];
        default:
          if (floor == highest)
            least = 1, greatest = 0;
          else
            least = floor + 1;
      }
    }
    return between(kind, column, domain, least, greatest, inverted);
  }

  Test comparison(const Expression& e, bool inverted) {
    operands_.expect(e, 2);
    operands_.require_comparable(e, e.operands[0], e.operands[1]);
    const Expression* left = &e.operands[0];
    const Expression* right = &e.operands[1];
    Op op = e.op;
    if (left->op == Op::constant && right->op != Op::constant) {
      std::swap(left, right);
      op = turned(op);
    }
    if (right->op != Op::constant || (left->op != Op::column && left->op != Op::length))
      return general(e, inverted);
    if (right->value.is_null()) return constant_test(false);
    if (op == Op::ne) {
      op = Op::eq;
      inverted = !inverted;
    }
    if (left->op == Op::length) {
      const Expression& of = left->operands[0];
      const auto with = whole_part(right->value, 0);
      if (of.op != Op::column || !with) return general(e, inverted != (e.op == Op::ne));
      return between(Kind::length, operand_column(of), {0, std::numeric_limits<int64_t>::max()}, op,
                     *with, inverted);
    }
    return with_constant(e, operand_column(*left), op, right->value, inverted);
  }

  // A constant that is not null.
  Test with_constant(const Expression& e, const ColumnRef& column, Op op, const Value& value,
                     bool inverted) {
    const Type& type = table_.columns[column.ordinal].column->type;
    Test out;
    out.column = column;
    out.inverted = inverted;
    out.op = op;
    switch (column.form) {
      case Form::integer: {
        const auto with = whole_part(value, type.code == TypeCode::decimal ? type.scale : 0);
        if (!with) return general(e, inverted != (e.op == Op::ne));
        return between(Kind::integer, column, domain_of(type), op, *with, inverted);
      }
      case Form::real:
        out.kind = Kind::real;
        out.number = real_of(value);
        // Nothing compares with NaN: every comparison is false.
        if (std::isnan(out.number))
          return inverted ? null_test(column, true) : constant_test(false);
        return out;
      default: break;
    }
    out.kind = Kind::bytes;
    out.text = bytes_of(value);
    if (inverted && op != Op::eq) {
      out.op = opposite(op);
      out.inverted = false;
    }
    return out;
  }

  Test membership(const Expression& e, bool inverted) {
    if (e.operands.empty()) operands_.refuse(e, "'in' needs what is sought");
    const Expression& sought = e.operands[0];
    bool simple = sought.op == Op::column;
    for (std::size_t i = 1; i < e.operands.size(); ++i) {
      operands_.require_comparable(e, sought, e.operands[i]);
      simple = simple && e.operands[i].op == Op::constant;
    }
    (void)operands_.of(sought);
    if (e.operands.size() == 1) return constant_test(inverted);
    if (!simple) return general(e, inverted);
    Test out;
    out.kind = Kind::among;
    out.inverted = inverted;
    out.column = operand_column(sought);
    const Type& type = table_.columns[out.column.ordinal].column->type;
    const IntegerDomain domain = domain_of(type);
    for (std::size_t i = 1; i < e.operands.size(); ++i) {
      const Value& value = e.operands[i].value;
      if (value.is_null()) {
        // Equal to nothing, different from nothing.
        if (inverted) return constant_test(false);
        continue;
      }
      switch (out.column.form) {
        case Form::integer: {
          const auto with = whole_part(value, type.code == TypeCode::decimal ? type.scale : 0);
          if (!with) return general(e, inverted);
          if (with->exact && with->beyond == 0 && with->floor >= domain.least &&
              with->floor <= domain.greatest)
            out.integers.push_back(with->floor);
          break;
        }
        case Form::real:
          if (const double d = real_of(value); !std::isnan(d)) out.reals.push_back(d);
          break;
        default: out.texts.push_back(bytes_of(value));
      }
    }
    sort_once(out.integers);
    sort_once(out.reals);
    sort_once(out.texts);
    if (out.integers.empty() && out.reals.empty() && out.texts.empty())
      return inverted ? null_test(out.column, true) : constant_test(false);
    return out;
  }

  Test part_of_text(const Expression& e, bool inverted) {
    operands_.expect(e, 2);
    const detail::ValueKind whole = operands_.of(e.operands[0]).kind;
    const detail::ValueKind part = operands_.of(e.operands[1]).kind;
    if (whole == detail::ValueKind::null || part == detail::ValueKind::null)
      return constant_test(false);
    if (whole != part || (whole != detail::ValueKind::text && whole != detail::ValueKind::bytes))
      operands_.refuse(e, "both sides must be text, or both bytes");
    if (e.operands[0].op != Op::column || e.operands[1].op != Op::constant)
      return general(e, inverted);
    Test out;
    out.kind = e.op == Op::prefix ? Kind::prefix : Kind::contains;
    out.inverted = inverted;
    out.column = operand_column(e.operands[0]);
    out.text = bytes_of(e.operands[1].value);
    return out;
  }

  static Test general(const Expression& e, bool inverted) {
    Test out;
    out.kind = Kind::general;
    out.inverted = inverted;
    out.expression = &e;
    return out;
  }

  const CompiledTable& table_;
  Operands operands_;
};

}  // namespace

Form form_of(const Type& type) noexcept {
  switch (type.code) {
    case TypeCode::float32:
    case TypeCode::float64: return Form::real;
    case TypeCode::text:
    case TypeCode::json:
    case TypeCode::bytes:
    case TypeCode::uuid: return Form::bytes;
    case TypeCode::opaque: return Form::opaque;
    default: return type.is_nested() ? Form::opaque : Form::integer;
  }
}

IntegerDomain domain_of(const Type& type) noexcept {
  if (type.code == TypeCode::boolean) return {0, 1};
  if (form_of(type) != Form::integer) return {};
  const bool is_signed = !type.can_be_key() || KeyPart::of(type).kind != KeyPart::Kind::plain;
  const unsigned bits = 8 * type.width() - (is_signed ? 1 : 0);
  const int128 greatest =
      bits == 127 ? std::numeric_limits<int128>::max() : (int128{1} << bits) - 1;
  return {is_signed ? -greatest - 1 : 0, greatest};
}

ColumnRef column_ref(const CompiledTable& table, const std::string& name, std::string_view what) {
  const std::uint32_t ordinal = table.column(name);
  if (ordinal == none)
    throw UsageError(
        "table " + table.name() + " has no column '" + name + "'" +
        detail::did_you_mean(name, table.table->columns,
                             [](const Column& c) -> std::string_view { return c.name; }));
  const CompiledColumn& c = table.columns[ordinal];
  ColumnRef out;
  out.ordinal = ordinal;
  out.form = form_of(c.column->type);
  if (out.form == Form::opaque && what != "is null")
    throw UsageError("table " + table.name() + ": column '" + name + "' is " +
                     c.column->type.to_string() + ", which " +
                     (what == "order" ? "has no order" : "cannot be compared") +
                     ": keep what queries need in a column of its own");
  out.is_signed = domain_of(c.column->type).least < 0;
  out.in_key = c.in_key();
  out.nullable = c.column->nullable;
  out.width = static_cast<std::uint8_t>(c.column->type.width());
  out.slot = c.slot;
  if (out.in_key && out.form == Form::integer && c.part.key_width == 8) {
    std::uint32_t at = 0;
    bool fixed = true;
    for (std::uint32_t i = 0; i < c.key_position; ++i) {
      fixed = fixed && table.key_parts[i].key_width != 0;
      at += table.key_parts[i].key_width;
    }
    if (fixed) out.key_at = at;
  }
  return out;
}

bool Test::is_points() const noexcept {
  if (inverted) return false;
  switch (kind) {
    case Kind::integer: return least == greatest;
    case Kind::real:
    case Kind::bytes: return op == Op::eq;
    case Kind::among: return true;
    default: return false;
  }
}

Test compile_condition(const Expression& condition, const CompiledTable& table) {
  return Compiler(table).condition(condition, false, 1);
}

}  // namespace kindred::engine
