// Tagged, length-prefixed fields: tag (varint) | length (varint) | bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "format/bytes.hpp"
#include "kindred/error.hpp"

namespace kindred::format {

template <class T>
inline void append_le(std::string& out, T v) {
  char bytes[sizeof v];
  store_le(bytes, v);
  out.append(bytes, sizeof v);
}

inline void append_varint(std::string& out, std::uint64_t v) {
  char bytes[10];
  out.append(bytes, store_varint(bytes, v));
}

inline void put(std::string& out, std::uint64_t tag, ByteView bytes) {
  append_varint(out, tag);
  append_varint(out, bytes.size());
  out += bytes;
}

inline void put_text(std::string& out, std::uint64_t tag, ByteView text) {
  if (!text.empty()) put(out, tag, text);
}

inline void put_number(std::string& out, std::uint64_t tag, std::uint64_t v) {
  char bytes[10];
  put(out, tag, {bytes, store_varint(bytes, v)});
}

inline void put_number_unless(std::string& out, std::uint64_t tag, std::uint64_t v,
                              std::uint64_t usual) {
  if (v != usual) put_number(out, tag, v);
}

template <class E>
std::uint64_t number_of(E e) noexcept {
  return static_cast<std::uint64_t>(e);
}

[[noreturn]] inline void bad(std::string_view where, const std::string& what) {
  throw CorruptionError(std::string(where), what);
}

[[noreturn]] inline void newer(std::string_view where, const std::string& what) {
  throw Error(ErrorCode::newer_format,
              std::string(where) + ": " + what + "; open it with a newer version of Kindred");
}

struct Field {
  std::uint64_t tag = 0;
  ByteView bytes;
  ByteView whole;  // with tag and length
};

// Takes fields off the front of `bytes`.
class FieldReader {
 public:
  FieldReader(ByteView bytes, std::string_view where) : rest_(bytes), where_(where) {}

  bool next(Field& field) {
    if (rest_.empty()) return false;
    const ByteView from = rest_;
    std::uint64_t length = 0;
    if (!take_varint(rest_, field.tag) || !take_varint(rest_, length))
      bad(where_, "a field's tag or length is cut short");
    if (length > rest_.size())
      bad(where_, "field " + std::to_string(field.tag) + " is longer than its record");
    field.bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    field.whole = from.substr(0, from.size() - rest_.size());
    return true;
  }

  [[nodiscard]] std::uint64_t number(const Field& field) const {
    ByteView in = field.bytes;
    std::uint64_t v = 0;
    if (!take_varint(in, v) || !in.empty())
      bad(where_, "field " + std::to_string(field.tag) + " is not a number");
    return v;
  }
  // A number no greater than T holds.
  template <class T>
  [[nodiscard]] T small(const Field& field) const {
    const std::uint64_t v = number(field);
    if (v > std::numeric_limits<T>::max())
      bad(where_, "field " + std::to_string(field.tag) + " is too large: " + std::to_string(v));
    return static_cast<T>(v);
  }
  [[nodiscard]] std::string_view where() const noexcept { return where_; }

 private:
  ByteView rest_;
  std::string_view where_;
};

}  // namespace kindred::format
