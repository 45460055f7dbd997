// Turns of writers, commits, the gate for readers, and the growth of the map.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <sstream>
#include <thread>

#include "backends/lmdb/environment.hpp"

namespace kindred::lmdb {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t most_idle = 64;

long long age_of(steady_clock::time_point since) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - since).count();
}

steady_clock::time_point after(milliseconds wait) {
  return steady_clock::now() + std::min(wait, milliseconds(std::chrono::hours(24 * 365)));
}

}  // namespace

// ---- readers

std::shared_ptr<Transaction> Environment::begin_read(
    std::shared_ptr<const storage::Storage> owner, std::shared_ptr<const storage::OpenFlag> open) {
  check_usable();
  for (bool checked = false;;) {
    int code = MDB_SUCCESS;
    bool stale = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !gate_closed_; });
      if (env_ == nullptr) check_not_poisoned();
      std::shared_ptr<Transaction> transaction;
      if (!idle_.empty()) {
        transaction = std::move(idle_.back());
        idle_.pop_back();
        code = mdb_txn_renew(transaction->txn);
        if (code != MDB_SUCCESS) idle_.push_back(std::move(transaction));
      } else {
        transaction = std::make_shared<Transaction>(false);
        transaction->mapped_page = mapped_page_;
        readers_.reserve(readers_.size() + 1);
        code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &transaction->txn);
      }
      if (code == MDB_SUCCESS) {
        const std::uint64_t id = mdb_txn_id(transaction->txn);
        if (id > known_) {
          try {
            stale = read_revision(transaction->txn) != table_->revision();
          } catch (...) {
            mdb_txn_reset(transaction->txn);
            idle_.push_back(std::move(transaction));
            throw;
          }
          if (!stale) known_ = id;
        }
        if (stale) {
          mdb_txn_reset(transaction->txn);
          idle_.push_back(std::move(transaction));
        } else {
          transaction->table = table_;
          transaction->environment = shared_from_this();
          transaction->owner = std::move(owner);
          transaction->open = std::move(open);
          ++transaction->epoch;
          transaction->user.store(this_thread(), std::memory_order_relaxed);
          transaction->made_by = thread_number();
          transaction->since = steady_clock::now();
          transaction->place = readers_.size();
          readers_.push_back(transaction.get());
          return transaction;
        }
      }
    }
    if (stale) {
      refresh(Turn::take, *open);
    } else if (code == MDB_MAP_RESIZED) {
      exclusively(Turn::take, *open, "taking over the size that another process gave the map",
                  [&] { adopt_size(); });
    } else if (code != MDB_READERS_FULL) {
      fail("mdb_txn_begin", code, url_);
    } else {
      const std::lock_guard lock(mutex_);
      if (checked) fail_readers_full();
      int dead = 0;
      mdb_reader_check(env_, &dead);
      checked = true;
    }
  }
}

void Environment::end_read(std::shared_ptr<Transaction> transaction) noexcept {
  if (is_forked()) return;
  // Kept alive until the lock is released: the transaction may hold the last reference.
  const std::shared_ptr<Environment> self = std::move(transaction->environment);
  const std::shared_ptr<const storage::Storage> owner = std::move(transaction->owner);
  std::shared_ptr<Transaction> rest = std::move(transaction);
  const std::lock_guard lock(mutex_);
  readers_[rest->place] = readers_.back();
  readers_[rest->place]->place = rest->place;
  readers_.pop_back();
  rest->open.reset();
  rest->table.reset();
  mdb_txn_reset(rest->txn);
  if (rest->leased > 0 || idle_.size() >= most_idle) {
    // A cursor object lives on, and must find that its reader is gone.
    rest->close_kept();
    mdb_txn_abort(rest->txn);
    rest->txn = nullptr;
  } else {
    try {
      idle_.push_back(rest);
    } catch (...) {
      rest->close_kept();
      mdb_txn_abort(rest->txn);
      rest->txn = nullptr;
    }
  }
  if (gate_closed_) changed_.notify_all();
}

std::string Environment::describe_readers() const {
  std::ostringstream text;
  std::size_t shown = 0;
  for (const Transaction* reader : readers_) {
    if (shown++ == 5) {
      text << ", and " << readers_.size() - 5 << " more";
      break;
    }
    text << (shown == 1 ? "" : ", ") << "one made by thread " << reader->made_by << " "
         << age_of(reader->since) << " ms ago";
  }
  return text.str();
}

