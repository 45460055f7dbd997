#include "src/schema/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <system_error>

#include "src/schema/scalar_text.hpp"

namespace kindred::schema::detail {
namespace {

// What Python reads of a number's text.
constexpr std::size_t longest_int = 4300;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// The integer of JSON at the front: a sign, and no zero before other digits.
std::size_t json_int_length(std::string_view text) noexcept {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  if (at == text.size() || text[at] < '1' || text[at] > '9') return 0;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Leading zeros, also with underscores between them: one is kept where nothing but a fraction
// follows. False where other than digits follows.
bool drop_zeros(std::string_view& text) noexcept {
  if (text.empty() || !is_digit(text.front())) return false;
  if (text.front() != '0') return true;
  std::size_t at = 1;
  while (at < text.size() && (text[at] == '0' || text[at] == '_')) ++at;
  if (at == text.size() || text[at] == '.') --at;
  if (!is_digit(text[at])) return false;
  text.remove_prefix(at);
  return true;
}

// "1.00" becomes "1"; other fractions stay, to be refused.
void drop_zero_fraction(std::string_view& text) noexcept {
  const std::size_t point = text.find('.');
  if (point == text.npos || point + 1 == text.size()) return;
  if (text.find_first_not_of('0', point + 1) == text.npos) text = text.substr(0, point);
}

// Underscores stand between characters, one at a time.
bool has_fair_underscores(std::string_view text) noexcept {
  return !text.starts_with('_') && !text.ends_with('_') && text.find("__") == text.npos;
}

std::string without_underscores(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != '_'; });
  return out;
}

IntText finish_int(std::string_view magnitude, bool is_negative, std::int64_t& out,
                   std::string& digits) {
  digits.clear();
  if (is_negative && magnitude != "0") digits += '-';
  digits += magnitude;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return read.ec == std::errc{} ? IntText::ok : IntText::big;
}

// The power of ten of the first digit that is not zero, beyond what fits a double: whether it is
// too large rather than too small.
bool is_beyond_double(std::string_view text) noexcept {
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == mantissa.npos) return false;
  std::int64_t power = first < point ? static_cast<std::int64_t>(point - first)
                                     : -static_cast<std::int64_t>(first - point);
  if (e != text.npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int64_t n = 0;
    const auto read = std::from_chars(exponent.data(), exponent.data() + exponent.size(), n);
    if (read.ec == std::errc::result_out_of_range) return !exponent.starts_with('-');
    power += std::clamp<std::int64_t>(n, -4'000'000'000'000, 4'000'000'000'000);
  }
  return power > 0;
}

// A sign, then digits with a point and an exponent, or inf, infinity, nan in any case.
bool plain_number(std::string_view text, double& out) noexcept {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  // A second sign, and what std::from_chars takes beside these ("nan(1)").
  if (text.empty() || text.front() == '-' || text.back() == ')') return false;
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return false;
  if (error == std::errc::result_out_of_range) {
    value = is_beyond_double(text) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  out = is_negative ? -value : value;
  return true;
}

// A finite number's shortest digits: the sign, the digits, and the point's place in them
// (0.00123: 123 and -2).
struct Digits {
  bool is_negative = false;
  std::string digits;
  int point = 0;
};

Digits digits_of(double v) {
  std::array<char, 40> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(v),
                                     std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  Digits out;
  out.is_negative = std::signbit(v);
  for (const char c : text.substr(0, e)) {
    if (c != '.') out.digits += c;
  }
  const std::size_t exponent = e + (text[e + 1] == '+' ? 2 : 1);
  int power = 0;
  std::from_chars(text.data() + exponent, text.data() + text.size(), power);
  out.point = power + 1;
  return out;
}

void append_fixed(std::string& out, const Digits& v) {
  const auto size = static_cast<int>(v.digits.size());
  if (v.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-v.point), '0');
    out += v.digits;
  } else if (v.point >= size) {
    out += v.digits;
    out.append(static_cast<std::size_t>(v.point - size), '0');
  } else {
    out.append(v.digits, 0, static_cast<std::size_t>(v.point));
    out += '.';
    out.append(v.digits, static_cast<std::size_t>(v.point));
  }
}

// "1.5e+30"; the exponent has at least `width` digits.
void append_scientific(std::string& out, const Digits& v, std::size_t width) {
  out += v.digits.front();
  if (v.digits.size() > 1) {
    out += '.';
    out.append(v.digits, 1);
  }
  const int power = v.point - 1;
  out += power < 0 ? "e-" : "e+";
  const std::string digits = std::to_string(power < 0 ? -power : power);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

std::string_view magnitude(const BigInt& v) noexcept {
  std::string_view digits = v.digits;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return digits;
}

}  // namespace

