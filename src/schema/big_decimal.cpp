#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>
#include <vector>

#include "kindred/schema_types.hpp"
#include "src/schema/numbers.hpp"
#include "src/schema/unicode_table.hpp"
#include "src/schema/utf8_text.hpp"

namespace kindred {
namespace {

// Python's limits: of the power of ten of the first digit, and of the last.
constexpr std::int64_t most_exponent = 999'999'999'999'999'999;
constexpr std::int64_t least_exponent = -1'999'999'999'999'999'997;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// In lower case, without blanks at the ends and underscores anywhere, any script's digits as
// ASCII's. Empty where there are other characters.
std::string plain_text(std::string_view text) {
  namespace detail = schema::detail;
  text = detail::trimmed(text, detail::is_python_space);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char32_t c = detail::take_code_point(text);
    if (c == '_') continue;
    if (c < 0x80) {
      out += lower(static_cast<char>(c));
      continue;
    }
    const int digit = detail::decimal_digit(c);
    if (digit < 0) return {};
    out += static_cast<char>('0' + digit);
  }
  return out;
}

std::string_view take_digits(std::string_view& in) noexcept {
  const std::size_t n = std::min(in.find_first_not_of("0123456789"), in.size());
  const std::string_view digits = in.substr(0, n);
  in.remove_prefix(n);
  return digits;
}

// "e" and an integer, or nothing. False where something else follows or it is beyond any use.
bool take_exponent(std::string_view in, std::int64_t& out) noexcept {
  out = 0;
  if (in.empty()) return true;
  if (in.front() != 'e') return false;
  in.remove_prefix(1);
  if (in.starts_with('+')) {
    in.remove_prefix(1);
    if (in.starts_with('-')) return false;
  }
  const auto read = std::from_chars(in.data(), in.data() + in.size(), out);
  constexpr std::int64_t bound = 4 * most_exponent;
  return read.ec == std::errc{} && read.ptr == in.data() + in.size() && out <= bound &&
         out >= -bound;
}

std::string without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return std::string(first == digits.npos ? "" : digits.substr(first));
}

// Of the first digit.
std::int64_t adjusted(const BigDecimal& v) noexcept {
  return v.exponent() + static_cast<std::int64_t>(v.coefficient().size()) - 1;
}

bool is_zero(const BigDecimal& v) noexcept { return v.coefficient() == "0"; }

// Of finite numbers without their signs.
std::strong_ordering compare_sizes(const BigDecimal& a, const BigDecimal& b) noexcept {
  if (is_zero(a) || is_zero(b)) return is_zero(b) <=> is_zero(a);
  if (adjusted(a) != adjusted(b)) return adjusted(a) <=> adjusted(b);
  const std::string_view x = a.coefficient();
  const std::string_view y = b.coefficient();
  const std::size_t common = std::min(x.size(), y.size());
  if (const int order = x.substr(0, common).compare(y.substr(0, common)); order != 0) {
    return order <=> 0;
  }
  const auto has_more = [common](std::string_view digits) {
    return digits.find_first_not_of('0', common) != digits.npos;
  };
  return has_more(x) <=> has_more(y);
}

// -1, 0, 1; infinities are beyond every number.
int sign_of(const BigDecimal& v) noexcept {
  if (v.is_finite() && is_zero(v)) return 0;
  return v.is_negative() ? -1 : 1;
}

