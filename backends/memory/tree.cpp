#include "backends/memory/tree.hpp"

#include <algorithm>

namespace kindred::memory {

const Tree* State::find(storage::KeyspaceId id) const noexcept {
  const auto at = std::lower_bound(
      trees.begin(), trees.end(), id,
      [](const Tree& tree, storage::KeyspaceId wanted) { return tree.id < wanted; });
  return at != trees.end() && at->id == id ? &*at : nullptr;
}

Tree* State::find(storage::KeyspaceId id) noexcept {
  return const_cast<Tree*>(static_cast<const State*>(this)->find(id));
}

void Path::descend(Page* root, const Target& target) noexcept {
  depth = 0;
  Page* at = root;
  while (!at->is_leaf()) {
    const std::size_t i = at->child_of(target);
    page[depth] = at;
    index[depth] = static_cast<std::uint16_t>(i);
    ++depth;
    at = at->child(i);
  }
  page[depth] = at;
  ++depth;
  set_position(at->lower_bound(target));
}

void Path::descend_to_end(Page* root) noexcept {
  depth = 0;
  for (Page* at = root;; at = at->child(at->count() - 1)) {
    page[depth] = at;
    ++depth;
    if (at->is_leaf()) break;
    set_position(at->count() - 1);
  }
  set_position(leaf()->count());
}

bool Path::next_leaf() noexcept {
  std::size_t d = depth - 1;
  do {
    if (d == 0) return false;
    --d;
  } while (index[d] + std::size_t{1} == page[d]->count());
  ++index[d];
  for (; d + 1 < depth; ++d) {
    page[d + 1] = page[d]->child(index[d]);
    index[d + 1] = 0;
  }
  return true;
}

bool Path::previous_leaf() noexcept {
  std::size_t d = depth - 1;
  do {
    if (d == 0) return false;
    --d;
  } while (index[d] == 0);
  --index[d];
  for (; d + 1 < depth; ++d) {
    Page* child = page[d]->child(index[d]);
    page[d + 1] = child;
    index[d + 1] =
        static_cast<std::uint16_t>(child->is_leaf() ? child->count() : child->count() - 1);
  }
  return true;
}

bool Path::at_last_leaf() const noexcept {
  for (std::size_t d = 0; d + 1 < depth; ++d) {
    if (index[d] + std::size_t{1} != page[d]->count()) return false;
  }
  return true;
}

Bounds Bounds::of(const storage::Range& range, bool set) noexcept {
  Bounds out{Target::at(range.lower), std::nullopt};
  if (set && !range.after_member.empty()) out.low = Target::past(range.lower, range.after_member);
  if (range.single) {
    out.high = Target::past_key(range.lower);
  } else if (range.bounded) {
    out.high = Target::at(range.upper);
  }
  return out;
}

Found find(const Page* root, const Target& target) noexcept {
  if (root == nullptr) return {};
  while (!root->is_leaf()) root = root->child(root->child_of(target));
  const std::size_t i = root->lower_bound(target);
  if (!root->matches(target, i)) return {};
  return {root, i};
}

void RangeWalk::start(Page* root, const Bounds& bounds, bool reverse) noexcept {
  const bool reusable = path_.depth > 0 && root == root_ && !reverse;
  bounds_ = bounds;
  reverse_ = reverse;
  root_ = root;
  if (root == nullptr) {
    path_.depth = 0;
    return;
  }
  if (reverse) {
    if (bounds.high) {
      path_.descend(root, *bounds.high);
    } else {
      path_.descend_to_end(root);
    }
  } else {
    const Page* leaf = reusable ? path_.leaf() : nullptr;
    if (leaf != nullptr && leaf->compare(bounds.low, 0) > 0 &&
        leaf->compare(bounds.low, leaf->count() - 1) <= 0) {
      path_.set_position(leaf->lower_bound(bounds.low));
    } else {
      path_.descend(root, bounds.low);
    }
  }
  at_ = path_.position();
  limit();
}

// Sets end_ and last_ for the current leaf. Places at_ there where the range is over already.
void RangeWalk::limit() noexcept {
  const Page& leaf = *path_.leaf();
  if (reverse_) {
    last_ = leaf.compare(bounds_.low, 0) > 0;
    end_ = last_ ? leaf.lower_bound(bounds_.low) : 0;
    at_ = std::max(at_, end_);
    return;
  }
  last_ = bounds_.high && leaf.compare(*bounds_.high, leaf.count() - 1) <= 0;
  end_ = last_ ? leaf.lower_bound(*bounds_.high) : leaf.count();
  if (at_ > end_) at_ = end_;
}

bool RangeWalk::advance() noexcept {
  do {
    if (last_ || !(reverse_ ? path_.previous_leaf() : path_.next_leaf())) return false;
    at_ = path_.position();
    limit();
  } while (at_ == end_);
  return true;
}

}  // namespace kindred::memory
