#include <algorithm>
#include <set>

#include "engine/condition.hpp"
#include "engine/flush.hpp"

namespace kindred::engine {
namespace {

using storage::Intent;
using storage::Write;

// The columns that a condition looks at, each once.
void name_columns(const Expression& e, std::vector<std::string>& out) {
  if (e.op == Expression::Op::column && std::find(out.begin(), out.end(), e.name) == out.end())
    out.push_back(e.name);
  for (const Expression& part : e.operands) name_columns(part, out);
}

std::string reference_text(const CompiledTable& parent, const CompiledForeignKey& fk,
                           const CompiledTable& child, const NetRow& row) {
  std::string out = parent.name() + " (";
  const RowView view(child.layout, row.new_row);
  Buffer scratch;
  for (std::size_t i = 0; i < fk.columns.size(); ++i) {
    ByteView bytes;
    if (i) out += ", ";
    if (child.column_bytes(fk.columns[i], row.key, view, scratch, bytes))
      out += decode_value(child.columns[fk.columns[i]].column->type, bytes).to_string();
  }
  return out + ")";
}

}  // namespace

Violation Flush::violation(ErrorCode code, const CompiledTable& table, const NetRow& row) const {
  Violation v;
  v.code = code;
  v.table = table.name();
  v.key = table.key_text(row.key);
  v.position = row.position;
  if (code == ErrorCode::duplicate_key || code == ErrorCode::missing_row)
    v.columns = table.table->primary_key;
  return v;
}

void Flush::judge_checks() {
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const CompiledTable& table = schema_.table(t);
    if (table.table->checks.empty()) continue;
    for (const NetRow& row : net_[t].rows) {
      if (row.erased() || !row.new_row.data()) continue;
      const RowView view(table.layout, row.new_row);
      for (const Check& check : table.table->checks) {
        if (evaluate(check.condition, table, row.key, view) != Truth::no) continue;
        Violation v = violation(ErrorCode::check, table, row);
        v.constraint = check.name;
        v.detail = "not true: " + check.condition.to_string();
        name_columns(check.condition, v.columns);
        changes_.violations().add(std::move(v));
      }
    }
  }
}

void Flush::reference_missing(const CompiledTable& table, std::uint32_t ordinal, const NetRow& row,
                              ByteView referenced) {
  const CompiledForeignKey& fk = table.foreign_keys[ordinal];
  if (options_.deferred && referenced.size() <= storage::max_key_size) {
    options_.deferred->push_back(
        {table.ordinal, ordinal, std::string(referenced), std::string(row.key), row.position});
    return;
  }
  Violation v = violation(ErrorCode::foreign_key, table, row);
  v.constraint = fk.key->name;
  v.columns = fk.key->columns;
  v.detail = "there is no " + reference_text(schema_.table(fk.parent), fk, table, row);
  changes_.violations().add(std::move(v));
}

// Every reference that is new in the net state must have a target in it.
void Flush::judge_references() {
  struct Sought {
    std::uint32_t table;
    std::uint32_t foreign_key;
    std::size_t first;  // rows [first, last) of `rows`
    std::size_t last;
  };
  std::vector<std::uint32_t> rows;
  std::vector<Sought> sought;
  std::vector<storage::GetRequest> requests;
  const auto seek = [&](std::uint32_t t, std::uint32_t f, ByteView key, std::size_t first) {
    const CompiledTable& table = schema_.table(t);
    const KeyspaceId keyspace = schema_.referenced_keyspace(table.foreign_keys[f]);
    const Write* write = planned(keyspace, key);
    if (write && write->op == Write::Op::put) {
      rows.resize(first);
      return;
    }
    if (write || key.size() > storage::max_key_size) {
      for (std::size_t i = first; i < rows.size(); ++i)
        reference_missing(table, f, net_[t].rows[rows[i]], key);
      rows.resize(first);
      return;
    }
    sought.push_back({t, f, first, rows.size()});
    requests.push_back({keyspace, key});
  };
  for (const List& list : lists_) {
    if (list.kind != List::Kind::references) continue;
    for (std::size_t i = list.begin; i < list.end;) {
      const std::size_t first = rows.size();
      const ByteView key = writes_[i].key;
      for (; i < list.end && writes_[i].key == key; ++i)
        if (writes_[i].op == Write::Op::put) rows.push_back(write_rows_[i]);
      if (rows.size() > first) seek(list.table, list.ordinal, key, first);
    }
  }
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const CompiledTable& table = schema_.table(t);
    for (std::uint32_t f = 0; f < table.foreign_keys.size(); ++f) {
      if (!table.foreign_keys[f].leads_key) continue;
      ByteView last;
      std::size_t first = rows.size();
      for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i) {
        const NetRow& row = net_[t].rows[i];
        if (row.state != NetState::insert) continue;  // the key of an updated row is what it was
        Buffer key;
        if (!table.append_reference(key, f, row.key, RowView(table.layout, row.new_row))) continue;
        if (!last.data() || key.view() != last) {
          if (rows.size() > first) seek(t, f, last, first);
          last = changes_.arena().keep(key.view());
          first = rows.size();
        }
        rows.push_back(i);
      }
      if (rows.size() > first) seek(t, f, last, first);
    }
  }
  if (requests.empty()) return;
  reader_.get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
    if (found) return;
    const Sought& s = sought[i];
    for (std::size_t r = s.first; r < s.last; ++r)
      reference_missing(schema_.table(s.table), s.foreign_key, net_[s.table].rows[rows[r]],
                        requests[i].key);
  });
}

