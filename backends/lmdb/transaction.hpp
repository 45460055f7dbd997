// What a Reader, a Writer and their cursors share: one transaction of LMDB and its kept cursors.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "backends/lmdb/native.hpp"
#include "kindred/storage.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::lmdb {

class Environment;

// A keyspace as this process has it open.
struct Keyspace {
  storage::KeyspaceId id = 0;
  MDB_dbi dbi = 0;
  storage::Shape shape;

  // 8-byte keys and members are integers inside.
  [[nodiscard]] bool word_keys() const noexcept {
    return shape.kind == storage::Shape::Kind::map_u64;
  }
  [[nodiscard]] bool word_members() const noexcept {
    return shape.kind == storage::Shape::Kind::set_fixed && shape.member_size == 8;
  }
};

// The keyspaces of one committed state. Unchangeable, shared by the transactions that use it.
class Table {
 public:
  // `keyspaces` in order of id.
  Table(std::vector<Keyspace> keyspaces, std::uint64_t revision);
  [[nodiscard]] const Keyspace* find(storage::KeyspaceId id) const noexcept {
    if (id < dense_.size()) [[likely]] {
      const std::uint32_t place = dense_[id];
      return place == 0 ? nullptr : &keyspaces_[place - 1];
    }
    return find_far(id);
  }
  [[nodiscard]] const std::vector<Keyspace>& all() const noexcept { return keyspaces_; }
  [[nodiscard]] std::uint64_t revision() const noexcept { return revision_; }

 private:
  [[nodiscard]] const Keyspace* find_far(storage::KeyspaceId id) const noexcept;
  std::vector<Keyspace> keyspaces_;
  std::vector<std::uint32_t> dense_;  // by id: 1 + place, 0 where there is none
  std::uint64_t revision_;
};

// A number for the calling thread that no other thread of the process ever gets.
[[nodiscard]] std::uint64_t this_thread() noexcept;

// Read transactions are kept for reuse when their Reader ends, together with their cursors.
struct Transaction {
  explicit Transaction(bool is_writer) : writable(is_writer) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  MDB_txn* txn = nullptr;  // null once it ended
  std::shared_ptr<const Table> table;
  // Set while a Reader or Writer has it.
  std::shared_ptr<Environment> environment;
  std::shared_ptr<const storage::Storage> owner;
  std::shared_ptr<const storage::OpenFlag> open;
  const bool writable;
  // Of a read transaction, whose pages stay as they are: their size, where that is also what they
  // are aligned to. Else 0.
  std::size_t mapped_page = 0;
  bool changes_keyspaces = false;  // the table of keyspaces is older than what it commits

  struct Kept {
    MDB_cursor* cursor = nullptr;
    std::uint64_t epoch = 0;
  };
  std::vector<std::vector<Kept>> kept;  // by DBI, those that nobody uses at the moment
  std::uint64_t epoch = 0;              // counts the uses of a read transaction
  unsigned leased = 0;                  // cursors in use

  // For messages about snapshots in the way: who uses it and since when.
  std::atomic<std::uint64_t> user{0};
  std::size_t place = 0;
  long made_by = 0;
  std::chrono::steady_clock::time_point since;

  // A cursor on `dbi`, kept or new.
  [[nodiscard]] MDB_cursor* take_cursor(MDB_dbi dbi);
  void give_back(MDB_dbi dbi, MDB_cursor* cursor) noexcept;
  void close_kept() noexcept;  // read transactions
};

// A cursor for the length of a scope or of an object.
class Lease {
 public:
  Lease(Transaction& transaction, MDB_dbi dbi)
      : transaction_(transaction), dbi_(dbi), cursor_(transaction.take_cursor(dbi)) {}
  ~Lease() { transaction_.give_back(dbi_, cursor_); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  [[nodiscard]] MDB_cursor* get() const noexcept { return cursor_; }

 private:
  Transaction& transaction_;
  MDB_dbi dbi_;
  MDB_cursor* cursor_;
};

}  // namespace kindred::lmdb
