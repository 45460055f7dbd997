// expect: In.hash may be null, but the column User.hash may not: give the column,
// field<&User::hash> =
// ...
#include "kindred/bridge.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> email;
  Mapped<std::string> hash;
};
struct In {
  Field<std::string> email;
  Field<std::optional<std::string>> hash;
};
User make(const In& in) { return as_model<User>(in); }
