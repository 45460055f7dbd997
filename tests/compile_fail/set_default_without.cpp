// expect: Post.author_id: on_delete::set_default needs default_value(...), the constant that is
// written
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
  Mapped<std::int64_t, foreign_key<User>(on_delete::set_default)> author_id;
};
static_assert(Registry<User, Post>::ok);
