// What an operation would cost over a network: a fixed number of round trips, whatever the number
// of rows. One of them reads the catalogue's stamp where that cannot ride along; a commit is one
// more.
#include "kindred/storage_layers.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

constexpr std::uint64_t stamp = 1;
constexpr std::uint64_t commit = 1;
constexpr std::uint64_t ids = 2;  // for each table of which rows with a sequence are inserted

Catalog levels() {
  return schema(
      {TableSpec("a").integer("id").text("name").key({"id"}).unique({"name"}),
       TableSpec("b").integer("id").integer("a").key({"id"}).refers({"a"}, "a", OnDelete::cascade),
       TableSpec("c").integer("id").integer("b", null).key({"id"}).refers({"b"}, "b",
                                                                          OnDelete::cascade),
       TableSpec("d").integer("id").integer("c", null).key({"id"}).refers({"c"}, "c",
                                                                          OnDelete::set_null),
       TableSpec("e").text("id").integer("b").key({"id"}).refers({"b"}, "b", OnDelete::cascade)});
}

struct Counted {
  Store store;
  storage::CountLayer& layer;

  explicit Counted(int rows)
      : store(Store::open("count+memory:", levels(), {.create = true})),
        layer(*storage::find_count_layer(store.storage())) {
    batch(store, [&](Batch& b) {
      b.insert("a", {{"id", 1}, {"name", "one"}});
      for (int i = 1; i <= rows; ++i) {
        b.insert("b", {{"id", i}, {"a", 1}});
        b.insert("c", {{"id", i}, {"b", i}});
        b.insert("d", {{"id", i}, {"c", i}});
      }
    });
    // Once, so that nothing is left to be made ready.
    (void)store.snapshot().get("a", at(1));
    layer.reset();
  }

  template <class F>
  std::uint64_t trips(F&& fn) {
    layer.reset();
    fn();
    return layer.counts().round_trips();
  }
};

// The same operation over 10 and over 10000 rows.
template <class F>
void prove(std::string_view what, std::uint64_t bound, F&& operation) {
  BOOST_TEST_CONTEXT(what) {
    Counted few(10);
    Counted many(10'000);
    const std::uint64_t of_few = few.trips([&] { operation(few.store, 10); });
    const std::uint64_t of_many = many.trips([&] { operation(many.store, 10'000); });
    BOOST_TEST(of_few == of_many);
    BOOST_TEST(of_many <= bound);
    BOOST_TEST(of_many > 0U);
    BOOST_TEST(problems(many.store) == "");
  }
}

BOOST_AUTO_TEST_SUITE(round_trips)

BOOST_AUTO_TEST_CASE(a_get_is_one) {
  prove("get", 1 + stamp,
        [](const Store& store, int) { BOOST_TEST(store.snapshot().get("b", at(7)).has_value()); });
  prove("get_many", 1 + stamp, [](const Store& store, int rows) {
    std::vector<Row> keys;
    for (int i = 1; i <= rows; ++i) keys.push_back(at(i));
    BOOST_TEST(store.snapshot().get_many("b", keys).size() == keys.size());
  });
}

BOOST_AUTO_TEST_CASE(each_further_get_of_a_snapshot_is_one) {
  Counted counted(10);
  const Snapshot now = counted.store.snapshot();
  (void)now.get("b", at(1));
  BOOST_TEST(counted.trips([&] { (void)now.get("b", at(7)); }) == 1U);
  BOOST_TEST(counted.trips([&] { (void)now.get("c", at(7)); }) == 1U);
}

BOOST_AUTO_TEST_CASE(an_insert_of_any_number_of_rows_is_two) {
  prove("insert without references", 1 + stamp + commit + ids, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i)
        b.insert("a", {{"id", 100 + i}, {"name", "n" + std::to_string(i)}});
    });
  });
  prove("insert of children", 2 + stamp + commit + ids, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) b.insert("c", {{"id", 100'000 + i}, {"b", i}});
    });
  });
  prove("insert into three tables", 2 + stamp + commit + 3 * ids, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) {
        b.insert("a", {{"id", 100'000 + i}, {"name", "n" + std::to_string(i)}});
        b.insert("b", {{"id", 100'000 + i}, {"a", 100'000 + i}});
        b.insert("c", {{"id", 100'000 + i}, {"b", i}});
      }
    });
  });
}

BOOST_AUTO_TEST_CASE(an_insert_that_takes_ids_reserves_them_at_once) {
  prove("insert of children without ids", 2 + stamp + commit + ids,
        [](const Store& store, int rows) {
          batch(store, [&](Batch& b) {
            for (int i = 1; i <= rows; ++i) b.insert("c", {{"b", i}});
          });
        });
}

BOOST_AUTO_TEST_CASE(an_insert_without_a_sequence_is_two) {
  prove("insert of text keys", 2 + stamp + commit, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) b.insert("e", {{"id", std::to_string(i)}, {"b", i}});
    });
  });
}

BOOST_AUTO_TEST_CASE(an_update_of_any_number_of_rows_is_two) {
  prove("update", 2 + stamp + commit, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) b.update("c", at(i), {{"b", nullptr}});
    });
  });
  // The references that are new are looked up beside the rows.
  prove("update of references", 3 + stamp + commit, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) b.update("c", at(i), {{"b", rows + 1 - i}});
    });
  });
}

BOOST_AUTO_TEST_CASE(a_traversal_is_two) {
  // Rows come in pages of 4096, so that large results stream: one more for each further page.
  const auto children = [](int rows) {
    Counted counted(rows);
    int seen = 0;
    const auto trips = counted.trips([&] {
      counted.store.snapshot().children("b", "fk_b_a", at(1), [&](const Row&) {
        ++seen;
        return true;
      });
    });
    BOOST_TEST(seen == rows);
    return trips;
  };
  BOOST_TEST(children(10) <= 2 + stamp);
  BOOST_TEST(children(4096) == children(10));
  BOOST_TEST(children(10'000) <= children(10) + 2);
  prove("parent", 1 + stamp, [](const Store& store, int) {
    const Row child{{"id", 7}, {"b", 7}};
    BOOST_TEST(store.snapshot().parent("c", "fk_c_b", child).has_value());
  });
}

BOOST_AUTO_TEST_CASE(a_cascade_is_two_a_level_and_two) {
  prove("no level", 2 * 0 + 2 + stamp + commit,
        [](const Store& store, int) { erase(store, "d", at(1)); });
  prove("one level", 2 * 1 + 2 + stamp + commit,
        [](const Store& store, int) { erase(store, "c", at(1)); });
  prove("two levels", 2 * 2 + 2 + stamp + commit, [](const Store& store, int rows) {
    batch(store, [&](Batch& b) {
      for (int i = 1; i <= rows; ++i) b.erase("b", at(i));
    });
  });
  Counted counted(10'000);
  const auto all = counted.trips([&] { erase(counted.store, "a", at(1)); });
  BOOST_TEST(all <= 2 * 3 + 2 + stamp + commit);
  BOOST_TEST(counted.store.snapshot().count("d") == 10'000U);
  BOOST_TEST(problems(counted.store) == "");
}

BOOST_AUTO_TEST_CASE(a_refused_insert_writes_and_commits_nothing) {
  Counted counted(10);
  const auto refused_trips = counted.trips([&] {
    BOOST_CHECK_THROW(insert(counted.store, "c", {{"id", 999}, {"b", 999}}), IntegrityError);
  });
  BOOST_TEST(refused_trips <= 2 + stamp + ids);
  BOOST_TEST(counted.layer.counts().commit == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
