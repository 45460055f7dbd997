// The users of the JSON rows: their text, a model that is validated, and plain structs for those
// who check by hand. Texts are made from the users' numbers and so are the same in every run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../records.hpp"
#include "kindred/schema.hpp"

namespace kindred::bench {

struct JsonUser {
  Field<std::int64_t> id;
  Field<EmailStr> email;
  Field<std::optional<std::string>, max_length(50)> username = Default(std::nullopt);
  Field<time_point> created_at;
  Field<std::vector<std::string>> tags;
};

struct PlainUser {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> username;
  std::int64_t created_at = 0;  // microseconds since 1970
  std::vector<std::string> tags;
};

// An array of records, and what they must sum up to.
struct JsonText {
  std::string text;
  Tally sum;
  std::int64_t records = 0;
};

enum class MemberOrder { declared, reversed };
[[nodiscard]] JsonText make_users(std::int64_t users, MemberOrder order);

[[nodiscard]] Tally tally(const std::vector<JsonUser>& users);
[[nodiscard]] Tally tally(const std::vector<PlainUser>& users);

}  // namespace kindred::bench
