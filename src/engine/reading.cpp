#include "engine/reading.hpp"

#include <algorithm>

#include "engine/engine.hpp"
#include "engine/sorting.hpp"
#include "engine/writing.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

constexpr std::size_t get_batch = 4096;

[[noreturn]] void dangling(const CompiledTable& table, ByteView key) {
  throw CorruptionError("table " + table.name() + " " + table.key_text(key),
                        "an index names a row that is not there (run kindred check)");
}

[[noreturn]] void lying(const CompiledTable& table, ByteView key) {
  throw CorruptionError("table " + table.name() + " " + table.key_text(key),
                        "an index gives it a value that it does not have (run kindred check)");
}

// A row that the unique index gives for a referenced key must have that key.
void verify_referenced(const CompiledTable& table, const CompiledForeignKey& fk, ByteView key,
                       ByteView row, ByteView referenced) {
  if (fk.referenced_index == none) return;
  Buffer now;
  if (!table.append_index_key(now, fk.referenced_index, key, RowView(table.layout, row)) ||
      now.view() != referenced)
    lying(table, key);
}

std::uint32_t foreign_key_of(const CompiledTable& table, const RelationshipInfo& relationship,
                             const CompiledTable& owner, const std::string& name) {
  for (std::uint32_t i = 0; i < owner.foreign_keys.size(); ++i)
    if (owner.foreign_keys[i].key->name == name) return i;
  throw CorruptionError(
      "catalogue, table " + table.name(),
      "relationship " + relationship.name + " names a foreign key that is not there");
}

// The values of a key's columns in key order; `least` of them must be there.
std::vector<const Value*> key_values(const CompiledTable& table, const Row& key,
                                     std::size_t least) {
  const auto& names = table.table->primary_key;
  std::vector<const Value*> out;
  const bool by_position =
      std::all_of(key.begin(), key.end(), [](const Row::Item& item) { return item.first.empty(); });
  if (by_position) {
    for (const auto& item : key) out.push_back(&item.second);
  } else {
    for (const auto& item : key)
      if (std::find(names.begin(), names.end(), item.first) == names.end())
        throw UsageError(
            "table " + table.name() + ": '" + item.first + "' is not in its primary key" +
            detail::did_you_mean(item.first, names,
                                 [](const std::string& n) -> std::string_view { return n; }));
    for (const auto& name : names) {
      const Value* v = key.find(name);
      if (!v) break;
      out.push_back(v);
    }
  }
  if (out.size() < least || out.size() > names.size() ||
      (!by_position && out.size() != key.size())) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    throw UsageError("table " + table.name() + ": its primary key is (" + all + "), " +
                     std::to_string(key.size()) + " values were given");
  }
  return out;
}

void append_key_values(const CompiledTable& table, const std::vector<const Value*>& values,
                       bool whole, Buffer& out) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Column& column = *table.columns[table.key_columns[i]].column;
    Buffer bytes;
    if (values[i]->is_null())
      throw UsageError("table " + table.name() + "." + column.name +
                       ": a key column cannot be null");
    if (const auto fault = encode_value(column, *values[i], bytes);
        fault && fault->code != ErrorCode::max_length)
      throw UsageError("table " + table.name() + "." + column.name + ": " + fault->detail);
    format::append_key_part(out, table.key_parts[i], bytes.view(), whole && i + 1 == values.size());
  }
}

}  // namespace

Row decode_key(const CompiledTable& table, ByteView key) {
  Row out;
  Buffer scratch;
  for (std::size_t i = 0; i < table.key_parts.size(); ++i) {
    scratch.clear();
    if (!format::take_key_part(key, table.key_parts[i], i + 1 == table.key_parts.size(), scratch))
      throw CorruptionError("table " + table.name(), "a key is malformed");
    const Column& column = *table.columns[table.key_columns[i]].column;
    out.append(column.name, decode_value(column.type, scratch.view()));
  }
  return out;
}

