// One node of a tree: 4096 bytes of sorted entries.
//
//   Header | Slot 0 | Slot 1 | ... -> free <- ... | cell | cell
//
// A leaf's cell is key and tail: the value in maps, the member in sets. A value too large for a
// page lies in a block of its own; the cell then holds its address. An inner page's cell is the
// address of the child, then the separator (key, member): the child holds entries at or above it,
// and below the next one. Entry 0 of an inner page has the empty separator.
//
// A slot repeats the first 8 bytes of the key, so that most searches never look at a cell.
//
// Threads: none of its own. A page is written only by the Writer that made it, see heap.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kindred/value.hpp"

namespace kindred::memory {

inline constexpr std::size_t page_size = 4096;
// Key and value of at most so many bytes stay in the page: three of them always fit.
inline constexpr std::size_t inline_limit = 1024;

// The first 8 bytes as a number, short keys filled up with zeros: smaller head, smaller key.
[[nodiscard]] inline std::uint64_t head_of(ByteView key) noexcept {
  std::uint64_t head = 0;
  if (key.size() >= 8) {
    std::memcpy(&head, key.data(), 8);
  } else if (!key.empty()) {
    std::memcpy(&head, key.data(), key.size());
  }
  if constexpr (std::endian::native == std::endian::little) head = __builtin_bswap64(head);
  return head;
}

// What is looked for: a place between entries.
struct Target {
  enum class Place : std::uint8_t {
    at,        // before the entry (key, member)
    past,      // behind it
    past_key,  // behind every entry of the key
  };
  std::uint64_t head;
  ByteView key;
  ByteView member;
  Place place;

  [[nodiscard]] static Target at(ByteView key, ByteView member = {}) noexcept {
    return {head_of(key), key, member, Place::at};
  }
  [[nodiscard]] static Target past(ByteView key, ByteView member) noexcept {
    return {head_of(key), key, member, Place::past};
  }
  [[nodiscard]] static Target past_key(ByteView key) noexcept {
    return {head_of(key), key, {}, Place::past_key};
  }
};

struct Slot {
  std::uint64_t head;
  std::uint16_t offset;
  std::uint16_t key_size;
  std::uint32_t tail_size;  // with `in_block` where the tail lies in a block
};
inline constexpr std::uint32_t in_block = std::uint32_t{1} << 31;

// What is to be stored; the views are copied.
struct Cell {
  ByteView key;
  ByteView tail;  // what lies in the page: the address of the block where there is one
  std::uint32_t tail_size = 0;  // as in Slot
  const void* child = nullptr;  // inner pages
};

class Page {
 public:
  // What the tail of a leaf is.
  enum class Tail : std::uint8_t { value, member };

  std::uint64_t epoch;  // which Writer, and between which savepoints, may write to it

  // An empty page over raw memory of page_size bytes.
  static Page* format(void* memory, std::uint64_t epoch, std::uint8_t level, Tail tail) noexcept;
  // The same content for another writer.
  static Page* copy(const Page& from, void* memory, std::uint64_t epoch) noexcept;

  [[nodiscard]] bool is_leaf() const noexcept { return level_ == 0; }
  [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] bool has_blocks() const noexcept { return blocks_ != 0; }
  [[nodiscard]] const Slot& slot(std::size_t i) const noexcept { return slots()[i]; }

  [[nodiscard]] ByteView key(std::size_t i) const noexcept {
    const Slot& s = slot(i);
    return {bytes() + s.offset + child_size(), s.key_size};
  }
  // The member or value, also where it lies in a block.
  [[nodiscard]] ByteView tail(std::size_t i) const noexcept {
    const Slot& s = slot(i);
    const char* at = bytes() + s.offset + child_size() + s.key_size;
    if (s.tail_size & in_block) [[unlikely]]
      return block_view(i);
    return {at, s.tail_size};
  }
  // The block of entry i, or nullptr.
  [[nodiscard]] void* block(std::size_t i) const noexcept;
  [[nodiscard]] Page* child(std::size_t i) const noexcept {
    Page* child = nullptr;
    std::memcpy(&child, bytes() + slot(i).offset, sizeof child);
    return child;
  }
  void set_child(std::size_t i, Page* child) noexcept {
    std::memcpy(bytes() + slot(i).offset, &child, sizeof child);
  }