// A natural number in limbs of 9 decimal digits, lowest first, for remainders only.
class Natural {
 public:
  explicit Natural(std::size_t limbs) : limbs_(limbs, 0) {}
  explicit Natural(std::string_view digits) {
    while (!digits.empty()) {
      const std::size_t n = std::min<std::size_t>(digits.size(), 9);
      std::uint32_t limb = 0;
      for (const char c : digits.substr(digits.size() - n)) {
        limb = limb * 10 + static_cast<unsigned>(c - '0');
      }
      limbs_.push_back(limb);
      digits.remove_suffix(n);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return limbs_.size(); }
  [[nodiscard]] bool is_zero() const noexcept {
    return std::all_of(limbs_.begin(), limbs_.end(), [](std::uint32_t l) { return l == 0; });
  }
  // Times ten plus `digit`. Precondition: the result fits the limbs.
  void push(unsigned digit) noexcept {
    std::uint64_t carry = digit;
    for (std::uint32_t& limb : limbs_) {
      carry += std::uint64_t{limb} * 10;
      limb = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
  }
  // Precondition: `other` has as many limbs or fewer.
  [[nodiscard]] bool is_less(const Natural& other) const noexcept {
    for (std::size_t i = limbs_.size(); i-- > 0;) {
      const std::uint32_t theirs = i < other.size() ? other.limbs_[i] : 0;
      if (limbs_[i] != theirs) return limbs_[i] < theirs;
    }
    return false;
  }
  // Precondition: !is_less(other).
  void subtract(const Natural& other) noexcept {
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      const std::uint32_t theirs = i < other.size() ? other.limbs_[i] : 0;
      std::int64_t limb = std::int64_t{limbs_[i]} - theirs - borrow;
      borrow = limb < 0 ? 1 : 0;
      if (limb < 0) limb += base;
      limbs_[i] = static_cast<std::uint32_t>(limb);
    }
  }

 private:
  static constexpr std::int64_t base = 1'000'000'000;
  std::vector<std::uint32_t> limbs_;
};

// Whether `digits` and `zeros` zeros after it are a multiple of `divisor`.
bool divides(std::string_view divisor, std::string_view digits, std::size_t zeros) {
  const Natural by(divisor);
  Natural rest(by.size() + 1);
  const auto push = [&](unsigned digit) {
    rest.push(digit);
    while (!rest.is_less(by)) rest.subtract(by);
  };
  for (const char c : digits) push(static_cast<unsigned>(c - '0'));
  for (std::size_t i = 0; i < zeros && !rest.is_zero(); ++i) push(0);
  return rest.is_zero();
}

// Takes the zeros off the end and counts them.
std::int64_t drop_trailing_zeros(std::string_view& digits) noexcept {
  const std::size_t last = digits.find_last_not_of('0');
  const std::size_t keep = last == digits.npos ? 0 : last + 1;
  const std::size_t zeros = digits.size() - keep;
  digits.remove_suffix(zeros);
  return static_cast<std::int64_t>(zeros);
}

std::string exponent_text(std::int64_t power) {
  return (power < 0 ? "E" : "E+") + std::to_string(power);
}

std::string finite_text(const std::string& digits, std::int64_t exponent) {
  const auto size = static_cast<std::int64_t>(digits.size());
  const std::int64_t point = exponent + size;  // its place in the digits
  if (exponent > 0 || point <= -6) {
    std::string out = digits.substr(0, 1);
    if (size > 1) out += '.' + digits.substr(1);
    return out + exponent_text(point - 1);
  }
  if (exponent == 0) return digits;
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const auto at = static_cast<std::size_t>(point);
  return digits.substr(0, at) + '.' + digits.substr(at);
}

}  // namespace

BigDecimal::BigDecimal(std::int64_t v) : digits_(std::to_string(v)), negative_(v < 0) {
  if (negative_) digits_.erase(0, 1);
}

