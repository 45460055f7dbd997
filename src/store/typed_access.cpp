#include "kindred/detail/typed_access.hpp"

#include "engine/bulk_insert.hpp"
#include "engine/engine.hpp"
#include "engine/entity_changes.hpp"
#include "engine/typed_key.hpp"
#include "format/bytes.hpp"

namespace kindred::detail {
namespace {

using engine::ChangeKind;
using engine::CompiledTable;
using engine::EntityCodec;

ChangeKind kind_of(EntityChange change) {
  return change == EntityChange::insert ? ChangeKind::insert
         : change == EntityChange::put  ? ChangeKind::put
                                        : ChangeKind::update;
}

std::uint64_t add(engine::Writing& writing, engine::ChangeSet& changes, const EntityCodec& codec,
                  const void* entity, EntityChange change) {
  Buffer key;
  Buffer row;
  std::vector<engine::ColumnFault> faults;
  return engine::add_entity(writing, changes, codec, entity, kind_of(change), key, row, faults);
}

}  // namespace

bool get_entity(engine::Reading& reading, const EntityDescriptor& descriptor, const TypedKey& key,
                void* entity) {
  const EntityCodec& codec = reading.codec(descriptor);
  const ByteView at = engine::scratch_typed_key(reading, codec.table(), key);
  if (!at.data()) return false;
  const auto row = reading.reader().get(codec.table().keyspace(), at);
  if (!row || !codec.fits(at, *row)) return false;
  codec.decode(entity, at, *row);
  return true;
}

void get_entities(engine::Reading& reading, const EntityDescriptor& descriptor,
                  std::span<const TypedKey> keys, FunctionRef<void*(std::size_t)> slot) {
  const EntityCodec& codec = reading.codec(descriptor);
  engine::Arena arena;
  std::vector<ByteView> encoded;
  encoded.reserve(keys.size());
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const ByteView at = engine::scratch_typed_key(reading, codec.table(), keys[i]);
    if (!at.data()) continue;
    encoded.push_back(arena.keep(at));
    positions.push_back(i);
  }
  reading.rows_at(codec.table(), encoded, [&](std::size_t i, std::optional<ByteView> row) {
    if (row && codec.fits(encoded[i], *row)) codec.decode(slot(positions[i]), encoded[i], *row);
  });
}

void related_entities(engine::Reading& reading, const EntityDescriptor& from, const void* entity,
                      std::string_view relationship, const EntityDescriptor& to,
                      FunctionRef<void*()> slot) {
  const EntityCodec& codec = reading.codec(from);
  const CompiledTable& table = codec.table();
  const RelationshipInfo* r = table.table->relationship(relationship);
  if (!r)
    throw UsageError("table " + table.name() + " has no relationship '" +
                     std::string(relationship) + "': the store was made by another catalogue");
  const engine::Reading::Join join = reading.join(table, *r);
  const engine::CompiledForeignKey& fk = join.owner->foreign_keys[join.foreign_key];
  Buffer key;
  bool leads = true;
  if (join.from_child)
    leads = codec.append_reference(entity, join.foreign_key, key);
  else if (fk.referenced_index != engine::none)
    leads = codec.append_unique(entity, fk.referenced_index, key);
  else
    codec.encode_key(entity, key);
  if (!leads) return;
  const EntityCodec& target = reading.codec(to);
  reading.related(table, *r, join, key.view(), [&](const CompiledTable&, ByteView k, ByteView row) {
    if (target.fits(k, row)) target.decode(slot(), k, row);
    return true;
  });
}

void referring_entities(engine::Reading& reading, const EntityDescriptor& child,
                        std::string_view relationship, const EntityDescriptor& to,
                        const void* entity, FunctionRef<void*()> slot) {
  const EntityCodec& codec = reading.codec(child);
  const CompiledTable& table = codec.table();
  const RelationshipInfo* r = table.table->relationship(relationship);
  if (!r || r->kind != RelationshipInfo::Kind::many_to_one)
    throw UsageError("backref_of: " + table.name() + "." + std::string(relationship) +
                     " is not a many-to-one relationship without another side");
  const engine::Reading::Join join = reading.join(table, *r);
  const engine::CompiledForeignKey& fk = table.foreign_keys[join.foreign_key];
  const EntityCodec& target = reading.codec(to);
  Buffer key;
  if (fk.referenced_index == engine::none)
    target.encode_key(entity, key);
  else if (!target.append_unique(entity, fk.referenced_index, key))
    return;
  const EntityCodec& found = reading.codec(child);
  reading.children(table, join.foreign_key, key.view(), [&](ByteView k, ByteView row) {
    if (found.fits(k, row)) found.decode(slot(), k, row);
    return true;
  });
}