void Environment::fail_readers_full() {
  std::map<std::string, unsigned> slots;
  mdb_reader_list(
      env_,
      [](const char* line, void* context) {
        std::istringstream words(line);
        std::string pid;
        if (words >> pid && pid.find_first_not_of("0123456789") == std::string::npos) {
          ++(*static_cast<std::map<std::string, unsigned>*>(context))[pid];
        }
        return 0;
      },
      &slots);
  unsigned limit = 0;
  mdb_env_get_maxreaders(env_, &limit);
  std::ostringstream text;
  text << url_ << ": all " << limit << " slots for snapshots are taken:";
  for (const auto& [pid, count] : slots) text << " process " << pid << " has " << count << ",";
  text << " end snapshots there";
  throw CapacityError(text.str(), limit, std::uint64_t{limit} + 1);
}

// ---- turns

void Environment::take_process_turn(steady_clock::time_point deadline, milliseconds asked) {
  if (process_turn_) return;
  milliseconds pause{1};
  while (!lock_writers(lock_file_.get())) {
    if (steady_clock::now() >= deadline) {
      const long pid = writers_holder(lock_file_.get());
      throw Error(ErrorCode::busy,
                  url_ + ": " + (pid > 0 ? "process " + std::to_string(pid) : "another process") +
                      " holds the writer; gave up after " + std::to_string(asked.count()) +
                      " ms: wait for it, or raise the deadline");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, milliseconds(10));
  }
  process_turn_ = true;
}

void Environment::leave_turn() noexcept {
  if (process_turn_) unlock_writers(lock_file_.get());
  process_turn_ = false;
  turn_.leave();
}

void Environment::abort_orphan() noexcept {
  MDB_txn* txn = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (orphan_ == nullptr || orphan_of_ != this_thread()) return;
    std::swap(txn, orphan_);
  }
  mdb_txn_abort(txn);
  leave_turn();
}

// The table is taken before the transaction begins, so that the transaction knows all its handles.
MDB_txn* Environment::begin_native(const storage::OpenFlag& open, steady_clock::time_point deadline,
                                   milliseconds asked, std::shared_ptr<const Table>& table) {
  for (;;) {
    take_process_turn(deadline, asked);
    std::uint64_t known = 0;
    {
      const std::lock_guard lock(mutex_);
      table = table_;
      known = known_;
    }
    MDB_txn* txn = nullptr;
    const int code = trapped([&] { return mdb_txn_begin(env_, nullptr, 0, &txn); });
    if (code == MDB_MAP_RESIZED) {
      exclusively(Turn::held, open, "taking over the size that another process gave the map",
                  [&] { adopt_size(); });
      continue;
    }
    require("mdb_txn_begin", code, url_);
    const std::uint64_t before = mdb_txn_id(txn) - 1;
    bool stale = false;
    if (before > known) {
      try {
        stale = read_revision(txn) != table->revision();
      } catch (...) {
        mdb_txn_abort(txn);
        throw;
      }
      if (unsynced_) {
        // Another process may have taken the mark away when it synced.
        MDB_val key = to_native("unsynced");
        MDB_val mark{};
        marked_ = mdb_get(txn, own_, &key, &mark) == MDB_SUCCESS && to_view(mark) == boot_id_;
      }
    }
    if (!stale && (!unsynced_ || marked_)) return txn;
    mdb_txn_abort(txn);
    if (stale) {
      refresh(Turn::held, open);
    } else {
      mark_unsynced();
    }
  }
}

std::shared_ptr<Transaction> Environment::begin_write(
    milliseconds deadline, std::shared_ptr<const storage::Storage> owner,
    std::shared_ptr<const storage::OpenFlag> open) {
  check_usable();
  if (read_only_) {
    throw Error(ErrorCode::read_only, url_ + ": opened read-only: open it for writing");
  }
  check_not_poisoned();
  abort_orphan();
  const steady_clock::time_point end = after(deadline);
  turn_.enter(url_, deadline, *open);
  try {
    check_not_poisoned();
    auto transaction = std::make_shared<Transaction>(true);
    transaction->txn = begin_native(*open, end, deadline, transaction->table);
    transaction->environment = shared_from_this();
    transaction->owner = std::move(owner);
    transaction->open = std::move(open);
    return transaction;
  } catch (...) {
    leave_turn();
    throw;
  }
}

