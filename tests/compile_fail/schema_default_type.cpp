// expect: Default(value): the value does not convert to the type of the field: give one that does,
// or a function object that returns one
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::int64_t> id = Default("one");
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
