// Entities to keys and rows and back, through their descriptor: prepared once per catalogue, no
// entity type.
#pragma once

#include <span>
#include <vector>

#include "engine/compiled.hpp"
#include "engine/value_codec.hpp"
#include "kindred/detail/entity_descriptor.hpp"

namespace kindred::engine {

struct ColumnFault {
  std::uint32_t column = none;
  ValueFault fault;
};

class EntityCodec {
 public:
  // Throws SchemaMismatch where descriptor and table do not have the same columns. Both must
  // outlive the codec.
  EntityCodec(const detail::EntityDescriptor& descriptor, const CompiledTable& table);

  [[nodiscard]] const CompiledTable& table() const noexcept { return *table_; }
  // In order of the descriptor's columns; a key column has a slot of width 0 and no variable
  // ordinal.
  [[nodiscard]] std::span<const Slot> slots() const noexcept { return slots_; }
  [[nodiscard]] std::span<const std::uint32_t> ordinals() const noexcept { return ordinals_; }
  void encode_key(const void* entity, Buffer& out) const;
  struct Encoded {
    ByteView row;        // until the buffer grows
    std::uint64_t hash;  // CompiledTable::row_hash
  };
  // Appends the row stored under `key`. Values that break a rule are added to `faults`; the row is
  // then not to be used.
  Encoded encode_row(const void* entity, ByteView key, Buffer& out,
                     std::vector<ColumnFault>& faults) const;
  // Whether the row is one of the entity: false for another entity of a shared table.
  [[nodiscard]] bool fits(ByteView key, ByteView row) const {
    return is_kind_ == nullptr || fits_kind(key, row);
  }
  // Some columns of the table belong to other entities: an update must leave them alone.
  [[nodiscard]] bool is_partial() const noexcept { return is_kind_ != nullptr; }
  // Ordinal of the column that tells which; none where the table is not shared.
  [[nodiscard]] std::uint32_t discriminator() const noexcept { return discriminator_; }
  // Fills all columns. Verifies the checksum; throws CorruptionError. Returns
  // CompiledTable::row_hash.
  std::uint64_t decode(void* entity, ByteView key, ByteView row) const;
  void decode_key(void* entity, ByteView key) const;

  // The sequence key as a number: precondition table().sequence.
  [[nodiscard]] std::uint64_t sequence_value(const void* entity) const;
  void set_sequence_value(void* entity, std::uint64_t id) const;
  // Whether such a number is a negative id.
  [[nodiscard]] bool is_negative(std::uint64_t id) const noexcept;
  // Appends what foreign key `ordinal` of this entity refers to. False where a column is null.
  [[nodiscard]] bool append_reference(const void* entity, std::uint32_t ordinal, Buffer& out) const;
  // Appends the values of a unique index of this entity as a key. False where one is null.
  [[nodiscard]] bool append_unique(const void* entity, std::uint32_t index, Buffer& out) const;

 private:
  struct Field {
    detail::FieldCodec codec;
    Slot slot;
    std::uint32_t column = none;
    bool checked = false;            // text or decimal rules apply
    std::uint32_t plain_length = 0;  // ASCII of at most so many bytes passes them
  };
  [[nodiscard]] bool append_columns(const void* entity, const std::vector<std::uint32_t>& columns,
                                    Buffer& out) const;
  [[nodiscard]] bool append_key_column(const void* entity, std::uint32_t column, bool last,
                                       Buffer& out) const;

  const CompiledTable* table_;
  bool (*is_kind_)(std::string_view) = nullptr;
  std::uint32_t discriminator_ = none;
  [[nodiscard]] bool fits_kind(ByteView key, ByteView row) const;
  void fill_absent();
  std::vector<Field> fixed_;     // not in the key
  std::vector<Field> absent_;    // fixed columns that the entity does not have
  std::vector<Field> variable_;  // not in the key, in slot order
  std::vector<Field> key_;       // in key order
  std::vector<detail::FieldCodec> by_column_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> ordinals_;
};

}  // namespace kindred::engine
