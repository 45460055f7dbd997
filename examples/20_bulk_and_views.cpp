// Many rows: bulk insert with progress, scans over rows in place, ranges, updates and deletes as
// sets.
//
//   20_bulk_and_views STORE
#include <kindred/kindred.hpp>

#include <iostream>

using namespace kindred;

struct Reading {
  static constexpr auto tablename = "readings";
  Mapped<std::int64_t, primary_key> id;
  Mapped<int, indexed> sensor;
  Mapped<double> value;
};
using Log = Registry<Reading>;

int main(int argc, char** argv) {
  const Store store = Store::open<Log>(argc > 1 ? argv[1] : "memory:", {.create = true});

  std::vector<Reading> readings(50'000);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].sensor = static_cast<int>(i % 7);
    readings[i].value = static_cast<double>(i) / 10;
  }
  std::uint64_t told = 0;
  BulkOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t) {
    told = done;
    return true;  // false would stop, and nothing would be written
  };
  store.insert(readings, options);
  std::cout << told << " inserted\n";

  // One column read in place; the others are not decoded.
  const Snapshot seen = store.snapshot();
  std::uint64_t high = 0;
  for (const RowView<Reading>& row : seen.views<Reading>())
    if (row[field<&Reading::value>] >= 4990.0) ++high;
  std::cout << high << " high readings\n";

  double sum = 0;
  for (const Reading& reading : seen.range<Reading>(101, 201)) sum += reading.value;
  std::cout << "ids 101 to 200 sum up to " << sum << '\n';

  store.update([&](Transaction& tx) {
    std::vector<std::int64_t> old;
    for (const Reading& reading : tx.range<Reading>(1, 10'001)) old.push_back(*reading.id);
    tx.erase_all<Reading>(old);  // as one set
  });
  std::cout << store.snapshot().count<Reading>() << " left, " << seen.count<Reading>()
            << " in the snapshot from before\n";
}
