// expect: User.id: primary_key needs a type with an order in keys, but the column is vector
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  Mapped<std::vector<int>, primary_key> id;
};
static_assert(Registry<User>::ok);
