// expect: User.map: the keys of a map are scalars, not vector
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::map<std::vector<int>, int>> map;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
