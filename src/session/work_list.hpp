// The objects that a flush must look at, in order of arrival, and what is known of all of them: a
// flush of new objects need not ask each whether it goes or moves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "kindred/detail/mapper.hpp"

namespace kindred::session {

class WorkList {
 public:
  using State = detail::State;
  using Mapper = detail::Mapper;

  void push_back(State* s) {
    states_.push_back(s);
    has_stored_ = has_stored_ || s->life == Life::persistent;
    traits_ |= s->mapper->traits();
  }
  void pop_back() noexcept { states_.pop_back(); }
  void erase(const State* s) noexcept { std::erase(states_, s); }
  template <class F>
  void erase_if(F f) {
    std::erase_if(states_, f);
  }
  void clear() noexcept { *this = {}; }

  // False: nothing in it is persistent. True: something may be.
  [[nodiscard]] bool has_stored() const noexcept { return has_stored_; }
  // All of them where something may be persistent, else none.
  [[nodiscard]] std::span<State* const> stored() const noexcept {
    return has_stored_ ? std::span<State* const>(states_) : std::span<State* const>();
  }
  // False: nothing in it has one of these traits (Mapper::prepared and the like).
  [[nodiscard]] bool has(unsigned traits) const noexcept { return (traits_ & traits) != 0; }

  [[nodiscard]] const std::vector<State*>& states() const noexcept { return states_; }
  [[nodiscard]] bool empty() const noexcept { return states_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return states_.size(); }
  [[nodiscard]] State* operator[](std::size_t n) const noexcept { return states_[n]; }
  [[nodiscard]] State* back() const noexcept { return states_.back(); }
  [[nodiscard]] auto begin() const noexcept { return states_.begin(); }
  [[nodiscard]] auto end() const noexcept { return states_.end(); }

 private:
  std::vector<State*> states_;
  bool has_stored_ = false;
  unsigned traits_ = 0;
};

}  // namespace kindred::session
