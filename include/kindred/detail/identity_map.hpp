// The objects of one entity type in a session, by stored key: open addressing, 8 bytes an entry. An
// entry is a pointer with 16 bits of the key's hash in its unused top bits, so that a probe seldom
// follows a wrong pointer. It points weakly: it keeps nothing alive.
//
// Where pointers use their top bits (memory tagging) the static_assert in src/session says so.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/detail/instance.hpp"

namespace kindred::detail {

// Hash of a key of several columns or of text.
[[nodiscard]] std::uint64_t hash_wide_key(std::string_view key) noexcept;

class IdentityMap {
 public:
  [[nodiscard]] State* find(std::uint64_t key) const noexcept {
    return find(mix(key), [&](const State& s) { return s.key.number == key; });
  }
  [[nodiscard]] State* find(std::string_view key) const noexcept {
    return find(hash_wide_key(key), [&](const State& s) { return *s.key.bytes == key; });
  }
  // Room for so many more.
  void reserve(std::size_t more) {
    std::size_t wanted = entries_.size();
    while ((count_ + more) * 4 > wanted * 3) wanted *= 2;
    if (wanted != entries_.size()) grow_to(wanted);
  }
  // The state must have its key and not be in the map.
  void insert(State& state, std::uint64_t hash) {
    reserve(1);
    place(pack(state, hash));
    ++count_;
  }
  // The state must be in the map.
  void erase(const State& state, std::uint64_t hash) noexcept {
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = home(hash);
    while (state_of(entries_[at]) != &state) at = (at + 1) & mask;
    --count_;
    // Later entries of the run move up, so that no hole cuts them off from their home.
    for (std::size_t next = (at + 1) & mask; entries_[next] != 0; next = (next + 1) & mask) {
      const std::size_t wanted = home(hash_of(*state_of(entries_[next])));
      if (((next - wanted) & mask) >= ((next - at) & mask)) {
        entries_[at] = entries_[next];
        at = next;
      }
    }
    entries_[at] = 0;
  }
  template <class F>
  void each(F f) const {
    for (const std::uint64_t entry : entries_)
      if (entry != 0) f(*state_of(entry));
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  [[nodiscard]] static std::uint64_t mix(std::uint64_t key) noexcept {
    return key * 0x9E3779B97F4A7C15u;
  }

 private:
  static constexpr int pointer_bits = 48;
  [[nodiscard]] static std::uint64_t hash_of(const State& state) noexcept;
  [[nodiscard]] static std::uint64_t pack(const State& state, std::uint64_t hash) noexcept {
    return reinterpret_cast<std::uintptr_t>(&state) | hash << pointer_bits;
  }
  [[nodiscard]] static State* state_of(std::uint64_t entry) noexcept {
    return reinterpret_cast<State*>(entry << (64 - pointer_bits) >> (64 - pointer_bits));
  }
  [[nodiscard]] std::size_t home(std::uint64_t hash) const noexcept { return hash >> shift_; }
  template <class Same>
  [[nodiscard]] State* find(std::uint64_t hash, Same same) const noexcept {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = home(hash); entries_[at] != 0; at = (at + 1) & mask) {
      if (((entries_[at] ^ hash << pointer_bits) >> pointer_bits) != 0) continue;
      if (State* state = state_of(entries_[at]); same(*state)) return state;
    }
    return nullptr;
  }
  void place(std::uint64_t entry) noexcept {
    std::size_t at = home(hash_of(*state_of(entry)));
    while (entries_[at] != 0) at = (at + 1) & (entries_.size() - 1);
    entries_[at] = entry;
  }
  void grow_to(std::size_t entries) {
    std::vector<std::uint64_t> old(entries, 0);
    old.swap(entries_);
    shift_ = std::countl_zero(entries) + 1;
    for (const std::uint64_t entry : old)
      if (entry != 0) place(entry);
  }

  std::vector<std::uint64_t> entries_ = std::vector<std::uint64_t>(16, 0);
  std::size_t count_ = 0;
  int shift_ = 60;  // 64 - log2(entries)
};

}  // namespace kindred::detail
