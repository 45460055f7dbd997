// Conditions on the columns of one row, as data: check constraints now, queries on the same tree.
// Evaluated with SQL's three-valued logic: a comparison with null is unknown; a check passes unless
// it is false.
//
// Threads: values; nothing is shared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kindred/value.hpp"

namespace kindred {

struct Expression {
  // Values are stored in the catalogue: never renumber.
  enum class Op : std::uint8_t {
    column = 1,    // `name`
    constant = 2,  // `value`
    eq = 3,
    ne = 4,
    lt = 5,
    le = 6,
    gt = 7,
    ge = 8,
    all = 9,       // and, of any number of operands
    any = 10,      // or
    negate = 11,   // not
    is_null = 12,  // of a column
    in = 13,       // operands[0] among the constants that follow
    length = 14,   // of text in code points, of bytes in bytes
    prefix = 15,   // operands[0] begins with operands[1] (text, bytes)
    contains = 16,
  };
  Op op = Op::constant;
  std::string name;
  Value value;
  std::vector<Expression> operands;

  [[nodiscard]] static Expression column(std::string name) {
    return {Op::column, std::move(name), {}, {}};
  }
  [[nodiscard]] static Expression constant(Value value) {
    return {Op::constant, {}, std::move(value), {}};
  }
  [[nodiscard]] static Expression of(Op op, std::vector<Expression> operands) {
    return {op, {}, {}, std::move(operands)};
  }
  // As a reader would write it: "unit_price >= 0 and length(name) <= 20".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Expression&, const Expression&) = default;
};

}  // namespace kindred
