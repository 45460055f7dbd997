// The catalogue's records in keyspace 0, as bytes and back. Frozen; docs/format.md.
//
//   header   magic "KINDRED" 1a | checksum (4) | major (2) | minor (2) | fields
//   table    checksum (4) | fields
//   field    tag (varint) | length (varint) | bytes
//
// Integers are little-endian. A checksum is the low 32 bits of the XXH3-64 of all bytes behind it.
// Fields may come in any order; one that is not known is skipped, kept in `unknown` and written
// again. Structured fields (column list, column, type, key, check, relationship) hold fields of
// their own.
//
// Decoders throw CorruptionError where the bytes are not such a record, Error(newer_format) where
// they are sound but hold what this version must not guess at; nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/catalog.hpp"

namespace kindred::format {

inline constexpr std::uint16_t format_major = 1;
inline constexpr std::uint16_t format_minor = 0;

struct StoreHeader {
  std::uint16_t major = format_major;  // a greater one is refused
  std::uint16_t minor = format_minor;  // a greater one is read
  Uuid store_id;
  std::string application;
  std::uint64_t must_understand = 0;  // features; an unknown bit is refused. None exist yet.
  std::uint64_t may_ignore = 0;
  std::uint32_t next_keyspace = 1;
  std::uint32_t next_table = 1;
  std::uint64_t digest = 0;
  std::string boot_id;
  std::string created_by;
  std::string unknown;  // fields of a newer minor version
  friend bool operator==(const StoreHeader&, const StoreHeader&) = default;
};

[[nodiscard]] std::string encode(const StoreHeader& header);
[[nodiscard]] StoreHeader decode_header(ByteView bytes);

// One of the column lists that a table had: rows written under it are read through it.
struct ColumnList {
  std::uint32_t number = 0;
  std::vector<Column> columns;
  friend bool operator==(const ColumnList&, const ColumnList&) = default;
};

struct TableRecord {
  Table table;
  std::vector<ColumnList> former_lists;  // numbers other than table.list_number
  std::vector<std::uint32_t> retired_columns;
  std::uint32_t next_column = 1;
  // Fields of a newer minor version, also those inside structured fields: these go back into
  // the column (by list and number), key, check or relationship (by name) that they came from.
  std::string unknown;
  friend bool operator==(const TableRecord&, const TableRecord&) = default;
};

[[nodiscard]] std::string encode(const TableRecord& record);
// `where` names the record in errors. The table is decoded, not validated.
[[nodiscard]] TableRecord decode_table(ByteView bytes, std::string_view where);

// Keys in keyspace 0.
[[nodiscard]] std::string header_key();
[[nodiscard]] std::string stamp_key();                      // value: 8 bytes, little-endian
[[nodiscard]] std::string table_key(std::uint32_t number);  // 'T' and the number, big-endian

}  // namespace kindred::format
