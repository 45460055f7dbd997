// Changes to trees, for one Writer.
//
// What could fail (memory, the byte limit) fails before anything is changed.
//
// Threads: that of the Writer.
#pragma once

#include <cstdint>
#include <optional>

#include "backends/memory/heap.hpp"
#include "backends/memory/tree.hpp"
#include "kindred/storage.hpp"

namespace kindred::memory {

class Editor {
 public:
  // `limit`: of the bytes of the state; 0: none.
  Editor(State& state, Heap& heap, std::uint64_t limit) noexcept
      : state_(state), heap_(heap), limit_(limit) {}

  // Throws CapacityError at the limit. The views may lie in the tree.
  storage::PutResult put(Tree& tree, ByteView key, ByteView value, storage::Intent intent);
  // Removes the entry that an `at` target names. False where it is absent.
  bool erase(Tree& tree, const Target& target);
  // Returns the number of entries removed. The views of the bounds must not lie in the tree.
  std::uint64_t erase(Tree& tree, const Bounds& bounds);
  // To be called when trees were changed by someone else.
  void forget() noexcept { tree_ = nullptr; }

 private:
  // Sets path_ to the target, by a short way where it is near the last one.
  void place(Tree& tree, const Target& target) noexcept;
  [[nodiscard]] std::size_t pages_to_own() const noexcept;
  void own_path(Tree& tree, std::size_t depth) noexcept;
  [[nodiscard]] Page* make_page(Tree& tree, std::uint8_t level) noexcept;
  void drop_page(Tree& tree, Page* page) noexcept;
  void drop_block(Tree& tree, Page& leaf, std::size_t i) noexcept;
  void split(Tree& tree, Cell cell, bool ascending) noexcept;
  [[nodiscard]] static std::size_t split_point(const Page& page, std::size_t i, const Cell& cell,
                                               bool ascending) noexcept;
  // After removals at the end of path_, which is owned: joins and drops pages on the way up.
  void settle(Tree& tree) noexcept;
  void drop_child(Tree& tree, Page& parent, std::size_t i) noexcept;
  bool join(Tree& tree, Page& parent, std::size_t left) noexcept;
  void account(Tree& tree, std::int64_t bytes) noexcept {
    tree.bytes += static_cast<std::uint64_t>(bytes);
    state_.bytes += static_cast<std::uint64_t>(bytes);
  }

  State& state_;
  Heap& heap_;
  std::uint64_t limit_;
  Tree* tree_ = nullptr;  // that path_ is in
  Path path_;
  const Page* run_page_ = nullptr;  // where the last entry was inserted: to see ascending runs
  std::size_t run_position_ = 0;
};

}  // namespace kindred::memory
