// Rows that refer to themselves and to each other, and chains of any length.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog tree(OnDelete action) {
  return schema({TableSpec("node")
                     .integer("id")
                     .integer("up", null)
                     .key({"id"})
                     .refers({"up"}, "node", action)});
}

// hen.egg -> egg, egg.hen -> hen.
Catalog hen_and_egg(OnDelete hens, OnDelete eggs, Nullable nullable) {
  return schema({TableSpec("hen")
                     .integer("id")
                     .integer("egg", nullable)
                     .key({"id"})
                     .refers({"egg"}, "egg", hens),
                 TableSpec("egg")
                     .integer("id")
                     .integer("hen", nullable)
                     .key({"id"})
                     .refers({"hen"}, "hen", eggs)});
}

BOOST_AUTO_TEST_SUITE(cycles)

BOOST_AUTO_TEST_CASE(rows_of_one_batch_refer_to_each_other_in_any_order) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(tree(OnDelete::restrict));
    batch(store, [](Batch& b) {
      b.insert("node", {{"id", 1}, {"up", 2}});
      b.insert("node", {{"id", 2}, {"up", 3}});
      b.insert("node", {{"id", 3}, {"up", 1}});
      b.insert("node", {{"id", 4}, {"up", 4}});
    });
    BOOST_TEST(rows(store, "node") == "1|2 2|3 3|1 4|4");
    BOOST_TEST(problems(store) == "");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("node", {{"id", 5}, {"up", 6}});
                 tx.insert("node", {{"id", 6}, {"up", 5}});
               })) == "foreign_key");
  });
}

BOOST_AUTO_TEST_CASE(a_row_that_refers_to_itself_is_inserted_and_erased_under_every_action) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete action : {OnDelete::restrict, OnDelete::no_action, OnDelete::cascade,
                                  OnDelete::set_null, OnDelete::set_default}) {
      BOOST_TEST_CONTEXT(to_string(action)) {
        const Store store = bench.create(tree(action));
        insert(store, "node", {{"id", 1}, {"up", 1}});
        BOOST_TEST(problems(store) == "");
        erase(store, "node", at(1));
        BOOST_TEST(rows(store, "node") == "");
        BOOST_TEST(problems(store) == "");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_cascade_goes_round_a_cycle_once) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(tree(OnDelete::cascade));
    batch(store, [](Batch& b) {
      for (int i = 1; i <= 5; ++i) b.insert("node", {{"id", i}, {"up", i % 5 + 1}});
      b.insert("node", {{"id", 6}, {"up", 3}});
      b.insert("node", {{"id", 7}});
    });
    erase(store, "node", at(4));
    BOOST_TEST(rows(store, "node") == "7|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(restricted_cycles_go_only_as_a_whole) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete action : {OnDelete::restrict, OnDelete::no_action}) {
      const Store store = bench.create(tree(action));
      batch(store, [](Batch& b) {
        b.insert("node", {{"id", 1}, {"up", 2}});
        b.insert("node", {{"id", 2}, {"up", 1}});
      });
      BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.erase("node", at(1)); })) ==
                 (action == OnDelete::restrict ? "restrict" : "foreign_key"));
      batch(store, [](Batch& b) {
        b.erase("node", at(1));
        b.erase("node", at(2));
      });
      BOOST_TEST(rows(store, "node") == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(cycles_between_tables_are_made_and_deleted_in_one_batch) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(hen_and_egg(OnDelete::cascade, OnDelete::cascade, Nullable::no));
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("hen", {{"id", 1}, {"egg", 1}});
               })) == "foreign_key");
    batch(store, [](Batch& b) {
      b.insert("hen", {{"id", 1}, {"egg", 1}});
      b.insert("egg", {{"id", 1}, {"hen", 1}});
      b.insert("hen", {{"id", 2}, {"egg", 2}});
      b.insert("egg", {{"id", 2}, {"hen", 2}});
    });
    BOOST_TEST(problems(store) == "");
    erase(store, "egg", at(1));
    BOOST_TEST(contents(store) == "hen: 2|2\negg: 2|2\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(mixed_actions_round_a_cycle_between_tables) {
  on_each_backend([](Bench& bench) {
    const auto fill = [](Batch& b) {
      b.insert("hen", {{"id", 1}, {"egg", 1}});
      b.insert("egg", {{"id", 1}, {"hen", 1}});
    };
    // Deleting the hen cascades to its egg, which the hen refers to: the hen is deleted anyway.
    const Store one = bench.create(hen_and_egg(OnDelete::set_null, OnDelete::cascade, null));
    batch(one, fill);
    erase(one, "hen", at(1));
    BOOST_TEST(contents(one) == "hen: \negg: \n");
    BOOST_TEST(problems(one) == "");
    // Deleting the egg lets the hen live.
    batch(one, fill);
    erase(one, "egg", at(1));
    BOOST_TEST(contents(one) == "hen: 1|null\negg: \n");
    const Store two = bench.create(hen_and_egg(OnDelete::restrict, OnDelete::cascade, null));
    batch(two, fill);
    BOOST_TEST(codes(refused(two, [](Transaction& tx) { tx.erase("egg", at(1)); })) == "restrict");
    erase(two, "hen", at(1));
    BOOST_TEST(contents(two) == "hen: \negg: \n");
    BOOST_TEST(problems(two) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_chain_of_200000_rows_is_deleted_by_one_cascade) {
  on_each_backend([](Bench& bench) {
    constexpr int length = 200'000;
    const Store store = bench.create(tree(OnDelete::cascade));
    batch(store, [](Batch& b) {
      b.insert("node", {{"id", 0}});
      for (int i = 1; i <= length; ++i) b.insert("node", {{"id", i}, {"up", i - 1}});
      b.insert("node", {{"id", length + 1}});
    });
    BOOST_TEST(store.snapshot().count("node") == length + 2U);
    erase(store, "node", at(0));
    BOOST_TEST(rows(store, "node") == std::to_string(length + 1) + "|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_wide_tree_is_deleted_by_one_cascade) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(tree(OnDelete::cascade));
    batch(store, [](Batch& b) {
      b.insert("node", {{"id", 1}});
      for (int i = 2; i < 20'000; ++i) b.insert("node", {{"id", i}, {"up", i / 10 + 1}});
    });
    BOOST_TEST(problems(store) == "");
    erase(store, "node", at(1));
    BOOST_TEST(rows(store, "node") == "");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
