// Several handles of one file in one process; keyspaces beyond the first ones; closing.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "tests/fault/lmdb_support.hpp"

using namespace kindred;
using namespace kindred::fault_test;
using kindred::support::TempDir;

BOOST_AUTO_TEST_SUITE(lmdb_handles)

BOOST_AUTO_TEST_CASE(two_handles_of_one_file_share_it_by_whatever_name) {
  const TempDir dir;
  const auto first = make_store(dir.file("a.kdb"));
  std::filesystem::create_symlink(dir.file("a.kdb"), dir.file("soft.kdb"));
  std::filesystem::create_hard_link(dir.file("a.kdb"), dir.file("hard.kdb"));
  std::filesystem::create_directory_symlink(dir.path(), dir.file("folder"));
  for (const char* name :
       {"a.kdb", "soft.kdb", "hard.kdb", "folder/a.kdb", "./folder/./soft.kdb"}) {
    const auto other = lmdb::open(dir.file(name), options());
    put(*other, 1, name);
    BOOST_TEST(get(*first, 1) == name);
    // One environment: the second Writer of this thread is known to be one.
    const auto writer = first->begin({});
    BOOST_TEST(error_of([&] { other->begin({}); }) == "usage");
  }
  // Closing one keeps the locks and snapshots of the other.
  const auto reader = first->snapshot();
  lmdb::open(dir.file("soft.kdb"), options())->close();
  for (int i = 0; i < 50; ++i) put(*first, 1, std::to_string(i));
  BOOST_TEST(*reader->get(table, key_of(1)) == "./folder/./soft.kdb");
  // No lock file of another name came into being.
  BOOST_TEST(!std::filesystem::exists(dir.file("soft.kdb-lock")));
  BOOST_TEST(!std::filesystem::exists(dir.file("hard.kdb-lock")));
}

BOOST_AUTO_TEST_CASE(handles_must_agree_on_access_and_durability) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  OpenOptions read_only = options();
  read_only.access = storage::Access::read_only;
  OpenOptions unsynced = options();
  unsynced.durability = Durability::none;
  {
    const auto store = make_store(path);
    BOOST_TEST(error_of([&] { try_open(path, read_only); }) == "usage");
    BOOST_TEST(error_of([&] { try_open(path, unsynced); }) == "usage");
  }
  {
    const auto store = lmdb::open(path, read_only);
    BOOST_TEST(error_of([&] { try_open(path, options()); }) == "usage");
    BOOST_TEST(error_of([&] { store->begin({}); }) == "read_only");
    BOOST_TEST(error_of([&] { store->ensure(2, {Shape::Kind::map_bytes, 0}); }) == "read_only");
    store->ensure(table, {Shape::Kind::map_u64, 0});
    BOOST_TEST(get(*store, 1) == "(absent)");
    store->sync();
  }
  const auto store = lmdb::open(path, unsynced);
  BOOST_TEST(error_of([&] { try_open(path, options()); }) == "usage");
}

BOOST_AUTO_TEST_CASE(a_replaced_file_is_noticed) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  make_store(dir.file("b.kdb"));
  std::filesystem::rename(dir.file("b.kdb"), dir.file("a.kdb"));
  std::string text;
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options()); }, &text) == "busy");
  BOOST_TEST(contains(text, "replaced"));
}

BOOST_AUTO_TEST_CASE(after_close_every_call_is_an_error_and_the_file_is_free) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  auto store = make_store(path);
  put(*store, 1, "one");
  {
    const auto reader = store->snapshot();
    const auto cursor = reader->cursor(table, Range::all(), {});
    auto writer = store->begin({});
    writer->put(table, key_of(2), "two", Intent::either);
    store->close();
    BOOST_TEST(error_of([&] { store->snapshot(); }) == "closed");
    BOOST_TEST(error_of([&] { store->begin({}); }) == "closed");
    BOOST_TEST(error_of([&] { store->keyspaces(); }) == "closed");
    BOOST_TEST(error_of([&] { store->sync(); }) == "closed");
    BOOST_TEST(error_of([&] { reader->get(table, key_of(1)); }) == "closed");
    BOOST_TEST(error_of([&] { cursor->next(); }) == "closed");
    BOOST_TEST(error_of([&] { writer->get(table, key_of(1)); }) == "closed");
    BOOST_TEST(error_of([&] { writer->commit(); }) == "closed");
    store->close();
  }
  OpenOptions read_only = options();
  read_only.access = storage::Access::read_only;
  const auto again = lmdb::open(path, read_only);  // nothing of the former use is left
  BOOST_TEST(get(*again, 1) == "one");
  BOOST_TEST(get(*again, 2) == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_cursor_that_outlives_its_reader_does_no_harm) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  put(*store, 1, "one");
  std::unique_ptr<storage::Cursor> of_reader;
  std::unique_ptr<storage::Cursor> of_writer;
  {
    const auto reader = store->snapshot();
    of_reader = reader->cursor(table, Range::all(), {});
    BOOST_TEST(of_reader->next().has_value());
    const auto writer = store->begin({});
    of_writer = writer->cursor(table, Range::all(), {});
    BOOST_TEST(of_writer->next().has_value());
    writer->commit();
  }
  const auto next = store->snapshot();
  BOOST_TEST(error_of([&] { of_reader->next(); }) == "usage");
  BOOST_TEST(error_of([&] { of_writer->next(); }) == "usage");
}

