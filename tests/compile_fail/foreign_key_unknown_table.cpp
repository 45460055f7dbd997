// expect: Post.author_id: foreign_key("user.id"): no table 'user' in this registry -- did you mean
// 'users'?
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
  Mapped<std::int64_t, foreign_key("user.id")> author_id;
};
static_assert(Registry<User, Post>::ok);
