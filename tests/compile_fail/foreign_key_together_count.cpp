// expect: Line: foreign_key_together names 1 columns, but the primary key of Order has 2
#include "kindred/registry.hpp"
using namespace kindred;

struct Order {
  Mapped<std::int64_t, primary_key> year;
  Mapped<std::int64_t, primary_key> number;
};
struct Line {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t> year;
  static constexpr auto table_args = std::tuple{foreign_key_together("year").references<Order>()};
};
static_assert(Registry<Order, Line>::ok);
