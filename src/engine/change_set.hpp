// What one commit wants to change, as encoded keys and rows in order of arrival. The flush turns it
// into a net state.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/arena.hpp"
#include "engine/compiled.hpp"
#include "kindred/error.hpp"

namespace kindred::engine {

enum class ChangeKind : std::uint8_t { insert, put, update, patch, erase };

struct Change {
  ByteView key;
  ByteView row;  // whole row; patch: the columns set (see append_patch); erase: nothing
  std::uint64_t position = 0;
  ChangeKind kind = ChangeKind::insert;
  std::uint64_t expected = 0;  // CompiledTable::row_hash of the row as read; 0: do not ask
};

// One column of a patch.
struct PatchItem {
  std::uint32_t column = none;
  bool null = false;
  ByteView bytes;  // row form
};
void append_patch(Buffer& out, const PatchItem& item);
// Takes one item off the front of what append_patch wrote.
[[nodiscard]] PatchItem take_patch(ByteView& in);

struct TableChanges {
  std::vector<Change> changes;
  bool ascending = true;  // keys strictly rise: no key twice, no sort
};

// The most violations kept with their text; all are counted.
inline constexpr std::size_t kept_violations = 100;

class Violations {
 public:
  void add(Violation v) {
    if (kept_.size() < kept_violations) kept_.push_back(std::move(v));
    ++total_;
  }
  [[nodiscard]] bool empty() const noexcept { return total_ == 0; }
  [[nodiscard]] const std::vector<Violation>& kept() const noexcept { return kept_; }
  // Precondition: not empty.
  [[noreturn]] void raise() { throw IntegrityError(std::move(kept_), total_); }

 private:
  std::vector<Violation> kept_;
  std::uint64_t total_ = 0;
};

class ChangeSet {
 public:
  explicit ChangeSet(std::size_t tables) : tables_(tables) {}

  // Takes copies of key and row. `expected` is looked at by update, patch and erase: the flush
  // throws StaleDataError where the stored row hashes otherwise or is gone. Of several changes of
  // one key the first that asks counts; where an insert of this change set made the row, none does.
  void add(std::uint32_t table, ChangeKind kind, ByteView key, ByteView row,
           std::uint64_t expected = 0) {
    TableChanges& t = tables_[table];
    const ByteView kept = arena_.keep(key);
    if (t.ascending && !t.changes.empty() && !(t.changes.back().key < kept)) t.ascending = false;
    t.changes.push_back({kept, arena_.keep(row), position_++, kind, expected});
  }
  // A change that broke column rules: it still has its place in the count.
  void refuse(std::vector<Violation> broken, const std::string& key) {
    for (Violation& v : broken) {
      v.position = position_;
      v.key = key;
      violations_.add(std::move(v));
    }
    ++position_;
  }
  [[nodiscard]] const std::vector<TableChanges>& tables() const noexcept { return tables_; }
  [[nodiscard]] Arena& arena() noexcept { return arena_; }
  [[nodiscard]] Violations& violations() noexcept { return violations_; }
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return arena_.used(); }
  [[nodiscard]] bool empty() const noexcept { return position_ == start_; }
  // Forgets the changes, keeps counting positions.
  void clear() {
    for (TableChanges& t : tables_) t = {std::move(t.changes), true};
    for (TableChanges& t : tables_) t.changes.clear();
    arena_.clear();
    start_ = position_;
  }

 private:
  std::vector<TableChanges> tables_;
  Arena arena_;
  Violations violations_;
  std::uint64_t position_ = 0;
  std::uint64_t start_ = 0;
};

// A broken rule of one column; position and key are ChangeSet::refuse's.
[[nodiscard]] Violation column_violation(const CompiledTable& table, std::uint32_t column,
                                         ErrorCode code, std::string detail);
// Appends columns of a whole encoded row as a patch.
void append_row_patch(Buffer& out, const CompiledTable& table,
                      std::span<const std::uint32_t> columns, ByteView key, ByteView row);

}  // namespace kindred::engine
