#include "engine/entity_changes.hpp"

#include "format/bytes.hpp"

namespace kindred::engine {
namespace {

void report(ChangeSet& changes, const CompiledTable& table, ByteView key,
            std::vector<ColumnFault>& faults) {
  std::vector<Violation> broken;
  for (ColumnFault& f : faults)
    broken.push_back(column_violation(table, f.column, f.fault.code, std::move(f.fault.detail)));
  faults.clear();
  changes.refuse(std::move(broken), table.key_text(key));
}

// The columns that the entity has; those of others that share its table stay, and so does what the
// row is.
void set_columns(ChangeSet& changes, const EntityCodec& codec, ChangeKind kind, ByteView key,
                 ByteView row) {
  const CompiledTable& table = codec.table();
  if (kind == ChangeKind::put)
    throw UsageError("table " + table.name() +
                     " holds several entities: put would not know which columns to replace; insert "
                     "or update");
  std::vector<std::uint32_t> columns;
  for (const std::uint32_t c : codec.ordinals())
    if (!table.columns[c].in_key() && c != codec.discriminator()) columns.push_back(c);
  Buffer patch;
  append_row_patch(patch, table, columns, key, row);
  changes.add(table.ordinal, ChangeKind::patch, key, patch.view());
}

}  // namespace

std::uint64_t add_entity(Writing& writing, ChangeSet& changes, const EntityCodec& codec,
                         const void* entity, ChangeKind kind, Buffer& key, Buffer& row,
                         std::vector<ColumnFault>& faults) {
  const CompiledTable& table = codec.table();
  std::uint64_t assigned = 0;
  key.clear();
  row.clear();
  if (table.sequence && kind != ChangeKind::update) {
    const std::uint64_t id = codec.sequence_value(entity);
    if (id == 0) {
      assigned = writing.next_id(table);
      char bytes[8];
      format::store_le(bytes, assigned);
      format::append_key_part(key, table.key_parts[0], {bytes, table.key_parts[0].row_width}, true);
    } else if (!codec.is_negative(id)) {
      writing.seen_id(table, id);
    }
  }
  if (!assigned) codec.encode_key(entity, key);
  if (key.size() > storage::max_key_size)
    throw CapacityError("table " + table.name() + ": a primary key of " +
                            std::to_string(key.size()) + " bytes; at most 511 are allowed",
                        storage::max_key_size, key.size());
  const ByteView bytes = codec.encode_row(entity, key.view(), row, faults).row;
  if (!faults.empty()) [[unlikely]]
    report(changes, table, key.view(), faults);
  else if (kind != ChangeKind::insert && codec.is_partial()) [[unlikely]]
    set_columns(changes, codec, kind, key.view(), bytes);
  else
    changes.add(table.ordinal, kind, key.view(), bytes);
  return assigned;
}

}  // namespace kindred::engine
