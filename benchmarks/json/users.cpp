#include "users.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace kindred::bench {
namespace {

constexpr std::array<const char*, 6> words{"admin",   "staff",      "beta",
                                           "eu-west", "newsletter", "c++"};

std::uint64_t digest(std::int64_t id, const std::string& email,
                     const std::optional<std::string>& username, std::int64_t created_at,
                     const std::vector<std::string>& tags) {
  std::uint64_t sum = digests::number(id) + digests::text(email) * 3 + digests::text(username) * 5 +
                      digests::number(created_at) * 7;
  for (const std::string& tag : tags) sum += digests::text(tag) * 11;
  return sum;
}
std::uint64_t digest(const PlainUser& v) {
  return digest(v.id, v.email, v.username, v.created_at, v.tags);
}
std::uint64_t digest(const JsonUser& v) {
  return digest(*v.id, v.email->text, *v.username, v.created_at->time_since_epoch().count(),
                *v.tags);
}

// A user, and the text of the moment it was created.
struct Made {
  PlainUser user;
  std::string created_at;
};

Made make_user_of(std::int64_t number, std::uint32_t random) {
  Made out;
  PlainUser& user = out.user;
  user.id = number + 1;
  user.email = "user" + std::to_string(number) + "@example.com";
  if ((random >> 20) % 8 != 0) user.username = "user_" + std::to_string(number);
  const unsigned year = 2000 + (random >> 5) % 25;
  const unsigned month = 1 + (random >> 9) % 12;
  const unsigned day = 1 + (random >> 12) % 28;
  const unsigned hour = (random >> 15) % 24;
  const unsigned minute = (random >> 18) % 60;
  const unsigned second = (random >> 21) % 60;
  const std::chrono::sys_days date =
      std::chrono::year(static_cast<int>(year)) / static_cast<int>(month) / static_cast<int>(day);
  const std::int64_t of_day = (hour * 60 + minute) * 60 + second;
  user.created_at = (date.time_since_epoch().count() * std::int64_t{86'400} + of_day) * 1'000'000;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, hour,
                minute, second);
  out.created_at = text.data();
  for (unsigned i = 0; i < random >> 30; ++i)
    user.tags.emplace_back(words[(random >> (8 + 3 * i)) % words.size()]);
  return out;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::array<std::string, 5> members_of(const Made& made) {
  const PlainUser& user = made.user;
  std::string tags;
  for (const std::string& tag : user.tags) tags += (tags.empty() ? "" : ",") + quoted(tag);
  return {"\"id\":" + std::to_string(user.id), "\"email\":" + quoted(user.email),
          "\"username\":" + (user.username ? quoted(*user.username) : "null"),
          "\"created_at\":" + quoted(made.created_at), "\"tags\":[" + tags + "]"};
}

template <class User>
Tally tally_of(const std::vector<User>& users) {
  Tally out;
  for (const User& user : users) out.add(digest(user));
  return out;
}

}  // namespace

JsonText make_users(std::int64_t users, MemberOrder order) {
  JsonText out;
  out.records = users;
  out.text = "[";
  std::uint32_t random = 12345;
  for (std::int64_t i = 0; i < users; ++i) {
    random = random * 1664525 + 1013904223;
    const Made made = make_user_of(i, random);
    const auto members = members_of(made);
    out.sum.add(digest(made.user));
    out.text += i == 0 ? "{" : ",{";
    for (std::size_t m = 0; m < members.size(); ++m) {
      if (m != 0) out.text += ',';
      out.text += members[order == MemberOrder::declared ? m : members.size() - 1 - m];
    }
    out.text += '}';
  }
  out.text += ']';
  return out;
}

Tally tally(const std::vector<JsonUser>& users) { return tally_of(users); }
Tally tally(const std::vector<PlainUser>& users) { return tally_of(users); }

}  // namespace kindred::bench
