// Other processes, children after fork, readers and writers that died, and machines that went down.
#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/fault/lmdb_support.hpp"

using namespace kindred;
using namespace kindred::fault_test;
using kindred::support::TempDir;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(lmdb_processes)

BOOST_AUTO_TEST_CASE(a_child_must_open_again_and_leaves_its_parent_alone) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  auto store = make_store(path);
  put(*store, 1, "one");
  auto reader = store->snapshot();
  auto cursor = reader->cursor(table, Range::all(), {});
  auto writer = store->begin({});
  writer->put(table, key_of(2), "two", Intent::either);
  const int status = in_child([&] {
    if (error_of([&] { store->snapshot(); }) != "forked") return 1;
    if (error_of([&] { store->begin({}); }) != "forked") return 2;
    if (error_of([&] { reader->get(table, key_of(1)); }) != "forked") return 3;
    if (error_of([&] { writer->put(table, key_of(3), "x", Intent::either); }) != "forked") return 4;
    if (error_of([&] { cursor->next(); }) != "forked") return 5;
    if (error_of([&] { store->sync(); }) != "forked") return 6;
    cursor.reset();
    writer.reset();
    reader.reset();
    store.reset();
    const auto fresh = lmdb::open(path, options());
    if (get(*fresh, 1) != "one") return 7;
    // The parent has the writer.
    std::string text;
    if (error_of(
            [&] {
              fresh->begin({Durability::committed, milliseconds(5)});
            },
            &text) != "busy") {
      return 8;
    }
    if (!contains(text, "process " + std::to_string(::getppid()))) return 9;
    return 0;
  });
  BOOST_TEST(status == 0);
  writer->commit();
  BOOST_TEST(get(*store, 2) == "two");
  BOOST_TEST(*reader->get(table, key_of(1)) == "one");
}

BOOST_AUTO_TEST_CASE(no_descriptor_survives_exec) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  const std::filesystem::path folder = std::filesystem::canonical(dir.path());
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (gone || target.parent_path() != folder) continue;
    ++seen;
    const int flags = ::fcntl(std::stoi(entry.path().filename()), F_GETFD);
    BOOST_TEST((flags & FD_CLOEXEC) != 0, target);
  }
  BOOST_TEST(seen >= 3);
}

BOOST_AUTO_TEST_CASE(a_second_writer_waits_until_its_deadline_and_names_the_first) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  auto writer = store->begin({});
  BOOST_TEST(error_of([&] { store->begin({}); }) == "usage");
  BOOST_TEST(error_of([&] { store->ensure(5, {Shape::Kind::map_bytes, 0}); }) == "usage");
  BOOST_TEST(error_of([&] { store->drop(table); }) == "usage");
  std::string text;
  std::string code;
  std::thread([&] {
    code = error_of([&] { store->begin({Durability::committed, milliseconds(5)}); }, &text);
  }).join();
  BOOST_TEST(code == "busy");
  BOOST_TEST(contains(text, "holds the writer"));
  std::thread waiting([&] { put(*store, 1, "after the first"); });
  writer->put(table, key_of(1), "first", Intent::either);
  writer->commit();
  waiting.join();
}

