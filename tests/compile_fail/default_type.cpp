// expect: default_value(...) does not convert to the column's type
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int32_t, default_value("three")> likes;
};
static_assert(Registry<User, Post>::ok);
