#include "backends/memory/storage.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "backends/memory/editor.hpp"
#include "backends/memory/memory.hpp"
#include "backends/memory/reading.hpp"
#include "backends/memory/writer.hpp"

namespace kindred::memory {
namespace {

using storage::KeyspaceId;
using storage::Shape;

// The named stores of this process. Any thread.
class Names {
 public:
  static Names& of_process() {
    static Names names;
    return names;
  }
  std::shared_ptr<Core> open(const std::string& name, const storage::OpenOptions& options) {
    const std::lock_guard lock(mutex_);
    const auto at = stores_.find(name);
    if (at == stores_.end()) {
      if (options.creation == storage::Creation::never) {
        throw Error(ErrorCode::missing_store,
                    "memory:" + name + " does not exist in this process: create it first");
      }
      auto core = std::make_shared<Core>(name, options.byte_limit);
      stores_[name] = {core, 1};
      return core;
    }
    if (options.creation == storage::Creation::must) throw exists(name);
    ++at->second.handles;
    return at->second.core;
  }
  void add(const std::string& name, const std::shared_ptr<Core>& core) {
    const std::lock_guard lock(mutex_);
    if (!stores_.try_emplace(name, Named{core, 0}).second) throw exists(name);
  }
  void check_free(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (stores_.contains(name)) throw exists(name);
  }
  // The end of a handle. The name is free again after the last one.
  void leave(const Core& core) noexcept {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(stores_.begin(), stores_.end(), [&](const auto& entry) {
      return entry.second.core.get() == &core;
    });
    if (at != stores_.end() && --at->second.handles == 0) stores_.erase(at);
  }

 private:
  struct Named {
    std::shared_ptr<Core> core;
    std::size_t handles = 0;  // 0: a copy that nobody has opened yet
  };
  static Error exists(const std::string& name) {
    return {ErrorCode::store_exists, "memory:" + name + " exists already: choose another name"};
  }
  std::mutex mutex_;
  std::map<std::string, Named> stores_;
};

class MemoryReader final : public Reading<storage::Reader> {
 public:
  explicit MemoryReader(std::shared_ptr<MemoryStorage> storage)
      : storage_(std::move(storage)), version_(storage_->core().pin()) {}
  ~MemoryReader() override { storage_->core().unpin(version_); }
  std::uint64_t version() override {
    storage_->check_open();
    return version_.number;
  }
  [[nodiscard]] const State& enter(std::string_view) const override {
    storage_->check_open();
    return version_.state;
  }

 private:
  std::shared_ptr<MemoryStorage> storage_;
  const Version& version_;
};

// The newest version for the time of a block.
class Pinned {
 public:
  explicit Pinned(Core& core) noexcept : core_(core), version_(core.pin()) {}
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  ~Pinned() { core_.unpin(version_); }
  [[nodiscard]] const State& state() const noexcept { return version_.state; }

