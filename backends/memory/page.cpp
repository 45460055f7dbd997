#include "backends/memory/page.hpp"

#include <algorithm>

namespace kindred::memory {

Page* Page::format(void* memory, std::uint64_t epoch, std::uint8_t level, Tail tail) noexcept {
  Page* page = new (memory) Page;
  page->epoch = epoch;
  page->count_ = 0;
  page->heap_ = page_size;
  page->dead_ = 0;
  page->level_ = level;
  page->tail_ = tail;
  page->blocks_ = 0;
  return page;
}

Page* Page::copy(const Page& from, void* memory, std::uint64_t epoch) noexcept {
  Page* page = new (memory) Page;
  std::memcpy(page->bytes(), from.bytes(), from.slots_end());
  std::memcpy(page->bytes() + from.heap_, from.bytes() + from.heap_, page_size - from.heap_);
  page->epoch = epoch;
  return page;
}

void* Page::block(std::size_t i) const noexcept {
  const Slot& s = slot(i);
  if (!is_leaf() || !(s.tail_size & in_block)) return nullptr;
  void* block = nullptr;
  std::memcpy(&block, bytes() + s.offset + s.key_size, sizeof block);
  return block;
}

ByteView Page::block_view(std::size_t i) const noexcept {
  return {static_cast<const char*>(block(i)) + sizeof(Block), slot(i).tail_size & ~in_block};
}

int Page::compare(const Target& target, std::size_t i) const noexcept {
  const Slot& s = slot(i);
  if (target.head != s.head) return target.head < s.head ? -1 : 1;
  // Equal heads of short keys: the shorter one is a prefix of the other.
  if (target.key.size() > 8 && s.key_size > 8) {
    const int order = target.key.substr(8).compare(key(i).substr(8));
    if (order != 0) return order;
  } else if (target.key.size() != s.key_size) {
    return target.key.size() < s.key_size ? -1 : 1;
  }
  if (target.place == Target::Place::past_key) return 1;
  if (!is_leaf() || tail_ == Tail::member) {
    const int order = target.member.compare(tail(i));
    if (order != 0) return order;
  }
  return target.place == Target::Place::past ? 1 : 0;
}

std::size_t Page::lower_bound(const Target& target) const noexcept {
  const Slot* const first = slots();
  const Slot* low = first;
  std::size_t n = count_;
  while (n > 0) {
    const std::size_t half = n / 2;
    const bool behind = low[half].head < target.head;
    low = behind ? low + half + 1 : low;
    n = behind ? n - half - 1 : half;
  }
  auto from = static_cast<std::size_t>(low - first);
  if (from == count_ || low->head != target.head) return from;
  std::size_t to = count_;
  while (from < to) {
    const std::size_t middle = (from + to) / 2;
    if (compare(target, middle) > 0) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

bool Page::matches(const Target& target, std::size_t i) const noexcept {
  return i < count_ && compare(target, i) == 0;
}

std::size_t Page::child_of(const Target& target) const noexcept {
  const std::size_t i = lower_bound(target);
  return i < count_ && compare(target, i) == 0 ? i : i - 1;
}

void Page::insert(std::size_t i, const Cell& cell) noexcept {
  const std::size_t size = cell_size(cell);
  if (!has_contiguous_room(size)) compact();
  heap_ = static_cast<std::uint16_t>(heap_ - size);
  char* at = bytes() + heap_;
  if (!is_leaf()) {
    std::memcpy(at, &cell.child, sizeof cell.child);
    at += sizeof cell.child;
  }
  if (!cell.key.empty()) std::memcpy(at, cell.key.data(), cell.key.size());
  if (!cell.tail.empty()) std::memcpy(at + cell.key.size(), cell.tail.data(), cell.tail.size());
  const std::uint64_t head = head_of({at, cell.key.size()});
  Slot* const all = slots();
  std::memmove(all + i + 1, all + i, (count_ - i) * sizeof(Slot));
  all[i] = {head, heap_, static_cast<std::uint16_t>(cell.key.size()), cell.tail_size};
  ++count_;
  if (cell.tail_size & in_block) blocks_ = 1;
}

void Page::overwrite_tail(std::size_t i, const Cell& cell) noexcept {
  Slot& s = slots()[i];
  if (!cell.tail.empty()) {
    std::memmove(bytes() + s.offset + s.key_size, cell.tail.data(), cell.tail.size());
  }
  s.tail_size = cell.tail_size;
  if (cell.tail_size & in_block) blocks_ = 1;
}

void Page::remove(std::size_t from, std::size_t to) noexcept {
  for (std::size_t i = from; i < to; ++i) {
    dead_ = static_cast<std::uint16_t>(dead_ + stored_size(slot(i)));
  }
  Slot* const all = slots();
  std::memmove(all + from, all + to, (count_ - to) * sizeof(Slot));
  count_ = static_cast<std::uint16_t>(count_ - (to - from));
  if (count_ == 0) {
    heap_ = page_size;
    dead_ = 0;
    blocks_ = 0;
  }
}

void Page::clear_first_separator() noexcept {
  Slot& s = slots()[0];
  dead_ = static_cast<std::uint16_t>(dead_ + s.key_size + s.tail_size);
  s.head = 0;
  s.key_size = 0;
  s.tail_size = 0;
}

void Page::append(const Page& other, std::size_t from, std::size_t to) noexcept {
  for (std::size_t i = from; i < to; ++i) insert(count_, other.cell(i));
}

Cell Page::cell(std::size_t i) const noexcept {
  const Slot& s = slot(i);
  const char* at = bytes() + s.offset;
  Cell cell;
  if (!is_leaf()) cell.child = child(i);
  cell.key = {at + child_size(), s.key_size};
  cell.tail = {at + child_size() + s.key_size, stored_size(s) - child_size() - s.key_size};
  cell.tail_size = s.tail_size;
  return cell;
}

void Page::compact() noexcept {
  alignas(Page) char old[page_size];
  const Page& from = *copy(*this, old, epoch);
  heap_ = page_size;
  dead_ = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    Slot& s = slots()[i];
    const std::size_t size = stored_size(s);
    heap_ = static_cast<std::uint16_t>(heap_ - size);
    std::memcpy(bytes() + heap_, from.bytes() + s.offset, size);
    s.offset = heap_;
  }
}

}  // namespace kindred::memory
