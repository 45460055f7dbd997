// What the typed calls of Store, Snapshot and Transaction become: descriptors and untyped objects.
// Compiled once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kindred/detail/entity_descriptor.hpp"
#include "kindred/detail/row_slot.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/options.hpp"
#include "kindred/report.hpp"
#include "kindred/value.hpp"

namespace kindred::engine {
class ChangeSet;
class Reading;
class Writing;
}  // namespace kindred::engine

namespace kindred::detail {

// The primary key of a typed call: one integer (also enums), or values in key order.
struct TypedKey {
  std::int64_t integer = 0;            // an unsigned one modulo 2^64
  bool is_unsigned = false;            // what `integer` was given as
  std::span<const Value> values = {};  // empty: the integer
};

// Fills the entity; false where there is none.
[[nodiscard]] bool get_entity(engine::Reading& reading, const EntityDescriptor& descriptor,
                              const TypedKey& key, void* entity);
// For each key in order: slot(i) gives the object to fill where there is a row.
void get_entities(engine::Reading& reading, const EntityDescriptor& descriptor,
                  std::span<const TypedKey> keys, FunctionRef<void*(std::size_t)> slot);
// Entities at the other end of a relationship of `from`; slot() gives the object to fill.
void related_entities(engine::Reading& reading, const EntityDescriptor& from, const void* entity,
                      std::string_view relationship, const EntityDescriptor& to,
                      FunctionRef<void*()> slot);
// Entities of `child` whose many-to-one relationship leads to this one.
void referring_entities(engine::Reading& reading, const EntityDescriptor& child,
                        std::string_view relationship, const EntityDescriptor& to,
                        const void* entity, FunctionRef<void*()> slot);

// Where the columns of a stored row lie, in order of the descriptor.
struct RowPlan {
  std::span<const RowSlot> slots;
  std::span<const FieldCodec> fields;
  std::uint32_t bitmap_at = 0;
  const engine::Reading* reading = nullptr;
  const void* codec = nullptr;
  std::string held_key;  // of a view of one row
};

// One stored row, in place. Header and lengths were checked; the checksum where `verify` says so.
struct RawRow {
  const RowPlan* plan = nullptr;
  ByteView key;
  ByteView row;
  // The value of a variable or key column; key columns are decoded into `scratch`. False where it
  // is null.
  [[nodiscard]] bool column(std::size_t column, Buffer& scratch, ByteView& out) const;
  [[nodiscard]] bool is_null(const RowSlot& slot) const noexcept {
    return slot.null_bit != RowSlot::none &&
           (row[plan->bitmap_at + slot.null_bit / 8] >> (slot.null_bit % 8) & 1) != 0;
  }
};

enum class RowCheck : std::uint8_t { header, checksum };
// A plan lives as long as the Reading.
[[nodiscard]] RowPlan row_plan(engine::Reading& reading, const EntityDescriptor& descriptor);
[[nodiscard]] bool get_row(engine::Reading& reading, const EntityDescriptor& descriptor,
                           const TypedKey& key, const RowPlan& plan, RawRow& out);

// Rows of a table between two keys, pulled.
class EntityCursor {
 public:
  // `from` inclusive, `to` exclusive; null pointers: no bound. Must not outlive the Reading.
  EntityCursor(engine::Reading& reading, const EntityDescriptor& descriptor, const TypedKey* from,
               const TypedKey* to);
  EntityCursor(EntityCursor&&) noexcept;
  EntityCursor& operator=(EntityCursor&&) noexcept;
  ~EntityCursor();
  [[nodiscard]] bool next(void* entity);
  // The row in place, until the next call.
  [[nodiscard]] bool next_row(const RowPlan& plan, RowCheck check, RawRow& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class EntityChange : std::uint8_t { insert, put, update };

// One ChangeSet of one entity. Returns the id that a sequence key got, 0 where none was assigned.
std::uint64_t change_entity(engine::Writing& writing, const EntityDescriptor& descriptor,
                            const void* entity, EntityChange change);
// Adds the change to a batch.
std::uint64_t add_change(engine::Writing& writing, engine::ChangeSet& changes,
                         const EntityDescriptor& descriptor, const void* entity,
                         EntityChange change);
void add_erase(engine::Writing& writing, engine::ChangeSet& changes,
               const EntityDescriptor& descriptor, const TypedKey& key);
// Gives the entity the id that change_entity returned.
void set_id(engine::Writing& writing, const EntityDescriptor& descriptor, void* entity,
            std::uint64_t id);

// A range of entities as one ChangeSet.
class EntityLoad {
 public:
  EntityLoad(engine::Writing& writing, const EntityDescriptor& descriptor, EntityChange change,
             const BulkOptions& options);
  ~EntityLoad();
  EntityLoad(const EntityLoad&) = delete;
  EntityLoad& operator=(const EntityLoad&) = delete;
  std::uint64_t add(const void* entity);
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] bool erase_entity(engine::Writing& writing, const EntityDescriptor& descriptor,
                                const TypedKey& key, const EraseOptions& options);
void erase_entities(engine::Writing& writing, const EntityDescriptor& descriptor,
                    std::span<const TypedKey> keys, const EraseOptions& options);
[[nodiscard]] Plan plan_erase_entities(engine::Reading& reading, const EntityDescriptor& descriptor,
                                       std::span<const TypedKey> keys);

}  // namespace kindred::detail