BOOST_AUTO_TEST_CASE(a_killed_writer_leaves_the_last_commit_and_no_lock) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  { put(*make_store(path), 1, "committed"); }
  const Signal in_the_middle;
  const pid_t child = start_child([&] {
    const auto store = lmdb::open(path, options());
    const auto writer = store->begin({});
    for (std::uint64_t i = 0; i < 1000; ++i) {
      writer->put(table, key_of(i), "never", Intent::either);
    }
    in_the_middle.give();
    for (;;) ::pause();
    return 0;
  });
  in_the_middle.await();
  const auto store = lmdb::open(path, options());
  std::string text;
  BOOST_TEST(error_of(
                 [&] {
                   store->begin({Durability::committed, milliseconds(5)});
                 },
                 &text) == "busy");
  BOOST_TEST(contains(text, "process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  BOOST_TEST(wait_for(child) == -SIGKILL);
  put(*store, 2, "after");
  BOOST_TEST(get(*store, 1) == "committed");
  store->check([](const storage::Problem& p) { BOOST_ERROR(p.where + ": " + p.what); });
}

BOOST_AUTO_TEST_CASE(the_snapshot_of_a_killed_process_does_not_keep_old_pages) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  { put_many(*make_store(path), 0, 200); }
  const Signal reading;
  const pid_t child = start_child([&] {
    const auto store = lmdb::open(path, options());
    const auto reader = store->snapshot();
    reading.give();
    for (;;) ::pause();
    return 0;
  });
  reading.await();
  auto store = lmdb::open(path, options());
  const auto grow = [&] {
    const auto before = std::filesystem::file_size(path);
    for (int i = 0; i < 100; ++i) put_many(*store, 0, 200);
    return std::filesystem::file_size(path) - before;
  };
  const auto held = grow();
  BOOST_TEST(held > 1'000'000u);
  ::kill(child, SIGKILL);
  wait_for(child);
  store->close();
  store = lmdb::open(path, options());  // looks for dead readers
  grow();
  BOOST_TEST(grow() < held / 4);
}

BOOST_AUTO_TEST_CASE(a_full_reader_table_names_the_processes) {
  const TempDir dir;
  lmdb::Tuning tuning;
  tuning.max_readers = 4;
  const auto store = make_store(dir.file("a.kdb"), options(Creation::must), tuning);
  std::vector<std::unique_ptr<storage::Reader>> readers;
  std::string text;
  std::string code = "none";
  // The table is a little larger than asked.
  while (code == "none" && readers.size() < 200) {
    code = error_of([&] { readers.push_back(store->snapshot()); }, &text);
  }
  BOOST_TEST(code == "capacity");
  BOOST_TEST(readers.size() >= 4u);
  BOOST_TEST(contains(text, "process " + std::to_string(::getpid())));
  readers.pop_back();
  BOOST_TEST(error_of([&] { readers.push_back(store->snapshot()); }) == "none");
  put(*store, 1, "writers need no slot");
}

BOOST_AUTO_TEST_CASE(keyspaces_made_by_another_process_appear) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  { make_store(path); }
  const Signal go;
  const pid_t child = start_child([&] {
    go.await();
    const auto store = lmdb::open(path, options());
    for (storage::KeyspaceId id = 10; id < 100; ++id) {
      store->ensure(id, {Shape::Kind::map_bytes, 0});
    }
    store->drop(table);
    store->ensure(table, {Shape::Kind::set_bytes, 0});
    const auto writer = store->begin({});
    writer->put(50, "from", "the child", Intent::insert_new);
    writer->put(table, "key", "member", Intent::insert_new);
    writer->commit();
    return 0;
  });
  const auto store = lmdb::open(path, options());
  put(*store, 1, "here");
  auto old = store->snapshot();
  go.give();
  BOOST_TEST(wait_for(child) == 0);
  BOOST_TEST(*old->get(table, key_of(1)) == "here");
  BOOST_TEST(!old->get(50, "from").has_value());
  old.reset();
  BOOST_TEST(*store->snapshot()->get(50, "from") == "the child");
  BOOST_TEST(store->snapshot()->contains(table, "key", "member"));
  const auto writer = store->begin({});
  writer->put(50, "from", "here", Intent::overwrite);
  writer->commit();
  BOOST_TEST(error_of([&] { store->ensure(99, {Shape::Kind::set_bytes, 0}); }) == "usage");
}

// ---- durability none

