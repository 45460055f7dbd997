// From keys to ordinals: open addressing over ordinals into the caller's array of keys, which the
// map does not own.
#pragma once

#include <cstdint>
#include <vector>

#include "format/checksum.hpp"
#include "kindred/value.hpp"

namespace kindred::engine {

class KeyMap {
 public:
  static constexpr std::uint32_t absent = ~std::uint32_t{0};

  // `key_of(ordinal)` gives the key of an entry.
  template <class KeyOf>
  [[nodiscard]] std::uint32_t find(ByteView key, KeyOf&& key_of) const {
    if (slots_.empty()) return absent;
    const std::uint64_t h = format::hash64(key);
    for (std::size_t at = h & mask_;; at = (at + 1) & mask_) {
      const Entry& e = slots_[at];
      if (e.ordinal == absent) return absent;
      if (e.hash == static_cast<std::uint32_t>(h >> 32) && key_of(e.ordinal) == key)
        return e.ordinal;
    }
  }
  // Precondition: the key is not there.
  void insert(ByteView key, std::uint32_t ordinal) {
    if (slots_.empty() || (size_ + 1) * 4 > slots_.size() * 3) grow();
    place({format::hash64(key), ordinal});
    ++size_;
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t ordinal = absent;
    std::uint64_t low = 0;
  };
  struct New {
    std::uint64_t hash;
    std::uint32_t ordinal;
  };
  void place(New n) {
    std::size_t at = n.hash & mask_;
    while (slots_[at].ordinal != absent) at = (at + 1) & mask_;
    slots_[at] = {static_cast<std::uint32_t>(n.hash >> 32), n.ordinal, n.hash};
  }
  void grow() {
    std::vector<Entry> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Entry& e : old)
      if (e.ordinal != absent) place({e.low, e.ordinal});
  }
  std::vector<Entry> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace kindred::engine
