// A session below its typed shell: which objects it holds, how they are found, freed, kept in step,
// loaded and restored. Works on mappers and bytes; writing is done by UnitOfWork.
//
//   memory.cpp    who lives, who is freed
//   sync.cpp      both sides of a relationship agree
//   load.cpp      rows become objects; relationships load
//   states.cpp    add, erase, expunge, expire, refresh
//   merge.cpp     merge
//   commit.cpp    flush, commit, rollback, savepoints
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/engine.hpp"
#include "engine/held_writing.hpp"
#include "kindred/detail/identity_map.hpp"
#include "kindred/detail/session_access.hpp"
#include "kindred/detail/session_events.hpp"
#include "kindred/executor.hpp"
#include "session/members.hpp"
#include "session/work_list.hpp"

namespace kindred::session {

using engine::EntityCodec;
using engine::Reading;
using engine::Writing;

class UnitOfWork;

// How a link is joined in the catalogue of the store.
struct Road {
  const RelationshipInfo* info = nullptr;
  const engine::CompiledTable* table = nullptr;  // of the entity that has the link
  Reading::Join join;
  bool to_primary_key = false;  // the foreign key refers to the primary key
  // Many-to-many: the foreign key to the target.
  std::uint32_t target_key = engine::none;
};

// Marks a session or group as in use by this thread; UsageError where another one is at work in it.
class Use {
 public:
  explicit Use(Heap* heap);
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  // Deletes a group, which this thread may have in use.
  static void end(Heap* group) noexcept;

 private:
  Heap* held_ = nullptr;
  Use* outer_ = nullptr;  // of this thread
};

class Core : public detail::SessionHeap {
 public:
  Core(std::shared_ptr<engine::Engine> engine, Session& shell, const SessionOptions& options);
  ~Core();

  // ---- the store
  // The writer that is held, else a snapshot that is kept until the transaction ends.
  [[nodiscard]] Reading& reading();
  // What other writers committed meanwhile becomes visible; no effect while a writer is held.
  void renew_view() noexcept { view_.reset(); }
  // The snapshot for a reader of its own; null where a writer is held.
  [[nodiscard]] std::shared_ptr<Reading> shared_view();
  // Streams that read this session's objects.
  std::vector<detail::ObjectStream*> streams;
  void drain_streams();
  [[nodiscard]] const EntityCodec& codec(const Mapper& mapper) {
    return reading().codec(*mapper.descriptor);
  }
  [[nodiscard]] const Road& road(const Link& link);
  [[nodiscard]] engine::Engine& engine() const noexcept { return *engine_; }

  // The row as this session's view has it; empty where a writer is held or it is not there.
  [[nodiscard]] std::optional<ByteView> seen_row(const Mapper& mapper, ByteView key);
  // The mappers of a table that this session has used.
  [[nodiscard]] std::vector<const Mapper*> mappers_of(std::string_view table) const;

  // ---- identity
  [[nodiscard]] detail::IdentityMap& map(const Mapper& mapper);
  void make_room(std::uint32_t identity, std::size_t objects) {
    if (identity < maps.size()) maps[identity].reserve(objects);
  }
  [[nodiscard]] State* known(const Mapper& mapper, ByteView key);
  // The key that the state is stored under.
  static void append_stored_key(const State& s, Buffer& out);
  [[nodiscard]] static std::uint64_t hash_of_key(const State& s) noexcept;
  // The key that the entity has now.
  [[nodiscard]] std::string own_key(const State& s);
  void enter(State& s, ByteView key);
  void leave(State& s);
  // Every object of the session; f may not change membership.
  template <class F>
  void each(F f) {
    for (const auto& m : maps) m.each([&](State& s) { f(s); });
    for (State* s : others) f(*s);
  }

  // ---- memory
  void adopted(std::size_t objects) noexcept { live_ += objects; }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  void list(State& s);
  void let_go(State& s) noexcept;
  void collect();
  void breathe();
  // An object that is in no session any more leaves this one's memory, with what it is linked to.
  // UsageError where that is in this session.
  void emigrate(State& s);
  // Survivors become detached or transient, in groups of their own.
  void close() noexcept;

