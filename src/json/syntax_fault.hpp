// Why a text is not JSON: the first fault, named precisely. RapidJSON, which reads the text, says
// too little; this reads again what was refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/text_events.hpp"

namespace kindred::json {

struct SyntaxFault {
  std::string_view what;   // "expected `,` or `]`"
  std::size_t offset = 0;  // the text's size where it ends too early
};

// The first fault of `text`; empty where there is none. `max_depth`: containers inside each other.
[[nodiscard]] std::optional<SyntaxFault> find_syntax_fault(std::string_view text,
                                                           std::size_t max_depth, Tokens tokens);

// "line 2 column 0" of an offset: columns count bytes, the one behind a newline is 1, and a newline
// itself has 0 of the line that it begins.
[[nodiscard]] std::string byte_position(std::string_view text, std::size_t offset);

}  // namespace kindred::json
