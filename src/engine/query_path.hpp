// What a conjunction says of single columns, and the ways into a table that follow from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/query_plan.hpp"

namespace kindred::engine {

struct Bound {
  std::string value;  // row form, of the wide part
  bool open = false;  // the value itself does not belong
};

// What is known of one column. Values are in row form, of the wide part.
struct ColumnFacts {
  KeyPart part;
  bool null = false;      // must be null
  bool not_null = false;  // cannot be
  bool listed = false;    // one of `values`
  std::vector<std::string> values;
  std::optional<Bound> lower;
  std::optional<Bound> upper;
  std::optional<std::string> prefix;
  std::uint32_t said = 0;  // conditions
  bool whole = true;       // the members above say all of them
  [[nodiscard]] bool is_range() const noexcept { return lower || upper || prefix; }
  [[nodiscard]] bool is_constant() const noexcept { return null || (listed && values.size() == 1); }
};

class Facts {
 public:
  explicit Facts(const CompiledTable& table) : table_(&table), columns_(table.columns.size()) {}
  // Takes a part of a conjunction.
  void add(const Test& test);
  [[nodiscard]] const ColumnFacts& operator[](std::uint32_t column) const noexcept {
    return columns_[column];
  }
  [[nodiscard]] bool contradict() const noexcept { return contradict_; }
  // Columns of which something is known, and whether everything said is of that kind.
  [[nodiscard]] bool only_of(const std::vector<std::uint32_t>& used) const;

 private:
  void list(ColumnFacts& facts, std::vector<std::string> values);
  void bound(ColumnFacts& facts, std::optional<Bound> lower, std::optional<Bound> upper);
  const CompiledTable* table_;
  std::vector<ColumnFacts> columns_;
  bool contradict_ = false;
  bool rest_ = false;  // something else was said
};

struct IndexView {
  enum class Kind : std::uint8_t { primary, unique, secondary, foreign };
  Kind kind = Kind::primary;
  std::string name;
  const std::vector<std::uint32_t>* columns = nullptr;
  KeyspaceId keyspace = 0;
  bool marks = false;  // before every column
  bool cuts = false;   // long keys are cut
};
[[nodiscard]] std::vector<IndexView> indexes_of(const CompiledTable& table);

struct Path {
  IndexView index;
  std::vector<Lookup> lookups;      // sorted, disjoint
  bool whole_keys = false;          // each lookup is one key
  bool exact = false;               // gives the rows of the facts and no others
  bool cut_keys = false;            // may meet keys that are cut
  std::vector<std::uint32_t> used;  // columns
  double rows = 0;                  // as estimated
};
// The nominal size of a table: there are no statistics.
inline constexpr double table_rows = 1e6;

// Empty where the index does not hold every row that the facts allow.
[[nodiscard]] std::optional<Path> path_through(const CompiledTable& table, const IndexView& index,
                                               const Facts& facts);

}  // namespace kindred::engine
