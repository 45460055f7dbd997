// Changed copies of JSON texts, the same ones for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::schema_test {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : state_(seed * 2 + 1) {}

  // Still JSON, where the text is: values replaced, members dropped, doubled, renamed, added.
  [[nodiscard]] std::string value_change(std::string_view text);
  // Any bytes: also cut texts and bytes that are no JSON.
  [[nodiscard]] std::string byte_change(std::string_view text);
  [[nodiscard]] std::uint64_t random(std::uint64_t below);

 private:
  std::uint64_t state_;
};

// The values in a text, and the members and items, from their first byte to their last.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};
struct Outline {
  std::vector<Span> values;
  std::vector<Span> keys;
  std::vector<Span> parts;  // "key": value, or an item
};
[[nodiscard]] Outline outline_of(std::string_view text);

}  // namespace kindred::schema_test
