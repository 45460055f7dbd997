// One flush: what the marked objects of a session changed, as one ChangeSet.
//
//   prepare   decide: hooks, orphans, delete cascades, defaults, validators. Reads, never writes.
//   write     in a writer: keys, then references, then rows; apply. May run again from the start.
//   finish    it is written: bring the objects up to date. Does not throw.
//
// Until finish, undo() puts every column and mark back, so that a failed flush changes nothing.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <tuple>

#include "engine/links.hpp"
#include "session/core.hpp"

namespace kindred::session {

class UnitOfWork {
 public:
  // Whether a rollback may still need what this flush wrote.
  enum class Transaction : std::uint8_t { goes_on, ends };

  UnitOfWork(Core& core, Transaction then) : core_(core), then_(then) {}
  ~UnitOfWork();
  UnitOfWork(const UnitOfWork&) = delete;
  UnitOfWork& operator=(const UnitOfWork&) = delete;

  void prepare();
  // False where nothing is to be written.
  [[nodiscard]] bool has_writes();
  void write(Writing& writing,
             const std::function<void(engine::ChangeSet&, const engine::FlushOptions&)>& apply);
  void finish();
  // After hooks; they may throw, what is written stays.
  void tell();
  // The deletes that prepare decided on, as a plan.
  [[nodiscard]] Plan plan();

 private:
  struct Change {
    State* state;
    std::uint64_t hash;
    bool is_new;
    bool moves;            // to the key that the entity has now
    bool arrived = false;  // there: no referential action took it
  };
  struct Effect {  // of a referential action, or on a row of ours
    State* state;
    std::string row;  // empty: erased
  };
  struct Undo {
    State* state;
    std::size_t column;
    Cell cell;
  };
  using Pairs = std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>,
                         std::map<std::pair<std::string, std::string>, bool>>;

  // prepare
  void verify_untouched();
  void mark_orphans();
  void cascade();
  void wake();
  void follow_moved_keys();
  void require_targets();
  void prepare_rows();
  [[nodiscard]] bool is_dirty(State& s);
  void mark_erased(State& s);
  void leave_out(State& first);
  void take_back();
  // write
  void assign_keys(Writing& writing);
  void propagate();
  bool propagate_once(bool removals);
  bool refer(State& child, const Link& link, State* parent);
  void check_reads_in(Writing& writing);
  void stamp(Writing& writing);
  void start_version(Writing& writing, State& s);
  void find_nulls(const State& s, const engine::CompiledTable& table);
  void add_row(Writing& writing, engine::ChangeSet& changes, State& s);
  void add_moved(Writing& writing, engine::ChangeSet& changes, State& s,
                 const engine::CompiledTable& table, ByteView old_key, ByteView key, ByteView row);
  void refuse(engine::ChangeSet& changes, const State& s, const engine::CompiledTable& table,
              ByteView key, std::vector<engine::ColumnFault>& faults);
  void add_links(Writing& writing, engine::ChangeSet& changes);
  void gather_pairs(Writing& writing, State& s, const Link& link, Pairs& pairs);
  [[nodiscard]] std::string referenced_key(Writing& writing, const State& s,
                                           const engine::CompiledForeignKey& fk);
  [[nodiscard]] std::string stored_reference(Writing& writing, const State& s,
                                             const engine::CompiledForeignKey& fk);
  void note_effect(Writing& writing, std::uint32_t table, ByteView key, ByteView row);
  [[noreturn]] void explain_stale(Writing& writing, const StaleDataError& error);
  void remember(State& s, std::size_t column) { undo_.push_back({&s, column, Cell(s, column)}); }
  void undo_write();
  // finish
  [[nodiscard]] bool lets_go() const noexcept {
    return then_ == Transaction::ends && core_.events.entities.empty();
  }
  [[nodiscard]] bool is_let_go(const State& s) const noexcept;
  void keep_for_rollback();
  void become_stored(const Change& change);
  void apply_effects();
  void leave_former_owners();
  void settle_work();
  void set_clean(State& s) noexcept;

  Core& core_;
  Transaction then_;
  bool finished_ = false;
  bool has_references_ = false;  // a row that is written has
  std::vector<State*> marked_;   // to be erased, because of an orphan or a cascade
  std::vector<std::pair<State*, std::uint16_t>> left_out_;  // and their marks
  WorkList work_before_;
  std::vector<Core::Lost> lost_before_;
  std::deque<Undo> undo_;     // of large ones, that are not moved as it grows
  std::size_t prepared_ = 0;  // how many of undo_ are of prepare
  std::vector<State*> got_id_;
  std::vector<std::pair<State*, const Link*>> taken_;   // members of one-sided collections
  std::vector<std::pair<State*, const Link*>> nulled_;  // references that may not be null
  std::vector<Change> changes_;
  std::map<std::pair<const Mapper*, std::string>, std::size_t>
      arrivals_;                       // which change, by new key
  std::vector<std::size_t> arriving_;  // how many come into an identity map, by its number
  std::vector<State*> by_columns_;     // written, perhaps referring by key columns alone
  std::vector<State*> erased_;
  std::vector<Effect> effects_;
  std::vector<std::vector<const Mapper*>> mappers_;  // by table, of the schema at hand
  Buffer key_;
  Buffer row_;
  std::vector<engine::ColumnFault> faults_;
};

}  // namespace kindred::session
