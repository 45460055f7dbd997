// expect: Post.author: User is not in this registry
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t> author_id;
  Relationship<User> author;
};
static_assert(Registry<Post>::ok);
