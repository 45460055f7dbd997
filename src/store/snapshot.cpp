#include <algorithm>

#include "engine/check.hpp"
#include "engine/engine.hpp"
#include "engine/reading.hpp"
#include "engine/row_changes.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/store.hpp"

namespace kindred {
namespace {

using engine::Buffer;
using engine::CompiledTable;

std::uint32_t require_foreign_key(const CompiledTable& table, std::string_view name) {
  for (std::uint32_t i = 0; i < table.foreign_keys.size(); ++i)
    if (table.foreign_keys[i].key->name == name) return i;
  throw UsageError(
      "table " + table.name() + " has no foreign key '" + std::string(name) + "'" +
      detail::did_you_mean(name, table.table->foreign_keys,
                           [](const ForeignKey& f) -> std::string_view { return f.name; }));
}

const RelationshipInfo& require_relationship(const CompiledTable& table, std::string_view name) {
  if (const RelationshipInfo* r = table.table->relationship(name)) return *r;
  throw UsageError(
      "table " + table.name() + " has no relationship '" + std::string(name) + "'" +
      detail::did_you_mean(name, table.table->relationships,
                           [](const RelationshipInfo& r) -> std::string_view { return r.name; }));
}

// The encoded bounds of a KeyRange, kept alive.
struct Bounds {
  Buffer from;
  Buffer to;
  storage::Range range;
  Bounds(const CompiledTable& table, const KeyRange& wanted) {
    if (wanted.from) {
      engine::encode_key_prefix(table, *wanted.from, from);
      range.lower = from.view();
    }
    if (wanted.to) {
      engine::encode_key_prefix(table, *wanted.to, to);
      range.upper = to.view();
      range.bounded = true;
    }
  }
};

}  // namespace

Snapshot::Snapshot(std::unique_ptr<engine::Reading> reading) : reading_(std::move(reading)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

std::shared_ptr<const Catalog> Snapshot::catalog() const { return reading_->schema().catalog(); }

std::uint64_t Snapshot::version() const { return reading_->reader().version(); }

std::optional<Row> Snapshot::get(std::string_view table, const Row& key) const {
  const CompiledTable& t = reading_->schema().require(table);
  Buffer at;
  engine::encode_key(t, key, at);
  return reading_->get(t, at.view());
}

std::vector<std::optional<Row>> Snapshot::get_many(std::string_view table,
                                                   std::span<const Row> keys) const {
  const CompiledTable& t = reading_->schema().require(table);
  engine::Arena arena;
  std::vector<ByteView> encoded;
  for (const Row& key : keys) {
    Buffer at;
    engine::encode_key(t, key, at);
    encoded.push_back(arena.keep(at.view()));
  }
  std::vector<std::optional<Row>> out(keys.size());
  reading_->rows_at(t, encoded, [&](std::size_t i, std::optional<ByteView> row) {
    if (row) out[i] = engine::decode_row(t, encoded[i], *row);
  });
  return out;
}

void Snapshot::scan(std::string_view table, const KeyRange& range,
                    FunctionRef<bool(const Row&)> sink) const {
  const CompiledTable& t = reading_->schema().require(table);
  const Bounds bounds(t, range);
  reading_->reader().scan(
      t.keyspace(), bounds.range, {range.reverse, range.limit},
      [&](ByteView key, ByteView row) { return sink(engine::decode_row(t, key, row)); });
}

void Snapshot::salvage(std::string_view table, FunctionRef<bool(const Row&)> sink,
                       FunctionRef<void(const std::string& key, const Error&)> damaged) const {
  const CompiledTable& t = reading_->schema().require(table);
  reading_->reader().scan(t.keyspace(), storage::Range::all(), {},
                          [&](ByteView key, ByteView bytes) {
                            Row row;
                            try {
                              row = engine::decode_row(t, key, bytes);
                            } catch (const CorruptionError& e) {
                              damaged(t.key_text(key), e);
                              return true;
                            }
                            return sink(row);
                          });
}

std::uint64_t Snapshot::count(std::string_view table) const {
  const CompiledTable& t = reading_->schema().require(table);
  std::uint64_t n = 0;
  reading_->reader().scan(t.keyspace(), storage::Range::all(), {}, [&](ByteView, ByteView) {
    ++n;
    return true;
  });
  return n;
}

void Snapshot::children(std::string_view child, std::string_view foreign_key, const Row& key,
                        FunctionRef<bool(const Row&)> sink) const {
  const CompiledTable& t = reading_->schema().require(child);
  const std::uint32_t f = require_foreign_key(t, foreign_key);
  const engine::CompiledForeignKey& fk = t.foreign_keys[f];
  const CompiledTable& parent = reading_->schema().table(fk.parent);
  Buffer at;
  engine::encode_key(parent, key, at);
  Buffer referenced;
  engine::RowView row;
  if (fk.referenced_index != engine::none) {
    const auto bytes = reading_->reader().get(parent.keyspace(), at.view());
    if (!bytes) return;
    row = engine::RowView(parent.layout, *bytes);
  }
  if (!reading_->schema().append_referenced(referenced, fk, at.view(), row)) return;
  reading_->children(t, f, referenced.view(),
                     [&](ByteView k, ByteView r) { return sink(engine::decode_row(t, k, r)); });
}

std::optional<Row> Snapshot::parent(std::string_view table, std::string_view foreign_key,
                                    const Row& row) const {
  const CompiledTable& t = reading_->schema().require(table);
  const engine::CompiledForeignKey& fk = t.foreign_keys[require_foreign_key(t, foreign_key)];
  Buffer referenced;
  for (std::size_t i = 0; i < fk.columns.size(); ++i) {
    const engine::CompiledColumn& c = t.columns[fk.columns[i]];
    const Value& value = row[c.column->name];
    if (value.is_null()) return std::nullopt;
    Buffer bytes;
    if (const auto fault = engine::encode_value(*c.column, value, bytes))
      throw UsageError("table " + t.name() + "." + c.column->name + ": " + fault->detail);
    format::append_key_part(referenced, c.part, bytes.view(), i + 1 == fk.columns.size());
  }
  if (fk.referenced_index != engine::none) format::cut_key(referenced, 0);
  std::optional<Row> out;
  const CompiledTable& target = reading_->schema().table(fk.parent);
  (void)reading_->parent(fk, referenced.view(),
                         [&](ByteView k, ByteView r) { out = engine::decode_row(target, k, r); });
  return out;
}

void Snapshot::related(std::string_view table, std::string_view relationship, const Row& key,
                       FunctionRef<bool(const Row&)> sink) const {
  const CompiledTable& t = reading_->schema().require(table);
  const RelationshipInfo& r = require_relationship(t, relationship);
  Buffer at;
  engine::encode_key(t, key, at);
  const auto bytes = reading_->reader().get(t.keyspace(), at.view());
  if (!bytes) return;
  const engine::RowView row(t.layout, *bytes);
  const engine::Reading::Join join = reading_->join(t, r);
  Buffer referenced;
  const bool leads =
      join.from_child ? t.append_reference(referenced, join.foreign_key, at.view(), row)
                      : reading_->schema().append_referenced(
                            referenced, join.owner->foreign_keys[join.foreign_key], at.view(), row);
  if (!leads) return;
  reading_->related(t, r, join, referenced.view(),
                    [&](const CompiledTable& target, ByteView k, ByteView v) {
                      return sink(engine::decode_row(target, k, v));
                    });
}

Plan Snapshot::plan_erase(std::string_view table, std::span<const Row> keys) const {
  const CompiledTable& t = reading_->schema().require(table);
  engine::ChangeSet changes(reading_->schema().tables().size());
  for (const Row& key : keys) engine::erase_row(changes, t, key);
  return engine::Flush(reading_->schema(), reading_->reader(),
                       reading_->engine().storage().capabilities(), changes, {})
      .plan();
}

CheckReport Snapshot::check(const CheckOptions& options) const {
  return engine::check(*reading_, options);
}

}  // namespace kindred
