// Where one column lies in a row; docs/format.md has the picture.
#pragma once

#include <cstdint>

namespace kindred::detail {

struct RowSlot {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  std::uint32_t offset = 0;       // fixed: from the start of the row
  std::uint32_t width = 0;        // 0: variable
  std::uint32_t variable = none;  // ordinal among the variable columns
  std::uint32_t null_bit = none;
};

}  // namespace kindred::detail
