// The contract suite: every duty of storage.hpp as cases that any backend can run, in any test
// framework.
//
//   for (const ContractCase& c : contract_cases()) run_contract_case(c, subject_factory);
//
// A case throws ContractFailure where a duty is broken. A name begins with the number of its duty;
// `calls_` cases hold what storage.hpp says about single calls. docs/storage-backends.md shows a
// backend that runs them.
//
// Threads: one case at a time on one thread; some cases start threads of their own and join them.
#pragma once

#include <functional>
#include <iostream>
#include <memory>
#include <span>

#include "kindred/testing/contract_calls.hpp"
#include "kindred/testing/contract_life.hpp"
#include "kindred/testing/contract_reading.hpp"
#include "kindred/testing/contract_support.hpp"
#include "kindred/testing/contract_writing.hpp"

namespace kindred::testing {

struct ContractCase {
  const char* name;
  void (*run)(Subject&);
};

[[nodiscard]] inline std::span<const ContractCase> contract_cases() {
  static constexpr ContractCase cases[] = {
      {"calls_put", contract::calls_put},
      {"calls_erase", contract::calls_erase},
      {"calls_erase_range", contract::calls_erase_range},
      {"calls_apply", contract::calls_apply},
      {"calls_cursor", contract::calls_cursor},
      {"calls_copy_to", contract::calls_copy_to},
      {"duty_01_keys_in_order", contract::duty_01_keys_in_order},
      {"duty_01_members_in_order", contract::duty_01_members_in_order},
      {"duty_01_numbers_in_order", contract::duty_01_numbers_in_order},
      {"duty_01_empty_keys_and_values", contract::duty_01_empty_keys_and_values},
      {"duty_01_values_of_all_sizes", contract::duty_01_values_of_all_sizes},
      {"duty_02_snapshot_stays", contract::duty_02_snapshot_stays},
      {"duty_02_snapshot_sees_whole_commits", contract::duty_02_snapshot_sees_whole_commits},
      {"duty_03_isolation_histories", contract::duty_03_isolation_histories},
      {"duty_04_own_writes", contract::duty_04_own_writes},
      {"duty_05_views_of_a_reader", contract::duty_05_views_of_a_reader},
      {"duty_05_views_of_a_writer", contract::duty_05_views_of_a_writer},
      {"duty_06_get_many", contract::duty_06_get_many},
      {"duty_06_scan_many", contract::duty_06_scan_many},
      {"duty_07_commit_and_abort", contract::duty_07_commit_and_abort},
      {"duty_08_after_a_conflict", contract::duty_08_after_a_conflict},
      {"duty_09_savepoints", contract::duty_09_savepoints},
      {"duty_10_limits", contract::duty_10_limits},
      {"duty_11_reserve", contract::duty_11_reserve},
      {"duty_12_failures", contract::duty_12_failures},
      {"duty_13_threads", contract::duty_13_threads},
      {"duty_14_waiting", contract::duty_14_waiting},
      {"duty_15_keyspaces", contract::duty_15_keyspaces},
      {"duty_16_opening", contract::duty_16_opening},
      {"duty_16_foreign", contract::duty_16_foreign},
      {"duty_16_damaged", contract::duty_16_damaged},
      {"duty_17_outliving", contract::duty_17_outliving},
  };
  return cases;
}

using SubjectFactory = std::function<std::unique_ptr<Subject>()>;

// On a new subject. False, and the reason printed, where the case does not apply to it.
inline bool run_contract_case(const ContractCase& contract_case, const SubjectFactory& factory) {
  const std::unique_ptr<Subject> subject = factory();
  try {
    contract_case.run(*subject);
  } catch (const ContractSkipped& reason) {
    std::cout << "skipped " << contract_case.name << ": " << reason.what() << '\n';
    return false;
  }
  return true;
}

}  // namespace kindred::testing
