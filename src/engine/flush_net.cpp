#include <algorithm>
#include <array>

#include "engine/flush.hpp"
#include "engine/sorting.hpp"
#include "format/bytes.hpp"

namespace kindred::engine {

Flush::Flush(const Schema& schema, storage::Reader& reader, storage::Capabilities capabilities,
             ChangeSet& changes, const FlushOptions& options)
    : schema_(schema),
      reader_(reader),
      changes_(changes),
      options_(options),
      stable_(capabilities.stable_views),
      net_(schema.tables().size()),
      whole_keys_(schema.tables().size()) {}

void Flush::net() {
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const TableChanges& from = changes_.tables()[t];
    const CompiledTable& table = schema_.table(t);
    TableNet& net = net_[t];
    if (from.changes.empty()) continue;
    net.source = TableNet::everywhere;
    net.rows.reserve(from.changes.size());
    if (from.ascending) {
      for (const Change& c : from.changes) fold(table, c, net.rows.emplace_back());
      continue;
    }
    const auto order =
        sorted_order(from.changes.size(), [&](std::uint32_t i) { return from.changes[i].key; });
    const Change* last = nullptr;
    for (const std::uint32_t i : order) {
      const Change& c = from.changes[i];
      if (!last || last->key != c.key) net.rows.emplace_back();
      fold(table, c, net.rows.back());
      last = &c;
    }
  }
}

NetExtra& Flush::extra(std::uint32_t table, NetRow& row) {
  TableNet& net = net_[table];
  if (row.extra == none) {
    row.extra = static_cast<std::uint32_t>(net.extras.size());
    net.extras.emplace_back();
  }
  return net.extras[row.extra];
}

// A later patch wins over an earlier one.
void Flush::add_patch(std::uint32_t table, NetRow& row, ByteView patch) {
  NetExtra& e = extra(table, row);
  if (e.patch.data()) {
    Buffer both;
    both.append(e.patch);
    both.append(patch);
    e.patch = changes_.arena().keep(both.view());
  } else {
    e.patch = patch;
  }
}

// The state after one more change of the same key; a row without key has seen none yet.
void Flush::fold(const CompiledTable& table, const Change& c, NetRow& row) {
  const bool first = row.key.data() == nullptr;
  row.key = c.key;
  row.position = c.position;
  const bool present = !first && !row.erased();
  const auto forget = [&](NetRow& of) {
    if (of.extra == none) return;
    NetExtra& e = extra(table.ordinal, of);
    const bool doubled = e.doubled;  // what was wrong stays wrong
    const std::uint64_t asked = e.expected;
    e = {};
    e.doubled = doubled;
    e.expected = asked;
  };
  const auto whole = [&](NetState state) {
    row.state = state;
    row.new_row = c.row;
    forget(row);
  };
  const auto anew = [&] {
    return row.state == NetState::nothing   ? NetState::insert
           : row.state == NetState::discard ? NetState::upsert
                                            : NetState::update;
  };
  if (c.expected != 0 && c.kind >= ChangeKind::update &&
      (first || (row.state != NetState::insert && row.state != NetState::nothing))) {
    NetExtra& e = extra(table.ordinal, row);
    if (e.expected == 0) e.expected = c.expected;
  }
  switch (c.kind) {
    case ChangeKind::insert:
      if (first) return whole(NetState::insert);
      return present ? fold_insert(table, c, row) : whole(anew());
    case ChangeKind::put:
      if (first) return whole(NetState::upsert);
      return whole(present ? row.state : anew());
    case ChangeKind::update:
      if (first) return whole(NetState::update);
      if (present) return whole(row.state);
      break;
    case ChangeKind::patch:
      if (first) row.state = NetState::update;
      if (first || present) return fold_patch(table, c, row);
      break;
    case ChangeKind::erase:
      if (!first && !present) break;
      row.state = first                           ? NetState::erase
                  : row.state == NetState::insert ? NetState::nothing
                  : row.state == NetState::upsert ? NetState::discard
                                                  : NetState::erase;
      row.new_row = {};
      forget(row);
      return;
  }
  Violation v = violation(ErrorCode::missing_row, table, row);
  v.detail = "erased earlier in the same unit of work";
  changes_.violations().add(std::move(v));
}

