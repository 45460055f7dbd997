// expect: Post.author_id: foreign_key("users.ids"): table 'users' has no column 'ids' -- did you
// mean 'id'?
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
  Mapped<std::int64_t, foreign_key("users.ids")> author_id;
};
static_assert(Registry<User, Post>::ok);
