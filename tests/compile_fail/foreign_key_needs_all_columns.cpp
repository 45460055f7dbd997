// expect: Line.order_id: foreign_key<Order>() needs one primary key column, Order has several: use
// foreign_key_together in table_args
#include "kindred/registry.hpp"
using namespace kindred;

struct Order {
  Mapped<std::int64_t, primary_key> year;
  Mapped<std::int64_t, primary_key> number;
};
struct Line {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Order>()> order_id;
};
static_assert(Registry<Order, Line>::ok);
