// A fault while it is only noted: what, where, and a handle to the value. Everything that people
// read is made from it when the pass is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

// Names a value in its source: an offset in a text, the address of a Value or of an attribute.
using Handle = std::uintptr_t;

struct Step {
  enum class Kind : std::uint8_t {
    name,
    index,
    label,  // of a union's branch, or "[key]": part of loc, not of the JSON Pointer
  };
  Kind kind = Kind::name;
  std::string text;
  std::int64_t index = 0;
  std::int64_t rank = 0;  // position among the errors of the same parent
};

struct Fault {
  std::string type;
  std::string message;  // of a custom error; else made from the type
  std::vector<Step> path;
  Handle at = 0;
  std::optional<Value> input;  // where the handle will not do
  Dict context;
};

}  // namespace kindred::schema::detail
