// Random programs on a storage, and the model that says what they must do.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "kindred/storage.hpp"

namespace kindred::model {

// One step. What the numbers mean depends on the operation; any numbers are legal, so that
// shrinking may take away any step.
struct Step {
  enum class Operation : std::uint8_t {
    put,
    bulk,  // many puts, ascending or scattered
    erase,
    erase_member,
    erase_range,
    apply,
    savepoint,
    rollback_to,
    release,
    commit,
    abort,
    snapshot,
    drop_snapshot,
    compare,  // reads in many ways
    reopen,
  };
  static constexpr unsigned operations = static_cast<unsigned>(Operation::reopen) + 1;

  Operation operation{};
  std::uint8_t keyspace = 0;
  std::uint16_t key = 0;
  std::uint16_t other = 0;
  std::uint16_t size = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step);

using Program = std::vector<Step>;
using Opener = std::function<std::shared_ptr<storage::Storage>()>;

// Runs a program on a new, empty storage. Throws testing::ContractFailure where the storage differs
// from the model. `opener` opens the same storage each time.
void run(const Program& program, const Opener& opener);

}  // namespace kindred::model
