// expect: Post.author_id: on_delete::set_null needs a nullable column: Mapped<std::optional<...>,
// ...>
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
  Mapped<std::int64_t, foreign_key<User>(on_delete::set_null)> author_id;
};
static_assert(Registry<User, Post>::ok);
