#include "format/row.hpp"

#include <cstring>

#include "format/checksum.hpp"
#include "kindred/error.hpp"

namespace kindred::format {

RowLayout RowLayout::of(std::uint32_t table, std::uint32_t list,
                        std::span<const Column* const> columns) {
  RowLayout out;
  out.table = table;
  out.list = list;
  char varint[10];
  out.checksum_at = static_cast<std::uint32_t>(1 + store_varint(varint, list) + 1);
  out.bitmap_at = out.checksum_at + 4;
  std::uint32_t bits = 0;
  for (const Column* c : columns) {
    Slot slot;
    slot.width = c->type.width();
    if (c->nullable) slot.null_bit = bits++;
    if (!slot.width) slot.variable = out.variables++;
    out.slots.push_back(slot);
  }
  std::uint32_t at = out.bitmap_at + (bits + 7) / 8;
  for (Slot& slot : out.slots) {
    if (!slot.width) continue;
    slot.offset = at;
    at += slot.width;
  }
  out.offsets_at = at;
  return out;
}

std::size_t RowLayout::begin(Buffer& out) const {
  const std::size_t start = out.size();
  const std::size_t n = offsets_at + 4 * std::size_t{variables};
  char* row = out.need(n);
  std::memset(row, 0, n);
  row[0] = static_cast<char>(row_format);
  store_varint(row + 1, list);
  out.advance(n);
  return start;
}

ByteView RowBuilder::finish(ByteView key) {
  const std::size_t n = layout_.variables;
  std::uint8_t flags = 0;
  if (n) {
    char* offsets = row() + layout_.offsets_at;
    const std::size_t total = out_.size() - start_ - layout_.offsets_at - 4 * n;
    std::size_t width = 4;
    if (total <= 0xff) {
      width = 1;
      for (std::size_t i = 1; i < n; ++i) offsets[i] = offsets[4 * i];
    } else if (total <= 0xffff) {
      width = 2;
      flags = 1;
      for (std::size_t i = 1; i < n; ++i) std::memcpy(offsets + 2 * i, offsets + 4 * i, 2);
    } else {
      flags = 2;
    }
    if (width < 4) {
      std::memmove(offsets + width * n, offsets + 4 * n, total);
      out_.resize_down(out_.size() - (4 - width) * n);
    }
  }
  char* at = row();
  at[layout_.checksum_at - 1] = static_cast<char>(flags);
  const ByteView whole{at, out_.size() - start_};
  hash_ = row_hash(layout_.table, layout_.list, flags, key, whole.substr(layout_.bitmap_at));
  store_le(at + layout_.checksum_at, static_cast<std::uint32_t>(hash_));
  return whole;
}

void RowView::bad(const char* what) const {
  throw CorruptionError("row of table number " + std::to_string(layout_->table), what);
}

bool RowView::has_header(ByteView row, std::uint32_t list) noexcept {
  char header[12];
  header[0] = static_cast<char>(row_format);
  return row.starts_with(ByteView(header, 1 + store_varint(header + 1, list)));
}

std::uint64_t RowView::verify(ByteView key) const {
  const RowLayout& l = *layout_;
  const auto flags = static_cast<std::uint8_t>(bytes_[l.checksum_at - 1]);
  const auto stored = load_le<std::uint32_t>(bytes_.data() + l.checksum_at);
  const std::uint64_t hash = row_hash(l.table, l.list, flags, key, bytes_.substr(l.bitmap_at));
  if (stored != static_cast<std::uint32_t>(hash)) [[unlikely]]
    bad("checksum does not match");
  return never_zero(hash);
}

std::uint32_t list_number(ByteView row) {
  if (!row.empty() && row[0] == static_cast<char>(row_format)) {
    row.remove_prefix(1);
    std::uint64_t list = 0;
    if (take_varint(row, list) && list <= 0xffffffffu) return static_cast<std::uint32_t>(list);
  }
  throw CorruptionError("row", "unknown row format");
}

}  // namespace kindred::format
