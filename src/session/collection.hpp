// The members of a to-many relationship, and what changed in it since the last flush.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kindred/detail/instance.hpp"

namespace kindred::detail {

// States in order, each once. Long lists answer `contains` from a hash set.
class StateList {
 public:
  [[nodiscard]] const std::vector<State*>& states() const noexcept { return states_; }
  [[nodiscard]] bool empty() const noexcept { return states_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return states_.size(); }
  [[nodiscard]] bool contains(const State* state) const;
  // Precondition: not in it.
  void push(State* state);
  // False where it is not in it.
  bool erase(const State* state);
  void clear() noexcept;
  // The same states in another order.
  void reorder(std::vector<State*> states) { states_ = std::move(states); }
  [[nodiscard]] auto begin() const noexcept { return states_.begin(); }
  [[nodiscard]] auto end() const noexcept { return states_.end(); }

 private:
  static constexpr std::size_t short_list = 32;
  std::vector<State*> states_;
  std::unique_ptr<std::unordered_set<const State*>> index_;
};

// While it is not loaded, `items` is empty and added and removed are a queue, last word wins,
// merged by identity when it loads. Once loaded they are the net changes.
struct Collection {
  StateList items;
  StateList added;
  StateList removed;
  // Maps only: bytes of the key column -> member.
  using Keys = std::unordered_map<std::string, State*>;
  std::unique_ptr<Keys> keys;
  void name(std::string key, State* member) {
    if (!keys) keys = std::make_unique<Keys>();
    (*keys)[std::move(key)] = member;
  }
  [[nodiscard]] State* named(const std::string& key) const {
    if (!keys) return nullptr;
    const auto at = keys->find(key);
    return at == keys->end() ? nullptr : at->second;
  }
  void unname(const State* member) {
    if (keys) std::erase_if(*keys, [&](const auto& entry) { return entry.second == member; });
  }
  bool loaded = false;
};

}  // namespace kindred::detail
