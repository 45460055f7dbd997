#include <map>

#include "engine/flush.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

// Scans in one storage call; bounds what the requests of one level cost in memory.
constexpr std::size_t scan_batch = std::size_t{1} << 16;

std::uint64_t source_of(Reference reference) {
  return (std::uint64_t{reference.child} << 32) | reference.foreign_key;
}

}  // namespace

void Flush::touched(std::uint64_t rows) {
  touched_ += rows;
  if (options_.limit && touched_ > options_.limit)
    throw Error(ErrorCode::plan_limit, "the plan touches more than " +
                                           std::to_string(options_.limit) +
                                           " rows; raise EraseOptions::limit or erase less");
}

// The step of a foreign key behind another step. A path that comes round again stays the step that
// it was: a chain has one, however long it is.
std::size_t Flush::step(std::uint32_t table, std::size_t parent_step, const CompiledForeignKey* fk,
                        std::string action) {
  for (std::size_t at = parent_step; fk && steps_[at].foreign_key; at = steps_[at].parent)
    if (steps_[at].foreign_key == fk) return at;
  Step s;
  s.table = table;
  s.foreign_key = fk;
  s.parent = parent_step;
  s.shown.table = schema_.table(table).name();
  s.shown.action = std::move(action);
  if (fk) {
    s.shown.foreign_key = fk->key->name;
    s.shown.level = steps_[parent_step].shown.level + 1;
    s.shown.because = steps_[parent_step].shown.because + " <- " + s.shown.table + "." +
                      detail::join(fk->key->columns, ",");
  } else {
    s.shown.because = s.shown.table;
  }
  steps_.push_back(std::move(s));
  return steps_.size() - 1;
}

void Flush::actions() {
  std::vector<Group> frontier;
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    touched(net_[t].rows.size());
    Group group{t, 0, {}};
    for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i)
      if (net_[t].rows[i].state == NetState::erase && !net_[t].rows[i].moved)
        group.rows.push_back(i);
    if (group.rows.empty()) continue;
    group.step = step(t, 0, nullptr, "delete");
    steps_[group.step].shown.rows = group.rows.size();
    frontier.push_back(std::move(group));
  }
  while (!frontier.empty()) {
    std::vector<Group> next;
    seek_children(frontier, next);
    std::erase_if(next, [](const Group& g) { return g.rows.empty(); });
    frontier = std::move(next);
  }
  finish_patches();
  note_vanished();
}

// What the children of a row refer to: its primary key, or that of a unique index. No data:
// nothing.
ByteView Flush::referenced_key(const CompiledForeignKey& fk, const NetRow& parent) {
  if (fk.referenced_index == none) return parent.key;
  Buffer out;
  const CompiledTable& table = schema_.table(fk.parent);
  if (!table.append_index_key(out, fk.referenced_index, parent.key,
                              RowView(table.layout, parent.old_row)))
    return {};
  return changes_.arena().keep(out.view());
}

