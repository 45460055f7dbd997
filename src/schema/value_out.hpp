// A dump as a Value; takes the same calls as JsonOut.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/detail/schema_calls.hpp"

namespace kindred::schema::detail {

class ValueOut {
 public:
  // Values of all types may stay what they are: see DumpMode.
  static constexpr bool keeps_types = true;

  explicit ValueOut(DumpMode mode) : mode_(mode) {}
  [[nodiscard]] DumpMode mode() const noexcept { return mode_; }
  // What was written. Call once, at the end.
  [[nodiscard]] Value take() { return std::move(result_); }

  void null() { put(nullptr); }
  void boolean(bool v) { put(v); }
  void integer(std::int64_t v) { put(v); }
  void big(const BigInt& v) { put(v); }
  void floating(double v, inf_nan_form form);
  void text(std::string_view text) { put(text); }
  void utc(std::int64_t micros);

  void begin_list(Sequence::Form form);
  void end_list(bool) { close(); }
  void begin_dict() { open_.push_back({Value(Dict()), Value()}); }
  void end_dict(bool) { close(); }
  void expect(const std::size_t&, std::size_t) {}
  void element(bool) {}
  [[nodiscard]] static constexpr bool is_plain() noexcept { return false; }
  void member(bool, std::string_view name) { key(name); }
  void key(std::string_view name) { open_.back().key = Value(name); }
  void raw_key(const Value& v) { open_.back().key = v; }

  // A value as it is, or into the container that was begun last.
  void put(Value v);

 private:
  struct Frame {
    Value container;
    Value key;
  };
  void close();

  DumpMode mode_;
  std::vector<Frame> open_;
  Value result_;
};

}  // namespace kindred::schema::detail
