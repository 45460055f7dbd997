// Users written, into memory that is there and into new memory.
#include <memory>
#include <utility>

#include "../workload.hpp"
#include "by_hand.hpp"
#include "cases.hpp"
#include "users.hpp"

namespace kindred::bench {
namespace {

constexpr std::string_view by_writer = "RapidJSON Writer";

// The text, and the users that it is of.
struct Users {
  std::string text;
  std::vector<JsonUser> users;
};

std::shared_ptr<const Users> users_of(std::int64_t records) {
  Users out;
  out.text = make_users(records, MemberOrder::declared).text;
  schema::validate_json_into(out.users, out.text);
  return std::make_shared<const Users>(std::move(out));
}

void must_equal(std::string_view way, std::string_view found, std::string_view wanted) {
  if (found != wanted) throw Mismatch(std::string(way) + ": the text is not the one that was read");
}

Way writing(std::shared_ptr<const Users> users, bool anew) {
  const auto buffer = std::make_shared<WriterBuffer>();
  Way out{by_writer, "rapidjson", users->text.size(), {}};
  out.run = [users, buffer, anew] {
    anew ? buffer->write_anew(users->users) : buffer->write(users->users);
  };
  out.verify = [users, buffer] { must_equal(by_writer, buffer->text(), users->text); };
  return out;
}

Way dumping(std::shared_ptr<const Users> users, bool anew) {
  const auto text = std::make_shared<std::string>();
  Way out{"kindred", "kindred", users->text.size(), {}};
  out.run = [users, text, anew] {
    if (anew) std::string().swap(*text);
    text->clear();
    schema::model_dump_json_into(*text, users->users);
  };
  out.verify = [users, text] { must_equal("kindred", *text, users->text); };
  return out;
}

std::vector<Way> both(std::int64_t records, bool anew) {
  const auto users = users_of(records);
  return {writing(users, anew), dumping(users, anew)};
}

}  // namespace

std::vector<Way> make_json_dump(std::int64_t records) {
  std::vector<Way> out = both(records, false);
  out.back().goals = {{by_writer, 2.2}};
  out.back().megabytes_per_second = 1100;
  return out;
}

std::vector<Way> make_json_dump_new(std::int64_t records) {
  std::vector<Way> out = both(records, true);
  out.back().goals = {{by_writer, 1.5}};
  return out;
}

}  // namespace kindred::bench
