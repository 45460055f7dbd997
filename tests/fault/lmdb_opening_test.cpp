// Creation, and files that are no store or not to be opened.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <vector>

#include "backends/lmdb/file.hpp"
#include "tests/fault/lmdb_support.hpp"
#include "tests/support/files.hpp"

using namespace kindred;
using namespace kindred::fault_test;
using kindred::support::TempDir;

BOOST_AUTO_TEST_SUITE(lmdb_opening)

BOOST_AUTO_TEST_CASE(never_creates_unless_asked) {
  const TempDir dir;
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options()); }) == "missing_store");
  BOOST_TEST(error_of([&] { try_open(dir.file("no/a.kdb"), options(Creation::must)); }) ==
             "missing_store");
  BOOST_TEST(std::filesystem::is_empty(dir.path()));
  BOOST_TEST(error_of([&] { try_open("", options(Creation::must)); }) == "usage");
}

BOOST_AUTO_TEST_CASE(creation_leaves_the_store_and_its_lock_file_alone) {
  const TempDir dir;
  try_open(dir.file("a.kdb"), options(Creation::must));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  const std::vector<std::string> wanted{"a.kdb", "a.kdb-lock"};
  BOOST_TEST(names == wanted, boost::test_tools::per_element());
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options(Creation::must)); }) ==
             "store_exists");
  const auto again = lmdb::open(dir.file("a.kdb"), options(Creation::if_missing));
  BOOST_REQUIRE(again->keyspaces().size() == 1u);
  BOOST_TEST(again->keyspaces()[0].id == storage::catalog_keyspace);
}

BOOST_AUTO_TEST_CASE(read_only_access_creates_nothing) {
  const TempDir dir;
  OpenOptions how = options(Creation::if_missing);
  how.access = storage::Access::read_only;
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), how); }) == "missing_store");
  BOOST_TEST(std::filesystem::is_empty(dir.path()));
}

BOOST_AUTO_TEST_CASE(of_several_creators_one_is_first_and_all_end_well) {
  const TempDir dir;
  const Signal go;
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    children.push_back(start_child([&, i] {
      go.await();
      if (i % 2 == 0) {
        const auto store = make_store(dir.file("a.kdb"), options(Creation::if_missing));
        put(*store, static_cast<std::uint64_t>(i), "mine");
        return 0;
      }
      const std::string code =
          error_of([&] { try_open(dir.file("a.kdb"), options(Creation::must)); });
      return code == "none" ? 50 : code == "store_exists" ? 0 : 60;
    }));
  }
  for (int i = 0; i < 6; ++i) go.give();
  int first = 0;
  for (const pid_t child : children) {
    const int status = wait_for(child);
    BOOST_TEST((status == 0 || status == 50));
    first += status == 50;
  }
  BOOST_TEST(first <= 1);
  const auto store = lmdb::open(dir.file("a.kdb"), options());
  for (std::uint64_t i = 0; i < 6; i += 2) BOOST_TEST(get(*store, i) == "mine");
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    BOOST_TEST(!contains(entry.path().string(), ".new-"));
  }
}

BOOST_AUTO_TEST_CASE(foreign_files_are_refused_as_they_are) {
  const TempDir dir;
  const auto refused = [&](const std::string& bytes) {
    const std::string path = dir.file("foreign");
    support::write_file(path, bytes);
    const std::string code = error_of([&] { try_open(path, options(Creation::if_missing)); });
    BOOST_TEST(support::read_file(path) == bytes);
    return code;
  };
  BOOST_TEST(refused("") == "not_a_store");
  BOOST_TEST(refused("hello") == "not_a_store");
  BOOST_TEST(refused(std::string(100'000, '\0')) == "not_a_store");
  BOOST_TEST(refused("SQLite format 3" + std::string(8192, '\1')) == "not_a_store");
  BOOST_TEST(error_of([&] { try_open(dir.path().string(), options()); }) == "not_a_store");
  ::mkfifo(dir.file("fifo").c_str(), 0600);
  BOOST_TEST(error_of([&] { try_open(dir.file("fifo"), options()); }) == "not_a_store");
}

BOOST_AUTO_TEST_CASE(network_file_systems_are_refused) {
  const TempDir dir;
  lmdb::Tuning tuning;
  std::string text;
  for (const std::uint64_t magic : {0x6969ULL, 0xFF534D42ULL, 0x65735546ULL, 0x01021997ULL}) {
    tuning.file_system = magic;
    BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options(Creation::must), tuning); },
                        &text) == "unsupported");
    BOOST_TEST(contains(text, lmdb::network_file_system(magic)));
  }
  BOOST_TEST(std::filesystem::is_empty(dir.path()));
  make_store(dir.file("a.kdb"));
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options(), tuning); }) == "unsupported");
  BOOST_TEST(lmdb::network_file_system(0xEF53) == nullptr);
  BOOST_TEST(lmdb::network_file_system(0x01021994) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_file_with_two_names_is_refused) {
  const TempDir dir;
  make_store(dir.file("a.kdb"));
  std::filesystem::create_hard_link(dir.file("a.kdb"), dir.file("b.kdb"));
  std::string text;
  BOOST_TEST(error_of([&] { try_open(dir.file("b.kdb"), options()); }, &text) == "unsupported");
  BOOST_TEST(contains(text, "2 names"));
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused) {
  const TempDir dir;
  make_store(dir.file("a.kdb"));
  std::string bytes = support::read_file(dir.file("a.kdb"));
  const std::size_t place = bytes.find(std::string("format\1\0\0\0", 10));
  BOOST_REQUIRE(place != std::string::npos);
  for (std::size_t at = place; at != std::string::npos;
       at = bytes.find(std::string("format\1\0\0\0", 10), at)) {
    bytes[at + 6] = 2;
  }
  support::write_file(dir.file("b.kdb"), bytes);
  std::string text;
  BOOST_TEST(error_of([&] { try_open(dir.file("b.kdb"), options()); }, &text) == "newer_format");
  BOOST_TEST(contains(text, "format 2"));
  // And a newer format of LMDB itself.
  bytes = support::read_file(dir.file("a.kdb"));
  bytes[20] = 2;
  support::write_file(dir.file("c.kdb"), bytes);
  BOOST_TEST(error_of([&] { try_open(dir.file("c.kdb"), options()); }) == "newer_format");
}

BOOST_AUTO_TEST_CASE(without_permission_the_error_says_so) {
  if (::geteuid() == 0) {
    BOOST_TEST_MESSAGE("skipped: root may do everything");
    return;
  }
  const TempDir dir;
  make_store(dir.file("a.kdb"));
  std::filesystem::permissions(dir.file("a.kdb"), std::filesystem::perms::none);
  BOOST_TEST(error_of([&] { try_open(dir.file("a.kdb"), options()); }) == "permission");
}

BOOST_AUTO_TEST_CASE(the_library_names_itself) {
  BOOST_TEST(contains(lmdb::library_version(), "LMDB 0.9."));
}

BOOST_AUTO_TEST_SUITE_END()
