// Opening and closing of environments, and the registry that keeps them one per file.
#include "backends/lmdb/environment.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <new>
#include <optional>
#include <thread>

#include "backends/lmdb/page_walker.hpp"

namespace kindred::lmdb {
namespace {

constexpr unsigned spare_trees = 32;
constexpr unsigned default_readers = 510;
constexpr std::uint64_t least_map = std::uint64_t{1} << 20;

std::atomic<unsigned> fork_generation{0};

std::uint64_t rounded_map(std::uint64_t size) noexcept {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::max<std::uint64_t>((size + page - 1) / page, 4) * page;
}

}  // namespace

// Environments by file. An entry goes only when its environment is closed, so that a file is never
// open twice.
struct Registry {
  struct Entry {
    std::weak_ptr<Environment> environment;
    std::string path;
    bool wedged = false;  // a write transaction was left in it that nobody can end
  };
  std::mutex mutex;
  std::condition_variable closed;
  std::map<FileId, Entry> entries;

  // Never destroyed: handles may outlive static objects.
  static Registry& instance() {
    static Registry* const registry = [] {
      auto* made = new Registry;
      ::pthread_atfork([] { instance().mutex.lock(); }, [] { instance().mutex.unlock(); },
                       [] {
                         // What the parent had open stays the parent's: forgotten, never closed.
                         fork_generation.fetch_add(1);
                         new (&instance().entries) std::map<FileId, Entry>;
                         instance().mutex.unlock();
                       });
      return made;
    }();
    return *registry;
  }

