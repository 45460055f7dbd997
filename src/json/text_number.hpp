// What a number is that RapidJSON gave as a double: it is exact for at most 15 digits without an
// exponent only, integers beyond 64 bits come as doubles, too, and so do NaN and Infinity.
#pragma once

#include <charconv>
#include <cmath>
#include <string_view>

#include "json/text_stream.hpp"

namespace kindred::json {

enum class TextNumber : std::uint8_t {
  real,
  integer,   // of more than 64 bits: `text` has its digits
  not_json,  // "Inf", which RapidJSON takes
};

// Of the number that was just read; corrects `v`.
inline TextNumber exact_number(const TextStream& stream, double& v, std::string_view& text) {
  const std::size_t begin = stream.number_begin();
  text = stream.text().substr(begin, stream.Tell() - begin);
  if (!std::isfinite(v)) {
    const bool is_token = text == "NaN" || text == "Infinity" || text == "-Infinity";
    return is_token ? TextNumber::real : TextNumber::not_json;
  }
  const bool has_exponent = text.find_first_of("eE") != text.npos;
  if (!has_exponent && text.find('.') == text.npos) return TextNumber::integer;
  if (has_exponent || text.size() > 15) std::from_chars(text.data(), text.data() + text.size(), v);
  return TextNumber::real;
}

}  // namespace kindred::json
