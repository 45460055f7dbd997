// From a change set to one sorted list of writes, checked on the net state it leaves behind. The
// only way to write.
//
//   net       fold the changes of each key into one; fetch the stored rows they need; resolve
//   patches and moved keys actions   referential actions, level by level from the deleted rows
//   writes    differences old -> new of rows and indexes, at most one write per key, sorted by
//   (keyspace, key) judge     checks, uniqueness, references, all on the net state; every violation
//   collected apply     the list
//
// Reads come before the first write, so views of stored rows stay valid until apply. No recursion:
// a chain of a million rows is fine.
#pragma once

#include <optional>
#include <vector>

#include "engine/change_set.hpp"
#include "engine/key_map.hpp"
#include "engine/schema.hpp"
#include "kindred/report.hpp"

namespace kindred::engine {

// A reference whose target is not there yet; bulk input is judged again at its end.
struct MissingReference {
  std::uint32_t table = none;
  std::uint32_t foreign_key = none;
  std::string referenced;
  std::string key;
  std::uint64_t position = 0;
};

// A row that a flush erased (no data) or wrote, whether a change or a referential action did it.
using RowOutcome = FunctionRef<void(std::uint32_t table, ByteView key, ByteView row)>;

struct FlushOptions {
  std::uint64_t limit = 0;  // refuse more touched rows than this; 0: none
  std::vector<MissingReference>* deferred =
      nullptr;  // missing references go here instead of being violations
  // Called for each such row once, by table, after the writes; nullptr: nobody asks. A row that was
  // written as it stood already is not told, one that moved is told under both keys. The views live
  // during the call. What it throws spoils the transaction.
  const RowOutcome* outcome = nullptr;
};

enum class NetState : std::uint8_t {
  insert,   // must be new
  upsert,   // not known yet whether it is there
  update,   // must be there
  erase,    // must be there
  discard,  // put and erased: not known yet whether it is there
  nothing,  // inserted and erased: must not be there, nothing is written
};

struct NetRow {
  ByteView key;
  ByteView old_row;                            // null data: none, or not fetched
  ByteView new_row;                            // null data: ends absent, or not made yet (patch)
  std::uint64_t position = ~std::uint64_t{0};  // of the last change; ~0: made by an action
  std::uint32_t extra = none;                  // ordinal of its NetExtra
  NetState state = NetState::insert;
  bool moved = false;    // erased because its key changed
  bool arrived = false;  // came here from another key
  [[nodiscard]] bool erased() const noexcept { return state >= NetState::erase; }
};

// What few rows need.
struct NetExtra {
  ByteView patch;                 // to be laid over the new or old row
  ByteView next_row;              // inserted after the patch moved the row to another key
  std::uint64_t expected = 0;     // see Change
  std::uint32_t moved_to = none;  // where it went
  bool leaves = false;            // the patch sets key columns
  bool doubled = false;           // inserted while it was (thought to be) there
};

class Flush {
 public:
  Flush(const Schema& schema, storage::Reader& reader, storage::Capabilities capabilities,
        ChangeSet& changes, const FlushOptions& options);

  // Everything but the writing. Throws plan_limit and, before anything is judged, StaleDataError
  // with every stale row; violations are in the plan.
  [[nodiscard]] Plan plan();
  // Everything. Throws the same and IntegrityError; the writer must then be rolled back.
  void run(storage::Writer& writer);
  // The same in two parts. prepare writes nothing: what it throws leaves the writer as it was.
  void prepare();
  void write(storage::Writer& writer);
  // Whether the storage may still refuse a write, because it is the storage that looks whether a
  // key is new. Of what prepare made.
  [[nodiscard]] bool may_be_refused() const noexcept;

