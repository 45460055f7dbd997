// expect: Post.likes: max_length needs text or bytes, but the column is int32
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
  Mapped<std::int32_t, max_length(3)> likes;
};
static_assert(Registry<User, Post>::ok);
