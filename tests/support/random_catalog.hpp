// RapidCheck generators of types, values, rows and valid catalogues. To be called inside a
// property.
#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/value_kind.hpp"

namespace kindred::test {

// Uniform in [least, most], whatever the size that RapidCheck is at.
template <class T>
T between(T least, T most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(least, static_cast<T>(most + 1)));
}

inline bool coin() { return between(0, 1) == 1; }

template <class T>
T pick(const std::vector<T>& from) {
  return from[between<std::size_t>(0, from.size() - 1)];
}

template <class T>
T any_bits() {
  // Half of them near the edges, where the defects are.
  using L = std::numeric_limits<T>;
  const std::vector<T> edges{L::min(), L::max(), T{0}, T{1}, static_cast<T>(L::min() + 1)};
  return coin() ? pick(edges) : *rc::gen::resize(rc::kNominalSize * 3, rc::gen::arbitrary<T>());
}

inline std::string any_text() {
  static const std::vector<std::string> parts{
      "a",    "B",    "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\"", "\\",  "\n",
      "\x01", "\x1f", "/",        "null",         "$bytes",           " ",  "\x7f"};
  std::string out;
  for (int n = between(0, 6); n > 0; --n) out += pick(parts);
  return out;
}

inline std::string any_name(const std::string& kind, std::size_t i) {
  static const std::vector<std::string> endings{"", "_x", " y", "\xc3\xa9", "\"q", "."};
  return kind + std::to_string(i) + pick(endings);
}

