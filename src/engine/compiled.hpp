// A catalogue prepared for work: names resolved to ordinals, layouts and key codecs resolved once.
// Immutable, shared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arena.hpp"
#include "format/catalog_record.hpp"
#include "format/key.hpp"
#include "format/row.hpp"
#include "kindred/catalog.hpp"
#include "kindred/storage.hpp"

namespace kindred::engine {

using format::Buffer;
using format::KeyPart;
using format::RowLayout;
using format::RowView;
using format::Slot;
using storage::KeyspaceId;

inline constexpr std::uint32_t none = ~std::uint32_t{0};

struct CompiledColumn {
  const Column* column = nullptr;
  KeyPart part{};                     // where the type can be a key
  std::uint32_t key_position = none;  // in the primary key
  Slot slot;                          // otherwise: in the row
  [[nodiscard]] bool in_key() const noexcept { return key_position != none; }
};

struct CompiledIndex {
  const Index* index = nullptr;
  std::vector<std::uint32_t> columns;
  bool referenced = false;  // by a foreign key
};

struct CompiledForeignKey {
  const ForeignKey* key = nullptr;
  std::vector<std::uint32_t> columns;  // of the child, in the order of the referenced key
  std::uint32_t parent = none;         // table ordinal
  std::uint32_t referenced_index =
      none;                // ordinal of the parent's unique index; none: its primary key
  bool leads_key = false;  // children are a range of the table: no keyspace of its own
  bool whole_key = false;  // ... and the columns are the whole primary key
};

struct Reference {
  std::uint32_t child = none;  // table ordinal
  std::uint32_t foreign_key = none;
};

struct CompiledTable {
  const Table* table = nullptr;
  const format::TableRecord* record = nullptr;
  std::uint32_t ordinal = none;
  RowLayout layout;
  std::vector<CompiledColumn> columns;
  std::vector<KeyPart> key_parts;
  std::vector<std::uint32_t> key_columns;
  std::vector<std::uint32_t> row_columns;  // ordinals of the columns in the row, in slot order
  std::uint32_t key_size = 0;              // 0: varies
  bool sequence = false;
  std::vector<CompiledIndex> indexes;
  std::vector<CompiledForeignKey> foreign_keys;
  std::vector<Reference> referenced_by;  // by child's ordinal, then foreign key
  [[nodiscard]] KeyspaceId keyspace() const noexcept { return table->keyspace; }
  [[nodiscard]] const std::string& name() const noexcept { return table->name; }
  [[nodiscard]] std::uint32_t column(
      std::string_view name) const noexcept;  // none where there is none

  [[nodiscard]] storage::Shape shape() const;
  // Of an index or a foreign key's index: sets of primary keys.
  [[nodiscard]] storage::Shape member_shape() const;

  // What a writer remembers of the row stored under `key`; never 0. Throws CorruptionError.
  [[nodiscard]] std::uint64_t row_hash(ByteView key, ByteView row) const {
    return RowView(layout, row).verify(key);
  }
  // The row form of a column, from its key and row. False where it is null. `scratch` holds what
  // had to be decoded.
  [[nodiscard]] bool column_bytes(std::uint32_t column, ByteView key, const RowView& row,
                                  Buffer& scratch, ByteView& out) const;
  // Appends the columns as a key without marks. False, with nothing appended, where one is null.
  [[nodiscard]] bool append_columns(Buffer& out, const std::vector<std::uint32_t>& columns,
                                    ByteView key, const RowView& row) const;
  // Appends the key of index `ordinal`. False where the row has no entry there.
  [[nodiscard]] bool append_index_key(Buffer& out, std::uint32_t ordinal, ByteView key,
                                      const RowView& row) const;
  // Appends what the foreign key refers to. False where it refers to nothing.
  [[nodiscard]] bool append_reference(Buffer& out, std::uint32_t ordinal, ByteView key,
                                      const RowView& row) const;
  // The greatest id that the key column of a sequence holds.
  [[nodiscard]] std::uint64_t greatest_id() const noexcept;
  // A primary key as text, for messages: `7`, `(3, "d005")`.
  [[nodiscard]] std::string key_text(ByteView key) const;

 private:
  [[nodiscard]] bool append_column(Buffer& out, std::uint32_t column, ByteView key,
                                   const RowView& row, bool last) const;
};

class CompiledCatalog {
 public:
  // Throws CorruptionError where the records contradict each other.
  CompiledCatalog(format::StoreHeader header, std::vector<format::TableRecord> records,
                  std::uint64_t stamp);
  CompiledCatalog(const CompiledCatalog&) = delete;
  CompiledCatalog& operator=(const CompiledCatalog&) = delete;

  [[nodiscard]] const std::vector<CompiledTable>& tables() const noexcept { return tables_; }
  [[nodiscard]] const CompiledTable& table(std::uint32_t ordinal) const noexcept {
    return tables_[ordinal];
  }
  [[nodiscard]] const CompiledTable* find(std::string_view name) const noexcept;
  // Throws UsageError with "did you mean".
  [[nodiscard]] const CompiledTable& require(std::string_view name) const;
  [[nodiscard]] const std::shared_ptr<const Catalog>& catalog() const noexcept { return catalog_; }
  [[nodiscard]] const format::StoreHeader& header() const noexcept { return header_; }
  [[nodiscard]] std::uint64_t stamp() const noexcept { return stamp_; }
  // Every keyspace the catalogue names, with its shape.
  [[nodiscard]] std::vector<std::pair<KeyspaceId, storage::Shape>> keyspaces() const;

  // The key under which `parent` is referred to by `fk`: its primary key or that of the unique
  // index. False where it has none (a null in the unique key).
  [[nodiscard]] bool append_referenced(Buffer& out, const CompiledForeignKey& fk,
                                       ByteView parent_key, const RowView& parent_row) const;
  // Where the children of a referenced key lie. `referenced` must live as long as the request;
  // `arena` keeps the rest.
  [[nodiscard]] storage::ScanRequest children_of(const CompiledTable& child,
                                                 const CompiledForeignKey& fk, ByteView referenced,
                                                 Arena& arena) const;
  // Where a referenced key is looked up.
  [[nodiscard]] KeyspaceId referenced_keyspace(const CompiledForeignKey& fk) const;

 private:
  void compile();
  format::StoreHeader header_;
  std::vector<format::TableRecord> records_;
  std::shared_ptr<const Catalog> catalog_;
  std::vector<CompiledTable> tables_;
  std::uint64_t stamp_ = 0;
};

}  // namespace kindred::engine
