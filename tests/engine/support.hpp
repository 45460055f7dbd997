// What the tests of the engine share: stores on each backend, and their contents as text.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"
#include "kindred/store.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::engine_test {

// A place for one store on one backend.
class Bench {
 public:
  explicit Bench(std::string_view backend);

  [[nodiscard]] const std::string& backend() const noexcept { return backend_; }
  [[nodiscard]] bool persistent() const noexcept { return backend_ == "lmdb"; }
  // The storage of this place, made where nothing is there. `layers` as in "count+fault+".
  [[nodiscard]] std::shared_ptr<storage::Storage> storage(const std::string& layers = "") const;
  [[nodiscard]] std::string url() const;
  // A new store; one that was there is forgotten.
  Store create(const Catalog& catalog);
  // The store of create() again, by an engine that knows nothing yet. On lmdb the environment is
  // closed and opened, too.
  Store reopen();
  Store reopen(const Catalog& catalog);
  // Lets go of what create() and reopen() hold.
  void forget();

 private:
  std::string backend_;
  std::unique_ptr<support::TempDir> directory_;
  int number_ = 0;
  std::shared_ptr<storage::Storage> storage_;
};

// Runs `test` with a place on every backend, saying which one in each failure.
void on_each_backend(FunctionRef<void(Bench&)> test);

// "1|abc|null": the values in column order.
[[nodiscard]] std::string show(const Row& row);
// The table's rows in key order, separated by spaces.
[[nodiscard]] std::string rows(const Store& store, std::string_view table);
[[nodiscard]] std::string rows(const Snapshot& snapshot, std::string_view table);
// All tables, one line each.
[[nodiscard]] std::string contents(const Store& store);
[[nodiscard]] std::string contents(const Snapshot& snapshot);

using support::problems;

// The violations with which `fn` is refused as one transaction; empty (and the test failed) where
// it passes. Proves that nothing was written and that a dry run says the same.
std::vector<Violation> refused(const Store& store, FunctionRef<void(Transaction&)> fn);
// The same with one ChangeSet.
std::vector<Violation> refused_batch(const Store& store, FunctionRef<void(Batch&)> fn);
// "foreign_key album.fk_album_artist_id (1)" of each, separated by "; ".
[[nodiscard]] std::string show(const std::vector<Violation>& violations);
// "foreign_key unique": the codes of the violations in their order.
[[nodiscard]] std::string codes(const std::vector<Violation>& violations);

// The code of the Error that `fn` throws; none where it throws nothing.
[[nodiscard]] std::optional<ErrorCode> code_of(FunctionRef<void()> fn);
[[nodiscard]] std::string code_name(FunctionRef<void()> fn);

// One update with one ChangeSet.
void batch(const Store& store, FunctionRef<void(Batch&)> fn);
// One update with one call.
Row insert(const Store& store, std::string_view table, const Row& row);
void update(const Store& store, std::string_view table, const Row& key, const Row& set);
void erase(const Store& store, std::string_view table, const Row& key);

// A key by position.
template <class... V>
[[nodiscard]] Row at(V&&... values) {
  Row out;
  (out.append("", Value(std::forward<V>(values))), ...);
  return out;
}

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace kindred::engine_test
