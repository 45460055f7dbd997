#include "backends/lmdb/transaction.hpp"

#include <algorithm>
#include <new>

namespace kindred::lmdb {
namespace {

constexpr storage::KeyspaceId most_dense = 1 << 16;

}  // namespace

Table::Table(std::vector<Keyspace> keyspaces, std::uint64_t revision)
    : keyspaces_(std::move(keyspaces)), revision_(revision) {
  for (std::size_t i = 0; i < keyspaces_.size(); ++i) {
    const storage::KeyspaceId id = keyspaces_[i].id;
    if (id >= most_dense) break;
    dense_.resize(id + 1, 0);
    dense_[id] = static_cast<std::uint32_t>(i + 1);
  }
}

const Keyspace* Table::find_far(storage::KeyspaceId id) const noexcept {
  const auto found =
      std::lower_bound(keyspaces_.begin(), keyspaces_.end(), id,
                       [](const Keyspace& k, storage::KeyspaceId wanted) { return k.id < wanted; });
  return found != keyspaces_.end() && found->id == id ? &*found : nullptr;
}

std::uint64_t this_thread() noexcept {
  static std::atomic<std::uint64_t> counter{0};
  thread_local std::uint64_t number = 0;
  if (number == 0) [[unlikely]]
    number = counter.fetch_add(1) + 1;
  return number;
}

MDB_cursor* Transaction::take_cursor(MDB_dbi dbi) {
  if (kept.size() <= dbi) kept.resize(dbi + 1);
  std::vector<Kept>& idle = kept[dbi];
  if (!idle.empty()) {
    const Kept last = idle.back();
    if (!writable && last.epoch != epoch) {
      require("mdb_cursor_renew", mdb_cursor_renew(txn, last.cursor), "cursor");
    }
    idle.pop_back();
    ++leased;
    return last.cursor;
  }
  idle.reserve(4);  // so that giving back cannot fail in the usual case
  MDB_cursor* cursor = nullptr;
  require("mdb_cursor_open", trapped([&] { return mdb_cursor_open(txn, dbi, &cursor); }), "cursor");
  ++leased;
  return cursor;
}

void Transaction::give_back(MDB_dbi dbi, MDB_cursor* cursor) noexcept {
  --leased;
  if (txn == nullptr) {
    // The end of a write transaction frees its cursors, that of a read transaction does not.
    if (!writable) mdb_cursor_close(cursor);
    return;
  }
  try {
    kept[dbi].push_back({cursor, epoch});
  } catch (const std::bad_alloc&) {
    mdb_cursor_close(cursor);
  }
}

void Transaction::close_kept() noexcept {
  for (std::vector<Kept>& idle : kept) {
    for (const Kept& one : idle) mdb_cursor_close(one.cursor);
    idle.clear();
  }
}

}  // namespace kindred::lmdb