RowPlan row_plan(engine::Reading& reading, const EntityDescriptor& descriptor) {
  const EntityCodec& codec = reading.codec(descriptor);
  return {codec.slots(), descriptor.fields, codec.table().layout.bitmap_at, &reading, &codec, {}};
}

bool RawRow::column(std::size_t column, Buffer& scratch, ByteView& out) const {
  const auto& codec = *static_cast<const EntityCodec*>(plan->codec);
  return codec.table().column_bytes(codec.ordinals()[column], key,
                                    format::RowView(codec.table().layout, row), scratch, out);
}

bool get_row(engine::Reading& reading, const EntityDescriptor& descriptor, const TypedKey& key,
             const RowPlan& plan, RawRow& out) {
  const EntityCodec& codec = reading.codec(descriptor);
  const ByteView at = engine::scratch_typed_key(reading, codec.table(), key);
  if (!at.data()) return false;
  const auto row = reading.reader().get(codec.table().keyspace(), at);
  if (!row) return false;
  format::RowView(codec.table().layout, *row).verify(at);
  out = {&plan, at, *row};
  return true;
}

// Reads ahead in batches by scan, which is faster than a storage cursor. Of a transaction the rows
// are copied: it may write meanwhile, and goes on behind the last row of the batch.
struct EntityCursor::State {
  static constexpr std::uint64_t first_batch = 16;
  static constexpr std::uint64_t full_batch = 256;
  engine::Reading& reading;
  const EntityCodec& codec;
  bool copies;
  std::string lower = {};
  std::string upper = {};
  bool bounded = false;
  bool more = true;
  std::uint64_t size = first_batch;
  engine::Arena arena = {};
  std::vector<storage::Entry> batch = {};
  std::size_t at = 0;

  [[nodiscard]] const storage::Entry* next() {
    if (at == batch.size() && !refill()) return nullptr;
    return &batch[at++];
  }

  bool refill() {
    if (!more) return false;
    arena.clear();
    batch.clear();
    at = 0;
    storage::Range range = storage::Range::from(lower);
    range.upper = upper;
    range.bounded = bounded;
    reading.reader().scan(codec.table().keyspace(), range, {false, size},
                          [&](ByteView key, ByteView value) {
                            batch.push_back({arena.keep(key), copies ? arena.keep(value) : value});
                            return true;
                          });
    more = batch.size() == size && go_behind(batch.back().key);
    size = std::min(size * 2, full_batch);
    return !batch.empty();
  }

  // The least key behind `key` becomes the lower bound; false where there is none.
  bool go_behind(ByteView key) {
    lower.assign(key);
    const bool grows = codec.table().shape().kind != storage::Shape::Kind::map_u64;
    if (grows && key.size() < storage::max_key_size) {
      lower += '\0';
      return true;
    }
    lower = format::successor(key);
    lower.resize(lower.empty() ? 0 : key.size(), '\0');
    return !lower.empty();
  }
};

EntityCursor::EntityCursor(engine::Reading& reading, const EntityDescriptor& descriptor,
                           const TypedKey* from, const TypedKey* to) {
  state_.reset(new State{reading, reading.codec(descriptor), !reading.keeps_rows()});
  const CompiledTable& table = state_->codec.table();
  if (from) state_->lower.assign(engine::required_typed_key(reading, table, *from));
  if (to) {
    state_->upper.assign(engine::required_typed_key(reading, table, *to));
    state_->bounded = true;
  }
}

EntityCursor::EntityCursor(EntityCursor&&) noexcept = default;
EntityCursor& EntityCursor::operator=(EntityCursor&&) noexcept = default;
EntityCursor::~EntityCursor() = default;

bool EntityCursor::next(void* entity) {
  const storage::Entry* entry = state_->next();
  while (entry && !state_->codec.fits(entry->key, entry->value)) entry = state_->next();
  if (!entry) return false;
  state_->codec.decode(entity, entry->key, entry->value);
  return true;
}

