#include "backends/lmdb/writer.hpp"

#include <algorithm>
#include <cstring>

namespace kindred::lmdb {
namespace {

using storage::Intent;
using storage::KeyspaceId;
using storage::PutResult;
using storage::Write;

}  // namespace

LmdbWriter::LmdbWriter(std::shared_ptr<Transaction> transaction, storage::Durability durability)
    : ReadCalls(std::move(transaction)), durability_(durability) {}

LmdbWriter::~LmdbWriter() { abort(); }

// ---- checks and failures

void LmdbWriter::enter(const char* call) {
  if (thread_ != this_thread()) [[unlikely]] {
    throw UsageError(std::string(call) +
                     ": a Writer belongs to the thread that began it; begin another one here");
  }
  transaction_->environment->check_usable();
  if (!dead_.empty()) [[unlikely]]
    throw ConflictError(dead_);
  if (transaction_->txn == nullptr) [[unlikely]] {
    throw UsageError(std::string(call) + ": the Writer was committed or aborted: begin another");
  }
  transaction_->open->check(transaction_->environment->url());
}

void LmdbWriter::fail_write(const char* call, int code) {
  Environment& environment = *transaction_->environment;
  if (code == MDB_MAP_FULL) {
    environment.want_growth(written_);
    dead_ = environment.url() +
            ": the map is full: abort this Writer and run the closure again, the map grows in "
            "between";
    throw ConflictError(dead_);
  }
  if (code == MDB_BAD_TXN) {
    dead_ = environment.url() + ": the transaction failed before: run the closure again";
    throw ConflictError(dead_);
  }
  fail(call, code, environment.url());
}

bool LmdbWriter::done(const char* call, int code) {
  if (code == MDB_SUCCESS) [[likely]]
    return true;
  if (code == MDB_NOTFOUND || code == MDB_KEYEXIST) return false;
  fail_write(call, code);
}

template <class Work>
auto LmdbWriter::guarded(Work&& work) {
  return trapped(work, [this] { transaction_->environment->wedge(*transaction_); });
}

// ---- keyspaces

LmdbWriter::Slot& LmdbWriter::slot_of(KeyspaceId keyspace, const char* call) {
  const Keyspace* found = transaction_->table->find(keyspace);
  if (found != nullptr && found->dbi < slots_.size() && slots_[found->dbi]) [[likely]]
    return *slots_[found->dbi];
  return open_slot(keyspace, call);
}

LmdbWriter::Slot& LmdbWriter::open_slot(KeyspaceId keyspace, const char* call) {
  const Keyspace* found = transaction_->table->find(keyspace);
  if (found == nullptr) {
    throw UsageError(std::string(call) + ": " + storage::name_of(keyspace) +
                     " does not exist: ensure it before the Writer begins");
  }
  if (slots_.size() <= found->dbi) slots_.resize(found->dbi + 1);
  auto slot = std::make_unique<Slot>();
  slot->keyspace = found;
  // Never given back: LMDB frees it with the transaction.
  slot->cursor = transaction_->take_cursor(found->dbi);
  slots_[found->dbi] = std::move(slot);
  return *slots_[found->dbi];
}

void LmdbWriter::set_key(const Slot& slot, ByteView key, Native& native) noexcept {
  if (slot.keyspace->word_keys()) {
    native.key_word = load_big(key.data());
    native.key = {8, &native.key_word};
  } else {
    native.key = to_native(key);
  }
}

void LmdbWriter::set_member(const Slot& slot, ByteView member, Native& native) noexcept {
  if (slot.keyspace->word_members()) {
    native.member_word = load_big(member.data());
    native.value = {8, &native.member_word};
  } else {
    native.value = to_native(member);
  }
}

// ---- appending

void LmdbWriter::learn_last(Slot& slot) {
  if (slot.last_known) return;
  Native last;
  slot.any = done("put", mdb_cursor_get(slot.cursor, &last.key, &last.value, MDB_LAST));
  slot.last_known = true;
  if (!slot.any) return;
  note_last_key(slot, last.key);
  if (slot.keyspace->shape.is_set()) note_last_member(slot, last.value);
}

void LmdbWriter::note_last_key(Slot& slot, const MDB_val& key) {
  slot.any = true;
  if (slot.keyspace->word_keys()) {
    slot.last_word = load_word(key.mv_data);
  } else {
    slot.last_key.assign(static_cast<const char*>(key.mv_data), key.mv_size);
  }
}

void LmdbWriter::note_last_member(Slot& slot, const MDB_val& member) {
  if (slot.keyspace->word_members()) {
    slot.last_member_word = load_word(member.mv_data);
  } else {
    slot.last_member.assign(static_cast<const char*>(member.mv_data), member.mv_size);
  }
}

int LmdbWriter::compare_last(const Slot& slot, const MDB_val& key) noexcept {
  if (!slot.last_known) return -1;
  if (!slot.any) return 1;
  if (slot.keyspace->word_keys()) return load_word(key.mv_data) > slot.last_word ? 1 : -1;
  return to_view(key).compare(slot.last_key);
}

bool LmdbWriter::is_beyond_member(const Slot& slot, const MDB_val& member) noexcept {
  if (slot.keyspace->word_members()) return load_word(member.mv_data) > slot.last_member_word;
  return to_view(member) > ByteView(slot.last_member);
}

// ---- putting

PutResult LmdbWriter::put_in_map(Slot& slot, Native& native, Intent intent) {
  written_ += native.key.mv_size + native.value.mv_size + 16;
  if (intent != Intent::overwrite) learn_last(slot);
  if (compare_last(slot, native.key) > 0) {
    if (intent == Intent::overwrite) return PutResult::refused;
    if (done("put", mdb_cursor_put(slot.cursor, &native.key, &native.value, MDB_APPEND)))
        [[likely]] {
      if (recording()) record(Undo::Kind::erase_key, slot, native.key, nullptr);
      note_last_key(slot, native.key);
      return PutResult::done;
    }
    slot.last_known = false;
  }
  if (intent == Intent::insert_new) {
    MDB_val value = native.value;
    if (!done("put", mdb_cursor_put(slot.cursor, &native.key, &value, MDB_NOOVERWRITE))) {
      return PutResult::refused;
    }
    if (recording()) record(Undo::Kind::erase_key, slot, native.key, nullptr);
    return PutResult::done;
  }
  if (intent == Intent::either && !recording()) {
    if (!done("put", mdb_cursor_put(slot.cursor, &native.key, &native.value, 0))) {
      fail_write("put", MDB_CORRUPTED);
    }
    return PutResult::done;
  }
  MDB_val old{};
  const bool there = done("put", mdb_cursor_get(slot.cursor, &native.key, &old, MDB_SET));
  if (!there && intent == Intent::overwrite) return PutResult::refused;
  if (recording()) {
    record(there ? Undo::Kind::set_value : Undo::Kind::erase_key, slot, native.key,
           there ? &old : nullptr);
  }
  if (!done("put",
            mdb_cursor_put(slot.cursor, &native.key, &native.value, there ? MDB_CURRENT : 0))) {
    fail_write("put", MDB_CORRUPTED);
  }
  return PutResult::done;
}

PutResult LmdbWriter::put_in_set(Slot& slot, Native& native, Intent intent) {
  if (intent == Intent::overwrite) {
    MDB_val member = native.value;
    return done("put", mdb_cursor_get(slot.cursor, &native.key, &member, MDB_GET_BOTH))
               ? PutResult::done
               : PutResult::refused;
  }
  written_ += native.key.mv_size + native.value.mv_size + 16;
  learn_last(slot);
  unsigned flags = MDB_NODUPDATA;
  if (const int order = compare_last(slot, native.key); order > 0) {
    flags = MDB_APPEND;
  } else if (order == 0 && is_beyond_member(slot, native.value)) {
    flags = MDB_APPENDDUP;
  }
  MDB_val member = native.value;
  if (flags != MDB_NODUPDATA) {
    if (done("put", mdb_cursor_put(slot.cursor, &native.key, &member, flags))) [[likely]] {
      if (recording()) record(Undo::Kind::erase_member, slot, native.key, &native.value);
      if (flags == MDB_APPEND) note_last_key(slot, native.key);
      note_last_member(slot, native.value);
      return PutResult::done;
    }
    slot.last_known = false;
    member = native.value;
  }
  if (!done("put", mdb_cursor_put(slot.cursor, &native.key, &member, MDB_NODUPDATA))) {
    return intent == Intent::insert_new ? PutResult::refused : PutResult::done;
  }
  if (recording()) record(Undo::Kind::erase_member, slot, native.key, &native.value);
  return PutResult::done;
}

PutResult LmdbWriter::put_one(Slot& slot, ByteView key, ByteView value, Intent intent) {
  const Keyspace& keyspace = *slot.keyspace;
  storage::check_put(keyspace.id, keyspace.shape, key, value);
  Native native;
  set_key(slot, key, native);
  if (keyspace.shape.is_set()) {
    set_member(slot, value, native);
    return put_in_set(slot, native, intent);
  }
  native.value = to_native(value);
  return put_in_map(slot, native, intent);
}

PutResult LmdbWriter::put(KeyspaceId keyspace, ByteView key, ByteView value, Intent intent) {
  enter("put");
  Slot& slot = slot_of(keyspace, "put");
  return guarded([&] { return put_one(slot, key, value, intent); });
}

// ---- erasing

bool LmdbWriter::erase_key(Slot& slot, Native& native) {
  MDB_val value{};
  if (!done("erase", mdb_cursor_get(slot.cursor, &native.key, &value, MDB_SET))) return false;
  const bool set = slot.keyspace->shape.is_set();
  if (recording()) {
    if (set) {
      record_key(slot, native);
    } else {
      record(Undo::Kind::set_value, slot, native.key, &value);
    }
  }
  if (!done("erase", mdb_cursor_del(slot.cursor, set ? MDB_NODUPDATA : 0))) {
    fail_write("erase", MDB_CORRUPTED);
  }
  return true;
}

bool LmdbWriter::erase_member(Slot& slot, Native& native) {
  MDB_val member = native.value;
  if (!done("erase", mdb_cursor_get(slot.cursor, &native.key, &member, MDB_GET_BOTH))) return false;
  if (recording()) record(Undo::Kind::add_member, slot, native.key, &native.value);
  if (!done("erase", mdb_cursor_del(slot.cursor, 0))) fail_write("erase", MDB_CORRUPTED);
  return true;
}

bool LmdbWriter::erase_one(Slot& slot, ByteView key) {
  storage::check_key(slot.keyspace->id, key);
  if (slot.keyspace->word_keys() && key.size() != 8) return false;
  Native native;
  set_key(slot, key, native);
  return erase_key(slot, native);
}

bool LmdbWriter::erase_one(Slot& slot, ByteView key, ByteView member) {
  const storage::Shape shape = slot.keyspace->shape;
  storage::require_set(slot.keyspace->id, shape, "erase");
  storage::check_key(slot.keyspace->id, key);
  storage::check_member(slot.keyspace->id, member);
  if (shape.member_size != 0 && member.size() != shape.member_size) return false;
  Native native;
  set_key(slot, key, native);
  set_member(slot, member, native);
  return erase_member(slot, native);
}

bool LmdbWriter::erase(KeyspaceId keyspace, ByteView key) {
  enter("erase");
  Slot& slot = slot_of(keyspace, "erase");
  return guarded([&] { return erase_one(slot, key); });
}

bool LmdbWriter::erase(KeyspaceId keyspace, ByteView key, ByteView member) {
  enter("erase");
  Slot& slot = slot_of(keyspace, "erase");
  return guarded([&] { return erase_one(slot, key, member); });
}

std::uint64_t LmdbWriter::erase_all(Slot& slot) {
  MDB_stat stat{};
  const MDB_dbi dbi = slot.keyspace->dbi;
  if (!done("erase_range", mdb_stat(transaction_->txn, dbi, &stat))) return 0;
  if (stat.ms_entries != 0 && !done("erase_range", mdb_drop(transaction_->txn, dbi, 0))) {
    fail_write("erase_range", MDB_CORRUPTED);
  }
  slot.last_known = false;
  return stat.ms_entries;
}

std::uint64_t LmdbWriter::erase_between(Slot& slot, const storage::Range& range) {
  const bool set = slot.keyspace->shape.is_set();
  std::uint64_t erased = 0;
  // Found anew after each erasure, which moves what the cursor saw; the search begins at the page
  // where it stands.
  char place[storage::max_key_size];
  storage::Range rest = range;
  rest.after_member = {};
  for (;;) {
    Native native;
    {
      RangeWalk walk(slot.cursor, *slot.keyspace, rest, false, 0);
      if (!walk.first()) return erased;
      const ByteView key = walk.key();
      std::memcpy(place, key.data(), key.size());
      rest.lower = ByteView(place, key.size());
    }
    set_key(slot, rest.lower, native);
    std::size_t count = 1;
    if (set) {
      MDB_val member{};
      if (!done("erase_range", mdb_cursor_get(slot.cursor, &native.key, &member, MDB_SET)) ||
          !done("erase_range", mdb_cursor_count(slot.cursor, &count))) {
        fail_write("erase_range", MDB_CORRUPTED);
      }
    }
    if (!erase_key(slot, native)) fail_write("erase_range", MDB_CORRUPTED);
    erased += count;
    if (range.single) return erased;
  }
}

std::uint64_t LmdbWriter::erase_range(KeyspaceId keyspace, const storage::Range& range) {
  enter("erase_range");
  Slot& slot = slot_of(keyspace, "erase_range");
  const bool all = range.lower.empty() && !range.bounded && !range.single;
  return guarded(
      [&] { return all && !recording() ? erase_all(slot) : erase_between(slot, range); });
}

// ---- lists

void LmdbWriter::apply(std::span<const Write> writes, std::vector<std::size_t>& refused) {
  enter("apply");
  guarded([&] {
    Slot* slot = nullptr;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      const Write& write = writes[i];
      // Sorted by key they lie anywhere in memory.
      constexpr std::size_t ahead = 8;
      if (i + ahead < writes.size()) {
        __builtin_prefetch(writes[i + ahead].key.data());
        __builtin_prefetch(writes[i + ahead].value.data());
      }
      if (slot == nullptr || slot->keyspace->id != write.keyspace) {
        slot = &slot_of(write.keyspace, "apply");
      }
      bool is_done = false;
      if (write.op == Write::Op::put) {
        is_done = put_one(*slot, write.key, write.value, write.intent) == PutResult::done;
      } else if (write.op == Write::Op::erase && slot->keyspace->shape.is_set()) {
        is_done = erase_one(*slot, write.key, write.value);
      } else {
        is_done = erase_one(*slot, write.key);
      }
      if (!is_done) refused.push_back(i);
    }
    return 0;
  });
}