BOOST_AUTO_TEST_CASE(keyspaces_beyond_the_open_handles_open_the_file_again) {
  const TempDir dir;
  lmdb::Tuning tuning;
  tuning.gate_deadline = std::chrono::milliseconds(20);
  const auto store = make_store(dir.file("a.kdb"), options(Creation::must), tuning);
  put(*store, 1, "one");
  for (storage::KeyspaceId id = 2; id < 300; ++id) {
    const Shape shape =
        id % 2 == 0 ? Shape{Shape::Kind::set_fixed, 8} : Shape{Shape::Kind::map_bytes, 0};
    store->ensure(id, shape);
  }
  const auto writer = store->begin({});
  for (storage::KeyspaceId id = 2; id < 300; ++id) {
    writer->put(id, "key", id % 2 == 0 ? key_of(id) : std::to_string(id), Intent::insert_new);
  }
  writer->commit();
  BOOST_TEST(get(*store, 1) == "one");
  BOOST_TEST(*store->snapshot()->get(299, "key") == "299");
  BOOST_TEST(store->snapshot()->contains(298, "key", key_of(298)));
  // With a snapshot of another thread in the way it is refused, naming it, when handles run out.
  std::unique_ptr<storage::Reader> reader;
  std::thread([&] { reader = store->snapshot(); }).join();
  std::string code = "none";
  std::string text;
  for (storage::KeyspaceId id = 300; id < 2000 && code == "none"; ++id) {
    code = error_of([&] { store->ensure(id, {Shape::Kind::map_bytes, 0}); }, &text);
  }
  BOOST_TEST(code == "busy");
  BOOST_TEST(contains(text, "opening more keyspaces"));
  BOOST_TEST(*reader->get(table, key_of(1)) == "one");
}

BOOST_AUTO_TEST_CASE(a_dropped_keyspace_may_come_back_in_another_shape) {
  const TempDir dir;
  lmdb::Tuning tuning;
  tuning.gate_deadline = std::chrono::milliseconds(20);
  const auto store = make_store(dir.file("a.kdb"), options(Creation::must), tuning);
  put_many(*store, 0, 500);
  auto old = store->snapshot();
  store->drop(table);
  BOOST_TEST(old->get(table, key_of(3)).has_value());
  BOOST_TEST(!store->snapshot()->get(table, key_of(3)).has_value());
  BOOST_TEST(store->keyspaces().size() == 1u);
  // The tree of the former shape is still read.
  BOOST_TEST(error_of([&] { store->ensure(table, {Shape::Kind::set_bytes, 0}); }) == "capacity");
  old.reset();
  store->ensure(table, {Shape::Kind::set_bytes, 0});
  const auto writer = store->begin({});
  writer->put(table, "key", "member", Intent::insert_new);
  writer->commit();
  BOOST_TEST(store->snapshot()->contains(table, "key", "member"));
  store->check([](const storage::Problem& p) { BOOST_ERROR(p.where + ": " + p.what); });
}

BOOST_AUTO_TEST_CASE(a_copy_is_a_store_of_its_own) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  put_many(*store, 0, 2000);
  const auto writer = store->begin({});
  writer->put(table, key_of(1), "not committed", Intent::either);
  store->copy_to(dir.file("b.kdb"));
  writer->commit();
  BOOST_TEST(error_of([&] { store->copy_to(dir.file("b.kdb")); }) == "store_exists");
  OpenOptions how = options();
  how.verify = storage::Verify::pages;
  const auto copy = lmdb::open(dir.file("b.kdb"), how);
  BOOST_TEST(get(*copy, 1) == std::string(100, 'b'));
  put(*copy, 1, "in the copy");
  BOOST_TEST(get(*store, 1) == "not committed");
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    BOOST_TEST(!contains(entry.path().string(), ".new-"));
  }
}

BOOST_AUTO_TEST_CASE(a_writer_that_ends_in_another_thread_is_ended_by_its_own) {
  const TempDir dir;
  const auto store = make_store(dir.file("a.kdb"));
  auto writer = store->begin({});
  writer->put(table, key_of(1), "lost", Intent::either);
  std::thread([&] {
    BOOST_TEST(error_of([&] { writer->get(table, key_of(1)); }) == "usage");
    BOOST_TEST(error_of([&] { writer->commit(); }) == "usage");
    writer.reset();
    // LMDB's lock belongs to the other thread, so it is still taken.
    BOOST_TEST(error_of([&] {
                 store->begin({Durability::committed, std::chrono::milliseconds(1)});
               }) == "busy");
  }).join();
  put(*store, 2, "works");
  BOOST_TEST(get(*store, 1) == "(absent)");
  BOOST_TEST(get(*store, 2) == "works");
}

BOOST_AUTO_TEST_SUITE_END()
