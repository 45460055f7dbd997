// expect: User.id: a primary key column cannot be optional
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  Mapped<std::optional<std::int64_t>, primary_key> id;
};
static_assert(Registry<User>::ok);
