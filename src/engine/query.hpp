// Queries on one table, by descriptors alone: plan, then run on encoded rows.
//
//   QuerySpec -> Test tree (query_condition.hpp: names to ordinals, constants to numbers and bytes)
//             -> QueryPlan (query_plan.hpp: where rows are looked for, whether that is their order)
//             -> rows (query_run.cpp: candidates, test, sort, offset, limit)
//
// Every row that comes out has passed the whole condition, whatever the plan: a path only has to
// give candidates enough. So what comes later has a place of its own:
//   any, has, exists   a leaf of the Test tree, turned into a set of keys before the plan is made
//                      (a semi-join) and from then on an `in`
//   projection         another sink: CompiledTable::column_bytes reads single columns of the row
//   aggregates, groups another sink, fed in the order that the plan gives
//   cursor tokens      the sort key of the last row, as a further range of the plan
// QuerySpec gets members for them, with defaults that mean "not asked for".
//
// Order: nulls before values (ascending), floats in total order (NaN last), text and bytes by
// bytes; ties by primary key, in the direction of the last column named: the same whichever plan
// is chosen. Without an order none is promised.
#pragma once

#include <memory>
#include <string>

#include "engine/reading.hpp"
#include "kindred/detail/query_spec.hpp"
#include "kindred/function_ref.hpp"

namespace kindred::engine {

// All of these throw UsageError where the spec names a table or column that is not there (with "did
// you mean"), compares unlike types, or compares or orders by a nested or opaque column.

// Rows that match, in order. Key and row are valid during the call only; the sink returns false to
// stop. The sink may not use the reader. Header and lengths of a row were checked; its checksum is
// left to whoever decodes it.
void run_query(Reading& reading, const detail::QuerySpec& spec,
               FunctionRef<bool(ByteView key, ByteView row)> sink);
// The number of rows that run_query gives.
[[nodiscard]] std::uint64_t count_query(Reading& reading, const detail::QuerySpec& spec);
// The plan as text, one line a step.
[[nodiscard]] std::string explain_query(Reading& reading, const detail::QuerySpec& spec);

// The same rows, pulled. Scans of the table are read ahead in batches, other plans gathered at the
// first call. The Reading must outlive it; a Writing may be written to between calls: what is read
// ahead stays as it was.
class QueryStream {
 public:
  QueryStream(Reading& reading, detail::QuerySpec spec);
  ~QueryStream();
  QueryStream(const QueryStream&) = delete;
  QueryStream& operator=(const QueryStream&) = delete;
  // Valid until the next call. False at the end.
  [[nodiscard]] bool next(ByteView& key, ByteView& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kindred::engine
