#include "tests/engine/model.hpp"

namespace kindred::engine_test {
namespace {

Cell to_cell(const Value& value) {
  if (const auto* number = value.get_if<std::int64_t>()) return *number;
  if (const auto* text = value.get_if<std::string>()) return *text;
  return {};
}

bool is_null(const Cell& cell) { return cell.index() == 0; }

}  // namespace

Value to_value(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

std::string show(const Cell& cell) { return to_value(cell).to_string(); }

Model::Model(const Catalog& catalog) : catalog_(&catalog), tables_(catalog.tables.size()) {
  for (std::size_t t = 0; t < catalog.tables.size(); ++t) {
    const Table& table = catalog.tables[t];
    const auto columns = [&](std::size_t in, const std::vector<std::string>& names) {
      std::vector<std::size_t> out;
      for (const std::string& name : names) out.push_back(column(in, name));
      return out;
    };
    keys_.push_back(columns(t, table.primary_key));
    uniques_.emplace_back();
    for (const Index& index : table.indexes)
      if (index.unique) uniques_.back().push_back(columns(t, index.columns));
    for (const ForeignKey& key : table.foreign_keys) {
      std::size_t parent = 0;
      while (catalog.tables[parent].name != key.table) ++parent;
      references_.push_back(
          {t, parent, columns(t, key.columns), columns(parent, key.referenced), key.on_delete});
    }
  }
}

std::size_t Model::column(std::size_t table, const std::string& name) const {
  const auto& columns = catalog_->tables[table].columns;
  std::size_t i = 0;
  while (columns[i].name != name) ++i;
  return i;
}

Cells Model::key_of(std::size_t table, const Cells& row) const {
  Cells out;
  for (const std::size_t c : keys_[table]) out.push_back(row[c]);
  return out;
}

std::optional<Cells> Model::pick(const Cells& row, const std::vector<std::size_t>& columns) {
  Cells out;
  for (const std::size_t c : columns) {
    if (is_null(row[c])) return std::nullopt;
    out.push_back(row[c]);
  }
  return out;
}

Cells Model::complete(std::size_t table, const std::map<std::size_t, Cell>& cells) const {
  Cells out;
  const auto& columns = catalog_->tables[table].columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto given = cells.find(c);
    if (given != cells.end()) {
      out.push_back(given->second);
    } else {
      out.push_back(columns[c].default_value ? to_cell(*columns[c].default_value) : Cell());
    }
  }
  return out;
}

Verdict Model::apply(const std::vector<Change>& changes) {
  Verdict verdict;
  std::vector<NetTable> net(tables_.size());
  for (std::size_t t = 0; t < tables_.size(); ++t)
    for (const auto& [key, row] : tables_[t]) net[t][key] = {row, row};
  gather(changes, net, verdict);
  act(net, verdict);
  judge(net, verdict);
  if (!verdict.codes.empty()) return verdict;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    tables_[t].clear();
    for (const auto& [key, row] : net[t])
      if (row.now) tables_[t].emplace(key_of(t, *row.now), *row.now);
  }
  return verdict;
}

// The keys of changes are those that the rows have before the ChangeSet.
void Model::gather(const std::vector<Change>& changes, std::vector<NetTable>& net,
                   Verdict& verdict) const {
  // What else is asked of a row that is missing is not judged.
  std::set<std::pair<std::size_t, Cells>> missing;
  for (const Change& change : changes) {
    NetTable& table = net[change.table];
    for (const auto& [c, cell] : change.cells)
      if (is_null(cell) && !catalog_->tables[change.table].columns[c].nullable)
        verdict.codes.insert(ErrorCode::not_null);
    if (change.kind == Change::Kind::insert || change.kind == Change::Kind::put) {
      const Cells row = complete(change.table, change.cells);
      if (missing.contains({change.table, key_of(change.table, row)})) continue;
      Net& at = table[key_of(change.table, row)];
      if (change.kind == Change::Kind::insert && at.now)
        verdict.codes.insert(ErrorCode::duplicate_key);
      at.now = row;
      continue;
    }
    const auto at = table.find(change.key);
    if (at == table.end() || !at->second.now) {
      verdict.codes.insert(ErrorCode::missing_row);
      missing.insert({change.table, change.key});
      continue;
    }
    if (change.kind == Change::Kind::erase) {
      at->second.now.reset();
      continue;
    }
    for (const auto& [c, cell] : change.cells) (*at->second.now)[c] = cell;
  }
}

