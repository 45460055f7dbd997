#include "backends/memory/reading.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "kindred/storage_support.hpp"

namespace kindred::memory {
namespace {

using storage::Entry;
using storage::KeyspaceId;
using storage::Range;
using storage::ScanOptions;

void check_unchanged(const Tree& tree, std::uint64_t changes) {
  if (tree.changes == changes) [[likely]]
    return;
  throw UsageError(storage::name_of(tree.id) +
                   " was written to while a scan or cursor of the same Writer is open on it: "
                   "gather first, then write");
}

void check_range(KeyspaceId keyspace, const Range& range) {
  if (range.single) storage::check_key(keyspace, range.lower);
}

class MemoryCursor final : public storage::Cursor {
 public:
  // `tree` may be nullptr: an empty one.
  MemoryCursor(const View& view, const Tree* tree, const Range& range, const ScanOptions& options)
      : view_(view),
        tree_(tree),
        changes_(tree == nullptr ? 0 : tree->changes),
        lower_(range.lower),
        upper_(range.upper),
        after_member_(range.after_member),
        options_(options) {
    Range own = range;
    own.lower = lower_;
    own.upper = upper_;
    own.after_member = after_member_;
    bounds_ = Bounds::of(own, tree != nullptr && tree->shape.is_set());
    start(bounds_);
  }

  std::optional<Entry> next() override {
    enter("Cursor::next");
    Entry entry;
    if ((options_.limit != 0 && given_ == options_.limit) || !walk_.next(entry)) {
      return std::nullopt;
    }
    ++given_;
    return entry;
  }

  void seek(ByteView key) override {
    enter("Cursor::seek");
    sought_ = key;
    Bounds bounds = bounds_;
    if (options_.reverse) {
      if (!bounds.high || sought_ < bounds.high->key) bounds.high = Target::past_key(sought_);
    } else if (sought_ > bounds.low.key) {
      bounds.low = Target::at(sought_);
    }
    start(bounds);
  }

 private:
  void enter(std::string_view call) const {
    static_cast<void>(view_.enter(call));
    if (tree_ != nullptr) check_unchanged(*tree_, changes_);
  }
  void start(const Bounds& bounds) noexcept {
    walk_.start(tree_ == nullptr ? nullptr : tree_->root, bounds, options_.reverse);
  }

  const View& view_;
  const Tree* tree_;
  std::uint64_t changes_;
  std::string lower_;
  std::string upper_;
  std::string after_member_;
  std::string sought_;
  ScanOptions options_;
  Bounds bounds_{};
  std::uint64_t given_ = 0;
  RangeWalk walk_;
};

// Walks one range; false where the sink stopped it.
template <class Sink>
void walk_range(RangeWalk& walk, const Tree& tree, const Range& range, const ScanOptions& options,
                Sink&& sink) {
  walk.start(tree.root, Bounds::of(range, tree.shape.is_set()), options.reverse);
  const std::uint64_t changes = tree.changes;
  std::uint64_t given = 0;
  Entry entry;
  while (walk.next(entry)) {
    if (!sink(entry.key, entry.value) || ++given == options.limit) return;
    check_unchanged(tree, changes);
  }
}

}  // namespace

std::optional<ByteView> get(const View& view, KeyspaceId keyspace, ByteView key) {
  const State& state = view.enter("get");
  storage::check_key(keyspace, key);
  const Tree* tree = state.find(keyspace);
  if (tree == nullptr) return std::nullopt;
  storage::require_map(keyspace, tree->shape, "get");
  const Found found = find(tree->root, Target::at(key));
  if (found.page == nullptr) return std::nullopt;
  return found.page->tail(found.index);
}

void get_many(const View& view, std::span<const storage::GetRequest> requests,
              FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) {
  const State& state = view.enter("get_many");
  const Tree* tree = nullptr;
  Path path;  // to the leaf of the request before
  std::uint64_t changes = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& [keyspace, key] = requests[i];
    storage::check_key(keyspace, key);
    if (i == 0 || keyspace != requests[i - 1].keyspace) {
      tree = state.find(keyspace);
      path.depth = 0;
      if (tree != nullptr) storage::require_map(keyspace, tree->shape, "get_many");
    }
    if (tree == nullptr || tree->root == nullptr) {
      sink(i, std::nullopt);
      continue;
    }
    const Target target = Target::at(key);
    const Page* leaf = path.depth != 0 && tree->changes == changes ? path.leaf() : nullptr;
    if (leaf != nullptr && leaf->compare(target, 0) >= 0 &&
        leaf->compare(target, leaf->count() - 1) <= 0) {
      path.set_position(leaf->lower_bound(target));
    } else {
      path.descend(tree->root, target);
      leaf = path.leaf();
      changes = tree->changes;
    }
    const std::size_t at = path.position();
    sink(i, leaf->matches(target, at) ? std::optional(leaf->tail(at)) : std::nullopt);
  }
}

void scan(const View& view, KeyspaceId keyspace, const Range& range, const ScanOptions& options,
          FunctionRef<bool(ByteView, ByteView)> sink) {
  const State& state = view.enter("scan");
  check_range(keyspace, range);
  const Tree* tree = state.find(keyspace);
  if (tree == nullptr) return;
  RangeWalk walk;
  walk_range(walk, *tree, range, options, sink);
}

void scan_many(const View& view, std::span<const storage::ScanRequest> requests,
               const ScanOptions& options,
               FunctionRef<bool(std::size_t, ByteView, ByteView)> sink) {
  const State& state = view.enter("scan_many");
  const Tree* tree = nullptr;
  RangeWalk walk;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& [keyspace, range] = requests[i];
    check_range(keyspace, range);
    const Tree* wanted = state.find(keyspace);
    if (wanted == nullptr) continue;
    // The walk continues near where it was only in a tree that is still the same.
    if (wanted != tree) walk = RangeWalk{};
    tree = wanted;
    const std::uint64_t changes = tree->changes;
    walk_range(walk, *tree, range, options,
               [&](ByteView key, ByteView value) { return sink(i, key, value); });
    if (tree->changes != changes) tree = nullptr;
  }
}

std::unique_ptr<storage::Cursor> make_cursor(const View& view, KeyspaceId keyspace,
                                             const Range& range, const ScanOptions& options) {
  const State& state = view.enter("cursor");
  check_range(keyspace, range);
  return std::make_unique<MemoryCursor>(view, state.find(keyspace), range, options);
}

bool contains(const View& view, KeyspaceId keyspace, ByteView key, ByteView member) {
  const State& state = view.enter("contains");
  storage::check_key(keyspace, key);
  storage::check_member(keyspace, member);
  const Tree* tree = state.find(keyspace);
  if (tree == nullptr) return false;
  storage::require_set(keyspace, tree->shape, "contains");
  return find(tree->root, Target::at(key, member)).page != nullptr;
}

}  // namespace kindred::memory
