// JSON text as events, without a tree: RapidJSON's Reader over a TextStream.
//
// A handler has RapidJSON's functions (Null, Bool, Int, Uint, Int64, Uint64, Double, String, Key,
// StartObject, EndObject, StartArray, EndArray); one that returns false ends the reading. Strings
// live until the next event. The text must have been checked for UTF-8 and control characters.
#pragma once

#include <cstddef>
#include <cstdint>

#include "json/text_stream.hpp"

namespace kindred::json {

enum class Extent : std::uint8_t {
  whole_text,  // one value and nothing behind it
  one_value,   // stops behind the value
};
// Whether NaN, Infinity and -Infinity are numbers. (RapidJSON takes Inf as well: handlers refuse
// it.)
enum class Tokens : std::uint8_t { strict, nan_and_infinity };

struct EventsEnd {
  enum class Why : std::uint8_t { done, handler, syntax, number };
  Why why = Why::done;
  std::size_t offset = 0;  // of a fault
  [[nodiscard]] bool is_done() const noexcept { return why == Why::done; }
};

namespace detail {
template <unsigned Flags, class Handler>
EventsEnd read_events(TextStream& stream, Handler& handler) {
  rapidjson::Reader reader;
  const rapidjson::ParseResult end = reader.Parse<Flags>(stream, handler);
  if (stream.has_lone_surrogate()) return {EventsEnd::Why::syntax, end.Offset()};
  switch (end.Code()) {
    case rapidjson::kParseErrorNone: return {};
    case rapidjson::kParseErrorTermination: return {EventsEnd::Why::handler, end.Offset()};
    case rapidjson::kParseErrorNumberTooBig: return {EventsEnd::Why::number, end.Offset()};
    default: return {EventsEnd::Why::syntax, end.Offset()};
  }
}

// What RapidJSON and the handler do for a token becomes one function, and the stream's place stays
// in a register. Takes long to compile.
template <unsigned Flags, class Handler>
[[gnu::flatten]] EventsEnd read_flattened(TextStream& stream, Handler& handler) {
  return read_events<Flags>(stream, handler);
}
}  // namespace detail

// Numbers without fraction and exponent that fit 64 bits come as integers, others as doubles: of
// more than 15 digits or with an exponent they may be off by 3 units in the last place, read them
// again from the text. `number`: beyond what RapidJSON takes.
template <class Handler>
EventsEnd read_events(TextStream& stream, Handler& handler, Extent extent, Tokens tokens) {
  constexpr unsigned insitu = rapidjson::kParseInsituFlag;
  constexpr unsigned with_nan = insitu | rapidjson::kParseNanAndInfFlag;
  constexpr unsigned one = rapidjson::kParseStopWhenDoneFlag;
  if (extent == Extent::whole_text)
    return tokens == Tokens::strict ? detail::read_events<insitu>(stream, handler)
                                    : detail::read_events<with_nan>(stream, handler);
  return tokens == Tokens::strict ? detail::read_events<insitu | one>(stream, handler)
                                  : detail::read_events<with_nan | one>(stream, handler);
}

// The same for a whole text, a sixth faster: for the one handler that is worth the code.
template <class Handler>
EventsEnd read_events_fast(TextStream& stream, Handler& handler, Tokens tokens) {
  constexpr unsigned insitu = rapidjson::kParseInsituFlag;
  return tokens == Tokens::strict
             ? detail::read_flattened<insitu>(stream, handler)
             : detail::read_flattened<insitu | rapidjson::kParseNanAndInfFlag>(stream, handler);
}

}  // namespace kindred::json
