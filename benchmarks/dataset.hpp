// The rows, the same in every run and on every machine: made from their own numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "contender.hpp"
#include "records.hpp"

namespace kindred::bench {

// Evenly spread 64-bit numbers from a counter.
[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t v) noexcept {
  v += 0x9e3779b97f4a7c15;
  v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9;
  v = (v ^ (v >> 27)) * 0x94d049bb133111eb;
  return v ^ (v >> 31);
}

// 0 .. n-1 in an order that only `seed` decides.
[[nodiscard]] std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed);

[[nodiscard]] UserRecord make_user(std::int64_t id);
[[nodiscard]] PostRecord make_post(std::int64_t id, std::int64_t author);
[[nodiscard]] CommentRecord make_comment(std::int64_t id, std::int64_t post);

[[nodiscard]] Tally tally(const std::vector<UserRecord>& users);
[[nodiscard]] Tally tally(const std::vector<PostRecord>& posts);
[[nodiscard]] Tally tally(const std::vector<CommentRecord>& comments);

// What the read, insert and update workloads use: `rows` users with ids 1 to rows, and as many
// posts. Every tenth user wrote ten of them, scattered over the table.
struct Blog {
  std::int64_t rows = 0;
  std::vector<UserRecord> users;
  std::vector<PostRecord> posts;
  explicit Blog(std::int64_t rows);
  // The users that have posts, ascending: 1, 11, 21, ...
  [[nodiscard]] std::vector<std::int64_t> authors() const;
  [[nodiscard]] Tables tables() const { return {users, posts, {}}; }
};

// What the delete workloads use: `rows` rows in all, every user with 4 posts, every post with 4
// comments, scattered over their tables; and half of the users, at random, to be erased.
struct Forum {
  std::vector<UserRecord> users;
  std::vector<PostRecord> posts;
  std::vector<CommentRecord> comments;
  std::vector<std::int64_t> doomed;
  Tally users_left, posts_left, comments_left;
  explicit Forum(std::int64_t rows);
  // Rows that go when the doomed users go.
  [[nodiscard]] std::uint64_t erased() const;
  [[nodiscard]] Tables tables() const { return {users, posts, comments}; }
};

}  // namespace kindred::bench
