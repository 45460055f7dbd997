// Numbers: from the numbers of JSON, and everything that a number may become.
#include <charconv>
#include <cmath>

#include "schema/address.hpp"
#include "schema/bounds.hpp"
#include "schema/frames.hpp"
#include "schema/numbers.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

// Beyond this a double is no std::int64_t any more.
constexpr double integer_limit = 9223372036854775808.0;

// Without an exponent, as pydantic-core gives floats to Decimal and str.
std::string plain_digits(double v) {
  if (!std::isfinite(v)) return python_float(v);
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, v, std::chars_format::fixed);
  return {text, end.ptr};
}

}  // namespace

bool Validator::number_value(const Node& n, void* slot, const Scalar& s) {
  const bool is_whole = s.kind != Scalar::Kind::number;
  switch (n.kind) {
    case Kind::ignore: return &n != &forbidden_node || fail("extra_forbidden", s);
    case Kind::integer:
      if (s.kind == Scalar::Kind::integer) return integer(n, slot, s.integer, s);
      if (s.kind == Scalar::Kind::natural)
        return big_integer(n, slot, BigInt{std::to_string(s.natural)}, s);
      return number_as_integer(n, slot, s.number, s);
    case Kind::floating:
      if (is_whole) lower(Exactness::strict);
      if (s.kind == Scalar::Kind::integer)
        return floating(n, slot, static_cast<double>(s.integer), s);
      if (s.kind == Scalar::Kind::natural)
        return floating(n, slot, static_cast<double>(s.natural), s);
      return floating(n, slot, s.number, s);
    case Kind::any: return put(n, slot, s.value(), s);
    case Kind::boolean: {
      if (is_strict(n)) break;
      lower(Exactness::lax);
      const double v = s.kind == Scalar::Kind::integer ? static_cast<double>(s.integer) : s.number;
      if (s.kind != Scalar::Kind::natural && (v == 0 || v == 1)) return put(n, slot, v == 1, s);
      const bool could_be = is_whole || (std::isfinite(v) && v == std::floor(v));
      return fail(could_be ? "bool_parsing" : "bool_type", s);
    }
    case Kind::decimal: {
      lower(Exactness::strict);
      if (s.kind == Scalar::Kind::integer) return decimal(n, slot, BigDecimal(s.integer), s);
      const std::string digits =
          s.kind == Scalar::Kind::natural ? std::to_string(s.natural) : plain_digits(s.number);
      return decimal(n, slot, BigDecimal::parse(digits).value_or(BigDecimal()), s);
    }
    case Kind::text:
      if (!n.coerce_numbers || is_strict(n)) break;
      lower(Exactness::lax);
      if (s.kind == Scalar::Kind::number) return text_as_text(n, slot, plain_digits(s.number), s);
      return text_as_text(n, slot, s.value().to_string(), s);
    case Kind::date:
    case Kind::datetime:
    case Kind::time:
    case Kind::timedelta:
      if (is_strict(n)) break;
      lower(Exactness::lax);
      return number_as_temporal(n, slot, s);
    case Kind::ip: {
      Ip ip;
      if (!is_whole || is_strict(n)) break;
      if (!ip_from_number(BigInt{s.value().to_string()}, n.ip_form, n.ip_version, ip)) break;
      return put(n, slot, std::move(ip), s);
    }
    default: break;
  }
  return other_scalar(n, slot, s);
}

bool Validator::number_as_integer(const Node& n, void* slot, double v, const Scalar& s) {
  if (is_strict(n)) return wrong_type(n, s);
  lower(Exactness::lax);
  if (!std::isfinite(v)) return fail("finite_number", s);
  if (v != std::floor(v)) return fail("int_from_float", s);
  if (v < -integer_limit || v >= integer_limit) return fail("int_parsing_size", s);
  return integer(n, slot, static_cast<std::int64_t>(v), s);
}

bool Validator::number_as_temporal(const Node& n, void* slot, const Scalar& s) {
  const bool is_integer = s.kind == Scalar::Kind::integer;
  const double number = s.kind == Scalar::Kind::natural ? static_cast<double>(s.natural)
                        : is_integer                    ? static_cast<double>(s.integer)
                                                        : s.number;
  const auto unit = static_cast<TemporalUnit>(n.unit);
  const auto refused = [&](std::string_view type, Reason why) {
    return fail(type, s, {{"error", why}});
  };
  if (n.kind == Kind::time) {
    TimeOfDay out;
    if (const Reason why = time_from_number(number, out)) return refused("time_parsing", why);
    return temporal(n, slot, out, s);
  }
  if (n.kind == Kind::timedelta) {
    Duration out{};
    const Reason why = is_integer ? duration_from_number(s.integer, unit, out)
                                  : duration_from_number(number, unit, out);
    return why ? refused("time_delta_parsing", why) : temporal(n, slot, out, s);
  }
  DateTime out;
  const Reason why = is_integer ? datetime_from_number(s.integer, unit, out)
                                : datetime_from_number(number, unit, out);
  if (why)
    return refused(n.kind == Kind::date ? "date_from_datetime_parsing" : "datetime_parsing", why);
  return temporal(n, slot, out, s);
}

bool Validator::integer(const Node& n, void* slot, std::int64_t v, const Scalar& s) {
  if (v < n.type_low || v > n.type_high) return fail("int_parsing_size", s);
  if (n.is_bounded && !bounds_hold(n, v, here(s))) return !is_full_ && !fails_fast_;
  return put(n, slot, v, s);
}

