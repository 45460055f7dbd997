// The keyspaces of a file, its creation and copies.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/page_walker.hpp"

namespace kindred::lmdb {
namespace {

using std::chrono::milliseconds;
using storage::KeyspaceId;
using storage::Shape;

constexpr milliseconds change_deadline{30'000};
constexpr int most_growths = 40;

std::string shape_key(KeyspaceId id) {
  std::string key = "s";
  for (int shift = 24; shift >= 0; shift -= 8) key += static_cast<char>(id >> shift & 0xff);
  return key;
}

std::string shape_value(Shape shape) {
  return {static_cast<char>(shape.kind), static_cast<char>(shape.member_size & 0xff),
          static_cast<char>(shape.member_size >> 8)};
}

// Ends a transaction of LMDB that was not committed.
struct NativeEnd {
  MDB_txn* txn = nullptr;
  ~NativeEnd() { mdb_txn_abort(txn); }
};

int put_text(MDB_txn* txn, MDB_dbi dbi, ByteView key, ByteView value) {
  MDB_val k = to_native(key);
  MDB_val v = to_native(value);
  return mdb_put(txn, dbi, &k, &v, 0);
}

ByteView bytes_of(const std::uint64_t& word) {
  return {reinterpret_cast<const char*>(&word), sizeof word};
}

// An environment of its own on a file that nobody else knows yet.
struct PrivateEnvironment {
  explicit PrivateEnvironment(const std::string& path) {
    require("mdb_env_create", mdb_env_create(&env), path);
    mdb_env_set_assert(env, &Trap::on_assert);
    mdb_env_set_maxdbs(env, 4);
    const int code = mdb_env_open(env, path.c_str(), MDB_NOSUBDIR | MDB_NOLOCK, 0644);
    if (code != MDB_SUCCESS) {
      mdb_env_close(env);
      fail("mdb_env_open", code, "lmdb:" + path);
    }
  }
  ~PrivateEnvironment() { mdb_env_close(env); }
  MDB_env* env = nullptr;
};

void write_first_state(const std::string& path) {
  const PrivateEnvironment own(path);
  const std::string url = "lmdb:" + path;
  NativeEnd end;
  require("mdb_txn_begin", mdb_txn_begin(own.env, nullptr, 0, &end.txn), url);
  MDB_dbi tree = 0;
  MDB_dbi catalog = 0;
  require("mdb_dbi_open", mdb_dbi_open(end.txn, own_tree, MDB_CREATE, &tree), url);
  const std::string name = keyspace_name(storage::catalog_keyspace);
  require("mdb_dbi_open", mdb_dbi_open(end.txn, name.c_str(), MDB_CREATE, &catalog), url);
  const std::uint64_t revision = 1;
  const ByteView format(reinterpret_cast<const char*>(&format_number), sizeof format_number);
  const std::string shape = shape_key(storage::catalog_keyspace);
  for (const auto& [key, value] : {std::pair<ByteView, std::string>{"format", format},
                                   {"lmdb", library_version()},
                                   {"revision", std::string(bytes_of(revision))},
                                   {shape, shape_value({Shape::Kind::map_bytes, 0})}}) {
    require("mdb_put", put_text(end.txn, tree, key, value), url);
  }
  MDB_txn* const txn = end.txn;
  end.txn = nullptr;
  require("mdb_txn_commit", mdb_txn_commit(txn), url);
}

// Removes a temporary file at the end of the scope, unless it has become the store.
struct Temporary {
  std::string path;
  ~Temporary() { ::unlink(path.c_str()); }
};

}  // namespace

std::string keyspace_name(KeyspaceId id) { return "k" + std::to_string(id); }

unsigned flags_of(Shape shape) noexcept {
  switch (shape.kind) {
    case Shape::Kind::map_bytes: return 0;
    case Shape::Kind::map_u64: return MDB_INTEGERKEY;
    case Shape::Kind::set_fixed:
      return MDB_DUPSORT | MDB_DUPFIXED | (shape.member_size == 8 ? MDB_INTEGERDUP : 0u);
    case Shape::Kind::set_bytes: return MDB_DUPSORT;
  }
  return 0;
}

// LMDB syncs neither its first pages nor the directory before the first commit; a power cut then
// leaves a file that never opens again. So the store gets its name when it is whole and on disk.
bool create_file(const std::string& path) {
  const Temporary temporary{temporary_beside(path)};
  write_first_state(temporary.path);
  {
    const Descriptor fd = open_file(temporary.path, O_RDWR);
    sync_file(fd.get(), temporary.path);
  }
  return publish(temporary.path, path);
}

void clear_unsynced_mark(const std::string& path) {
  const PrivateEnvironment own(path);
  const std::string url = "lmdb:" + path;
  NativeEnd end;
  require("mdb_txn_begin", mdb_txn_begin(own.env, nullptr, 0, &end.txn), url);
  MDB_dbi tree = 0;
  require("mdb_dbi_open", mdb_dbi_open(end.txn, own_tree, 0, &tree), url);
  MDB_val key = to_native("unsynced");
  const int code = mdb_del(end.txn, tree, &key, nullptr);
  if (code == MDB_NOTFOUND) return;
  require("mdb_del", code, url);
  MDB_txn* const txn = end.txn;
  end.txn = nullptr;
  require("mdb_txn_commit", mdb_txn_commit(txn), url);
}

std::shared_ptr<const Table> Environment::table() const {
  const std::lock_guard lock(mutex_);
  return table_;
}

void Environment::install(std::shared_ptr<const Table> table) {
  const std::lock_guard lock(mutex_);
  table_ = std::move(table);
}

std::uint64_t Environment::read_revision(MDB_txn* txn) const {
  MDB_val key = to_native("revision");
  MDB_val value{};
  const int code = trapped([&] { return mdb_get(txn, own_, &key, &value); });
  require("reading the revision", code == MDB_NOTFOUND ? MDB_CORRUPTED : code, url_);
  if (value.mv_size != sizeof(std::uint64_t)) fail("reading the revision", MDB_CORRUPTED, url_);
  return load_word(value.mv_data);
}

// Opens what this process has not open yet. Handles opened in a read transaction become the
// process's at its end.
Environment::Loaded Environment::read_table(Handles handles, std::shared_ptr<const Table>& into) {
  NativeEnd end;
  int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &end.txn);
  if (code == MDB_MAP_RESIZED) return Loaded::resized;
  if (code == MDB_READERS_FULL) fail_readers_full();
  require("mdb_txn_begin", code, url_);
  const auto open_tree = [&](const std::string& name, MDB_dbi& dbi) {
    return trapped([&] { return mdb_dbi_open(end.txn, name.c_str(), 0, &dbi); });
  };
  require("mdb_dbi_open", open_tree(own_tree, own_), url_);
  const std::uint64_t revision = read_revision(end.txn);
  // Only holders of handles_ exchange it.
  if (handles == Handles::inherited && table_->revision() == revision) return Loaded::done;
  // Read first, opened after: opening moves no cursor, but a cursor must be closed before the end.
  std::vector<Keyspace> keyspaces;
  {
    MDB_cursor* cursor = nullptr;
    require("mdb_cursor_open", mdb_cursor_open(end.txn, own_, &cursor), url_);
    MDB_val key = to_native("s");
    MDB_val value{};
    const auto step = [&](MDB_cursor_op op) {
      return trapped([&] { return mdb_cursor_get(cursor, &key, &value, op); });
    };
    for (code = step(MDB_SET_RANGE); code == MDB_SUCCESS && to_view(key).substr(0, 1) == "s";
         code = step(MDB_NEXT)) {
      if (key.mv_size != 5 || value.mv_size != 3) {
        mdb_cursor_close(cursor);
        fail("reading the table of keyspaces", MDB_CORRUPTED, url_);
      }
      Keyspace keyspace;
      const auto* k = static_cast<const unsigned char*>(key.mv_data);
      const auto* v = static_cast<const unsigned char*>(value.mv_data);
      for (int i = 1; i < 5; ++i) keyspace.id = keyspace.id << 8 | k[i];
      keyspace.shape.kind = static_cast<Shape::Kind>(v[0]);
      keyspace.shape.member_size = static_cast<std::uint16_t>(v[1] | v[2] << 8);
      keyspaces.push_back(keyspace);
    }
    mdb_cursor_close(cursor);
    if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
      fail("reading the table of keyspaces", code, url_);
    }
  }
  for (Keyspace& keyspace : keyspaces) {
    code = open_tree(keyspace_name(keyspace.id), keyspace.dbi);
    if (code == MDB_DBS_FULL) return Loaded::reopen;
    if (code == MDB_NOTFOUND) {
      throw CorruptionError(url_ + ", keyspace " + std::to_string(keyspace.id),
                            "it is in the table of keyspaces, but its tree is missing");
    }
    require("mdb_dbi_open", code, url_);
    unsigned flags = 0;
    require("mdb_dbi_flags", mdb_dbi_flags(end.txn, keyspace.dbi, &flags), url_);
    if (flags != flags_of(keyspace.shape)) {
      // Dropped and made again by another process, or damaged: a fresh environment tells.
      if (handles == Handles::inherited) return Loaded::reopen;
      throw CorruptionError(url_ + ", keyspace " + std::to_string(keyspace.id),
                            "its tree is not of the shape that the table of keyspaces says");
    }
  }
  MDB_txn* const txn = end.txn;
  end.txn = nullptr;
  require("mdb_txn_commit", mdb_txn_commit(txn), url_);
  into = std::make_shared<const Table>(std::move(keyspaces), revision);
  return Loaded::done;
}

