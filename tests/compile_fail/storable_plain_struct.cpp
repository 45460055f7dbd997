// expect: this type cannot be stored in a column: give it a serialize function as Cereal knows it,
// or specialise kindred::Codec for it
#include "kindred/registry.hpp"
using namespace kindred;

struct Point {
  double x, y;
};
struct User {
  Mapped<std::int64_t, primary_key> id;
  Mapped<Point> at;
};
static_assert(Registry<User>::ok);
