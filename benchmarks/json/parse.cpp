// Users read: into structs that are there, into new ones, and with their members in reverse order.
#include <memory>
#include <utility>

#include "by_hand.hpp"
#include "cases.hpp"
#include "users.hpp"

namespace kindred::bench {
namespace {

using Text = std::shared_ptr<const JsonText>;

constexpr std::string_view no_op = "SAX no-op";
constexpr std::string_view by_hand = "handler by hand";
constexpr std::string_view to_tree = "DOM to struct";

Text users_of(std::int64_t records, MemberOrder order = MemberOrder::declared) {
  return std::make_shared<const JsonText>(make_users(records, order));
}

Way idle(std::string_view name, Text text, Idle how) {
  const std::size_t bytes = text->text.size();
  return {name, "rapidjson", bytes, [text = std::move(text), how] { read_idly(text->text, how); }};
}

// `parse(text, users)` fills a vector that lives on; `keeps` frees it first.
template <class User, class Parse>
Way parsing(std::string_view name, std::string_view contender, Text text, bool keeps, Parse parse) {
  const auto users = std::make_shared<std::vector<User>>();
  Way out{name, contender, text->text.size(), {}};
  out.run = [text, users, keeps, parse] {
    if (keeps) *users = std::vector<User>();
    parse(text->text, *users);
  };
  out.verify = [text, users, name] { expect(name, tally(*users), text->sum); };
  return out;
}
Way validating(std::string_view name, Text text, bool keeps) {
  return parsing<JsonUser>(name, "kindred", std::move(text), keeps,
                           [](const std::string& from, std::vector<JsonUser>& to) {
                             schema::validate_json_into(to, from);
                           });
}
Way handling(std::string_view name, Text text, bool keeps, HandStream stream) {
  return parsing<PlainUser>(name, "hand", std::move(text), keeps,
                            [stream](const std::string& from, std::vector<PlainUser>& to) {
                              users_by_handler(from, to, stream);
                            });
}

}  // namespace

std::vector<Way> make_json_parse(std::int64_t records) {
  const Text text = users_of(records);
  std::vector<Way> out;
  out.push_back(idle(no_op, text, Idle::plain));
  out.push_back(idle("SAX no-op, UTF-8, exact", text, Idle::checked));
  out.push_back(idle("SAX no-op, TextStream", text, Idle::text));
  out.push_back(handling(by_hand, text, false, HandStream::text));
  out.push_back(handling("hand, UTF-8 unchecked", text, false, HandStream::unchecked));
  out.push_back(handling("hand, StringStream", text, false, HandStream::ordinary));
  out.push_back(validating("kindred", text, false));
  out.back().goals = {{no_op, 1.0}, {by_hand, 0.9}};
  return out;
}

std::vector<Way> make_json_keep(std::int64_t records) {
  const Text text = users_of(records);
  std::vector<Way> out;
  out.push_back(idle(no_op, text, Idle::plain));
  out.push_back(handling(by_hand, text, true, HandStream::text));
  out.push_back(handling("hand, StringStream", text, true, HandStream::ordinary));
  out.push_back(parsing<PlainUser>(to_tree, "rapidjson", text, true, users_by_tree));
  out.push_back(validating("kindred", text, true));
  out.back().goals = {{no_op, 0.65}, {to_tree, 1.5}};
  return out;
}

std::vector<Way> make_json_order(std::int64_t records) {
  const Text declared = users_of(records);
  const Text reversed = users_of(records, MemberOrder::reversed);
  std::vector<Way> out;
  out.push_back(idle(no_op, declared, Idle::plain));
  out.push_back(validating("kindred, as declared", declared, false));
  out.push_back(validating("kindred, in reverse", reversed, false));
  return out;
}

}  // namespace kindred::bench
