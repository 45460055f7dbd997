// LMDB's environment, transaction and cursor as owned objects, and nothing else.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kindred::bench::raw {

inline void check(int code, const char* doing) {
  if (code != MDB_SUCCESS) {
    throw std::runtime_error(std::string("raw LMDB: ") + doing + ": " + mdb_strerror(code));
  }
}

inline MDB_val value_of(const std::int64_t& id) {
  return {sizeof id, const_cast<std::int64_t*>(&id)};
}
inline std::string_view view_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}
inline std::int64_t id_of(const MDB_val& value) {
  std::int64_t id = 0;
  std::char_traits<char>::copy(reinterpret_cast<char*>(&id),
                               static_cast<const char*>(value.mv_data), sizeof id);
  return id;
}

class Environment {
 public:
  Environment(const std::filesystem::path& dir, std::size_t size, unsigned flags) {
    check(mdb_env_create(&env_), "create the environment");
    try {
      check(mdb_env_set_maxdbs(env_, 5), "set the number of tables");
      check(mdb_env_set_mapsize(env_, size), "set the map size");
      check(mdb_env_open(env_, dir.c_str(), flags, 0644), "open the environment");
    } catch (...) {
      mdb_env_close(env_);
      throw;
    }
  }
  ~Environment() { mdb_env_close(env_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  [[nodiscard]] MDB_env* get() const { return env_; }

 private:
  MDB_env* env_ = nullptr;
};

// Aborted unless committed.
class Transaction {
 public:
  Transaction(const Environment& env, unsigned flags) {
    check(mdb_txn_begin(env.get(), nullptr, flags, &txn_), "begin");
  }
  ~Transaction() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    MDB_txn* txn = txn_;
    txn_ = nullptr;
    check(mdb_txn_commit(txn), "commit");
  }
  [[nodiscard]] MDB_txn* get() const { return txn_; }

 private:
  MDB_txn* txn_ = nullptr;
};

// To be destroyed before its transaction ends.
class Cursor {
 public:
  Cursor(const Transaction& txn, MDB_dbi dbi) {
    check(mdb_cursor_open(txn.get(), dbi, &cursor_), "open a cursor");
  }
  ~Cursor() { mdb_cursor_close(cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // False where there is nothing (more).
  bool get(MDB_val& key, MDB_val& value, MDB_cursor_op op) const {
    const int code = mdb_cursor_get(cursor_, &key, &value, op);
    if (code == MDB_NOTFOUND) return false;
    check(code, "read");
    return true;
  }
  void put(MDB_val key, MDB_val value, unsigned flags) const {
    check(mdb_cursor_put(cursor_, &key, &value, flags), "write");
  }
  // Room for the value of a key.
  [[nodiscard]] char* reserve(MDB_val key, std::size_t size, unsigned flags) const {
    MDB_val value{size, nullptr};
    check(mdb_cursor_put(cursor_, &key, &value, flags | MDB_RESERVE), "write");
    return static_cast<char*>(value.mv_data);
  }
  void erase(unsigned flags) const { check(mdb_cursor_del(cursor_, flags), "erase"); }

 private:
  MDB_cursor* cursor_ = nullptr;
};

}  // namespace kindred::bench::raw
