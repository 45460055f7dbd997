// expect: User.flags: the type vector cannot be a field: its items have no addresses: use
// std::deque<bool>
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::vector<std::vector<bool>>> flags;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
