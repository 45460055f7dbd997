// One column's value as JSON and back, by its type (docs/schema-files.md lists the forms). Reading
// what was written gives an equal value, for every type.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "json/reader.hpp"
#include "json/writer.hpp"
#include "kindred/catalog.hpp"

namespace kindred::json {

enum class BytesForm : std::uint8_t {
  plain,   // "AAEC"
  tagged,  // {"$bytes":"AAEC"}: apart from text without knowing the schema
};

enum class ReadMode : std::uint8_t {
  strict,   // the forms that are written; bytes in both of them
  lenient,  // also decimals as numbers, datetimes with a blank for the T or with a final Z, days as
            // datetimes
};

// Why a JSON value is none of a type: caught by those who know table and column.
class Misfit : public std::runtime_error {
 public:
  Misfit(const Value& at, const std::string& why) : std::runtime_error(why), at_(at) {}
  [[nodiscard]] const Value& at() const noexcept { return at_; }

 private:
  Value at_;
};

// Throws UsageError where the value is of another kind than the type's.
void write_value(Writer& out, const Type& type, const kindred::Value& value, BytesForm form);
// Null reads as null for every type. Throws Misfit.
[[nodiscard]] kindred::Value read_value(const Value& from, const Type& type, ReadMode mode);

}  // namespace kindred::json
