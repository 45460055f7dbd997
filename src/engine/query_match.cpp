#include "engine/query_match.hpp"

#include <algorithm>
#include <cmath>

#include "engine/condition.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred::engine {

using Kind = Test::Kind;
using Op = Expression::Op;

bool Matcher::holds(const Test& test, ByteView key, const RowView& row) {
  switch (test.kind) {
    case Kind::yes: return true;
    case Kind::no: return false;
    case Kind::all:
      for (const Test& part : test.parts)
        if (!holds(part, key, row)) return false;
      return true;
    case Kind::any:
      for (const Test& part : test.parts)
        if (holds(part, key, row)) return true;
      return false;
    case Kind::general:
      return evaluate(*test.expression, table_, key, row) ==
             (test.inverted ? Truth::no : Truth::yes);
    default: break;
  }
  const bool null = !test.column.in_key && row.is_null(test.column.slot);
  if (test.kind == Kind::is_null) return null != test.inverted;
  return !null && leaf(test, key, row) != test.inverted;
}

bool Matcher::leaf(const Test& test, ByteView key, const RowView& row) {
  switch (test.kind) {
    case Kind::integer: {
      const int128 v = integer(test.column, key, row);
      return v >= test.least && v <= test.greatest;
    }
    case Kind::real: {
      const double v = real(test.column, key, row);
      switch (test.op) {
        case Op::eq: return v == test.number;
        case Op::lt: return v < test.number;
        case Op::le: return v <= test.number;
        case Op::gt: return v > test.number;
        default: return v >= test.number;
      }
    }
    case Kind::bytes: {
      const ByteView v = bytes(test.column, key, row);
      if (test.op == Op::eq) return v == test.text;
      const int c = v.compare(test.text);
      switch (test.op) {
        case Op::lt: return c < 0;
        case Op::le: return c <= 0;
        case Op::gt: return c > 0;
        default: return c >= 0;
      }
    }
    case Kind::among: return among(test, key, row);
    case Kind::prefix: return bytes(test.column, key, row).starts_with(test.text);
    case Kind::contains: return bytes(test.column, key, row).find(test.text) != ByteView::npos;
    default: break;
  }
  const ByteView v = bytes(test.column, key, row);
  const bool in_bytes = table_.columns[test.column.ordinal].column->type.code == TypeCode::bytes;
  const auto n = static_cast<int128>(in_bytes ? v.size() : detail::code_points(v));
  return n >= test.least && n <= test.greatest;
}

bool Matcher::among(const Test& test, ByteView key, const RowView& row) {
  switch (test.column.form) {
    case Form::integer:
      return std::binary_search(test.integers.begin(), test.integers.end(),
                                integer(test.column, key, row));
    case Form::real: {
      const double v = real(test.column, key, row);
      return !std::isnan(v) && std::binary_search(test.reals.begin(), test.reals.end(), v);
    }
    default:
      return std::binary_search(test.texts.begin(), test.texts.end(), bytes(test.column, key, row),
                                std::less<>());
  }
}

int128 Matcher::integer(const ColumnRef& column, ByteView key, const RowView& row) {
  const char* at = nullptr;
  if (!column.in_key) {
    at = row.fixed(column.slot);
  } else if (column.key_at != none && key.size() >= column.key_at + 8) {
    const std::uint64_t v = format::load_be64(key.data() + column.key_at);
    if (!column.is_signed) return static_cast<int128>(v);
    return static_cast<std::int64_t>(v ^ (std::uint64_t{1} << 63));
  } else {
    at = bytes(column, key, row).data();
  }
  if (column.width > 8) return format::load_le<int128>(at);
  if (column.width == 8 && !column.is_signed)
    return static_cast<int128>(format::load_le<std::uint64_t>(at));
  return column.small_integer(at);
}

double Matcher::real(const ColumnRef& column, ByteView key, const RowView& row) {
  const char* at = column.in_key ? bytes(column, key, row).data() : row.fixed(column.slot);
  if (column.width == 4) return static_cast<double>(format::load_le<float>(at));
  return format::load_le<double>(at);
}

ByteView Matcher::bytes(const ColumnRef& column, ByteView key, const RowView& row) {
  if (!column.in_key) return row.column(column.slot);
  ByteView out;
  (void)table_.column_bytes(column.ordinal, key, row, scratch_, out);
  return out;
}

}  // namespace kindred::engine
