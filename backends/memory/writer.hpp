// The Writer of a Core: a State of its own that shares every page which it has not changed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "backends/memory/editor.hpp"
#include "backends/memory/reading.hpp"
#include "backends/memory/storage.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::memory {

class MemoryWriter final : public Reading<storage::Writer> {
 public:
  MemoryWriter(std::shared_ptr<MemoryStorage> storage, Turn turn);
  ~MemoryWriter() override { abort(); }

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
  std::uint64_t version() override;

  [[nodiscard]] const State& enter(std::string_view call) const override;

 private:
  struct Saved {
    storage::Savepoint id;
    Heap::Mark mark;
    State state;
  };
  [[nodiscard]] Tree& tree_of(storage::KeyspaceId keyspace);
  [[nodiscard]] std::size_t find_savepoint(std::string_view call,
                                           storage::Savepoint savepoint) const;
  [[nodiscard]] bool erase_key(Tree& tree, ByteView key);
  void finish() noexcept;

  std::shared_ptr<MemoryStorage> storage_;
  Turn turn_;
  storage::ThreadOwner owner_;
  std::unique_ptr<Version> next_;  // nullptr once finished
  GarbageList garbage_{1};
  Heap heap_;
  Editor editor_;
  Tree* last_ = nullptr;
  std::vector<Saved> saved_;
  storage::Savepoint next_savepoint_ = 1;
  storage::SequenceRecords sequences_;
};

}  // namespace kindred::memory
