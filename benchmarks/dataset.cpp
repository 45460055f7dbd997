#include "dataset.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

namespace kindred::bench {
namespace {

constexpr std::array<std::string_view, 16> first_names{
    "Ada",  "Bruno", "Carla", "Dmitri", "Elif",  "Femi",  "Grace", "Hiro",
    "Ines", "Jonas", "Kemal", "Lena",   "Mateo", "Noura", "Olga",  "Pavel"};
constexpr std::array<std::string_view, 16> last_names{
    "Adeyemi", "Brandt", "Costa",  "Duarte", "Eriksen", "Fischer", "Garcia", "Haddad",
    "Ivanov",  "Jensen", "Kovacs", "Lind",   "Moreau",  "Novak",   "Okafor", "Petrov"};
constexpr std::array<std::string_view, 8> words{"river", "engine", "garden", "letter",
                                                "night", "market", "forest", "signal"};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& from, std::uint64_t bits) {
  return from[bits % N];
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

constexpr std::int64_t epoch_2020 = 1'577'836'800'000'000;

std::int64_t moment(std::uint64_t bits) {
  return epoch_2020 + static_cast<std::int64_t>(bits % 100'000'000'000'000);
}

template <class Record, class Digest>
Tally tally_of(const std::vector<Record>& rows, Digest digest) {
  Tally out;
  for (const Record& row : rows) out.add(digest(row));
  return out;
}

}  // namespace

std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed) {
  std::vector<std::int64_t> out(static_cast<std::size_t>(n));
  std::iota(out.begin(), out.end(), std::int64_t{0});
  std::uint64_t state = scramble(seed);
  for (std::size_t i = out.size(); i > 1; --i) {
    state = scramble(state);
    std::swap(out[i - 1], out[state % i]);
  }
  return out;
}

UserRecord make_user(std::int64_t id) {
  const std::uint64_t bits = scramble(static_cast<std::uint64_t>(id));
  const auto first = pick(first_names, bits >> 8);
  const auto last = pick(last_names, bits >> 16);
  UserRecord u;
  u.id = id;
  u.created = moment(bits);
  u.score = static_cast<double>(bits % 100'000) / 100.0;
  u.level = static_cast<std::int32_t>((bits >> 24) % 100);
  u.age = static_cast<std::int32_t>(16 + (bits >> 32) % 80);
  u.name = std::string(first) + ' ' + std::string(last);
  u.email = lower(first) + '.' + std::to_string(id) + "@example.org";
  if ((bits & 1) != 0) {
    u.bio = "Writes about the " + std::string(pick(words, bits >> 40)) + " and the " +
            std::string(pick(words, bits >> 48));
  }
  return u;
}

PostRecord make_post(std::int64_t id, std::int64_t author) {
  const std::uint64_t bits = scramble(static_cast<std::uint64_t>(id) + 0x1000000000);
  PostRecord p;
  p.id = id;
  p.author = author;
  p.created = moment(bits);
  p.rating = static_cast<double>(bits % 500) / 100.0;
  p.likes = static_cast<std::int32_t>((bits >> 20) % 10'000);
  p.views = static_cast<std::int32_t>((bits >> 30) % 1'000'000);
  p.title = "The " + std::string(pick(words, bits >> 8)) + " and the " +
            std::string(pick(words, bits >> 16));
  if ((bits & 1) != 0) {
    p.body = "A " + std::string(pick(words, bits >> 40)) + ", a " +
             std::string(pick(words, bits >> 44)) + " and a " +
             std::string(pick(words, bits >> 48)) + '.';
  }
  return p;
}

CommentRecord make_comment(std::int64_t id, std::int64_t post) {
  const std::uint64_t bits = scramble(static_cast<std::uint64_t>(id) + 0x2000000000);
  CommentRecord c;
  c.id = id;
  c.post = post;
  c.created = moment(bits);
  c.votes = static_cast<std::int32_t>((bits >> 20) % 1'000);
  c.text = "More about the " + std::string(pick(words, bits >> 8)) + ", please";
  return c;
}

Tally tally(const std::vector<UserRecord>& users) {
  return tally_of(users, digest_user<UserRecord>);
}
Tally tally(const std::vector<PostRecord>& posts) {
  return tally_of(posts, digest_post<PostRecord>);
}
Tally tally(const std::vector<CommentRecord>& comments) {
  return tally_of(comments, digest_comment<CommentRecord>);
}

Blog::Blog(std::int64_t count) : rows(count) {
  users.reserve(static_cast<std::size_t>(rows));
  posts.reserve(static_cast<std::size_t>(rows));
  const auto order = shuffled(rows, 11);
  for (std::int64_t i = 0; i < rows; ++i) {
    users.push_back(make_user(i + 1));
    posts.push_back(make_post(i + 1, order[static_cast<std::size_t>(i)] / 10 * 10 + 1));
  }
}

std::vector<std::int64_t> Blog::authors() const {
  std::vector<std::int64_t> out;
  for (std::int64_t id = 1; id <= rows; id += 10) out.push_back(id);
  return out;
}

Forum::Forum(std::int64_t rows) {
  const std::int64_t user_count = std::max<std::int64_t>(rows / 21, 2);
  const std::int64_t post_count = user_count * 4;
  const std::int64_t comment_count = post_count * 4;
  const auto authors = shuffled(post_count, 12);
  const auto subjects = shuffled(comment_count, 13);
  const auto fate = shuffled(user_count, 14);
  doomed.assign(fate.begin(), fate.begin() + user_count / 2);
  std::vector<bool> user_goes(static_cast<std::size_t>(user_count));
  for (std::int64_t& id : doomed) user_goes[static_cast<std::size_t>(id++)] = true;
  std::vector<bool> post_goes(static_cast<std::size_t>(post_count));

  for (std::int64_t i = 0; i < user_count; ++i) {
    users.push_back(make_user(i + 1));
    if (!user_goes[static_cast<std::size_t>(i)]) users_left.add(digest_user(users.back()));
  }
  for (std::int64_t i = 0; i < post_count; ++i) {
    const auto author = authors[static_cast<std::size_t>(i)] / 4;
    post_goes[static_cast<std::size_t>(i)] = user_goes[static_cast<std::size_t>(author)];
    posts.push_back(make_post(i + 1, author + 1));
    if (!user_goes[static_cast<std::size_t>(author)]) posts_left.add(digest_post(posts.back()));
  }
  for (std::int64_t i = 0; i < comment_count; ++i) {
    const auto post = subjects[static_cast<std::size_t>(i)] / 4;
    comments.push_back(make_comment(i + 1, post + 1));
    if (!post_goes[static_cast<std::size_t>(post)]) {
      comments_left.add(digest_comment(comments.back()));
    }
  }
}

std::uint64_t Forum::erased() const {
  return users.size() + posts.size() + comments.size() - users_left.rows - posts_left.rows -
         comments_left.rows;
}

}  // namespace kindred::bench
