// Patterns of text fields, matched in linear time.
#pragma once

#include <re2/re2.h>

#include <string_view>

#include "kindred/detail/schema_node.hpp"

namespace kindred::schema::detail {

// Threads: any number may search with one.
class Pattern {
 public:
  // `text` in the dialect of Rust's regex crate, as far as RE2 has it: without look-around,
  // back-references and operations on sets of characters; \b knows ASCII letters only.
  explicit Pattern(std::string_view text);
  [[nodiscard]] bool ok() const { return compiled_.ok(); }
  [[nodiscard]] const std::string& why_not() const { return compiled_.error(); }
  // Whether the pattern matches anywhere in the text.
  [[nodiscard]] bool search(std::string_view text) const;

 private:
  re2::RE2 compiled_;
};

}  // namespace kindred::schema::detail
