// A transaction: a Reading that sees its own writes, and the way change sets go in.
#pragma once

#include <exception>
#include <unordered_map>

#include "engine/change_set.hpp"
#include "engine/flush.hpp"
#include "engine/reading.hpp"

namespace kindred::engine {

class Writing : public Reading {
 public:
  // Borrows the writer, which must outlive it.
  Writing(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
          storage::Writer& writer);

  [[nodiscard]] storage::Writer& writer() const noexcept { return writer_; }
  [[nodiscard]] ChangeSet changes() const { return ChangeSet(schema().tables().size()); }
  // Checks and applies. After a throw the transaction is spoilt: it can only roll back.
  void apply(ChangeSet& changes, const FlushOptions& options = {});
  // The same; after a throw nothing of it was written and the transaction goes on. Ids taken for it
  // stay taken. Where the storage cannot undo (it failed and must be begun again), the transaction
  // is spoilt as by apply.
  void apply_whole(ChangeSet& changes, const FlushOptions& options = {});

  // Marks where rollback_to returns to: nested, last in first out.
  [[nodiscard]] storage::Savepoint savepoint();
  // Undoes everything since, and forgets the savepoint and those made after it. A transaction that
  // was spoilt since is usable again. Ids handed out since are not handed out again.
  void rollback_to(storage::Savepoint savepoint);
  // Keeps everything, forgets the savepoint and those made after it.
  void release(storage::Savepoint savepoint);

  // The references that bulk input left open, judged at its end.
  void judge(const std::vector<MissingReference>& missing);

  // A fresh id of the table's sequence.
  [[nodiscard]] std::uint64_t next_id(const CompiledTable& table);
  // Moves the sequence past an id that was given explicitly.
  void seen_id(const CompiledTable& table, std::uint64_t id);

  // Throws what spoilt the transaction, or writes the sequences. Before commit.
  void finish();
  // Throws UsageError where the transaction is spoilt.
  void require_open() const;
  // Throws what spoilt the transaction.
  void require_whole() const;
  // What spoilt the transaction; null where it is usable.
  [[nodiscard]] std::exception_ptr failure() const noexcept { return failure_; }
  // From now on the transaction can only roll back: something was written of what is not whole.
  void spoil(std::exception_ptr why) noexcept {
    if (!failure_) failure_ = std::move(why);
  }

 private:
  struct Sequence {
    std::uint64_t next = 0;
    bool moved = false;
  };
  using Sequences = std::unordered_map<std::uint32_t, Sequence>;  // by table number
  struct Mark {
    storage::Savepoint savepoint = 0;
    Sequences sequences;
  };
  [[nodiscard]] std::vector<Mark>::iterator find_mark(storage::Savepoint savepoint,
                                                      const char* call);
  // A sequence that has come to the last 64-bit number stays there.
  static constexpr std::uint64_t used_up = ~std::uint64_t{0};
  Sequence& sequence(const CompiledTable& table);
  storage::Writer& writer_;
  Sequences sequences_;
  std::vector<Mark> marks_;
  const CompiledTable* last_sequence_table_ = nullptr;
  Sequence* last_sequence_ = nullptr;  // an element: stays where it is
  std::exception_ptr failure_;
};

}  // namespace kindred::engine
