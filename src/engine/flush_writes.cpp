#include <algorithm>

#include "engine/flush.hpp"
#include "engine/sorting.hpp"

namespace kindred::engine {
namespace {

using storage::Intent;
using storage::Write;

}  // namespace

// The foreign key whose index loses whole keys: the one cascade that reached the table, where it
// has an index.
std::uint32_t Flush::whole_foreign_key(std::uint32_t table) const {
  const std::uint64_t source = net_[table].source;
  if (source == TableNet::nowhere || source == TableNet::everywhere) return none;
  const auto fk = static_cast<std::uint32_t>(source);
  const CompiledForeignKey& key = schema_.table(table).foreign_keys[fk];
  if (key.leads_key || key.key->on_delete != OnDelete::cascade) return none;
  if (std::any_of(whole_keys_[table].begin(), whole_keys_[table].end(), format::is_cut))
    return none;
  return fk;
}

// Deleted rows found through an index: what other indexes say of them is in the row.
void Flush::fetch_for_indexes() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted;
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const CompiledTable& table = schema_.table(t);
    const std::uint32_t whole = whole_foreign_key(t);
    bool needed = !table.indexes.empty();
    for (std::uint32_t f = 0; f < table.foreign_keys.size(); ++f)
      needed = needed || (f != whole && !table.foreign_keys[f].leads_key);
    if (!needed) continue;
    for (std::uint32_t i = 0; i < net_[t].rows.size(); ++i) {
      const NetRow& row = net_[t].rows[i];
      if (row.state == NetState::erase && !row.old_row.data()) wanted.emplace_back(t, i);
    }
  }
  fetch_old(wanted);
}

void Flush::writes() {
  for (std::uint32_t t = 0; t < net_.size(); ++t) {
    const CompiledTable& table = schema_.table(t);
    if (net_[t].rows.empty()) continue;
    lists_.push_back({table.keyspace(), t, List::Kind::rows, none, 0, 0});
    for (std::uint32_t i = 0; i < table.indexes.size(); ++i) {
      const Index& index = *table.indexes[i].index;
      lists_.push_back(
          {index.keyspace, t, index.unique ? List::Kind::unique : List::Kind::index, i, 0, 0});
    }
    for (std::uint32_t f = 0; f < table.foreign_keys.size(); ++f)
      if (!table.foreign_keys[f].leads_key)
        lists_.push_back({table.foreign_keys[f].key->keyspace, t, List::Kind::references, f, 0, 0});
  }
  std::sort(lists_.begin(), lists_.end(),
            [](const List& a, const List& b) { return a.keyspace < b.keyspace; });
  std::size_t most = 0;
  for (const List& list : lists_) most += net_[list.table].rows.size();
  writes_.reserve(most);
  write_rows_.reserve(most);
  for (List& list : lists_) {
    list.begin = writes_.size();
    emit(list);
    list.end = writes_.size();
    if (list.kind != List::Kind::rows) sort(list);
    if (list.kind == List::Kind::unique) merge_unique(list);
  }
}