  static void retire(Environment* environment) noexcept {
    if (environment->is_forked()) return;
    Registry& registry = instance();
    const std::lock_guard lock(registry.mutex);
    const FileId id = environment->id_;
    if (environment->shut_down()) {
      registry.entries.erase(id);
      delete environment;
    } else {
      registry.entries[id].wedged = true;
    }
    registry.closed.notify_all();
  }
};

std::shared_ptr<Environment> Environment::acquire(const std::string& path,
                                                  const storage::OpenOptions& options,
                                                  const Tuning& tuning) {
  Registry& registry = Registry::instance();
  std::unique_lock lock(registry.mutex);
  const std::string url = "lmdb:" + path;
  const bool read_only = options.access == storage::Access::read_only;
  const bool unsynced = options.durability == storage::Durability::none && !read_only;
  for (;;) {
    const std::optional<FileStatus> status = status_of(path);
    if (!status) {
      throw Error(ErrorCode::missing_store,
                  url + ": there is no store: check the path, or ask for its creation");
    }
    for (const auto& [id, entry] : registry.entries) {
      if (entry.path == path && id != status->id) {
        throw Error(ErrorCode::busy,
                    url +
                        ": the file was replaced while this process has the former one open: "
                        "close every use of it first");
      }
    }
    const auto found = registry.entries.find(status->id);
    if (found == registry.entries.end()) break;
    if (found->second.wedged) {
      throw Error(ErrorCode::io,
                  url +
                      ": this process left a Writer in it that cannot be ended any more: restart "
                      "the process");
    }
    const std::shared_ptr<Environment> shared = found->second.environment.lock();
    if (!shared) {
      registry.closed.wait(lock);  // its last user is closing it
      continue;
    }
    lock.unlock();  // dropping `shared` may close it
    if (shared->read_only_ != read_only) {
      throw UsageError(url + ": open in this process " +
                       (read_only ? "for writing already: open it so again"
                                  : "read-only already: close that one first"));
    }
    if (shared->unsynced_ != unsynced) {
      throw UsageError(url + ": open in this process " +
                       (unsynced ? "with synced commits: durability none must be asked by all"
                                 : "with durability none: it must be asked by all"));
    }
    if (options.verify == storage::Verify::pages) {
      const ReadScope pinned(*shared, std::make_shared<const storage::OpenFlag>());
      shared->verify_pages(shared->file_of(pinned->txn));
    }
    return shared;
  }
  auto fresh = std::make_unique<Environment>(path, options, tuning);
  registry.entries[fresh->id_].path = path;
  std::shared_ptr<Environment> environment(fresh.release(), &Registry::retire);
  registry.entries[environment->id_].environment = environment;
  return environment;
}

Environment::Environment(std::string path, const storage::OpenOptions& options,
                         const Tuning& tuning)
    : path_(std::move(path)),
      url_("lmdb:" + path_),
      read_only_(options.access == storage::Access::read_only),
      unsynced_(options.durability == storage::Durability::none && !read_only_),
      tuning_(tuning),
      generation_(fork_generation.load()),
      boot_id_(tuning.boot_id) {
  if (const std::optional<FileStatus> named = status_of(path_); named && !named->regular) {
    throw Error(ErrorCode::not_a_store, url_ + ": not a file: name the file of a store");
  }
  lock_file_ = open_file(path_, read_only_ ? O_RDONLY : O_RDWR);
  FileStatus status = status_of(lock_file_.get(), path_);
  const std::uint64_t kind =
      tuning.file_system != 0 ? tuning.file_system : file_system_of(lock_file_.get(), path_);
  refuse_network(kind, url_);
  for (int tries = 0; status.names > 1 && tries < 100; ++tries) {
    // Where it is just being created, the temporary name goes at once.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    status = status_of(lock_file_.get(), path_);
  }
  if (status.names > 1) {
    throw Error(ErrorCode::unsupported,
                url_ + ": the file has " + std::to_string(status.names) +
                    " names (hard links), and each would have a lock file of its own: remove the "
                    "others, or copy the store");
  }
  id_ = status.id;
  const Heads heads = read_heads(lock_file_.get(), url_);
  max_trees_ = static_cast<unsigned>(
                   std::min<std::uint64_t>(heads.newest().main.entries, std::uint64_t{1} << 20)) +
               spare_trees;
  try {
    open_native(rounded_map(options.map_size));
    verify(options.verify);
    for (Loaded loaded = Loaded::reopen; loaded != Loaded::done;) {
      loaded = read_table(Handles::fresh, table_);
      if (loaded == Loaded::resized) adopt_size();
      if (loaded == Loaded::reopen) {
        max_trees_ *= 2;
        reopen();
      }
    }
  } catch (...) {
    close_native();
    throw;
  }
  if (!read_only_ && !unsynced_ && marked_) {
    // Left by a process that died in unsynced mode, the machine running on. Another one may still
    // be at it: then the mark is its.
    try {
      settle(std::chrono::milliseconds(0), storage::OpenFlag());
    } catch (const Error& e) {
      if (e.code() != ErrorCode::busy) {
        close_native();
        throw;
      }
    }
  }
}

Environment::~Environment() { close_native(); }

bool Environment::is_forked() const noexcept {
  return generation_ != fork_generation.load(std::memory_order_relaxed);
}

void Environment::check_usable() const {
  if (is_forked()) [[unlikely]] {
    throw Error(ErrorCode::forked,
                url_ + ": opened before fork() by the parent process: open it again in the child");
  }
}

void Environment::open_native(std::uint64_t map_size) {
  unsigned flags = MDB_NOSUBDIR | MDB_NOTLS;
  if (read_only_) flags |= MDB_RDONLY;
  for (;;) {
    MDB_env* env = nullptr;
    require("mdb_env_create", mdb_env_create(&env), url_);
    mdb_env_set_assert(env, &Trap::on_assert);
    mdb_env_set_maxreaders(env, tuning_.max_readers != 0 ? tuning_.max_readers : default_readers);
    mdb_env_set_maxdbs(env, max_trees_);
    mdb_env_set_mapsize(env, map_size);
    const int code = trapped([&] { return mdb_env_open(env, path_.c_str(), flags, 0644); });
    if (code == MDB_SUCCESS) {
      env_ = env;
      break;
    }
    mdb_env_close(env);
    if (code == ENOMEM && map_size > least_map) {
      map_size /= 2;  // under a limit of address space, or a sanitizer
      continue;
    }
    if (code == EACCES && read_only_) {
      throw Error(ErrorCode::permission,
                  url_ + ": cannot write its lock file \"" + path_ +
                      "-lock\", which readers need too: give permission, or copy the store");
    }
    fail("mdb_env_open", code, url_);
  }
  MDB_stat stat{};
  mdb_env_stat(env_, &stat);
  mapped_page_ =
      stat.ms_psize == static_cast<unsigned>(::sysconf(_SC_PAGESIZE)) ? stat.ms_psize : 0;
  mdb_env_get_fd(env_, &fd_);
  ::fcntl(fd_, F_SETFD, ::fcntl(fd_, F_GETFD) | FD_CLOEXEC);
  if (status_of(fd_, path_).id != id_) {
    close_native();
    throw Error(ErrorCode::busy, url_ + ": the file was replaced while it was being opened: again");
  }
  int dead = 0;
  mdb_reader_check(env_, &dead);
  if (unsynced_) mdb_env_set_flags(env_, MDB_NOSYNC, 1);
}

void Environment::close_native() noexcept {
  for (const std::shared_ptr<Transaction>& idle : idle_) {
    idle->close_kept();
    mdb_txn_abort(idle->txn);
    idle->txn = nullptr;
  }
  idle_.clear();
  if (env_ != nullptr) mdb_env_close(env_);
  env_ = nullptr;
  fd_ = -1;
}

bool Environment::shut_down() noexcept {
  abort_orphan();
  if (orphan_ != nullptr) return false;
  if (unsynced_ && marked_ && !poisoned_) {
    try {
      settle(std::chrono::milliseconds(1000), storage::OpenFlag());
    } catch (...) {
      // The mark stays: after a crash of the machine the store asks to be verified.
    }
  }
  close_native();
  return true;
}

void Environment::reopen() {
  const std::optional<FileStatus> status = status_of(path_);
  if (!status || status->id != id_) {
    throw Error(ErrorCode::busy, url_ +
                                     ": the file was moved or replaced, so it cannot be opened "
                                     "with more keyspaces: close every use of it first");
  }
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  close_native();
  process_turn_ = false;  // closing LMDB's descriptors dropped the lock between processes
  try {
    open_native(info.me_mapsize);
  } catch (const std::exception& e) {
    if (!poisoned_) poison_ = std::string("could not be opened again: ") + e.what();
    poisoned_ = true;  // mutex_ is held
    throw;
  }
}

PageFile Environment::file_of(MDB_txn* txn) const {
  const std::uint64_t id = mdb_txn_id(txn);
  for (int tries = 0; tries < 100; ++tries) {
    const Heads heads = read_heads(fd_, url_);
    for (const Meta& meta : heads.metas) {
      if (meta.transaction == id) return PageFile(fd_, meta);
    }
  }
  throw Error(ErrorCode::busy,
              url_ + ": other processes commit faster than the file can be looked at: try again");
}

void Environment::verify_pages(const PageFile& file) const {
  std::string first;
  std::size_t count = 0;
  const bool whole = PageWalker(file).run([&](const storage::Problem& problem) {
    if (count++ == 0) first = problem.where + ": " + problem.what;
  });
  if (whole) return;
  throw CorruptionError(url_, "the file is damaged, " + std::to_string(count) +
                                  " problems, the first: " + first +
                                  "; restore a backup, or salvage with a dump");
}

void Environment::verify(storage::Verify verify) {
  // A read transaction keeps the pages that it sees from being used again meanwhile.
  MDB_txn* txn = nullptr;
  struct End {
    MDB_txn*& txn;
    ~End() { mdb_txn_abort(txn); }
  } const end{txn};
  std::optional<PageFile> file;
  for (int tries = 0; !file; ++tries) {
    const int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
    if (code == MDB_MAP_RESIZED) {
      adopt_size();
      continue;
    }
    if (code == MDB_READERS_FULL) fail_readers_full();
    require("mdb_txn_begin", code, url_);
    try {
      file = file_of(txn);
    } catch (const CorruptionError&) {
      throw;
    } catch (const Error&) {
      if (tries == 10) throw;
      mdb_txn_abort(txn);
      txn = nullptr;
    }
  }
  const std::optional<TreeRecord> own = file->tree(own_tree);
  const std::optional<std::string> format = own ? file->find(*own, "format") : std::nullopt;
  if (!format || format->size() != sizeof(std::uint32_t)) {
    throw Error(ErrorCode::not_a_store,
                url_ + ": an LMDB file that Kindred did not write: name another file");
  }
  std::uint32_t number = 0;
  std::memcpy(&number, format->data(), sizeof number);
  if (number > format_number) {
    throw Error(ErrorCode::newer_format,
                url_ + ": storage format " + std::to_string(number) + ", this program knows " +
                    std::to_string(format_number) + ": use a newer version of the program");
  }
  const std::optional<std::string> mark = file->find(*own, "unsynced");
  if (boot_id_.empty() && (mark || unsynced_)) boot_id_ = boot_id();
  const bool suspect = mark && *mark != boot_id_;
  marked_ = mark && !(unsynced_ && suspect);
  if (suspect && verify != storage::Verify::pages) {
    throw CorruptionError(url_,
                          "it was written with durability none when the machine went down, so any "
                          "page may be old: rebuild it from its source, or open it with "
                          "Verify::pages, which accepts it if every page fits");
  }
  if (verify == storage::Verify::pages || file->is_short()) verify_pages(*file);
  const bool is_short = file->is_short();
  mdb_txn_abort(txn);
  txn = nullptr;
  if (is_short && !read_only_) pad_file();
}

// A file may end before its last pages where these are free. Nothing reads them, but the length
// then says nothing about truncation; so the file, just found whole, gets its full length.
void Environment::pad_file() {
  if (!lock_writers(lock_file_.get())) return;  // somebody writes: next time
  struct Unlock {
    int fd;
    ~Unlock() { unlock_writers(fd); }
  } const unlock{lock_file_.get()};
  MDB_txn* txn = nullptr;
  if (mdb_txn_begin(env_, nullptr, 0, &txn) != MDB_SUCCESS) return;
  try {
    const Meta meta = read_heads(fd_, url_).newest();
    const std::uint64_t whole = (meta.last_page + 1) * meta.page_size();
    if (status_of(fd_, path_).size < whole && ::ftruncate(fd_, static_cast<off_t>(whole)) != 0) {
      fail_errno("ftruncate", path_);
    }
  } catch (...) {
    mdb_txn_abort(txn);
    throw;
  }
  mdb_txn_abort(txn);
}

}  // namespace kindred::lmdb
