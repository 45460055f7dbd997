// A unit of work: the objects of one store that a program is busy with, each once, and what it
// changed in them.
//
//   Session session{store};
//   Ref<User> ann = session.add(User{.username = "ann"});
//   ann->posts.append(Post{.title = "Hello"});            // both sides agree at once
//   session.commit();                                     // keys assigned, all in one commit
//   for (Ref<const Post> p : session.select<const Post>().where(field<&Post::title> == "Hello"))
//     std::cout << p->author->username << '\n';
//
// Identity: one object for each key. An object lives while a handle reaches it, directly or through
// loaded relationships, and while it is pending or changed; cycles that nobody reaches are freed
// when the number of objects has doubled. When the session ends its objects are detached: what was
// loaded stays readable.
//
// Flush writes what changed as one ChangeSet through the engine's one write path: objects reached
// through a mutable Ref are encoded and compared with what was read; equal ones are not written.
// Keys are assigned first, so cycles of references just work. A failed flush changes nothing, in
// the store or in the session (keys and references are taken back): mend and flush again.
//
// Isolation: reads see one snapshot, taken by the first and kept until commit, rollback, refresh or
// expire_all - an idle session that keeps its snapshot keeps old pages of the store from being used
// again. A row that another writer changed since it was read is a StaleDataError at flush; only
// rows that are written are compared, see check_reads.
//
// The writer: commit() of unflushed work takes it for one commit, which may be combined with those
// of other threads. flush(), savepoint() and autoflush begin it and keep it until commit or
// rollback; others wait meanwhile, and are Error(busy) at their deadline. It belongs to the thread
// that began it.
//
// Errors: UsageError for misuse, at the call (an object of another session, a deleted object added,
// a column without its entity in the store); IntegrityError with every violation of a flush;
// StaleDataError; ValidationError of validators; what hooks throw; storage errors.
//
// Threads: one at a time; overlap is detected and is a UsageError. Many sessions on one store may
// be used by many threads.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kindred/detail/session_access.hpp"
#include "kindred/detail/typed_key.hpp"
#include "kindred/ref.hpp"
#include "kindred/registry.hpp"
#include "kindred/session_options.hpp"
#include "kindred/store.hpp"

namespace kindred {

template <class T>
class SessionSelect;
class Session;

// A savepoint of a session: what is flushed after it can be undone alone. Ends with release or
// rollback; else its destructor rolls back to it. Ends with the session's transaction in any case.
// Last in, first out. Must not outlive its session.
class Savepoint {
 public:
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();
  // Flushes; what happened since belongs to the outer transaction.
  void release();
  // New objects become transient, deleted ones persistent, changed ones are read again at their
  // next use; objects that were not touched stay as they are.
  void rollback();
  // Whether it can still be rolled back.
  [[nodiscard]] bool is_open() const noexcept;

 private:
  friend class Session;
  Savepoint(session::Core* core, std::size_t level, std::uint64_t transaction)
      : core_(core), level_(level), transaction_(transaction) {}
  session::Core* core_;
  std::size_t level_;
  std::uint64_t transaction_;
};

class Session {
 public:
  explicit Session(const Store& store, const SessionOptions& options = {});
  // Rolls back what was not committed.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // ---- objects
  // Makes the object, and what save-update cascades reach from it, pending; takes an erase back; a
  // detached object becomes persistent again. Throws UsageError for an object of another session, a
  // deleted one (make_transient it first), and where another object with its key is here (merge).
  template <EntityValue T>
  requires(!std::is_reference_v<T> && !std::is_const_v<T> &&
           !detail::is_ref<T>) Ref<T> add(T&& value) {
    Ref<T> out = make_ref(std::move(value));
    add_state(*out.state());
    return out;
  }
  template <class T>
  Ref<T> add(const Ref<T>& object) {
    add_state(state_of(object));
    return object;
  }
  template <std::ranges::input_range R>
  void add_all(R&& objects) {
    for (auto&& object : objects) {
      if constexpr (detail::is_ref<std::remove_cvref_t<decltype(object)>>)
        (void)add(object);
      else if constexpr (std::is_lvalue_reference_v<R>)
        (void)add(make_ref(object));
      else
        (void)add(make_ref(std::move(object)));
    }
  }
  // Deleted by the next flush, with what delete cascades reach; children without such a cascade are
  // the business of their foreign key's on_delete. The object must be persistent here.
  template <class T>
  void erase(const Ref<T>& object) {
    erase_state(state_of(object));
  }
  // The object with this key: from memory, else from the store; null where there is none. Never
  // flushes. A key is given as its columns' values, in key order.
  template <class T, class... K>
  [[nodiscard]] Ref<T> get(const K&... key);
  // As get; no such row is a ResultError.
  template <class T, class... K>
  [[nodiscard]] Ref<T> get_one(const K&... key);
  // A query for objects, see session_query.hpp.
  template <class T>
  [[nodiscard]] SessionSelect<T> select();
  // A query for the stored members of a to-many relationship without rows between, also of a
  // write_only one.
  template <auto P, class T>
  [[nodiscard]] auto select_members(const Ref<T>& owner);
  // Loads a relationship of many objects in a constant number of storage calls.
  template <auto P, std::ranges::input_range R>
  void prefetch(const R& owners);

