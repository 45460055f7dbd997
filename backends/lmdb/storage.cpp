#include <algorithm>

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/lmdb.hpp"
#include "backends/lmdb/reader.hpp"
#include "backends/lmdb/writer.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::lmdb {
namespace {

// One handle of a file.
class LmdbStorage final : public storage::Storage {
 public:
  LmdbStorage(std::string url, std::shared_ptr<Environment> environment,
              storage::Durability durability)
      : url_(std::move(url)), durability_(durability), environment_(std::move(environment)) {}

  [[nodiscard]] std::string url() const override { return url_; }
  [[nodiscard]] storage::Capabilities capabilities() const override {
    storage::Capabilities all;
    all.persistent = true;
    all.multi_process = true;
    all.stable_views = true;
    return all;
  }
  std::unique_ptr<storage::Reader> snapshot() override {
    return std::make_unique<LmdbReader>(environment()->begin_read(shared_from_this(), open_));
  }
  std::unique_ptr<storage::Writer> begin(const storage::BeginOptions& options) override {
    // The weaker of the two holds.
    const storage::Durability durability = std::min(durability_, options.durability);
    return std::make_unique<LmdbWriter>(
        environment()->begin_write(options.deadline, shared_from_this(), open_), durability);
  }
  void ensure(storage::KeyspaceId keyspace, storage::Shape shape) override {
    environment()->ensure(keyspace, shape, open_);
  }
  void drop(storage::KeyspaceId keyspace) override { environment()->drop(keyspace, open_); }
  std::vector<storage::KeyspaceInfo> keyspaces() override {
    return environment()->keyspaces(open_);
  }
  void prepare_retry(const Error& failure) override {
    if (!failure.retryable()) {
      throw UsageError(url_ +
                       ": prepare_retry after a failure that no retry mends: " + failure.what());
    }
    environment()->prepare_retry(*open_);
  }
  void copy_to(const std::string& path) override { environment()->copy_to(path, open_); }
  void check(FunctionRef<void(const storage::Problem&)> report) override {
    environment()->check(report, open_);
  }
  void sync() override { environment()->sync(open_); }
  void close() override {
    open_->close();
    std::shared_ptr<Environment> last;
    {
      const std::lock_guard lock(mutex_);
      last = std::move(environment_);
    }
    if (last && !last->is_forked()) last->wake_waiting();
  }

 private:
  // Throws Error(closed) after close.
  [[nodiscard]] std::shared_ptr<Environment> environment() const {
    const std::lock_guard lock(mutex_);
    open_->check(url_);
    environment_->check_usable();
    return environment_;
  }

  const std::string url_;
  const storage::Durability durability_;
  const std::shared_ptr<storage::OpenFlag> open_ = std::make_shared<storage::OpenFlag>();
  mutable std::mutex mutex_;
  std::shared_ptr<Environment> environment_;
};

}  // namespace

std::shared_ptr<storage::Storage> open(std::string_view path, const storage::OpenOptions& options,
                                       const Tuning& tuning) {
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    throw UsageError("lmdb: the path of a store is missing, or contains a zero byte");
  }
  int major = 0;
  int minor = 0;
  mdb_version(&major, &minor, nullptr);
  if (major != MDB_VERSION_MAJOR || minor != MDB_VERSION_MINOR) {
    throw Error(ErrorCode::unsupported,
                "built for LMDB 0.9, but running with " + library_version());
  }
  const std::string name = resolve(path);
  const std::string url = "lmdb:" + std::string(path);
  const bool there = status_of(name).has_value();
  const bool may_create = options.creation != storage::Creation::never;
  if (there && options.creation == storage::Creation::must) {
    throw Error(ErrorCode::store_exists,
                url + ": something is there: name another place, or open it without creation");
  }
  if (!there && may_create) {
    if (options.access == storage::Access::read_only) {
      throw Error(ErrorCode::missing_store,
                  url + ": there is no store, and read-only access cannot create one");
    }
    const std::uint64_t kind =
        tuning.file_system != 0 ? tuning.file_system : file_system_of_directory(name);
    refuse_network(kind, url);
    if (!create_file(name) && options.creation == storage::Creation::must) {
      throw Error(ErrorCode::store_exists, url + ": another process was first to create it");
    }
  }
  return std::make_shared<LmdbStorage>(url, Environment::acquire(name, options, tuning),
                                       options.durability);
}

std::shared_ptr<storage::Storage> open(std::string_view path, const storage::OpenOptions& options) {
  return open(path, options, Tuning{});
}

}  // namespace kindred::lmdb
