// expect: a discriminator is a text, an integer or an enumeration, and not optional
#include "kindred/registry.hpp"
using namespace kindred;

struct Employee {
  static constexpr auto tablename = "employees";
  static constexpr auto polymorphic_identity = "employee";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>, discriminator> type;
};
static_assert(Registry<Employee>::ok);
