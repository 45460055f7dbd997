// Random programs against a model, on every backend. RapidCheck prints the seed and shrinks.
//
// KINDRED_MODEL_SECONDS: for how long each backend is tried, 5 without it. RC_PARAMS as RapidCheck
// reads it: "seed=..." repeats a run, "max_size=..." makes longer programs.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>

#include "kindred/storage.hpp"
#include "tests/model/storage_program.hpp"
#include "tests/support/temp_dir.hpp"

namespace rc {

template <>
struct Arbitrary<kindred::model::Step> {
  static Gen<kindred::model::Step> arbitrary() {
    using kindred::model::Step;
    using Operation = Step::Operation;
    const auto number = gen::inRange<std::uint16_t>(0, 60'000);
    return gen::build<Step>(
        gen::set(&Step::operation, gen::weightedElement<Operation>({{14, Operation::put},
                                                                    {6, Operation::bulk},
                                                                    {8, Operation::erase},
                                                                    {8, Operation::erase_member},
                                                                    {4, Operation::erase_range},
                                                                    {6, Operation::apply},
                                                                    {5, Operation::savepoint},
                                                                    {3, Operation::rollback_to},
                                                                    {3, Operation::release},
                                                                    {5, Operation::commit},
                                                                    {2, Operation::abort},
                                                                    {4, Operation::snapshot},
                                                                    {2, Operation::drop_snapshot},
                                                                    {10, Operation::compare},
                                                                    {1, Operation::reopen}})),
        gen::set(&Step::keyspace, gen::inRange<std::uint8_t>(0, 4)),
        gen::set(&Step::key, gen::resize(100, number)),
        gen::set(&Step::other, gen::resize(100, number)),
        gen::set(&Step::size, gen::resize(100, number)));
  }
};

}  // namespace rc

namespace {

using namespace kindred;

std::chrono::duration<double> budget() {
  const char* asked = std::getenv("KINDRED_MODEL_SECONDS");
  return std::chrono::duration<double>(asked == nullptr ? 5.0 : std::atof(asked));
}

// Tries programs until the time is over; a failure is shrunk whatever time that takes.
// `fresh` gives the opener of a new storage.
void check_programs(const std::string& backend, const std::function<model::Opener()>& fresh) {
  ::setenv("RC_PARAMS", "max_success=1000000 max_size=150", 0);
  const auto end = std::chrono::steady_clock::now() + budget();
  std::uint64_t programs = 0;
  bool failed = false;
  const bool held = rc::check(backend + " does what the model does", [&] {
    if (!failed && std::chrono::steady_clock::now() >= end) return;
    const auto program = *rc::gen::arbitrary<model::Program>();
    ++programs;
    try {
      model::run(program, fresh());
    } catch (const std::exception& failure) {
      failed = true;
      RC_FAIL(failure.what());
    }
  });
  std::cout << backend << ": " << programs << " programs\n";
  BOOST_TEST(held);
  BOOST_TEST(programs > 0U);
}

storage::OpenOptions fast() {
  storage::OpenOptions options;
  options.creation = storage::Creation::if_missing;
  options.durability = storage::Durability::none;
  return options;
}

BOOST_AUTO_TEST_SUITE(storage_model)

BOOST_AUTO_TEST_CASE(memory_matches) {
  check_programs("memory", [] { return [] { return storage::open("memory:"); }; });
}

BOOST_AUTO_TEST_CASE(lmdb_matches) {
  const support::TempDir directory;
  int next = 0;
  check_programs("lmdb", [&]() -> model::Opener {
    std::filesystem::remove(directory.path() / (std::to_string(next) + ".kdb"));
    std::filesystem::remove(directory.path() / (std::to_string(next) + ".kdb-lock"));
    const std::string path = directory.file(std::to_string(++next) + ".kdb");
    return [path] { return storage::open("lmdb:" + path, fast()); };
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
