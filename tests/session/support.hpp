// Stores for the tests of the session, on each backend.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "kindred/function_ref.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/session/model.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::session_test {

// Runs `test` with a new store of Everything on memory and on LMDB, saying which one in failures.
void on_each_store(FunctionRef<void(const Store&)> test);
// The same, with the layer that counts storage calls.
void on_each_counted_store(FunctionRef<void(const Store&, storage::CountLayer&)> test);

// Every problem that check() finds; empty where the store is sound.
[[nodiscard]] std::string problems(const Store& store);

template <class E>
[[nodiscard]] std::uint64_t rows(const Store& store) {
  return store.snapshot().count<E>();
}

}  // namespace kindred::session_test
