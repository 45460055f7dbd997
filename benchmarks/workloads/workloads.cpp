#include <array>
#include <string>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

constexpr std::array<WorkloadEntry, 17> entries{{
    {"insert-ascending", "bulk insert, ascending key, one unit of work", "row",
     make_insert_ascending},
    {"insert-random", "bulk insert, random key, one unit of work (raw LMDB sorts first)", "row",
     make_insert_random},
    {"insert-child", "insert children: reference check and index, one unit of work", "row",
     make_insert_child},
    {"insert-graph", "insert users with their posts, one unit of work", "row", make_insert_graph},
    {"get-reused", "get by key, decoded into the same object, snapshot held", "row",
     make_get_reused, Peers::reading},
    {"get-new", "get by key, decoded into a new object, snapshot held", "row", make_get_new,
     Peers::reading},
    {"scan", "full scan, every row decoded", "row", make_scan, Peers::reading},
    {"scan-filter", "scan that filters on one column", "row looked at", make_scan_filter,
     Peers::reading},
    {"children", "parent to its children's rows, 10 each, scattered", "child row", make_children,
     Peers::reading},
    {"identity-hit", "get of an object that the session holds, keys at random", "object",
     make_identity_hit, Peers::none},
    {"touch-few", "reach 10 of the objects that the session holds, change none, and flush", "flush",
     make_touch_few, Peers::none},
    {"flush-few", "the same, and change them", "flush", make_flush_few, Peers::none},
    {"open", "open a store, read one row, close", "store", make_open},
    {"update", "update one column of random rows, one unit of work (raw LMDB sorts first)", "row",
     make_update},
    {"cascade", "cascade delete as a set, depth 2 (raw LMDB sorted, SQLite one statement)",
     "row erased", make_cascade},
    {"cascade-each", "the same, against SQLite parent by parent, 1000 parents a transaction",
     "row erased", make_cascade_each, Peers::sqlite_by_rows},
    {"commit", "one-row durable commit, wall clock", "commit", make_commit},
}};

}  // namespace

std::span<const WorkloadEntry> all_workloads() { return entries; }

void expect(const Slot& slot, std::string_view what, const Tally& found, const Tally& wanted) {
  if (found == wanted) return;
  throw Mismatch(std::string(slot.contender().name()) + ": " + std::string(what) + ": found " +
                 std::to_string(found.rows) + " rows with sum " + std::to_string(found.sum) +
                 ", wanted " + std::to_string(wanted.rows) + " with " + std::to_string(wanted.sum));
}

}  // namespace kindred::bench
