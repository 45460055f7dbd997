// expect: Post.author: cascade::delete_orphan belongs on the one side; here User may have other
// owners -- add single_parent if it has one at most
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
  Relationship<User, cascade::all | cascade::delete_orphan> author;
};
static_assert(Registry<User, Post>::ok);
