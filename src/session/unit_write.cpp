// The second part of a flush: keys first, so that cycles of references need nothing special; then
// references; then rows, as one ChangeSet.
#include <algorithm>
#include <cstring>

#include "format/bytes.hpp"
#include "session/unit_of_work.hpp"

namespace kindred::session {
namespace {

// Associations of associations take their keys from keys that are themselves taken: so deep at
// most.
constexpr int most_rounds = 64;

// What was assigned and is deleted by the same flush is referred to by null, where that may be.
State* lasting_target(const State& s, const Link& l) {
  State* const to = slot(s, l).one();
  if (to == nullptr || !to->is(State::erased)) return to;
  for (const Link::Column& c : l.columns)
    if (codec_of(s, c.child).set_null == nullptr) return to;
  return nullptr;
}

bool in_key(const Link& l) {
  for (const Link::Column& c : l.columns)
    for (const std::size_t key : l.from->keys)
      if (l.local && c.child == key) return true;
  return false;
}

// Whether the key comes from a reference.
bool takes_key(const State& s) {
  for (const Link& l : s.mapper->links)
    if (in_key(l) && slot(s, l).at != nullptr) return true;
  return false;
}

// Whether no key column of s can say more than its references, all of which are being written.
bool assigns_all(const State& s) {
  for (const Link& l : s.mapper->links)
    if (l.local && (slot(s, l).flags & Slot::changed) == 0) return false;
  return true;
}

}  // namespace

void UnitOfWork::undo_write() {
  while (undo_.size() > prepared_) {
    const Undo& last = undo_.back();
    last.cell.write(*last.state, last.column);
    undo_.pop_back();
  }
  for (State* s : got_id_) {
    Cell().write(*s, s->mapper->keys.front());
    s->clear(State::has_id);
  }
  got_id_.clear();
  nulled_.clear();
  taken_.clear();
  changes_.clear();
  arrivals_.clear();
  erased_.clear();
  effects_.clear();
  by_columns_.clear();
  arriving_.clear();
}

void UnitOfWork::write(
    Writing& writing,
    const std::function<void(engine::ChangeSet&, const engine::FlushOptions&)>& apply) {
  undo_write();
  check_reads_in(writing);
  assign_keys(writing);
  propagate();
  engine::ChangeSet changes = writing.changes();
  for (State* s : core_.work.stored()) {
    if (s->life != Life::persistent || !s->is(State::erased)) continue;
    key_.clear();
    Core::append_stored_key(*s, key_);
    changes.add(writing.codec(*s->mapper->descriptor).table().ordinal, engine::ChangeKind::erase,
                key_.view(), {}, s->hash);
    erased_.push_back(s);
  }
  stamp(writing);
  changes_.reserve(core_.work.size());
  each_fetched(core_.work.states(), [&](State& s) {
    if (s.in_session() && !s.is(State::erased | State::expired)) add_row(writing, changes, s);
  });
  add_links(writing, changes);
  if (changes.empty()) return;
  mappers_.assign(writing.schema().tables().size(), {});
  const auto note = [&](std::uint32_t table, ByteView key, ByteView row) {
    note_effect(writing, table, key, row);
  };
  const engine::RowOutcome outcome = note;
  engine::FlushOptions options;
  if (!erased_.empty()) options.outcome = &outcome;  // only deletes reach other rows
  try {
    apply(changes, options);
  } catch (const StaleDataError& error) {
    explain_stale(writing, error);
  }
  if (options.outcome == nullptr) return;
  for (const auto& [where, at] : arrivals_)
    if (!changes_[at].arrived) effects_.push_back({changes_[at].state, {}});
}

// ---- keys

void UnitOfWork::assign_keys(Writing& writing) {
  // Those that were given first: none of them is given again.
  std::vector<State*> unset;
  each_fetched(core_.work.states(), [&](State& s) {
    if (s.life != Life::pending && !(s.life == Life::persistent && s.is(State::moved))) return;
    const EntityCodec& codec = writing.codec(*s.mapper->descriptor);
    if (!codec.table().sequence) return;
    const std::uint64_t id = codec.sequence_value(s.object());
    if (id == 0 && s.life == Life::pending)
      unset.push_back(&s);
    else if (id != 0 && !codec.is_negative(id))
      writing.seen_id(codec.table(), id);
  });
  for (State* s : unset) {
    if (takes_key(*s)) continue;
    const EntityCodec& codec = writing.codec(*s->mapper->descriptor);
    codec.set_sequence_value(s->object(), writing.next_id(codec.table()));
    s->set(State::has_id);
    got_id_.push_back(s);
  }
}

// Sets what the child refers to; true where that changed its key.
bool UnitOfWork::refer(State& child, const Link& l, State* parent) {
  if (parent != nullptr && refers_to(child, l, *parent)) return false;
  if (parent == nullptr && refers_to_nothing(child, l)) {
    nulled_.emplace_back(&child, &l);
    return false;
  }
  bool key_changes = false;
  for (const Link::Column& c : l.columns) {
    remember(child, c.child);
    for (const std::size_t key : child.mapper->keys) key_changes = key_changes || key == c.child;
  }
  write_reference(child, l, parent);
  if (parent == nullptr) nulled_.emplace_back(&child, &l);
  if (l.many && l.inverse == nullptr) taken_.emplace_back(&child, &l);
  child.set(State::touched);
  core_.list(child);
  return key_changes;
}

// Removals first: a child that moves to another parent keeps the new one's key, whichever side
// knows of it.
bool UnitOfWork::propagate_once(bool removals) {
  bool keys_changed = false;
  for (std::size_t n = 0; n < core_.work.size(); ++n) {
    State& s = *core_.work[n];
    if (!s.in_session() || !s.is(State::related | State::moved)) continue;
    for (const Link& l : s.mapper->links) {
      if (l.rows || l.columns.empty()) continue;
      const Slot& r = slot(s, l);
      if (l.local) {
        if (!removals && (r.flags & Slot::changed) != 0)
          keys_changed = refer(s, l, lasting_target(s, l)) || keys_changed;
        continue;
      }
      if (r.at == nullptr) continue;
      State* const parent = s.is(State::erased) ? nullptr : &s;
      if (!l.many) {
        const bool moved = s.is(State::moved) && parent != nullptr;
        if (!removals && (((r.flags & Slot::changed) != 0 && l.inverse == nullptr) ||
                          (moved && !refers_to(*r.one(), l, s))))
          keys_changed = refer(*r.one(), l, parent) || keys_changed;
        continue;
      }
      const Collection& c = *r.many();
      if (l.inverse == nullptr) {
        if (removals) {
          for (State* t : c.removed)
            if (t->in_session()) keys_changed = refer(*t, l, nullptr) || keys_changed;
        } else {
          for (State* t : c.added) keys_changed = refer(*t, l, parent) || keys_changed;
        }
      }
      // The owner's key has changed.
      if (!removals && parent != nullptr && c.loaded && s.is(State::moved))
        for (State* t : c.items)
          if (t->is(State::listed) && !t->is(State::erased))
            keys_changed = refer(*t, l, parent) || keys_changed;
    }
  }
  return keys_changed;
}

void UnitOfWork::propagate() {
  if (core_.work.has(Mapper::one_sided)) (void)propagate_once(true);
  int round = 0;
  while (propagate_once(false))
    if (++round == most_rounds)
      throw UsageError("keys that are taken from references depend on each other in a circle");
}

// ---- rows

// Versions and on_update columns of the rows that changed. A column that the program set itself
// keeps what it was given: that needs the stored row.
void UnitOfWork::stamp(Writing& writing) {
  if (!core_.work.has(Mapper::stamped)) return;
  std::vector<State*> changed;
  for (State* s : core_.work) {
    if (!s->in_session() || s->is(State::erased | State::expired)) continue;
    if ((s->mapper->traits() & Mapper::stamped) == 0) continue;
    if (s->life == Life::pending) {
      start_version(writing, *s);
      continue;
    }
    if (core_.changed(*s)) changed.push_back(s);
  }
  if (changed.empty()) return;
  std::vector<std::string> keys;
  std::vector<storage::GetRequest> requests;
  keys.reserve(changed.size());
  for (const State* s : changed) {
    key_.clear();
    Core::append_stored_key(*s, key_);
    keys.emplace_back(key_.view());
    requests.push_back({writing.codec(*s->mapper->descriptor).table().keyspace(), keys.back()});
  }
  struct Stored {
    State* state;
    std::unique_ptr<State, void (*)(State*) noexcept> row;
  };
  std::vector<Stored> stored;
  writing.reader().get_many(requests, [&](std::size_t n, std::optional<ByteView> row) {
    State& s = *changed[n];
    if (!row) return;  // stale: the engine says so
    std::unique_ptr<State, void (*)(State*) noexcept> old(s.mapper->make(), s.mapper->destroy);
    const auto& codec = writing.schema().codec(*s.mapper->descriptor);
    if (codec.decode(old->object(), keys[n], *row) == s.hash)  // else stale as well
      stored.push_back({&s, std::move(old)});
  });
  for (const auto& [s, old] : stored)
    for (std::size_t i = 0; i < s->mapper->columns.size(); ++i) {
      const detail::FieldFacts& facts = *s->mapper->columns[i]->facts;
      const auto give = facts.next_version != nullptr ? facts.next_version : facts.give_on_update;
      if (give == nullptr) continue;
      if (facts.next_version == nullptr && !(Cell(*s, i) == Cell(*old, i))) continue;
      remember(*s, i);
      if (facts.next_version != nullptr) Cell(*old, i).write(*s, i);
      give(member(*s, i));
    }
}

// Of a new object: the first version, or the one after that of the row it replaces.
void UnitOfWork::start_version(Writing& writing, State& s) {
  const std::size_t column = s.mapper->version;
  if (column == Link::none) return;
  const detail::FieldFacts& facts = *s.mapper->columns[column]->facts;
  if (facts.next_version == nullptr) return;
  key_.clear();
  writing.codec(*s.mapper->descriptor).encode_key(s.object(), key_);
  const State* replaced = core_.known(*s.mapper, key_.view());
  remember(s, column);
  if (replaced != nullptr && replaced->is(State::erased)) Cell(*replaced, column).write(s, column);
  facts.next_version(member(s, column));
}

void UnitOfWork::refuse(engine::ChangeSet& changes, const State& s,
                        const engine::CompiledTable& table, ByteView key,
                        std::vector<engine::ColumnFault>& faults) {
  std::vector<Violation> broken;
  for (const engine::ColumnFault& f : faults)
    broken.push_back(engine::column_violation(table, f.column, f.fault.code,
                                              std::string(s.mapper->name) + ": " + f.fault.detail));
  faults.clear();
  changes.refuse(std::move(broken), key_is_unset(s) ? "(new)" : table.key_text(key));
}

// References that lead nowhere though their columns may not be null: said as such, not as a
// missing parent 0.
void UnitOfWork::find_nulls(const State& s, const engine::CompiledTable& table) {
  for (const Link& l : s.mapper->links) {
    if (!l.local || l.columns.empty()) continue;
    const bool assigned = (slot(s, l).flags & Slot::changed) != 0;
    if (!refers_to_nothing(s, l)) continue;
    bool said = false;
    for (const Link::Column& c : l.columns) {
      if (codec_of(s, c.child).set_null != nullptr || said) continue;
      // A column that belongs to the key or is shared may have its value from elsewhere.
      const bool zero = assigned || l.target().narrow_key;
      if (!zero) continue;
      faults_.push_back({table.column(s.mapper->columns[c.child]->name),
                         {ErrorCode::not_null, std::string(l.name) + " is not set"}});
      said = true;
    }
  }
  for (const auto& [child, l] : nulled_) {
    if (child != &s || l->local || !refers_to_nothing(s, *l)) continue;
    for (const Link::Column& c : l->columns)
      if (codec_of(s, c.child).set_null == nullptr) {
        const std::uint32_t column = table.column(s.mapper->columns[c.child]->name);
        const bool said = std::any_of(faults_.begin(), faults_.end(),
                                      [&](const auto& f) { return f.column == column; });
        if (!said)
          faults_.push_back({column, {ErrorCode::not_null, "it was taken out of " + named(*l)}});
      }
  }
}

void UnitOfWork::add_row(Writing& writing, engine::ChangeSet& changes, State& s) {
  const EntityCodec& codec = writing.codec(*s.mapper->descriptor);
  const engine::CompiledTable& table = codec.table();
  key_.clear();
  row_.clear();
  codec.encode_key(s.object(), key_);
  if (key_.size() > storage::max_key_size)
    throw CapacityError("table " + table.name() + ": a primary key of " +
                            std::to_string(key_.size()) + " bytes; at most 511 are allowed",
                        storage::max_key_size, key_.size());
  ++core_.counts.encoded;
  const auto [row, hash] = codec.encode_row(s.object(), key_.view(), row_, faults_);
  const bool is_new = s.life == Life::pending;
  if (!is_new && faults_.empty() && hash == s.hash) return;
  if (s.mapper->references) {
    has_references_ = true;
    if (!assigns_all(s)) by_columns_.push_back(&s);
  }
  find_nulls(s, table);
  if (!faults_.empty()) return refuse(changes, s, table, key_.view(), faults_);
  if (is_new) {
    if (!is_let_go(s)) {
      const std::uint32_t map = s.mapper->identity();
      if (map >= arriving_.size()) arriving_.resize(map + 1);
      ++arriving_[map];
    }
    changes.add(table.ordinal, engine::ChangeKind::insert, key_.view(), row);
    changes_.push_back({&s, hash, true, false});
    return;
  }
  Buffer old;
  Core::append_stored_key(s, old);
  s.place = static_cast<std::uint32_t>(changes_.size());
  if (old.view() == key_.view()) {
    changes.add(table.ordinal, engine::ChangeKind::update, key_.view(), row, s.hash);
    changes_.push_back({&s, hash, false, false});
  } else {
    add_moved(writing, changes, s, table, old.view(), key_.view(), row);
    arrivals_[{s.mapper, std::string(key_.view())}] = changes_.size();
    changes_.push_back({&s, hash, false, true});
  }
}

// As a patch of all columns: a row that moves keeps what refers to it, if that moves along.
void UnitOfWork::add_moved(Writing& writing, engine::ChangeSet& changes, State& s,
                           const engine::CompiledTable& table, ByteView old_key, ByteView key,
                           ByteView row) {
  Buffer patch;
  engine::append_row_patch(patch, table, writing.codec(*s.mapper->descriptor).ordinals(), key, row);
  changes.add(table.ordinal, engine::ChangeKind::patch, old_key, patch.view(), s.hash);
}

// ---- many-to-many

std::string UnitOfWork::referenced_key(Writing& writing, const State& s,
                                       const engine::CompiledForeignKey& fk) {
  Buffer out;
  const EntityCodec& codec = writing.codec(*s.mapper->descriptor);
  if (fk.referenced_index == engine::none)
    codec.encode_key(s.object(), out);
  else
    (void)codec.append_unique(s.object(), fk.referenced_index, out);
  return std::string(out.view());
}

// As referenced_key, of the stored row.
std::string UnitOfWork::stored_reference(Writing& writing, const State& s,
                                         const engine::CompiledForeignKey& fk) {
  if (s.life != Life::persistent || fk.referenced_index != engine::none)
    return referenced_key(writing, s, fk);
  Buffer out;
  Core::append_stored_key(s, out);
  return std::string(out.view());
}

// Both sides queue the same pair: it is told once, by the order of the foreign keys. Rows follow an
// end that moved to another key.
void UnitOfWork::gather_pairs(Writing& writing, State& s, const Link& l, Pairs& pairs) {
  const Slot& r = slot(s, l);
  if (r.at == nullptr) return;
  const Collection& c = *r.many();
  const Road& way = core_.road(l);
  const auto& keys = way.join.owner->foreign_keys;
  const std::uint32_t here = way.join.foreign_key;
  const std::uint32_t there = way.target_key;
  const std::uint32_t table = writing.schema().require(way.join.owner->name()).ordinal;
  const std::string mine = referenced_key(writing, s, keys[here]);
  const std::string stored = stored_reference(writing, s, keys[here]);
  const bool moved = stored != mine && !s.is(State::erased);
  if (c.added.empty() && c.removed.empty() && !moved) return;
  auto& of = pairs[{table, std::min(here, there), std::max(here, there)}];
  const auto tell = [&](const std::string& one, std::string other, bool add) {
    // A pair that goes from under one key may come under the same from another.
    bool& there_is = of[here < there ? std::pair(one, other) : std::pair(other, one)];
    there_is = there_is || add;
  };
  const auto gone = [&](const State& t) {
    tell(stored, stored_reference(writing, t, keys[there]), false);
  };
  for (const State* t : c.removed)
    if (t->life == Life::persistent) gone(*t);
  if (s.is(State::erased)) return;
  for (const State* t : c.added)
    if (!t->is(State::erased)) tell(mine, referenced_key(writing, *t, keys[there]), true);
  if (!moved) return;
  for (const State* t : c.items) {
    if (c.added.contains(t)) continue;
    gone(*t);
    if (!t->is(State::erased)) tell(mine, referenced_key(writing, *t, keys[there]), true);
  }
}

void UnitOfWork::add_links(Writing& writing, engine::ChangeSet& changes) {
  if (!core_.work.has(Mapper::has_rows)) return;
  Pairs pairs;
  for (State* s : core_.work)
    if (s->in_session())
      for (const Link& l : s->mapper->links)
        if (l.rows) gather_pairs(writing, *s, l, pairs);
  for (const auto& [where, of] : pairs) {
    std::vector<engine::LinkChange> list;
    for (const auto& [pair, add] : of) list.push_back({pair.first, pair.second, add});
    const auto& [table, first, second] = where;
    engine::link_rows(writing, changes, writing.schema().table(table), first, second, list);
  }
}

// ---- what came of it

// A row that a referential action took or changed, also one that this flush wrote.
void UnitOfWork::note_effect(Writing& writing, std::uint32_t table, ByteView key, ByteView row) {
  const auto is = [&](std::uint64_t hash) {
    return writing.schema().table(table).row_hash(key, row) == hash;
  };
  if (mappers_[table].empty())
    for (const Mapper* m : core_.mappers_of(writing.schema().table(table).name()))
      mappers_[table].push_back(m);
  if (row.data() != nullptr && !arrivals_.empty())
    for (const Mapper* m : mappers_[table])
      if (const auto at = arrivals_.find({m, std::string(key)}); at != arrivals_.end()) {
        Change& c = changes_[at->second];
        c.arrived = true;
        if (!is(c.hash)) effects_.push_back({c.state, std::string(row)});
        return;
      }
  for (const Mapper* m : mappers_[table]) {
    State* s = core_.known(*m, key);
    if (s == nullptr) continue;
    const bool ours = s->place < changes_.size() && changes_[s->place].state == s;
    if (ours && changes_[s->place].moves) return;  // this was its key
    if (row.data() == nullptr) {
      if (!s->is(State::erased)) effects_.push_back({s, {}});
      return;
    }
    if (s->is(State::erased)) return;  // replaced by a new object of ours
    if (is(ours ? changes_[s->place].hash : s->hash)) return;
    effects_.push_back({s, std::string(row)});
    return;
  }
}

// Names the columns that another writer changed, as far as this session's own view still has the
// row that was read.
void UnitOfWork::explain_stale(Writing& writing, const StaleDataError& error) {
  std::vector<StaleDataError::Row> rows = error.rows();
  for (StaleDataError::Row& told : rows) {
    for (State* s : core_.work) {
      if (told.gone || s->life != Life::persistent) continue;
      const engine::CompiledTable& table = writing.codec(*s->mapper->descriptor).table();
      key_.clear();
      Core::append_stored_key(*s, key_);
      if (table.name() != told.table || table.key_text(key_.view()) != told.key) continue;
      const auto now = writing.reader().get(table.keyspace(), key_.view());
      const auto then = core_.seen_row(*s->mapper, key_.view());
      if (!now || !then || table.row_hash(key_.view(), *then) != s->hash) break;
      const format::RowView a(table.layout, *now);
      const format::RowView b(table.layout, *then);
      for (const std::uint32_t c : table.row_columns) {
        const auto& slot_of = table.columns[c].slot;
        if (a.is_null(slot_of) != b.is_null(slot_of) ||
            (!a.is_null(slot_of) && a.column(slot_of) != b.column(slot_of)))
          told.columns.push_back(table.columns[c].column->name);
      }
      break;
    }
  }
  throw StaleDataError(std::move(rows));
}

// Every object that was read must still be what it was.
void UnitOfWork::check_reads_in(Writing& writing) {
  if (!core_.reads_checked) return;
  std::vector<State*> held;
  core_.each([&](State& s) {
    if (s.life == Life::persistent && !s.is(State::expired)) held.push_back(&s);
  });
  std::vector<std::string> keys;
  keys.reserve(held.size());
  std::vector<storage::GetRequest> requests;
  for (const State* s : held) {
    key_.clear();
    Core::append_stored_key(*s, key_);
    keys.emplace_back(key_.view());
    requests.push_back({writing.codec(*s->mapper->descriptor).table().keyspace(), keys.back()});
  }
  std::vector<StaleDataError::Row> stale;
  writing.reader().get_many(requests, [&](std::size_t n, std::optional<ByteView> row) {
    const auto& table = writing.schema().codec(*held[n]->mapper->descriptor).table();
    if (row && table.row_hash(keys[n], *row) == held[n]->hash) return;
    stale.push_back({table.name(), table.key_text(keys[n]), !row, {}});
  });
  if (!stale.empty()) throw StaleDataError(std::move(stale));
}

}  // namespace kindred::session
