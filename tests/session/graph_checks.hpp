// What must hold of the objects in memory at any moment, read from the inside of a session; and how
// memory and store compare with the plain model.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "session/core.hpp"
#include "tests/session/graph_model.hpp"

namespace kindred::session_test::graph {

struct PropertyFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
[[noreturn]] void broken(const std::string& what);

// "kid 12 (Kid 3)"
[[nodiscard]] std::string name_of(const detail::State& s);
[[nodiscard]] int serial_of(const detail::State& s);
[[nodiscard]] Kind kind_of(const detail::State& s);
[[nodiscard]] const detail::Mapper& mapper_of_kind(Kind kind);

// Handles that the program holds.
class Handle {
 public:
  Handle() = default;
  explicit Handle(detail::State* state) : state_(state) { detail::retain(state_); }
  Handle(const Handle& other) : Handle(other.state_) {}
  Handle(Handle&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Handle& operator=(Handle other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Handle() { detail::release(state_); }
  [[nodiscard]] detail::State* state() const noexcept { return state_; }
  template <class T>
  [[nodiscard]] Ref<T> as() const {
    return Ref<T>(state_);
  }
  explicit operator bool() const noexcept { return state_ != nullptr; }

 private:
  detail::State* state_ = nullptr;
};

// Every object of the session's memory and of the groups of those held by handles.
[[nodiscard]] std::vector<detail::State*> all_states(session::Core* core,
                                                     const std::vector<detail::State*>& held);

// Both sides of what is loaded agree.
void check_agreement(const std::vector<detail::State*>& states);
// Handles, links and places are what they are counted as; `held` has one entry for each handle.
void check_counts(session::Core* core, const std::vector<detail::State*>& states,
                  const std::vector<detail::State*>& held);
// What is in memory is what the model says, as far as it is loaded. `flushed`: key columns too.
enum class Moment : std::uint8_t { any, flushed };
void check_memory(session::Core& core, const std::vector<detail::State*>& states,
                  const Model& model, Moment moment);
// The rows, a new session's view of every relationship, and check() of the store.
void check_store(const Store& store, const Model& model);

// Columns, marks, life and relationships, to be compared after a failure.
class Memory {
 public:
  explicit Memory(session::Core& core);
  void compare(session::Core& core) const;

 private:
  struct Side {
    std::uint16_t flags;
    bool loaded;
    std::vector<detail::State*> members;
    std::vector<detail::State*> added;
    std::vector<detail::State*> removed;
  };
  struct Kept {
    Handle handle;
    Life life;
    std::uint16_t bits;
    std::uint64_t hash;
    std::vector<session::Cell> cells;
    std::vector<Side> sides;
  };
  static Side side_of(const detail::State& s, const detail::Link& link);
  std::vector<Kept> kept_;
};

}  // namespace kindred::session_test::graph