std::optional<BigDecimal> BigDecimal::parse(std::string_view text) {
  const std::string plain = plain_text(text);
  std::string_view in = plain;
  BigDecimal out;
  out.negative_ = in.starts_with('-');
  if (out.negative_ || in.starts_with('+')) in.remove_prefix(1);
  if (in == "inf" || in == "infinity") {
    out.form_ = Form::infinity;
    return out;
  }
  if (in.starts_with("nan") || in.starts_with("snan")) {
    out.form_ = in.front() == 's' ? Form::signaling_nan : Form::nan;
    in.remove_prefix(in.find("nan") + 3);
    out.digits_ = without_leading_zeros(take_digits(in));
    return in.empty() ? std::optional(std::move(out)) : std::nullopt;
  }
  const std::string_view whole = take_digits(in);
  std::string_view fraction;
  if (in.starts_with('.')) {
    in.remove_prefix(1);
    fraction = take_digits(in);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (!take_exponent(in, out.exponent_)) return std::nullopt;
  out.digits_ = without_leading_zeros(std::string(whole).append(fraction));
  if (out.digits_.empty()) out.digits_ = "0";
  out.exponent_ -= static_cast<std::int64_t>(fraction.size());
  if (adjusted(out) > most_exponent || out.exponent_ < least_exponent) return std::nullopt;
  return out;
}

std::string BigDecimal::to_string() const {
  std::string out = negative_ ? "-" : "";
  switch (form_) {
    case Form::finite: return out + finite_text(digits_, exponent_);
    case Form::infinity: return out + "Infinity";
    case Form::nan: return out + "NaN" + digits_;
    case Form::signaling_nan: return out + "sNaN" + digits_;
  }
  return out;
}

std::optional<Number> BigDecimal::to_number() const {
  constexpr std::int64_t most_digits = 38;
  if (!is_finite()) return std::nullopt;
  std::string_view digits = digits_;
  std::int64_t exponent = exponent_;
  if (is_zero(*this)) {
    exponent = std::clamp<std::int64_t>(exponent, -most_digits, 0);
  } else if (exponent < -most_digits || digits.size() > most_digits) {
    exponent += drop_trailing_zeros(digits);
  }
  const auto size = static_cast<std::int64_t>(digits.size());
  if (exponent < -most_digits || size > most_digits || exponent > most_digits - size) {
    return std::nullopt;
  }
  Number out;
  for (const char c : digits) out.unscaled = out.unscaled * 10 + (c - '0');
  for (; exponent > 0; --exponent) out.unscaled *= 10;
  if (negative_) out.unscaled = -out.unscaled;
  out.scale = static_cast<std::uint8_t>(-exponent);
  return out;
}

double BigDecimal::to_double() const {
  if (form_ == Form::nan || form_ == Form::signaling_nan) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double out = std::numeric_limits<double>::infinity();
  if (form_ == Form::finite) {
    schema::detail::float_from_text(digits_ + 'e' + std::to_string(exponent_), out);
  }
  return negative_ ? -out : out;
}

bool BigDecimal::is_multiple_of(const BigDecimal& other) const {
  if (is_zero(*this)) return true;
  std::string_view digits = digits_;
  std::string_view divisor = other.digits_;
  const std::int64_t own = exponent_ + drop_trailing_zeros(digits);
  const std::int64_t theirs = other.exponent_ + drop_trailing_zeros(divisor);
  // Without trailing zeros no power of ten divides the digits.
  if (own < theirs) return false;
  // Beyond as many twos or fives as the divisor can have, more zeros change nothing.
  const auto most = static_cast<std::int64_t>(divisor.size()) * 4;
  return divides(divisor, digits, static_cast<std::size_t>(std::min(own - theirs, most)));
}

std::partial_ordering operator<=>(const BigDecimal& a, const BigDecimal& b) noexcept {
  const auto is_nan = [](const BigDecimal& v) {
    return v.form() == BigDecimal::Form::nan || v.form() == BigDecimal::Form::signaling_nan;
  };
  if (is_nan(a) || is_nan(b)) return std::partial_ordering::unordered;
  const int sign = sign_of(a);
  if (sign != sign_of(b)) return sign <=> sign_of(b);
  if (sign == 0) return std::partial_ordering::equivalent;
  const auto by_form = !a.is_finite() <=> !b.is_finite();
  auto order = by_form;
  if (by_form == 0 && a.is_finite()) order = compare_sizes(a, b);
  return sign < 0 ? 0 <=> order : order;
}

bool operator==(const BigDecimal& a, const BigDecimal& b) noexcept { return (a <=> b) == 0; }

}  // namespace kindred
