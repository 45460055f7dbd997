// expect: User.hash gets no value: In has no such member; give it, as_model<User>(...,
// field<&User::hash> = ...)
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
};
User make(const In& in) { return as_model<User>(in); }
