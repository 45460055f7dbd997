// The objects of one entity type in a session, by stored key: open addressing, 8 bytes an entry. An
// entry is a pointer with bits of the key's hash in its 16 unused top bits, of which the lowest is
// set, so that a probe seldom follows a wrong pointer. It points weakly: it keeps nothing alive.
//
// Pointers must leave their top 16 bits alone: no memory tagging, no five-level page tables in use.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
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
    return find(mix(key), [key](const State& s) { return s.key.number == key; });
  }
  [[nodiscard]] State* find(std::string_view key) const noexcept {
    return find(hash_wide_key(key), [key](const State& s) { return *s.key.bytes == key; });
  }
  // Room for so many more.
  void reserve(std::size_t more) {
    if ((count_ + more) * 4 <= (mask_ + 1) * 3) [[likely]]
      return;
    std::size_t wanted = mask_ + 1;
    while ((count_ + more) * 4 > wanted * 3) wanted *= 2;
    grow_to(wanted);
  }
  // The state must have its key and not be in the map.
  void insert(State& state, std::uint64_t hash) {
    reserve(1);
    place(pack(state, hash), hash);
    ++count_;
  }
  // The state must be in the map.
  void erase(const State& state, std::uint64_t hash) noexcept {
    std::size_t at = home(hash);
    while (state_of(entries_[at]) != &state) at = (at + 1) & mask_;
    --count_;
    // Later entries of the run move up, so that no hole cuts them off from their home.
    for (std::size_t next = (at + 1) & mask_; entries_[next] != 0; next = (next + 1) & mask_) {
      const std::size_t wanted = home(hash_of(*state_of(entries_[next])));
      if (((next - wanted) & mask_) >= ((next - at) & mask_)) {
        entries_[at] = entries_[next];
        at = next;
      }
    }
    entries_[at] = 0;
  }
  template <class F>
  void each(F f) const {
    for (std::size_t at = 0; at <= mask_; ++at)
      if (entries_[at] != 0) f(*state_of(entries_[at]));
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  [[nodiscard]] static std::uint64_t mix(std::uint64_t key) noexcept {
    return key * 0x9E3779B97F4A7C15u;
  }

 private:
  static constexpr int pointer_bits = 48;
  [[nodiscard]] static std::uint64_t hash_of(const State& state) noexcept;
  static constexpr std::size_t least = 16;
  // Never 0, so that the empty entry has none.
  [[nodiscard]] static std::uint64_t tag_of(std::uint64_t hash) noexcept {
    return (hash | 1) << pointer_bits;
  }
  [[nodiscard]] static std::uint64_t pack(const State& state, std::uint64_t hash) noexcept {
    return reinterpret_cast<std::uintptr_t>(&state) | tag_of(hash);
  }
  [[nodiscard]] static State* state_of(std::uint64_t entry) noexcept {
    return reinterpret_cast<State*>(entry << (64 - pointer_bits) >> (64 - pointer_bits));
  }
  [[nodiscard]] std::size_t home(std::uint64_t hash) const noexcept { return hash >> shift_; }
  // Kept short: how many of these a processor has under way while it waits for memory is what a get
  // costs.
  template <class Same>
  [[nodiscard, gnu::always_inline]] State* find(std::uint64_t hash, Same same) const noexcept {
    const std::uint64_t tag = tag_of(hash);
    for (std::size_t at = home(hash);; at = (at + 1) & mask_) {
      const std::uint64_t entry = entries_[at];
      if (const std::uint64_t pointer = entry ^ tag; pointer >> pointer_bits == 0) [[likely]] {
        if (State* state = reinterpret_cast<State*>(pointer); same(*state)) [[likely]]
          return state;
      } else if (entry == 0) {
        return nullptr;
      }
    }
  }
  void place(std::uint64_t entry, std::uint64_t hash) noexcept {
    std::size_t at = home(hash);
    while (entries_[at] != 0) at = (at + 1) & mask_;
    entries_[at] = entry;
  }
  void grow_to(std::size_t entries) {
    auto old = std::make_unique<std::uint64_t[]>(entries);
    old.swap(entries_);
    const std::size_t size = mask_ + 1;
    mask_ = entries - 1;
    shift_ = std::countl_zero(entries) + 1;
    for (std::size_t at = 0; at < size; ++at)
      if (old[at] != 0) place(old[at], hash_of(*state_of(old[at])));
  }

  std::unique_ptr<std::uint64_t[]> entries_ = std::make_unique<std::uint64_t[]>(least);
  std::size_t mask_ = least - 1;
  std::size_t count_ = 0;
  int shift_ = std::countl_zero(least) + 1;  // 64 - log2(entries)
};
static_assert(sizeof(IdentityMap) == 32);

// What the typed calls of a session look at before they call it.
struct SessionHeap : Heap {
  using Heap::Heap;
  std::vector<IdentityMap> maps;  // by Mapper::identity()
};

}  // namespace kindred::detail
