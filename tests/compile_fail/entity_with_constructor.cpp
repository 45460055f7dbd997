// expect: an entity must be an aggregate: no constructors of its own, no private or virtual members
// (member functions are fine; make it with designated initializers)
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  User(int i) : id(i) {}
  Mapped<std::int64_t, primary_key> id;
};
static_assert(Registry<User>::ok);
