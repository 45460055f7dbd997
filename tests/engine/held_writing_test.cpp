// A writer that is kept over several calls: savepoints, failures, and the others that wait for it.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/engine.hpp"
#include "engine/held_writing.hpp"
#include "engine/row_changes.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;
using engine::ChangeKind;
using engine::ChangeSet;
using engine::HeldWriting;
using engine::Writing;

Catalog notes() {
  return schema({TableSpec("note").integer("id").text("text", null).key({"id"}).unique({"text"})});
}

// Inserts notes as one change set; "7 8": the ids they got.
using Apply = void (Writing::*)(ChangeSet&, const engine::FlushOptions&);
std::string add(Writing& writing, std::initializer_list<Row> all, Apply apply = &Writing::apply) {
  ChangeSet changes = writing.changes();
  std::string ids;
  for (const Row& row : all) {
    const Row key = engine::insert_row(writing, changes, writing.schema().require("note"), row,
                                       ChangeKind::insert);
    ids += (ids.empty() ? "" : " ") + show(key);
  }
  (writing.*apply)(changes, {});
  return ids;
}

std::string rows(Writing& writing) {
  std::string out;
  const engine::CompiledTable& table = writing.schema().require("note");
  writing.reader().scan(table.keyspace(), storage::Range::all(), {}, [&](ByteView k, ByteView r) {
    out += (out.empty() ? "" : " ") + show(engine::decode_row(table, k, r));
    return true;
  });
  return out;
}

using engine_test::rows;

BOOST_AUTO_TEST_SUITE(held_writers)

BOOST_AUTO_TEST_CASE(one_reads_its_writes_and_others_see_them_after_commit) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    const std::unique_ptr<HeldWriting> held = store.engine()->begin({});
    BOOST_TEST(add(held->writing(), {{{"text", "a"}}}) == "1");
    BOOST_TEST(add(held->writing(), {{{"text", "b"}}}) == "2");
    BOOST_TEST(rows(held->writing()) == "1|a 2|b");
    BOOST_TEST(rows(store, "note") == "");
    held->commit();
    BOOST_TEST(rows(store, "note") == "1|a 2|b");
    BOOST_CHECK_THROW((void)held->writing(), UsageError);
    BOOST_CHECK_THROW(held->commit(), UsageError);
    BOOST_CHECK_THROW((void)held->savepoint(), UsageError);
    BOOST_TEST(show(insert(bench.reopen(), "note", {{"text", "c"}})) == "3");
  });
}

BOOST_AUTO_TEST_CASE(one_that_goes_without_commit_rolls_back_and_its_ids_are_not_used_again) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    {
      const auto held = store.engine()->begin({});
      BOOST_TEST(add(held->writing(), {{{"text", "a"}}, {{"text", "b"}}}) == "1 2");
    }
    BOOST_TEST(rows(store, "note") == "");
    BOOST_TEST(show(insert(store, "note", {{"text", "a"}})) == "3");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_savepoint_undoes_what_came_after_it_and_a_failure) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    const auto held = store.engine()->begin({});
    Writing& w = held->writing();
    add(w, {{{"text", "a"}}});
    const auto outer = held->savepoint();
    add(w, {{{"text", "b"}}});
    const auto inner = held->savepoint();
    BOOST_CHECK_THROW(add(w, {{{"text", "c"}}, {{"text", "a"}}}), IntegrityError);
    BOOST_CHECK_THROW(add(w, {{{"text", "d"}}}), UsageError);  // spoilt
    BOOST_CHECK_THROW(held->commit(), IntegrityError);         // and still there
    held->rollback_to(inner);
    BOOST_TEST(rows(w) == "1|a 2|b");
    BOOST_CHECK_THROW(held->rollback_to(inner), UsageError);
    BOOST_TEST(add(w, {{{"text", "e"}}}) == "6");
    const auto kept = held->savepoint();
    add(w, {{{"text", "f"}}});
    held->release(kept);
    BOOST_TEST(rows(w) == "1|a 2|b 6|e 7|f");
    const auto nested = held->savepoint();
    held->rollback_to(outer);
    BOOST_CHECK_THROW(held->release(nested), UsageError);
    BOOST_TEST(rows(w) == "1|a");
    BOOST_TEST(add(w, {{{"text", "g"}}}) == "8");
    held->commit();
    BOOST_TEST(rows(store, "note") == "1|a 8|g");
    BOOST_TEST(problems(store) == "");
    BOOST_TEST(show(insert(bench.reopen(), "note", {})) == "9");
  });
}

