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

// The state after one more change of the same key; a row without key has seen none yet.
void Flush::fold(const CompiledTable& table, const Change& c, NetRow& row) {
  const bool first = row.key.data() == nullptr;
  row.key = c.key;
  row.position = c.position;
  const bool present = !first && !row.erased();
  const auto full = [&](NetState state) {
    row.state = state;
    row.new_row = c.row;
    row.patch = {};
  };
  switch (c.kind) {
    case ChangeKind::insert:
      if (first) return full(NetState::insert);
      if (present) {
        Violation v = violation(ErrorCode::duplicate_key, table, row);
        v.detail = "inserted twice";
        changes_.violations().add(std::move(v));
        return;
      }
      return full(row.state == NetState::nothing ? NetState::insert : NetState::update);
    case ChangeKind::put:
      if (first) return full(NetState::upsert);
      if (present) return full(row.state);
      return full(row.state == NetState::nothing ? NetState::insert : NetState::update);
    case ChangeKind::update:
    case ChangeKind::patch:
      if (!first && !present) break;
      if (c.kind == ChangeKind::update) return full(first ? NetState::update : row.state);
      if (first) row.state = NetState::update;
      if (row.patch.data() || !row.new_row.data()) {
        Buffer both;
        both.append(row.patch);
        both.append(c.row);
        row.patch = changes_.arena().keep(both.view());
      } else {
        row.patch = c.row;  // over a whole row: resolved with the others
      }
      return;
    case ChangeKind::erase:
      if (!first && !present) break;
      row.state = !first && row.state == NetState::insert ? NetState::nothing : NetState::erase;
      row.new_row = {};
      row.patch = {};
      return;
  }
  Violation v = violation(ErrorCode::missing_row, table, row);
  v.detail = "erased earlier in the same unit of work";
  changes_.violations().add(std::move(v));
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
    if (found) row.old_row = hold(*found);
    if (row.state == NetState::upsert) {
      row.state = found ? NetState::update : NetState::insert;
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
      row.patch = {};
    }
  });
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
void Flush::resolve_patch(const CompiledTable& table, NetRow& row, std::vector<NetRow>& moved) {
  if (!row.patch.data() || row.erased()) return;
  const ByteView base = row.new_row.data() ? row.new_row : row.old_row;
  const auto [key, bytes] = rebuild(table, row.key, base, row.patch);
  row.patch = {};
  if (key == row.key) {
    row.new_row = bytes;
    return;
  }
  NetRow next;
  next.key = key;
  next.new_row = bytes;
  next.position = row.position;
  moved.push_back(next);
  row.state = row.state == NetState::insert ? NetState::nothing : NetState::erase;
  row.moved = row.state == NetState::erase;
  row.new_row = {};
}

void Flush::place_moved(const CompiledTable& table, std::vector<NetRow>& moved) {
  TableNet& net = net_[table.ordinal];
  for (NetRow& next : moved) {
    const std::uint32_t at = find(table.ordinal, next.key);
    if (at == none) {
      append(table.ordinal, next);
      continue;
    }
    NetRow& there = net.rows[at];
    if (!there.erased()) {
      Violation v = violation(ErrorCode::duplicate_key, table, next);
      v.detail = "a row moves to a key that is taken";
      changes_.violations().add(std::move(v));
      continue;
    }
    there.state = there.state == NetState::erase ? NetState::update : NetState::insert;
    there.moved = false;
    there.new_row = next.new_row;
    there.position = next.position;
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