Row decode_row(const CompiledTable& table, ByteView key, ByteView bytes) {
  const RowView row(table.layout, bytes);
  row.verify(key);
  Row out;
  Buffer scratch;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = *table.columns[c].column;
    ByteView value;
    if (table.column_bytes(c, key, row, scratch, value))
      out.append(column.name, decode_value(column.type, value));
    else
      out.append(column.name, Value());
  }
  return out;
}

void encode_key(const CompiledTable& table, const Row& key, Buffer& out) {
  append_key_values(table, key_values(table, key, table.key_parts.size()), true, out);
}

void encode_key_prefix(const CompiledTable& table, const Row& key, Buffer& out) {
  const auto values = key_values(table, key, 1);
  append_key_values(table, values, values.size() == table.key_parts.size(), out);
}

Reading::Reading(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
                 std::unique_ptr<storage::Reader> reader)
    : engine_(std::move(engine)),
      schema_(std::move(schema)),
      owned_(std::move(reader)),
      reader_(owned_.get()) {}

Reading::Reading(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
                 storage::Reader& reader)
    : engine_(std::move(engine)), schema_(std::move(schema)), reader_(&reader) {}

Reading::~Reading() = default;

std::optional<Row> Reading::get(const CompiledTable& table, ByteView key) {
  if (key.size() > storage::max_key_size) return std::nullopt;
  const auto row = reader_->get(table.keyspace(), key);
  if (!row) return std::nullopt;
  return decode_row(table, key, *row);
}

void Reading::rows_at(const CompiledTable& table, std::span<const ByteView> keys,
                      FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) {
  std::vector<storage::GetRequest> requests;
  requests.reserve(keys.size());
  for (const ByteView key : keys) requests.push_back({table.keyspace(), key});
  reader_->get_many(requests, sink);
}

void Reading::child_keys(const CompiledTable& child, std::uint32_t foreign_key, ByteView referenced,
                         FunctionRef<bool(ByteView key)> sink) {
  Arena arena;
  const CompiledForeignKey& fk = child.foreign_keys[foreign_key];
  const auto request = schema_->children_of(child, fk, referenced, arena);
  reader_->scan(request.keyspace, request.range, {},
                [&](ByteView key, ByteView value) { return sink(fk.leads_key ? key : value); });
}

void Reading::children(const CompiledTable& child, std::uint32_t foreign_key, ByteView referenced,
                       FunctionRef<bool(ByteView key, ByteView row)> sink) {
  Arena arena;
  const CompiledForeignKey& fk = child.foreign_keys[foreign_key];
  const auto request = schema_->children_of(child, fk, referenced, arena);
  if (fk.leads_key) {
    reader_->scan(request.keyspace, request.range, {}, sink);
    return;
  }
  std::vector<storage::GetRequest> requests;
  reader_->scan(request.keyspace, request.range, {}, [&](ByteView, ByteView member) {
    requests.push_back({child.keyspace(), arena.keep(member)});
    return true;
  });
  bool more = true;
  for (std::size_t from = 0; more && from < requests.size(); from += get_batch)
    member_rows(child, foreign_key, {&referenced, 1},
                std::span(requests).subspan(from, std::min(get_batch, requests.size() - from)), {},
                [&](std::size_t, ByteView key, ByteView row) { return more = sink(key, row); });
}

bool Reading::keeps_rows() const {
  return engine_->storage().capabilities().stable_views &&
         dynamic_cast<const Writing*>(this) == nullptr;
}

// Many rows are fetched as their keys lie, which is kind to caches, and told in the order asked
// for.
void Reading::get_any_order(std::span<const storage::GetRequest> requests,
                            FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) {
  constexpr std::size_t many = 128;
  if (requests.size() < many || !keeps_rows()) return reader_->get_many(requests, sink);
  const auto order =
      sorted_order(requests.size(), [&](std::uint32_t i) { return requests[i].key; });
  std::vector<storage::GetRequest> sorted;
  sorted.reserve(requests.size());
  for (const std::uint32_t i : order) sorted.push_back(requests[i]);
  std::vector<std::optional<ByteView>> rows(requests.size());
  reader_->get_many(sorted,
                    [&](std::size_t n, std::optional<ByteView> row) { rows[order[n]] = row; });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    constexpr std::size_t ahead = 6;
    if (i + ahead < rows.size() && rows[i + ahead]) format::fetch_row(*rows[i + ahead]);
    sink(i, rows[i]);
  }
}