// ---- savepoints

void LmdbWriter::record(Undo::Kind kind, const Slot& slot, const MDB_val& key,
                        const MDB_val* value) {
  Undo entry{slot.keyspace->dbi, kind, static_cast<std::uint16_t>(key.mv_size), 0,
             undo_bytes_.size()};
  undo_bytes_.append(static_cast<const char*>(key.mv_data), key.mv_size);
  if (value != nullptr) {
    entry.value_size = static_cast<std::uint32_t>(value->mv_size);
    undo_bytes_.append(static_cast<const char*>(value->mv_data), value->mv_size);
  }
  undos_.push_back(entry);
}

// All members of the key at which the cursor stands; it stands there again at the end.
void LmdbWriter::record_key(Slot& slot, Native& native) {
  MDB_val key = native.key;
  MDB_val member{};
  bool there = done("erase", mdb_cursor_get(slot.cursor, &key, &member, MDB_SET));
  while (there) {
    record(Undo::Kind::add_member, slot, native.key, &member);
    there = done("erase", mdb_cursor_get(slot.cursor, &key, &member, MDB_NEXT_DUP));
  }
  if (!done("erase", mdb_cursor_get(slot.cursor, &native.key, &member, MDB_SET))) {
    fail_write("erase", MDB_CORRUPTED);
  }
}

