// Stores for the tests of the session, on each backend.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/session/model.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::session_test {

// Runs `test` with new storage that counts its calls, in memory and LMDB, saying which in failures.
void on_each_storage(FunctionRef<void(const std::shared_ptr<storage::Storage>&)> test);
// Runs `test` with a new store of Everything on memory and on LMDB, saying which one in failures.
void on_each_store(FunctionRef<void(const Store&)> test);
// The same, with the layer that counts storage calls.
void on_each_counted_store(FunctionRef<void(const Store&, storage::CountLayer&)> test);

using support::problems;

// A stored user of this name, or a stored parent with children of these names; nothing of it is in
// memory.
std::int64_t stored_user(const Store& store, const std::string& name);
std::int64_t stored_parent(const Store& store, const std::vector<std::string>& children);
// Whether the object stands there.
[[nodiscard]] bool is(Life life, const auto& object) { return inspect(object).life() == life; }

template <class E>
[[nodiscard]] std::uint64_t rows(const Store& store) {
  return store.snapshot().count<E>();
}

}  // namespace kindred::session_test
