// Ids that the store gives: never one that was given before.
#include <limits>

#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog numbered() {
  return schema({TableSpec("t").integer("id").text("v", null).key({"id"}),
                 TableSpec("u").column("id", TypeCode::int8).key({"id"})});
}

std::int64_t next(const Store& store) { return insert(store, "t", {})["id"].get<std::int64_t>(); }

BOOST_AUTO_TEST_SUITE(sequences)

BOOST_AUTO_TEST_CASE(ids_begin_at_one_and_grow) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    BOOST_TEST(next(store) == 1);
    BOOST_TEST(insert(store, "t", {{"id", nullptr}, {"v", "x"}})["id"].get<std::int64_t>() == 2);
    store.update([](Transaction& tx) {
      BOOST_TEST(tx.insert("t", Row{})["id"].get<std::int64_t>() == 3);
      BOOST_TEST(tx.put("t", {{"v", "y"}})["id"].get<std::int64_t>() == 4);
      tx.batch([](Batch& b) {
        BOOST_TEST(b.insert("t", {})["id"].get<std::int64_t>() == 5);
        BOOST_TEST(b.insert("t", {})["id"].get<std::int64_t>() == 6);
      });
    });
    BOOST_TEST(rows(store, "t") == "1|null 2|x 3|null 4|y 5|null 6|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(an_explicit_id_moves_the_sequence_past_it) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    insert(store, "t", {{"id", 10}});
    BOOST_TEST(next(store) == 11);
    insert(store, "t", {{"id", 5}});
    BOOST_TEST(next(store) == 12);
    insert(store, "t", {{"id", 13}});
    BOOST_TEST(next(store) == 14);
    // Also within one ChangeSet and by put.
    batch(store, [](Batch& b) {
      b.insert("t", {{"id", 20}});
      b.put("t", {{"id", 30}});
    });
    BOOST_TEST(next(store) == 31);
    // And by a key that moves.
    update(store, "t", at(31), {{"id", 40}});
    BOOST_TEST(next(store) == 41);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(an_explicit_id_and_a_given_one_of_the_same_batch_do_not_meet) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    std::int64_t before = 0;
    std::int64_t after = 0;
    batch(store, [&](Batch& b) {
      before = b.insert("t", {})["id"].get<std::int64_t>();
      b.insert("t", {{"id", before + 5}});
      after = b.insert("t", {})["id"].get<std::int64_t>();
    });
    BOOST_TEST(after != before);
    BOOST_TEST(store.snapshot().count("t") == 3U);
    for (int i = 0; i < 10; ++i) next(store);
    BOOST_TEST(store.snapshot().count("t") == 13U);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_rollback_gives_no_id_twice_within_the_process) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    std::int64_t lost = 0;
    BOOST_CHECK_THROW(store.update([&](Transaction& tx) {
      lost = tx.insert("t", Row{})["id"].get<std::int64_t>();
      throw std::runtime_error("no");
    }),
                      std::runtime_error);
    BOOST_TEST(next(store) > lost);
    std::int64_t dry = 0;
    store.dry_run([&](Transaction& tx) { dry = tx.insert("t", Row{})["id"].get<std::int64_t>(); });
    BOOST_TEST(next(store) > dry);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(ids_of_committed_rows_are_not_given_again_after_erasing_and_reopening) {
  on_each_backend([](Bench& bench) {
    std::int64_t last = 0;
    {
      const Store store = bench.create(numbered());
      next(store);
      last = next(store);
      insert(store, "t", {{"id", last + 100}});
      erase(store, "t", at(last + 100));
      erase(store, "t", at(last));
    }
    const Store store = bench.reopen();
    BOOST_TEST(next(store) > last + 100);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(zero_and_negative_ids_are_rows_like_others) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    insert(store, "t", {{"id", 0}});
    insert(store, "t", {{"id", -7}});
    insert(store, "t", {{"id", std::numeric_limits<std::int64_t>::min()}});
    BOOST_TEST(next(store) == 1);
    BOOST_TEST(rows(store, "t") == "-9223372036854775808|null -7|null 0|null 1|null");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("t", {{"id", 0}});
               })) == "duplicate_key");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_sequence_at_its_end_is_a_typed_error_and_wraps_never) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(numbered());
    insert(store, "u", {{"id", 126}});
    BOOST_TEST(insert(store, "u", {})["id"].get<std::int64_t>() == 127);
    BOOST_TEST(code_of([&] { insert(store, "u", {}); }).has_value());
    BOOST_TEST(rows(store, "u") == "126 127");
    insert(store, "t", {{"id", std::numeric_limits<std::int64_t>::max()}});
    BOOST_TEST(code_of([&] { next(store); }).has_value());
    BOOST_TEST(store.snapshot().count("t") == 1U);
    insert(store, "t", {{"id", 3}});
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(tables_have_sequences_of_their_own_and_others_none) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("a").integer("id").key({"id"}), TableSpec("b").integer("id").key({"id"}),
                TableSpec("s").text("id").key({"id"}),
                TableSpec("c").integer("x").integer("y").key({"x", "y"})}));
    BOOST_TEST(insert(store, "a", {})["id"].get<std::int64_t>() == 1);
    BOOST_TEST(insert(store, "a", {})["id"].get<std::int64_t>() == 2);
    BOOST_TEST(insert(store, "b", {})["id"].get<std::int64_t>() == 1);
    BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.insert("s", Row{}); })) == "not_null");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("c", {{"x", 1}});
               })) == "not_null");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