  // Copies a value, or an object from elsewhere and what merge cascades reach from it, onto this
  // session's own objects of the same keys; those that are not stored become pending. Relationships
  // that the given object has not loaded say nothing. The given object stays as it is.
  template <class T>
  Ref<T> merge(const Ref<T>& object, const MergeOptions& options = {}) {
    return Ref<T>(merge_state(state_of(object), options));
  }
  template <EntityValue T>
  requires(!std::is_reference_v<T> &&
           !detail::is_ref<T>) Ref<T> merge(T&& value, const MergeOptions& options = {}) {
    return merge(make_ref(std::move(value)), options);
  }
  // Out of the session, with what expunge cascades reach: pending objects are transient then,
  // others detached.
  template <class T>
  void expunge(const Ref<T>& object) {
    expunge_state(state_of(object));
  }
  void expunge_all();
  // Throws away changes and relationships: they are read again at their next use, with what
  // refresh_expire cascades reach. Unflushed relationship changes are refused (UsageError) unless
  // they may be discarded.
  template <class T>
  void expire(const Ref<T>& object, Changes changes = Changes::keep) {
    expire_state(state_of(object), changes);
  }
  // One column or relationship of it. The others keep what they have.
  template <auto P, class T>
  void expire(const Ref<T>& object, Changes changes = Changes::keep) {
    expire_member(state_of(object), detail::mapper_of<std::remove_const_t<T>>(),
                  detail::member_or_column<P>(), changes);
  }
  // As expire, and reads the row as it is now. StaleDataError (gone) where it was deleted. With
  // autoflush other objects are flushed first, and changes of its own columns must be discarded.
  template <class T>
  void refresh(const Ref<T>& object, Changes changes = Changes::keep) {
    refresh_state(state_of(object), changes);
  }
  // Every object; and a new view of the store. There must be no unflushed changes.
  void expire_all();
  template <class T>
  [[nodiscard]] bool contains(const Ref<T>& object) const noexcept {
    return object && holds(*object.state());
  }

  // ---- the transaction
  // Writes all changes into the session's transaction, which stays open: see "the writer" above.
  void flush();
  // Flushes and commits. Without work no storage call is made.
  void commit();
  // Back to the last commit: new objects become transient, their generated keys cleared; deleted
  // ones persistent; all others are read again at their next use.
  void rollback();
  // Flushes, so that what was pending belongs outside.
  [[nodiscard]] Savepoint savepoint();
  // What the next flush would delete and why, engine actions included. Writes nothing, and changes
  // nothing in memory but what it had to load.
  [[nodiscard]] Plan plan();
  // The next flush also compares every object that was read with its row: any that another writer
  // changed is a StaleDataError. Costs a read of each.
  void check_reads();
  // Runs fn() and commits; rolls back where it throws.
  template <std::invocable F>
  auto transaction(F fn);
  // Frees what nobody reaches; runs by itself as objects grow in number.
  void collect();
  // Rolls back and detaches every object; the session can be used again.
  void close();

  // ---- looking in
  [[nodiscard]] SessionCounts counts() const;
  [[nodiscard]] SessionOptions& options() noexcept;
  [[nodiscard]] const Store& store() const noexcept { return store_; }
  [[nodiscard]] session::Core& core() const noexcept { return *core_; }

  // ---- hooks: called in order of registration; what they throw stops the call that they are in.
  // Before a flush decides what it writes; may change anything, add and erase.
  void on_before_flush(std::function<void(Session&)> hook);
  // After its rows were written; work that it makes belongs to the next flush, of the same commit.
  void on_after_flush(std::function<void(Session&)> hook);
  void on_after_commit(std::function<void(Session&)> hook);
  void on_after_rollback(std::function<void(Session&)> hook);
  // Of single objects. `before` hooks may change the object's own columns, not call the session.
  template <class T>
  void on_load(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void before_insert(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void after_insert(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void before_update(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void after_update(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void before_erase(std::function<void(const Ref<T>&)> hook);
  template <class T>
  void after_erase(std::function<void(const Ref<T>&)> hook);
  // Of a relationship of objects in this session, whichever side was changed: before the change, so
  // that it can be refused by throwing. `member` is null where a reference that is not loaded is
  // cleared.
  template <auto P>
  void on_append(detail::MemberHookOf<P> hook);
  template <auto P>
  void on_set(detail::MemberHookOf<P> hook);
  template <auto P>
  void on_remove(detail::MemberHookOf<P> hook);

 private:
  template <class T>
  static detail::State& state_of(const Ref<T>& object) {
    if (!object) detail::null_ref();
    return *object.state();
  }
  void add_state(detail::State& state);
  void erase_state(detail::State& state);
  void expunge_state(detail::State& state);
  void expire_state(detail::State& state, Changes changes);
  void expire_member(detail::State& state, const detail::Mapper& mapper, std::string_view member,
                     Changes changes);
  void refresh_state(detail::State& state, Changes changes);
  [[nodiscard]] detail::State* merge_state(detail::State& state, const MergeOptions& options);
  [[nodiscard]] bool holds(const detail::State& state) const noexcept;
  [[nodiscard]] detail::State* find(const detail::Mapper& mapper, const detail::TypedKey& key);
  template <class E, class K>
  [[nodiscard]] detail::State* at_hand(const K& key) const noexcept;
  template <class T, class... K>
  [[nodiscard]] Ref<T> get_further(const K&... key);
  void prefetch_states(const detail::Mapper& mapper, std::string_view relationship,
                       std::span<detail::State* const> owners);
  [[noreturn]] static void throw_not_found(const detail::Mapper& mapper);
  [[nodiscard]] detail::SessionEvents::OfEntity& hooks_of(const detail::Mapper& mapper);
  [[nodiscard]] detail::SessionEvents::OfRelationship& hooks_of(const detail::Mapper& mapper,
                                                                std::string_view relationship);

  Store store_;
  std::unique_ptr<session::Core, void (*)(session::Core*)> core_;
  const detail::SessionHeap* heap_;
};

// Makes a detached object new: added again it is inserted, under the key it has. It must be in no
// session.
template <class T>
void make_transient(const Ref<T>& object) {
  if (!object) detail::null_ref();
  detail::make_transient(*object.state());
}

}  // namespace kindred