  // Whether the target is behind (> 0) or before (<= 0) entry i; `equal` is set where the entry is
  // the very pair.
  [[nodiscard]] int compare(const Target& target, std::size_t i) const noexcept;
  // The number of entries before the target.
  [[nodiscard]] std::size_t lower_bound(const Target& target) const noexcept;
  // Whether entry i is the pair that an `at` target names.
  [[nodiscard]] bool matches(const Target& target, std::size_t i) const noexcept;
  // Inner pages: the child in which the target lies.
  [[nodiscard]] std::size_t child_of(const Target& target) const noexcept;

  [[nodiscard]] std::size_t cell_size(const Cell& cell) const noexcept {
    return child_size() + cell.key.size() + cell.tail.size();
  }
  // Room for one more entry with a cell of so many bytes.
  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return sizeof(Slot) + size <= free_bytes();
  }
  [[nodiscard]] std::size_t free_bytes() const noexcept { return heap_ - slots_end() + dead_; }
  // Bytes of slots and cells.
  [[nodiscard]] std::size_t used_bytes() const noexcept { return capacity() - free_bytes(); }
  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return page_size - header_size; }
  // Bytes of slot and cell of entry i.
  [[nodiscard]] std::size_t entry_size(std::size_t i) const noexcept {
    return sizeof(Slot) + stored_size(slot(i));
  }

  // Inserts before entry i; the caller knows that it has_room. The cell's views must not lie in
  // this page unless contiguous room is left.
  void insert(std::size_t i, const Cell& cell) noexcept;
  // Whether insert would not have to move cells.
  [[nodiscard]] bool has_contiguous_room(std::size_t size) const noexcept {
    return slots_end() + sizeof(Slot) + size <= heap_;
  }
  // Writes another tail of the same stored size over entry i.
  void overwrite_tail(std::size_t i, const Cell& cell) noexcept;
  void remove(std::size_t from, std::size_t to) noexcept;
  // Makes the separator of entry 0 of an inner page empty.
  void clear_first_separator() noexcept;
  // Appends entries [from, to) of another page of the same level, in which this one does not lie.
  void append(const Page& other, std::size_t from, std::size_t to) noexcept;
  // Entry i as something to insert elsewhere; views into this page.
  [[nodiscard]] Cell cell(std::size_t i) const noexcept;

 private:
  static constexpr std::size_t header_size = 16;

  Page() = default;
  [[nodiscard]] char* bytes() noexcept { return reinterpret_cast<char*>(this); }
  [[nodiscard]] const char* bytes() const noexcept { return reinterpret_cast<const char*>(this); }
  [[nodiscard]] Slot* slots() noexcept { return reinterpret_cast<Slot*>(bytes() + header_size); }
  [[nodiscard]] const Slot* slots() const noexcept {
    return reinterpret_cast<const Slot*>(bytes() + header_size);
  }
  [[nodiscard]] std::size_t slots_end() const noexcept {
    return header_size + count_ * sizeof(Slot);
  }
  [[nodiscard]] std::size_t child_size() const noexcept { return is_leaf() ? 0 : sizeof(Page*); }
  [[nodiscard]] std::size_t stored_size(const Slot& s) const noexcept {
    return child_size() + s.key_size + (s.tail_size & in_block ? sizeof(void*) : s.tail_size);
  }
  [[nodiscard]] ByteView block_view(std::size_t i) const noexcept;
  void compact() noexcept;

  std::uint16_t count_;
  std::uint16_t heap_;  // offset of the lowest cell
  std::uint16_t dead_;  // bytes at or above heap_ that no slot names
  std::uint8_t level_;  // 0: leaf
  Tail tail_ : 4;
  std::uint8_t blocks_ : 4;  // some tail may lie in a block
};
static_assert(sizeof(Page) == 16 && sizeof(Slot) == 16);

// A value outside a page. Its bytes follow.
struct Block {
  std::uint64_t epoch;
};

}  // namespace kindred::memory
