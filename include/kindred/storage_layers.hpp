// Layers: storages that wrap a storage. By URL ("count+fault(commit#3=io)+memory:") or by these
// functions.
//
//   count   counts round trips, as a remote storage would have them
//   fault   makes chosen calls fail, to prove what happens then
//
// Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/storage.hpp"

namespace kindred::storage {

// Round trips since the layer was made or reset. A batch of any size is one.
struct Counts {
  std::uint64_t get = 0;
  std::uint64_t get_many = 0;
  std::uint64_t contains = 0;
  std::uint64_t scan = 0;
  std::uint64_t scan_many = 0;
  std::uint64_t cursor = 0;  // each opening, each seek, and each further 1000 entries
  std::uint64_t put = 0;
  std::uint64_t erase = 0;
  std::uint64_t erase_range = 0;
  std::uint64_t apply = 0;
  std::uint64_t reserve = 0;
  std::uint64_t commit = 0;

  // Not round trips: a remote storage sends them along with the next call.
  std::uint64_t snapshot = 0;
  std::uint64_t begin = 0;
  std::uint64_t savepoint = 0;  // savepoint, rollback_to and release

  [[nodiscard]] std::uint64_t reads() const noexcept {
    return get + get_many + contains + scan + scan_many + cursor;
  }
  [[nodiscard]] std::uint64_t writes() const noexcept { return put + erase + erase_range + apply; }
  [[nodiscard]] std::uint64_t round_trips() const noexcept {
    return reads() + writes() + reserve + commit;
  }
};

class CountLayer : public Storage {
 public:
  [[nodiscard]] virtual Counts counts() const = 0;
  virtual void reset() = 0;
};

// Rules: "commit#3=io; get@7 every 10=conflict; put#5=no_space; any#12=io".
//
//   operation [@keyspace] #N      the N-th such call fails
//   operation [@keyspace] every N every N-th such call fails
//
// Operations: get, get_many, contains, scan, scan_many, cursor, put, erase, erase_range, apply,
// savepoint, rollback_to, release, reserve, commit, snapshot, begin, ensure, drop, keyspaces,
// copy_to, sync, or any. A batch belongs to each keyspace that it touches. A cursor counts as in
// Counts. After "=" stands the name of an ErrorCode that a storage may throw.
//
// A call that fails has not reached the storage, with one exception: commit=outcome_unknown commits
// first. A Writer that failed stays failed (capacity excepted, see duty 10): every further call but
// abort throws the same error.
class FaultLayer : public Storage {
 public:
  // Replaces the rules; the counting starts again. Throws UsageError naming what is wrong with
  // them, and then the old ones stay.
  virtual void set_rules(std::string_view rules) = 0;
  // As set_rules reads them.
  [[nodiscard]] virtual std::string rules() const = 0;
  // Calls that could have failed, since the rules were set. For sweeps: run once without rules,
  // then with "any#1=io", "any#2=io", ... to this number.
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
  // Calls that did fail, since the rules were set.
  [[nodiscard]] virtual std::uint64_t failures() const = 0;
};

[[nodiscard]] std::shared_ptr<CountLayer> count_layer(std::shared_ptr<Storage> base);
// Throws UsageError as set_rules does.
[[nodiscard]] std::shared_ptr<FaultLayer> fault_layer(std::shared_ptr<Storage> base,
                                                      std::string_view rules = {});

// The outermost layer of the given kind around a storage, or nullptr: for what was opened by URL.
// Lives as long as `storage`.
[[nodiscard]] CountLayer* find_count_layer(Storage& storage) noexcept;
[[nodiscard]] FaultLayer* find_fault_layer(Storage& storage) noexcept;

}  // namespace kindred::storage