void Environment::reopen_with_more() {
  max_trees_ *= 2;
  reopen();
  try {
    for (Loaded loaded = Loaded::reopen; loaded != Loaded::done;) {
      loaded = read_table(Handles::fresh, table_);
      if (loaded == Loaded::resized) adopt_size();
      if (loaded == Loaded::reopen) {
        max_trees_ *= 2;
        reopen();
      }
    }
  } catch (const std::exception& e) {
    // The former table's handles mean nothing any more.
    close_native();
    if (!poisoned_) poison_ = std::string("could not be opened again: ") + e.what();
    poisoned_ = true;
    throw;
  }
}

void Environment::refresh(Turn turn, const storage::OpenFlag& open) {
  Loaded loaded = Loaded::done;
  {
    const std::lock_guard handles(handles_);
    std::shared_ptr<const Table> fresh;
    loaded = read_table(Handles::inherited, fresh);
    if (fresh) install(std::move(fresh));
  }
  if (loaded == Loaded::resized) {
    exclusively(turn, open, "taking over the size that another process gave the map",
                [&] { adopt_size(); });
  } else if (loaded == Loaded::reopen) {
    exclusively(turn, open, "opening the keyspaces that another process made",
                [&] { reopen_with_more(); });
  }
}

void Environment::write_own(const std::shared_ptr<const storage::OpenFlag>& open,
                            FunctionRef<void(Transaction&)> work) {
  for (int growths = 0;; ++growths) {
    const std::shared_ptr<Transaction> writer = begin_write(change_deadline, nullptr, open);
    struct End {
      Environment& environment;
      Transaction& writer;
      ~End() { environment.abort(writer, this_thread()); }
    };
    try {
      const End end{*this, *writer};
      return work(*writer);
    } catch (const ConflictError&) {
      if (growths == most_growths) throw;
    }
    prepare_retry(*open);
  }
}

