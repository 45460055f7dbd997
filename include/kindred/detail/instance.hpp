// The hidden header of an entity that lives behind a Ref, and what a Ref does with it. Everything
// else is done by src/session, which knows no entity type.
//
//   State, 48 bytes | the entity as it was declared
//
// `refs` counts handles; `links` counts pointers from relationships of other instances and keeps
// nothing alive by itself, so a post and its author cannot leak. Counts are not atomic: instances
// that are linked, and those of one session, belong to one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace kindred {

class Session;

// Where an object stands, in SQLAlchemy's words.
enum class Life : std::uint8_t {
  transient,   // in no session, not stored
  pending,     // added, not flushed yet
  persistent,  // stored, in a session
  deleted,     // its delete was flushed, the transaction is open
  detached     // stored (or deleted) once, in no session
};

namespace detail {

struct Mapper;
struct State;

// Who frees an instance: a session, or a group of instances that were linked without one. The
// thread at work in it is noted, so that overlapping use is an error and not a race.
struct Heap {
  explicit Heap(Session* owner = nullptr) : session(owner) {}
  Session* session;                         // null: a group
  std::size_t held = 0;                     // members with refs > 0
  std::vector<State*> others;               // members that are in no identity map
  std::atomic<const void*> user = nullptr;  // token of the thread at work
};

struct State {
  // The entity was or may be changed: the next flush encodes and compares it.
  static constexpr std::uint16_t touched = 1;
  // Its key columns may have been changed: they are compared with its references before use.
  static constexpr std::uint16_t unsettled = 2;
  static constexpr std::uint16_t expired = 4;    // to be read again at the next access
  static constexpr std::uint16_t related = 8;    // a relationship has unflushed changes
  static constexpr std::uint16_t erased = 16;    // to be deleted by the next flush
  static constexpr std::uint16_t marked = 32;    // used by walks over all instances
  static constexpr std::uint16_t listed = 64;    // in the session's work list
  static constexpr std::uint16_t sticky = 128;   // a plain reference was given out
  static constexpr std::uint16_t has_id = 256;   // its key was generated in this transaction
  static constexpr std::uint16_t dropped = 512;  // removed from a delete-orphan relationship
  static constexpr std::uint16_t owned = 1024;   // by a single_parent relationship
  static constexpr std::uint16_t kept = 2048;    // may be needed by a rollback
  static constexpr std::uint16_t was_deleted = 4096;
  static constexpr std::uint16_t moved = 8192;    // its key was changed: its children follow
  static constexpr std::uint16_t queued = 16384;  // in the session's list of what to settle
  // With both bits set, access through a mutable Ref has nothing to note.
  static constexpr std::uint16_t calm = touched | unsettled;

  const Mapper* mapper;
  Heap* heap = nullptr;
  union Key {
    std::uint64_t number = 0;  // the 8 bytes of the stored key as a big-endian number
    std::string* bytes;        // any other key
  } key = {};                  // as stored; valid while in an identity map
  // What a get at hand looks at is in 16 bytes, and so in one cache line.
  std::uint32_t refs = 0;
  Life life = Life::transient;
  std::uint16_t bits = calm;
  std::uint64_t hash = 0;  // of the row as read or last flushed
  std::uint32_t links = 0;
  std::uint32_t place = 0;  // in heap->others; during a flush: number of its write

  [[nodiscard]] bool is(std::uint16_t bit) const noexcept { return (bits & bit) != 0; }
  void set(std::uint16_t bit) noexcept { bits = static_cast<std::uint16_t>(bits | bit); }
  void clear(std::uint16_t bit) noexcept { bits = static_cast<std::uint16_t>(bits & ~bit); }
  [[nodiscard]] bool in_session() const noexcept {
    return life == Life::pending || life == Life::persistent;
  }
  [[nodiscard]] void* object() noexcept { return this + 1; }
  [[nodiscard]] const void* object() const noexcept { return this + 1; }
};
static_assert(sizeof(State) == 48 && offsetof(State, key) == 16 && offsetof(State, hash) == 32);

template <class T>
struct Instance : State {
  T object_;
};

// The entity behind a state; entities begin at one offset, so a base is where the derived is.
template <class T>
T& entity_in(State& state) {
  static_assert(alignof(T) <= 16, "an entity behind a Ref has an alignment of 16 at most");
  return *static_cast<T*>(state.object());
}

// The first access through a mutable Ref since the last flush.
void touch(State& state);
// Reads an expired object again.
void reload(State& state);
// The last handle is gone.
void let_go(State& state) noexcept;
// Of a new instance: ties its relationship members to it and links what its value brought along.
void take_over(State& state);
// "User 7", "Post (new)"; for messages.
[[nodiscard]] std::string describe(const State& state);
[[noreturn]] void null_ref();

[[gnu::always_inline]] inline void retain(State* state) noexcept {
  if (state != nullptr && state->refs++ == 0 && state->heap != nullptr) ++state->heap->held;
}
inline void release(State* state) noexcept {
  if (state != nullptr && --state->refs == 0) let_go(*state);
}

}  // namespace detail
}  // namespace kindred