void Environment::commit(Transaction& transaction, storage::Durability durability) {
  MDB_txn* const txn = transaction.txn;
  const std::uint64_t id = mdb_txn_id(txn);
  const bool deferred = durability != storage::Durability::committed && !unsynced_;
  if (deferred) mdb_env_set_flags(env_, MDB_NOMETASYNC, 1);
  const int code = trapped([&] { return mdb_txn_commit(txn); }, [&] { wedge(transaction); });
  if (deferred) mdb_env_set_flags(env_, MDB_NOMETASYNC, 0);
  transaction.txn = nullptr;
  if (code == MDB_SUCCESS) {
    MDB_envinfo info{};
    mdb_env_info(env_, &info);
    // Otherwise nothing was written, and the number is still free.
    if (info.me_last_txnid == id && !transaction.changes_keyspaces) {
      const std::lock_guard lock(mutex_);
      known_ = std::max(known_, id);
    }
    if (++commits_ % 1024 == 0) {
      int dead = 0;
      mdb_reader_check(env_, &dead);
    }
  }
  leave_turn();
  if (code != MDB_SUCCESS) fail_commit(code);
}

void Environment::abort(Transaction& transaction, std::uint64_t owner_thread) noexcept {
  if (transaction.txn == nullptr || is_forked()) return;
  MDB_txn* const txn = transaction.txn;
  transaction.txn = nullptr;
  if (owner_thread != this_thread()) {
    // LMDB's lock belongs to the thread that took it.
    const std::lock_guard lock(mutex_);
    orphan_ = txn;
    orphan_of_ = owner_thread;
    return;
  }
  mdb_txn_abort(txn);
  leave_turn();
}

void Environment::wedge(Transaction& transaction) noexcept {
  {
    const std::lock_guard lock(mutex_);
    orphan_ = transaction.txn;
    orphan_of_ = 0;
    transaction.txn = nullptr;
    if (!poisoned_) poison_ = "LMDB met damage in the middle of a write";
    poisoned_ = true;
  }
  turn_.leave();  // the lock between processes stays taken, as LMDB's own does
}

void Environment::fail_commit(int code) {
  if (code == MDB_MAP_FULL) {
    want_growth(0);
    throw ConflictError(url_ + ": the map is full: run the closure again, it grows in between");
  }
  if (code == EIO && is_disk_full(fd_)) code = ENOSPC;  // LMDB's word for a short write
  if (code == EIO || code == MDB_PANIC) {
    poison("a commit met an I/O error, after which what is on disk cannot be known");
  }
  if (code == MDB_BAD_TXN) {
    throw ConflictError(url_ + ": the transaction had failed before: run the closure again");
  }
  fail("mdb_txn_commit", code, url_);
}

void Environment::poison(std::string reason) noexcept {
  const std::lock_guard lock(mutex_);
  if (poisoned_) return;
  poison_ = std::move(reason);
  poisoned_ = true;
}

void Environment::check_not_poisoned() const {
  if (!poisoned_) [[likely]]
    return;
  throw StorageError(ErrorCode::io, "begin", "",
                     url_ + " takes no more writes from this process: " + poison_ +
                         ": close every use of it, look at the disk, open it with Verify::pages");
}

// ---- unsynced mode

void Environment::mark_unsynced() {
  MDB_txn* txn = nullptr;
  require("mdb_txn_begin", mdb_txn_begin(env_, nullptr, 0, &txn), url_);
  MDB_val key = to_native("unsynced");
  MDB_val value = to_native(boot_id_);
  int code = mdb_put(txn, own_, &key, &value, 0);
  if (code != MDB_SUCCESS) {
    mdb_txn_abort(txn);
    if (code == MDB_MAP_FULL) fail_commit(code);
    fail("mdb_put", code, url_);
  }
  // Durable before the first transaction that is not.
  mdb_env_set_flags(env_, MDB_NOSYNC, 0);
  code = mdb_txn_commit(txn);
  mdb_env_set_flags(env_, MDB_NOSYNC, 1);
  if (code != MDB_SUCCESS) fail_commit(code);
  marked_ = true;
}

void Environment::clear_mark() {
  MDB_txn* txn = nullptr;
  require("mdb_txn_begin", mdb_txn_begin(env_, nullptr, 0, &txn), url_);
  MDB_val key = to_native("unsynced");
  int code = mdb_del(txn, own_, &key, nullptr);
  if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
    mdb_txn_abort(txn);
    if (code == MDB_MAP_FULL) fail_commit(code);
    fail("mdb_del", code, url_);
  }
  mdb_env_set_flags(env_, MDB_NOSYNC, 0);
  code = mdb_txn_commit(txn);
  if (unsynced_) mdb_env_set_flags(env_, MDB_NOSYNC, 1);
  if (code != MDB_SUCCESS) fail_commit(code);
  marked_ = false;
}

