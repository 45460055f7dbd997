#include "engine/change_set.hpp"

#include <algorithm>

#include "format/bytes.hpp"
#include "format/checksum.hpp"

namespace kindred::engine {

void append_patch(Buffer& out, const PatchItem& item) {
  char* to = out.need(9);
  format::store_le(to, item.column);
  to[4] = item.null ? '\1' : '\0';
  format::store_le(to + 5, static_cast<std::uint32_t>(item.bytes.size()));
  out.advance(9);
  out.append(item.bytes);
}

PatchItem take_patch(ByteView& in) {
  PatchItem item;
  item.column = format::load_le<std::uint32_t>(in.data());
  item.null = in[4] != 0;
  const auto n = format::load_le<std::uint32_t>(in.data() + 5);
  item.bytes = in.substr(9, n);
  in.remove_prefix(9 + n);
  return item;
}

Violation column_violation(const CompiledTable& table, std::uint32_t column, ErrorCode code,
                           std::string detail) {
  Violation v;
  v.code = code;
  v.table = table.name();
  v.columns = {table.columns[column].column->name};
  v.detail = std::move(detail);
  return v;
}

void append_row_patch(Buffer& out, const CompiledTable& table,
                      std::span<const std::uint32_t> columns, ByteView key, ByteView row) {
  const RowView view(table.layout, row);
  Buffer scratch;
  for (const std::uint32_t c : columns) {
    ByteView value;
    scratch.clear();
    const bool there = table.column_bytes(c, key, view, scratch, value);
    append_patch(out, {c, !there, there ? value : ByteView{}});
  }
}

}  // namespace kindred::engine
