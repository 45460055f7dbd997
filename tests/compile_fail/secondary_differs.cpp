// expect: Post.tags and its other side Tag.posts must name the same secondary table
#include "kindred/registry.hpp"
using namespace kindred;

struct Tag;
struct Post {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Tag>, secondary<"post_tags">, back_populates("posts")> tags;
};
struct Tag {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Post>, secondary<"tag_posts">, back_populates("tags")> posts;
};
static_assert(Registry<Post, Tag>::ok);
