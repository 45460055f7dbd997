// What the tests of the typed calls share: stores of a registry on each backend, and lists of
// columns by which entities are compared.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/kindred.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::entity_test {

// A place for one store on one backend.
class Place {
 public:
  explicit Place(std::string_view backend) : backend_(backend) {}

  [[nodiscard]] const std::string& backend() const noexcept { return backend_; }
  // A new store with the entities of R; one that was there is forgotten.
  template <class R>
  [[nodiscard]] Store create() {
    ++number_;
    storage_ = storage();
    return Store::open<R>(storage_, {.create = true, .durability = Durability::none});
  }
  // The store of create() again, by an engine that knows nothing yet. On lmdb the environment is
  // closed and opened, too, where no Store of it is left.
  template <class R>
  [[nodiscard]] Store reopen() {
    reopen_storage();
    return Store::open<R>(storage_, {.durability = Durability::none});
  }
  // The same through the stored catalogue alone.
  [[nodiscard]] Store reopen() {
    reopen_storage();
    return Store::open(storage_, {.durability = Durability::none});
  }

 private:
  void reopen_storage() {
    if (backend_ == "memory") return;
    storage_.reset();
    storage_ = storage();
  }
  [[nodiscard]] std::shared_ptr<storage::Storage> storage() const {
    storage::OpenOptions options;
    options.creation = storage::Creation::if_missing;
    options.durability = Durability::none;
    options.map_size = std::uint64_t{1} << 32;
    return storage::open(backend_ == "memory"
                             ? "memory:"
                             : "lmdb:" + directory_.file(std::to_string(number_) + ".kdb"),
                         options);
  }

  std::string backend_;
  support::TempDir directory_;
  int number_ = 0;
  std::shared_ptr<storage::Storage> storage_;
};

// Runs `test` with a place on every backend, saying which one in each failure.
inline void on_each_backend(FunctionRef<void(Place&)> test) {
  for (const std::string_view backend : {"memory", "lmdb"}) {
    BOOST_TEST_CONTEXT("on " << backend) {
      Place place(backend);
      test(place);
    }
  }
}

using support::problems;

// The name of the code of the Error that `fn` throws; "nothing" where it throws nothing.
[[nodiscard]] inline std::string code_of(FunctionRef<void()> fn) {
  try {
    fn();
  } catch (const Error& error) {
    return std::string(to_string(error.code()));
  }
  return "nothing";
}

// "duplicate_key p 3; foreign_key c 1": the violations for which `fn` is refused, in order; nothing
// may be written.
[[nodiscard]] inline std::string refused(const Store& store, FunctionRef<void(Transaction&)> fn) {
  const std::uint64_t before = store.snapshot().version();
  std::string out;
  try {
    store.update(fn);
    BOOST_ERROR("nothing was refused");
  } catch (const IntegrityError& error) {
    for (const Violation& v : error.violations()) {
      if (!out.empty()) out += "; ";
      out += std::string(to_string(v.code)) + " " + v.table + " " + v.key;
    }
  }
  BOOST_TEST(store.snapshot().version() == before);
  BOOST_TEST(problems(store) == "");
  return out;
}

// Columns of an entity, to compare all of them and to say which one differs.
template <auto... P>
struct Columns {
  template <class E>
  static void same(const E& found, const E& wanted, std::string_view how) {
    (same_column<P>(*(found.*P), *(wanted.*P), how), ...);
  }
  // The same of a row read in place.
  template <class E>
  static void same(const RowView<E>& found, const E& wanted, std::string_view how) {
    (same_column<P>(found[field<P>], *(wanted.*P), how), ...);
  }

 private:
  template <auto Q, class A, class B>
  static void same_column(const A& found, const B& wanted, std::string_view how) {
    if (!(found == wanted)) BOOST_ERROR(how << ": column " << field<Q>.name() << " differs");
  }
};

}  // namespace kindred::entity_test
