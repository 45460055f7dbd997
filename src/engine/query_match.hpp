// Tests rows; keeps what it needs for decoding keys from row to row.
#pragma once

#include "engine/query_condition.hpp"
#include "engine/query_fixed.hpp"

namespace kindred::engine {

class Matcher {
 public:
  // Both must outlive it.
  Matcher(const CompiledTable& table, const Test& test)
      : table_(table), test_(test), fixed_(table, test) {}
  [[nodiscard]] bool operator()(ByteView key, const RowView& row) {
    if (fixed_.is_usable()) return fixed_.holds(row.bytes().data());
    return test_.kind == Test::Kind::yes || holds(test_, key, row);
  }
  [[nodiscard]] const FixedTest& fixed() const noexcept { return fixed_; }

 private:
  [[nodiscard]] bool holds(const Test& test, ByteView key, const RowView& row);
  [[nodiscard]] bool leaf(const Test& test, ByteView key, const RowView& row);
  [[nodiscard]] bool among(const Test& test, ByteView key, const RowView& row);
  [[nodiscard]] int128 integer(const ColumnRef& column, ByteView key, const RowView& row);
  [[nodiscard]] double real(const ColumnRef& column, ByteView key, const RowView& row);
  [[nodiscard]] ByteView bytes(const ColumnRef& column, ByteView key, const RowView& row);

  const CompiledTable& table_;
  const Test& test_;
  FixedTest fixed_;
  Buffer scratch_;
};

}  // namespace kindred::engine
