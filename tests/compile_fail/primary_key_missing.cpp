// expect: User has no primary key: declare one, as Mapped<std::int64_t, primary_key> id
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  Mapped<std::int64_t> id;
};
static_assert(Registry<User>::ok);
