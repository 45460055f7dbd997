// One handle of a store: storage::Storage over a Core. Threads: any.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/memory/core.hpp"
#include "kindred/storage.hpp"

namespace kindred::memory {

class MemoryStorage final : public storage::Storage {
 public:
  MemoryStorage(std::shared_ptr<Core> core, storage::Access access)
      : core_(std::move(core)), url_(core_->url()), access_(access) {}
  ~MemoryStorage() override;

  [[nodiscard]] std::string url() const override { return url_; }
  [[nodiscard]] storage::Capabilities capabilities() const override;
  std::unique_ptr<storage::Reader> snapshot() override;
  std::unique_ptr<storage::Writer> begin(const storage::BeginOptions& options) override;
  void ensure(storage::KeyspaceId keyspace, storage::Shape shape) override;
  void drop(storage::KeyspaceId keyspace) override;
  std::vector<storage::KeyspaceInfo> keyspaces() override;
  void prepare_retry(const Error& failure) override;
  void copy_to(const std::string& path) override;
  void check(FunctionRef<void(const storage::Problem&)> report) override;
  void sync() override;
  void close() override;

  void check_open() const { open_.check(url_); }
  [[nodiscard]] Core& core() noexcept { return *core_; }

 private:
  // Throws unless the keyspaces may be changed by this thread now.
  void check_change(std::string_view call) const;

  std::shared_ptr<Core> core_;
  std::string url_;
  storage::Access access_;
  storage::OpenFlag open_;
};

// Holds the gate of a core, and leaves it at the end of its life.
class Turn {
 public:
  explicit Turn(Core& core) noexcept : core_(&core) {}  // which was entered
  Turn(Turn&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() { leave(); }
  void leave() noexcept {
    if (core_ != nullptr) core_->gate().leave();
    core_ = nullptr;
  }

 private:
  Core* core_;
};

// What storage::Storage::check finds in one tree.
void check_tree(const Tree& tree, FunctionRef<void(const storage::Problem&)> report);

}  // namespace kindred::memory
