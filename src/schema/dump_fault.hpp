// What ends a dump: thrown inside it, and turned into an error with its place at the border.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kindred::schema::detail {

// Containers inside each other; also ends objects that hold themselves.
inline constexpr std::size_t dump_depth = 500;

class DumpFault {
 public:
  enum class Kind { bad_value, too_deep };
  DumpFault(Kind kind, std::string message) : kind_(kind), message_(std::move(message)) {}
  // Called on the way out, innermost step first.
  void leave(std::string_view step) { steps_.emplace_back(step); }
  // Throws kindred::ValidationError with the place, or CapacityError.
  [[noreturn]] void raise() const;

 private:
  Kind kind_;
  std::string message_;
  std::vector<std::string> steps_;
};

[[noreturn]] void refuse_text();
[[noreturn]] void refuse_bytes();
[[noreturn]] void refuse_key();
[[noreturn]] void refuse_depth();

}  // namespace kindred::schema::detail