void Environment::sync_file_now() {
  const int code = mdb_env_sync(env_, 1);
  if (code == MDB_SUCCESS) return;
  poison("a sync failed, after which what is on disk cannot be known");
  fail("mdb_env_sync", code, url_);
}

void Environment::settle(milliseconds deadline, const storage::OpenFlag& open) {
  turn_.enter(url_, deadline, open);
  try {
    check_not_poisoned();
    take_process_turn(after(deadline), deadline);
    sync_file_now();
    clear_mark();
  } catch (...) {
    leave_turn();
    throw;
  }
  leave_turn();
}

void Environment::sync(const std::shared_ptr<const storage::OpenFlag>& open) {
  check_usable();
  if (read_only_) return;
  {
    const ReadScope pinned(*this, open);
    sync_file_now();
  }
  if (marked_ && !turn_.held_by_this_thread()) settle(milliseconds(30'000), *open);
}

// ---- the gate

void Environment::exclusively(Turn turn, const storage::OpenFlag& open, std::string_view purpose,
                              FunctionRef<void()> work) {
  if (turn == Turn::take) turn_.enter(url_, tuning_.gate_deadline, open);
  struct Leave {
    Environment& environment;
    bool taken;
    ~Leave() {
      if (taken) environment.leave_turn();
    }
  } const leave{*this, turn == Turn::take};
  const std::lock_guard handles(handles_);
  std::unique_lock lock(mutex_);
  for (const Transaction* reader : readers_) {
    if (reader->user.load(std::memory_order_relaxed) != this_thread()) continue;
    throw CapacityError(url_ + ": " + std::string(purpose) +
                            " needs every snapshot of this process to end, and this thread itself "
                            "holds one, made " +
                            std::to_string(age_of(reader->since)) +
                            " ms ago: end it first, or open the store with a larger map_size",
                        0, 0);
  }
  gate_closed_ = true;
  struct Open {
    Environment& environment;
    ~Open() {
      environment.gate_closed_ = false;
      environment.changed_.notify_all();
    }
  } const reopen_gate{*this};
  if (!changed_.wait_until(lock, after(tuning_.gate_deadline), [&] { return readers_.empty(); })) {
    throw Error(ErrorCode::busy,
                url_ + ": " + std::string(purpose) +
                    " needs every snapshot of this process to end; still there after " +
                    std::to_string(tuning_.gate_deadline.count()) + " ms: " + describe_readers() +
                    ": end them, or open the store with a larger map_size");
  }
  work();
}

// ---- growth

void Environment::want_growth(std::uint64_t written) noexcept {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  const std::uint64_t factor = info.me_mapsize < (std::uint64_t{1} << 30) ? 4 : 2;
  growth_wanted_ = info.me_mapsize * factor + 2 * written;
}

void Environment::prepare_retry(const storage::OpenFlag& open) {
  check_usable();
  open.check(url_);
  if (growth_wanted_ == 0) return;
  if (turn_.held_by_this_thread()) {
    throw UsageError(url_ + ": prepare_retry needs this thread's Writer aborted first");
  }
  exclusively(Turn::take, open, "growing the map", [&] { grow(); });
}

void Environment::grow() {
  const std::uint64_t wanted = growth_wanted_.exchange(0);
  if (wanted == 0) return;
  int dead = 0;
  mdb_reader_check(env_, &dead);
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  const std::uint64_t now = info.me_mapsize;
  if (now >= wanted) return;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t size = (wanted + page - 1) / page * page;
  // Tried beforehand: LMDB gives the old map up before it asks for the new one.
  for (;;) {
    void* const probe = ::mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd_, 0);
    if (probe != MAP_FAILED) {
      ::munmap(probe, size);
      break;
    }
    const std::uint64_t less = (now + (size - now) / 2) / page * page;
    if (less <= now + now / 16) {
      throw CapacityError(url_ + ": the map is full at " + std::to_string(now) +
                              " bytes and the process has no address space for more: raise its "
                              "limit (ulimit -v)",
                          now, wanted);
    }
    size = less;
  }
  if (const int code = mdb_env_set_mapsize(env_, size); code != MDB_SUCCESS) {
    poison_ = "its map could not be mapped again";  // mutex_ is held
    poisoned_ = true;
    fail("mdb_env_set_mapsize", code, url_);
  }
}

void Environment::adopt_size() {
  require("mdb_env_set_mapsize", mdb_env_set_mapsize(env_, 0), url_);
}

}  // namespace kindred::lmdb