void Environment::require_write(const char* operation, int code) {
  if (code == MDB_MAP_FULL) fail_commit(code);
  require(operation, code, url_);
}

void Environment::change_keyspaces(const std::shared_ptr<const storage::OpenFlag>& open,
                                   FunctionRef<bool(MDB_txn*, std::vector<Keyspace>&)> change) {
  write_own(open, [&](Transaction& writer) {
    const std::lock_guard handles(handles_);
    std::vector<Keyspace> keyspaces = writer.table->all();
    if (!change(writer.txn, keyspaces)) return;
    const std::uint64_t revision = writer.table->revision() + 1;
    require_write("mdb_put", put_text(writer.txn, own_, "revision", bytes_of(revision)));
    writer.changes_keyspaces = true;
    // Where it is lost with the machine, whoever needs it ensures it again; what is committed later
    // is never there without it.
    commit(writer, storage::Durability::deferred);
    std::sort(keyspaces.begin(), keyspaces.end(),
              [](const Keyspace& x, const Keyspace& y) { return x.id < y.id; });
    install(std::make_shared<const Table>(std::move(keyspaces), revision));
  });
}

void Environment::ensure(KeyspaceId id, Shape shape,
                         const std::shared_ptr<const storage::OpenFlag>& open) {
  check_usable();
  storage::check_shape(id, shape);
  if (turn_.held_by_this_thread()) {
    throw UsageError(url_ + ": ensure is refused while this thread has a Writer");
  }
  const auto is_it = [&](const Keyspace& found) {
    if (found.shape == shape) return true;
    throw UsageError(url_ + ": " + storage::name_of(id) + " is a " + storage::name_of(found.shape) +
                     ", not a " + storage::name_of(shape));
  };
  const auto there = [&](const Table& table) {
    const Keyspace* found = table.find(id);
    return found != nullptr && is_it(*found);
  };
  if (there(*table())) return;
  if (read_only_) {
    const ReadScope reader(*this, open);
    if (there(*reader->table)) return;
    throw Error(ErrorCode::read_only, url_ + ": " + storage::name_of(id) +
                                          " does not exist, and the store was opened read-only");
  }
  for (;;) {
    enum class Obstacle { none, handles, leftover } obstacle = Obstacle::none;
    change_keyspaces(open, [&](MDB_txn* txn, std::vector<Keyspace>& keyspaces) {
      for (const Keyspace& other : keyspaces) {
        if (other.id == id && is_it(other)) return false;  // made meanwhile
      }
      Keyspace made;
      made.id = id;
      made.shape = shape;
      const std::string name = keyspace_name(id);
      int code = trapped(
          [&] { return mdb_dbi_open(txn, name.c_str(), flags_of(shape) | MDB_CREATE, &made.dbi); });
      if (code == MDB_DBS_FULL) {
        obstacle = Obstacle::handles;
        return false;
      }
      require_write("mdb_dbi_open", code);
      unsigned flags = 0;
      require("mdb_dbi_flags", mdb_dbi_flags(txn, made.dbi, &flags), url_);
      if (flags != flags_of(shape)) {
        obstacle = Obstacle::leftover;
        return false;
      }
      require_write("mdb_put", put_text(txn, own_, shape_key(id), shape_value(shape)));
      keyspaces.push_back(made);
      return true;
    });
    if (obstacle == Obstacle::none) return;
    if (obstacle == Obstacle::leftover) {
      discard_tree(id, open);
      continue;
    }
    exclusively(Turn::take, *open, "opening more keyspaces", [&] { reopen_with_more(); });
  }
}

