// A JSON object with known keys, read key by key: what is asked for is known, and `finish` refuses
// the rest. Every refusal is a ValidationError that says where and in what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.hpp"

namespace kindred::json {

enum class UnknownKeys : std::uint8_t { refuse, ignore };

class ObjectReader {
 public:
  // `what` names the object in messages: "table track: column name". Refuses what is no object.
  ObjectReader(const Value& from, std::string what, UnknownKeys unknown);

  // Empty where the key is missing.
  std::optional<Value> find(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::uint64_t> number(std::string_view key, std::uint64_t greatest);
  // An array of strings.
  std::optional<std::vector<std::string>> names(std::string_view key);
  // The elements of an array; none where the key is missing.
  std::vector<Value> list(std::string_view key);

  // Refuses a missing key.
  Value require(std::string_view key);
  std::string require_text(std::string_view key);

  // Refuses keys that nobody asked for.
  void finish() const;

  [[noreturn]] void refuse(const Value& at, const std::string& message) const;
  [[nodiscard]] const std::string& what() const noexcept { return what_; }
  void rename(std::string what) { what_ = std::move(what); }
  [[nodiscard]] const Value& value() const noexcept { return from_; }
  [[nodiscard]] UnknownKeys unknown() const noexcept { return unknown_; }

  // An array of strings, of `key`.
  [[nodiscard]] std::vector<std::string> names_in(const Value& from, std::string_view key) const;

 private:
  Value from_;
  std::string what_;
  UnknownKeys unknown_;
  std::vector<std::string> asked_;
};

}  // namespace kindred::json
