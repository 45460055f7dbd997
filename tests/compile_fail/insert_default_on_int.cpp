// expect: Post.likes: insert_default needs a type with a value that means unset, and int32 has
// none: give the member an ordinary initialiser instead, as in Mapped<...> likes = value;
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
  Mapped<std::int32_t, insert_default(3)> likes;
};
static_assert(Registry<User, Post>::ok);
