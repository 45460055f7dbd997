// The three tables as entities.
#pragma once

#include <cstdint>
#include <kindred/kindred.hpp>
#include <optional>
#include <string>
#include <vector>

#include "records.hpp"

namespace kindred::bench::entities {

struct Post;
struct Comment;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t> created;
  Mapped<double> score;
  Mapped<std::int32_t> level;
  Mapped<std::int32_t> age;
  Mapped<std::string> name;
  Mapped<std::string> email;
  Mapped<std::optional<std::string>> bio;
  Relationship<std::vector<Post>, back_populates("writer")> posts;
};

struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author;
  Mapped<std::int64_t> created;
  Mapped<double> rating;
  Mapped<std::int32_t> likes;
  Mapped<std::int32_t> views;
  Mapped<std::string> title;
  Mapped<std::optional<std::string>> body;
  Relationship<User, back_populates("posts")> writer;
  Relationship<std::vector<Comment>, back_populates("subject")> comments;
};

struct Comment {
  static constexpr auto tablename = "comments";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Post>(on_delete::cascade)> post;
  Mapped<std::int64_t> created;
  Mapped<std::int32_t> votes;
  Mapped<std::string> text;
  Relationship<Post, back_populates("comments")> subject;
};

using Bench = Registry<User, Post, Comment>;

inline User entity_of(const UserRecord& r) {
  User out;
  out.id = r.id;
  out.created = r.created;
  out.score = r.score;
  out.level = r.level;
  out.age = r.age;
  out.name = r.name;
  out.email = r.email;
  out.bio = r.bio;
  return out;
}
inline Post entity_of(const PostRecord& r) {
  Post out;
  out.id = r.id;
  out.author = r.author;
  out.created = r.created;
  out.rating = r.rating;
  out.likes = r.likes;
  out.views = r.views;
  out.title = r.title;
  out.body = r.body;
  return out;
}
inline Comment entity_of(const CommentRecord& r) {
  Comment out;
  out.id = r.id;
  out.post = r.post;
  out.created = r.created;
  out.votes = r.votes;
  out.text = r.text;
  return out;
}

}  // namespace kindred::bench::entities