void Environment::drop(KeyspaceId id, const std::shared_ptr<const storage::OpenFlag>& open) {
  check_usable();
  if (turn_.held_by_this_thread()) {
    throw UsageError(url_ + ": drop is refused while this thread has a Writer");
  }
  if (id == storage::catalog_keyspace) {
    throw UsageError(url_ + ": keyspace 0 always exists and cannot be dropped");
  }
  // The tree is emptied, not removed: its handle is still used by older snapshots.
  change_keyspaces(open, [&](MDB_txn* txn, std::vector<Keyspace>& keyspaces) {
    const auto found = std::find_if(keyspaces.begin(), keyspaces.end(),
                                    [&](const Keyspace& k) { return k.id == id; });
    if (found == keyspaces.end()) return false;
    require_write("mdb_drop", trapped([&] { return mdb_drop(txn, found->dbi, 0); }));
    const std::string name = shape_key(id);
    MDB_val key = to_native(name);
    require_write("mdb_del", mdb_del(txn, own_, &key, nullptr));
    keyspaces.erase(found);
    return true;
  });
}

// Removes the empty tree that drop left, where the keyspace comes back in another shape.
void Environment::discard_tree(KeyspaceId id,
                               const std::shared_ptr<const storage::OpenFlag>& open) {
  write_own(open, [&](Transaction& writer) {
    exclusively(Turn::held, *open, "giving a dropped keyspace another shape", [&] {
      for (const std::shared_ptr<Transaction>& idle : idle_) idle->close_kept();
      const std::string name = keyspace_name(id);
      MDB_dbi dbi = 0;
      require_write("mdb_dbi_open", mdb_dbi_open(writer.txn, name.c_str(), 0, &dbi));
      require_write("mdb_drop", trapped([&] { return mdb_drop(writer.txn, dbi, 1); }));
    });
    commit(writer, storage::Durability::deferred);
  });
}

