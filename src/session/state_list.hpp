// States in order, each once: two in place, more on the heap. Long lists answer `contains` from a
// hash set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kindred/detail/instance.hpp"

namespace kindred::detail {

class StateList {
 public:
  StateList() = default;
  StateList(StateList&& other) noexcept { swap(other); }
  StateList& operator=(StateList&& other) noexcept {
    StateList(std::move(other)).swap(*this);
    return *this;
  }
  ~StateList() { clear(); }

  // Until the list changes.
  [[nodiscard]] std::span<State* const> states() const noexcept { return {begin(), size_}; }
  [[nodiscard]] std::vector<State*> copy() const { return {begin(), end()}; }
  [[nodiscard]] State* const* begin() const noexcept { return is_few() ? few_ : many_; }
  [[nodiscard]] State* const* end() const noexcept { return begin() + size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool contains(const State* state) const noexcept {
    if (has_index()) return index()->contains(state);
    for (const State* s : *this)
      if (s == state) return true;
    return false;
  }
  // Precondition: not in it.
  void push(State* state) {
    if (size_ == capacity_) grow();
    if (size_ >= short_list || has_index()) note(state);
    (is_few() ? few_ : many_)[size_++] = state;
  }
  // False where it is not in it.
  bool erase(const State* state) noexcept;
  void clear() noexcept {
    if (!is_few()) free();
    size_ = 0;
  }
  // Precondition: the same states in another order.
  void reorder(std::span<State* const> states) noexcept;

 private:
  static constexpr std::uint32_t in_place = 2;
  static constexpr std::size_t short_list = 32;
  using Index = std::unordered_set<const State*>;

  [[nodiscard]] bool is_few() const noexcept { return many_ == nullptr; }
  // Precondition: not few.
  [[nodiscard]] Index* index() const noexcept { return reinterpret_cast<Index*>(many_[-1]); }
  void set_index(Index* index) noexcept { many_[-1] = reinterpret_cast<State*>(index); }
  [[nodiscard]] bool has_index() const noexcept { return !is_few() && index() != nullptr; }
  void swap(StateList& other) noexcept;
  void grow();
  void note(State* state);
  void free() noexcept;

  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = in_place;
  // Not written to while there are many: a handle to one of them that a program kept, though it may
  // not, goes on naming that object while it lives.
  State* few_[in_place] = {};
  State** many_ = nullptr;  // the index stands before the first, null in a short list
};

}  // namespace kindred::detail
