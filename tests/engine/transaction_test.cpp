// update(): all or nothing, reading what it wrote, spoilt by its first failure.
#include <thread>

#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog pair() {
  return schema({TableSpec("p").integer("id").text("v", null).key({"id"}).unique({"v"}),
                 TableSpec("c").integer("id").integer("p").key({"id"}).refers({"p"}, "p",
                                                                              OnDelete::cascade)});
}

BOOST_AUTO_TEST_SUITE(transactions)

BOOST_AUTO_TEST_CASE(a_transaction_reads_its_own_writes_through_every_call) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    insert(store, "p", {{"id", 1}, {"v", "one"}});
    const Snapshot before = store.snapshot();
    store.update([&](Transaction& tx) {
      tx.insert("p", {{"id", 2}, {"v", "two"}});
      tx.insert("c", {{"id", 1}, {"p", 2}});
      BOOST_TEST(rows(tx, "p") == "1|one 2|two");
      BOOST_TEST(tx.count("p") == 2U);
      BOOST_TEST(tx.get("p", at(2)).has_value());
      const std::vector<Row> keys{at(2), at(3), at(1)};
      const auto many = tx.get_many("p", keys);
      BOOST_TEST(many.size() == 3U);
      BOOST_TEST(many[0].has_value());
      BOOST_TEST(!many[1].has_value());
      std::string children;
      tx.children("c", "fk_c_p", at(2), [&](const Row& row) {
        children += show(row);
        return true;
      });
      BOOST_TEST(children == "1|2");
      BOOST_TEST(tx.parent("c", "fk_c_p", *tx.get("c", at(1))).has_value());
      tx.update("p", at(1), {{"v", "uno"}});
      // The value that was let go is free for the next call.
      tx.insert("p", {{"id", 3}, {"v", "one"}});
      tx.erase("p", at(2));
      BOOST_TEST(rows(tx, "c") == "");
      BOOST_TEST(tx.check().problems == 0U);
      // Nobody else sees any of it.
      BOOST_TEST(rows(before, "p") == "1|one");
      BOOST_TEST(rows(store.snapshot(), "p") == "1|one");
    });
    BOOST_TEST(contents(store) == "p: 1|uno 3|one\nc: \n");
    BOOST_TEST(rows(before, "p") == "1|one");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_function_rolls_everything_back) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    insert(store, "p", {{"id", 1}, {"v", "one"}});
    const std::uint64_t version = store.snapshot().version();
    struct Mine {};
    BOOST_CHECK_THROW(store.update([](Transaction& tx) {
      tx.insert("p", {{"id", 2}});
      tx.erase("p", at(1));
      throw Mine();
    }),
                      Mine);
    BOOST_TEST(rows(store, "p") == "1|one");
    BOOST_TEST(store.snapshot().version() == version);
  });
}

BOOST_AUTO_TEST_CASE(catching_a_failure_inside_does_not_save_the_transaction) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    insert(store, "p", {{"id", 1}, {"v", "one"}});
    bool threw = false;
    try {
      store.update([](Transaction& tx) {
        tx.insert("p", {{"id", 2}});
        BOOST_CHECK_THROW(tx.insert("p", {{"id", 1}}), IntegrityError);
        // What follows may throw; it must not be committed.
        try {
          tx.insert("p", {{"id", 3}});
        } catch (const std::exception&) {
        }
      });
    } catch (const std::exception&) {
      threw = true;
    }
    BOOST_TEST(threw);
    BOOST_TEST(rows(store, "p") == "1|one");
    BOOST_TEST(problems(store) == "");
    insert(store, "p", {{"id", 2}});
    BOOST_TEST(rows(store, "p") == "1|one 2|null");
  });
}

BOOST_AUTO_TEST_CASE(a_function_that_throws_inside_a_batch_spoils_the_transaction_too) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    BOOST_CHECK_THROW(store.update([](Transaction& tx) {
      tx.batch([](Batch& b) {
        b.insert("p", {{"id", 1}});
        throw std::runtime_error("no");
      });
    }),
                      std::runtime_error);
    BOOST_TEST(rows(store, "p") == "");
  });
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_update_would_and_writes_nothing) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    insert(store, "p", {{"id", 1}, {"v", "one"}});
    const std::uint64_t version = store.snapshot().version();
    store.dry_run([](Transaction& tx) {
      tx.erase("p", at(1));
      tx.insert("p", {{"id", 2}});
      BOOST_TEST(rows(tx, "p") == "2|null");
    });
    BOOST_TEST(code_name([&] {
                 store.dry_run([](Transaction& tx) { tx.insert("c", {{"id", 1}, {"p", 9}}); });
               }) == "foreign_key");
    BOOST_TEST(rows(store, "p") == "1|one");
    BOOST_TEST(store.snapshot().version() == version);
    insert(store, "p", {{"id", 2}});
    BOOST_TEST(store.snapshot().version() > version);
  });
}

BOOST_AUTO_TEST_CASE(a_snapshot_keeps_its_view_through_later_commits) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    batch(store, [](Batch& b) {
      for (int i = 1; i <= 500; ++i) {
        b.insert("p", {{"id", i}});
        b.insert("c", {{"id", i}, {"p", i}});
      }
    });
    const Snapshot then = store.snapshot();
    batch(store, [](Batch& b) {
      for (int i = 1; i <= 500; i += 2) b.erase("p", at(i));
    });
    BOOST_TEST(then.count("p") == 500U);
    BOOST_TEST(then.count("c") == 500U);
    BOOST_TEST(then.check().problems == 0U);
    BOOST_TEST(store.snapshot().count("c") == 250U);
    BOOST_TEST(then.get("p", at(1)).has_value());
  });
}

BOOST_AUTO_TEST_CASE(updates_of_several_threads_follow_each_other) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    insert(store, "p", {{"id", 1}, {"v", "0"}});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          store.update([](Transaction& tx) {
            const int was = std::stoi((*tx.get("p", at(1)))["v"].get<std::string>());
            tx.update("p", at(1), {{"v", std::to_string(was + 1)}});
            tx.insert("c", {{"p", 1}});
          });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(rows(store, "p") == "1|100");
    BOOST_TEST(store.snapshot().count("c") == 100U);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_closed_store_says_so) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(pair());
    const Snapshot now = store.snapshot();
    store.close();
    bench.forget();
    BOOST_TEST(code_name([&] { (void)store.snapshot(); }) == "closed");
    BOOST_TEST(code_name([&] { insert(store, "p", {}); }) == "closed");
    BOOST_TEST(code_name([&] { (void)now.get("p", at(1)); }) == "closed");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
