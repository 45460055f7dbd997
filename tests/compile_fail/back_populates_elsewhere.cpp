// expect: User.posts: back_populates("shelf"): Post.shelf leads to Shelf, not back to User
#include "kindred/registry.hpp"
using namespace kindred;

struct Post;
struct Shelf {
  Mapped<std::int64_t, primary_key> id;
};
struct User {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Post>, back_populates("shelf")> posts;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Mapped<std::int64_t, foreign_key<Shelf>()> shelf_id;
  Relationship<Shelf, back_populates("posts")> shelf;
};
static_assert(Registry<User, Post, Shelf>::ok);