void Reading::member_rows(const CompiledTable& child, std::uint32_t foreign_key,
                          std::span<const ByteView> referenced,
                          std::span<const storage::GetRequest> requests,
                          std::span<const std::size_t> owners,
                          FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink) {
  std::size_t done = referenced.size();  // the owner of whom no more is wanted
  get_any_order(requests, [&](std::size_t i, std::optional<ByteView> row) {
    const ByteView key = requests[i].key;
    if (!row) dangling(child, key);
    const std::size_t owner = owners.empty() ? 0 : owners[i];
    const RowView view(child.layout, *row);
    Buffer now;
    if (!child.append_reference(now, foreign_key, key, view) || now.view() != referenced[owner])
      lying(child, key);
    if (owner != done && !sink(owner, key, *row)) done = owner;
  });
}

void Reading::children_many(const CompiledTable& child, std::uint32_t foreign_key,
                            std::span<const ByteView> referenced,
                            FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink) {
  if (referenced.empty()) return;
  Arena arena;
  const CompiledForeignKey& fk = child.foreign_keys[foreign_key];
  std::vector<storage::ScanRequest> scans;
  scans.reserve(referenced.size());
  for (const ByteView key : referenced)
    scans.push_back(schema_->children_of(child, fk, key, arena));
  if (fk.leads_key) {
    reader_->scan_many(scans, {}, sink);
    return;
  }
  std::vector<storage::GetRequest> requests;
  std::vector<std::size_t> owners;
  reader_->scan_many(scans, {}, [&](std::size_t owner, ByteView, ByteView member) {
    requests.push_back({child.keyspace(), arena.keep(member)});
    owners.push_back(owner);
    return true;
  });
  if (!requests.empty()) member_rows(child, foreign_key, referenced, requests, owners, sink);
}

bool Reading::parent(const CompiledForeignKey& fk, ByteView referenced,
                     FunctionRef<void(ByteView key, ByteView row)> sink) {
  if (referenced.size() > storage::max_key_size) return false;
  const CompiledTable& table = schema_->table(fk.parent);
  std::string key(referenced);
  if (fk.referenced_index != none) {
    const auto found = reader_->get(schema_->referenced_keyspace(fk), referenced);
    if (!found) return false;
    key.assign(*found);
  }
  const auto row = reader_->get(table.keyspace(), key);
  if (!row) {
    if (fk.referenced_index != none) dangling(table, key);
    return false;
  }
  verify_referenced(table, fk, key, *row, referenced);
  sink(key, *row);
  return true;
}

Reading::Join Reading::join(const CompiledTable& table,
                            const RelationshipInfo& relationship) const {
  using Kind = RelationshipInfo::Kind;
  const CompiledTable& owner = schema_->require(relationship.owner);
  return {&owner, foreign_key_of(table, relationship, owner, relationship.foreign_key),
          relationship.kind == Kind::many_to_one ||
              (relationship.kind == Kind::one_to_one && relationship.owner == table.name() &&
               relationship.target != table.name())};
}

void Reading::related(
    const CompiledTable& table, const RelationshipInfo& relationship, const Join& join,
    ByteView key, FunctionRef<bool(const CompiledTable& table, ByteView key, ByteView row)> sink) {
  const CompiledTable& owner = *join.owner;
  const CompiledForeignKey& fk = owner.foreign_keys[join.foreign_key];
  if (join.from_child) {
    const CompiledTable& target = schema_->table(fk.parent);
    (void)parent(fk, key, [&](ByteView k, ByteView r) { (void)sink(target, k, r); });
    return;
  }
  if (relationship.kind != RelationshipInfo::Kind::many_to_many) {
    children(owner, join.foreign_key, key,
             [&](ByteView k, ByteView r) { return sink(owner, k, r); });
    return;
  }
  const CompiledTable& target = schema_->table(
      owner.foreign_keys[foreign_key_of(table, relationship, owner, relationship.target_key)]
          .parent);
  related_many(table, relationship, join, {&key, 1},
               [&](std::size_t, ByteView k, ByteView r) { return sink(target, k, r); });
}

