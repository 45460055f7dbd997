#include "engine/value_codec.hpp"

#include <cmath>
#include <limits>

#include "format/bytes.hpp"
#include "format/utf8.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

using format::load_le;
using format::store_le;

std::string_view kind_of(const Value& value) {
  static constexpr std::string_view names[] = {
      "null", "bool",     "integer", "integer", "number", "text",        "bytes",
      "date", "datetime", "ticks",   "decimal", "UUID",   "nested value"};
  return names[value.variant().index()];
}

ValueFault wrong(const Column& column, const Value& value) {
  return {ErrorCode::wrong_type, std::string(kind_of(value)) + " " + value.to_string() +
                                     " does not fit type " + column.type.to_string()};
}

ValueFault out_of_range(const Column& column, const Value& value) {
  return {ErrorCode::wrong_type,
          value.to_string() + " is out of the range of " + column.type.to_string()};
}

// The integer that a value holds, as 128 bits; empty for other kinds.
std::optional<int128> integer_of(const Value& value) {
  if (const auto* i = value.get_if<std::int64_t>()) return int128{*i};
  if (const auto* u = value.get_if<std::uint64_t>()) return static_cast<int128>(*u);
  return std::nullopt;
}

template <class T>
std::optional<ValueFault> put_integer(const Column& column, const Value& value, Buffer& out) {
  const auto v = integer_of(value);
  if (!v) return wrong(column, value);
  if (*v < static_cast<int128>(std::numeric_limits<T>::min()) ||
      *v > static_cast<int128>(std::numeric_limits<T>::max()))
    return out_of_range(column, value);
  store_le(out.need(sizeof(T)), static_cast<T>(*v));
  out.advance(sizeof(T));
  return std::nullopt;
}

std::optional<ValueFault> put_integer(TypeCode code, const Column& column, const Value& value,
                                      Buffer& out) {
  switch (code) {
    case TypeCode::int8: return put_integer<std::int8_t>(column, value, out);
    case TypeCode::int16: return put_integer<std::int16_t>(column, value, out);
    case TypeCode::int32: return put_integer<std::int32_t>(column, value, out);
    case TypeCode::uint8: return put_integer<std::uint8_t>(column, value, out);
    case TypeCode::uint16: return put_integer<std::uint16_t>(column, value, out);
    case TypeCode::uint32: return put_integer<std::uint32_t>(column, value, out);
    case TypeCode::uint64: return put_integer<std::uint64_t>(column, value, out);
    default: return put_integer<std::int64_t>(column, value, out);
  }
}

template <class T>
void put(Buffer& out, T v) {
  store_le(out.need(sizeof v), v);
  out.advance(sizeof v);
}

int128 digits_limit(const Type& type) {
  int128 limit = 1;
  for (int i = 0; i < type.precision; ++i) limit *= 10;
  return limit;
}

std::optional<ValueFault> put_decimal(const Column& column, const Value& value, Buffer& out) {
  Number number;
  if (const auto* n = value.get_if<Number>()) {
    number = *n;
  } else if (const auto i = integer_of(value)) {
    number.unscaled = *i;
  } else {
    return wrong(column, value);
  }
  const auto scaled = number.rescaled(column.type.scale);
  const int128 limit = digits_limit(column.type);
  if (!scaled)
    return ValueFault{ErrorCode::wrong_type,
                      number.to_string() + " is not exact in " + column.type.to_string()};
  if (scaled->unscaled <= -limit || scaled->unscaled >= limit) return out_of_range(column, value);
  if (column.type.width() == 16)
    put(out, scaled->unscaled);
  else
    put(out, static_cast<std::int64_t>(scaled->unscaled));
  return std::nullopt;
}

std::optional<ValueFault> put_number(const Column& column, const Value& value, Buffer& out) {
  double d = 0;
  if (const auto* v = value.get_if<double>()) {
    d = *v;
  } else if (const auto i = integer_of(value)) {
    d = static_cast<double>(*i);
    if (static_cast<int128>(d) != *i) return out_of_range(column, value);
  } else {
    return wrong(column, value);
  }
  if (column.type.code == TypeCode::float64) {
    put(out, d);
    return std::nullopt;
  }
  if (std::isfinite(d) && std::abs(d) > static_cast<double>(std::numeric_limits<float>::max()))
    return out_of_range(column, value);
  put(out, static_cast<float>(d));
  return std::nullopt;
}

std::optional<ValueFault> put_ticks(const Column& column, const Value& value, Buffer& out) {
  std::int64_t ticks = 0;
  if (const auto* t = value.get_if<Ticks>()) {
    ticks = t->count;
  } else if (const auto* p = value.get_if<time_point>();
             p && column.type.code == TypeCode::datetime) {
    ticks = p->time_since_epoch().count();
  } else if (const auto* i = value.get_if<std::int64_t>();
             i && column.type.code != TypeCode::datetime) {
    ticks = *i;
  } else {
    return wrong(column, value);
  }
  put(out, ticks);
  return std::nullopt;
}

std::optional<ValueFault> put_day(const Column& column, const Value& value, Buffer& out) {
  const auto* d = value.get_if<date>();
  if (!d) return wrong(column, value);
  put(out, static_cast<std::int32_t>(d->time_since_epoch().count()));
  return std::nullopt;
}

