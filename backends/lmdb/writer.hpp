// The Writer: one write transaction of LMDB, a kept cursor per keyspace, and an undo list for
// savepoints.
//
// Savepoints do not use nested transactions of LMDB: those copy the state of all keyspaces and cost
// microseconds however little happens in them, while the list costs one look at the old entry per
// write, and nothing where no savepoint is open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backends/lmdb/reader.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::lmdb {

class LmdbWriter final : public ReadCalls<storage::Writer, LmdbWriter> {
 public:
  LmdbWriter(std::shared_ptr<Transaction> transaction, storage::Durability durability);
  ~LmdbWriter() override;

  storage::PutResult put(storage::KeyspaceId keyspace, ByteView key, ByteView value,
                         storage::Intent intent) override;
  bool erase(storage::KeyspaceId keyspace, ByteView key) override;
  bool erase(storage::KeyspaceId keyspace, ByteView key, ByteView member) override;
  std::uint64_t erase_range(storage::KeyspaceId keyspace, const storage::Range& range) override;
  void apply(std::span<const storage::Write> writes, std::vector<std::size_t>& refused) override;
  storage::Savepoint savepoint() override;
  void rollback_to(storage::Savepoint savepoint) override;
  void release(storage::Savepoint savepoint) override;
  std::uint64_t reserve(std::uint64_t sequence, std::uint64_t n, std::uint64_t at_least) override;
  void commit() override;
  void abort() noexcept override;

  void enter(const char* call);

 private:
  // A keyspace as written to. The greatest entry, once known, tells an append; erasures leave it
  // too great, which costs speed alone.
  struct Slot {
    const Keyspace* keyspace = nullptr;
    MDB_cursor* cursor = nullptr;
    bool last_known = false;
    bool any = false;
    std::uint64_t last_word = 0;
    std::uint64_t last_member_word = 0;
    std::string last_key;
    std::string last_member;
  };
  // What takes one write back, in LMDB's own form. The bytes lie in undo_bytes_.
  struct Undo {
    enum class Kind : std::uint8_t { erase_key, set_value, erase_member, add_member };
    MDB_dbi dbi;
    Kind kind;
    std::uint16_t key_size;
    std::uint32_t value_size;
    std::size_t offset;
  };
  struct Mark {
    storage::Savepoint number;
    std::size_t undos;
    std::size_t bytes;
  };
  // A key, and in sets a member, as LMDB wants them.
  struct Native {
    MDB_val key{};
    MDB_val value{};
    std::uint64_t key_word = 0;
    std::uint64_t member_word = 0;
  };

  [[nodiscard]] Slot& slot_of(storage::KeyspaceId keyspace, const char* call);
  [[nodiscard]] Slot& open_slot(storage::KeyspaceId keyspace, const char* call);
  static void set_key(const Slot& slot, ByteView key, Native& native) noexcept;
  static void set_member(const Slot& slot, ByteView member, Native& native) noexcept;

  [[nodiscard]] storage::PutResult put_one(Slot& slot, ByteView key, ByteView value,
                                           storage::Intent intent);
  [[nodiscard]] storage::PutResult put_in_map(Slot& slot, Native& native, storage::Intent intent);
  [[nodiscard]] storage::PutResult put_in_set(Slot& slot, Native& native, storage::Intent intent);
  [[nodiscard]] bool erase_key(Slot& slot, Native& native);
  [[nodiscard]] bool erase_member(Slot& slot, Native& native);
  [[nodiscard]] bool erase_one(Slot& slot, ByteView key);
  [[nodiscard]] bool erase_one(Slot& slot, ByteView key, ByteView member);
  [[nodiscard]] std::uint64_t erase_all(Slot& slot);
  [[nodiscard]] std::uint64_t erase_between(Slot& slot, const storage::Range& range);

  void learn_last(Slot& slot);
  static void note_last_key(Slot& slot, const MDB_val& key);
  static void note_last_member(Slot& slot, const MDB_val& member);
  // Of the key against the greatest one: above 0 where it goes behind all, 0 where it is that one,
  // which only sets need to know.
  [[nodiscard]] static int compare_last(const Slot& slot, const MDB_val& key) noexcept;
  [[nodiscard]] static bool is_beyond_member(const Slot& slot, const MDB_val& member) noexcept;

  [[nodiscard]] bool recording() const noexcept { return !marks_.empty(); }
  void record(Undo::Kind kind, const Slot& slot, const MDB_val& key, const MDB_val* value);
  void record_key(Slot& slot, Native& native);
  void undo(const Undo& entry);
  [[nodiscard]] std::size_t find_mark(storage::Savepoint savepoint, const char* call) const;

  // True for success, false for MDB_NOTFOUND and MDB_KEYEXIST; throws for the rest.
  [[nodiscard]] bool done(const char* call, int code);
  [[noreturn]] void fail_write(const char* call, int code);
  template <class Work>
  auto guarded(Work&& work);

  const storage::Durability durability_;
  const std::uint64_t thread_ = this_thread();
  std::vector<std::unique_ptr<Slot>> slots_;  // by DBI
  std::uint64_t written_ = 0;                 // bytes, for the growth of the map
  std::vector<Undo> undos_;
  std::string undo_bytes_;
  std::vector<Mark> marks_;
  storage::Savepoint next_mark_ = 1;
  storage::SequenceRecords sequences_;
  std::string dead_;  // why every further call throws ConflictError
};

}  // namespace kindred::lmdb
