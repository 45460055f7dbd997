// expect: User.id: PrimaryKeyOption is no word of a field: see kindred/schema_field_options.hpp for
// those there are
#include "kindred/mapping_options.hpp"
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::int64_t, primary_key> id;
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