 private:
  Core& core_;
  const Version& version_;
};

// Whether the keyspace is there in this shape. Throws UsageError where it has another one.
bool has_shape(const Tree* tree, Shape shape) {
  if (tree == nullptr) return false;
  if (tree->shape == shape) return true;
  throw UsageError("ensure: " + storage::name_of(tree->id) + " is a " +
                   storage::name_of(tree->shape) + ", not a " + storage::name_of(shape));
}

}  // namespace

MemoryStorage::~MemoryStorage() { MemoryStorage::close(); }

storage::Capabilities MemoryStorage::capabilities() const {
  storage::Capabilities out;
  out.stable_views = true;
  return out;
}

std::unique_ptr<storage::Reader> MemoryStorage::snapshot() {
  check_open();
  return std::make_unique<MemoryReader>(
      std::static_pointer_cast<MemoryStorage>(shared_from_this()));
}

std::unique_ptr<storage::Writer> MemoryStorage::begin(const storage::BeginOptions& options) {
  check_open();
  if (access_ == storage::Access::read_only) {
    throw Error(ErrorCode::read_only, url_ + " was opened read-only: nothing can be written");
  }
  auto self = std::static_pointer_cast<MemoryStorage>(shared_from_this());
  core_->gate().enter(url_, options.deadline, open_);
  return std::make_unique<MemoryWriter>(std::move(self), Turn(*core_));
}

void MemoryStorage::check_change(std::string_view call) const {
  check_open();
  if (core_->gate().held_by_this_thread()) {
    throw UsageError(std::string(call) + ": this thread has a Writer of " + url_ +
                     ": commit or abort it first");
  }
}

void MemoryStorage::ensure(KeyspaceId keyspace, Shape shape) {
  check_change("ensure");
  storage::check_shape(keyspace, shape);
  if (has_shape(Pinned(*core_).state().find(keyspace), shape)) return;
  if (access_ == storage::Access::read_only) {
    throw Error(ErrorCode::read_only,
                url_ + " was opened read-only and has no " + storage::name_of(keyspace));
  }
  core_->gate().enter(url_, storage::BeginOptions{}.deadline, open_);
  const Turn turn(*core_);
  const State& now = core_->newest().state;
  if (has_shape(now.find(keyspace), shape)) return;
  auto next = std::make_unique<Version>();
  next->state = now;
  auto& trees = next->state.trees;
  const auto at = std::find_if(trees.begin(), trees.end(),
                               [&](const Tree& tree) { return tree.id > keyspace; });
  Tree tree;
  tree.id = keyspace;
  tree.shape = shape;
  trees.insert(at, tree);
  core_->publish(std::move(next), {});
}

void MemoryStorage::drop(KeyspaceId keyspace) {
  check_change("drop");
  if (keyspace == storage::catalog_keyspace) {
    throw UsageError("drop: keyspace 0 holds the catalogue and always exists");
  }
  if (access_ == storage::Access::read_only) {
    throw Error(ErrorCode::read_only, url_ + " was opened read-only: nothing can be dropped");
  }
  core_->gate().enter(url_, storage::BeginOptions{}.deadline, open_);
  const Turn turn(*core_);
  const State& now = core_->newest().state;
  const Tree* tree = now.find(keyspace);
  if (tree == nullptr) return;
  GarbageList garbage(1);
  visit_younger(tree->root, 0, [&](void* memory, std::uint64_t epoch, bool) {
    garbage.front().push_back({memory, epoch});
  });
  auto next = std::make_unique<Version>();
  next->state = now;
  next->state.bytes -= tree->bytes;
  std::erase_if(next->state.trees, [&](const Tree& t) { return t.id == keyspace; });
  core_->publish(std::move(next), std::move(garbage));
}

std::vector<storage::KeyspaceInfo> MemoryStorage::keyspaces() {
  check_open();
  const Pinned now(*core_);
  std::vector<storage::KeyspaceInfo> out;
  for (const Tree& tree : now.state().trees) {
    out.push_back({tree.id, tree.shape, tree.entries, tree.bytes});
  }
  return out;
}

void MemoryStorage::prepare_retry(const Error&) { check_open(); }

void MemoryStorage::copy_to(const std::string& path) {
  check_open();
  if (path.empty()) {
    throw UsageError("copy_to: a copy in memory needs a name to be opened by, as in memory:NAME");
  }
  Names::of_process().check_free(path);
  auto copy = std::make_shared<Core>(path, core_->byte_limit());
  {
    const Pinned now(*core_);
    auto next = std::make_unique<Version>();
    Heap heap(copy->new_epoch());
    try {
      Editor editor(next->state, heap, 0);
      for (const Tree& from : now.state().trees) {
        Tree tree;
        tree.id = from.id;
        tree.shape = from.shape;
        next->state.trees.push_back(tree);
      }
      for (std::size_t i = 0; i < next->state.trees.size(); ++i) {
        RangeWalk walk;
        walk.start(now.state().trees[i].root, Bounds{Target::at({}), std::nullopt}, false);
        storage::Entry entry;
        while (walk.next(entry)) {
          editor.put(next->state.trees[i], entry.key, entry.value, storage::Intent::either);
        }
      }
    } catch (...) {
      for (const Tree& tree : next->state.trees) {
        visit_younger(tree.root, 0,
                      [](void* memory, std::uint64_t, bool) noexcept { release(memory); });
      }
      throw;
    }
    copy->publish(std::move(next), {});
  }
  Names::of_process().add(path, copy);
}

void MemoryStorage::check(FunctionRef<void(const storage::Problem&)> report) {
  check_open();
  const Pinned now(*core_);
  std::uint64_t bytes = 0;
  for (const Tree& tree : now.state().trees) {
    check_tree(tree, report);
    bytes += tree.bytes;
  }
  if (bytes != now.state().bytes) {
    report({url_, "the keyspaces hold " + std::to_string(bytes) + " bytes, but " +
                      std::to_string(now.state().bytes) + " are accounted for"});
  }
}

void MemoryStorage::sync() { check_open(); }

void MemoryStorage::close() {
  if (!open_.close()) return;
  core_->gate().wake();
  Names::of_process().leave(*core_);
}

std::shared_ptr<storage::Storage> open(std::string_view rest, const storage::OpenOptions& options) {
  auto core = rest.empty() ? std::make_shared<Core>(std::string(), options.byte_limit)
                           : Names::of_process().open(std::string(rest), options);
  return std::make_shared<MemoryStorage>(std::move(core), options.access);
}

}  // namespace kindred::memory
