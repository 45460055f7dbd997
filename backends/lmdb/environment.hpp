// The one environment of a file in this process: what all handles, Readers and Writers of the file
// share. Any thread, unless a call says otherwise.
//
// Locks, in the order in which they are taken: the writer's turn (`turn_`, then the lock between
// processes), `handles_` (opening LMDB handles), `mutex_` (everything else). The environment itself
// is exchanged, or its map moved, only with all of them held and no reader left; so whoever has the
// turn, `handles_`, `mutex_` or a registered reader may use it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backends/lmdb/file.hpp"
#include "backends/lmdb/lmdb.hpp"
#include "backends/lmdb/native.hpp"
#include "backends/lmdb/transaction.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::lmdb {

class PageFile;

// The tree of this backend's own records: "format", "lmdb" (the library that made the file),
// "revision" (counts changes of the set of keyspaces), "unsynced" (the boot id, while commits are
// not synced), and "s" with a keyspace's number, 4 bytes big-endian: kind, member size (2 bytes,
// little-endian).
inline constexpr const char* own_tree = "kindred";
inline constexpr std::uint32_t format_number = 1;
[[nodiscard]] std::string keyspace_name(storage::KeyspaceId id);
[[nodiscard]] unsigned flags_of(storage::Shape shape) noexcept;