BOOST_AUTO_TEST_CASE(an_id_given_and_undone_does_not_move_the_sequence) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    const auto held = store.engine()->begin({});
    Writing& w = held->writing();
    add(w, {{{"id", 100}}});
    const auto before = held->savepoint();
    add(w, {{{"id", 100'000}}});
    held->rollback_to(before);
    BOOST_TEST(add(w, {{{"text", "a"}}}) == "101");
    const auto again = held->savepoint();
    held->rollback_to(again);
    held->commit();
    BOOST_TEST(rows(store, "note") == "100|null 101|a");
    BOOST_TEST(show(insert(bench.reopen(), "note", {})) == "102");
  });
}

BOOST_AUTO_TEST_CASE(a_change_set_applied_whole_leaves_nothing_where_it_is_refused) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    const auto held = store.engine()->begin({});
    Writing& w = held->writing();
    add(w, {{{"text", "a"}}}, &Writing::apply_whole);
    // Refused by the storage, after part of it was written.
    BOOST_CHECK_THROW(add(w, {{{"text", "b"}}, {{"text", "a"}}}, &Writing::apply_whole),
                      IntegrityError);
    BOOST_CHECK_THROW(add(w, {{{"id", 1}}}, &Writing::apply_whole), IntegrityError);
    BOOST_TEST(rows(w) == "1|a");
    add(w, {}, &Writing::apply_whole);
    BOOST_TEST(add(w, {{{"text", "b"}}}, &Writing::apply_whole) == "4");
    held->commit();
    BOOST_TEST(rows(store, "note") == "1|a 4|b");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_thread_has_one_writer_and_is_told_at_once) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    const auto nothing = [](Transaction&) {};
    {
      const auto held = store.engine()->begin({});
      BOOST_CHECK_THROW(store.update(nothing), UsageError);
      BOOST_CHECK_THROW(store.dry_run(nothing), UsageError);
      BOOST_CHECK_THROW((void)store.engine()->begin({}), UsageError);
      add(held->writing(), {{{"text", "a"}}});
      held->commit();
      store.update(nothing);  // finished is finished
    }
    store.update(
        [&](Transaction&) { BOOST_CHECK_THROW((void)store.engine()->begin({}), UsageError); });
    BOOST_TEST(rows(store, "note") == "1|a");
  });
}

BOOST_AUTO_TEST_CASE(a_thread_with_a_writer_does_not_wait_for_those_that_wait_for_it) {
  const Store store = Store::open("memory:", notes(), {.create = true});
  auto held = store.engine()->begin({});
  std::thread other([&] { store.update([](Transaction& tx) { tx.insert("note", {}); }); });
  // Whether the other leads already or not: nobody waits for the deadline of half a minute here.
  for (int i = 0; i < 100; ++i) BOOST_CHECK_THROW(store.update([](Transaction&) {}), UsageError);
  held->commit();
  other.join();
  BOOST_TEST(store.snapshot().count("note") == 1U);
}

BOOST_AUTO_TEST_CASE(updates_of_other_threads_wait_their_turn) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    auto held = store.engine()->begin({});
    constexpr int others = 4;
    std::mutex mutex;
    std::condition_variable changed;
    int started = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < others; ++i)
      threads.emplace_back([&] {
        {
          const std::lock_guard lock(mutex);
          ++started;
        }
        changed.notify_all();
        store.update([](Transaction& tx) { tx.insert("note", {}); });
      });
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return started == others; });
    }
    add(held->writing(), {{{"text", "first"}}});
    BOOST_TEST(rows(held->writing()) == "1|first");
    held->commit();
    for (std::thread& t : threads) t.join();
    BOOST_TEST(store.snapshot().count("note") == others + 1U);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(those_that_wait_too_long_are_told_so) {
  StoreOptions options;
  options.create = true;
  options.writer_deadline = std::chrono::milliseconds(20);
  const Store store = Store::open("memory:", notes(), options);
  auto held = store.engine()->begin({});
  std::atomic<int> busy{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&, i] {
      try {
        if (i == 0)
          (void)store.engine()->begin({});
        else
          store.update([](Transaction& tx) { tx.insert("note", {}); });
      } catch (const Error& e) {
        if (e.code() == ErrorCode::busy) ++busy;
      }
    });
  for (std::thread& t : threads) t.join();
  BOOST_TEST(busy == 6);
  add(held->writing(), {{{"text", "a"}}});
  held->commit();
  BOOST_TEST(rows(store, "note") == "1|a");
  store.update([](Transaction& tx) { tx.insert("note", {{"text", "b"}}); });
  BOOST_TEST(store.snapshot().count("note") == 2U);
}

