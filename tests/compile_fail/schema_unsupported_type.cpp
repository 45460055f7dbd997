// expect: User.name: the type basic_string_view cannot be a field: it owns nothing: use std::string
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::string_view> name;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
