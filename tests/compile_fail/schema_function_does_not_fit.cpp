// expect: User.id: a function behind it does not take what it is called with: see before, after,
// wrap and plain in kindred/schema_field_options.hpp
#include "kindred/schema.hpp"
using namespace kindred;

struct Shout {
  std::string operator()(std::string text) const { return text + "!"; }
};
struct User {
  Field<std::int64_t, after(Shout{})> id;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