void Flush::seek_children(std::vector<Group>& frontier, std::vector<Group>& next) {
  // Rows whose unique values are referred to have to be known before their children are looked for.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted;
  for (const Group& group : frontier) {
    bool by_unique = false;
    for (const Reference& r : schema_.table(group.table).referenced_by)
      by_unique =
          by_unique || schema_.table(r.child).foreign_keys[r.foreign_key].referenced_index != none;
    if (!by_unique) continue;
    for (const std::uint32_t i : group.rows)
      if (!net_[group.table].rows[i].old_row.data()) wanted.emplace_back(group.table, i);
  }
  fetch_old(wanted);

  edges_.clear();
  std::vector<storage::ScanRequest> requests;
  std::vector<Origin> origins;
  const auto scan = [&] {
    if (requests.empty()) return;
    reader_.scan_many(requests, {}, [&](std::size_t i, ByteView key, ByteView value) {
      const Reference r = edges_[origins[i].edge].reference;
      const bool in_table = schema_.table(r.child).foreign_keys[r.foreign_key].leads_key;
      return visit_child(origins[i], in_table ? key : value, in_table ? value : ByteView{}, next);
    });
    requests.clear();
    origins.clear();
  };
  // Restrict looks at what is there before this level's cascades remove anything: its scans come
  // first.
  const auto request = [&](const Group& group, const Reference& reference) {
    const CompiledTable& child = schema_.table(reference.child);
    const CompiledForeignKey& fk = child.foreign_keys[reference.foreign_key];
    edges_.push_back({reference, group.step, next.size(), none});
    if (fk.key->on_delete == OnDelete::cascade) next.push_back({reference.child, none, {}});
    for (const std::uint32_t i : group.rows) {
      const ByteView referenced = referenced_key(fk, net_[group.table].rows[i]);
      if (!referenced.data()) continue;
      if (fk.key->on_delete == OnDelete::no_action) {
        unreferenced_.push_back({group.table, i, reference, referenced});
        continue;
      }
      requests.push_back(schema_.children_of(child, fk, referenced, changes_.arena()));
      origins.push_back({group.table, i, edges_.size() - 1, referenced});
      if (requests.size() >= scan_batch) scan();
    }
  };
  for (const bool restricting : {true, false}) {
    for (const Group& group : frontier) {
      for (const Reference& reference : schema_.table(group.table).referenced_by) {
        const OnDelete action =
            schema_.table(reference.child).foreign_keys[reference.foreign_key].key->on_delete;
        if ((action == OnDelete::restrict) == restricting) request(group, reference);
      }
    }
  }
  scan();
}

// A stored child of a deleted row. False: no more of this parent's are wanted.
bool Flush::visit_child(const Origin& origin, ByteView child_key, ByteView child_row,
                        std::vector<Group>& next) {
  Edge& edge = edges_[origin.edge];
  const CompiledTable& child = schema_.table(edge.reference.child);
  const CompiledForeignKey& fk = child.foreign_keys[edge.reference.foreign_key];
  TableNet& net = net_[child.ordinal];
  std::uint32_t at = none;
  if (net.source != TableNet::nowhere && net.source != source_of(edge.reference))
    at = find(child.ordinal, child_key);
  std::uint32_t now = at;  // where the stored row is in the net state
  if (at != none) {
    if (net.rows[at].moved) now = net.extras[net.rows[at].extra].moved_to;
    if (now == at && fk.key->on_delete == OnDelete::cascade &&
        erase_below(child.ordinal, at, origin, next))
      return true;
    if (now == none || net.rows[now].erased()) return true;
    if (now == at && net.rows[at].state == NetState::insert) return true;
    if (!refers(child, edge.reference.foreign_key, net.rows[now], origin.referenced)) return true;
  }
  if (fk.key->on_delete == OnDelete::restrict) {
    still_referenced(ErrorCode::restrict, schema_.table(origin.parent),
                     net_[origin.parent].rows[origin.parent_row], child, fk, child_key);
    return false;
  }
  if (edge.step == none) {
    const OnDelete action = fk.key->on_delete;
    edge.step = step(child.ordinal, edge.parent_step, &fk,
                     action == OnDelete::cascade    ? "delete"
                     : action == OnDelete::set_null ? "set null"
                                                    : "set default");
    if (action == OnDelete::cascade) next[edge.group].step = edge.step;
  }
  ++steps_[edge.step].shown.rows;
  if (fk.key->on_delete != OnDelete::cascade)
    patch_child(origin, now, child_key, child_row);
  else if (now != at)
    erase_moved(child.ordinal, at, next[edge.group]);
  else
    erase_child(origin, at, child_key, child_row, next[edge.group]);
  return true;
}

// Takes a stored child that nothing has touched yet into the net.
std::uint32_t Flush::adopt(const Origin& origin, ByteView child_key, ByteView child_row) {
  const Edge& edge = edges_[origin.edge];
  TableNet& net = net_[edge.reference.child];
  const std::uint64_t source = source_of(edge.reference);
  if (net.source == TableNet::nowhere)
    net.source = source;
  else if (net.source != source)
    net.source = TableNet::everywhere;
  touched(1);
  NetRow row;
  row.key = changes_.arena().keep(child_key);
  if (child_row.data()) row.old_row = hold(child_row);
  row.state = NetState::update;
  return append(edge.reference.child, row);
}

