// The two sides of a comparison: whether they compare at all, and constants as numbers and bytes.
#pragma once

#include <optional>
#include <string>

#include "engine/compiled.hpp"
#include "kindred/detail/value_kind.hpp"

namespace kindred::engine {

class Operands {
 public:
  explicit Operands(const CompiledTable& table) : table_(table) {}

  struct Operand {
    detail::ValueKind kind = detail::ValueKind::null;
    const Type* type = nullptr;  // of a column
  };
  // What an expression gives. Throws UsageError where it is malformed, names a column that is not
  // there or one that cannot be compared.
  [[nodiscard]] Operand of(const Expression& e) const;
  // Throws UsageError where the two, parts of `e`, are of unlike types.
  void require_comparable(const Expression& e, const Expression& a, const Expression& b) const;
  void expect(const Expression& e, std::size_t operands) const;
  [[noreturn]] void refuse(const Expression& e, const std::string& why) const;

 private:
  const CompiledTable& table_;
};

// A number times 10^scale, rounded down.
struct WholePart {
  int128 floor = 0;
  bool exact = true;
  int beyond = 0;  // 1, -1: greater, less than every 128-bit number
};
// Of what can stand for a column of integers; empty for floating point numbers.
[[nodiscard]] std::optional<WholePart> whole_part(const Value& value, std::uint8_t scale);
// Of any number; else NaN.
[[nodiscard]] double real_of(const Value& value);
// Of text, bytes or a UUID; else empty.
[[nodiscard]] std::string bytes_of(const Value& value);

}  // namespace kindred::engine