IntText int_from_text(std::string_view text, std::int64_t& out, std::string& digits) {
  const std::size_t whole = json_int_length(text);
  if (whole > longest_int) return IntText::too_long;
  if (whole == text.size() && whole != 0) {
    const bool is_negative = text.front() == '-';
    return finish_int(text.substr(is_negative ? 1 : 0), is_negative, out, digits);
  }
  text = strip(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return IntText::bad;
  }
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (!drop_zeros(text)) return IntText::bad;
  drop_zero_fraction(text);
  std::string clean;
  if (text.find('_') != text.npos) {
    if (!has_fair_underscores(text)) return IntText::bad;
    clean = without_underscores(text);
    text = clean;
  }
  const std::size_t length = text.size() + (is_negative ? 1 : 0);
  if (!all_digits(text) || length > longest_int) return IntText::bad;
  return finish_int(text, is_negative, out, digits);
}

bool float_from_text(std::string_view text, double& out) {
  if (plain_number(strip(text), out)) return true;
  if (text.find('_') == text.npos || !has_fair_underscores(text)) return false;
  return plain_number(without_underscores(text), out);
}

std::optional<bool> bool_from_text(std::string_view text) {
  std::array<char, 5> buffer;
  if (text.empty() || text.size() > buffer.size()) return std::nullopt;
  std::transform(text.begin(), text.end(), buffer.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  const std::string_view lower(buffer.data(), text.size());
  for (const std::string_view no : {"0", "off", "f", "false", "n", "no"}) {
    if (lower == no) return false;
  }
  for (const std::string_view yes : {"1", "on", "t", "true", "y", "yes"}) {
    if (lower == yes) return true;
  }
  return std::nullopt;
}

std::string python_float(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  const Digits digits = digits_of(v);
  std::string out = digits.is_negative ? "-" : "";
  if (v != 0 && (digits.point > 16 || digits.point < -3)) {
    append_scientific(out, digits, 2);
  } else {
    append_fixed(out, digits);
    if (out.find('.') == out.npos) out += ".0";
  }
  return out;
}

void append_json_float(std::string& out, double v) {
  const Digits digits = digits_of(v);
  if (digits.is_negative) out += '-';
  if (v != 0 && (digits.point > 16 || digits.point < -4)) {
    append_scientific(out, digits, 1);
    return;
  }
  append_fixed(out, digits);
  if (digits.point >= static_cast<int>(digits.digits.size())) out += ".0";
}

std::string plain_float(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  const Digits digits = digits_of(v);
  std::string out = digits.is_negative ? "-" : "";
  append_fixed(out, digits);
  return out;
}

bool is_multiple(const BigInt& v, std::int64_t divisor) {
  __extension__ using wide = unsigned __int128;
  const std::uint64_t size = divisor < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(divisor)
                                         : static_cast<std::uint64_t>(divisor);
  std::string_view digits = magnitude(v);
  std::uint64_t rest = 0;
  while (!digits.empty()) {
    const std::size_t n = std::min<std::size_t>(digits.size(), 18);
    std::uint64_t chunk = 0;
    std::uint64_t power = 1;
    for (std::size_t i = 0; i < n; ++i) {
      chunk = chunk * 10 + static_cast<unsigned>(digits[i] - '0');
      power *= 10;
    }
    rest = static_cast<std::uint64_t>((static_cast<wide>(rest) * power + chunk) % size);
    digits.remove_prefix(n);
  }
  return rest == 0;
}

double to_double(const BigInt& v) {
  double out = 0;
  plain_number(v.digits, out);
  return out;
}

BigInt big_from_double(double v) {
  // The largest double has 309 digits.
  std::array<char, 320> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v == 0 ? 0.0 : v,
                                     std::chars_format::fixed, 0);
  return {std::string(buffer.data(), written.ptr)};
}

}  // namespace kindred::schema::detail

namespace kindred {

std::strong_ordering operator<=>(const BigInt& a, const BigInt& b) noexcept {
  const bool a_negative = a.digits.starts_with('-');
  const bool b_negative = b.digits.starts_with('-');
  if (a_negative != b_negative) {
    return a_negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const auto by_size = a.digits.size() <=> b.digits.size();
  const auto order = by_size != 0 ? by_size : a.digits.compare(b.digits) <=> 0;
  return a_negative ? 0 <=> order : order;
}

}  // namespace kindred