void Flush::erase_child(const Origin& origin, std::uint32_t at, ByteView child_key,
                        ByteView child_row, Group& group) {
  const std::uint32_t table = edges_[origin.edge].reference.child;
  if (at == none) {
    at = adopt(origin, child_key, child_row);
    auto& whole = whole_keys_[table];
    if (whole.empty() || whole.back().data() != origin.referenced.data())
      whole.push_back(origin.referenced);
  }
  NetRow& row = net_[table].rows[at];
  row.state = NetState::erase;
  row.new_row = {};
  group.rows.push_back(at);
}

// A stored row goes from under one that moved to its key: what moved there takes its place, or goes
// too and was noted so already. False where the net has no such row.
bool Flush::erase_below(std::uint32_t table, std::uint32_t at, const Origin& origin,
                        std::vector<Group>& next) {
  NetRow& row = net_[table].rows[at];
  const Edge& edge = edges_[origin.edge];
  if (!row.arrived) return false;
  if (row.state == NetState::insert) {
    row.state = NetState::update;
  } else if (row.state == NetState::nothing) {
    row.state = NetState::erase;
    next[edge.group].rows.push_back(at);
    if (next[edge.group].step == none) next[edge.group].step = edge.parent_step;
  } else {
    return false;
  }
  below_.emplace_back(table, at);
  return true;
}

// A stored row that changed its key in this unit of work, and is to go all the same: from both
// places.
void Flush::erase_moved(std::uint32_t table, std::uint32_t at, Group& group) {
  TableNet& net = net_[table];
  NetRow& row = net.rows[at];
  NetRow& target = net.rows[net.extras[row.extra].moved_to];
  const bool covers = target.state != NetState::insert;  // a stored row that goes as well
  target.state = covers ? NetState::erase : NetState::nothing;
  target.new_row = {};
  if (covers) group.rows.push_back(net.extras[row.extra].moved_to);
  row.moved = false;
  group.rows.push_back(at);
}

void Flush::patch_child(const Origin& origin, std::uint32_t at, ByteView child_key,
                        ByteView child_row) {
  const Reference reference = edges_[origin.edge].reference;
  const CompiledTable& child = schema_.table(reference.child);
  const CompiledForeignKey& fk = child.foreign_keys[reference.foreign_key];
  if (at == none) {
    at = adopt(origin, child_key, child_row);
    net_[reference.child].source =
        TableNet::everywhere;  // another foreign key may still cascade to it
  }
  NetRow& row = net_[reference.child].rows[at];
  Buffer patch;
  for (const std::uint32_t c : fk.columns) {
    const Column& column = *child.columns[c].column;
    PatchItem item{c, true, {}};
    Buffer value;
    if (fk.key->on_delete == OnDelete::set_default && column.default_value &&
        !column.default_value->is_null()) {
      if (const auto fault = encode_value(column, *column.default_value, value))
        throw Error(ErrorCode::invalid_catalog,
                    child.name() + "." + column.name + ": its default " + fault->detail);
      item = {c, false, value.view()};
    } else if (!column.nullable) {
      continue;
    }
    append_patch(patch, item);
  }
  add_patch(reference.child, row, changes_.arena().keep(patch.view()));
  pending_.push_back(
      {reference.child, at, {origin.parent, origin.parent_row, reference, origin.referenced}});
}

// Whether a child of the net still refers to the key. One whose patch is to come does as far as is
// known.
bool Flush::refers(const CompiledTable& child, std::uint32_t fk, const NetRow& row,
                   ByteView referenced) {
  if (!row.new_row.data()) return true;
  Buffer now;
  return child.append_reference(now, fk, row.key, RowView(child.layout, row.new_row)) &&
         now.view() == referenced;
}