inline Type scalar_type() {
  static const std::vector<TypeCode> codes{
      TypeCode::boolean,  TypeCode::int8,    TypeCode::int16,    TypeCode::int32,
      TypeCode::int64,    TypeCode::uint8,   TypeCode::uint16,   TypeCode::uint32,
      TypeCode::uint64,   TypeCode::float32, TypeCode::float64,  TypeCode::text,
      TypeCode::bytes,    TypeCode::day,     TypeCode::datetime, TypeCode::instant,
      TypeCode::duration, TypeCode::decimal, TypeCode::uuid,     TypeCode::enumeration,
      TypeCode::json,     TypeCode::opaque};
  Type type;
  type.code = pick(codes);
  if (type.code == TypeCode::decimal) {
    type.precision = between<std::uint8_t>(1, 38);
    type.scale = between<std::uint8_t>(0, type.precision);
  }
  if (type.code == TypeCode::instant || type.code == TypeCode::duration) {
    static const std::vector<std::pair<int, int>> periods{
        {1, 1}, {1, 1000}, {60, 1}, {1, 1'000'000'000}, {7, 3}};
    const auto period = pick(periods);
    type.period_num = period.first;
    type.period_den = period.second;
  }
  if (type.code == TypeCode::opaque) type.name = "Codec" + std::to_string(between(0, 2));
  if (type.code == TypeCode::enumeration) {
    type.name = coin() ? "Role" : "";
    type.underlying = static_cast<TypeCode>(
        between(static_cast<int>(TypeCode::int8), static_cast<int>(TypeCode::uint64)));
    for (int n = between(0, 3); n > 0; --n) {
      const std::int64_t value =
          type.underlying == TypeCode::uint64 && coin() ? -1 : between(0, 100);
      type.names.push_back({value, any_name("e", static_cast<std::size_t>(n))});
    }
  }
  return type;
}

inline Type any_type(int depth = 0) {
  if (depth >= 3 || between(0, 2) != 0) return scalar_type();
  static const std::vector<TypeCode> codes{
      TypeCode::structure, TypeCode::list,    TypeCode::set,  TypeCode::map,
      TypeCode::optional,  TypeCode::variant, TypeCode::tuple};
  Type type;
  type.code = pick(codes);
  int members = 1;
  if (type.code == TypeCode::map) members = 2;
  if (type.code == TypeCode::structure || type.code == TypeCode::tuple) members = between(0, 3);
  if (type.code == TypeCode::variant) members = between(1, 3);
  if (type.code == TypeCode::structure) type.name = coin() ? "Part" : "";
  for (int i = 0; i < members; ++i) {
    static const std::vector<std::string> names{"", "x", "y", "0", "$z", "key"};
    type.members.push_back({coin() ? std::to_string(i) : pick(names), any_type(depth + 1)});
  }
  // Strings as keys have a form of their own.
  if (type.code == TypeCode::map && coin()) {
    type.members[0].type = Type{};
    type.members[0].type.code = TypeCode::text;
  }
  return type;
}

inline Number any_decimal(const Type& type) {
  int128 limit = 1;
  for (int i = 0; i < type.precision; ++i) limit *= 10;
  const auto high = static_cast<int128>(any_bits<std::int64_t>());
  const int128 v = high * std::numeric_limits<std::int64_t>::max() + any_bits<std::int64_t>();
  return {v % limit, type.scale};
}

inline std::string any_json() {
  static const std::vector<std::string> texts{
      "null", "1",   "\"x\"",       "{\"a\": [1, 2.50]}",   "[ ]",   "{\"a\":1,\"a\":2}",
      "{",    " 1 ", "{\n}",        "{\"$json\":\"1\"}",    "1e999", "",
      "true", "1e2", "\"\\u00e9\"", "{\"$json\":1,\"b\":2}"};
  return pick(texts);
}

// A float for float32, as every value that was ever in such a column.
inline double any_real(const Type& type) {
  using L = std::numeric_limits<double>;
  static const std::vector<double> edges{
      0.0, -0.0, L::infinity(), -L::infinity(), L::max(), L::min(), L::denorm_min(),
      0.1, 1e16, 1e15,          123456.75,      1e-4,     1e-5,     9007199254740993.0,
      3.0};
  const double v =
      coin() ? pick(edges) : *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<double>());
  return type.code == TypeCode::float32 ? static_cast<double>(static_cast<float>(v)) : v;
}

inline std::string encoded(const Type& type);

inline Value any_value(const Type& type) {
  using detail::ValueKind;
  const auto range = detail::range_of(type);
  switch (detail::kind_of(type)) {
    case ValueKind::boolean: return coin();
    case ValueKind::integer: {
      const auto v = any_bits<std::int64_t>();
      const bool fits =
          v >= range.least && (v < 0 || static_cast<std::uint64_t>(v) <= range.greatest);
      return fits ? v : static_cast<std::int64_t>(v % 100);
    }
    case ValueKind::natural: {
      const auto v = any_bits<std::uint64_t>();
      return v <= range.greatest ? v : v % 200;
    }
    case ValueKind::real: return any_real(type);
    case ValueKind::text: return type.code == TypeCode::json ? any_json() : any_text();
    case ValueKind::bytes: {
      const std::string text = any_text();
      Bytes out(text.size());
      if (!text.empty()) std::memcpy(out.data(), text.data(), text.size());
      return out;
    }
    case ValueKind::day: return date(std::chrono::days(any_bits<std::int32_t>()));
    case ValueKind::datetime:
      return time_point(std::chrono::microseconds(any_bits<std::int64_t>()));
    case ValueKind::ticks: return Ticks{any_bits<std::int64_t>()};
    case ValueKind::decimal: return any_decimal(type);
    case ValueKind::uuid: {
      Uuid out;
      for (auto& octet : out.octets) octet = any_bits<std::uint8_t>();
      return out;
    }
    default: return Nested{encoded(type)};
  }
}

inline void append_varint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out += static_cast<char>((v & 0x7f) | 0x80);
  out += static_cast<char>(v);
}

template <class T>
void append_bytes(std::string& out, const T& v, std::size_t n = sizeof(T)) {
  out.append(reinterpret_cast<const char*>(&v), n);
}

