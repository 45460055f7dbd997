// What a query asks for, as data: the engine plans and runs it; the typed builders in query.hpp
// fill it in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kindred/expression.hpp"
#include "kindred/mapping_options.hpp"

namespace kindred::detail {

struct QueryOrder {
  std::string column;
  direction way = direction::ascending;
};

struct QuerySpec {
  std::string table;
  std::optional<Expression> where;  // none: every row
  std::vector<QueryOrder> order;
  std::uint64_t limit = 0;  // where `limited`
  bool limited = false;
  std::uint64_t offset = 0;
};

}  // namespace kindred::detail
