// expect: User.posts: back_populates and backref exclude each other: back_populates names a
// relationship that Post declares, backref one that it does not
#include "kindred/registry.hpp"
using namespace kindred;

struct Post;
struct User {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Post>, back_populates("author"), backref("author")> posts;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Relationship<User, back_populates("posts")> author;
};
static_assert(Registry<User, Post>::ok);