// A nested value as the archive writes it (include/kindred/detail/archive.hpp).
inline std::string encoded(const Type& type) {
  std::string out;
  const auto elements = [&](auto one) {
    const int n = between(0, 3);
    std::string body;
    for (int i = 0; i < n; ++i) body += one();
    // Elements without content cannot be stored.
    if (body.size() < static_cast<std::size_t>(n)) {
      append_varint(out, 0);
      return;
    }
    append_varint(out, static_cast<std::uint64_t>(n));
    out += body;
  };
  switch (type.code) {
    case TypeCode::structure:
    case TypeCode::tuple:
      for (const auto& m : type.members) out += encoded(m.type);
      return out;
    case TypeCode::list:
    case TypeCode::set: elements([&] { return encoded(type.members[0].type); }); return out;
    case TypeCode::map:
      elements([&] { return encoded(type.members[0].type) + encoded(type.members[1].type); });
      return out;
    case TypeCode::optional:
      if (coin()) return std::string(1, '\0');
      return '\1' + encoded(type.members[0].type);
    case TypeCode::variant: {
      const auto i = between<std::size_t>(0, type.members.size() - 1);
      append_varint(out, i);
      return out + encoded(type.members[i].type);
    }
    default: break;
  }
  const Value v = any_value(type);
  if (const auto* flag = v.get_if<bool>()) append_bytes(out, static_cast<char>(*flag));
  if (const auto* i = v.get_if<std::int64_t>()) append_bytes(out, *i, type.width());
  if (const auto* u = v.get_if<std::uint64_t>()) append_bytes(out, *u, type.width());
  if (const auto* d = v.get_if<double>()) {
    const auto f = static_cast<float>(*d);
    type.code == TypeCode::float32 ? append_bytes(out, f) : append_bytes(out, *d);
  }
  if (const auto* s = v.get_if<std::string>()) {
    append_varint(out, s->size());
    out += *s;
  }
  if (const auto* b = v.get_if<Bytes>()) {
    append_varint(out, b->size());
    out.append(reinterpret_cast<const char*>(b->data()), b->size());
  }
  if (const auto* d = v.get_if<date>())
    append_bytes(out, static_cast<std::int32_t>(d->time_since_epoch().count()));
  if (const auto* p = v.get_if<time_point>())
    append_bytes(out, std::int64_t{p->time_since_epoch().count()});
  if (const auto* t = v.get_if<Ticks>()) append_bytes(out, t->count);
  if (const auto* n = v.get_if<Number>()) append_bytes(out, n->unscaled, type.width());
  if (const auto* u = v.get_if<Uuid>()) append_bytes(out, *u);
  return out;
}

// A condition on the columns of `table` that Catalog::validate accepts.
inline Expression any_condition(const Table& table, int depth = 0) {
  using Op = Expression::Op;
  if (depth < 2 && between(0, 3) == 0) {
    const int n = between(0, 3);
    std::vector<Expression> operands;
    for (int i = 0; i < n; ++i) operands.push_back(any_condition(table, depth + 1));
    if (coin()) return Expression::of(coin() ? Op::all : Op::any, std::move(operands));
    return Expression::of(Op::negate, {any_condition(table, depth + 1)});
  }
  const Column& c = pick(table.columns);
  const Expression column = Expression::column(c.name);
  if (c.type.is_nested() || between(0, 3) == 0) return Expression::of(Op::is_null, {column});
  const bool has_length = c.type.code == TypeCode::text || c.type.code == TypeCode::bytes;
  if (has_length && coin()) {
    const auto length = Expression::of(Op::length, {column});
    return Expression::of(Op::le, {length, Expression::constant(between<std::int64_t>(0, 99))});
  }
  const auto constant = [&] {
    Value v = any_value(c.type);
    if (const auto* d = v.get_if<double>(); d && std::isnan(*d)) v = 1.5;
    return Expression::constant(v);
  };
  if (has_length && coin())
    return Expression::of(coin() ? Op::prefix : Op::contains, {column, constant()});
  if (coin()) return Expression::of(Op::in, {column, constant(), constant()});
  const Op op = static_cast<Op>(between(static_cast<int>(Op::eq), static_cast<int>(Op::ge)));
  return coin() ? Expression::of(op, {column, constant()})
                : Expression::of(op, {constant(), column});
}

