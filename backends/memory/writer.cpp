#include "backends/memory/writer.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace kindred::memory {

using storage::Intent;
using storage::KeyspaceId;
using storage::PutResult;
using storage::Range;
using storage::Savepoint;
using storage::Write;

MemoryWriter::MemoryWriter(std::shared_ptr<MemoryStorage> storage, Turn turn)
    : storage_(std::move(storage)),
      turn_(std::move(turn)),
      next_(std::make_unique<Version>()),
      heap_(storage_->core().new_epoch()),
      editor_(next_->state, heap_, storage_->core().byte_limit()) {
  next_->state = storage_->core().newest().state;
  for (Tree& tree : next_->state.trees) tree.changes = 0;
}

const State& MemoryWriter::enter(std::string_view call) const {
  storage_->check_open();
  owner_.check(call);
  if (next_ == nullptr) [[unlikely]] {
    throw UsageError(std::string(call) +
                     ": this Writer is finished (committed or aborted); begin another one");
  }
  return next_->state;
}

Tree& MemoryWriter::tree_of(KeyspaceId keyspace) {
  if (last_ == nullptr || last_->id != keyspace) {
    last_ = next_->state.find(keyspace);
    if (last_ == nullptr) {
      throw UsageError(storage::name_of(keyspace) +
                       " does not exist: call Storage::ensure before begin");
    }
  }
  return *last_;
}

PutResult MemoryWriter::put(KeyspaceId keyspace, ByteView key, ByteView value, Intent intent) {
  static_cast<void>(enter("put"));
  Tree& tree = tree_of(keyspace);
  storage::check_put(keyspace, tree.shape, key, value);
  return editor_.put(tree, key, value, intent);
}

bool MemoryWriter::erase_key(Tree& tree, ByteView key) {
  storage::check_key(tree.id, key);
  if (!tree.shape.is_set()) return editor_.erase(tree, Target::at(key));
  const std::string own(key);
  return editor_.erase(tree, Bounds{Target::at(own), Target::past_key(own)}) != 0;
}

bool MemoryWriter::erase(KeyspaceId keyspace, ByteView key) {
  static_cast<void>(enter("erase"));
  return erase_key(tree_of(keyspace), key);
}

bool MemoryWriter::erase(KeyspaceId keyspace, ByteView key, ByteView member) {
  static_cast<void>(enter("erase"));
  Tree& tree = tree_of(keyspace);
  storage::require_set(keyspace, tree.shape, "erase of a member");
  storage::check_key(keyspace, key);
  storage::check_member(keyspace, member);
  return editor_.erase(tree, Target::at(key, member));
}

std::uint64_t MemoryWriter::erase_range(KeyspaceId keyspace, const Range& range) {
  static_cast<void>(enter("erase_range"));
  Tree& tree = tree_of(keyspace);
  if (range.single) storage::check_key(keyspace, range.lower);
  const std::string lower(range.lower);
  const std::string upper(range.upper);
  return editor_.erase(tree, Bounds::of({lower, upper, range.bounded, range.single, {}}, false));
}

void MemoryWriter::apply(std::span<const Write> writes, std::vector<std::size_t>& refused) {
  static_cast<void>(enter("apply"));
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const Write& write = writes[i];
    Tree& tree = tree_of(write.keyspace);
    bool done = false;
    if (write.op == Write::Op::put) {
      storage::check_put(write.keyspace, tree.shape, write.key, write.value);
      done = editor_.put(tree, write.key, write.value, write.intent) == PutResult::done;
    } else if (write.op == Write::Op::erase && tree.shape.is_set()) {
      storage::check_key(write.keyspace, write.key);
      storage::check_member(write.keyspace, write.value);
      done = editor_.erase(tree, Target::at(write.key, write.value));
    } else {
      done = erase_key(tree, write.key);
    }
    if (!done) refused.push_back(i);
  }
}

Savepoint MemoryWriter::savepoint() {
  const State& state = enter("savepoint");
  saved_.push_back({next_savepoint_, {}, state});
  saved_.back().mark = heap_.mark(storage_->core().new_epoch());
  return next_savepoint_++;
}

std::size_t MemoryWriter::find_savepoint(std::string_view call, Savepoint savepoint) const {
  static_cast<void>(enter(call));
  const auto at = std::find_if(saved_.begin(), saved_.end(),
                               [&](const Saved& saved) { return saved.id == savepoint; });
  if (at == saved_.end()) {
    throw UsageError(std::string(call) + ": savepoint " + std::to_string(savepoint) +
                     " is not there (any more) in this Writer");
  }
  return static_cast<std::size_t>(at - saved_.begin());
}

void MemoryWriter::rollback_to(Savepoint savepoint) {
  const std::size_t at = find_savepoint("rollback_to", savepoint);
  Saved& saved = saved_[at];
  State& state = next_->state;
  for (std::size_t i = 0; i < state.trees.size(); ++i) {
    Tree& tree = state.trees[i];
    visit_younger(tree.root, saved.mark.epoch,
                  [](void* memory, std::uint64_t, bool) noexcept { memory::release(memory); });
    const std::uint64_t changes = tree.changes + 1;
    tree = saved.state.trees[i];
    tree.changes = changes;
  }
  state.bytes = saved.state.bytes;
  heap_.undo(saved.mark);
  editor_.forget();
  saved_.erase(saved_.begin() + static_cast<std::ptrdiff_t>(at), saved_.end());
}

void MemoryWriter::release(Savepoint savepoint) {
  const std::size_t at = find_savepoint("release", savepoint);
  heap_.forget(saved_[at].mark);
  saved_.erase(saved_.begin() + static_cast<std::ptrdiff_t>(at), saved_.end());
}

std::uint64_t MemoryWriter::reserve(std::uint64_t sequence, std::uint64_t n,
                                    std::uint64_t at_least) {
  static_cast<void>(enter("reserve"));
  return sequences_.reserve(*this, storage_->core().marks(), sequence, n, at_least);
}

void MemoryWriter::commit() {
  static_cast<void>(enter("commit"));
  try {
    sequences_.settle(*this);
  } catch (...) {
    abort();
    throw;
  }
  const bool changed = std::any_of(next_->state.trees.begin(), next_->state.trees.end(),
                                   [](const Tree& tree) { return tree.changes != 0; });
  garbage_.front() = heap_.finish();
  if (garbage_.front().empty()) garbage_.clear();
  if (changed) storage_->core().publish(std::move(next_), std::move(garbage_));
  finish();
}

void MemoryWriter::abort() noexcept {
  if (next_ == nullptr) return;
  for (const Tree& tree : next_->state.trees) {
    visit_younger(tree.root, heap_.first_epoch(),
                  [](void* memory, std::uint64_t, bool) noexcept { memory::release(memory); });
  }
  static_cast<void>(heap_.finish());
  finish();
}

void MemoryWriter::finish() noexcept {
  next_.reset();
  last_ = nullptr;
  saved_.clear();
  turn_.leave();
}

std::uint64_t MemoryWriter::version() {
  static_cast<void>(enter("version"));
  return storage_->core().newest().number + 1;
}

}  // namespace kindred::memory
