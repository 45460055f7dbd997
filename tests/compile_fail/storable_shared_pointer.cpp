// expect: shared and raw pointers cannot be stored in a column: archive state never spans two
// values; store the value, std::optional or a relationship
#include "kindred/registry.hpp"
using namespace kindred;

struct User {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::vector<std::shared_ptr<int>>> scores;
};
auto catalog = Registry<User>::catalog();
