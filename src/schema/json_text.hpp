// JSON text as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/text_events.hpp"
#include "kindred/schema_options.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

struct JsonRules {
  std::size_t depth = 200;
  json::Tokens tokens = json::Tokens::nan_and_infinity;
  Partial partial = Partial::off;
};

struct JsonFault {
  std::string what;     // "expected value"
  std::string message;  // "expected value at line 1 column 1"
  std::size_t offset = 0;
};

// Integers of any size are kept; the last of equal keys wins. The fault of a text that is not JSON;
// with `partial` a text that was cut is none.
std::optional<JsonFault> read_json(std::string_view text, const JsonRules& rules, Value& out);

// The same of one value inside a text that has been read already.
Value read_json_at(std::string_view text, std::size_t offset);

// Why the text is not JSON. `otherwise` where nothing but its size is wrong with it.
JsonFault json_fault_of(std::string_view text, const JsonRules& rules, const char* otherwise,
                        std::size_t offset);

}  // namespace kindred::schema::detail