 private:
  struct TableNet {
    std::vector<NetRow> rows;
    std::vector<NetExtra> extras;
    KeyMap map;
    bool mapped = false;
    // Where the rows come from, as long as they come from one place: then no key can appear twice.
    static constexpr std::uint64_t nowhere = ~std::uint64_t{0};
    static constexpr std::uint64_t everywhere = nowhere - 1;
    std::uint64_t source = nowhere;
    bool sorted = true;
  };
  struct Step {
    Plan::Step shown;
    std::uint32_t table = none;
    const CompiledForeignKey* foreign_key = nullptr;
    std::size_t parent = 0;
  };
  struct Group {  // deleted rows of one table that share a path
    std::uint32_t table = none;
    std::size_t step = 0;
    std::vector<std::uint32_t> rows;
  };
  struct Edge {  // one foreign key into one group of deleted rows
    Reference reference;
    std::size_t parent_step = 0;
    std::size_t group = 0;    // cascade: of the next level
    std::size_t step = none;  // made with the first child
  };
  struct Origin {  // of a scan for children
    std::uint32_t parent = none;
    std::uint32_t parent_row = 0;
    std::size_t edge = 0;
    ByteView referenced;
  };
  struct Unreferenced {  // must not be referred to in the net state
    std::uint32_t parent = none;
    std::uint32_t parent_row = 0;
    Reference reference;
    ByteView referenced;
  };
  struct PendingPatch {  // by set null or set default
    std::uint32_t table = none;
    std::uint32_t row = 0;
    Unreferenced former;  // what the row must not refer to any more
  };
  struct List {
    enum class Kind : std::uint8_t { rows, unique, index, references };
    KeyspaceId keyspace = 0;
    std::uint32_t table = none;
    Kind kind = Kind::rows;
    std::uint32_t ordinal = none;  // of the index or foreign key
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  // flush_net.cpp
  void net();
  void fold(const CompiledTable& table, const Change& change, NetRow& row);
  void fold_insert(const CompiledTable& table, const Change& change, NetRow& row);
  void fold_patch(const CompiledTable& table, const Change& change, NetRow& row);
  void fetch_user_rows();
  [[nodiscard]] bool expected(std::uint32_t table, const NetRow& row,
                              std::optional<ByteView> found);
  struct Moved {
    std::uint32_t from = none;  // ordinal of the row that left its place
    NetRow row;
  };
  [[nodiscard]] NetExtra& extra(std::uint32_t table, NetRow& row);
  [[nodiscard]] ByteView patch_of(std::uint32_t table, const NetRow& row) const {
    return row.extra == none ? ByteView{} : net_[table].extras[row.extra].patch;
  }
  void add_patch(std::uint32_t table, NetRow& row, ByteView patch);
  void resolve_patch(const CompiledTable& table, std::uint32_t at, std::vector<Moved>& moved);
  void place_moved(const CompiledTable& table, std::vector<Moved>& moved);
  std::pair<ByteView, ByteView> rebuild(const CompiledTable& table, ByteView key, ByteView row,
                                        ByteView patch);
  std::uint32_t find(std::uint32_t table, ByteView key);
  std::uint32_t append(std::uint32_t table, NetRow row);
  [[nodiscard]] ByteView hold(ByteView view) {
    return stable_ ? view : changes_.arena().keep(view);
  }
  void fetch_old(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& wanted);

  // flush_actions.cpp
  void actions();
  void seek_children(std::vector<Group>& frontier, std::vector<Group>& next);
  [[nodiscard]] bool visit_child(const Origin& origin, ByteView child_key, ByteView child_row,
                                 std::vector<Group>& next);
  void erase_child(const Origin& origin, std::uint32_t at, ByteView child_key, ByteView child_row,
                   Group& group);
  [[nodiscard]] bool erase_below(std::uint32_t table, std::uint32_t at, const Origin& origin,
                                 std::vector<Group>& next);
  void erase_moved(std::uint32_t table, std::uint32_t at, Group& group);
  void patch_child(const Origin& origin, std::uint32_t at, ByteView child_key, ByteView child_row);
  std::uint32_t adopt(const Origin& origin, ByteView child_key, ByteView child_row);
  void still_referenced(ErrorCode code, const CompiledTable& parent, const NetRow& row,
                        const CompiledTable& child, const CompiledForeignKey& fk,
                        ByteView child_key);
  [[nodiscard]] ByteView referenced_key(const CompiledForeignKey& fk, const NetRow& parent);
  [[nodiscard]] bool refers(const CompiledTable& child, std::uint32_t fk, const NetRow& row,
                            ByteView referenced);
  void finish_patches();
  void note_vanished();
  void judge_unreferenced();
  void touched(std::uint64_t rows);
  std::size_t step(std::uint32_t table, std::size_t parent_step, const CompiledForeignKey* fk,
                   std::string action);

  // flush_writes.cpp
  [[nodiscard]] std::uint32_t whole_foreign_key(std::uint32_t table) const;
  void fetch_for_indexes();
  void writes();
  void emit(List& list);
  void sort(List& list);
  void merge_unique(List& list);
  [[nodiscard]] const storage::Write* planned(KeyspaceId keyspace, ByteView key) const;

  // flush_judge.cpp
  void judge_checks();
  void judge_references();
  void probe_inserts();
  void tell_outcome();
  void refused(const std::vector<std::size_t>& positions);
  Violation violation(ErrorCode code, const CompiledTable& table, const NetRow& row) const;
  void reference_missing(const CompiledTable& table, std::uint32_t fk, const NetRow& row,
                         ByteView referenced);
  void unique_broken(const List& list, const NetRow& row, ByteView other_key);

  const Schema& schema_;
  storage::Reader& reader_;
  ChangeSet& changes_;
  FlushOptions options_;
  bool stable_;
  std::vector<TableNet> net_;
  std::vector<Step> steps_;
  std::vector<PendingPatch> pending_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> below_;  // see erase_below
  std::vector<Unreferenced> unreferenced_;
  std::vector<Edge> edges_;  // of the level at hand
  std::vector<List> lists_;
  std::vector<storage::Write> writes_;
  std::vector<std::uint32_t> write_rows_;  // parallel to writes_: ordinal of the net row
  // Per table that is reached through one cascade only: the referenced keys all of whose children
  // go, so that the index of that foreign key loses whole keys. Not looked at once the table has
  // rows from elsewhere.
  std::vector<std::vector<ByteView>> whole_keys_;
  std::vector<StaleDataError::Row> stale_;
  std::uint64_t touched_ = 0;
};

}  // namespace kindred::engine
