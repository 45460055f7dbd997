#include "src/schema/idna.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "kindred/detail/utf8.hpp"
#include "src/schema/case_table.hpp"
#include "src/schema/unicode_table.hpp"
#include "src/schema/utf8_text.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::string_view prefix = "xn--";
// No host name comes near it; Punycode takes time in the square of the length.
constexpr std::size_t longest_label = 1000;

// Punycode's parameters.
constexpr std::uint32_t base = 36;
constexpr std::uint32_t least_threshold = 1;
constexpr std::uint32_t most_threshold = 26;
constexpr std::uint32_t first_bias = 72;
constexpr std::uint32_t first_point = 0x80;

std::uint32_t adapted_bias(std::uint32_t delta, std::uint32_t count, bool is_first) noexcept {
  constexpr std::uint32_t skew = 38;
  constexpr std::uint32_t damp = 700;
  constexpr std::uint32_t span = base - least_threshold;
  delta /= is_first ? damp : 2;
  delta += delta / count;
  std::uint32_t k = 0;
  for (; delta > span * most_threshold / 2; k += base) delta /= span;
  return k + (span + 1) * delta / (delta + skew);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) noexcept {
  return k <= bias ? least_threshold : std::min(k - bias, most_threshold);
}

char digit_of(std::uint32_t v) noexcept {
  return static_cast<char>(v < 26 ? 'a' + v : '0' + (v - 26));
}

// base where it is none.
std::uint32_t value_of(char c) noexcept {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return base;
}

void append_delta(std::string& out, std::uint32_t delta, std::uint32_t bias) {
  for (std::uint32_t k = base;; k += base) {
    const std::uint32_t t = threshold(k, bias);
    if (delta < t) break;
    out += digit_of(t + (delta - t) % (base - t));
    delta = (delta - t) / (base - t);
  }
  out += digit_of(delta);
}

// Precondition: at most longest_label code points, so that nothing overflows.
std::string punycode_of(std::u32string_view label) {
  std::string out;
  for (const char32_t c : label) {
    if (c < first_point) out += static_cast<char>(c);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out += '-';
  std::uint32_t bias = first_bias;
  std::uint32_t delta = 0;
  std::uint32_t done = basic;
  for (char32_t last = first_point; done < label.size();) {
    char32_t next = std::numeric_limits<char32_t>::max();
    for (const char32_t c : label) {
      if (c >= last) next = std::min(next, c);
    }
    delta += (next - last) * (done + 1);
    for (const char32_t c : label) {
      if (c < next) ++delta;
      if (c != next) continue;
      append_delta(out, delta, bias);
      bias = adapted_bias(delta, done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
    last = next + 1;
  }
  return out;
}

// A number of variable length off the front, added to `at`; false where it is cut or too large.
bool take_delta(std::string_view& in, std::uint32_t bias, std::uint64_t& at) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t weight = 1;
  for (std::uint32_t k = base;; k += base) {
    if (in.empty()) return false;
    const std::uint32_t digit = value_of(in.front());
    in.remove_prefix(1);
    if (digit == base) return false;
    at += digit * weight;
    if (at > most) return false;
    const std::uint32_t t = threshold(k, bias);
    if (digit < t) return true;
    weight *= base - t;
    if (weight > most) return false;
  }
}

std::optional<std::u32string> from_punycode(std::string_view text) {
  std::u32string out;
  const std::size_t hyphen = text.rfind('-');
  if (text.size() > 4 * longest_label) return std::nullopt;
  if (hyphen != text.npos) {
    for (const char c : text.substr(0, hyphen)) out += static_cast<unsigned char>(c);
    text.remove_prefix(hyphen + 1);
  }
  std::uint32_t bias = first_bias;
  std::uint64_t point = first_point;
  for (std::uint64_t at = 0; !text.empty(); ++at) {
    const std::uint64_t before = at;
    if (!take_delta(text, bias, at)) return std::nullopt;
    const auto count = static_cast<std::uint32_t>(out.size() + 1);
    bias = adapted_bias(static_cast<std::uint32_t>(at - before), count, before == 0);
    point += at / count;
    at %= count;
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
    out.insert(static_cast<std::size_t>(at), 1, static_cast<char32_t>(point));
  }
  return out;
}

// Left out: no shape of their own.
bool is_ignored(char32_t c) noexcept {
  return c == 0xAD || c == 0x34F || (c >= 0x180B && c <= 0x180F && c != 0x180E) || c == 0x200B ||
         c == 0x2060 || c == 0x2064 || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0x1BCA0 && c <= 0x1BCA3) || (c >= 0xE0100 && c <= 0xE01EF);
}

constexpr char32_t ascii_lower(char32_t c) noexcept {
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

// Appends what `c` stands for; false where it may not stand in a host name.
bool append_mapped(std::u32string& out, char32_t c) {
  if (c < 0x80) {
    out += ascii_lower(c);
    return true;
  }
  if (is_ignored(c)) return true;
  if (c == 0x3002 || c == 0xFF61) {
    out += U'.';
    return true;
  }
  if (c >= 0xFF01 && c <= 0xFF5E) {  // full-width ASCII
    out += ascii_lower(c - 0xFEE0);
    return true;
  }
  if (c == 0x130) {
    out += U"i\u0307";
    return true;
  }
  const char32_t lower = lower_of(c);
  if (is_unsafe(lower) || is_otherwise_mapped(lower) || is_space(lower)) return false;
  out += lower;
  return true;
}

void compose(std::u32string& text) {
  std::size_t kept = 0;
  for (const char32_t c : text) {
    const char32_t whole = kept > 0 ? composed(text[kept - 1], c) : 0;
    if (whole != 0) {
      text[kept - 1] = whole;
    } else {
      text[kept++] = c;
    }
  }
  text.resize(kept);
}

std::optional<std::u32string> mapped(std::string_view domain) {
  std::u32string out;
  while (!domain.empty()) {
    if (!append_mapped(out, take_code_point(domain))) return std::nullopt;
  }
  compose(out);
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_code_point(out, c);
  return out;
}

bool is_ascii(std::u32string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; });
}

