// expect: Post: unique_together("titel"): Post has no column 'titel' -- did you mean 'title'?
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
  Mapped<std::string> title;
  static constexpr auto table_args = std::tuple{unique_together("titel", "id")};
};
static_assert(Registry<User, Post>::ok);
