// expect: PostTag has no foreign key to Tag, so it cannot stand between the two
#include "kindred/registry.hpp"
using namespace kindred;

struct PostTag;
struct Tag {
  Mapped<std::int64_t, primary_key> id;
};
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Tag>, through<PostTag>> tags;
};
struct PostTag {
  Mapped<std::int64_t, primary_key, foreign_key<Post>()> post_id;
  Mapped<std::int64_t, primary_key> tag_id;
};
static_assert(Registry<Post, Tag, PostTag>::ok);
