// expect: Post.price: decimal(p, s) needs a Number, an integer, float or double, but the column is
// text
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
  Mapped<std::string, decimal(10, 2)> price;
};
static_assert(Registry<User, Post>::ok);
