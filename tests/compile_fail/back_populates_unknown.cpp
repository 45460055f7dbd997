// expect: User.posts: back_populates("autor"): Post has no relationship 'autor' -- did you mean
// 'author'?
#include "kindred/registry.hpp"
using namespace kindred;

struct Post;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Post>, back_populates("autor")> posts;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Relationship<User, back_populates("posts")> author;
};
static_assert(Registry<User, Post>::ok);
