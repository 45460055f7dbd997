// expect: Post.author: backref("name"): User already has a member of that name: use back_populates
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
  Relationship<User, backref("name")> author;
};
static_assert(Registry<User, Post>::ok);
