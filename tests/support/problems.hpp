// What check() finds in a store, as text for tests.
#pragma once

#include <string>

#include "kindred/store.hpp"

namespace kindred::support {

// Every problem, one a line; empty where the store is sound.
[[nodiscard]] inline std::string problems(const Store& store) {
  const CheckReport report = store.snapshot().check();
  std::string out;
  for (const CheckProblem& p : report.kept) out += p.area + " " + p.where + ": " + p.what + '\n';
  if (report.problems != report.kept.size())
    out += std::to_string(report.problems) + " problems, " + std::to_string(report.kept.size()) +
           " kept\n";
  return out;
}

}  // namespace kindred::support
