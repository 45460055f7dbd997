#include "schema/bounds.hpp"

#include <chrono>
#include <cmath>

#include "schema/numbers.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

std::optional<BigDecimal> exact(const Value& v) {
  if (const auto* d = v.get_if<BigDecimal>()) return *d;
  if (const auto* i = v.get_if<std::int64_t>()) return BigDecimal(*i);
  if (const auto* b = v.get_if<BigInt>()) return BigDecimal::parse(b->digits);
  if (const auto* f = v.get_if<double>()) return BigDecimal::parse(python_float(*f));
  return std::nullopt;
}
double approximate(const Value& v) {
  if (const auto* f = v.get_if<double>()) return *f;
  if (const auto* i = v.get_if<std::int64_t>()) return static_cast<double>(*i);
  if (const auto* b = v.get_if<BigInt>()) return to_double(*b);
  if (const auto* d = v.get_if<BigDecimal>()) return d->to_double();
  return std::numeric_limits<double>::quiet_NaN();
}
// Microseconds on one axis; of dates at midnight.
std::optional<std::int64_t> micros_of(const Value& v) {
  if (const auto* d = v.get_if<date>())
    return std::chrono::duration_cast<Duration>(d->time_since_epoch()).count();
  if (const auto* m = v.get_if<DateTime>()) return m->utc();
  if (const auto* t = v.get_if<TimeOfDay>())
    return t->is_naive() ? t->micros : t->micros - std::int64_t{t->offset} * 1'000'000;
  if (const auto* l = v.get_if<Duration>()) return l->count();
  return std::nullopt;
}

}  // namespace

std::partial_ordering compare_values(const Value& a, const Value& b) {
  const auto* left = a.get_if<std::int64_t>();
  const auto* right = b.get_if<std::int64_t>();
  if (left != nullptr && right != nullptr) return *left <=> *right;
  if (const auto x = micros_of(a)) {
    const auto y = micros_of(b);
    return y ? std::partial_ordering(*x <=> *y) : std::partial_ordering::unordered;
  }
  if (a.is(ValueKind::floating) && b.is(ValueKind::floating))
    return a.get<double>() <=> b.get<double>();
  const auto x = exact(a);
  const auto y = exact(b);
  if (!x || !y) return std::partial_ordering::unordered;
  return *x <=> *y;
}

bool is_multiple_of(const Value& v, const Value& of) {
  const auto* integer = v.get_if<std::int64_t>();
  const auto* divisor = of.get_if<std::int64_t>();
  if (divisor != nullptr && *divisor == 0) return false;
  if (integer != nullptr && divisor != nullptr)
    return *divisor == -1 || *integer % *divisor == 0;  // -1: the lowest integer would overflow
  const auto* big = v.get_if<BigInt>();
  if (big != nullptr && divisor != nullptr) return is_multiple(*big, *divisor);
  if (v.is(ValueKind::decimal) || (!v.is(ValueKind::floating) && !of.is(ValueKind::floating))) {
    const auto x = exact(v);
    const auto y = exact(of);
    const bool can = x && y && x->is_finite() && y->is_finite() && y->coefficient() != "0";
    return can && x->is_multiple_of(*y);
  }
  const double x = approximate(v);
  const double y = approximate(of);
  const double rest = std::fabs(std::fmod(x, y));
  const double tolerance = std::fabs(x) / 1e9;
  return !(rest > tolerance && std::fabs(rest - std::fabs(y)) > tolerance);
}

Value shown_bound(const Value& bound, Kind kind) {
  std::string text;
  if (const auto* d = bound.get_if<date>())
    append(text, *d);
  else if (const auto* m = bound.get_if<DateTime>())
    append(text, *m);
  else if (const auto* t = bound.get_if<TimeOfDay>())
    append(text, *t);
  else if (const auto* l = bound.get_if<Duration>())
    append(text, *l);
  if (!text.empty()) return text;
  if (kind == Kind::floating && !bound.is(ValueKind::floating)) return approximate(bound);
  return bound;
}

bool is_on_side_of_now(const Value& v, NowRule side, std::int32_t utc_offset) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
                       .time_since_epoch();
  std::int64_t there = now.count();
  std::int64_t value = 0;
  if (const auto* moment = v.get_if<DateTime>()) {
    value = moment->utc();
    if (moment->is_naive()) there += std::int64_t{utc_offset} * 1'000'000;
  } else {
    const auto today =
        std::chrono::floor<std::chrono::days>(now + std::chrono::seconds(utc_offset));
    there = today.count();
    value = v.get<date>().time_since_epoch().count();
  }
  return side == NowRule::past ? value < there : value > there;
}

}  // namespace kindred::schema::detail
