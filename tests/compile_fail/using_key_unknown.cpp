// expect: Post.author: using_key("autor_id"): no foreign key column of that name joins Post and
// User -- did you mean 'author_id'?
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
  Relationship<User, using_key("autor_id")> author;
};
static_assert(Registry<User, Post>::ok);