// An insert of a key that is there already, unless a patch just moved that row away.
void Flush::fold_insert(const CompiledTable& table, const Change& c, NetRow& row) {
  if (row.extra != none) {
    NetExtra& e = extra(table.ordinal, row);
    if (e.leaves && !e.next_row.data()) {
      e.next_row = c.row;
      return;
    }
  }
  if (row.state == NetState::update) {
    extra(table.ordinal, row).doubled = true;  // said only if the row is there
    return;
  }
  Violation v = violation(ErrorCode::duplicate_key, table, row);
  v.detail = "inserted twice";
  changes_.violations().add(std::move(v));
}

void Flush::fold_patch(const CompiledTable& table, const Change& c, NetRow& row) {
  add_patch(table.ordinal, row, c.row);
  ByteView items = c.row;
  while (!items.empty())
    if (table.columns[take_patch(items).column].in_key()) extra(table.ordinal, row).leaves = true;
}

// Whether the stored row is the one that the writer read, where that was asked.
bool Flush::expected(std::uint32_t t, const NetRow& row, std::optional<ByteView> found) {
  const std::uint64_t asked = row.extra == none ? 0 : net_[t].extras[row.extra].expected;
  if (asked == 0 || (found && schema_.table(t).row_hash(row.key, *found) == asked)) return true;
  StaleDataError::Row stale;
  stale.table = schema_.table(t).name();
  stale.key = schema_.table(t).key_text(row.key);
  stale.gone = !found;
  stale_.push_back(std::move(stale));
  return false;
}

// One batch for every row that a change must find (or must not).
void Flush::fetch_user_rows() {
  std::vector<storage::GetRequest> requests;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i) {
      const NetRow& row = net_[t].rows[i];
      if (row.state == NetState::insert) continue;
      requests.push_back({schema_.table(t).keyspace(), row.key});
      rows.emplace_back(t, i);
    }
  }
  if (requests.empty()) return;
  reader_.get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
    const CompiledTable& table = schema_.table(rows[i].first);
    NetRow& row = net_[rows[i].first].rows[rows[i].second];
    if (!expected(rows[i].first, row, found)) return;
    if (found) row.old_row = hold(*found);
    if (row.state == NetState::upsert) {
      row.state = found ? NetState::update : NetState::insert;
    } else if (row.state == NetState::discard) {
      row.state = found ? NetState::erase : NetState::nothing;
    } else if (row.state == NetState::nothing) {
      if (!found) return;
      Violation v = violation(ErrorCode::duplicate_key, table, row);
      v.detail = "the key exists already";
      changes_.violations().add(std::move(v));
    } else if (!found) {
      Violation v = violation(ErrorCode::missing_row, table, row);
      v.detail = "there is no row with this key";
      changes_.violations().add(std::move(v));
      row.state = NetState::nothing;
    } else if (row.extra != none && extra(rows[i].first, row).doubled) {
      Violation v = violation(ErrorCode::duplicate_key, table, row);
      v.detail = "the key exists already";
      changes_.violations().add(std::move(v));
    }
  });
  if (!stale_.empty()) throw StaleDataError(std::move(stale_));
}

// The stored rows of net rows that came by an index; one that is not there is damage.
void Flush::fetch_old(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& wanted) {
  if (wanted.empty()) return;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted;
  const auto order = sorted_order(wanted.size(), [&](std::uint32_t i) {
    return net_[wanted[i].first].rows[wanted[i].second].key;
  });
  sorted.reserve(wanted.size());
  for (std::uint32_t i : order) sorted.push_back(wanted[i]);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<storage::GetRequest> requests;
  requests.reserve(sorted.size());
  for (const auto& [t, i] : sorted)
    requests.push_back({schema_.table(t).keyspace(), net_[t].rows[i].key});
  reader_.get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
    const auto [t, r] = sorted[i];
    if (!found)
      throw CorruptionError(
          "table " + schema_.table(t).name() + " " + schema_.table(t).key_text(net_[t].rows[r].key),
          "an index names a row that is not there (run kindred check)");
    net_[t].rows[r].old_row = hold(*found);
  });
}

