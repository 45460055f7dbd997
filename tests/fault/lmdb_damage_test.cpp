// Damaged files: a typed error or right data, never a signal.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <random>

#include "backends/lmdb/page.hpp"
#include "tests/fault/lmdb_support.hpp"
#include "tests/support/files.hpp"

using namespace kindred;
using namespace kindred::fault_test;
using kindred::support::read_file;
using kindred::support::TempDir;
using kindred::support::write_file;

namespace {

constexpr std::size_t page = 4096;

// Everything that a store holds, as text.
std::string contents(storage::Storage& store) {
  std::string all;
  const auto reader = store.snapshot();
  for (const storage::KeyspaceInfo& info : store.keyspaces()) {
    reader->scan(info.id, Range::all(), {}, [&](ByteView key, ByteView value) {
      all += std::to_string(info.id);
      all.append(key).append("=").append(value).append(";");
      return true;
    });
  }
  return all;
}

// A store of about 60 pages with every shape, sets large enough for trees of their own, large
// values and free pages.
std::string make_rich(const TempDir& dir) {
  const std::string path = dir.file("rich.kdb");
  const auto store = make_store(path);
  store->ensure(2, {Shape::Kind::set_fixed, 8});
  store->ensure(3, {Shape::Kind::set_bytes, 0});
  store->ensure(4, {Shape::Kind::map_bytes, 0});
  store->ensure(5, {Shape::Kind::set_fixed, 3});
  const auto writer = store->begin({});
  for (std::uint64_t i = 0; i < 600; ++i) {
    writer->put(1, key_of(i), std::string(100, 'v'), Intent::either);
    writer->put(2, i < 500 ? "big" : "k" + std::to_string(i % 20), key_of(i), Intent::either);
    writer->put(3, i % 3 == 0 ? "long" : "short" + std::to_string(i),
                "member" + std::to_string(i) + std::string(20, 'm'), Intent::either);
    writer->put(5, "set", key_of(i).substr(5), Intent::either);
  }
  writer->put(4, "large", std::string(20'000, 'L'), Intent::either);
  writer->commit();
  const auto second = store->begin({});
  second->erase_range(1, Range::between(key_of(100), key_of(300)));
  second->commit();
  return read_file(path);
}

// Exit statuses of the child; none that a sanitizer uses.
constexpr int right_data = 40, corruption = 41, not_a_store = 42, other_data = 43, other_error = 44;

int open_and_read(const std::string& path, const std::string& expected, storage::Verify verify) {
  OpenOptions how = options();
  how.verify = verify;
  try {
    const auto store = lmdb::open(path, how);
    const std::string seen = contents(*store);
    put(*store, 5000, "one more");
    return seen == expected ? right_data : other_data;
  } catch (const Error& e) {
    if (e.code() == ErrorCode::corruption) return corruption;
    if (e.code() == ErrorCode::not_a_store) return not_a_store;
    std::cerr << e.what() << "\n";
    return other_error;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lmdb_damage)

BOOST_AUTO_TEST_CASE(a_file_cut_off_anywhere_is_an_error_and_no_signal) {
  const TempDir dir;
  const std::string whole = make_rich(dir);
  const std::string path = dir.file("cut.kdb");
  const std::string expected = [&] {
    const auto store = lmdb::open(dir.file("rich.kdb"), options());
    return contents(*store);
  }();
  std::map<int, int> outcomes;
  for (std::size_t size = 0; size < whole.size(); size += page / 2 + 100) {
    write_file(path, std::string_view(whole).substr(0, size));
    const int status = in_child([&] { return open_and_read(path, expected, {}); });
    ++outcomes[status];
    BOOST_TEST((status == right_data || status == corruption ||
                (status == not_a_store && size < 2 * page)),
               "cut at " << size << ": " << status);
    if (status == right_data) BOOST_TEST(size > whole.size() / 2);
  }
  BOOST_TEST(outcomes[corruption] > 20);
}

BOOST_AUTO_TEST_CASE(a_zeroed_page_is_found_before_use_when_pages_are_verified) {
  const TempDir dir;
  const std::string whole = make_rich(dir);
  const std::string path = dir.file("zeroed.kdb");
  const std::string expected = [&] {
    const auto store = lmdb::open(dir.file("rich.kdb"), options());
    return contents(*store);
  }();
  int found = 0;
  int in_value = 0;
  for (std::size_t at = 0; at < whole.size(); at += page) {
    std::string bytes = whole;
    bytes.replace(at, page, page, '\0');
    write_file(path, bytes);
    const int status =
        in_child([&] { return open_and_read(path, expected, storage::Verify::pages); });
    // Right data: the page was free. Other data: one of the 4 that go on with the large value; they
    // have no header, and only the engine's checksums know what is in a value.
    BOOST_TEST((status == right_data || status == corruption || status == other_data),
               "page " << at / page << ": " << status);
    found += status == corruption;
    in_value += status == other_data;
  }
  BOOST_TEST(in_value == 4);
  BOOST_TEST(found > 20);
}

BOOST_AUTO_TEST_CASE(an_assertion_of_lmdb_becomes_an_error) {
  const TempDir dir;
  const std::string whole = make_rich(dir);
  const std::string path = dir.file("zeroed.kdb");
  const std::string expected = [&] {
    const auto store = lmdb::open(dir.file("rich.kdb"), options());
    return contents(*store);
  }();
  // Without verification a zeroed page may be met by LMDB itself: an error, or data that the
  // checksums of rows must tell apart, but no abort.
  int found = 0;
  for (std::size_t at = 2 * page; at < whole.size(); at += page) {
    std::string bytes = whole;
    bytes.replace(at, page, page, '\0');
    write_file(path, bytes);
    const int status = in_child([&] { return open_and_read(path, expected, {}); });
    BOOST_TEST(status >= right_data, "page " << at / page << ": " << status);
    BOOST_TEST(status <= other_error);
    found += status == corruption;
  }
  BOOST_TEST(found > 5);
}

BOOST_AUTO_TEST_CASE(flipped_bytes_in_page_headers_are_found_when_pages_are_verified) {
  const TempDir dir;
  const std::string whole = make_rich(dir);
  const std::string path = dir.file("flipped.kdb");
  const std::string expected = [&] {
    const auto store = lmdb::open(dir.file("rich.kdb"), options());
    return contents(*store);
  }();
  const unsigned seed = 20240817;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  int found = 0;
  for (int i = 0; i < 120; ++i) {
    std::string bytes = whole;
    const std::size_t number = random() % (whole.size() / page);
    const std::size_t at = number * page + random() % (number < 2 ? 152 : 48);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    write_file(path, bytes);
    const int status =
        in_child([&] { return open_and_read(path, expected, storage::Verify::pages); });
    BOOST_TEST((status >= right_data && status <= other_error), "byte " << at << ": " << status);
    found += status == corruption;
  }
  BOOST_TEST(found > 40);
}

BOOST_AUTO_TEST_CASE(one_bad_meta_page_is_corruption_and_not_another_kind_of_file) {
  const TempDir dir;
  const std::string whole = make_rich(dir);
  for (const std::size_t at : {std::size_t{0}, page}) {
    std::string bytes = whole;
    bytes.replace(at, 200, 200, '\0');
    write_file(dir.file("b.kdb"), bytes);
    std::string text;
    BOOST_TEST(error_of([&] { try_open(dir.file("b.kdb"), options()); }, &text) == "corruption");
    BOOST_TEST(contains(text, "page " + std::to_string(at / page)));
  }
}

BOOST_AUTO_TEST_CASE(a_healthy_file_without_its_last_free_pages_opens_and_gets_its_length_back) {
  const TempDir dir;
  const std::string path = dir.file("a.kdb");
  {
    const auto store = make_store(path);
    put_many(*store, 0, 1000);
    // The last pages become free ones.
    for (int i = 0; i < 3; ++i) {
      const auto writer = store->begin({});
      writer->erase_range(table, Range::from(key_of(10)));
      writer->commit();
      put(*store, 1, "kept");
    }
  }
  const std::string whole = read_file(path);
  // The highest page in use, asked of the checker: the shortest length that it accepts.
  std::size_t shortest = whole.size();
  while (shortest > 2 * page) {
    write_file(dir.file("b.kdb"), std::string_view(whole).substr(0, shortest - page));
    const int status = in_child([&] {
      OpenOptions how = options();
      how.access = storage::Access::read_only;
      return error_of([&] { try_open(dir.file("b.kdb"), how); }) == "none" ? right_data
                                                                           : corruption;
    });
    BOOST_TEST((status == right_data || status == corruption));
    if (status != right_data) break;
    shortest -= page;
  }
  BOOST_REQUIRE(shortest < whole.size());
  write_file(dir.file("b.kdb"), std::string_view(whole).substr(0, shortest));
  {
    const auto store = lmdb::open(dir.file("b.kdb"), options());
    BOOST_TEST(get(*store, 1) == "kept");
    BOOST_TEST(std::filesystem::file_size(dir.file("b.kdb")) >= whole.size());
    put_many(*store, 0, 1000);
    store->check([](const storage::Problem& p) { BOOST_ERROR(p.where + ": " + p.what); });
  }
}

BOOST_AUTO_TEST_CASE(an_lmdb_file_of_somebody_else_is_not_a_store) {
  const TempDir dir;
  // Told by the name of the tree of our own records.
  std::string bytes = make_rich(dir);
  for (std::size_t at = bytes.find("kindred"); at != std::string::npos;
       at = bytes.find("kindred", at)) {
    bytes.replace(at, 7, "someone");
  }
  write_file(dir.file("x.mdb"), bytes);
  std::string text;
  BOOST_TEST(error_of([&] { try_open(dir.file("x.mdb"), options()); }, &text) == "not_a_store");
  BOOST_TEST(contains(text, "LMDB file"));
}

BOOST_AUTO_TEST_CASE(check_reports_the_place) {
  const TempDir dir;
  make_rich(dir);
  const auto store = lmdb::open(dir.file("rich.kdb"), options());
  int problems = 0;
  store->check([&](const storage::Problem&) { ++problems; });
  BOOST_TEST(problems == 0);
  // Swaps two keys of a leaf of keyspace 1 behind LMDB's back.
  std::string bytes = read_file(dir.file("rich.kdb"));
  bool swapped = false;
  for (std::size_t at = 2 * page; at + page <= bytes.size() && !swapped; at += page) {
    const lmdb::PageView view(ByteView(bytes).substr(at, page));
    if (view.flags() != lmdb::page_flag::leaf || !view.fault().empty() || view.count() < 3)
      continue;
    const lmdb::Node first = view.node(0);
    if (first.key.size() != 8 || first.data != std::string(100, 'v')) continue;
    std::swap(bytes[at + 16], bytes[at + 18]);
    std::swap(bytes[at + 17], bytes[at + 19]);
    write_file(dir.file("b.kdb"), bytes);
    const auto damaged = lmdb::open(dir.file("b.kdb"), options());
    std::string all;
    damaged->check([&](const storage::Problem& p) { all += p.where + ": " + p.what + "\n"; });
    // The page may be a free one; then the next is tried.
    swapped = contains(all, "keys out of order") && contains(all, "keyspace 1");
    bytes = read_file(dir.file("rich.kdb"));
  }
  BOOST_TEST(swapped);
}

BOOST_AUTO_TEST_SUITE_END()
