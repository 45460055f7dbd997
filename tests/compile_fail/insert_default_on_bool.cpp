// expect: Post.seen: insert_default needs a type with a value that means unset, and bool has none
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
  Mapped<bool, insert_default(true)> seen;
};
static_assert(Registry<User, Post>::ok);
