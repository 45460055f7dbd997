// The members of a to-many relationship, and what changed in it since the last flush.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "session/state_list.hpp"

namespace kindred::detail {

// While it is not loaded, `items` is empty and added and removed are a queue, last word wins,
// merged by identity when it loads. Once loaded they are the net changes.
//
// Who is in it is counted in State::links once for items and once for removed; added ones are among
// the items of a loaded collection, and are counted for themselves only in one that is not loaded.
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
  [[nodiscard]] bool counts(const StateList& list) const noexcept {
    return &list != &added || !loaded;
  }
  template <class F>
  void each_counted(F f) const {
    for (const StateList* in : {&items, &removed, &added})
      if (counts(*in))
        for (State* t : *in) f(*t);
  }
  // What was queued becomes members.
  void become_loaded() {
    if (loaded) return;
    for (State* t : added)
      if (items.contains(t))
        --t->links;
      else
        items.push(t);
    loaded = true;
  }
  bool loaded = false;
};

}  // namespace kindred::detail