void Flush::finish_patches() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted = below_;
  for (const PendingPatch& p : pending_) {
    const NetRow& row = net_[p.table].rows[p.row];
    if (!row.erased() && !row.old_row.data() && row.state == NetState::update)
      wanted.emplace_back(p.table, p.row);
  }
  fetch_old(wanted);
  std::map<std::uint32_t, std::vector<Moved>> moved;
  for (const PendingPatch& p : pending_)
    resolve_patch(schema_.table(p.table), p.row, moved[p.table]);
  // A default may be the very key that goes; the row then looks unchanged.
  for (const PendingPatch& p : pending_) {
    const NetRow& row = net_[p.table].rows[p.row];
    const bool known = !unreferenced_.empty() &&
                       unreferenced_.back().referenced.data() == p.former.referenced.data() &&
                       unreferenced_.back().reference.child == p.former.reference.child &&
                       unreferenced_.back().reference.foreign_key == p.former.reference.foreign_key;
    if (!row.erased() && !known &&
        refers(schema_.table(p.table), p.former.reference.foreign_key, row, p.former.referenced))
      unreferenced_.push_back(p.former);
  }
  for (auto& [table, rows] : moved) place_moved(schema_.table(table), rows);
}

// Keys that leave the net state otherwise than by deletion: they must be unreferenced, whatever the
// action.
void Flush::note_vanished() {
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const CompiledTable& table = schema_.table(t);
    if (table.referenced_by.empty()) continue;
    for (const Reference& reference : table.referenced_by) {
      const CompiledForeignKey& fk =
          schema_.table(reference.child).foreign_keys[reference.foreign_key];
      for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i) {
        const NetRow& row = net_[t].rows[i];
        const bool unique_changed = fk.referenced_index != none && row.state == NetState::update &&
                                    row.old_row.data() && row.new_row.data();
        if (!row.moved && !unique_changed) continue;
        const ByteView before = referenced_key(fk, row);
        if (!before.data()) continue;
        if (unique_changed) {
          Buffer after;
          if (table.append_index_key(after, fk.referenced_index, row.key,
                                     RowView(table.layout, row.new_row)) &&
              after.view() == before)
            continue;
        }
        unreferenced_.push_back({t, i, reference, before});
      }
    }
  }
}

void Flush::judge_unreferenced() {
  std::vector<storage::ScanRequest> requests;
  std::vector<const Unreferenced*> origins;
  for (const Unreferenced& u : unreferenced_) {
    const CompiledTable& child = schema_.table(u.reference.child);
    const CompiledForeignKey& fk = child.foreign_keys[u.reference.foreign_key];
    const storage::Write* write = planned(schema_.referenced_keyspace(fk), u.referenced);
    if (write && write->op == storage::Write::Op::put) continue;  // another row provides the key
    requests.push_back(schema_.children_of(child, fk, u.referenced, changes_.arena()));
    origins.push_back(&u);
  }
  if (requests.empty()) return;
  reader_.scan_many(requests, {}, [&](std::size_t i, ByteView key, ByteView value) {
    const Unreferenced& u = *origins[i];
    const CompiledTable& child = schema_.table(u.reference.child);
    const CompiledForeignKey& fk = child.foreign_keys[u.reference.foreign_key];
    const ByteView child_key = fk.leads_key ? key : value;
    const std::uint32_t at = find(child.ordinal, child_key);
    if (at != none) {
      const NetRow& row = net_[child.ordinal].rows[at];
      if (row.erased() || !refers(child, u.reference.foreign_key, row, u.referenced)) return true;
    }
    still_referenced(ErrorCode::foreign_key, schema_.table(u.parent),
                     net_[u.parent].rows[u.parent_row], child, fk, child_key);
    return false;
  });
}

void Flush::still_referenced(ErrorCode code, const CompiledTable& parent, const NetRow& row,
                             const CompiledTable& child, const CompiledForeignKey& fk,
                             ByteView child_key) {
  Violation v = violation(code, parent, row);
  v.constraint = fk.key->name;
  v.columns = fk.key->referenced;
  v.detail = "still referenced by " + child.name() + " " + child.key_text(child_key) +
             " (on delete " + std::string(to_string(fk.key->on_delete)) + ")";
  changes_.violations().add(std::move(v));
}

}  // namespace kindred::engine
