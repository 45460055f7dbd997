// expect: Manager.budget must be optional: it is a column of the table of Employee
#include "kindred/registry.hpp"
using namespace kindred;

struct Employee {
  static constexpr auto tablename = "employees";
  static constexpr auto polymorphic_identity = "employee";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, discriminator> type;
};
struct Manager : Employee {
  static constexpr auto polymorphic_identity = "manager";
  Mapped<std::int32_t> budget;
};
static_assert(Registry<Employee, Manager>::ok);