// Rows of `targets`, which stand by owner; of one owner in key order.
void Reading::target_rows(const CompiledForeignKey& fk, std::vector<Target> targets,
                          Dangling dangling_is, Arena& arena,
                          FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink) {
  const CompiledTable& table = schema_->table(fk.parent);
  const bool by_unique = fk.referenced_index != none;
  const auto absent = [&](ByteView key) {
    if (dangling_is == Dangling::damage) dangling(table, key);
  };
  if (targets.empty()) return;
  std::vector<storage::GetRequest> requests;
  requests.reserve(targets.size());
  for (const Target& t : targets)
    requests.push_back({schema_->referenced_keyspace(fk), t.referenced});
  if (by_unique) {
    reader_->get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
      if (found)
        targets[i].key = arena.keep(*found);
      else
        absent(targets[i].referenced);
    });
    std::erase_if(targets, [](const Target& t) { return !t.key.data(); });
    if (targets.empty()) return;
    std::sort(targets.begin(), targets.end(), [](const Target& a, const Target& b) {
      return a.owner != b.owner ? a.owner < b.owner : a.key < b.key;
    });
    requests.clear();
    for (const Target& t : targets) requests.push_back({table.keyspace(), t.key});
  }
  std::size_t done = ~std::size_t{0};  // the owner of whom no more is wanted
  reader_->get_many(requests, [&](std::size_t i, std::optional<ByteView> row) {
    const Target& t = targets[i];
    const ByteView key = requests[i].key;
    if (!row) {
      if (by_unique) dangling(table, key);
      absent(key);
      return;
    }
    verify_referenced(table, fk, key, *row, t.referenced);
    if (t.owner != done && !sink(t.owner, key, *row)) done = t.owner;
  });
}

void Reading::related_many(const CompiledTable& table, const RelationshipInfo& relationship,
                           const Join& join, std::span<const ByteView> keys,
                           FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink) {
  const CompiledTable& owner = *join.owner;
  Arena arena;
  std::vector<Target> targets;
  if (join.from_child) {
    targets.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (keys[i].size() <= storage::max_key_size) targets.push_back({i, keys[i], {}});
    target_rows(owner.foreign_keys[join.foreign_key], std::move(targets), Dangling::skip, arena,
                sink);
    return;
  }
  if (relationship.kind != RelationshipInfo::Kind::many_to_many) {
    children_many(owner, join.foreign_key, keys, sink);
    return;
  }
  const std::uint32_t other = foreign_key_of(table, relationship, owner, relationship.target_key);
  Buffer out;
  children_many(owner, join.foreign_key, keys, [&](std::size_t i, ByteView k, ByteView r) {
    out.clear();
    if (owner.append_reference(out, other, k, RowView(owner.layout, r)))
      targets.push_back({i, arena.keep(out.view()), {}});
    return true;
  });
  // Each target once, in key order, as a set.
  const auto before = [](const Target& a, const Target& b) {
    return a.owner != b.owner ? a.owner < b.owner : a.referenced < b.referenced;
  };
  if (!std::is_sorted(targets.begin(), targets.end(), before))
    std::sort(targets.begin(), targets.end(), before);
  targets.erase(std::unique(targets.begin(), targets.end(),
                            [](const Target& a, const Target& b) {
                              return a.owner == b.owner && a.referenced == b.referenced;
                            }),
                targets.end());
  target_rows(owner.foreign_keys[other], std::move(targets), Dangling::damage, arena, sink);
}

}  // namespace kindred::engine