inline Table any_table(std::size_t i, bool numbered) {
  Table out;
  out.name = any_name("table", i);
  const auto columns = between<std::size_t>(1, 5);
  for (std::size_t k = 0; k < columns; ++k) {
    Column c;
    c.name = any_name("column", k);
    c.type = any_type();
    c.nullable = k > 0 && coin();
    if (k == 0)
      while (!c.type.can_be_key()) c.type = scalar_type();
    if ((c.type.code == TypeCode::text || c.type.code == TypeCode::bytes) && coin())
      c.max_length = between<std::uint32_t>(30, 100);
    if (between(0, 2) == 0) c.default_value = any_value(c.type);
    if (numbered) c.number = static_cast<std::uint32_t>(k + 1);
    out.columns.push_back(std::move(c));
  }
  out.primary_key = {out.columns[0].name};
  for (const Column& c : out.columns) {
    if (!c.type.can_be_key()) continue;
    if (!c.nullable && out.primary_key.size() < 3 && c.name != out.primary_key[0] &&
        between(0, 2) == 0)
      out.primary_key.push_back(c.name);
    if (between(0, 2) == 0)
      out.indexes.push_back(
          {coin() ? "" : any_name("index", out.indexes.size()), {c.name}, coin()});
  }
  for (int n = between(0, 2); n > 0; --n)
    out.checks.push_back({coin() ? "" : any_name("check", out.checks.size()), any_condition(out)});
  if (numbered) {
    out.number = static_cast<std::uint32_t>(i + 1);
    out.uid = any_bits<std::uint64_t>();
    out.keyspace = any_bits<std::uint32_t>();
    out.list_number = between<std::uint32_t>(1, 9);
    for (Index& index : out.indexes) index.keyspace = any_bits<std::uint32_t>();
  }
  return out;
}

// A reference from `from` to the primary key of `to`, with columns of its own.
inline void refer(Table& from, const Table& to, bool numbered) {
  ForeignKey key;
  if (coin()) key.name = any_name("fk", from.foreign_keys.size());
  key.table = to.name;
  const bool nullable = coin();
  const std::string prefix = "to" + std::to_string(from.foreign_keys.size()) + "_";
  for (const std::string& name : std::vector<std::string>(to.primary_key)) {
    Column c;
    c.name = prefix + name;
    c.type = to.column(name)->type;
    c.nullable = nullable;
    if (numbered) c.number = static_cast<std::uint32_t>(from.columns.size() + 1);
    key.columns.push_back(c.name);
    from.columns.push_back(std::move(c));
  }
  if (coin()) key.referenced = to.primary_key;
  key.on_delete = static_cast<OnDelete>(between(1, 3));
  if (nullable && coin()) key.on_delete = coin() ? OnDelete::set_null : OnDelete::set_default;
  if (numbered) key.keyspace = any_bits<std::uint32_t>();
  from.foreign_keys.push_back(std::move(key));
}

// A catalogue that has passed validate().
inline Catalog any_catalog() {
  Catalog out;
  if (coin()) out.application = any_text();
  const bool numbered = coin();
  const auto tables = between<std::size_t>(1, 3);
  for (std::size_t i = 0; i < tables; ++i) out.tables.push_back(any_table(i, numbered));
  const std::vector<Table> plain = out.tables;
  for (Table& from : out.tables) {
    for (const Table& to : plain)
      if (between(0, 2) == 0) refer(from, to, numbered);
  }
  out.validate();
  for (Table& from : out.tables) {
    for (const ForeignKey& key : from.foreign_keys) {
      if (coin()) continue;
      RelationshipInfo there;
      there.name = any_name("relationship", from.relationships.size());
      there.kind = RelationshipInfo::Kind::many_to_one;
      there.target = key.table;
      there.foreign_key = key.name;
      from.relationships.push_back(there);
    }
  }
  out.validate();
  return out;
}

// A row with a value of every column's type; null only where the column is nullable.
inline Row any_row(const Table& table) {
  Row out;
  for (const Column& c : table.columns)
    out.append(c.name, c.nullable && between(0, 3) == 0 ? Value() : any_value(c.type));
  return out;
}

}  // namespace kindred::test