void Flush::emit(List& list) {
  const CompiledTable& table = schema_.table(list.table);
  const TableNet& net = net_[list.table];
  const KeyspaceId ks = list.keyspace;
  if (list.kind == List::Kind::references && list.ordinal == whole_foreign_key(list.table)) {
    for (const ByteView key : whole_keys_[list.table]) {
      writes_.push_back({ks, Write::Op::erase_key, Intent::either, key, {}});
      write_rows_.push_back(0);
    }
    return;
  }
  std::vector<std::uint32_t> order;
  if (!net.sorted)
    order = sorted_order(net.rows.size(), [&](std::uint32_t i) { return net.rows[i].key; });
  Buffer before;
  Buffer after;
  for (std::size_t n = 0; n < net.rows.size(); ++n) {
    const std::uint32_t i = order.empty() ? static_cast<std::uint32_t>(n) : order[n];
    const NetRow& row = net.rows[i];
    if (row.state == NetState::nothing) continue;
    if (list.kind == List::Kind::rows) {
      if (row.state == NetState::erase) {
        writes_.push_back({ks, Write::Op::erase, Intent::either, row.key, {}});
      } else {
        if (row.old_row.data() && row.old_row == row.new_row) continue;
        writes_.push_back({ks, Write::Op::put,
                           row.state == NetState::insert ? Intent::insert_new : Intent::either,
                           row.key, row.new_row});
      }
      write_rows_.push_back(i);
      continue;
    }
    before.clear();
    after.clear();
    const auto key_of = [&](ByteView bytes, Buffer& out) {
      if (!bytes.data()) return false;
      const RowView view(table.layout, bytes);
      return list.kind == List::Kind::references
                 ? table.append_reference(out, list.ordinal, row.key, view)
                 : table.append_index_key(out, list.ordinal, row.key, view);
    };
    const bool was = row.state != NetState::insert && key_of(row.old_row, before);
    const bool is = row.state != NetState::erase && key_of(row.new_row, after);
    if (was && is && before.view() == after.view()) continue;
    const ByteView member = list.kind == List::Kind::unique ? ByteView{} : row.key;
    if (was) {
      writes_.push_back(
          {ks, Write::Op::erase, Intent::either, changes_.arena().keep(before.view()), member});
      write_rows_.push_back(i);
    }
    if (is) {
      writes_.push_back(
          {ks, Write::Op::put, Intent::insert_new, changes_.arena().keep(after.view()), row.key});
      write_rows_.push_back(i);
    }
  }
}

void Flush::sort(List& list) {
  const std::size_t n = list.end - list.begin;
  const auto order = sorted_order(n, [&](std::uint32_t i) { return writes_[list.begin + i].key; });
  bool sorted = true;
  for (std::uint32_t i = 0; i < n && sorted; ++i) sorted = order[i] == i;
  if (sorted) return;
  std::vector<Write> writes(n);
  std::vector<std::uint32_t> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    writes[i] = writes_[list.begin + order[i]];
    rows[i] = write_rows_[list.begin + order[i]];
  }
  std::copy(writes.begin(), writes.end(),
            writes_.begin() + static_cast<std::ptrdiff_t>(list.begin));
  std::copy(rows.begin(), rows.end(),
            write_rows_.begin() + static_cast<std::ptrdiff_t>(list.begin));
}

// A unique key that one row gives up and another takes is one overwrite; one that two rows take is
// a violation.
void Flush::merge_unique(List& list) {
  std::size_t out = list.begin;
  for (std::size_t i = list.begin; i < list.end;) {
    std::size_t put = list.end;
    bool given_up = false;
    std::size_t j = i;
    for (; j < list.end && writes_[j].key == writes_[i].key; ++j) {
      if (writes_[j].op == Write::Op::erase) {
        given_up = true;
      } else if (put == list.end) {
        put = j;
      } else {
        const TableNet& net = net_[list.table];
        unique_broken(list, net.rows[write_rows_[j]], net.rows[write_rows_[put]].key);
      }
    }
    const std::size_t chosen = put == list.end ? i : put;
    writes_[out] = writes_[chosen];
    write_rows_[out] = write_rows_[chosen];
    if (put != list.end && given_up) writes_[out].intent = Intent::either;
    ++out;
    i = j;
  }
  writes_.resize(out);
  write_rows_.resize(out);
  list.end = out;
}

// The write to a key of a map, or nullptr.
const Write* Flush::planned(KeyspaceId keyspace, ByteView key) const {
  const auto list = std::lower_bound(lists_.begin(), lists_.end(), keyspace,
                                     [](const List& l, KeyspaceId id) { return l.keyspace < id; });
  if (list == lists_.end() || list->keyspace != keyspace) return nullptr;
  const auto first = writes_.begin() + static_cast<std::ptrdiff_t>(list->begin);
  const auto last = writes_.begin() + static_cast<std::ptrdiff_t>(list->end);
  const auto at =
      std::lower_bound(first, last, key, [](const Write& w, ByteView k) { return w.key < k; });
  return at != last && at->key == key ? &*at : nullptr;
}

}  // namespace kindred::engine
