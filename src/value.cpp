#include "kindred/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "kindred/detail/calendar.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred {
namespace {

__extension__ using uint128 = unsigned __int128;

constexpr unsigned max_digits = 38;

constexpr uint128 power_of_ten(unsigned n) noexcept {
  uint128 out = 1;
  while (n-- > 0) out *= 10;
  return out;
}

constexpr uint128 magnitude(int128 v) noexcept {
  return v < 0 ? ~static_cast<uint128>(v) + 1 : static_cast<uint128>(v);
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool has_hyphen_before(std::size_t octet) noexcept {
  return octet == 4 || octet == 6 || octet == 8 || octet == 10;
}

constexpr char hex[] = "0123456789abcdef";

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20 || u == 0x7f) {
      out += "\\x";
      out += hex[u >> 4];
      out += hex[u & 15];
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

// For messages only: cut where nobody would read on.
constexpr std::size_t shown_bytes = 32;

std::string hexadecimal(const char* data, std::size_t size) {
  std::string out = "0x";
  for (std::size_t i = 0; i < std::min(size, shown_bytes); ++i) {
    const auto u = static_cast<unsigned char>(data[i]);
    out += hex[u >> 4];
    out += hex[u & 15];
  }
  if (size > shown_bytes) out += "... (" + std::to_string(size) + " bytes)";
  return out;
}

struct Printer {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(std::uint64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const {
    if (std::isnan(v)) return "nan";
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, v).ptr};
  }
  std::string operator()(const std::string& v) const { return quoted(v); }
  std::string operator()(const Bytes& v) const {
    return hexadecimal(reinterpret_cast<const char*>(v.data()), v.size());
  }
  std::string operator()(date v) const {
    std::string out;
    detail::append_day(out, v.time_since_epoch().count());
    return out;
  }
  std::string operator()(time_point v) const {
    std::string out;
    detail::append_datetime(out, v.time_since_epoch().count());
    return out;
  }
  std::string operator()(Ticks v) const { return std::to_string(v.count) + " ticks"; }
  std::string operator()(const Number& v) const { return v.to_string(); }
  std::string operator()(const Uuid& v) const { return v.to_string(); }
  std::string operator()(const Nested& v) const {
    return hexadecimal(v.encoded.data(), v.encoded.size());
  }
};

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  Uuid out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    if (has_hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const int high = hex_digit(text[at++]);
    const int low = hex_digit(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    out.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

std::string Uuid::to_string() const {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (has_hyphen_before(i)) out += '-';
    out += hex[octets[i] >> 4];
    out += hex[octets[i] & 15];
  }
  return out;
}

std::optional<Number> Number::parse(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  const std::size_t fraction = has_point ? text.size() - point - 1 : 0;
  if (text.empty() || point == 0 || (has_point && fraction == 0)) return std::nullopt;
  if (fraction > max_digits) return std::nullopt;

  uint128 v = 0;
  unsigned digits = 0;  // leading zeros do not count
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    const char c = text[i];
    if (c < '0' || c > '9') return std::nullopt;
    if (v != 0 || c != '0') ++digits;
    if (digits > max_digits) return std::nullopt;
    v = v * 10 + static_cast<unsigned>(c - '0');
  }
  const auto unscaled = static_cast<int128>(v);
  return Number{negative ? -unscaled : unscaled, static_cast<std::uint8_t>(fraction)};
}

std::string Number::to_string() const {
  std::string reversed;
  uint128 rest = magnitude(unscaled);
  do {
    reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    if (scale != 0 && reversed.size() == scale) reversed += '.';
  } while (rest != 0 || reversed.size() < scale);
  if (reversed.back() == '.') reversed += '0';
  if (unscaled < 0) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

std::optional<Number> Number::rescaled(std::uint8_t to) const noexcept {
  if (to == scale) return *this;
  if (unscaled == 0) return Number{0, to};
  uint128 v = magnitude(unscaled);
  if (to > scale) {
    const unsigned up = static_cast<unsigned>(to) - scale;
    if (up > max_digits || v >= power_of_ten(max_digits - up)) return std::nullopt;
    v *= power_of_ten(up);
  } else {
    const unsigned down = static_cast<unsigned>(scale) - to;
    if (down > max_digits || v % power_of_ten(down) != 0) return std::nullopt;
    v /= power_of_ten(down);
  }
  const auto moved = static_cast<int128>(v);
  return Number{unscaled < 0 ? -moved : moved, to};
}

bool operator==(const Number& a, const Number& b) noexcept {
  if (a.scale == b.scale) return a.unscaled == b.unscaled;
  const Number& fine = a.scale > b.scale ? a : b;
  const Number& coarse = a.scale > b.scale ? b : a;
  const unsigned down = static_cast<unsigned>(fine.scale) - coarse.scale;
  // A magnitude below 2^127 is no multiple of 10^39 unless it is 0.
  if (down > max_digits) return fine.unscaled == 0 && coarse.unscaled == 0;
  const auto unit = static_cast<int128>(power_of_ten(down));
  return fine.unscaled % unit == 0 && fine.unscaled / unit == coarse.unscaled;
}

std::string Value::to_string() const { return std::visit(Printer{}, held_); }

const Value* Row::find(std::string_view name) const noexcept {
  const auto at = std::find_if(items_.begin(), items_.end(),
                               [&](const Item& item) { return item.first == name; });
  return at == items_.end() ? nullptr : &at->second;
}

const Value& Row::operator[](std::string_view name) const {
  if (const Value* v = find(name)) return *v;
  std::string message = "the row has no value named '" + std::string(name) + "'; it has";
  for (const auto& [there, value] : items_) message += " '" + there + "'";
  if (items_.empty()) message += " none";
  throw UsageError(message);
}

void Row::set(std::string_view name, Value value) {
  for (auto& [there, held] : items_) {
    if (there == name) {
      held = std::move(value);
      return;
    }
  }
  items_.emplace_back(std::string(name), std::move(value));
}

namespace detail {

ValueKind kind_of(const Type& type) noexcept {
  switch (type.code) {
    case TypeCode::boolean: return ValueKind::boolean;
    case TypeCode::int8:
    case TypeCode::int16:
    case TypeCode::int32:
    case TypeCode::int64: return ValueKind::integer;
    case TypeCode::uint8:
    case TypeCode::uint16:
    case TypeCode::uint32:
    case TypeCode::uint64: return ValueKind::natural;
    case TypeCode::float32:
    case TypeCode::float64: return ValueKind::real;
    case TypeCode::text:
    case TypeCode::json: return ValueKind::text;
    case TypeCode::bytes:
    case TypeCode::opaque: return ValueKind::bytes;
    case TypeCode::day: return ValueKind::day;
    case TypeCode::datetime: return ValueKind::datetime;
    case TypeCode::instant:
    case TypeCode::duration: return ValueKind::ticks;
    case TypeCode::decimal: return ValueKind::decimal;
    case TypeCode::uuid: return ValueKind::uuid;
    case TypeCode::enumeration:
      return type.underlying >= TypeCode::uint8 ? ValueKind::natural : ValueKind::integer;
    default: return ValueKind::nested;
  }
}

std::string_view to_string(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::null: return "null";
    case ValueKind::boolean: return "a boolean";
    case ValueKind::integer:
    case ValueKind::natural: return "a whole number";
    case ValueKind::real: return "a floating-point number";
    case ValueKind::text: return "text";
    case ValueKind::bytes: return "bytes";
    case ValueKind::day: return "a date";
    case ValueKind::datetime: return "a datetime";
    case ValueKind::ticks: return "a count of ticks";
    case ValueKind::decimal: return "a decimal";
    case ValueKind::uuid: return "a UUID";
    case ValueKind::nested: return "a nested value";
  }
  return "an unknown kind of value";
}

IntegerRange range_of(const Type& type) noexcept {
  switch (type.code == TypeCode::enumeration ? type.underlying : type.code) {
    case TypeCode::int8: return {INT8_MIN, INT8_MAX};
    case TypeCode::int16: return {INT16_MIN, INT16_MAX};
    case TypeCode::int32: return {INT32_MIN, INT32_MAX};
    case TypeCode::uint8: return {0, UINT8_MAX};
    case TypeCode::uint16: return {0, UINT16_MAX};
    case TypeCode::uint32: return {0, UINT32_MAX};
    case TypeCode::uint64: return {0, UINT64_MAX};
    default: return {INT64_MIN, INT64_MAX};
  }
}

void adapt(Value& value, const Type& type) noexcept {
  const auto* integer = value.get_if<std::int64_t>();
  const auto* natural = value.get_if<std::uint64_t>();
  const auto* number = value.get_if<Number>();
  constexpr std::int64_t exact_in_double = std::int64_t{1} << 53;
  switch (kind_of(type)) {
    case ValueKind::integer:
      if (natural && *natural <= static_cast<std::uint64_t>(INT64_MAX))
        value = static_cast<std::int64_t>(*natural);
      return;
    case ValueKind::natural:
      if (integer && *integer >= 0) value = static_cast<std::uint64_t>(*integer);
      return;
    case ValueKind::real:
      if (integer && *integer >= -exact_in_double && *integer <= exact_in_double) {
        value = static_cast<double>(*integer);
      } else if (natural && *natural <= static_cast<std::uint64_t>(exact_in_double)) {
        value = static_cast<double>(*natural);
      }
      return;
    case ValueKind::decimal: {
      std::optional<Number> exact;
      if (integer) exact = Number{*integer, 0};
      if (natural) exact = Number{static_cast<int128>(*natural), 0};
      if (number) exact = *number;
      if (!exact) return;
      value = exact->rescaled(type.scale).value_or(*exact);
      return;
    }
    default: return;
  }
}

namespace {

std::string too_long(std::size_t length, std::uint32_t limit, std::string_view unit) {
  return "has " + std::to_string(length) + " " + std::string(unit) + ", allowed are " +
         std::to_string(limit);
}

std::string misfit_of_text(const std::string& v, const Column& column) {
  if (!is_utf8(v)) return "is not valid UTF-8";
  const std::size_t length = column.max_length ? code_points(v) : 0;
  return length > column.max_length ? too_long(length, column.max_length, "code points") : "";
}

std::string misfit_of_decimal(const Number& v, const Type& type) {
  if (v.scale != type.scale) {
    return v.to_string() + " has more than " + std::to_string(type.scale) +
           " digits after the point";
  }
  if (magnitude(v.unscaled) >= power_of_ten(type.precision)) {
    return v.to_string() + " has more digits than " + type.to_string() + " holds";
  }
  return {};
}

}  // namespace

std::string fit(Value& value, const Column& column) {
  if (value.is_null()) return {};
  const Type& type = column.type;
  adapt(value, type);
  if (kind_of(value) != kind_of(type)) {
    const bool whole = type.is_integer() || type.code == TypeCode::enumeration;
    if (whole && (value.get_if<std::int64_t>() || value.get_if<std::uint64_t>()))
      return value.to_string() + " is out of the range of " + type.to_string();
    return std::string(to_string(kind_of(value))) + " is no value of type " + type.to_string();
  }
  const IntegerRange range = range_of(type);
  if (const auto* v = value.get_if<std::int64_t>()) {
    if (*v < range.least || (*v > 0 && static_cast<std::uint64_t>(*v) > range.greatest))
      return value.to_string() + " is out of the range of " + type.to_string();
  } else if (const auto* n = value.get_if<std::uint64_t>()) {
    if (*n > range.greatest)
      return value.to_string() + " is out of the range of " + type.to_string();
  } else if (const auto* real = value.get_if<double>()) {
    if (type.code == TypeCode::float32 && !std::isnan(*real)) {
      if (std::isfinite(*real) && std::fabs(*real) > std::numeric_limits<float>::max())
        return value.to_string() + " is out of the range of float";
      value = static_cast<double>(static_cast<float>(*real));
    }
  } else if (const auto* words = value.get_if<std::string>()) {
    return misfit_of_text(*words, column);
  } else if (const auto* bytes = value.get_if<Bytes>()) {
    if (column.max_length && bytes->size() > column.max_length)
      return too_long(bytes->size(), column.max_length, "bytes");
  } else if (const auto* number = value.get_if<Number>()) {
    return misfit_of_decimal(*number, type);
  }
  return {};
}

}  // namespace detail
}  // namespace kindred
