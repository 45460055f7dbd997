#include "engine/query_fixed.hpp"

#include <algorithm>
#include <limits>

namespace kindred::engine {

FixedTest::FixedTest(const CompiledTable& table, const Test& test) {
  constexpr int128 lowest = std::numeric_limits<std::int64_t>::min();
  constexpr int128 highest = std::numeric_limits<std::int64_t>::max();
  const ColumnRef& column = test.column;
  if (test.kind != Test::Kind::integer || column.in_key || column.width > 8 ||
      (column.width == 8 && !column.is_signed))
    return;
  const format::RowLayout& layout = table.layout;
  if (layout.list >= 0x80) return;  // its header is longer
  const int128 least = std::max(test.least, lowest);
  const int128 greatest = std::min(test.greatest, highest);
  if (least > greatest) return;
  usable_ = true;
  inverted_ = test.inverted;
  is_signed_ = column.is_signed;
  width_ = column.width;
  at_ = column.slot.offset;
  least_ = static_cast<std::uint64_t>(least);
  span_ = static_cast<std::uint64_t>(greatest - least);
  size_ = layout.offsets_at;
  header_[0] = format::row_format;
  header_[1] = static_cast<char>(layout.list);
  if (column.slot.null_bit == format::Slot::none) return;
  null_at_ = layout.bitmap_at + column.slot.null_bit / 8;
  null_mask_ = static_cast<std::uint8_t>(1u << (column.slot.null_bit % 8));
}

}  // namespace kindred::engine
