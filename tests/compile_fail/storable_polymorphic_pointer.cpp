// expect: a pointer to a polymorphic type cannot be stored: use std::variant
#include "kindred/registry.hpp"
using namespace kindred;

struct Shape {
  virtual ~Shape() = default;
};
struct User {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::unique_ptr<Shape>> shape;
};
static_assert(Registry<User>::ok);
