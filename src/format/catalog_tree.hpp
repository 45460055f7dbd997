// Types, conditions and constants as fields of catalogue records. Every number here is on disk:
// never renumber, never reuse. Unlike in other structured fields nothing unknown is skipped,
// because an unknown part changes the meaning of the whole: Error(newer_format).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "format/bytes.hpp"
#include "format/fields.hpp"
#include "kindred/catalog.hpp"

namespace kindred::format {

namespace type_tag {
enum : std::uint64_t {
  code = 1,
  underlying = 2,
  precision = 3,
  scale = 4,
  period_num = 5,
  period_den = 6,
  name = 7,
  enum_name = 8,
  member = 9,
};
}
namespace enum_tag {
enum : std::uint64_t { value = 1, name = 2 };
}
namespace member_tag {
enum : std::uint64_t { name = 1, type = 2 };
}
namespace expression_tag {
enum : std::uint64_t { op = 1, name = 2, value = 3, operand = 4 };
}
// First byte of a stored value.
enum class ValueTag : std::uint8_t {
  null = 0,
  boolean = 1,
  integer = 2,
  natural = 3,
  real = 4,
  text = 5,
  bytes = 6,
  day = 7,
  datetime = 8,
  ticks = 9,
  decimal = 10,
  uuid = 11,
  nested = 12,
};

// Hostile trees shall not exhaust the call stack; Catalog::validate allows less.
inline constexpr unsigned deepest = 100;

struct ValueWriter {
  std::string& out;
  void tag(ValueTag t) const { out += static_cast<char>(t); }
  void operator()(std::monostate) const { tag(ValueTag::null); }
  void operator()(bool v) const {
    tag(ValueTag::boolean);
    out += static_cast<char>(v);
  }
  void operator()(std::int64_t v) const { fixed(ValueTag::integer, v); }
  void operator()(std::uint64_t v) const { fixed(ValueTag::natural, v); }
  void operator()(double v) const { fixed(ValueTag::real, v); }
  void operator()(const std::string& v) const { raw(ValueTag::text, v); }
  void operator()(const Bytes& v) const {
    raw(ValueTag::bytes, {reinterpret_cast<const char*>(v.data()), v.size()});
  }
  void operator()(date v) const {
    fixed(ValueTag::day, static_cast<std::int32_t>(v.time_since_epoch().count()));
  }
  void operator()(time_point v) const {
    fixed(ValueTag::datetime, static_cast<std::int64_t>(v.time_since_epoch().count()));
  }
  void operator()(Ticks v) const { fixed(ValueTag::ticks, v.count); }
  void operator()(const Number& v) const {
    fixed(ValueTag::decimal, v.unscaled);
    out += static_cast<char>(v.scale);
  }
  void operator()(const Uuid& v) const {
    raw(ValueTag::uuid, {reinterpret_cast<const char*>(v.octets.data()), v.octets.size()});
  }
  void operator()(const Nested& v) const { raw(ValueTag::nested, v.encoded); }

