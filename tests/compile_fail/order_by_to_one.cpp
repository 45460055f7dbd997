// expect: Post.author: order_by needs a collection: Relationship<std::vector<User>, ...>
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
  Relationship<User, order_by("name")> author;
};
static_assert(Registry<User, Post>::ok);