void LmdbWriter::undo(const Undo& entry) {
  const Slot& slot = *slots_[entry.dbi];
  char* const bytes = undo_bytes_.data() + entry.offset;
  MDB_val key{entry.key_size, bytes};
  MDB_val value{entry.value_size, bytes + entry.key_size};
  MDB_val found{};
  bool is_done = false;
  switch (entry.kind) {
    case Undo::Kind::erase_key:
      is_done = done("rollback_to", mdb_cursor_get(slot.cursor, &key, &found, MDB_SET)) &&
                done("rollback_to", mdb_cursor_del(slot.cursor, 0));
      break;
    case Undo::Kind::set_value:
      is_done = done("rollback_to", mdb_cursor_put(slot.cursor, &key, &value, 0));
      break;
    case Undo::Kind::erase_member:
      is_done = done("rollback_to", mdb_cursor_get(slot.cursor, &key, &value, MDB_GET_BOTH)) &&
                done("rollback_to", mdb_cursor_del(slot.cursor, 0));
      break;
    case Undo::Kind::add_member:
      is_done = done("rollback_to", mdb_cursor_put(slot.cursor, &key, &value, MDB_NODUPDATA));
      break;
  }
  if (!is_done) fail_write("rollback_to", MDB_CORRUPTED);
}

