// The most frequent condition: one column of the row, a number of 64 bits at most, within an
// interval. Told from the fixed part of the encoded row; what lies behind that is not looked at.
#pragma once

#include <cstring>

#include "engine/query_condition.hpp"

namespace kindred::engine {

class FixedTest {
 public:
  FixedTest(const CompiledTable& table, const Test& test);
  // False: the condition is another one.
  [[nodiscard]] bool is_usable() const noexcept { return usable_; }

  // Calls f with a value of the type that the column's bytes are. Precondition: usable.
  template <class F>
  decltype(auto) with_type(F f) const {
    switch (width_) {
      case 1: return is_signed_ ? f(std::int8_t{}) : f(std::uint8_t{});
      case 2: return is_signed_ ? f(std::int16_t{}) : f(std::uint16_t{});
      case 4: return is_signed_ ? f(std::int32_t{}) : f(std::uint32_t{});
      default: return f(std::int64_t{});
    }
  }
  // Whether a row matches that begins as one of this table does.
  [[nodiscard]] bool holds(const char* row) const noexcept {
    return with_type([&](auto type) { return holds<decltype(type)>(row); });
  }
  // Whether this is a row of this table that does not match.
  template <class Int>
  [[nodiscard]] bool rejects(ByteView row) const noexcept {
    return row.size() >= size_ && std::memcmp(row.data(), header_, 2) == 0 &&
           !holds<Int>(row.data());
  }

 private:
  template <class Int>
  [[nodiscard]] bool holds(const char* row) const noexcept {
    if (null_mask_ != 0 && (row[null_at_] & null_mask_) != 0) return false;
    const auto value = static_cast<std::uint64_t>(std::int64_t{format::load_le<Int>(row + at_)});
    return (value - least_ <= span_) != inverted_;
  }

  bool usable_ = false;
  bool inverted_ = false;
  bool is_signed_ = false;
  std::uint8_t width_ = 0;
  std::uint8_t null_mask_ = 0;  // 0: the column is not nullable
  char header_[2] = {};
  std::uint32_t size_ = 0;  // of the fixed part
  std::uint32_t null_at_ = 0;
  std::uint32_t at_ = 0;
  std::uint64_t least_ = 0;
  std::uint64_t span_ = 0;
};

}  // namespace kindred::engine
