// Updates of many threads: all arrive, a failing one leaves the others untouched, and those that
// wait share a commit.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kindred/store.hpp"

using namespace kindred;

namespace {

Store numbers() {
  return Store::open(
      "memory:", Catalog::from_json(R"({"tables":[{"name":"n","primary_key":["id"],"unique":[["v"]],
      "columns":[{"name":"id","type":"int64"},{"name":"v","type":"int64"}]}]})"),
      {.create = true});
}

void insert(Transaction& tx, std::int64_t v) { tx.insert("n", {{"v", v}}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(update_queue)

BOOST_AUTO_TEST_CASE(updates_of_threads_that_wait_for_one_all_arrive) {
  const Store store = numbers();
  const std::uint64_t before = store.snapshot().version();
  constexpr int followers = 5;
  std::mutex mutex;
  std::condition_variable changed;
  bool holding = false;
  int started = 0;
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    store.update([&](Transaction& tx) {
      insert(tx, 0);
      std::unique_lock lock(mutex);
      holding = true;
      changed.notify_all();
      changed.wait(lock, [&] { return started == followers; });
    });
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return holding; });
  }
  for (int i = 1; i <= followers; ++i)
    threads.emplace_back([&, i] {
      {
        const std::lock_guard lock(mutex);
        ++started;
      }
      changed.notify_all();
      store.update([&](Transaction& tx) { insert(tx, i); });
    });
  for (std::thread& t : threads) t.join();
  BOOST_TEST(store.snapshot().count("n") == followers + 1u);
  BOOST_TEST(store.snapshot().version() - before <= followers + 1u);
  BOOST_TEST(store.snapshot().check().problems == 0u);
}

BOOST_AUTO_TEST_CASE(an_update_that_fails_leaves_the_others_of_its_commit_untouched) {
  const Store store = numbers();
  constexpr int threads = 8;
  constexpr int rounds = 100;
  std::atomic<int> refused{0};
  std::atomic<int> thrown{0};
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i) {
        try {
          store.update([&](Transaction& tx) {
            // Every fourth of each thread is the same number as the first thread's: unique refuses
            // all but one.
            insert(tx, i % 4 == 0 ? i : 1000 * (t + 1) + i);
            if (i % 10 == 3) throw std::runtime_error("the closure's own");
          });
        } catch (const IntegrityError& e) {
          if (e.code() == ErrorCode::unique) ++refused;
        } catch (const std::runtime_error& e) {
          if (e.what() == std::string("the closure's own")) ++thrown;
        }
      }
    });
  for (std::thread& t : all) t.join();
  BOOST_TEST(thrown == threads * rounds / 10);
  BOOST_TEST(refused == (threads - 1) * rounds / 4);
  BOOST_TEST(store.snapshot().count("n") ==
             static_cast<std::uint64_t>(threads * rounds - refused - thrown));
  BOOST_TEST(store.snapshot().check().problems == 0u);
}

BOOST_AUTO_TEST_CASE(an_update_inside_an_update_is_a_usage_error) {
  const Store store = numbers();
  store.update([&](Transaction& tx) {
    insert(tx, 1);
    BOOST_CHECK_THROW(store.update([](Transaction& inner) { insert(inner, 2); }), UsageError);
  });
  BOOST_TEST(store.snapshot().count("n") == 1u);
}

BOOST_AUTO_TEST_CASE(a_wait_for_another_thread_ends_at_the_deadline) {
  StoreOptions options;
  options.create = true;
  options.writer_deadline = std::chrono::milliseconds(20);
  const Catalog catalog = *numbers().catalog();
  const Store store = Store::open("memory:", catalog, options);
  std::mutex mutex;
  std::condition_variable changed;
  bool holding = false;
  bool refused = false;
  std::thread writer([&] {
    store.update([&](Transaction& tx) {
      insert(tx, 1);
      std::unique_lock lock(mutex);
      holding = true;
      changed.notify_all();
      changed.wait(lock, [&] { return refused; });
    });
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return holding; });
  }
  try {
    store.update([](Transaction& tx) { insert(tx, 2); });
    BOOST_ERROR("the second update did not wait");
  } catch (const Error& e) {
    BOOST_TEST((e.code() == ErrorCode::busy));
  }
  {
    const std::lock_guard lock(mutex);
    refused = true;
  }
  changed.notify_all();
  writer.join();
  BOOST_TEST(store.snapshot().count("n") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
