// expect: In.e_mail: User has no column 'e_mail' -- did you mean 'email'?; leave_out<&In::e_mail>
// leaves it out
#include "kindred/bridge.hpp"
using namespace kindred;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> email;
  Mapped<std::string> hash;
};
struct In {
  Field<std::string> e_mail;
};
User make(const In& in) { return as_model<User>(in); }
