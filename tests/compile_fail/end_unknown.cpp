// expect: Post has no relationship or backref 'autor' -- did you mean 'author'?
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
  Relationship<User> author;
};
using Target = Registry<User, Post>::target_of<Post, "autor">;
