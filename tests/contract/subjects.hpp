// The backends of the library as subjects of the contract suite.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kindred/testing/storage_contract.hpp"

namespace kindred::contract_test {

struct Backend {
  std::string name;
  testing::SubjectFactory make;
};
// memory and lmdb, bare and through each layer.
[[nodiscard]] std::vector<Backend> all_backends();

}  // namespace kindred::contract_test
