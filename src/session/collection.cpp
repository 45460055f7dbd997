#include "session/collection.hpp"

#include <algorithm>

namespace kindred::detail {

bool StateList::contains(const State* state) const {
  if (index_) return index_->contains(state);
  return std::find(states_.begin(), states_.end(), state) != states_.end();
}

void StateList::push(State* state) {
  if (states_.empty()) states_.reserve(3);  // as much as the least piece of memory holds
  states_.push_back(state);
  if (index_)
    index_->insert(state);
  else if (states_.size() > short_list)
    index_ = std::make_unique<std::unordered_set<const State*>>(states_.begin(), states_.end());
}

bool StateList::erase(const State* state) {
  if (index_ && index_->erase(state) == 0) return false;
  // Mostly what came last goes first.
  const auto at = std::find(states_.rbegin(), states_.rend(), state);
  if (at == states_.rend()) return false;
  states_.erase(std::next(at).base());
  return true;
}

void StateList::clear() noexcept {
  states_.clear();
  index_.reset();
}

}  // namespace kindred::detail