void Flush::unique_broken(const List& list, const NetRow& row, ByteView other_key) {
  const CompiledTable& table = schema_.table(list.table);
  const Index& index = *table.indexes[list.ordinal].index;
  Violation v = violation(ErrorCode::unique, table, row);
  v.constraint = index.name;
  v.columns = index.columns;
  v.detail = "the row " + table.key_text(other_key) + " has the same";
  changes_.violations().add(std::move(v));
}

// Something else is wrong already, nothing will be written: what the insertions would have met.
void Flush::probe_inserts() {
  std::vector<storage::GetRequest> requests;
  std::vector<std::size_t> positions;
  for (const List& list : lists_) {
    if (list.kind != List::Kind::rows && list.kind != List::Kind::unique) continue;
    for (std::size_t i = list.begin; i < list.end; ++i) {
      if (writes_[i].op != Write::Op::put || writes_[i].intent != Intent::insert_new) continue;
      if (writes_[i].key.size() > storage::max_key_size) continue;
      requests.push_back({list.keyspace, writes_[i].key});
      positions.push_back(i);
    }
  }
  std::vector<std::size_t> taken;
  reader_.get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
    if (found) taken.push_back(positions[i]);
  });
  refused(taken);
}

// Turns refused writes into violations; a refused erasure is damage. A row whose key
// is taken meets the entries of the row that has it: that is said once.
void Flush::refused(const std::vector<std::size_t>& positions) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> duplicates;
  const auto list_of = [&](std::size_t at) -> const List& {
    return *std::find_if(lists_.begin(), lists_.end(),
                         [&](const List& l) { return at >= l.begin && at < l.end; });
  };
  const auto insertion = [&](std::size_t at) {
    return writes_[at].op == Write::Op::put && writes_[at].intent == Intent::insert_new;
  };
  for (const std::size_t at : positions) {
    const List& list = list_of(at);
    if (list.kind != List::Kind::rows || !insertion(at)) continue;
    const CompiledTable& table = schema_.table(list.table);
    Violation v =
        violation(ErrorCode::duplicate_key, table, net_[list.table].rows[write_rows_[at]]);
    v.detail = "the key exists already";
    changes_.violations().add(std::move(v));
    duplicates.insert({list.table, write_rows_[at]});
  }
  for (const std::size_t at : positions) {
    const List& list = list_of(at);
    const NetRow& row = net_[list.table].rows[write_rows_[at]];
    const bool duplicate = duplicates.contains({list.table, write_rows_[at]});
    if (insertion(at) && list.kind == List::Kind::rows) continue;
    if (insertion(at) && list.kind == List::Kind::unique) {
      const auto other = reader_.get(list.keyspace, writes_[at].key);
      if (!duplicate || !other || *other != row.key)
        unique_broken(list, row, other ? *other : row.key);
    } else if (!insertion(at) || !duplicate) {
      const CompiledTable& table = schema_.table(list.table);
      throw CorruptionError("table " + table.name() + " " + table.key_text(row.key),
                            "row and index disagree (run kindred check)");
    }
  }
}

Plan Flush::plan() {
  net();
  fetch_user_rows();
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    if (net_[t].extras.empty()) continue;
    std::vector<Moved> moved;
    for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i)
      resolve_patch(schema_.table(t), i, moved);
    place_moved(schema_.table(t), moved);
  }
  actions();
  judge_checks();
  fetch_for_indexes();
  writes();
  judge_references();
  judge_unreferenced();
  Plan out;
  for (const Step& s : steps_) {
    out.steps.push_back(s.shown);
    (s.shown.action == "delete" ? out.deleted : out.updated) += s.shown.rows;
  }
  std::stable_sort(out.steps.begin(), out.steps.end(),
                   [](const Plan::Step& a, const Plan::Step& b) {
                     if (a.level != b.level) return a.level < b.level;
                     return a.table != b.table ? a.table < b.table : a.foreign_key < b.foreign_key;
                   });
  if (!changes_.violations().empty()) probe_inserts();
  out.violations = changes_.violations().kept();
  return out;
}

void Flush::prepare() {
  (void)plan();
  if (!changes_.violations().empty()) changes_.violations().raise();
}

bool Flush::may_be_refused() const noexcept {
  return std::any_of(writes_.begin(), writes_.end(), [](const Write& w) {
    return w.op == Write::Op::put && w.intent == Intent::insert_new;
  });
}

void Flush::run(storage::Writer& writer) {
  prepare();
  write(writer);
}

void Flush::write(storage::Writer& writer) {
  std::vector<std::size_t> positions;
  writer.apply(writes_, positions);
  refused(positions);
  if (!changes_.violations().empty()) changes_.violations().raise();
  if (options_.outcome) tell_outcome();
}

void Flush::tell_outcome() {
  for (const List& list : lists_) {
    if (list.kind != List::Kind::rows) continue;
    for (std::size_t i = list.begin; i < list.end; ++i)
      (*options_.outcome)(list.table, writes_[i].key,
                          writes_[i].op == Write::Op::put ? writes_[i].value : ByteView{});
  }
}

}  // namespace kindred::engine
