#include "engine/writing.hpp"

#include <algorithm>

#include "engine/engine.hpp"

namespace kindred::engine {

Writing::Writing(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
                 storage::Writer& writer)
    : Reading(std::move(engine), std::move(schema), static_cast<storage::Reader&>(writer)),
      writer_(writer) {}

void Writing::require_open() const {
  if (failure_)
    throw UsageError("this transaction failed and rolls back; leave update() and run it again");
}

void Writing::apply(ChangeSet& changes, const FlushOptions& options) {
  require_open();
  if (changes.empty()) return;
  try {
    Flush(schema(), reader(), engine().storage().capabilities(), changes, options).run(writer_);
  } catch (...) {
    spoil(std::current_exception());
    throw;
  }
}

void Writing::apply_whole(ChangeSet& changes, const FlushOptions& options) {
  require_open();
  if (changes.empty()) return;
  Flush flush(schema(), reader(), engine().storage().capabilities(), changes, options);
  flush.prepare();
  const auto write = [&] {
    try {
      flush.write(writer_);
    } catch (...) {
      spoil(std::current_exception());
      throw;
    }
  };
  if (!flush.may_be_refused()) return write();  // no savepoint needed, which LMDB pays dearly for
  const storage::Savepoint before = writer_.savepoint();
  try {
    write();
  } catch (...) {
    try {
      writer_.rollback_to(before);
      failure_ = nullptr;
    } catch (...) {
      // The storage is done with: apply's failure says why.
    }
    throw;
  }
  writer_.release(before);
}

storage::Savepoint Writing::savepoint() {
  require_open();
  const storage::Savepoint made = writer_.savepoint();
  marks_.push_back({made, sequences_});
  return made;
}

std::vector<Writing::Mark>::iterator Writing::find_mark(storage::Savepoint savepoint,
                                                        const char* call) {
  const auto at = std::find_if(marks_.begin(), marks_.end(),
                               [&](const Mark& m) { return m.savepoint == savepoint; });
  if (at == marks_.end())
    throw UsageError(std::string(call) + ": this savepoint was rolled back or released already");
  return at;
}

void Writing::rollback_to(storage::Savepoint savepoint) {
  const auto at = find_mark(savepoint, "rollback_to");
  writer_.rollback_to(savepoint);
  // What was read of sequences since counts no more, but the ids are out.
  sequences_ = std::move(at->sequences);
  for (auto& [table, s] : sequences_) s.next = std::max(s.next, engine().fresh_id(table));
  last_sequence_table_ = nullptr;
  last_sequence_ = nullptr;
  marks_.erase(at, marks_.end());
  failure_ = nullptr;
}

void Writing::release(storage::Savepoint savepoint) {
  const auto at = find_mark(savepoint, "release");
  writer_.release(savepoint);
  marks_.erase(at, marks_.end());
}

void Writing::judge(const std::vector<MissingReference>& missing) {
  require_open();
  if (missing.empty()) return;
  std::vector<storage::GetRequest> requests;
  for (const MissingReference& m : missing)
    requests.push_back(
        {schema().referenced_keyspace(schema().table(m.table).foreign_keys[m.foreign_key]),
         m.referenced});
  Violations violations;
  reader().get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
    if (found) return;
    const MissingReference& m = missing[i];
    const CompiledTable& table = schema().table(m.table);
    const CompiledForeignKey& fk = table.foreign_keys[m.foreign_key];
    const CompiledTable& parent = schema().table(fk.parent);
    Violation v;
    v.code = ErrorCode::foreign_key;
    v.table = table.name();
    v.constraint = fk.key->name;
    v.columns = fk.key->columns;
    v.key = table.key_text(m.key);
    v.position = m.position;
    v.detail = "there is no " + parent.name();
    if (fk.referenced_index == none) v.detail += " " + parent.key_text(m.referenced);
    violations.add(std::move(v));
  });
  if (violations.empty()) return;
  try {
    violations.raise();
  } catch (...) {
    spoil(std::current_exception());
    throw;
  }
}

Writing::Sequence& Writing::sequence(const CompiledTable& table) {
  if (last_sequence_table_ == &table) return *last_sequence_;
  auto [at, fresh] = sequences_.try_emplace(table.table->number);
  if (fresh)
    at->second.next = std::max(writer_.reserve(table.table->number, 0, 0),
                               engine().fresh_id(table.table->number));
  last_sequence_table_ = &table;
  last_sequence_ = &at->second;
  return at->second;
}

std::uint64_t Writing::next_id(const CompiledTable& table) {
  Sequence& s = sequence(table);
  if (s.next > table.greatest_id() || s.next == used_up)
    throw CapacityError("the sequence of " + table.name() + " is used up", table.greatest_id(),
                        s.next);
  s.moved = true;
  const std::uint64_t id = s.next++;
  engine().note_id(table.table->number, s.next);
  return id;
}

void Writing::seen_id(const CompiledTable& table, std::uint64_t id) {
  Sequence& s = sequence(table);
  // Also where it is past the id already: that may be known from an attempt that failed, and then
  // nothing is stored of it.
  s.moved = true;
  if (id < s.next) return;
  s.next = id == used_up ? used_up : id + 1;
}

void Writing::require_whole() const {
  if (failure_) std::rethrow_exception(failure_);
}

void Writing::finish() {
  require_whole();
  for (auto& [table, s] : sequences_)
    if (s.moved) (void)writer_.reserve(table, 0, s.next);
}

}  // namespace kindred::engine
