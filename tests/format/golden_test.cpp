// Bytes that must never change. golden/rows.txt holds, for a table with a column of every type,
// keys, rows and index keys in hexadecimal; golden/*.kdb are stores of released formats. To make
// them anew (a new format only!):
//   KINDRED_WRITE_GOLDEN=tests/format/golden test-format --run_test=golden*
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "json/row_json.hpp"
#include "kindred/store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace kindred;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(KINDRED_SOURCE_ROOT) / "tests/format/golden";

const char* const schema = R"({"tables":[
 {"name":"every","primary_key":["k_int","k_text","k_uuid"],
  "unique":[["c_text"]],"indexes":[["c_double","c_int16"]],
  "columns":[
   {"name":"k_int","type":"int32"},{"name":"k_text","type":"string"},{"name":"k_uuid","type":"uuid"},
   {"name":"c_bool","type":"bool"},{"name":"c_int8","type":"int8"},{"name":"c_int16","type":"int16","nullable":true},
   {"name":"c_int64","type":"int64"},{"name":"c_uint64","type":"uint64"},
   {"name":"c_float","type":"float"},{"name":"c_double","type":"double","nullable":true},
   {"name":"c_text","type":"string","nullable":true},{"name":"c_bytes","type":"bytes"},
   {"name":"c_date","type":"date"},{"name":"c_datetime","type":"datetime"},
   {"name":"c_decimal","type":"decimal","precision":10,"scale":2},
   {"name":"c_wide","type":"decimal","precision":30,"scale":5,"nullable":true},
   {"name":"c_json","type":"json"}]},
 {"name":"child","primary_key":["id"],
  "columns":[{"name":"id","type":"int64"},{"name":"a","type":"int32","nullable":true},
             {"name":"b","type":"string","nullable":true},{"name":"c","type":"uuid","nullable":true}],
  "foreign_keys":[{"columns":["a","b","c"],"references":{"table":"every","columns":["k_int","k_text","k_uuid"]},
                   "on_delete":"cascade"}]}]})";

const char* const rows[] = {
    R"({"k_int":-5,"k_text":"a\u0000b","k_uuid":"00112233-4455-6677-8899-aabbccddeeff","c_bool":true,"c_int8":-128,"c_int16":null,"c_int64":-9223372036854775808,"c_uint64":18446744073709551615,"c_float":1.5,"c_double":-0.25,"c_text":"h\u00e9llo","c_bytes":"AAEC/w==","c_date":"1969-07-20","c_datetime":"1969-07-20T20:17:40.000001","c_decimal":"-12345678.90","c_wide":"1234567890123456789012345.67890","c_json":{"a":[1,2]}})",
    R"({"k_int":7,"k_text":"","k_uuid":"ffffffff-ffff-ffff-ffff-ffffffffffff","c_bool":false,"c_int8":127,"c_int16":-2,"c_int64":0,"c_uint64":0,"c_float":0.0,"c_double":null,"c_text":null,"c_bytes":"","c_date":"2000-02-29","c_datetime":"2024-01-01T00:00:00","c_decimal":"0.05","c_wide":null,"c_json":"x"})",
};
const char* const child =
    R"({"id":1,"a":-5,"b":"a\u0000b","c":"00112233-4455-6677-8899-aabbccddeeff"})";

void fill(const Store& store) {
  store.update([&](Transaction& tx) {
    const auto catalog = tx.catalog();
    json::Document document;
    for (const char* text : rows)
      tx.insert("every", json::read_row(document.parse(text), *catalog->table("every"),
                                        json::ReadMode::strict));
    tx.insert("child", json::read_row(document.parse(child), *catalog->table("child"),
                                      json::ReadMode::strict));
  });
}

std::string hex(ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// Every entry of every keyspace but the catalogue's, whose records hold random numbers.
std::string all_entries(const Store& store) {
  std::ostringstream out;
  const auto reader = store.storage().snapshot();
  for (const auto& info : store.storage().keyspaces()) {
    if (info.id == storage::catalog_keyspace) continue;
    reader->scan(info.id, storage::Range::all(), {}, [&](ByteView key, ByteView value) {
      out << info.id << ' ' << hex(key) << ' ' << hex(value) << '\n';
      return true;
    });
  }
  return out.str();
}

std::string all_rows(const Store& store) {
  std::string out;
  const Snapshot now = store.snapshot();
  for (const Table& table : now.catalog()->tables)
    now.scan(table.name, {}, [&](const Row& row) {
      json::Writer writer(out);
      json::write_row(writer, table, row, json::BytesForm::plain);
      out += '\n';
      return true;
    });
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, path.string() + " is missing");
  return {std::istreambuf_iterator<char>(in), {}};
}

// Where goldens are written, or empty.
fs::path writing() {
  const char* to = std::getenv("KINDRED_WRITE_GOLDEN");
  return to == nullptr ? fs::path() : fs::path(to);
}

}  // namespace

BOOST_AUTO_TEST_CASE(golden_rows_keys_and_index_keys_are_written_as_ever) {
  const Store store = Store::open("memory:", Catalog::from_json(schema), {.create = true});
  fill(store);
  const std::string entries = all_entries(store);
  if (!writing().empty()) {
    fs::create_directories(writing());
    std::ofstream(writing() / "rows.txt", std::ios::binary) << entries;
  }
  BOOST_TEST(entries == read_file(golden / "rows.txt"));
}

BOOST_AUTO_TEST_CASE(golden_stores_of_every_released_format_are_read) {
  const support::TempDir temp;
  if (!writing().empty()) {
    const std::string made = (temp.path() / "made.kdb").string();
    const Store store = Store::open(made, Catalog::from_json(schema), {.create = true});
    fill(store);
    store.storage().copy_to((temp.path() / "copy.kdb").string());
    fs::copy_file(temp.path() / "copy.kdb", writing() / "lmdb-1.0.kdb",
                  fs::copy_options::overwrite_existing);
    std::ofstream(writing() / "rows.jsonl", std::ios::binary) << all_rows(store);
  }
  std::size_t stores = 0;
  for (const auto& entry : fs::directory_iterator(golden)) {
    if (entry.path().extension() != ".kdb") continue;
    ++stores;
    const std::string copy = (temp.path() / entry.path().filename()).string();
    fs::copy_file(entry.path(), copy);
    const Store store = Store::open(copy);
    BOOST_TEST(all_rows(store) == read_file(golden / "rows.jsonl"));
    BOOST_TEST(store.snapshot().check().problems == 0u);
    BOOST_TEST(store.catalog()->differences(Catalog::from_json(schema)).empty());
  }
  BOOST_TEST(stores > 0u);
}