std::vector<storage::KeyspaceInfo> Environment::keyspaces(
    const std::shared_ptr<const storage::OpenFlag>& open) {
  const ReadScope reader(*this, open);
  std::vector<storage::KeyspaceInfo> all;
  for (const Keyspace& keyspace : reader->table->all()) {
    MDB_stat stat{};
    require("mdb_stat", trapped([&] { return mdb_stat(reader->txn, keyspace.dbi, &stat); }), url_);
    const std::uint64_t pages = stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
    all.push_back({keyspace.id, keyspace.shape, stat.ms_entries, pages * stat.ms_psize});
  }
  return all;
}

void Environment::check(FunctionRef<void(const storage::Problem&)> report,
                        const std::shared_ptr<const storage::OpenFlag>& open) {
  const ReadScope reader(*this, open);
  try {
    const PageFile file = file_of(reader->txn);
    if (!PageWalker(file).run(report)) return;
    for (const Keyspace& keyspace : reader->table->all()) {
      const std::optional<TreeRecord> tree = file.tree(keyspace_name(keyspace.id));
      if (!tree || tree->flags != flags_of(keyspace.shape)) {
        report({storage::name_of(keyspace.id), "its tree is not a " +
                                                   storage::name_of(keyspace.shape) +
                                                   ", as the table of keyspaces says"});
      }
    }
  } catch (const CorruptionError& e) {
    report({e.where(), e.what()});
  }
}

void Environment::copy_to(const std::string& to,
                          const std::shared_ptr<const storage::OpenFlag>& open) {
  const std::string path = resolve(to);
  if (status_of(path)) {
    throw Error(ErrorCode::store_exists,
                "lmdb:" + path + ": something is there: name another place for the copy");
  }
  // Keeps the map where it is while LMDB copies from it.
  const ReadScope reader(*this, open);
  // LMDB copies with a second thread, out of which no assertion may jump: so the file is looked at
  // first.
  verify_pages(file_of(reader->txn));
  const Temporary temporary{temporary_beside(path)};
  {
    const Descriptor fd = open_file(temporary.path, O_RDWR | O_CREAT | O_EXCL);
    int code = mdb_env_copyfd2(env_, fd.get(), MDB_CP_COMPACT);
    if (code == MDB_INCOMPATIBLE) {
      // Pages that nothing uses spoil the compacting count; a plain copy takes them along.
      if (::ftruncate(fd.get(), 0) != 0 || ::lseek(fd.get(), 0, SEEK_SET) != 0) {
        fail_errno("ftruncate", temporary.path);
      }
      code = mdb_env_copyfd2(env_, fd.get(), 0);
    }
    require("mdb_env_copyfd2", code, url_);
  }
  clear_unsynced_mark(temporary.path);
  {
    const Descriptor fd = open_file(temporary.path, O_RDWR);
    sync_file(fd.get(), temporary.path);
  }
  if (!publish(temporary.path, path)) {
    throw Error(ErrorCode::store_exists,
                "lmdb:" + path + ": something came there meanwhile: name another place");
  }
}

}  // namespace kindred::lmdb
