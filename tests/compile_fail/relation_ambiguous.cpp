// expect: Post.author: more than one foreign key joins Post and User: Post.author_id and
// Post.editor_id -- say which with using_key("...")
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
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Mapped<std::int64_t, foreign_key(&User::id)> editor_id;
  Relationship<User> author;
};
static_assert(Registry<User, Post>::ok);
