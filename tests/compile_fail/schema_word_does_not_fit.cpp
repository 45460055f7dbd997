// expect: User.id: max_length needs text, bytes, a URL or a container, but the field is
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::int64_t, max_length(3)> id;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
