// A B+tree of pages, a place in it, and walks over a range of it.
//
// Threads: reads only; the pages of a tree that a Version holds never change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "backends/memory/page.hpp"
#include "kindred/storage.hpp"

namespace kindred::memory {

// One keyspace.
struct Tree {
  storage::KeyspaceId id = 0;
  storage::Shape shape;
  Page* root = nullptr;  // nullptr: empty
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;    // of its pages and blocks
  std::uint64_t changes = 0;  // grows with each write of a Writer: tells open cursors

  [[nodiscard]] Page::Tail tail() const noexcept {
    return shape.is_set() ? Page::Tail::member : Page::Tail::value;
  }
};

// Every keyspace at one time, in order of id.
struct State {
  std::vector<Tree> trees;
  std::uint64_t bytes = 0;

  // nullptr where there is none.
  [[nodiscard]] const Tree* find(storage::KeyspaceId id) const noexcept;
  [[nodiscard]] Tree* find(storage::KeyspaceId id) noexcept;
};

// A page splits into at least one and at most all of its entries, and a root grows only when full:
// a tree of this height would fill any memory.
inline constexpr std::size_t max_height = 48;

// From the root to an entry of a leaf, or to the end of that leaf.
struct Path {
  std::array<Page*, max_height> page;
  std::array<std::uint16_t, max_height> index;
  std::size_t depth = 0;  // 0: nowhere

  [[nodiscard]] Page* leaf() const noexcept { return page[depth - 1]; }
  [[nodiscard]] std::size_t position() const noexcept { return index[depth - 1]; }
  void set_position(std::size_t i) noexcept { index[depth - 1] = static_cast<std::uint16_t>(i); }

  // To the first entry that is not before the target; perhaps to the end of a leaf.
  void descend(Page* root, const Target& target) noexcept;
  // Behind the last entry of all.
  void descend_to_end(Page* root) noexcept;
  // To the start of the next leaf. False, and unchanged, where there is none.
  bool next_leaf() noexcept;
  // To the end of the leaf before. False, and unchanged, where there is none.
  bool previous_leaf() noexcept;
  // Whether the leaf is the last of all.
  [[nodiscard]] bool at_last_leaf() const noexcept;
};

// A range of places. The views of its targets belong to the caller.
struct Bounds {
  Target low;
  std::optional<Target> high;  // exclusive

  [[nodiscard]] static Bounds of(const storage::Range& range, bool set) noexcept;
};

// The entry of an exact pair: page and index, or nullptr.
struct Found {
  const Page* page = nullptr;
  std::size_t index = 0;
};
[[nodiscard]] Found find(const Page* root, const Target& target) noexcept;

// Entries between two places, forwards or backwards.
class RangeWalk {
 public:
  RangeWalk() = default;
  // From the start of a range. Cheap where it starts in the leaf where the last one ended.
  void start(Page* root, const Bounds& bounds, bool reverse) noexcept;
  // The next entry: views into its page. False at the end.
  bool next(storage::Entry& entry) noexcept {
    if (path_.depth == 0 || (at_ == end_ && !advance())) return false;
    const Page& leaf = *path_.leaf();
    const std::size_t i = reverse_ ? --at_ : at_++;
    entry = {leaf.key(i), leaf.tail(i)};
    return true;
  }

 private:
  void limit() noexcept;
  bool advance() noexcept;

  Path path_;
  Page* root_ = nullptr;
  Bounds bounds_{};
  std::size_t at_ = 0;
  std::size_t end_ = 0;  // of the range in this leaf; reverse: its start
  bool last_ = false;    // nothing of the range lies in further leaves
  bool reverse_ = false;
};

// Visits what is reachable and not older than `epoch`, parents after their children. Blocks come
// with page = false. Relies on this: what is older than a savepoint or Writer names nothing
// younger.
template <class Visit>
void visit_younger(Page* root, std::uint64_t epoch,
                   Visit&& visit) noexcept(noexcept(visit(static_cast<void*>(nullptr),
                                                          std::uint64_t{}, true))) {
  if (root == nullptr || root->epoch < epoch) return;
  Path path;
  path.depth = 1;
  path.page[0] = root;
  path.index[0] = 0;
  while (path.depth > 0) {
    Page* page = path.leaf();
    std::size_t i = path.position();
    if (page->is_leaf()) {
      for (i = page->has_blocks() ? 0 : page->count(); i < page->count(); ++i) {
        void* block = page->block(i);
        if (block != nullptr && static_cast<Block*>(block)->epoch >= epoch) {
          visit(block, static_cast<Block*>(block)->epoch, false);
        }
      }
    }
    if (i == page->count()) {
      --path.depth;
      visit(page, page->epoch, true);
      continue;
    }
    path.set_position(i + 1);
    Page* child = page->child(i);
    if (child->epoch < epoch) continue;
    path.page[path.depth] = child;
    path.index[path.depth] = 0;
    ++path.depth;
  }
}

}  // namespace kindred::memory
