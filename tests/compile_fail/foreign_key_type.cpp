// expect: Post.author_id is int32 but refers to User.id, which is int64
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
  Mapped<std::int32_t, foreign_key<User>()> author_id;
};
static_assert(Registry<User, Post>::ok);
