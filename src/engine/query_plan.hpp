// Where the rows of a query are looked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/query_condition.hpp"
#include "kindred/detail/query_spec.hpp"

namespace kindred::engine {

// One storage request that leads to rows.
struct Lookup {
  KeyspaceId keyspace = 0;
  std::string lower;
  std::string upper;
  bool bounded = false;   // by `upper`, exclusive
  bool single = false;    // only the key `lower`
  bool in_table = false;  // what it finds is keyed by the primary key; else that is the value
  [[nodiscard]] storage::Range range() const noexcept {
    if (single) return storage::Range::only(lower);
    return bounded ? storage::Range::between(lower, upper) : storage::Range::from(lower);
  }
};

struct SortColumn {
  ColumnRef column;
  KeyPart part;
  bool descending = false;
};

struct QueryPlan {
  enum class Kind : std::uint8_t {
    nothing,  // no row can match
    scan,     // ranges of the table itself
    keys,     // primary keys first, then their rows
  };
  enum class Sequence : std::uint8_t {
    free,       // no order is asked for
    lookups,    // rows come in order as they are looked up
    by_key,     // in order of primary key
    unordered,  // to be sorted
  };
  Kind kind = Kind::scan;
  Sequence sequence = Sequence::free;
  bool reverse = false;           // sequences lookups and by_key
  bool exact = false;             // what is found matches without looking at the row
  bool cut_keys = false;          // sequence lookups: neighbours with cut keys are to be sorted
  std::vector<std::string> keys;  // known primary keys, sorted
  std::vector<Lookup> gets;       // single keys of unique indexes
  std::vector<Lookup> scans;      // sorted, disjoint; of several indexes only where gathered
  std::vector<SortColumn> order;
  bool ties_descend = false;
  std::vector<std::string> steps;  // for explain
};

// `test`: the whole condition. Throws UsageError for an order that is not there.
[[nodiscard]] QueryPlan plan_query(const CompiledTable& table, const detail::QuerySpec& spec,
                                   const Test& test);

// The form of key parts that bounds of a column are written in, whatever its width in rows.
[[nodiscard]] KeyPart wide_part(const ColumnRef& column, const Type& type) noexcept;

}  // namespace kindred::engine
