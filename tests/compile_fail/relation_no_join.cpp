// expect: Post.author: no foreign key joins Post and User (a column of Post with
// foreign_key<User>() would)
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
  Mapped<std::int64_t> author_id;
  Relationship<User> author;
};
static_assert(Registry<User, Post>::ok);
