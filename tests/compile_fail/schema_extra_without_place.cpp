// expect: User: extra::allow needs a member that keeps what the model does not declare: ExtraFields
// extra_fields;
#include "kindred/schema.hpp"
using namespace kindred;

struct User {
  Field<std::int64_t> id;
  static constexpr auto model_config = config{.extra = extra::allow};
};
User read(std::string_view text) { return schema::model_validate_json<User>(text); }
