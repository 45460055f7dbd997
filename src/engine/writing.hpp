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
  // From now on the transaction can only roll back: something was written of what is not whole.
  void spoil(std::exception_ptr why) noexcept {
    if (!failure_) failure_ = std::move(why);
  }

 private:
  struct Sequence {
    std::uint64_t next = 0;
    bool moved = false;
  };
  // A sequence that has come to the last 64-bit number stays there.
  static constexpr std::uint64_t used_up = ~std::uint64_t{0};
  Sequence& sequence(const CompiledTable& table);
  storage::Writer& writer_;
  std::unordered_map<std::uint32_t, Sequence> sequences_;  // by table number
  const CompiledTable* last_sequence_table_ = nullptr;
  Sequence* last_sequence_ = nullptr;  // an element: stays where it is
  std::exception_ptr failure_;
};

}  // namespace kindred::engine