std::optional<ValueFault> put_variable(const Column& column, const Value& value, Buffer& out) {
  ByteView bytes;
  const TypeCode code = column.type.code;
  if (const auto* s = value.get_if<std::string>();
      s && (code == TypeCode::text || code == TypeCode::json)) {
    bytes = *s;
  } else if (const auto* b = value.get_if<Bytes>();
             b && (code == TypeCode::bytes || code == TypeCode::opaque)) {
    bytes = {reinterpret_cast<const char*>(b->data()), b->size()};
  } else if (const auto* n = value.get_if<Nested>(); n && column.type.is_nested()) {
    bytes = n->encoded;
  } else {
    return wrong(column, value);
  }
  if (auto fault = check_text(column, bytes)) return fault;
  out.append(bytes);
  return std::nullopt;
}

template <class T>
T take(ByteView bytes) {
  if (bytes.size() != sizeof(T)) throw CorruptionError("column", "value has a wrong width");
  return load_le<T>(bytes.data());
}

Value take_integer(TypeCode code, ByteView bytes) {
  switch (code) {
    case TypeCode::int8: return std::int64_t{take<std::int8_t>(bytes)};
    case TypeCode::int16: return std::int64_t{take<std::int16_t>(bytes)};
    case TypeCode::int32: return std::int64_t{take<std::int32_t>(bytes)};
    case TypeCode::uint8: return std::uint64_t{take<std::uint8_t>(bytes)};
    case TypeCode::uint16: return std::uint64_t{take<std::uint16_t>(bytes)};
    case TypeCode::uint32: return std::uint64_t{take<std::uint32_t>(bytes)};
    case TypeCode::uint64: return take<std::uint64_t>(bytes);
    default: return take<std::int64_t>(bytes);
  }
}

}  // namespace

std::optional<ValueFault> check_decimal(const Column& column, const char* bytes) {
  const int128 v =
      column.type.width() == 16 ? load_le<int128>(bytes) : int128{load_le<std::int64_t>(bytes)};
  if (v > -digits_limit(column.type) && v < digits_limit(column.type)) return std::nullopt;
  return out_of_range(column, Number{v, column.type.scale});
}

std::optional<ValueFault> check_text(const Column& column, ByteView bytes) {
  const bool is_text = column.type.code == TypeCode::text;
  if ((is_text || column.type.code == TypeCode::json) && !format::valid_utf8(bytes))
    return ValueFault{ErrorCode::wrong_type, "text is not valid UTF-8"};
  if (column.max_length && bytes.size() > column.max_length) {
    const std::size_t n = is_text ? detail::code_points(bytes) : bytes.size();
    if (n > column.max_length)
      return ValueFault{ErrorCode::max_length,
                        "has " + std::to_string(n) + (is_text ? " characters" : " bytes") +
                            ", at most " + std::to_string(column.max_length) + " are allowed"};
  }
  return std::nullopt;
}

std::optional<ValueFault> encode_value(const Column& column, const Value& value, Buffer& out) {
  switch (column.type.code) {
    case TypeCode::boolean:
      if (const auto* b = value.get_if<bool>()) {
        out.push_back(*b ? '\1' : '\0');
        return std::nullopt;
      }
      return wrong(column, value);
    case TypeCode::float32:
    case TypeCode::float64: return put_number(column, value, out);
    case TypeCode::day: return put_day(column, value, out);
    case TypeCode::datetime:
    case TypeCode::instant:
    case TypeCode::duration: return put_ticks(column, value, out);
    case TypeCode::decimal: return put_decimal(column, value, out);
    case TypeCode::uuid:
      if (const auto* u = value.get_if<Uuid>()) {
        out.append(u->octets.data(), u->octets.size());
        return std::nullopt;
      }
      return wrong(column, value);
    case TypeCode::enumeration: return put_integer(column.type.underlying, column, value, out);
    default:
      if (column.type.is_integer()) return put_integer(column.type.code, column, value, out);
      return put_variable(column, value, out);
  }
}

Value decode_value(const Type& type, ByteView bytes) {
  switch (type.code) {
    case TypeCode::boolean: return take<std::uint8_t>(bytes) != 0;
    case TypeCode::float32: return static_cast<double>(take<float>(bytes));
    case TypeCode::float64: return take<double>(bytes);
    case TypeCode::day: return date{std::chrono::days{take<std::int32_t>(bytes)}};
    case TypeCode::datetime:
      return time_point{std::chrono::microseconds{take<std::int64_t>(bytes)}};
    case TypeCode::instant:
    case TypeCode::duration: return Ticks{take<std::int64_t>(bytes)};
    case TypeCode::decimal:
      return Number{type.width() == 16 ? take<int128>(bytes) : int128{take<std::int64_t>(bytes)},
                    type.scale};
    case TypeCode::uuid: return take<Uuid>(bytes);
    case TypeCode::enumeration: return take_integer(type.underlying, bytes);
    case TypeCode::text:
    case TypeCode::json: return std::string(bytes);
    case TypeCode::bytes:
    case TypeCode::opaque: {
      const auto* from = reinterpret_cast<const std::byte*>(bytes.data());
      return Bytes(from, from + bytes.size());
    }
    default:
      if (type.is_integer()) return take_integer(type.code, bytes);
      return Nested{std::string(bytes)};
  }
}

}  // namespace kindred::engine
