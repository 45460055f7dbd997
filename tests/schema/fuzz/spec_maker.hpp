// Descriptions of types, and texts that nearly fit them, made from bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "kindred/schema_dynamic.hpp"

namespace kindred::schema_fuzz {

// Bytes as decisions; zeros when there are no more.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t below(std::size_t count) { return next() % count; }
  [[nodiscard]] std::uint8_t next() {
    return at_ < bytes_.size() ? bytes_[at_++] : std::uint8_t{0};
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

struct MadeSpec {
  schema::TypeSpec type;
  // Whether what is dumped may be read as another value: a text that a union takes for a date.
  bool has_union = false;
};
// Only types whose values come back from their dumps: no secrets, NaN, changes of case.
[[nodiscard]] MadeSpec make_spec(Choices& choices);
[[nodiscard]] std::string make_text(const schema::TypeSpec& type, Choices& choices);

}  // namespace kindred::schema_fuzz
