// expect: User.name: a model has Field members, not columns or relationships: see
// kindred/bridge.hpp
#include "kindred/entity.hpp"
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::int64_t> id;
  Mapped<std::string> name;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
