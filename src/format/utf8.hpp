// UTF-8 validity at the speed that rows need: text is mostly ASCII.
#pragma once

#include "format/bytes.hpp"
#include "kindred/detail/utf8.hpp"

namespace kindred::format {

[[nodiscard]] inline bool valid_utf8(ByteView text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080u;
  std::size_t at = 0;
  while (text.size() - at >= 8 && (load_le<std::uint64_t>(text.data() + at) & high_bits) == 0)
    at += 8;
  return detail::is_utf8(text.substr(at));
}

}  // namespace kindred::format
