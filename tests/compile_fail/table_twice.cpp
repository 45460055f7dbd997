// expect: User and Account have the same tablename 'users'
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct Account {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
};
static_assert(Registry<User, Account>::ok);