std::size_t LmdbWriter::find_mark(storage::Savepoint savepoint, const char* call) const {
  for (std::size_t i = marks_.size(); i-- > 0;) {
    if (marks_[i].number == savepoint) return i;
  }
  throw UsageError(std::string(call) + ": savepoint " + std::to_string(savepoint) +
                   " was rolled back or released, or is another Writer's");
}

storage::Savepoint LmdbWriter::savepoint() {
  enter("savepoint");
  marks_.push_back({next_mark_, undos_.size(), undo_bytes_.size()});
  return next_mark_++;
}

void LmdbWriter::rollback_to(storage::Savepoint savepoint) {
  enter("rollback_to");
  const std::size_t place = find_mark(savepoint, "rollback_to");
  const Mark mark = marks_[place];
  guarded([&] {
    while (undos_.size() > mark.undos) {
      undo(undos_.back());
      undos_.pop_back();
    }
    return 0;
  });
  undo_bytes_.resize(mark.bytes);
  marks_.resize(place);
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot) slot->last_known = false;
  }
}

void LmdbWriter::release(storage::Savepoint savepoint) {
  enter("release");
  marks_.resize(find_mark(savepoint, "release"));
  if (!marks_.empty()) return;
  undos_.clear();
  undo_bytes_.clear();
}

// ---- the end

std::uint64_t LmdbWriter::reserve(std::uint64_t sequence, std::uint64_t n, std::uint64_t at_least) {
  enter("reserve");
  return sequences_.reserve(*this, transaction_->environment->marks(), sequence, n, at_least);
}

void LmdbWriter::commit() {
  enter("commit");
  sequences_.settle(*this);
  transaction_->environment->commit(*transaction_, durability_);
}

void LmdbWriter::abort() noexcept { transaction_->environment->abort(*transaction_, thread_); }

}  // namespace kindred::lmdb
