// Random schemas of integers and text, and random changes for them that hit what is there.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kindred/catalog.hpp"
#include "tests/engine/model.hpp"

namespace kindred::engine_test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // 0 to n - 1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool chance(unsigned percent) { return engine_() % 100 < percent; }

 private:
  std::mt19937_64 engine_;
};

// 1 to 5 tables: single and composite keys, keys led by references, unique keys, every action, self
// references and cycles.
[[nodiscard]] Catalog random_catalog(Random& random);

// One ChangeSet of `size` changes to the rows of the model. No change names a row by a key that
// another of them gives or takes, and none both moves and erases: that is for the tests of single
// cases.
[[nodiscard]] std::vector<Change> random_changes(Random& random, const Model& model,
                                                 std::size_t size);

// "insert t1 {a=1, b="x"}".
[[nodiscard]] std::string show(const Change& change, const Catalog& catalog);

}  // namespace kindred::engine_test