// Level by level from the rows that are deleted.
void Model::act(std::vector<NetTable>& net, Verdict& verdict) const {
  struct Deleted {
    std::size_t table;
    Cells row;
  };
  std::vector<Deleted> level;
  for (std::size_t t = 0; t < net.size(); ++t) {
    // A key that another row moves to stays: a row switch.
    std::set<Cells> there;
    for (const auto& [key, row] : net[t])
      if (row.now) there.insert(key_of(t, *row.now));
    for (const auto& [key, row] : net[t])
      if (row.old && !row.now && !there.contains(key)) level.push_back({t, *row.old});
  }
  std::vector<std::pair<std::size_t, std::set<Cells>>> protected_rows;
  while (!level.empty()) {
    struct Hit {
      const Reference* reference;
      const Cells* key;
      Net* child;
    };
    std::vector<Hit> hits;
    for (const Deleted& deleted : level) {
      for (const Reference& reference : references_) {
        if (reference.parent != deleted.table) continue;
        const auto value = pick(deleted.row, reference.referenced);
        if (!value) continue;
        for (auto& [key, child] : net[reference.child]) {
          if (!child.old || pick(*child.old, reference.columns) != value) continue;
          if (reference.action == OnDelete::restrict)
            protected_rows.push_back({reference.child, {key}});
          if (child.now && pick(*child.now, reference.columns) == value)
            hits.push_back({&reference, &key, &child});
        }
      }
    }
    for (const Hit& hit : hits)
      if (hit.reference->action == OnDelete::restrict) verdict.codes.insert(ErrorCode::restrict);
    std::vector<Deleted> next;
    for (const Hit& hit : hits) {
      if (hit.reference->action != OnDelete::cascade || !hit.child->now) continue;
      next.push_back({hit.reference->child, *hit.child->old});
      hit.child->now.reset();
    }
    for (const Hit& hit : hits) {
      if (!hit.child->now) continue;
      const auto& columns = catalog_->tables[hit.reference->child].columns;
      for (const std::size_t c : hit.reference->columns) {
        if (hit.reference->action == OnDelete::set_null && columns[c].nullable) {
          (*hit.child->now)[c] = Cell();
          verdict.action_updated = true;
        }
        if (hit.reference->action == OnDelete::set_default) {
          (*hit.child->now)[c] =
              columns[c].default_value ? to_cell(*columns[c].default_value) : Cell();
          verdict.action_updated = true;
        }
      }
    }
    level = std::move(next);
  }
  for (const auto& [table, keys] : protected_rows)
    for (const Cells& key : keys)
      if (!net[table].at(key).now) verdict.restrict_met_cascade = true;
}

void Model::judge(const std::vector<NetTable>& net, Verdict& verdict) const {
  for (std::size_t t = 0; t < net.size(); ++t) {
    std::set<Cells> keys;
    std::vector<std::set<Cells>> uniques(uniques_[t].size());
    const auto& columns = catalog_->tables[t].columns;
    for (const auto& [key, row] : net[t]) {
      if (!row.now) continue;
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (is_null((*row.now)[c]) && !columns[c].nullable)
          verdict.codes.insert(ErrorCode::not_null);
      if (!keys.insert(key_of(t, *row.now)).second) verdict.codes.insert(ErrorCode::duplicate_key);
      for (std::size_t u = 0; u < uniques.size(); ++u) {
        const auto value = pick(*row.now, uniques_[t][u]);
        if (value && !uniques[u].insert(*value).second) verdict.codes.insert(ErrorCode::unique);
      }
    }
  }
  for (const Reference& reference : references_) {
    std::set<Cells> there;
    for (const auto& [key, row] : net[reference.parent]) {
      if (!row.now) continue;
      if (const auto value = pick(*row.now, reference.referenced)) there.insert(*value);
    }
    for (const auto& [key, row] : net[reference.child]) {
      if (!row.now) continue;
      const auto value = pick(*row.now, reference.columns);
      if (value && !there.contains(*value)) verdict.codes.insert(ErrorCode::foreign_key);
    }
  }
}

std::string Model::contents() const {
  std::string out;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    out += catalog_->tables[t].name + ":";
    for (const auto& [key, row] : tables_[t]) {
      std::string line;
      for (const Cell& cell : row) {
        if (!line.empty()) line += '|';
        line += show(cell);
      }
      out += ' ' + line;
    }
    out += '\n';
  }
  return out;
}

}  // namespace kindred::engine_test
