// Rows in the order of a query: each gets one string of bytes by which it sorts.
#pragma once

#include <string>
#include <vector>

#include "engine/arena.hpp"
#include "engine/query_plan.hpp"

namespace kindred::engine {

// Whether rows that are kept stay where the storage gave them.
enum class RowLife : std::uint8_t { stable, copied };

class RowSorter {
 public:
  // Keeps the first `most` rows; the plan and table must outlive it.
  RowSorter(const CompiledTable& table, const QueryPlan& plan, std::uint64_t most, RowLife life)
      : table_(table), plan_(plan), most_(most), life_(life) {}

  void add(ByteView key, ByteView row);
  // In order; the sink returns false to stop. Empty afterwards.
  void take(FunctionRef<bool(ByteView key, ByteView row)> sink);

 private:
  struct Item {
    ByteView order;
    ByteView key;
    ByteView row;
  };
  void encode(ByteView key, const RowView& row);
  void halve();

  const CompiledTable& table_;
  const QueryPlan& plan_;
  std::uint64_t most_;
  RowLife life_;
  Buffer order_;
  Buffer scratch_;
  std::vector<Item> items_;
  Arena arena_;
  Arena spare_;
  std::string bound_;  // rows from here on are not among the first
  bool bounded_ = false;
};

}  // namespace kindred::engine
