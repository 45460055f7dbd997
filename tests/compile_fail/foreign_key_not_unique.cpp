// expect: Post.author: a foreign key must refer to a primary key or unique column; User.name is
// neither
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
  Mapped<std::string, foreign_key(&User::name)> author;
};
static_assert(Registry<User, Post>::ok);
