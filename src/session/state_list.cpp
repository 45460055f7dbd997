#include "session/state_list.hpp"

#include <algorithm>
#include <stdexcept>

namespace kindred::detail {

void StateList::swap(StateList& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(few_, other.few_);
}

void StateList::grow() {
  constexpr std::uint32_t most = std::uint32_t{1} << 29;
  if (capacity_ > most) throw std::length_error("a collection of more than 2^30 members");
  const std::uint32_t wanted = capacity_ * 4;
  auto** const states = new State*[wanted];
  std::copy(begin(), end(), states);
  if (is_few())
    few_[1] = nullptr;
  else
    delete[] many();
  few_[0] = reinterpret_cast<State*>(states);
  capacity_ = wanted;
}

void StateList::note(State* state) {
  if (!has_index()) few_[1] = reinterpret_cast<State*>(new Index(begin(), end()));
  index()->insert(state);
}

bool StateList::erase(const State* state) noexcept {
  if (has_index() && index()->erase(state) == 0) return false;
  State** const states = is_few() ? few_ : many();
  // Mostly what came last goes first.
  std::uint32_t at = size_;
  while (at != 0 && states[at - 1] != state) --at;
  if (at == 0) return false;
  std::copy(states + at, states + size_, states + at - 1);
  --size_;
  return true;
}

void StateList::free() noexcept {
  delete index();
  delete[] many();
  capacity_ = in_place;
}

void StateList::reorder(std::span<State* const> states) noexcept {
  std::copy(states.begin(), states.end(), is_few() ? few_ : many());
}

}  // namespace kindred::detail
