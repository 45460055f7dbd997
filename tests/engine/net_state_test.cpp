// A ChangeSet holds at most one net operation a key, whatever was asked for and in which order.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

// `child` shows whether a row was replaced in place or deleted.
Catalog parent_and_child() {
  return schema({TableSpec("t").integer("id").text("a").text("b", null).key({"id"}),
                 TableSpec("child").integer("id").integer("t").key({"id"}).refers(
                     {"t"}, "t", OnDelete::cascade)});
}

void apply(Batch& batch, std::string_view operation) {
  if (operation == "insert") {
    batch.insert("t", {{"id", 1}, {"a", "i"}});
  } else if (operation == "put") {
    batch.put("t", {{"id", 1}, {"a", "p"}});
  } else if (operation == "update") {
    batch.update("t", at(1), {{"b", "u"}});
  } else {
    batch.erase("t", at(1));
  }
}

struct Pair {
  std::string_view first;
  std::string_view second;
  std::string_view expected;  // the row of t, "" where it is gone, or the code of the refusal
};

bool is_code(std::string_view expected) {
  return expected == "duplicate_key" || expected == "missing_row";
}

void prove(const Store& store, const Pair& pair, std::string_view children_if_kept) {
  BOOST_TEST_CONTEXT(pair.first << " then " << pair.second) {
    const auto both = [&](Batch& batch) {
      apply(batch, pair.first);
      apply(batch, pair.second);
    };
    if (is_code(pair.expected)) {
      const auto said = refused_batch(store, both);
      for (const Violation& v : said) BOOST_TEST(to_string(v.code) == pair.expected);
      BOOST_TEST(rows(store, "child") == children_if_kept);
      return;
    }
    BOOST_CHECK_NO_THROW(batch(store, both));
    BOOST_TEST(rows(store, "t") == pair.expected);
    BOOST_TEST(rows(store, "child") == (pair.expected.empty() ? "" : children_if_kept));
    BOOST_TEST(problems(store) == "");
  }
}

BOOST_AUTO_TEST_SUITE(net_state)

BOOST_AUTO_TEST_CASE(every_pair_of_operations_on_a_stored_row_folds_to_one) {
  on_each_backend([](Bench& bench) {
    for (const Pair& pair : std::initializer_list<Pair>{
             {"insert", "insert", "duplicate_key"},
             {"insert", "put", "duplicate_key"},
             {"insert", "update", "duplicate_key"},
             {"insert", "erase", "duplicate_key"},
             {"put", "insert", "duplicate_key"},
             {"put", "put", "1|p|null"},
             {"put", "update", "1|p|u"},
             {"put", "erase", ""},
             {"update", "insert", "duplicate_key"},
             {"update", "put", "1|p|null"},
             {"update", "update", "1|a|u"},
             {"update", "erase", ""},
             {"erase", "insert", "1|i|null"},
             {"erase", "put", "1|p|null"},
             {"erase", "update", "missing_row"},
             {"erase", "erase", "missing_row"},
         }) {
      const Store store = bench.create(parent_and_child());
      batch(store, [](Batch& b) {
        b.insert("t", {{"id", 1}, {"a", "a"}, {"b", "b"}});
        b.insert("child", {{"id", 7}, {"t", 1}});
      });
      prove(store, pair, "7|1");
    }
  });
}

BOOST_AUTO_TEST_CASE(every_pair_of_operations_on_an_absent_row_folds_to_one) {
  on_each_backend([](Bench& bench) {
    for (const Pair& pair : std::initializer_list<Pair>{
             {"insert", "insert", "duplicate_key"},
             {"insert", "put", "1|p|null"},
             {"insert", "update", "1|i|u"},
             {"insert", "erase", ""},
             {"put", "insert", "duplicate_key"},
             {"put", "put", "1|p|null"},
             {"put", "update", "1|p|u"},
             {"put", "erase", ""},
             {"update", "insert", "missing_row"},
             {"update", "put", "missing_row"},
             {"update", "update", "missing_row"},
             {"update", "erase", "missing_row"},
             {"erase", "insert", "missing_row"},
             {"erase", "put", "missing_row"},
             {"erase", "update", "missing_row"},
             {"erase", "erase", "missing_row"},
         }) {
      const Store store = bench.create(parent_and_child());
      prove(store, pair, "");
    }
  });
}

BOOST_AUTO_TEST_CASE(an_insert_that_is_erased_again_leaves_nothing_and_needs_no_parent) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    batch(store, [](Batch& b) {
      b.insert("child", {{"id", 1}, {"t", 99}});
      b.erase("child", at(1));
    });
    BOOST_TEST(rows(store, "child") == "");
  });
}

BOOST_AUTO_TEST_CASE(updates_of_one_row_merge_column_by_column) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    insert(store, "t", {{"id", 1}, {"a", "a"}, {"b", "b"}});
    batch(store, [](Batch& b) {
      b.update("t", at(1), {{"a", "x"}});
      b.update("t", at(1), {{"b", "y"}});
      b.update("t", at(1), {{"a", "z"}});
    });
    BOOST_TEST(rows(store, "t") == "1|z|y");
  });
}

BOOST_AUTO_TEST_CASE(three_operations_fold_as_well) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    batch(store, [](Batch& b) {
      b.insert("t", {{"id", 1}, {"a", "a"}});
      b.insert("child", {{"id", 7}, {"t", 1}});
    });
    // Replaced in place, twice.
    batch(store, [](Batch& b) {
      b.erase("t", at(1));
      b.insert("t", {{"id", 1}, {"a", "b"}});
      b.update("t", at(1), {{"b", "c"}});
    });
    BOOST_TEST(contents(store) == "t: 1|b|c\nchild: 7|1\n");
    // Deleted after all.
    batch(store, [](Batch& b) {
      b.erase("t", at(1));
      b.insert("t", {{"id", 1}, {"a", "d"}});
      b.erase("t", at(1));
    });
    BOOST_TEST(contents(store) == "t: \nchild: \n");
  });
}

BOOST_AUTO_TEST_CASE(a_duplicate_insert_is_refused_whatever_else_is_asked_for_around_it) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    insert(store, "t", {{"id", 1}, {"a", "a"}});
    for (const std::string_view before : {"update", "put"}) {
      for (const std::string_view after : {"update", "put", "erase"}) {
        BOOST_TEST_CONTEXT(before << ", insert, " << after) {
          const auto said = refused_batch(store, [&](Batch& b) {
            apply(b, before);
            apply(b, "insert");
            apply(b, after);
          });
          BOOST_TEST_REQUIRE(!said.empty());
          BOOST_TEST((said.front().code == ErrorCode::duplicate_key));
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(separate_calls_are_separate_change_sets) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    batch(store, [](Batch& b) {
      b.insert("t", {{"id", 1}, {"a", "a"}});
      b.insert("child", {{"id", 7}, {"t", 1}});
    });
    // The erasure cascades before the row comes back.
    store.update([](Transaction& tx) {
      tx.erase("t", at(1));
      tx.insert("t", {{"id", 1}, {"a", "again"}});
    });
    BOOST_TEST(contents(store) == "t: 1|again|null\nchild: \n");
  });
}

BOOST_AUTO_TEST_CASE(an_empty_batch_and_an_empty_update_change_nothing) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(parent_and_child());
    insert(store, "t", {{"id", 1}, {"a", "a"}});
    batch(store, [](Batch&) {});
    update(store, "t", at(1), {});
    update(store, "t", at(1), {{"a", "a"}});
    BOOST_TEST(rows(store, "t") == "1|a|null");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.update("t", at(2), {}); })) ==
               "missing_row");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
