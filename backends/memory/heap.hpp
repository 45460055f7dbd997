// The memory of one Writer: pages and blocks that it makes, and those of earlier commits that it
// leaves behind.
//
// Everything carries the epoch in which it was made. A Writer has a range of epochs of its own, and
// each savepoint starts a new one. What was made since the last savepoint that still stands is
// `owned`: it is written in place and freed at once. All else stays as it is, for Readers and for
// rollback; leaving it behind makes it garbage, to be freed when nobody can reach it any more.
//
// Threads: that of the Writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "backends/memory/page.hpp"
#include "kindred/value.hpp"

namespace kindred::memory {

struct Garbage {
  void* memory;
  std::uint64_t epoch;
};

// Frees a page or block.
inline void release(void* memory) noexcept { ::operator delete(memory); }

class Heap {
 public:
  explicit Heap(std::uint64_t epoch) noexcept : first_(epoch), owned_from_(epoch), epoch_(epoch) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap() {
    for (void* page : spare_) release(page);
  }

  [[nodiscard]] std::uint64_t first_epoch() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] bool owns(std::uint64_t epoch) const noexcept { return epoch >= owned_from_; }

  // Makes sure that the next `pages` calls of take and `drops` calls of drop cannot fail.
  void reserve(std::size_t pages, std::size_t drops) {
    if (spare_.size() < pages) [[unlikely]]
      make_pages(pages);
    if (garbage_.capacity() - garbage_.size() < drops) [[unlikely]]
      grow(drops);
  }
  // Raw memory for a page.
  [[nodiscard]] void* take() noexcept {
    void* page = spare_.back();
    spare_.pop_back();
    return page;
  }
  void drop_page(Page* page) noexcept {
    if (!owns(page->epoch)) {
      garbage_.push_back({page, page->epoch});
    } else if (spare_.size() < spare_.capacity()) {
      spare_.push_back(page);
    } else {
      release(page);
    }
  }
  void drop_block(void* block) noexcept {
    const std::uint64_t epoch = static_cast<Block*>(block)->epoch;
    if (owns(epoch)) {
      release(block);
    } else {
      garbage_.push_back({block, epoch});
    }
  }
  // A block with these bytes. The caller releases it until a page names it.
  [[nodiscard]] void* make_block(ByteView bytes) const {
    void* memory = ::operator new(sizeof(Block) + bytes.size());
    new (memory) Block{epoch_};
    std::memcpy(static_cast<char*>(memory) + sizeof(Block), bytes.data(), bytes.size());
    return memory;
  }

  // What a savepoint remembers.
  struct Mark {
    std::uint64_t epoch;       // what is younger than the savepoint
    std::uint64_t owned_from;  // before it
    std::size_t garbage;
  };
  // `epoch` is new, and becomes the current one.
  [[nodiscard]] Mark mark(std::uint64_t epoch) noexcept {
    const Mark mark{epoch, owned_from_, garbage_.size()};
    epoch_ = epoch;
    owned_from_ = epoch;
    return mark;
  }
  // The savepoint of `mark` is gone, its changes stay.
  void forget(const Mark& mark) noexcept {
    owned_from_ = mark.owned_from;
    free_owned(mark.garbage, Kept::yes);
  }
  // The savepoint of `mark` is gone, its changes too. The caller has freed what is reachable and
  // younger than it.
  void undo(const Mark& mark) noexcept {
    owned_from_ = mark.epoch;
    free_owned(mark.garbage, Kept::no);
    owned_from_ = mark.owned_from;
  }
  // At the end of the Writer: frees what only it could reach, hands over the rest.
  [[nodiscard]] std::vector<Garbage> finish() noexcept {
    owned_from_ = first_;
    free_owned(0, Kept::yes);
    return std::move(garbage_);
  }

 private:
  enum class Kept : std::uint8_t { no, yes };
  void make_pages(std::size_t pages);
  void grow(std::size_t drops);
  // Frees the owned garbage from `from` on, and forgets the rest of it unless kept.
  void free_owned(std::size_t from, Kept kept) noexcept;

  std::uint64_t first_;
  std::uint64_t owned_from_;
  std::uint64_t epoch_;
  std::vector<void*> spare_;
  std::vector<Garbage> garbage_;
};

}  // namespace kindred::memory
