#include "json/value_json.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "json/base64.hpp"
#include "json/nested_json.hpp"
#include "kindred/detail/calendar.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

using detail::ValueKind;

ByteView view(const Bytes& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(ByteView from) {
  Bytes out(from.size());
  if (!from.empty()) std::memcpy(out.data(), from.data(), from.size());
  return out;
}

// ---- floating point: JSON has no words for what is not finite

constexpr std::string_view nan_prefix = "NaN(0x";

bool is_usual_nan(double v) noexcept {
  return std::bit_cast<std::uint64_t>(v) ==
         std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
}

void write_real(Writer& out, TypeCode code, double v) {
  if (std::isfinite(v)) {
    if (code == TypeCode::float32) {
      out.real(static_cast<float>(v));
    } else {
      out.real(v);
    }
  } else if (std::isinf(v)) {
    out.string(v < 0 ? "-Infinity" : "Infinity");
  } else if (is_usual_nan(v)) {
    out.string("NaN");
  } else {
    char digits[16];
    char* const end =
        std::to_chars(digits, digits + sizeof digits, std::bit_cast<std::uint64_t>(v), 16).ptr;
    out.string(std::string(nan_prefix).append(digits, end) + ")");
  }
}

template <class T>
double parse_real(const Value& from) {
  const std::string_view digits = from.text();
  T v{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw Misfit(from, from.excerpt() + " does not fit a floating-point number of this width");
  return static_cast<double>(v);
}

double read_real(const Value& from, const Type& type) {
  if (from.is(Kind::number))
    return type.code == TypeCode::float32 ? parse_real<float>(from) : parse_real<double>(from);
  if (from.is(Kind::string)) {
    std::string_view text = from.text();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    if (text.starts_with(nan_prefix) && text.ends_with(')')) {
      text.remove_prefix(nan_prefix.size());
      text.remove_suffix(1);
      std::uint64_t bits = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
      const auto v = std::bit_cast<double>(bits);
      if (error == std::errc() && end == text.data() + text.size() && std::isnan(v)) return v;
    }
  }
  throw Misfit(
      from, "expected a number (or \"NaN\", \"Infinity\", \"-Infinity\"), found " + from.excerpt());
}

// ---- whole numbers and enumerations

kindred::Value read_whole(const Value& from, const Type& type) {
  const detail::IntegerRange range = detail::range_of(type);
  if (!from.is(Kind::number) || from.text().find_first_of(".eE") != std::string_view::npos)
    throw Misfit(from, "expected a whole number, found " + from.excerpt());
  if (detail::kind_of(type) == ValueKind::natural) {
    const auto v = from.as_uint64();
    if (v && *v <= range.greatest) return *v;
  } else {
    const auto v = from.as_int64();
    if (v && *v >= range.least && (*v < 0 || static_cast<std::uint64_t>(*v) <= range.greatest))
      return *v;
  }
  throw Misfit(from, from.excerpt() + " is out of the range of " + type.to_string());
}

void write_enumerator(Writer& out, const Type& type, const kindred::Value& value) {
  const auto* natural = value.get_if<std::uint64_t>();
  const std::int64_t number =
      natural ? static_cast<std::int64_t>(*natural) : value.get<std::int64_t>();
  const auto at = std::find_if(type.names.begin(), type.names.end(),
                               [&](const EnumName& n) { return n.value == number; });
  if (at != type.names.end()) {
    out.string(at->name);
  } else if (natural) {
    out.natural(*natural);
  } else {
    out.integer(number);
  }
}

kindred::Value read_enumerator(const Value& from, const Type& type) {
  if (from.is(Kind::number)) return read_whole(from, type);
  if (!from.is(Kind::string))
    throw Misfit(from, "expected a name of " + type.to_string() + ", found " + from.excerpt());
  const auto at = std::find_if(type.names.begin(), type.names.end(),
                               [&](const EnumName& n) { return n.name == from.text(); });
  if (at == type.names.end()) {
    throw Misfit(from, from.excerpt() + " is no name of " + type.to_string() +
                           detail::did_you_mean(from.text(), type.names, [](const EnumName& n) {
                             return std::string_view(n.name);
                           }));
  }
  if (detail::kind_of(type) == ValueKind::natural) return static_cast<std::uint64_t>(at->value);
  return at->value;
}

// ---- values in strings

std::string_view string_of(const Value& from, std::string_view what) {
  if (!from.is(Kind::string))
    throw Misfit(from, "expected " + std::string(what) + ", found " + from.excerpt());
  return from.text();
}

date read_day(const Value& from) {
  const auto days = detail::parse_day(string_of(from, "a date \"YYYY-MM-DD\""));
  if (!days) throw Misfit(from, from.excerpt() + " is no date of the form YYYY-MM-DD");
  return date(std::chrono::days(*days));
}

time_point read_datetime(const Value& from, ReadMode mode) {
  std::string text(string_of(from, "a datetime \"YYYY-MM-DDTHH:MM:SS\""));
  if (mode == ReadMode::lenient) {
    if (text.size() > 1 && text.back() == 'Z') text.pop_back();
    const std::size_t blank = text.find(' ');
    if (blank != std::string::npos) text[blank] = 'T';
    if (text.find('T') == std::string::npos) text += "T00:00:00";
  }
  const auto micros = detail::parse_datetime(text);
  if (!micros)
    throw Misfit(from, from.excerpt() + " is no datetime of the form YYYY-MM-DDTHH:MM:SS[.ffffff]");
  return time_point(std::chrono::microseconds(*micros));
}

Number read_decimal(const Value& from, const Type& type, ReadMode mode) {
  const bool as_number = mode == ReadMode::lenient && from.is(Kind::number);
  const std::string_view text =
      as_number ? from.text() : string_of(from, "a decimal in a string such as \"12.30\"");
  const auto number = Number::parse(text);
  if (!number) {
    throw Misfit(from, from.excerpt() + " is no decimal number of at most 38 digits");
  }
  kindred::Value value = *number;
  Column column;
  column.type = type;
  const std::string wrong = detail::fit(value, column);
  if (!wrong.empty()) throw Misfit(from, wrong);
  return value.get<Number>();
}

Uuid read_uuid(const Value& from) {
  const auto uuid = Uuid::parse(string_of(from, "a UUID in a string"));
  if (!uuid) throw Misfit(from, from.excerpt() + " is no UUID of the form 8-4-4-4-12");
  return *uuid;
}

Bytes decoded(const Value& from) {
  const auto bytes = decode_base64(string_of(from, "base64 in a string"));
  if (!bytes) throw Misfit(from, from.excerpt() + " is not base64 (standard alphabet, padded)");
  return to_bytes(*bytes);
}

std::string base64(ByteView bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

Bytes read_bytes(const Value& from) {
  const auto inner = from.size() == 1 ? from.find("$bytes") : std::nullopt;
  return decoded(inner ? *inner : from);
}

Bytes read_opaque(const Value& from, const Type& type) {
  const auto name = from.find("$opaque");
  const auto bytes = from.find("$bytes");
  if (!name || !bytes || from.size() != 2) {
    throw Misfit(from, "expected {\"$opaque\":\"" + type.name + "\",\"$bytes\":\"...\"}, found " +
                           from.excerpt());
  }
  if (!name->is(Kind::string) || name->text() != type.name) {
    throw Misfit(
        *name, "the bytes are of the codec " + name->excerpt() + ", not of \"" + type.name + "\"");
  }
  return decoded(*bytes);
}

// ---- JSON columns: their text stands in the row as it is, if nothing is lost by that

// Lets a row around the text stay within the reader's own limit.
constexpr unsigned deepest_json = 64;

bool can_stand_alone(const std::string& text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (text.empty() || is_blank(text.front()) || is_blank(text.back())) return false;
  if (text == "null" || text.find_first_of("\r\n") != std::string::npos) return false;
  try {
    Document document;
    const Value root = document.parse(text, {}, {.max_depth = deepest_json});
    return !root.find("$json");
  } catch (const ValidationError&) {
    return false;
  }
}

void write_json(Writer& out, const std::string& text) {
  if (can_stand_alone(text)) {
    out.raw(text);
    return;
  }
  out.begin_object(Layout::in_line);
  out.key("$json");
  out.string(text);
  out.end_object();
}

std::string read_json(const Value& from) {
  const auto inner = from.size() == 1 ? from.find("$json") : std::nullopt;
  return std::string(inner ? string_of(*inner, "JSON text in a string") : from.source());
}

// ----

void write_tagged(Writer& out, ByteView bytes, BytesForm form) {
  if (form == BytesForm::plain) {
    out.string(base64(bytes));
    return;
  }
  out.begin_object(Layout::in_line);
  out.key("$bytes");
  out.string(base64(bytes));
  out.end_object();
}

void write_opaque(Writer& out, const Type& type, ByteView bytes) {
  out.begin_object(Layout::in_line);
  out.key("$opaque");
  out.string(type.name);
  out.key("$bytes");
  out.string(base64(bytes));
  out.end_object();
}

void write_fitting(Writer& out, const Type& type, const kindred::Value& value, BytesForm form) {
  std::string text;
  switch (detail::kind_of(type)) {
    case ValueKind::null: break;
    case ValueKind::boolean: out.boolean(value.get<bool>()); break;
    case ValueKind::integer:
    case ValueKind::natural:
      if (type.code == TypeCode::enumeration) {
        write_enumerator(out, type, value);
      } else if (const auto* natural = value.get_if<std::uint64_t>()) {
        out.natural(*natural);
      } else {
        out.integer(value.get<std::int64_t>());
      }
      break;
    case ValueKind::real: write_real(out, type.code, value.get<double>()); break;
    case ValueKind::text:
      if (type.code == TypeCode::json) {
        write_json(out, value.get<std::string>());
      } else {
        out.string(value.get<std::string>());
      }
      break;
    case ValueKind::bytes:
      if (type.code == TypeCode::opaque) {
        write_opaque(out, type, view(value.get<Bytes>()));
      } else {
        write_tagged(out, view(value.get<Bytes>()), form);
      }
      break;
    case ValueKind::day:
      detail::append_day(text, value.get<date>().time_since_epoch().count());
      out.string(text);
      break;
    case ValueKind::datetime:
      detail::append_datetime(text, value.get<time_point>().time_since_epoch().count());
      out.string(text);
      break;
    case ValueKind::ticks: out.integer(value.get<Ticks>().count); break;
    case ValueKind::decimal: {
      const auto& number = value.get<Number>();
      out.string(number.rescaled(type.scale).value_or(number).to_string());
      break;
    }
    case ValueKind::uuid: out.string(value.get<Uuid>().to_string()); break;
    case ValueKind::nested: write_nested(out, type, value.get<Nested>().encoded, form); break;
  }
}

}  // namespace

void write_value(Writer& out, const Type& type, const kindred::Value& value, BytesForm form) {
  if (value.is_null()) {
    out.null();
    return;
  }
  if (detail::kind_of(value) == detail::kind_of(type)) {
    write_fitting(out, type, value, form);
    return;
  }
  kindred::Value adapted = value;
  detail::adapt(adapted, type);
  if (detail::kind_of(adapted) != detail::kind_of(type)) {
    throw UsageError(value.to_string() + " is " + std::string(to_string(detail::kind_of(value))) +
                     ", no value of type " + type.to_string());
  }
  write_fitting(out, type, adapted, form);
}

kindred::Value read_value(const Value& from, const Type& type, ReadMode mode) {
  if (from.is(Kind::null)) return {};
  switch (detail::kind_of(type)) {
    case ValueKind::null: break;
    case ValueKind::boolean:
      if (!from.is(Kind::boolean))
        throw Misfit(from, "expected true or false, found " + from.excerpt());
      return from.boolean();
    case ValueKind::integer:
    case ValueKind::natural:
      return type.code == TypeCode::enumeration ? read_enumerator(from, type)
                                                : read_whole(from, type);
    case ValueKind::real: return read_real(from, type);
    case ValueKind::text:
      if (type.code == TypeCode::json) return read_json(from);
      return std::string(string_of(from, "a string"));
    case ValueKind::bytes:
      return type.code == TypeCode::opaque ? read_opaque(from, type) : read_bytes(from);
    case ValueKind::day: return read_day(from);
    case ValueKind::datetime: return read_datetime(from, mode);
    case ValueKind::ticks: {
      Type whole;  // int64
      return Ticks{read_whole(from, whole).get<std::int64_t>()};
    }
    case ValueKind::decimal: return read_decimal(from, type, mode);
    case ValueKind::uuid: return read_uuid(from);
    case ValueKind::nested: return Nested{read_nested(from, type, mode)};
  }
  throw Misfit(from, "the type " + type.to_string() + " has no values");
}

}  // namespace kindred::json