BOOST_AUTO_TEST_CASE(updates_in_one_commit_that_waited_in_vain_do_not_wait_again_one_by_one) {
  const Store store = Store::open("fault+memory:", notes(), {.create = true});
  storage::FaultLayer& faults = *storage::find_fault_layer(store.storage());
  constexpr int followers = 5;
  std::mutex mutex;
  std::condition_variable changed;
  int started = 0;
  std::atomic<int> busy{0};
  std::vector<std::thread> threads;
  store.update([&](Transaction& tx) {
    tx.insert("note", {{"text", "first"}});
    for (int i = 0; i < followers; ++i)
      threads.emplace_back([&] {
        {
          const std::lock_guard lock(mutex);
          ++started;
        }
        changed.notify_all();
        try {
          store.update([](Transaction& t) { t.insert("note", {}); });
        } catch (const Error& e) {
          if (e.code() == ErrorCode::busy) ++busy;
        }
      });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return started == followers; });
    faults.set_rules("begin every 1=busy");
  });
  for (std::thread& t : threads) t.join();
  BOOST_TEST(busy == followers);
  BOOST_TEST(faults.failures() >= 1U);
  BOOST_TEST(faults.failures() <= std::uint64_t{followers});
  BOOST_TEST(rows(store, "note") == "1|first");
}

BOOST_AUTO_TEST_CASE(a_store_opened_read_only_has_none) {
  on_each_backend([](Bench& bench) {
    if (!bench.persistent()) return;  // memory: is gone when it is closed
    (void)bench.create(notes());
    bench.forget();
    const Store store = Store::open(bench.url(), {.read_only = true});
    BOOST_TEST(code_name([&] { (void)store.engine()->begin({}); }) == "read_only");
  });
}

BOOST_AUTO_TEST_CASE(it_begins_with_the_catalogue_as_it_is) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(notes());
    Catalog more = notes();
    more.tables.push_back(TableSpec("tag").integer("id").key({"id"}).table());
    more.validate();
    // As another process would.
    const Store other =
        Store::open(store.storage().shared_from_this(), more, {.durability = Durability::none});
    BOOST_TEST(!store.engine()->schema()->find("tag"));
    const auto held = store.engine()->begin({});
    BOOST_TEST(held->writing().schema().find("tag"));
    add(held->writing(), {{{"text", "a"}}});
    held->commit();
    BOOST_TEST(rows(other, "note") == "1|a");
  });
}

BOOST_AUTO_TEST_CASE(a_storage_that_fails_ends_it_and_the_next_one_begins) {
  on_each_backend([](Bench& bench) {
    const Store store = Store::open(bench.storage("fault+"), notes(),
                                    {.create = true, .durability = Durability::none});
    storage::FaultLayer& faults = *storage::find_fault_layer(store.storage());
    {
      const auto held = store.engine()->begin({});
      add(held->writing(), {{{"text", "a"}}});
      faults.set_rules("commit#1=conflict");
      BOOST_TEST(code_name([&] { held->commit(); }) == "conflict");
      BOOST_CHECK_THROW((void)held->writing(), UsageError);
      BOOST_TEST(rows(store, "note") == "");
      store.update([](Transaction& tx) { tx.insert("note", {{"text", "free"}}); });
    }
    struct Failure {
      const char* rule;
      Apply apply;
      const char* code;
    };
    for (const Failure& f : {Failure{"apply#1=conflict", &Writing::apply_whole, "conflict"},
                             Failure{"apply#1=io", &Writing::apply_whole, "io"},
                             Failure{"apply#1=conflict", &Writing::apply, "conflict"}}) {
      const auto held = store.engine()->begin({});
      const auto before = held->savepoint();
      faults.set_rules(f.rule);
      // Nothing can be undone in such a writer: it stays spoilt, and says what spoilt it.
      BOOST_TEST(code_name([&] { add(held->writing(), {{{"text", "x"}}}, f.apply); }) == f.code);
      BOOST_TEST(code_name([&] { held->rollback_to(before); }) == f.code);
      BOOST_TEST(code_name([&] { held->commit(); }) == f.code);
      BOOST_CHECK_THROW(held->writing().require_open(), UsageError);
    }
    faults.set_rules("begin#1=conflict");
    const auto held = store.engine()->begin({});
    BOOST_TEST(faults.failures() == 1U);
    add(held->writing(), {{{"text", "z"}}});
    held->commit();
    BOOST_TEST(store.snapshot().count("note") == 2U);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