  // ---- what is loaded
  State& load(const Mapper& mapper, ByteView key, ByteView row);
  [[nodiscard]] const Mapper& kind_of(const Mapper& mapper, const detail::Family& family,
                                      ByteView key, ByteView row);
  void renew(State& s, ByteView key, ByteView row);
  void reload(State& s);
  [[nodiscard]] State* load_one(State& s, const Link& link);
  void load_many(const Link& link, std::span<State* const> owners);
  void prefetch(const Link& link, std::span<State* const> owners);
  // What was loaded since is told to hooks and followed by what loads with it.
  void finish_loading();
  // UsageError where the relationship may not load itself.
  void require_lazy(const Slot& slot, const Link& link);
  [[nodiscard]] State* get(const Mapper& mapper, ByteView key);

  // ---- key columns and references
  void settle();
  void queue(State& s);
  void unqueue_all() noexcept;
  // A reference that was not loaded is compared with the stored row, except where its row was just
  // written or read. True where it was changed to an object that is not in memory: to be called
  // again.
  enum class Keys { perhaps_changed, changed };
  bool settle(State& s, Keys keys = Keys::perhaps_changed);
  [[nodiscard]] bool is_retargeted(State& s, const Link& link);
  using Copy = std::unique_ptr<State, void (*)(State*) noexcept>;
  // The row as it is stored; null where it is not.
  [[nodiscard]] Copy stored_copy(State& s);
  [[nodiscard]] State* target_of_columns(const State& s, const Link& link);
  // What the key columns say becomes what the reference says, on both sides.
  void retarget(State& s, const Link& link, State* to);
  void touched(State& s);
  [[nodiscard]] bool changed(State& s);

  // ---- states
  void add(State& s);
  void erase(State& s);
  void expunge(State& s);
  void expunge_one(State& s);
  void expunge_all();
  [[nodiscard]] Value column_value(const State& s, std::size_t column);
  void expire(State& s, Changes changes);
  void expire_column(State& s, std::size_t column);
  void expire_relationship(State& s, const Link& link, Changes changes);
  void refresh(State& s, Changes changes);
  void expire_all();
  void set_expired(State& s) noexcept {
    s.set(State::expired);
    has_expired = true;
  }
  [[nodiscard]] State* merge(State& given, const MergeOptions& options);
  [[nodiscard]] State& take_as_stored(const State& given, ByteView key);
  // What a relationship holds, as if it had been loaded.
  static void place_one(State& s, const Link& link, State* target);
  static void place_many(State& s, const Link& link, const std::vector<State*>& members);
  void forget(State& s, const Link& link);
  // No relationship of s is unflushed any more.
  enum class Added : std::uint8_t { forget, keep };
  static void forget_changes(State& s, Added added) noexcept;
  void unlink(State& s, const Link& link);
  // Reads again what unlink() changes: it must not fail half way.
  void wake_others(const State& s, const Link& link);
  void cut(State& owner, const Link& link, State& gone);
  void drop_orphans();
  [[nodiscard]] bool is_orphan(const Link& link, const State& s) const;
  void require_persistent(const State& s, const char* call) const;
  void gone_from_memory(State& s);
  void require_idle(const char* call) const;

  // ---- transaction
  void flush();
  void commit();
  void rollback();
  [[nodiscard]] std::size_t savepoint();
  void release_savepoint(std::size_t level);
  void rollback_to(std::size_t level);
  [[nodiscard]] bool in_transaction() const noexcept { return held_ != nullptr; }
  // Counts the transactions of this session.
  [[nodiscard]] std::uint64_t transaction() const noexcept { return transaction_; }
  [[nodiscard]] bool has_level(std::size_t level, std::uint64_t transaction) const noexcept;
  // From now on the transaction can only roll back.
  void spoil() noexcept;
  void autoflush();
  [[nodiscard]] Plan plan_flush();

  // Objects that a rollback must look at, by savepoint.
  struct Level {
    engine::HeldWriting::Savepoint savepoint = 0;
    std::vector<State*> added;
    std::vector<State*> gone;
    std::unordered_map<const State*, std::string> gone_keys;  // as stored
    std::vector<State*> written;                        // or with relationships that were written
    std::vector<std::pair<State*, std::string>> moved;  // and the keys they had
  };
  [[nodiscard]] Level& level() noexcept { return levels_.back(); }
  void keep(std::vector<State*>& in, State& s);

