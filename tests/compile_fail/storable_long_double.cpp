// expect: long double and wchar_t cannot be stored: their form differs between machines; use
// double, decimal or std::string
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  Mapped<std::int64_t, primary_key> id;
  Mapped<long double> score;
};
static_assert(Registry<User>::ok);
