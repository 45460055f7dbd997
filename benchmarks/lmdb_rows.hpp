// Rows packed by hand, as somebody would who writes for LMDB alone: fixed-width columns first, then
// the lengths, then the text. The id is the key and not in the row.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "records.hpp"

namespace kindred::bench::packed {

inline constexpr std::uint16_t null_length = 0xffff;

struct UserHead {
  std::int64_t created;
  double score;
  std::int32_t level;
  std::int32_t age;
  std::uint16_t name, email, bio;
};
inline constexpr std::size_t user_head = offsetof(UserHead, bio) + sizeof(std::uint16_t);

struct PostHead {
  std::int64_t author;
  std::int64_t created;
  double rating;
  std::int32_t likes;
  std::int32_t views;
  std::uint16_t title, body;
};
inline constexpr std::size_t post_head = offsetof(PostHead, body) + sizeof(std::uint16_t);

struct CommentHead {
  std::int64_t post;
  std::int64_t created;
  std::int32_t votes;
  std::uint16_t text;
};
inline constexpr std::size_t comment_head = offsetof(CommentHead, text) + sizeof(std::uint16_t);

inline std::uint16_t length_of(const std::string& text) {
  return static_cast<std::uint16_t>(text.size());
}
inline std::uint16_t length_of(const std::optional<std::string>& text) {
  return text ? length_of(*text) : null_length;
}
inline std::size_t stored(std::uint16_t length) { return length == null_length ? 0 : length; }

inline char* append(char* to, const std::string& text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}
inline char* append(char* to, const std::optional<std::string>& text) {
  return text ? append(to, *text) : to;
}
inline const char* take(const char* from, std::uint16_t length, std::string& text) {
  text.assign(from, length);
  return from + length;
}
inline const char* take(const char* from, std::uint16_t length, std::optional<std::string>& text) {
  if (length == null_length) {
    text.reset();
    return from;
  }
  if (!text) text.emplace();
  return take(from, length, *text);
}
inline void must_be(std::size_t size, std::size_t wanted) {
  if (size != wanted) throw std::runtime_error("raw LMDB: a row of the wrong length");
}

inline std::size_t size_of(const UserRecord& u) {
  return user_head + u.name.size() + u.email.size() + (u.bio ? u.bio->size() : 0);
}
inline void pack(const UserRecord& u, char* to) {
  const UserHead head{u.created,          u.score,         u.level, u.age, length_of(u.name),
                      length_of(u.email), length_of(u.bio)};
  std::memcpy(to, &head, user_head);
  append(append(append(to + user_head, u.name), u.email), u.bio);
}
inline void unpack(std::int64_t id, std::string_view row, UserRecord& u) {
  UserHead head{};
  std::memcpy(&head, row.data(), user_head);
  must_be(row.size(), user_head + head.name + head.email + stored(head.bio));
  u.id = id;
  u.created = head.created;
  u.score = head.score;
  u.level = head.level;
  u.age = head.age;
  take(take(take(row.data() + user_head, head.name, u.name), head.email, u.email), head.bio, u.bio);
}

inline std::size_t size_of(const PostRecord& p) {
  return post_head + p.title.size() + (p.body ? p.body->size() : 0);
}
inline void pack(const PostRecord& p, char* to) {
  const PostHead head{p.author, p.created,          p.rating,         p.likes,
                      p.views,  length_of(p.title), length_of(p.body)};
  std::memcpy(to, &head, post_head);
  append(append(to + post_head, p.title), p.body);
}
inline void unpack(std::int64_t id, std::string_view row, PostRecord& p) {
  PostHead head{};
  std::memcpy(&head, row.data(), post_head);
  must_be(row.size(), post_head + head.title + stored(head.body));
  p.id = id;
  p.author = head.author;
  p.created = head.created;
  p.rating = head.rating;
  p.likes = head.likes;
  p.views = head.views;
  take(take(row.data() + post_head, head.title, p.title), head.body, p.body);
}

inline std::size_t size_of(const CommentRecord& c) { return comment_head + c.text.size(); }
inline void pack(const CommentRecord& c, char* to) {
  const CommentHead head{c.post, c.created, c.votes, length_of(c.text)};
  std::memcpy(to, &head, comment_head);
  append(to + comment_head, c.text);
}
inline void unpack(std::int64_t id, std::string_view row, CommentRecord& c) {
  CommentHead head{};
  std::memcpy(&head, row.data(), comment_head);
  must_be(row.size(), comment_head + head.text);
  c.id = id;
  c.post = head.post;
  c.created = head.created;
  c.votes = head.votes;
  take(row.data() + comment_head, head.text, c.text);
}

}  // namespace kindred::bench::packed
