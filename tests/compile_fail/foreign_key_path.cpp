// expect: Post.author_id: foreign_key("users") is not of the form table.column
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
  Mapped<std::int64_t, foreign_key("users")> author_id;
};
static_assert(Registry<User, Post>::ok);