  using EntityHooks =
      std::vector<detail::SessionEvents::ObjectHook> detail::SessionEvents::OfEntity::*;
  // Calls the hooks of this kind that the object's entity has.
  void tell(State& s, EntityHooks which) const;

  Session& shell;
  SessionOptions options;
  detail::SessionEvents events;
  SessionCounts counts;
  WorkList work;                  // pending, touched or related
  std::vector<State*> to_settle;  // touched since key columns were last compared with references
  struct Lost {                   // perhaps an orphan
    const Link* link;
    State* state;
  };
  std::vector<Lost> lost;
  Executor* executor = nullptr;  // of an AsyncSession
  std::stop_token stop;
  bool in_flush = false;   // also while hooks run before it
  bool finishing = false;  // a flush is written: nothing is read until memory says the same
  bool flushing = false;
  bool reads_checked = false;  // the next flush compares every loaded object
  bool has_expired = false;    // an object did at some time, or had when it came

 private:
  friend class UnitOfWork;
  void reap(State& s) noexcept;
  void take_out(State& s) noexcept;
  [[nodiscard]] bool only_read(State& s);
  void join_others(State& s);
  void leave_others(State& s) noexcept;
  void adopt(State& s);
  void hold_writer();
  void write_now();
  void end_transaction();
  void undo_level(Level& level, std::vector<State*>& fresh);
  void restore(std::vector<State*>& fresh);
  void gather_loose(std::vector<State*>& fresh);
  void undo_flushed();
  void attach(State& s, std::vector<State*>& todo);
  void resume(State& s, std::vector<State*>& todo);
  [[nodiscard]] bool has_work();
  void append_owner_key(const State& s, const Road& way, Buffer& out);
  [[nodiscard]] bool belongs(State& child, const Link& link, State& owner);
  template <class Found>
  void merge_loaded(const Link& link, const std::vector<State*>& owners, Found& found);

  std::shared_ptr<engine::Engine> engine_;
  std::shared_ptr<Reading> view_;
  std::unique_ptr<engine::HeldWriting> held_;
  const engine::Schema* roads_of_ = nullptr;
  std::unordered_map<const Link*, Road> roads_;
  std::vector<const Mapper*> mappers_;  // parallel to maps; null where none was used
  std::vector<Level> levels_{1};
  std::vector<State*> news_;  // loaded, not told yet
  // Of objects whose columns were expired one by one: which.
  std::unordered_map<State*, std::vector<std::size_t>> expired_columns_;
  std::size_t threshold_ = 1024;
  std::size_t live_ = 0;
  std::uint64_t transaction_ = 0;
};

[[nodiscard]] inline Core* core_of(const State& s) noexcept {
  return s.heap != nullptr && s.heap->session != nullptr ? static_cast<Core*>(s.heap) : nullptr;
}
// A loaded reference owns as one that was assigned does.
inline void note_owner(const Link& link, State* target) noexcept {
  if (target != nullptr && link.facts->single_parent) target->set(State::owned);
}
[[nodiscard]] inline bool is_pinned(const State& s) noexcept {
  return s.life == Life::pending || s.is(State::listed | State::kept);
}

// ---- sync.cpp: the whole of synchronisation
// The owner of a live relationship; UsageError in a plain value.
[[nodiscard]] State& live_owner(const Slot& slot);
[[nodiscard]] Collection& collection(State& s, const Link& link);
void put(State& a, const Link& link, State& b);
void take(State& a, const Link& link, State& b);
void disconnect(State& a, const Link& link, State& b);
[[nodiscard]] State* current(State& a, const Link& link);
void rekey(Collection& c, const Link& link);

// ---- memory.cpp
void join_heaps(State& a, State& b);
void move_to(State& s, Heap& to);
void clear_slots(State& s) noexcept;
void dispose(State& s) noexcept;
void free_group(Heap* group) noexcept;
// Every pointer of a relationship to another object that State::links counts.
template <class F>
void each_target(State& s, F f) {
  for (const Link& l : s.mapper->links) {
    Slot& r = slot(s, l);
    if (r.at == nullptr) continue;
    if (!l.many) {
      f(*r.one());
      continue;
    }
    r.many()->each_counted(f);
  }
}

}  // namespace kindred::session