// Key and row with the patch laid over them, in the arena.
std::pair<ByteView, ByteView> Flush::rebuild(const CompiledTable& table, ByteView key, ByteView row,
                                             ByteView patch) {
  std::vector<std::optional<PatchItem>> set(table.columns.size());
  bool key_changes = false;
  while (!patch.empty()) {
    const PatchItem item = take_patch(patch);
    set[item.column] = item;
    key_changes = key_changes || table.columns[item.column].in_key();
  }
  const RowView old(table.layout, row);
  Buffer scratch;
  ByteView new_key = key;
  if (key_changes) {
    Buffer made;
    for (std::size_t i = 0; i < table.key_columns.size(); ++i) {
      const std::uint32_t c = table.key_columns[i];
      ByteView value;
      if (set[c])
        value = set[c]->bytes;
      else
        (void)table.column_bytes(c, key, old, scratch, value);
      format::append_key_part(made, table.key_parts[i], value, i + 1 == table.key_columns.size());
    }
    new_key = changes_.arena().keep(made.view());
  }
  Buffer out;
  format::RowBuilder builder(table.layout, out);
  for (const std::uint32_t c : table.row_columns) {
    const Slot& slot = table.columns[c].slot;
    const bool null = set[c] ? set[c]->null : old.is_null(slot);
    if (slot.width) {
      if (null)
        builder.set_null(slot);
      else
        std::memcpy(builder.row() + slot.offset, set[c] ? set[c]->bytes.data() : old.fixed(slot),
                    slot.width);
    } else {
      if (null)
        builder.set_null(slot);
      else
        out.append(set[c] ? set[c]->bytes : old.variable(slot.variable));
      builder.end_variable(slot.variable);
    }
  }
  return {new_key, changes_.arena().keep(builder.finish(new_key))};
}

// Turns the patch of a row into a whole row. One whose key changes leaves its place.
void Flush::resolve_patch(const CompiledTable& table, std::uint32_t at, std::vector<Moved>& moved) {
  TableNet& net = net_[table.ordinal];
  NetRow& row = net.rows[at];
  const ByteView patch = patch_of(table.ordinal, row);
  if (!patch.data() || row.erased()) return;
  NetExtra& e = extra(table.ordinal, row);
  const ByteView base = row.new_row.data() ? row.new_row : row.old_row;
  const auto [key, bytes] = rebuild(table, row.key, base, patch);
  e.patch = {};
  if (key == row.key) {
    row.new_row = bytes;
    if (e.next_row.data()) {  // it did not leave after all
      Violation v = violation(ErrorCode::duplicate_key, table, row);
      v.detail = "inserted twice";
      changes_.violations().add(std::move(v));
    }
    return;
  }
  Moved next{at, {}};
  next.row.key = key;
  next.row.new_row = bytes;
  next.row.position = row.position;
  moved.push_back(next);
  if (e.next_row.data()) {
    row.new_row = e.next_row;
    return;
  }
  row.moved = row.state != NetState::insert;
  row.state = row.moved ? NetState::erase : NetState::nothing;
  row.new_row = {};
}

void Flush::place_moved(const CompiledTable& table, std::vector<Moved>& moved) {
  TableNet& net = net_[table.ordinal];
  for (const Moved& next : moved) {
    std::uint32_t at = find(table.ordinal, next.row.key);
    if (at == none) {
      at = append(table.ordinal, next.row);
      net.rows[at].arrived = true;
    } else if (NetRow& there = net.rows[at]; there.erased()) {
      there.state = there.state == NetState::erase ? NetState::update : NetState::insert;
      there.moved = false;
      there.new_row = next.row.new_row;
      there.position = next.row.position;
    } else {
      Violation v = violation(ErrorCode::duplicate_key, table, next.row);
      v.detail = "a row moves to a key that is taken";
      changes_.violations().add(std::move(v));
      continue;
    }
    if (net.rows[next.from].moved) extra(table.ordinal, net.rows[next.from]).moved_to = at;
  }
  moved.clear();
}

std::uint32_t Flush::find(std::uint32_t table, ByteView key) {
  TableNet& net = net_[table];
  if (net.rows.empty()) return none;
  if (!net.mapped) {
    for (std::uint32_t i = 0; i < net.rows.size(); ++i) net.map.insert(net.rows[i].key, i);
    net.mapped = true;
  }
  return net.map.find(key, [&](std::uint32_t i) { return net.rows[i].key; });
}

std::uint32_t Flush::append(std::uint32_t table, NetRow row) {
  TableNet& net = net_[table];
  const auto at = static_cast<std::uint32_t>(net.rows.size());
  if (net.mapped) net.map.insert(row.key, at);
  if (net.sorted && at && !(net.rows.back().key < row.key)) net.sorted = false;
  net.rows.push_back(row);
  return at;
}

}  // namespace kindred::engine
