// What typed queries become: a spec, a descriptor and untyped objects. Compiled once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kindred/detail/entity_descriptor.hpp"
#include "kindred/detail/query_spec.hpp"
#include "kindred/function_ref.hpp"

namespace kindred::engine {
class Engine;
class Reading;
}  // namespace kindred::engine

namespace kindred::detail {

// Where a query runs: in one view, or in one taken for each run.
struct QuerySource {
  engine::Reading* reading = nullptr;
  std::shared_ptr<engine::Engine> engine = nullptr;
};

// slot() gives the object to fill for each row that matches, in order.
void query_entities(const QuerySource& source, const EntityDescriptor& descriptor,
                    const QuerySpec& spec, FunctionRef<void*()> slot);
[[nodiscard]] std::uint64_t query_count(const QuerySource& source,
                                        const EntityDescriptor& descriptor, const QuerySpec& spec);
[[nodiscard]] std::string query_explain(const QuerySource& source,
                                        const EntityDescriptor& descriptor, const QuerySpec& spec);

// At most `limit` rows of what the spec asks for.
[[nodiscard]] QuerySpec limited_to(QuerySpec spec, std::uint64_t limit);
// Throw ResultError naming table and condition.
[[noreturn]] void throw_no_result(const QuerySpec& spec);
[[noreturn]] void throw_multiple_results(const QuerySpec& spec);

// The rows of a query, pulled.
class QueryCursor {
 public:
  QueryCursor(const QuerySource& source, const EntityDescriptor& descriptor, QuerySpec spec);
  QueryCursor(QueryCursor&&) noexcept;
  QueryCursor& operator=(QueryCursor&&) noexcept;
  ~QueryCursor();
  [[nodiscard]] bool next(void* entity);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kindred::detail
