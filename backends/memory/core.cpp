#include "backends/memory/core.hpp"

#include <algorithm>
#include <utility>

namespace kindred::memory {
namespace {

void free_all(const GarbageList& garbage) noexcept {
  for (const auto& chunk : garbage) {
    for (const Garbage& g : chunk) release(g.memory);
  }
}

}  // namespace

Core::Core(std::string name, std::uint64_t byte_limit)
    : name_(std::move(name)), byte_limit_(byte_limit), newest_(new Version) {
  newest_->state.trees.push_back({storage::catalog_keyspace, {}});
}

// Whatever was made from this core keeps it alive: only the newest version is left.
Core::~Core() {
  for (const Tree& tree : newest_->state.trees) {
    visit_younger(tree.root, 0,
                  [](void* memory, std::uint64_t, bool) noexcept { release(memory); });
  }
  free_all(newest_->garbage);
  delete newest_;
}

const Version& Core::pin() noexcept {
  const std::lock_guard lock(mutex_);
  ++newest_->pins;
  return *newest_;
}

void Core::unpin(const Version& version) noexcept {
  GarbageList freed;
  std::unique_ptr<Version> gone;
  {
    const std::lock_guard lock(mutex_);
    auto* mine = const_cast<Version*>(&version);
    if (--mine->pins != 0 || mine == newest_) return;
    unlink(mine, freed);
    gone.reset(mine);
  }
  free_all(freed);
}

void Core::publish(std::unique_ptr<Version> next, GarbageList garbage) noexcept {
  GarbageList freed;
  std::unique_ptr<Version> gone;
  {
    const std::lock_guard lock(mutex_);
    Version* before = newest_;
    next->number = before->number + 1;
    next->last_epoch = epoch_;
    next->older = before;
    before->newer = next.get();
    before->garbage = std::move(garbage);
    newest_ = next.release();
    if (before->pins == 0) {
      unlink(before, freed);
      gone.reset(before);
    }
  }
  free_all(freed);
}

void Core::unlink(Version* version, GarbageList& freed) noexcept {
  Version* older = version->older;
  version->newer->older = older;
  if (older == nullptr) {
    freed.splice(freed.end(), version->garbage);
    return;
  }
  older->newer = version->newer;
  for (auto chunk = version->garbage.begin(); chunk != version->garbage.end();) {
    const auto kept = std::partition(chunk->begin(), chunk->end(), [&](const Garbage& g) {
      return g.epoch <= older->last_epoch;
    });
    if (kept == chunk->begin()) {
      freed.splice(freed.end(), version->garbage, chunk++);
      continue;
    }
    for (auto g = kept; g != chunk->end(); ++g) release(g->memory);
    chunk->erase(kept, chunk->end());
    ++chunk;
  }
  older->garbage.splice(older->garbage.end(), version->garbage);
}

}  // namespace kindred::memory
