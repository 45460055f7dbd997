// One thing that is measured. A workload is made for one number of rows and used for all contenders
// and repetitions; before() and after() are not measured.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "contender.hpp"
#include "dataset.hpp"
#include "slot.hpp"

namespace kindred::bench {

enum class Clock { cpu, wall };

// Empty: no target stands.
struct Targets {
  std::optional<double> lmdb;         // at most so many times the cost of raw LMDB
  std::optional<double> sqlite;       // at least so many times faster than SQLite
  std::optional<double> nanoseconds;  // at most
};

// A contender's result is not what it must be: the measurement is worthless.
class Mismatch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// Throws Mismatch unless they are equal. `what` names the contender's duty.
void expect(const Slot& slot, std::string_view what, const Tally& found, const Tally& wanted);

class Workload {
 public:
  virtual ~Workload() = default;
  [[nodiscard]] virtual Clock clock() const { return Clock::cpu; }
  [[nodiscard]] virtual Targets targets() const = 0;
  // What one call of run() does; its cost is divided by this.
  [[nodiscard]] virtual std::uint64_t operations() const = 0;
  // Makes the store ready.
  virtual void before(Slot& slot) = 0;
  virtual void run(Contender& contender) = 0;
  // Verifies what run() did. `last`: of this contender's repetitions, so more may be spent on it.
  virtual void after(Slot& slot, bool last) = 0;
};

struct Scale {
  const Blog& blog;
  bool quick = false;
  // Targets differ between tables that fit the processor's caches and those that do not.
  [[nodiscard]] bool large() const { return blog.rows >= 500'000; }
};

// Which contenders run beside Kindred.
enum class Peers {
  usual,           // raw LMDB and SQLite
  reading,         // and SQLite without its mutex, which is what reading many columns pays for
  sqlite_by_rows,  // SQLite deleting parent by parent
  none,            // only the session has it
};

struct WorkloadEntry {
  std::string_view name;
  std::string_view what;
  std::string_view unit;  // what one operation is
  std::unique_ptr<Workload> (*make)(const Scale& scale);
  Peers peers = Peers::usual;
};

// In the order in which they run.
[[nodiscard]] std::span<const WorkloadEntry> all_workloads();

[[nodiscard]] std::unique_ptr<Workload> make_insert_ascending(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_insert_random(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_insert_child(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_insert_graph(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_identity_hit(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_touch_few(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_flush_few(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_get_reused(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_get_new(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_scan(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_scan_filter(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_children(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_open(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_update(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_cascade(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_cascade_each(const Scale& scale);
[[nodiscard]] std::unique_ptr<Workload> make_commit(const Scale& scale);

}  // namespace kindred::bench
