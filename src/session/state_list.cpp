#include "session/state_list.hpp"

#include <algorithm>
#include <stdexcept>

namespace kindred::detail {

void StateList::swap(StateList& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(few_, other.few_);
  std::swap(many_, other.many_);
}

void StateList::grow() {
  constexpr std::uint32_t most = std::uint32_t{1} << 30;
  if (capacity_ > most) throw std::length_error("a collection of more than 2^31 members");
  const std::uint32_t wanted = is_few() ? 8 : capacity_ * 2;
  auto** const states = new State*[wanted + 1] + 1;
  std::copy(begin(), end(), states);
  Index* const kept = is_few() ? nullptr : index();
  if (!is_few()) delete[](many_ - 1);
  many_ = states;
  set_index(kept);
  capacity_ = wanted;
}

void StateList::note(State* state) {
  if (!has_index()) set_index(new Index(begin(), end()));
  index()->insert(state);
}

bool StateList::erase(const State* state) noexcept {
  if (has_index() && index()->erase(state) == 0) return false;
  State** const states = is_few() ? few_ : many_;
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
  delete[](many_ - 1);
  many_ = nullptr;
  capacity_ = in_place;
}

void StateList::reorder(std::span<State* const> states) noexcept {
  std::copy(states.begin(), states.end(), is_few() ? few_ : many_);
}

}  // namespace kindred::detail
