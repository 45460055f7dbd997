// expect: the type Point cannot be a field: give it Field members, or use one of the types that
#include "kindred/schema.hpp"
using namespace kindred;

struct Point {
  int x = 0, y = 0;
};
struct User {
  Field<Point> at;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
