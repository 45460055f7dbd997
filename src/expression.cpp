#include "kindred/expression.hpp"

#include <cmath>
#include <stdexcept>

#include "kindred/detail/spelling.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/detail/value_kind.hpp"

namespace kindred {
namespace {

using detail::ValueKind;
using Op = Expression::Op;

std::string_view infix(Op op) noexcept {
  switch (op) {
    case Op::eq: return " = ";
    case Op::ne: return " != ";
    case Op::lt: return " < ";
    case Op::le: return " <= ";
    case Op::gt: return " > ";
    case Op::ge: return " >= ";
    case Op::all: return " and ";
    case Op::any: return " or ";
    case Op::prefix: return " starts with ";
    case Op::contains: return " contains ";
    default: return "";
  }
}

// How tightly a form binds; an operand that binds no tighter than its parent gets parentheses.
int binding(const Expression& e) noexcept {
  switch (e.op) {
    case Op::any: return e.operands.empty() ? 9 : 1;
    case Op::all: return e.operands.empty() ? 9 : 2;
    case Op::negate: return 3;
    case Op::column:
    case Op::constant:
    case Op::length: return 9;
    default: return 4;
  }
}

void print(std::string& out, const Expression& e);

void print_inside(std::string& out, const Expression& e, int parent) {
  const bool bracketed = binding(e) <= parent;
  if (bracketed) out += '(';
  print(out, e);
  if (bracketed) out += ')';
}

// Operand `i`, or a question mark where a malformed tree lacks it.
void print_operand(std::string& out, const Expression& e, std::size_t i) {
  if (i < e.operands.size()) {
    print_inside(out, e.operands[i], binding(e));
  } else {
    out += '?';
  }
}

void print(std::string& out, const Expression& e) {
  switch (e.op) {
    case Op::column: out += e.name; return;
    case Op::constant: out += e.value.to_string(); return;
    case Op::all:
    case Op::any:
      if (e.operands.empty()) out += e.op == Op::all ? "true" : "false";
      for (std::size_t i = 0; i < e.operands.size(); ++i) {
        if (i) out += infix(e.op);
        print_operand(out, e, i);
      }
      return;
    case Op::negate:
      out += "not ";
      print_operand(out, e, 0);
      return;
    case Op::is_null:
      print_operand(out, e, 0);
      out += " is null";
      return;
    case Op::in:
      print_operand(out, e, 0);
      out += " in (";
      for (std::size_t i = 1; i < e.operands.size(); ++i) {
        if (i > 1) out += ", ";
        print_operand(out, e, i);
      }
      out += ')';
      return;
    case Op::length:
      out += "length(";
      if (e.operands.empty()) {
        out += '?';
      } else {
        print(out, e.operands.front());
      }
      out += ')';
      return;
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::prefix:
    case Op::contains:
      print_operand(out, e, 0);
      out += infix(e.op);
      print_operand(out, e, 1);
      return;
  }
  out += '?';
}

// What an operand gives, as far as comparing needs to know.
struct Operand {
  ValueKind kind = ValueKind::null;
  const Type* type = nullptr;  // of a column
  Expression* constant = nullptr;
};

const Type length_type{};  // int64

class ConditionCheck {
 public:
  explicit ConditionCheck(const Table& table) : table_(table) {}

  Operand visit(Expression& e, unsigned depth) {
    if (depth > detail::max_expression_depth) {
      throw std::invalid_argument("is nested more than " +
                                  std::to_string(detail::max_expression_depth) + " levels deep");
    }
    switch (e.op) {
      case Op::column: return column(e);
      case Op::constant: return constant(e);
      case Op::eq:
      case Op::ne:
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge: {
        expect(e, 2);
        Operand left = visit(e.operands[0], depth + 1);
        Operand right = visit(e.operands[1], depth + 1);
        compare(e, left, right);
        return {ValueKind::boolean};
      }
      case Op::all:
      case Op::any:
        for (auto& operand : e.operands) truth(operand, depth + 1);
        return {ValueKind::boolean};
      case Op::negate:
        expect(e, 1);
        truth(e.operands[0], depth + 1);
        return {ValueKind::boolean};
      case Op::is_null:
        expect(e, 1);
        if (e.operands[0].op != Op::column) refuse(e, "'is null' asks about a column");
        column(e.operands[0]);
        return {ValueKind::boolean};
      case Op::in: return member(e, depth);
      case Op::length: {
        expect(e, 1);
        const Operand of = visit(e.operands[0], depth + 1);
        if (of.kind != ValueKind::text && of.kind != ValueKind::bytes)
          refuse(e, "only text and bytes have a length");
        return {ValueKind::integer, &length_type};
      }
      case Op::prefix:
      case Op::contains: {
        expect(e, 2);
        const Operand whole = visit(e.operands[0], depth + 1);
        const Operand part = visit(e.operands[1], depth + 1);
        if (whole.kind != part.kind ||
            (whole.kind != ValueKind::text && whole.kind != ValueKind::bytes)) {
          refuse(e, "both sides must be text, or both bytes");
        }
        return {ValueKind::boolean};
      }
    }
    throw std::invalid_argument("has an unknown operator, number " +
                                std::to_string(static_cast<unsigned>(e.op)));
  }

