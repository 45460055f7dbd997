// expect: Post.editor: backref("posts"): Post.author already gives User a backref of that name
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Mapped<std::int64_t, foreign_key<User>()> editor_id;
  Relationship<User, using_key("author_id"), backref("posts")> author;
  Relationship<User, using_key("editor_id"), backref("posts")> editor;
};
static_assert(Registry<User, Post>::ok);
