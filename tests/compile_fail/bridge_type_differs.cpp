// expect: In.hash is vector, but User.hash is basic_string: give the column, field<&User::hash> =
// ..., and leave the member out
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
  Field<std::vector<int>> hash;
};
User make(const In& in) { return as_model<User>(in); }
