// expect: Tag.users: the secondary table 'post_tags' already joins Post and Tag
#include "kindred/registry.hpp"
using namespace kindred;

struct Tag;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Tag>, secondary<"post_tags">> tags;
};
struct Tag {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<User>, secondary<"post_tags">> users;
};
static_assert(Registry<Post, Tag, User>::ok);