// Makes a new empty store. False where something was there already.
[[nodiscard]] bool create_file(const std::string& path);
// Makes a copy that mdb_env_copy wrote ready for its own life.
void clear_unsynced_mark(const std::string& path);

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  // The environment of the file, new or shared. `path` as resolve() gives it.
  [[nodiscard]] static std::shared_ptr<Environment> acquire(const std::string& path,
                                                            const storage::OpenOptions& options,
                                                            const Tuning& tuning);
  Environment(std::string path, const storage::OpenOptions& options, const Tuning& tuning);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] bool read_only() const noexcept { return read_only_; }
  // Throws Error(forked) in a child of the process that opened it, and where it broke.
  void check_usable() const;
  [[nodiscard]] bool is_forked() const noexcept;

  // Readers. `open` is the flag of the handle that asks.
  [[nodiscard]] std::shared_ptr<Transaction> begin_read(
      std::shared_ptr<const storage::Storage> owner, std::shared_ptr<const storage::OpenFlag> open);
  void end_read(std::shared_ptr<Transaction> transaction) noexcept;

  // Writers. `deadline` bounds the waiting for other Kindred writers, here and in other processes.
  [[nodiscard]] std::shared_ptr<Transaction> begin_write(
      std::chrono::milliseconds deadline, std::shared_ptr<const storage::Storage> owner,
      std::shared_ptr<const storage::OpenFlag> open);
  // Ends the transaction, also where it throws.
  void commit(Transaction& transaction, storage::Durability durability);
  // By the thread that began it; by another one it is left to that thread's next begin.
  void abort(Transaction& transaction, std::uint64_t owner_thread) noexcept;
  // After an assertion of LMDB within a write transaction: its state is unknown, so it is left as
  // it is, and this process writes no more.
  void wedge(Transaction& transaction) noexcept;
  // The map was full; `written` bytes had been put by then.
  void want_growth(std::uint64_t written) noexcept;
  void wake_waiting() noexcept { turn_.wake(); }
  [[nodiscard]] storage::SequenceMarks& marks() noexcept { return marks_; }

  // The calls of Storage.
  void ensure(storage::KeyspaceId id, storage::Shape shape,
              const std::shared_ptr<const storage::OpenFlag>& open);
  void drop(storage::KeyspaceId id, const std::shared_ptr<const storage::OpenFlag>& open);
  [[nodiscard]] std::vector<storage::KeyspaceInfo> keyspaces(
      const std::shared_ptr<const storage::OpenFlag>& open);
  void prepare_retry(const storage::OpenFlag& open);
  void copy_to(const std::string& path, const std::shared_ptr<const storage::OpenFlag>& open);
  void check(FunctionRef<void(const storage::Problem&)> report,
             const std::shared_ptr<const storage::OpenFlag>& open);
  void sync(const std::shared_ptr<const storage::OpenFlag>& open);

 private:
  friend struct Registry;
  enum class Loaded : std::uint8_t { done, reopen, resized };
  enum class Handles : std::uint8_t { fresh, inherited };
  enum class Turn : std::uint8_t { take, held };

  // environment.cpp: opening and closing
  void open_native(std::uint64_t map_size);
  void verify(storage::Verify verify);
  void verify_pages(const PageFile& file) const;
  void pad_file();
  void reopen();
  void close_native() noexcept;
  // False where a write transaction cannot be ended.
  [[nodiscard]] bool shut_down() noexcept;
  [[nodiscard]] PageFile file_of(MDB_txn* txn) const;

  // writing.cpp: turns, the gate, growth
  void take_process_turn(std::chrono::steady_clock::time_point deadline,
                         std::chrono::milliseconds asked);
  void leave_turn() noexcept;
  void abort_orphan() noexcept;
  [[nodiscard]] MDB_txn* begin_native(const storage::OpenFlag& open,
                                      std::chrono::steady_clock::time_point deadline,
                                      std::chrono::milliseconds asked,
                                      std::shared_ptr<const Table>& table);
  void sync_file_now();
  void mark_unsynced();
  // Syncs and takes the boot-id mark away, in a turn of its own.
  void settle(std::chrono::milliseconds deadline, const storage::OpenFlag& open);
  void clear_mark();
  [[noreturn]] void fail_commit(int code);
  void poison(std::string reason) noexcept;
  void check_not_poisoned() const;
  // Runs `work` while this process has no transaction on the file. Throws CapacityError at once
  // where the calling thread itself holds a snapshot, Error(busy) at the deadline.
  void exclusively(Turn turn, const storage::OpenFlag& open, std::string_view purpose,
                   FunctionRef<void()> work);
  void grow();
  void adopt_size();
  [[nodiscard]] std::string describe_readers() const;
  [[noreturn]] void fail_readers_full();

  // keyspaces.cpp
  // With `handles_` held. Empty `into` where table_ is current.
  [[nodiscard]] Loaded read_table(Handles handles, std::shared_ptr<const Table>& into);
  // Opens the file again with more handles, and the table with it. Within `exclusively`.
  void reopen_with_more();
  [[nodiscard]] std::uint64_t read_revision(MDB_txn* txn) const;
  void refresh(Turn turn, const storage::OpenFlag& open);
  void install(std::shared_ptr<const Table> table);
  [[nodiscard]] std::shared_ptr<const Table> table() const;
  void change_keyspaces(const std::shared_ptr<const storage::OpenFlag>& open,
                        FunctionRef<bool(MDB_txn*, std::vector<Keyspace>&)> change);
  void discard_tree(storage::KeyspaceId id, const std::shared_ptr<const storage::OpenFlag>& open);
  // A write transaction of the environment's own, run again where the map had to grow.
  void write_own(const std::shared_ptr<const storage::OpenFlag>& open,
                 FunctionRef<void(Transaction&)> work);
  void require_write(const char* operation, int code);

  const std::string path_;
  const std::string url_;
  const bool read_only_;
  const bool unsynced_;  // durability none
  const Tuning tuning_;
  const unsigned generation_;
  FileId id_;
  std::string boot_id_;
  Descriptor lock_file_;  // carries the lock between processes

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  MDB_env* env_ = nullptr;
  MDB_dbi own_ = 0;
  int fd_ = -1;                  // LMDB's own
  std::size_t mapped_page_ = 0;  // see Transaction::mapped_page
  unsigned max_trees_ = 0;
  bool gate_closed_ = false;
  std::vector<Transaction*> readers_;
  std::vector<std::shared_ptr<Transaction>> idle_;
  std::shared_ptr<const Table> table_;
  std::uint64_t known_ = 0;  // the last transaction up to which table_ is current
  std::string poison_;
  std::atomic<bool> poisoned_{false};

  storage::WriterGate turn_;
  std::mutex handles_;
  bool process_turn_ = false;
  std::atomic<bool> marked_{false};  // the boot-id mark is on disk
  MDB_txn* orphan_ = nullptr;
  std::uint64_t orphan_of_ = 0;
  std::uint64_t commits_ = 0;
  std::atomic<std::uint64_t> growth_wanted_{0};
  storage::SequenceMarks marks_;
};

// A read transaction for the length of a scope.
class ReadScope {
 public:
  ReadScope(Environment& environment, std::shared_ptr<const storage::OpenFlag> open)
      : environment_(environment), reader_(environment.begin_read(nullptr, std::move(open))) {}
  ~ReadScope() { environment_.end_read(std::move(reader_)); }
  ReadScope(const ReadScope&) = delete;
  ReadScope& operator=(const ReadScope&) = delete;
  [[nodiscard]] const Transaction* operator->() const noexcept { return reader_.get(); }

 private:
  Environment& environment_;
  std::shared_ptr<Transaction> reader_;
};

}  // namespace kindred::lmdb
