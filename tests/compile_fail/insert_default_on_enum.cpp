// expect: Post.kind: insert_default needs a type with a value that means unset, and enum Kind has
// none
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
  enum class Kind { a, b };
  Mapped<Kind, insert_default(Kind::b)> kind;
};
static_assert(Registry<User, Post>::ok);
