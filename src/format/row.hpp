// The bytes of a row. Little-endian, unaligned, canonical: equal values give equal bytes. Frozen;
// docs/format.md.
//
//   format 01 | list number (varint) | flags | checksum (4) | null bitmap | fixed-width columns | n
//   end offsets | bytes
//
// Primary-key columns are not in the row. Fixed columns stand at constant offsets in order of
// declaration, a null one zeroed; variable ones follow behind end offsets, counted from the first
// of their bytes, of 1, 2 or 4 bytes each (flags bits 0-1: 0, 1, 2), the least that holds the last.
// The bitmap has a bit for each nullable column, in order of declaration, set where it is null.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "format/bytes.hpp"
#include "kindred/catalog.hpp"
#include "kindred/detail/buffer.hpp"
#include "kindred/detail/row_slot.hpp"

namespace kindred::format {

using detail::Buffer;

inline constexpr std::uint8_t row_format = 1;
inline constexpr std::uint8_t offset_width_mask = 0x03;

using Slot = detail::RowSlot;

// The layout of one column list, offsets resolved once.
struct RowLayout {
  std::uint32_t table = 0;  // number, part of the checksum
  std::uint32_t list = 0;
  std::vector<Slot> slots;        // of the columns that are not key columns, in order
  std::uint32_t checksum_at = 0;  // offset of the checksum; flags stand before it
  std::uint32_t bitmap_at = 0;
  std::uint32_t offsets_at = 0;  // end of the fixed part
  std::uint32_t variables = 0;

  // `columns`: those not in the primary key, in order of declaration.
  [[nodiscard]] static RowLayout of(std::uint32_t table, std::uint32_t list,
                                    std::span<const Column* const> columns);
  // Writes header and zeroed fixed part; returns the start. Variable bytes are then appended to
  // `out`.
  [[nodiscard]] std::size_t begin(Buffer& out) const;
};

inline void set_null(char* row, const RowLayout& layout, const Slot& slot) noexcept {
  row[layout.bitmap_at + slot.null_bit / 8] =
      static_cast<char>(row[layout.bitmap_at + slot.null_bit / 8] | (1 << (slot.null_bit % 8)));
}

[[nodiscard]] constexpr std::uint64_t never_zero(std::uint64_t hash) noexcept {
  return hash == 0 ? 1 : hash;
}

// Builds one row in `out`. Use: construct, fill fixed slots through row(), append variable values
// in order calling `end_variable` after each (also null ones), then finish.
class RowBuilder {
 public:
  RowBuilder(const RowLayout& layout, Buffer& out)
      : layout_(layout), out_(out), start_(layout.begin(out)) {}
  [[nodiscard]] char* row() noexcept { return out_.data() + start_; }
  [[nodiscard]] Buffer& out() noexcept { return out_; }
  void set_null(const Slot& slot) noexcept { format::set_null(row(), layout_, slot); }
  void end_variable(std::uint32_t ordinal) noexcept {
    store_le(row() + layout_.offsets_at + 4 * ordinal,
             static_cast<std::uint32_t>(out_.size() - start_ - layout_.offsets_at -
                                        4 * layout_.variables));
  }
  // Narrows the offsets and writes the checksum. Returns the row, valid until `out` grows.
  ByteView finish(ByteView key);
  // As RowView::verify. Precondition: finished.
  [[nodiscard]] std::uint64_t hash() const noexcept { return never_zero(hash_); }

 private:
  const RowLayout& layout_;
  Buffer& out_;
  std::size_t start_;
  std::uint64_t hash_ = 0;
};

// All of the row is read soon, which lies anywhere in memory.
inline void fetch_row(ByteView row) noexcept {
  constexpr std::size_t line = 64;
  constexpr std::size_t most = 8 * line;
  for (std::size_t at = 0; at < std::min(row.size(), most); at += line)
    __builtin_prefetch(row.data() + at);
}

// A stored row, read in place. Construction checks header and lengths; `verify` the checksum.
class RowView {
 public:
  RowView() = default;
  // Throws CorruptionError, naming table number and what is wrong. The layout must outlive the
  // view.
  RowView(const RowLayout& layout, ByteView bytes) : layout_(&layout), bytes_(bytes) { open(); }

  [[nodiscard]] ByteView bytes() const noexcept { return bytes_; }
  // Throws CorruptionError where the bytes are not what was written under this key. Returns the
  // hash by which this version of the row is told from others; not 0.
  std::uint64_t verify(ByteView key) const;
  [[nodiscard]] bool is_null(const Slot& slot) const noexcept {
    return slot.null_bit != Slot::none &&
           (bytes_[layout_->bitmap_at + slot.null_bit / 8] >> (slot.null_bit % 8) & 1) != 0;
  }
  // Start of a fixed column's bytes.
  [[nodiscard]] const char* fixed(const Slot& slot) const noexcept {
    return bytes_.data() + slot.offset;
  }
  // Bytes of a variable column. Throws CorruptionError where its offsets do not rise.
  [[nodiscard]] ByteView variable(std::uint32_t ordinal) const {
    const std::uint32_t from = ordinal == 0 ? 0 : end_of(ordinal - 1);
    const std::uint32_t to = end_of(ordinal);
    if (from > to || to > bytes_.size() - variables_at_) [[unlikely]]
      bad("column offsets do not rise");
    return bytes_.substr(variables_at_ + from, to - from);
  }
  [[nodiscard]] ByteView column(const Slot& slot) const {
    return slot.width ? ByteView(fixed(slot), slot.width) : variable(slot.variable);
  }

 private:
  [[gnu::always_inline]] void open() {
    const RowLayout& l = *layout_;
    if (bytes_.size() < l.offsets_at) [[unlikely]]
      bad("row is too short");
    const char* const row = bytes_.data();
    const bool is_known = l.list < 0x80  // one byte
                              ? row[0] == row_format && row[1] == static_cast<char>(l.list)
                              : has_header(bytes_, l.list);
    if (!is_known) [[unlikely]]
      bad("unknown row format or column list");
    const auto flags = static_cast<std::uint8_t>(row[l.checksum_at - 1]);
    if (flags > 2) [[unlikely]]
      bad("unknown row flags");
    offset_width_ = 1u << flags;
    variables_at_ = l.offsets_at + offset_width_ * l.variables;
    if (bytes_.size() < variables_at_) [[unlikely]]
      bad("row is too short");
    const std::size_t rest = bytes_.size() - variables_at_;
    if (l.variables != 0 ? end_of(l.variables - 1) != rest : rest != 0) [[unlikely]]
      bad("row has a wrong length");
  }
  static bool has_header(ByteView row, std::uint32_t list) noexcept;
  [[noreturn]] void bad(const char* what) const;
  [[nodiscard]] std::uint32_t end_of(std::uint32_t ordinal) const noexcept {
    const char* at = bytes_.data() + layout_->offsets_at;
    switch (offset_width_) {
      case 1: return static_cast<std::uint8_t>(at[ordinal]);
      case 2: return load_le<std::uint16_t>(at + 2 * ordinal);
      default: return load_le<std::uint32_t>(at + 4 * ordinal);
    }
  }
  const RowLayout* layout_ = nullptr;
  ByteView bytes_;
  std::uint32_t variables_at_ = 0;
  std::uint32_t offset_width_ = 1;
};

// The list number of a row, without its layout. Throws CorruptionError where the bytes do not begin
// like a row.
[[nodiscard]] std::uint32_t list_number(ByteView row);

}  // namespace kindred::format
