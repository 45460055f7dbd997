// The rows that every contender stores, as plain structs, and how results are compared.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>

namespace kindred::bench {

// About 85 bytes a row. The key is `id`.
struct UserRecord {
  std::int64_t id = 0;
  std::int64_t created = 0;
  double score = 0;
  std::int32_t level = 0;  // 0 to 99, evenly spread: the column that the filter looks at
  std::int32_t age = 0;
  std::string name;
  std::string email;
  std::optional<std::string> bio;
};

// About 85 bytes a row. `author` refers to a user, on delete cascade, indexed.
struct PostRecord {
  std::int64_t id = 0;
  std::int64_t author = 0;
  std::int64_t created = 0;
  double rating = 0;
  std::int32_t likes = 0;
  std::int32_t views = 0;
  std::string title;
  std::optional<std::string> body;
};

// About 50 bytes a row. `post` refers to a post, on delete cascade, indexed.
struct CommentRecord {
  std::int64_t id = 0;
  std::int64_t post = 0;
  std::int64_t created = 0;
  std::int32_t votes = 0;
  std::string text;
};

struct ScoreChange {
  std::int64_t id = 0;
  double score = 0;
};

// What a set of rows amounts to, in any order: equal tallies mean equal rows, for our purpose.
struct Tally {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  void add(std::uint64_t digest) noexcept {
    ++rows;
    sum += digest;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

namespace digests {
inline std::uint64_t number(std::int64_t v) noexcept { return static_cast<std::uint64_t>(v); }
inline std::uint64_t number(double v) noexcept { return std::bit_cast<std::uint64_t>(v); }
// Looks at both ends of the text, so that it must have been read whole.
inline std::uint64_t text(const std::string& v) noexcept {
  if (v.empty()) return 1;
  return v.size() * 257 + static_cast<unsigned char>(v.front()) * std::uint64_t{31} +
         static_cast<unsigned char>(v.back());
}
inline std::uint64_t text(const std::optional<std::string>& v) noexcept { return v ? text(*v) : 7; }
}  // namespace digests

// Every column of a row in one number. Templates, because contenders may have row types of their
// own whose members convert to those above.
template <class User>
std::uint64_t digest_user(const User& u) noexcept {
  const std::int64_t &id = u.id, &created = u.created;
  const double& score = u.score;
  const std::int32_t &level = u.level, &age = u.age;
  const std::string &name = u.name, &email = u.email;
  const std::optional<std::string>& bio = u.bio;
  using namespace digests;
  return number(id) * 3 + number(created) + number(score) + number(std::int64_t{level}) * 5 +
         number(std::int64_t{age}) + text(name) + text(email) + text(bio);
}

template <class Post>
std::uint64_t digest_post(const Post& p) noexcept {
  const std::int64_t &id = p.id, &author = p.author, &created = p.created;
  const double& rating = p.rating;
  const std::int32_t &likes = p.likes, &views = p.views;
  const std::string& title = p.title;
  const std::optional<std::string>& body = p.body;
  using namespace digests;
  return number(id) * 3 + number(author) * 5 + number(created) + number(rating) +
         number(std::int64_t{likes}) + number(std::int64_t{views}) * 7 + text(title) + text(body);
}

template <class Comment>
std::uint64_t digest_comment(const Comment& c) noexcept {
  const std::int64_t &id = c.id, &post = c.post, &created = c.created;
  const std::int32_t& votes = c.votes;
  const std::string& text_of = c.text;
  using namespace digests;
  return number(id) * 3 + number(post) * 5 + number(created) + number(std::int64_t{votes}) +
         text(text_of);
}

}  // namespace kindred::bench
