// expect: Manager needs a polymorphic_identity of its own: Employee has the same
#include "kindred/registry.hpp"
using namespace kindred;

struct Employee {
  static constexpr auto tablename = "employees";
  static constexpr auto polymorphic_identity = "employee";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, discriminator> type;
};
struct Manager : Employee {
  Mapped<std::optional<std::int32_t>> budget;
};
static_assert(Registry<Employee, Manager>::ok);