// How a character takes part in text of mixed directions (RFC 5893), as far as it matters here.
enum class Direction : std::uint8_t { left, right, arabic_number, number, mark, neutral };

Direction direction_of(char32_t c) noexcept {
  if ((c >= '0' && c <= '9') || (c >= 0x6F0 && c <= 0x6F9)) return Direction::number;
  if (c < 0x80) return c >= 'a' && c <= 'z' ? Direction::left : Direction::neutral;
  if (is_mark(c)) return Direction::mark;
  if (is_right_to_left(c)) return Direction::right;
  if (is_arabic_number(c)) return Direction::arabic_number;
  return is_symbol(c) ? Direction::neutral : Direction::left;
}

// The rule for the labels of a domain that has letters from right to left somewhere: a label begins
// with a letter, keeps to its direction and ends with a letter or a number.
bool keeps_direction(std::u32string_view label) noexcept {
  if (label.empty()) return true;
  const Direction first = direction_of(label.front());
  if (first != Direction::left && first != Direction::right) return false;
  const Direction other = first == Direction::left ? Direction::right : Direction::left;
  Direction last = first;
  bool has_number = false;
  bool has_arabic = false;
  for (const char32_t c : label) {
    const Direction direction = direction_of(c);
    if (direction == other) return false;
    if (direction != Direction::mark) last = direction;
    if (direction == Direction::number) has_number = true;
    if (direction == Direction::arabic_number) has_arabic = true;
  }
  if (last == Direction::neutral || (has_arabic && has_number)) return false;
  return first == Direction::right || !has_arabic;
}

// The labels as they are read: mapped, or decoded.
class Labels {
 public:
  bool add(std::u32string_view label) {
    if (!append_label(label)) return false;
    for (const char32_t c : labels_.back()) {
      if (is_right_to_left(c) || is_arabic_number(c)) is_mixed_ = true;
    }
    return true;
  }
  [[nodiscard]] bool keep_direction() const {
    return !is_mixed_ || std::all_of(labels_.begin(), labels_.end(), keeps_direction);
  }
  [[nodiscard]] const std::string& ascii() const noexcept { return ascii_; }

 private:
  bool append_label(std::u32string_view label) {
    if (!labels_.empty()) ascii_ += '.';
    labels_.emplace_back(label);
    if (is_ascii(label)) {
      const std::string text(label.begin(), label.end());
      ascii_ += text;
      return !text.starts_with(prefix) || decode(text);
    }
    if (label.size() > longest_label || is_mark(label.front()) || label.starts_with(U"xn--")) {
      return false;
    }
    ascii_ += prefix;
    ascii_ += punycode_of(label);
    return true;
  }

  // What "xn--" begins must be what mapping and encoding would make.
  bool decode(std::string_view label) {
    auto decoded = from_punycode(label.substr(prefix.size()));
    if (!decoded || is_ascii(*decoded) || is_mark(decoded->front())) return false;
    if (mapped(to_utf8(*decoded)) != decoded) return false;
    labels_.back() = std::move(*decoded);
    return true;
  }

  std::string ascii_;
  std::vector<std::u32string> labels_;
  bool is_mixed_ = false;
};

}  // namespace

std::string compose(std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_plain) return std::string(text);
  std::u32string points;
  while (!text.empty()) points += take_code_point(text);
  compose(points);
  return to_utf8(points);
}

std::optional<std::string> map_domain(std::string_view domain) {
  const auto points = mapped(domain);
  if (!points) return std::nullopt;
  return to_utf8(*points);
}

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (!kindred::detail::is_utf8(domain)) return std::nullopt;
  const auto points = mapped(domain);
  if (!points) return std::nullopt;
  Labels labels;
  for (std::u32string_view rest = *points;;) {
    const std::size_t dot = rest.find(U'.');
    if (!labels.add(rest.substr(0, dot))) return std::nullopt;
    if (dot == rest.npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (!labels.keep_direction()) return std::nullopt;
  return labels.ascii();
}

std::string domain_to_unicode(std::string_view ascii) {
  std::string out;
  for (;;) {
    const std::size_t dot = ascii.find('.');
    const std::string_view label = ascii.substr(0, dot);
    const auto decoded =
        label.starts_with(prefix) ? from_punycode(label.substr(prefix.size())) : std::nullopt;
    out += decoded ? to_utf8(*decoded) : std::string(label);
    if (dot == ascii.npos) return out;
    out += '.';
    ascii.remove_prefix(dot + 1);
  }
}

}  // namespace kindred::schema::detail