// A C++ integer never wraps: what does not fit is a fault.
bool Validator::big_integer(const Node& n, void* slot, BigInt v, const Scalar& s) {
  const bool fits =
      n.takes_big || (n.is_unsigned64 && v >= BigInt{"0"} && v <= BigInt{"18446744073709551615"});
  if (!fits) return fail("int_parsing_size", s);
  if (n.is_bounded && !bounds_hold(n, v, here(s))) return !is_full_ && !fails_fast_;
  return put(n, slot, std::move(v), s);
}

bool Validator::floating(const Node& n, void* slot, double v, const Scalar& s) {
  if (!n.allow_inf_nan && !std::isfinite(v)) return fail("finite_number", s);
  if (n.is_bounded && !bounds_hold(n, v, here(s))) return !is_full_ && !fails_fast_;
  return put(n, slot, v, s);
}

namespace {
// Digits in all and behind the point, trailing zeros of the fraction dropped.
struct Digits {
  std::uint64_t all = 0;
  std::uint64_t places = 0;
};
Digits digits_of(const BigDecimal& v) {
  std::string_view digits = v.coefficient();
  std::int64_t exponent = v.exponent();
  while (digits.size() > 1 && digits.back() == '0') {
    digits.remove_suffix(1);
    ++exponent;
  }
  if (digits == "0") exponent = 0;
  if (exponent >= 0) return {digits.size() + static_cast<std::uint64_t>(exponent), 0};
  const auto places = static_cast<std::uint64_t>(-exponent);
  return {std::max<std::uint64_t>(digits.size(), places), places};
}
}  // namespace

bool Validator::decimal(const Node& n, void* slot, BigDecimal v, const Scalar& s) {
  const bool counts = n.max_digits || n.decimal_places;
  if ((!n.allow_inf_nan || counts) && !v.is_finite()) return fail("finite_number", s);
  if (counts) {
    const Digits digits = digits_of(v);
    if (n.max_digits && digits.all > *n.max_digits)
      return fail("decimal_max_digits", s, {{"max_digits", Value(*n.max_digits)}});
    if (n.decimal_places && digits.places > *n.decimal_places)
      return fail("decimal_max_places", s, {{"decimal_places", Value(*n.decimal_places)}});
    if (n.max_digits && n.decimal_places) {
      const std::uint64_t whole = *n.max_digits - std::min(*n.max_digits, *n.decimal_places);
      if (digits.all - std::min(digits.all, digits.places) > whole)
        return fail("decimal_whole_digits", s, {{"whole_digits", Value(whole)}});
    }
  }
  if (n.is_bounded && !bounds_hold(n, v, here(s))) return !is_full_ && !fails_fast_;
  return put(n, slot, std::move(v), s);
}

bool Validator::temporal(const Node& n, void* slot, Value v, const Scalar& s) {
  constexpr std::int64_t day = 86'400'000'000;
  if (const auto* moment = v.get_if<DateTime>(); n.kind == Kind::date && moment != nullptr) {
    if (moment->micros % day != 0) return fail("date_from_datetime_inexact", s);
    v = date(std::chrono::days(moment->micros / day));
  } else if (const auto* whole = v.get_if<date>(); n.kind == Kind::datetime && whole != nullptr) {
    v = DateTime{whole->time_since_epoch().count() * day, DateTime::naive};
  }
  if (n.is_bounded && !bounds_hold(n, v, here(s))) return !is_full_ && !fails_fast_;
  if (n.now != NowRule::any && !is_on_side_of_now(v, n.now, n.now_utc_offset.value_or(0))) {
    const bool past = n.now == NowRule::past;
    if (n.kind == Kind::date) return fail(past ? "date_past" : "date_future", s);
    return fail(past ? "datetime_past" : "datetime_future", s);
  }
  if (n.timezone != TimezoneRule::any) {
    const auto* moment = v.get_if<DateTime>();
    const std::int32_t offset = moment != nullptr ? moment->offset : v.get<TimeOfDay>().offset;
    const bool naive = offset == DateTime::naive;
    if (n.timezone == TimezoneRule::naive && !naive) return fail("timezone_naive", s);
    if (n.timezone != TimezoneRule::naive && naive) return fail("timezone_aware", s);
    if (n.timezone == TimezoneRule::offset && offset != n.timezone_offset)
      return fail("timezone_offset", s,
                  {{"tz_expected", n.timezone_offset}, {"tz_actual", offset}});
  }
  if (n.rep == Rep::time_point) {
    *static_cast<time_point*>(opened(n, slot)) =
        time_point(std::chrono::microseconds(v.get<DateTime>().utc()));
    return n.after.empty() || after(n, slot, here(s));
  }
  return put(n, slot, std::move(v), s);
}

bool Validator::bounds_hold(const Node& n, const Value& v, Handle at) {
  const Bounds& b = n.bounds;
  const auto refused = [&](std::string_view type, const char* name, const Value& bound) {
    fail_at(type, at, {{name, shown_bound(bound, n.kind)}});
    return false;
  };
  if (b.multiple_of && !is_multiple_of(v, *b.multiple_of))
    return refused("multiple_of", "multiple_of", *b.multiple_of);
  // Unordered is a fault, too: NaN is within no bounds.
  if (b.le && !std::is_lteq(compare_values(v, *b.le)))
    return refused("less_than_equal", "le", *b.le);
  if (b.lt && !std::is_lt(compare_values(v, *b.lt))) return refused("less_than", "lt", *b.lt);
  if (b.ge && !std::is_gteq(compare_values(v, *b.ge)))
    return refused("greater_than_equal", "ge", *b.ge);
  if (b.gt && !std::is_gt(compare_values(v, *b.gt))) return refused("greater_than", "gt", *b.gt);
  return true;
}

}  // namespace kindred::schema::detail