bool EntityCursor::next_row(const RowPlan& plan, RowCheck check, RawRow& out) {
  const storage::Entry* entry = state_->next();
  while (entry && !state_->codec.fits(entry->key, entry->value)) entry = state_->next();
  if (!entry) return false;
  const format::RowView row(state_->codec.table().layout, entry->value);
  if (check == RowCheck::checksum) row.verify(entry->key);
  out.plan = &plan;
  out.key = entry->key;
  out.row = entry->value;
  return true;
}

std::uint64_t change_entity(engine::Writing& writing, const EntityDescriptor& descriptor,
                            const void* entity, EntityChange change) {
  writing.require_open();
  engine::ChangeSet changes = writing.changes();
  const std::uint64_t id = add(writing, changes, writing.codec(descriptor), entity, change);
  writing.apply(changes);
  return id;
}

std::uint64_t add_change(engine::Writing& writing, engine::ChangeSet& changes,
                         const EntityDescriptor& descriptor, const void* entity,
                         EntityChange change) {
  return add(writing, changes, writing.codec(descriptor), entity, change);
}

void add_erase(engine::Writing& writing, engine::ChangeSet& changes,
               const EntityDescriptor& descriptor, const TypedKey& key) {
  const CompiledTable& table = writing.codec(descriptor).table();
  changes.add(table.ordinal, ChangeKind::erase, engine::required_typed_key(writing, table, key),
              {});
}

void set_id(engine::Writing& writing, const EntityDescriptor& descriptor, void* entity,
            std::uint64_t id) {
  writing.codec(descriptor).set_sequence_value(entity, id);
}

struct EntityLoad::State {
  engine::Writing& writing;
  const EntityCodec& codec;
  EntityChange change;
  BulkOptions options;
  std::unique_ptr<engine::BulkInsert> insert;
  engine::ChangeSet changes;
  Buffer key;
  Buffer row;
  std::vector<engine::ColumnFault> faults;
};

EntityLoad::EntityLoad(engine::Writing& writing, const EntityDescriptor& descriptor,
                       EntityChange change, const BulkOptions& options)
    : state_(new State{writing,
                       writing.codec(descriptor),
                       change,
                       options,
                       nullptr,
                       writing.changes(),
                       {},
                       {},
                       {}}) {
  writing.require_open();
  if (change == EntityChange::insert)
    state_->insert = std::make_unique<engine::BulkInsert>(writing, state_->codec, state_->options);
}

EntityLoad::~EntityLoad() = default;

std::uint64_t EntityLoad::add(const void* entity) {
  State& s = *state_;
  if (s.insert) return s.insert->add(entity);
  return engine::add_entity(s.writing, s.changes, s.codec, entity, kind_of(s.change), s.key, s.row,
                            s.faults);
}

void EntityLoad::finish() {
  if (state_->insert)
    state_->insert->finish();
  else
    state_->writing.apply(state_->changes);
}

bool erase_entity(engine::Writing& writing, const EntityDescriptor& descriptor, const TypedKey& key,
                  const EraseOptions& options) {
  const CompiledTable& table = writing.codec(descriptor).table();
  const ByteView at = engine::scratch_typed_key(writing, table, key);
  if (!at.data() || !writing.reader().get(table.keyspace(), at)) return false;
  erase_entities(writing, descriptor, {&key, 1}, options);
  return true;
}

void erase_entities(engine::Writing& writing, const EntityDescriptor& descriptor,
                    std::span<const TypedKey> keys, const EraseOptions& options) {
  writing.require_open();
  engine::ChangeSet changes = writing.changes();
  for (const TypedKey& key : keys) add_erase(writing, changes, descriptor, key);
  engine::FlushOptions flush;
  flush.limit = options.limit;
  writing.apply(changes, flush);
}

Plan plan_erase_entities(engine::Reading& reading, const EntityDescriptor& descriptor,
                         std::span<const TypedKey> keys) {
  const CompiledTable& table = reading.codec(descriptor).table();
  engine::ChangeSet changes(reading.schema().tables().size());
  for (const TypedKey& key : keys)
    changes.add(table.ordinal, ChangeKind::erase, engine::required_typed_key(reading, table, key),
                {});
  return engine::Flush(reading.schema(), reading.reader(),
                       reading.engine().storage().capabilities(), changes, {})
      .plan();
}

}  // namespace kindred::detail