  void truth(Expression& e, unsigned depth) {
    if (visit(e, depth).kind != ValueKind::boolean) refuse(e, "it is neither true nor false");
  }

 private:
  [[noreturn]] static void refuse(const Expression& e, const std::string& why) {
    throw std::invalid_argument("'" + e.to_string() + "': " + why);
  }

  static void expect(const Expression& e, std::size_t n) {
    if (e.operands.size() == n) return;
    refuse(e, "needs " + std::to_string(n) + (n == 1 ? " operand" : " operands") + ", has " +
                  std::to_string(e.operands.size()));
  }

  Operand column(const Expression& e) const {
    const Column* c = table_.column(e.name);
    if (!c) {
      throw std::invalid_argument(
          "names a column '" + e.name + "' that the table does not have" +
          detail::did_you_mean(e.name, table_.columns,
                               [](const Column& there) -> std::string_view { return there.name; }));
    }
    return {detail::kind_of(c->type), &c->type};
  }

  static Operand constant(Expression& e) {
    const ValueKind kind = detail::kind_of(e.value);
    if (kind == ValueKind::null) refuse(e, "nothing compares with null; ask 'is null'");
    if (kind == ValueKind::nested) refuse(e, "a nested value cannot be compared");
    if (const auto* real = e.value.get_if<double>(); real && std::isnan(*real))
      refuse(e, "is not a number");
    if (const auto* words = e.value.get_if<std::string>(); words && !detail::is_utf8(*words))
      refuse(e, "is not valid UTF-8");
    return {kind, nullptr, &e};
  }

  static void compare(const Expression& e, Operand& left, Operand& right) {
    settle(left, right);
    settle(right, left);
    const auto whole = [](ValueKind k) {
      return k == ValueKind::integer || k == ValueKind::natural;
    };
    const bool alike = left.kind == right.kind || (whole(left.kind) && whole(right.kind));
    if (!alike) {
      refuse(e, "compares " + std::string(to_string(left.kind)) + " with " +
                    std::string(to_string(right.kind)));
    }
    if (left.kind == ValueKind::nested) refuse(e, "a nested value cannot be compared");
    if (left.kind == ValueKind::ticks && left.type && right.type &&
        (left.type->code != right.type->code || left.type->period_num != right.type->period_num ||
         left.type->period_den != right.type->period_den)) {
      refuse(e, "compares " + left.type->to_string() + " with " + right.type->to_string());
    }
  }

  // A constant takes the kind of what it is compared with.
  static void settle(Operand& operand, const Operand& other) {
    if (!operand.constant || !other.type) return;
    detail::adapt(operand.constant->value, *other.type);
    operand.kind = detail::kind_of(operand.constant->value);
  }

  Operand member(Expression& e, unsigned depth) {
    if (e.operands.size() < 2) refuse(e, "'in' needs a list of at least one constant");
    Operand of = visit(e.operands[0], depth + 1);
    for (std::size_t i = 1; i < e.operands.size(); ++i) {
      if (e.operands[i].op != Op::constant) refuse(e, "'in' takes constants only");
      Operand candidate = constant(e.operands[i]);
      compare(e, of, candidate);
    }
    return {ValueKind::boolean};
  }

  const Table& table_;
};

}  // namespace

void detail::check_condition(Expression& condition, const Table& table) {
  ConditionCheck(table).truth(condition, 1);
}

std::string Expression::to_string() const {
  std::string out;
  print(out, *this);
  return out;
}

}  // namespace kindred
