#include "engine/compiled.hpp"

#include <algorithm>

#include "engine/value_codec.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/error.hpp"

namespace kindred::engine {
namespace {

std::vector<std::uint32_t> ordinals(const CompiledTable& table,
                                    const std::vector<std::string>& names, std::string_view of) {
  std::vector<std::uint32_t> out;
  for (const auto& name : names) {
    const std::uint32_t at = table.column(name);
    if (at == none)
      throw CorruptionError("catalogue, table " + table.name(),
                            std::string(of) + " names column '" + name + "', which is not there");
    out.push_back(at);
  }
  return out;
}

CompiledTable compile_table(const format::TableRecord& record, std::uint32_t ordinal) {
  CompiledTable out;
  out.record = &record;
  out.table = &record.table;
  out.ordinal = ordinal;
  const Table& t = record.table;
  std::vector<const Column*> stored;
  for (std::uint32_t i = 0; i < t.columns.size(); ++i) {
    CompiledColumn c;
    c.column = &t.columns[i];
    if (c.column->type.can_be_key()) c.part = KeyPart::of(c.column->type);
    const auto at = std::find(t.primary_key.begin(), t.primary_key.end(), c.column->name);
    if (at != t.primary_key.end()) {
      c.key_position = static_cast<std::uint32_t>(at - t.primary_key.begin());
    } else {
      stored.push_back(c.column);
      out.row_columns.push_back(i);
    }
    out.columns.push_back(c);
  }
  out.layout = RowLayout::of(t.number, t.list_number, stored);
  for (std::uint32_t i = 0; i < out.row_columns.size(); ++i)
    out.columns[out.row_columns[i]].slot = out.layout.slots[i];
  out.key_columns = ordinals(out, t.primary_key, "the primary key");
  for (std::uint32_t i : out.key_columns) {
    if (!out.columns[i].column->type.can_be_key())
      throw CorruptionError("catalogue, table " + t.name, "a column of this type cannot be a key");
    out.key_parts.push_back(out.columns[i].part);
  }
  if (std::all_of(out.key_parts.begin(), out.key_parts.end(),
                  [](KeyPart p) { return p.key_width != 0; }))
    for (KeyPart p : out.key_parts) out.key_size += p.key_width;
  out.sequence = t.has_sequence();
  for (const Index& index : t.indexes) {
    CompiledIndex c;
    c.index = &index;
    c.columns = ordinals(out, index.columns, index.name);
    out.indexes.push_back(std::move(c));
  }
  return out;
}

// The columns of a foreign key in the order of the key it refers to.
std::vector<std::uint32_t> in_referenced_order(const CompiledTable& child, const ForeignKey& fk,
                                               const std::vector<std::string>& key) {
  std::vector<std::uint32_t> out;
  for (const auto& column : key) {
    const auto at = std::find(fk.referenced.begin(), fk.referenced.end(), column);
    if (at == fk.referenced.end()) return {};
    out.push_back(child.column(fk.columns[static_cast<std::size_t>(at - fk.referenced.begin())]));
  }
  return out;
}

bool same_set(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

std::uint32_t CompiledTable::column(std::string_view wanted) const noexcept {
  for (std::uint32_t i = 0; i < table->columns.size(); ++i)
    if (table->columns[i].name == wanted) return i;
  return none;
}

storage::Shape CompiledTable::shape() const {
  if (key_parts.size() == 1 && key_size == 8) {
    const TypeCode code = columns[key_columns[0]].column->type.code;
    const bool counted = columns[key_columns[0]].column->type.is_integer() ||
                         code == TypeCode::enumeration || code == TypeCode::day ||
                         code == TypeCode::datetime || code == TypeCode::instant;
    if (counted) return {storage::Shape::Kind::map_u64, 0};
  }
  return {storage::Shape::Kind::map_bytes, 0};
}

storage::Shape CompiledTable::member_shape() const {
  if (key_size && key_size <= storage::max_key_size)
    return {storage::Shape::Kind::set_fixed, static_cast<std::uint16_t>(key_size)};
  return {storage::Shape::Kind::set_bytes, 0};
}

bool CompiledTable::append_column(Buffer& out, std::uint32_t ordinal_of, ByteView key,
                                  const RowView& row, bool last) const {
  const CompiledColumn& c = columns[ordinal_of];
  if (!c.in_key()) {
    if (row.is_null(c.slot)) return false;
    format::append_key_part(out, c.part, row.column(c.slot), last);
    return true;
  }
  ByteView piece;
  for (std::uint32_t i = 0; i <= c.key_position; ++i)
    if (!format::skip_key_part(key, key_parts[i], i + 1 == key_parts.size(), piece))
      throw CorruptionError("table " + name(), "a key is malformed");
  const bool was_last = c.key_position + 1 == key_parts.size();
  if (c.part.kind != KeyPart::Kind::text || last == was_last) {
    out.append(piece);
    return true;
  }
  Buffer text;
  if (!format::take_key_part(piece, c.part, was_last, text))
    throw CorruptionError("table " + name(), "a key is malformed");
  format::append_key_part(out, c.part, text.view(), last);
  return true;
}

bool CompiledTable::column_bytes(std::uint32_t ordinal_of, ByteView key, const RowView& row,
                                 Buffer& scratch, ByteView& out) const {
  const CompiledColumn& c = columns[ordinal_of];
  if (!c.in_key()) {
    if (row.is_null(c.slot)) return false;
    out = row.column(c.slot);
    return true;
  }
  ByteView piece;
  for (std::uint32_t i = 0; i < c.key_position; ++i)
    if (!format::skip_key_part(key, key_parts[i], false, piece))
      throw CorruptionError("table " + name(), "a key is malformed");
  scratch.clear();
  if (!format::take_key_part(key, c.part, c.key_position + 1 == key_parts.size(), scratch))
    throw CorruptionError("table " + name(), "a key is malformed");
  out = scratch.view();
  return true;
}

bool CompiledTable::append_columns(Buffer& out, const std::vector<std::uint32_t>& wanted,
                                   ByteView key, const RowView& row) const {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!append_column(out, wanted[i], key, row, i + 1 == wanted.size())) {
      out.resize_down(start);
      return false;
    }
  }
  return true;
}

bool CompiledTable::append_index_key(Buffer& out, std::uint32_t at, ByteView key,
                                     const RowView& row) const {
  const CompiledIndex& index = indexes[at];
  const std::size_t start = out.size();
  if (index.index->unique) {
    if (!append_columns(out, index.columns, key, row)) return false;
  } else {
    for (std::size_t i = 0; i < index.columns.size(); ++i) {
      const std::size_t mark = out.size();
      out.push_back(format::value_mark);
      if (!append_column(out, index.columns[i], key, row, i + 1 == index.columns.size())) {
        out.resize_down(mark);
        out.push_back(format::null_mark);
      }
    }
  }
  format::cut_key(out, start);
  return true;
}

bool CompiledTable::append_reference(Buffer& out, std::uint32_t at, ByteView key,
                                     const RowView& row) const {
  const CompiledForeignKey& fk = foreign_keys[at];
  const std::size_t start = out.size();
  if (!append_columns(out, fk.columns, key, row)) return false;
  if (fk.referenced_index != none) format::cut_key(out, start);
  return true;
}

std::uint64_t CompiledTable::greatest_id() const noexcept {
  const unsigned bits =
      8u * key_parts[0].row_width - (key_parts[0].kind == KeyPart::Kind::sign ? 1 : 0);
  return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

std::string CompiledTable::key_text(ByteView key) const {
  std::string out;
  for (std::size_t i = 0; i < key_parts.size(); ++i) {
    Buffer bytes;
    if (i) out += ", ";
    if (!format::take_key_part(key, key_parts[i], i + 1 == key_parts.size(), bytes))
      return out + "?";
    out += decode_value(columns[key_columns[i]].column->type, bytes.view()).to_string();
  }
  return key_parts.size() == 1 ? out : "(" + out + ")";
}

CompiledCatalog::CompiledCatalog(format::StoreHeader header,
                                 std::vector<format::TableRecord> records, std::uint64_t stamp)
    : header_(std::move(header)), records_(std::move(records)), stamp_(stamp) {
  compile();
}

void CompiledCatalog::compile() {
  auto catalog = std::make_shared<Catalog>();
  catalog->application = header_.application;
  for (const auto& record : records_) {
    tables_.push_back(compile_table(record, static_cast<std::uint32_t>(tables_.size())));
    catalog->tables.push_back(record.table);
  }
  catalog_ = std::move(catalog);
  for (CompiledTable& child : tables_) {
    for (std::uint32_t i = 0; i < child.table->foreign_keys.size(); ++i) {
      const ForeignKey& fk = child.table->foreign_keys[i];
      CompiledForeignKey c;
      c.key = &fk;
      const CompiledTable* parent = find(fk.table);
      if (!parent)
        throw CorruptionError("catalogue, table " + child.name(),
                              fk.name + " refers to table '" + fk.table + "', which is not there");
      c.parent = parent->ordinal;
      if (same_set(fk.referenced, parent->table->primary_key)) {
        c.columns = in_referenced_order(child, fk, parent->table->primary_key);
      } else {
        for (std::uint32_t u = 0; u < parent->table->indexes.size(); ++u) {
          const Index& index = parent->table->indexes[u];
          if (!index.unique || !same_set(index.columns, fk.referenced)) continue;
          c.referenced_index = u;
          c.columns = in_referenced_order(child, fk, index.columns);
          tables_[c.parent].indexes[u].referenced = true;
          break;
        }
      }
      if (c.columns.empty())
        throw CorruptionError("catalogue, table " + child.name(),
                              fk.name + " refers to columns that are no key of '" + fk.table + "'");
      c.leads_key = c.columns.size() <= child.key_columns.size() &&
                    std::equal(c.columns.begin(), c.columns.end(), child.key_columns.begin()) &&
                    c.referenced_index == none;
      c.whole_key = c.leads_key && c.columns.size() == child.key_columns.size();
      tables_[c.parent].referenced_by.push_back({child.ordinal, i});
      child.foreign_keys.push_back(std::move(c));
    }
  }
}

const CompiledTable* CompiledCatalog::find(std::string_view name) const noexcept {
  for (const CompiledTable& t : tables_)
    if (t.name() == name) return &t;
  return nullptr;
}

const CompiledTable& CompiledCatalog::require(std::string_view name) const {
  if (const CompiledTable* t = find(name)) return *t;
  throw UsageError(
      "no table '" + std::string(name) + "'" +
      detail::did_you_mean(name, tables_,
                           [](const CompiledTable& t) -> std::string_view { return t.name(); }));
}

std::vector<std::pair<KeyspaceId, storage::Shape>> CompiledCatalog::keyspaces() const {
  std::vector<std::pair<KeyspaceId, storage::Shape>> out;
  for (const CompiledTable& t : tables_) {
    out.emplace_back(t.keyspace(), t.shape());
    for (const Index& index : t.table->indexes)
      out.emplace_back(index.keyspace, index.unique
                                           ? storage::Shape{storage::Shape::Kind::map_bytes, 0}
                                           : t.member_shape());
    for (const CompiledForeignKey& fk : t.foreign_keys)
      if (!fk.leads_key) out.emplace_back(fk.key->keyspace, t.member_shape());
  }
  return out;
}

bool CompiledCatalog::append_referenced(Buffer& out, const CompiledForeignKey& fk,
                                        ByteView parent_key, const RowView& parent_row) const {
  if (fk.referenced_index != none)
    return tables_[fk.parent].append_index_key(out, fk.referenced_index, parent_key, parent_row);
  out.append(parent_key);
  return true;
}

storage::ScanRequest CompiledCatalog::children_of(const CompiledTable& child,
                                                  const CompiledForeignKey& fk, ByteView referenced,
                                                  Arena& arena) const {
  if (!fk.leads_key) return {fk.key->keyspace, storage::Range::only(referenced)};
  if (fk.whole_key) return {child.keyspace(), storage::Range::only(referenced)};
  // The last part of the referenced key stands raw there, but not in the longer key of the child.
  Buffer lower;
  const auto& parts = tables_[fk.parent].key_parts;
  ByteView rest = referenced;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Buffer value;
    if (!format::take_key_part(rest, parts[i], i + 1 == parts.size(), value))
      throw CorruptionError("table " + tables_[fk.parent].name(), "a key is malformed");
    format::append_key_part(lower, parts[i], value.view(), false);
  }
  const std::string upper = format::successor(lower.view());
  if (upper.empty()) return {child.keyspace(), storage::Range::from(arena.keep(lower.view()))};
  return {child.keyspace(), storage::Range::between(arena.keep(lower.view()), arena.keep(upper))};
}

KeyspaceId CompiledCatalog::referenced_keyspace(const CompiledForeignKey& fk) const {
  const CompiledTable& parent = tables_[fk.parent];
  return fk.referenced_index == none ? parent.keyspace()
                                     : parent.table->indexes[fk.referenced_index].keyspace;
}

}  // namespace kindred::engine
