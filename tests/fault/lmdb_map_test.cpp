// The map: its growth, with readers about, and by other processes; and disks that are full.
#include <sys/resource.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "tests/fault/lmdb_support.hpp"

using namespace kindred;
using namespace kindred::fault_test;
using kindred::support::TempDir;

namespace {

OpenOptions tiny() {
  OpenOptions how = options(Creation::must);
  how.map_size = 64 << 10;
  return how;
}

// What storage::update does, without its waiting. Returns the number of runs.
template <class Work>
int retry(storage::Storage& store, Work&& work) {
  for (int runs = 1;; ++runs) {
    std::unique_ptr<storage::Writer> writer = store.begin({});
    try {
      work(*writer);
      writer->commit();
      return runs;
    } catch (const Error& e) {
      if (!e.retryable() || runs == 10) throw;
      writer.reset();
      store.prepare_retry(e);
    }
  }
}

void fill(storage::Writer& writer, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t i = first; i < first + count; ++i) {
    writer.put(table, key_of(i), std::string(200, 'f'), Intent::either);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lmdb_map)

BOOST_AUTO_TEST_CASE(a_full_map_grows_between_two_runs_of_the_closure) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  const int runs = retry(*store, [](storage::Writer& writer) { fill(writer, 0, 20'000); });
  BOOST_TEST(runs > 1);
  BOOST_TEST(get(*store, 19'999) == std::string(200, 'f'));
  store->check([](const storage::Problem& p) { BOOST_ERROR(p.where + ": " + p.what); });
}

BOOST_AUTO_TEST_CASE(after_a_full_map_the_writer_is_dead_and_nothing_happened) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  put(*store, 1, "before");
  {
    const auto writer = store->begin({});
    BOOST_TEST(error_of([&] { fill(*writer, 0, 20'000); }) == "conflict");
    BOOST_TEST(error_of([&] { writer->get(table, key_of(1)); }) == "conflict");
    BOOST_TEST(error_of([&] { writer->put(table, key_of(1), "x", Intent::either); }) == "conflict");
    BOOST_TEST(error_of([&] { writer->commit(); }) == "conflict");
    BOOST_TEST(error_of([&] { store->prepare_retry(ConflictError("")); }) == "usage");
    writer->abort();
  }
  BOOST_TEST(get(*store, 1) == "before");
  put(*store, 2, "after");
  BOOST_TEST(get(*store, 2) == "after");
}

BOOST_AUTO_TEST_CASE(ensure_grows_the_map_by_itself) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  for (storage::KeyspaceId id = 2; id < 600; ++id) store->ensure(id, {Shape::Kind::map_bytes, 0});
  BOOST_TEST(store->keyspaces().size() == 600u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_the_growing_thread_is_an_error_at_once) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  const auto reader = store->snapshot();
  std::string text;
  const std::string code = error_of(
      [&] { retry(*store, [](storage::Writer& writer) { fill(writer, 0, 20'000); }); }, &text);
  BOOST_TEST(code == "capacity");
  BOOST_TEST(contains(text, "this thread itself holds one"));
  BOOST_TEST(!reader->get(table, key_of(0)).has_value());
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_thread_is_waited_for) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  put(*store, 7, "seven");
  std::unique_ptr<storage::Reader> reader;
  std::thread([&] { reader = store->snapshot(); }).join();
  const auto writer = store->begin({});
  BOOST_TEST(error_of([&] { fill(*writer, 0, 20'000); }) == "conflict");
  writer->abort();
  std::thread growing([&] { store->prepare_retry(ConflictError("the map is full")); });
  std::string seen;
  std::thread reading([&] {
    // Its views hold until it ends: growth may not have moved the map before.
    const auto value = reader->get(table, key_of(7));
    for (int i = 0; i < 1000; ++i) seen = *value;
    reader.reset();
  });
  reading.join();
  growing.join();
  BOOST_TEST(seen == "seven");
  const auto again = store->begin({});
  fill(*again, 0, 500);
  again->commit();
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_does_not_end_is_named_at_the_deadline) {
  const TempDir dir;
  lmdb::Tuning tuning;
  tuning.gate_deadline = std::chrono::milliseconds(20);
  const auto store = make_store(dir.file("a.kdb"), tiny(), tuning);
  std::unique_ptr<storage::Reader> reader;
  std::thread([&] { reader = store->snapshot(); }).join();
  std::string text;
  const std::string code = error_of(
      [&] { retry(*store, [](storage::Writer& writer) { fill(writer, 0, 20'000); }); }, &text);
  BOOST_TEST(code == "busy");
  BOOST_TEST(contains(text, "made by thread"));
  BOOST_TEST(contains(text, "ms ago"));
  // The gate is open again, and the store usable.
  BOOST_TEST(store->snapshot()->get(table, key_of(0)).has_value() == false);
  std::thread([&] { reader.reset(); }).join();
  retry(*store, [](storage::Writer& writer) { fill(writer, 0, 2'000); });
}

BOOST_AUTO_TEST_CASE(many_threads_read_write_and_make_keyspaces_while_the_map_grows) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"), tiny());
  constexpr std::uint64_t writers = 3;
  constexpr std::uint64_t rounds = 40;
  std::atomic<int> wrong{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (std::uint64_t w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (std::uint64_t round = 0; round < rounds; ++round) {
        retry(*store, [&](storage::Writer& writer) {
          // Two entries that are equal in every committed state.
          const std::string value = std::to_string(w) + "." + std::to_string(round);
          writer.put(table, key_of(0), value, Intent::either);
          fill(writer, 100 + (w * rounds + round) * 100, 100);
          writer.put(table, key_of(1), value, Intent::either);
        });
      }
    });
  }
  threads.emplace_back([&] {
    for (storage::KeyspaceId id = 10; id < 60; ++id) store->ensure(id, {Shape::Kind::map_bytes, 0});
  });
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      while (!done) {
        const auto reader = store->snapshot();
        if (reader->get(table, key_of(0)) != reader->get(table, key_of(1))) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  done = true;
  for (std::thread& thread : readers) thread.join();
  BOOST_TEST(wrong == 0);
  std::uint64_t entries = 0;
  store->snapshot()->scan(table, Range::all(), {},
                          [&](ByteView, ByteView) { return ++entries > 0; });
  BOOST_TEST(entries == 2 + writers * rounds * 100);
  BOOST_TEST(store->keyspaces().size() == 52u);
}

BOOST_AUTO_TEST_CASE(growth_by_another_process_is_taken_over) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  const Signal ready;
  const Signal done;
  const pid_t child = start_child([&] {
    ready.await();
    const auto store = lmdb::open(path, options());
    put_many(*store, 0, 20'000);
    store->ensure(9, {Shape::Kind::map_bytes, 0});
    done.give();
    return 0;
  });
  const auto store = make_store(path, tiny());
  put(*store, 1, "mine");
  {
    const auto old = store->snapshot();
    ready.give();
    done.await();
    BOOST_TEST(*old->get(table, key_of(1)) == "mine");
    // Taking the new size over needs this thread's own snapshot to end.
    BOOST_TEST(error_of([&] { store->snapshot(); }) == "capacity");
  }
  BOOST_TEST(wait_for(child) == 0);
  BOOST_TEST(get(*store, 19'999) == std::string(100, static_cast<char>('a' + 19'999 % 26)));
  put(*store, 1, "again");
  BOOST_TEST(get(*store, 1) == "again");
  const auto writer = store->begin({});
  writer->put(9, "key", "value", Intent::insert_new);
  writer->commit();
}

BOOST_AUTO_TEST_CASE(a_limit_of_address_space_gives_a_smaller_map) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  BOOST_TEST_MESSAGE("skipped: sanitizers need all address space");
#else
  const TempDir dir;
  const int status = in_child([&] {
    const rlimit limit{std::uint64_t{4} << 30, std::uint64_t{4} << 30};
    ::setrlimit(RLIMIT_AS, &limit);
    OpenOptions how = options(Creation::must);
    how.map_size = std::uint64_t{1} << 40;
    const auto store = make_store(dir.file("a.kdb"), how);
    put(*store, 1, "fits");
    return get(*store, 1) == "fits" ? 0 : 1;
  });
  BOOST_TEST(status == 0);
#endif
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_last_commit_and_a_usable_store) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  {
    const auto store = make_store(path);
    put(*store, 1, "kept");
  }
  // A limit of the file's size stands for the disk: writing past it fails.
  const int status = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto store = lmdb::open(path, options());
    const rlimit limit{1 << 20, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string code = error_of([&] { put_many(*store, 0, 20'000); });
    if (code != "no_space" && code != "io") return 1;
    if (get(*store, 1) != "kept") return 2;
    if (code == "io") {
      // After an I/O error nothing more is written by this process.
      std::string text;
      if (error_of([&] { put(*store, 2, "x"); }, &text) != "io") return 3;
      if (!contains(text, "no more writes")) return 4;
    }
    return 0;
  });
  BOOST_TEST(status == 0);
  const auto store = lmdb::open(path, options());
  BOOST_TEST(get(*store, 1) == "kept");
  store->check([](const storage::Problem& p) { BOOST_ERROR(p.where + ": " + p.what); });
  put(*store, 2, "more");
}

BOOST_AUTO_TEST_SUITE_END()