namespace {

OpenOptions unsynced(Creation creation = Creation::never) {
  OpenOptions how = options(creation);
  how.durability = Durability::none;
  return how;
}

// Writes without syncing and dies, so that nothing is tidied up.
int write_and_die(const std::string& path, const lmdb::Tuning& tuning) {
  return in_child([&] {
    const auto store = make_store(path, unsynced(Creation::if_missing), tuning);
    put(*store, 1, "unsynced");
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(after_a_crash_of_the_machine_an_unsynced_store_is_refused) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  lmdb::Tuning before;
  before.boot_id = "first boot";
  lmdb::Tuning after;
  after.boot_id = "second boot";
  BOOST_TEST(write_and_die(path, before) == -SIGKILL);
  std::string text;
  BOOST_TEST(error_of([&] { try_open(path, options(), after); }, &text) == "corruption");
  BOOST_TEST(contains(text, "rebuild"));
  BOOST_TEST(error_of([&] { try_open(path, unsynced(), after); }) == "corruption");
  // Verified it is accepted, and the mark is gone.
  OpenOptions verified = options();
  verified.verify = storage::Verify::pages;
  BOOST_TEST(get(*lmdb::open(path, verified, after), 1) == "unsynced");
  BOOST_TEST(get(*lmdb::open(path, options(), after), 1) == "unsynced");
}

BOOST_AUTO_TEST_CASE(after_a_crash_of_the_process_alone_nothing_is_lost) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  lmdb::Tuning boot;
  boot.boot_id = "one boot";
  BOOST_TEST(write_and_die(path, boot) == -SIGKILL);
  BOOST_TEST(get(*lmdb::open(path, unsynced(), boot), 1) == "unsynced");
  BOOST_TEST(write_and_die(path, boot) == -SIGKILL);
  // Opened with synced commits it is synced first, and then trusted after a restart too.
  BOOST_TEST(get(*lmdb::open(path, options(), boot), 1) == "unsynced");
  boot.boot_id = "another boot";
  BOOST_TEST(get(*lmdb::open(path, options(), boot), 1) == "unsynced");
}

BOOST_AUTO_TEST_CASE(sync_and_closing_take_the_mark_away_and_the_next_write_brings_it_back) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  lmdb::Tuning before;
  before.boot_id = "first boot";
  lmdb::Tuning after;
  after.boot_id = "second boot";
  const auto refused = [&] {
    return in_child([&] {
      return error_of([&] {
               OpenOptions how = options();
               how.access = storage::Access::read_only;
               try_open(path, how, after);
             }) == "corruption"
                 ? 51
                 : 50;
    });
  };
  auto store = make_store(path, unsynced(Creation::must), before);
  BOOST_TEST(refused() == 51);
  store->sync();
  BOOST_TEST(refused() == 50);
  put(*store, 1, "more");
  BOOST_TEST(refused() == 51);
  store->copy_to(dir.file("copy.kdb"));
  BOOST_TEST(get(*lmdb::open(dir.file("copy.kdb"), options(), after), 1) == "more");
  store.reset();
  BOOST_TEST(refused() == 50);
}

BOOST_AUTO_TEST_CASE(a_mark_taken_away_by_another_process_is_set_again) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  lmdb::Tuning before;
  before.boot_id = "first boot";
  lmdb::Tuning after;
  after.boot_id = "second boot";
  const Signal go;
  const pid_t child = start_child([&] {
    go.await();
    // Finds the mark, syncs, clears it.
    return get(*lmdb::open(path, options(), before), 1) == "one" ? 0 : 1;
  });
  auto store = make_store(path, unsynced(Creation::must), before);
  put(*store, 1, "one");
  go.give();
  BOOST_TEST(wait_for(child) == 0);
  put(*store, 2, "two");
  const int status = in_child(
      [&] { return error_of([&] { try_open(path, options(), after); }) == "corruption" ? 0 : 1; });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(every_durability_reads_back) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  put(*store, 1, "deferred", Durability::deferred);
  put(*store, 2, "none", Durability::none);
  put(*store, 3, "committed", Durability::committed);
  store->sync();
  BOOST_TEST(get(*store, 1) == "deferred");
  BOOST_TEST(get(*store, 2) == "none");
  BOOST_TEST(get(*store, 3) == "committed");
}

BOOST_AUTO_TEST_SUITE_END()
