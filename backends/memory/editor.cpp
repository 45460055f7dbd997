#include "backends/memory/editor.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "kindred/storage_support.hpp"

namespace kindred::memory {
namespace {

// The bytes of a cell, apart from any page.
class CellCopy {
 public:
  Cell of(const Cell& cell) noexcept { return of(cell, cell.key.size(), cell.tail); }
  // With only the first bytes of the key, and another tail.
  Cell of(const Cell& cell, std::size_t key_size, ByteView tail) noexcept {
    if (key_size != 0) std::memcpy(bytes_.data(), cell.key.data(), key_size);
    if (!tail.empty()) std::memcpy(bytes_.data() + key_size, tail.data(), tail.size());
    Cell copy = cell;
    copy.key = {bytes_.data(), key_size};
    copy.tail = {bytes_.data() + key_size, tail.size()};
    return copy;
  }

 private:
  std::array<char, inline_limit + sizeof(void*)> bytes_;
};
static_assert(2 * storage::max_key_size <= inline_limit);

std::size_t common_prefix(ByteView a, ByteView b) noexcept {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(ends.first - a.begin());
}

// The shortest separator above the last entry of `left` and not above the first of `right`.
Cell separator(const Page& left, const Page& right, CellCopy& copy) noexcept {
  const Cell first = right.cell(0);
  if (!right.is_leaf()) {
    Cell cell = copy.of(first);
    cell.child = &right;
    return cell;
  }
  const ByteView last_key = left.key(left.count() - 1);
  Cell cell;
  if (last_key != first.key) {
    cell = copy.of(first, common_prefix(last_key, first.key) + 1, {});
  } else {
    const ByteView last_member = left.tail(left.count() - 1);
    cell = copy.of(first, first.key.size(),
                   first.tail.substr(0, common_prefix(last_member, first.tail) + 1));
  }
  cell.tail_size = static_cast<std::uint32_t>(cell.tail.size());
  cell.child = &right;
  return cell;
}

}  // namespace

void Editor::place(Tree& tree, const Target& target) noexcept {
  if (tree_ == &tree) {
    const Page& leaf = *path_.leaf();
    if (leaf.compare(target, leaf.count() - 1) > 0) {
      if (path_.at_last_leaf()) {
        path_.set_position(leaf.count());
        return;
      }
    } else if (leaf.compare(target, 0) >= 0) {
      path_.set_position(leaf.lower_bound(target));
      return;
    }
  }
  tree_ = &tree;
  path_.descend(tree.root, target);
}

std::size_t Editor::pages_to_own() const noexcept {
  std::size_t n = 0;
  for (std::size_t d = 0; d < path_.depth; ++d) n += heap_.owns(path_.page[d]->epoch) ? 0 : 1;
  return n;
}

// Replaces the pages of path_ down to `depth` by owned copies. A page that is owned has owned
// parents only.
void Editor::own_path(Tree& tree, std::size_t depth) noexcept {
  for (std::size_t d = 0; d < depth; ++d) {
    Page* old = path_.page[d];
    if (heap_.owns(old->epoch)) continue;
    Page* page = Page::copy(*old, heap_.take(), heap_.epoch());
    path_.page[d] = page;
    if (d == 0) {
      tree.root = page;
    } else {
      path_.page[d - 1]->set_child(path_.index[d - 1], page);
    }
    heap_.drop_page(old);
  }
}

Page* Editor::make_page(Tree& tree, std::uint8_t level) noexcept {
  account(tree, page_size);
  return Page::format(heap_.take(), heap_.epoch(), level, tree.tail());
}

void Editor::drop_page(Tree& tree, Page* page) noexcept {
  account(tree, -static_cast<std::int64_t>(page_size));
  heap_.drop_page(page);
}

void Editor::drop_block(Tree& tree, Page& leaf, std::size_t i) noexcept {
  void* block = leaf.block(i);
  if (block == nullptr) return;
  account(tree, -static_cast<std::int64_t>(sizeof(Block) + leaf.tail(i).size()));
  heap_.drop_block(block);
}

storage::PutResult Editor::put(Tree& tree, ByteView key, ByteView value, storage::Intent intent) {
  using storage::Intent;
  using storage::PutResult;
  const bool set = tree.shape.is_set();
  const Target target = set ? Target::at(key, value) : Target::at(key);
  const bool empty = tree.root == nullptr;
  bool found = false;
  if (!empty) {
    place(tree, target);
    found = path_.leaf()->matches(target, path_.position());
  }
  if (found ? intent == Intent::insert_new : intent == Intent::overwrite) return PutResult::refused;
  if (found && set) return PutResult::done;

  Cell cell{key, value, static_cast<std::uint32_t>(value.size()), nullptr};
  void* address = nullptr;
  std::uint64_t growth = empty ? page_size : 0;
  if (!set && key.size() + value.size() > inline_limit) {
    growth += sizeof(Block) + value.size();
    cell.tail = {reinterpret_cast<const char*>(&address), sizeof address};
    cell.tail_size |= in_block;
  }
  bool same_size = false;
  bool fits = true;
  if (!empty) {
    const Page& leaf = *path_.leaf();
    const std::size_t size = sizeof(Slot) + leaf.cell_size(cell);
    const std::size_t old = found ? leaf.entry_size(path_.position()) : 0;
    same_size = old == size;
    fits = size <= leaf.free_bytes() + old;
    if (!fits) growth += (path_.depth + 1) * page_size;
  }
  if (limit_ != 0 && growth != 0 && state_.bytes + growth > limit_) [[unlikely]] {
    throw CapacityError(storage::name_of(tree.id) + ": this put would take the store to " +
                            std::to_string(state_.bytes + growth) +
                            " bytes, above its byte_limit of " + std::to_string(limit_) +
                            "; erase something, or open it with a larger limit",
                        limit_, state_.bytes + growth);
  }
  heap_.reserve(empty ? 1 : pages_to_own() + (fits ? 0 : path_.depth + 1),
                empty ? 0 : path_.depth + 1);
  if (cell.tail_size & in_block) {
    address = heap_.make_block(value);
    account(tree, static_cast<std::int64_t>(sizeof(Block) + value.size()));
  }

  // From here on nothing fails.
  ++tree.changes;
  if (empty) {
    tree.root = make_page(tree, 0);
    tree_ = &tree;
    path_.depth = 1;
    path_.page[0] = tree.root;
    path_.index[0] = 0;
  } else {
    own_path(tree, path_.depth);
  }
  Page& leaf = *path_.leaf();
  const std::size_t i = path_.position();
  if (same_size) {
    drop_block(tree, leaf, i);
    leaf.overwrite_tail(i, cell);
    return PutResult::done;
  }
  const bool ascending =
      run_page_ == &leaf ? run_position_ + 1 == i : i == leaf.count() && path_.at_last_leaf();
  CellCopy copy;
  if (found || !leaf.has_contiguous_room(leaf.cell_size(cell))) cell = copy.of(cell);
  if (found) {
    drop_block(tree, leaf, i);
    leaf.remove(i, i + 1);
  } else {
    ++tree.entries;
  }
  if (fits) {
    leaf.insert(i, cell);
    run_page_ = &leaf;
    run_position_ = i;
  } else {
    split(tree, cell, ascending && !found);
  }
  return PutResult::done;
}

// How many of the entries, with the new one at i, stay in the left page: at least one, not all.
std::size_t Editor::split_point(const Page& page, std::size_t i, const Cell& cell,
                                bool ascending) noexcept {
  const std::size_t n = page.count();
  const std::size_t added = sizeof(Slot) + page.cell_size(cell);
  if (ascending && i == n) return n;
  std::size_t total = page.used_bytes() + added;
  const auto size_at = [&](std::size_t j) {
    return j == i ? added : page.entry_size(j < i ? j : j - 1);
  };
  // A run in the middle: what follows moves away, so that the run goes on at the end of its page.
  if (ascending) {
    std::size_t left = added;
    for (std::size_t j = 0; j < i; ++j) left += page.entry_size(j);
    if (left <= Page::capacity()) return i + 1;
  }
  std::size_t left = size_at(0);
  std::size_t s = 1;
  while (s < n && left + size_at(s) / 2 < total / 2) left += size_at(s++);
  return s;
}

void Editor::split(Tree& tree, Cell cell, bool ascending) noexcept {
  std::array<CellCopy, 2> separators;
  std::size_t i = path_.position();
  for (std::size_t d = path_.depth - 1;; --d) {
    Page* left = path_.page[d];
    Page* right = make_page(tree, left->level());
    const std::size_t n = left->count();
    const std::size_t s = split_point(*left, i, cell, ascending);
    if (i < s) {
      right->append(*left, s - 1, n);
      left->remove(s - 1, n);
      left->insert(i, cell);
    } else {
      right->append(*left, s, i);
      right->insert(right->count(), cell);
      right->append(*left, i, n);
      left->remove(s, n);
    }
    if (left->is_leaf()) {
      run_page_ = i < s ? left : right;
      run_position_ = i < s ? i : i - s;
    }
    cell = separator(*left, *right, separators[d % 2]);
    if (!right->is_leaf()) right->clear_first_separator();
    if (d == 0) {
      Page* root = make_page(tree, static_cast<std::uint8_t>(left->level() + 1));
      Cell first;
      first.child = left;
      root->insert(0, first);
      root->insert(1, cell);
      tree.root = root;
      break;
    }
    Page& parent = *path_.page[d - 1];
    i = path_.index[d - 1] + std::size_t{1};
    if (parent.has_room(parent.cell_size(cell))) {
      parent.insert(i, cell);
      break;
    }
  }
  tree_ = nullptr;
}

bool Editor::erase(Tree& tree, const Target& target) {
  if (tree.root == nullptr) return false;
  place(tree, target);
  const std::size_t i = path_.position();
  if (!path_.leaf()->matches(target, i)) return false;
  heap_.reserve(pages_to_own(), 3 * path_.depth + 2);
  ++tree.changes;
  own_path(tree, path_.depth);
  Page& leaf = *path_.leaf();
  drop_block(tree, leaf, i);
  leaf.remove(i, i + 1);
  --tree.entries;
  run_page_ = nullptr;
  settle(tree);
  return true;
}

std::uint64_t Editor::erase(Tree& tree, const Bounds& bounds) {
  std::uint64_t erased = 0;
  bool more = true;
  while (more && tree.root != nullptr) {
    path_.descend(tree.root, bounds.low);
    tree_ = &tree;
    if (path_.position() == path_.leaf()->count() && !path_.next_leaf()) break;
    Page* leaf = path_.leaf();
    const std::size_t from = path_.position();
    const std::size_t to = bounds.high ? leaf->lower_bound(*bounds.high) : leaf->count();
    more = to == leaf->count();
    if (to <= from) break;
    heap_.reserve(pages_to_own(), 3 * path_.depth + 2 + (to - from));
    ++tree.changes;
    const bool whole = from == 0 && to == leaf->count();
    own_path(tree, path_.depth - (whole ? 1 : 0));
    leaf = path_.leaf();
    if (leaf->has_blocks()) {
      for (std::size_t i = from; i < to; ++i) drop_block(tree, *leaf, i);
    }
    tree.entries -= to - from;
    erased += to - from;
    run_page_ = nullptr;
    if (!whole) {
      leaf->remove(from, to);
    } else if (--path_.depth == 0) {
      drop_page(tree, leaf);
      tree.root = nullptr;
      tree_ = nullptr;
      break;
    } else {
      drop_page(tree, leaf);
      drop_child(tree, *path_.leaf(), path_.position());
    }
    settle(tree);
  }
  tree_ = nullptr;
  return erased;
}

// Removes entry i of an inner page; the page under it is gone already.
void Editor::drop_child(Tree&, Page& parent, std::size_t i) noexcept {
  parent.remove(i, i + 1);
  if (i == 0 && parent.count() != 0) parent.clear_first_separator();
}

void Editor::settle(Tree& tree) noexcept {
  bool changed = false;
  for (std::size_t d = path_.depth - 1; d > 0; --d) {
    Page* page = path_.page[d];
    Page& parent = *path_.page[d - 1];
    const std::size_t i = path_.index[d - 1];
    if (page->count() == 0) {
      drop_page(tree, page);
      drop_child(tree, parent, i);
    } else if (page->used_bytes() >= Page::capacity() / 4 ||
               !((i + 1 < parent.count() && join(tree, parent, i)) ||
                 (i > 0 && join(tree, parent, i - 1)))) {
      break;
    }
    changed = true;
  }
  while (tree.root->count() == 0 || (!tree.root->is_leaf() && tree.root->count() == 1)) {
    Page* root = tree.root;
    tree.root = root->count() == 0 ? nullptr : root->child(0);
    drop_page(tree, root);
    changed = true;
    if (tree.root == nullptr) break;
  }
  if (changed) tree_ = nullptr;
}

// Joins two neighbours, one of which is owned, where they fill a page well but not quite.
bool Editor::join(Tree& tree, Page& parent, std::size_t left_index) noexcept {
  Page* left = parent.child(left_index);
  Page* right = parent.child(left_index + 1);
  Cell middle = parent.cell(left_index + 1);
  const std::size_t key_bytes = left->is_leaf() ? 0 : middle.key.size() + middle.tail.size();
  if (left->used_bytes() + right->used_bytes() + key_bytes > Page::capacity() / 8 * 7) return false;
  // The separator of the right page comes down to its first entry, which had none.
  if (heap_.owns(left->epoch)) {
    std::size_t from = 0;
    if (!left->is_leaf()) {
      middle.child = right->child(0);
      left->insert(left->count(), middle);
      from = 1;
    }
    left->append(*right, from, right->count());
    drop_page(tree, right);
  } else {
    if (!right->is_leaf()) {
      middle.child = right->child(0);
      right->remove(0, 1);
      right->insert(0, middle);
    }
    for (std::size_t i = 0; i < left->count(); ++i) right->insert(i, left->cell(i));
    parent.set_child(left_index, right);
    drop_page(tree, left);
  }
  parent.remove(left_index + 1, left_index + 2);
  return true;
}

}  // namespace kindred::memory
