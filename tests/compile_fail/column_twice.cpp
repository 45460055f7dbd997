// expect: User has two members of the name 'street' (bases and embedded structs count): rename one,
// or give it column_name("...")
#include "kindred/registry.hpp"
using namespace kindred;

struct Address {
  Mapped<std::string> street;
};
struct User {
  Mapped<std::int64_t, primary_key> id;
  Address home;
  Address work;
};
static_assert(Registry<User>::ok);
