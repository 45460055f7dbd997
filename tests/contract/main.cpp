// The contract suite over the library's own backends, each case as "backend/duty_...".
#include <boost/test/unit_test.hpp>
#include <iostream>

#include "tests/contract/subjects.hpp"

namespace {

namespace unit = boost::unit_test;

bool add_cases() {
  using namespace kindred;
  for (const contract_test::Backend& backend : contract_test::all_backends()) {
    auto* suite = BOOST_TEST_SUITE(backend.name);
    for (const testing::ContractCase& contract_case : testing::contract_cases()) {
      suite->add(unit::make_test_case(
          [=] {
            try {
              if (!testing::run_contract_case(contract_case, backend.make)) {
                std::cout << "  (on " << backend.name << ")\n";
              }
            } catch (const std::exception& failure) {
              BOOST_ERROR(failure.what());
            }
            BOOST_TEST(true);
          },
          contract_case.name, __FILE__, __LINE__));
    }
    unit::framework::master_test_suite().add(suite);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) { return unit::unit_test_main(&add_cases, argc, argv); }
