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
  if (id < s.next) return;
  s.next = id == used_up ? used_up : id + 1;
  s.moved = true;
}

void Writing::finish() {
  if (failure_) std::rethrow_exception(failure_);
  for (auto& [table, s] : sequences_)
    if (s.moved) (void)writer_.reserve(table, 0, s.next);
}

}  // namespace kindred::engine