 private:
  template <class T>
  void fixed(ValueTag t, T v) const {
    tag(t);
    append_le(out, v);
  }
  void raw(ValueTag t, ByteView v) const {
    tag(t);
    out += v;
  }
};

inline std::string encode_value(const Value& v) {
  std::string out;
  std::visit(ValueWriter{out}, v.variant());
  return out;
}

inline std::string encode_type(const Type& t) {
  const Type usual;
  std::string out;
  put_number(out, type_tag::code, number_of(t.code));
  put_number_unless(out, type_tag::underlying, number_of(t.underlying),
                    number_of(usual.underlying));
  put_number_unless(out, type_tag::precision, t.precision, 0);
  put_number_unless(out, type_tag::scale, t.scale, 0);
  put_number_unless(out, type_tag::period_num, static_cast<std::uint64_t>(t.period_num), 1);
  put_number_unless(out, type_tag::period_den, static_cast<std::uint64_t>(t.period_den), 1);
  put_text(out, type_tag::name, t.name);
  for (const EnumName& n : t.names) {
    std::string inner;
    put_number(inner, enum_tag::value, static_cast<std::uint64_t>(n.value));
    put_text(inner, enum_tag::name, n.name);
    put(out, type_tag::enum_name, inner);
  }
  for (const TypeMember& m : t.members) {
    std::string inner;
    put_text(inner, member_tag::name, m.name);
    put(inner, member_tag::type, encode_type(m.type));
    put(out, type_tag::member, inner);
  }
  return out;
}

inline std::string encode_expression(const Expression& e) {
  std::string out;
  put_number(out, expression_tag::op, number_of(e.op));
  put_text(out, expression_tag::name, e.name);
  if (!e.value.is_null()) put(out, expression_tag::value, encode_value(e.value));
  for (const Expression& operand : e.operands)
    put(out, expression_tag::operand, encode_expression(operand));
  return out;
}

template <class T>
T take_fixed(ByteView in, std::string_view where) {
  if (in.size() != sizeof(T)) bad(where, "a value has the wrong length");
  return load_le<T>(in.data());
}

inline Value decode_value(ByteView in, std::string_view where) {
  if (in.empty()) bad(where, "a value is empty");
  const auto tag = static_cast<ValueTag>(in.front());
  in.remove_prefix(1);
  switch (tag) {
    case ValueTag::null:
      if (!in.empty()) bad(where, "a null has bytes");
      return {};
    case ValueTag::boolean: {
      const auto v = take_fixed<std::uint8_t>(in, where);
      if (v > 1) bad(where, "a boolean is neither 0 nor 1");
      return v != 0;
    }
    case ValueTag::integer: return take_fixed<std::int64_t>(in, where);
    case ValueTag::natural: return take_fixed<std::uint64_t>(in, where);
    case ValueTag::real: return take_fixed<double>(in, where);
    case ValueTag::text: return std::string(in);
    case ValueTag::bytes: {
      Bytes out(in.size());
      if (!in.empty()) std::memcpy(out.data(), in.data(), in.size());
      return out;
    }
    case ValueTag::day: return date(std::chrono::days(take_fixed<std::int32_t>(in, where)));
    case ValueTag::datetime:
      return time_point(std::chrono::microseconds(take_fixed<std::int64_t>(in, where)));
    case ValueTag::ticks: return Ticks{take_fixed<std::int64_t>(in, where)};
    case ValueTag::decimal: {
      if (in.size() != sizeof(int128) + 1) bad(where, "a decimal has the wrong length");
      return Number{load_le<int128>(in.data()), static_cast<std::uint8_t>(in.back())};
    }
    case ValueTag::uuid: {
      Uuid out;
      if (in.size() != out.octets.size()) bad(where, "a UUID has the wrong length");
      std::memcpy(out.octets.data(), in.data(), in.size());
      return out;
    }
    case ValueTag::nested: return Nested{std::string(in)};
  }
  newer(where, "a value of the unknown kind " + std::to_string(number_of(tag)));
}

inline bool is_known(TypeCode code) noexcept {
  return (code >= TypeCode::boolean && code <= TypeCode::opaque) ||
         (code >= TypeCode::structure && code <= TypeCode::tuple);
}

inline TypeCode known_code(std::uint64_t v, std::string_view where) {
  const auto code = static_cast<TypeCode>(static_cast<std::uint8_t>(v));
  if (v > 0xff || !is_known(code))
    newer(where, "a column type of unknown code " + std::to_string(v));
  return code;
}

// A part of a type or condition that is not known changes its meaning, so it is not skipped.
[[noreturn]] inline void unknown_part(const Field& field, std::string_view of,
                                      std::string_view where) {
  newer(where, std::string(of) + " has an unknown part " + std::to_string(field.tag));
}

inline Type decode_type(ByteView bytes, std::string_view where, unsigned depth);

inline EnumName decode_enum_name(ByteView bytes, std::string_view where) {
  EnumName out;
  FieldReader in(bytes, where);
  for (Field f; in.next(f);) {
    switch (f.tag) {
      case enum_tag::value: out.value = static_cast<std::int64_t>(in.number(f)); break;
      case enum_tag::name: out.name = f.bytes; break;
      default: unknown_part(f, "an enumeration", where);
    }
  }
  return out;
}

inline TypeMember decode_member(ByteView bytes, std::string_view where, unsigned depth) {
  TypeMember out;
  FieldReader in(bytes, where);
  for (Field f; in.next(f);) {
    switch (f.tag) {
      case member_tag::name: out.name = f.bytes; break;
      case member_tag::type: out.type = decode_type(f.bytes, where, depth + 1); break;
      default: unknown_part(f, "a member", where);
    }
  }
  return out;
}

inline Type decode_type(ByteView bytes, std::string_view where, unsigned depth) {
  if (depth > deepest) bad(where, "a type is nested too deep");
  Type out;
  bool has_code = false;
  FieldReader in(bytes, where);
  for (Field f; in.next(f);) {
    switch (f.tag) {
      case type_tag::code:
        out.code = known_code(in.number(f), where);
        has_code = true;
        break;
      case type_tag::underlying: out.underlying = known_code(in.number(f), where); break;
      case type_tag::precision: out.precision = in.small<std::uint8_t>(f); break;
      case type_tag::scale: out.scale = in.small<std::uint8_t>(f); break;
      case type_tag::period_num: out.period_num = static_cast<std::int64_t>(in.number(f)); break;
      case type_tag::period_den: out.period_den = static_cast<std::int64_t>(in.number(f)); break;
      case type_tag::name: out.name = f.bytes; break;
      case type_tag::enum_name: out.names.push_back(decode_enum_name(f.bytes, where)); break;
      case type_tag::member: out.members.push_back(decode_member(f.bytes, where, depth)); break;
      default: unknown_part(f, "a type", where);
    }
  }
  if (!has_code) bad(where, "a type has no code");
  return out;
}

inline Expression decode_expression(ByteView bytes, std::string_view where, unsigned depth) {
  if (depth > deepest) bad(where, "a condition is nested too deep");
  Expression out;
  bool has_op = false;
  FieldReader in(bytes, where);
  for (Field f; in.next(f);) {
    switch (f.tag) {
      case expression_tag::op: {
        const std::uint64_t op = in.number(f);
        if (op < number_of(Expression::Op::column) || op > number_of(Expression::Op::contains))
          newer(where, "a condition has the unknown operator " + std::to_string(op));
        out.op = static_cast<Expression::Op>(op);
        has_op = true;
        break;
      }
      case expression_tag::name: out.name = f.bytes; break;
      case expression_tag::value: out.value = decode_value(f.bytes, where); break;
      case expression_tag::operand:
        out.operands.push_back(decode_expression(f.bytes, where, depth + 1));
        break;
      default: unknown_part(f, "a condition", where);
    }
  }
  if (!has_op) bad(where, "a condition has no operator");
  return out;
}

}  // namespace kindred::format
