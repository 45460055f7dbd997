#include "schema/json_out.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "kindred/detail/utf8.hpp"
#include "schema/dump_fault.hpp"
#include "schema/numbers.hpp"
#include "schema/temporal.hpp"
#include "schema/utf8_text.hpp"

namespace kindred::schema::detail {
namespace {

// Two digits of every number below 100.
constexpr std::array<char, 200> make_digit_pairs() {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 100; ++i) {
    out[2 * i] = static_cast<char>('0' + i / 10);
    out[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return out;
}
constexpr std::array<char, 200> digit_pairs = make_digit_pairs();

char* put_pair(char* at, unsigned n) noexcept {
  std::memcpy(at, digit_pairs.data() + 2 * n, 2);
  return at + 2;
}

constexpr std::uint64_t ones = 0x0101010101010101u;
// Characters that stand escaped in JSON text.
constexpr bool is_special(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// 16 characters at a time.
#if defined(__SSE2__)
class Block {
 public:
  Block() : v_(_mm_setzero_si128()) {}
  explicit Block(const char* from) : v_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))) {}
  // Eight characters from each place.
  static Block of_words(const char* a, const char* b) {
    Block out;
    out.v_ = _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(a)),
                                _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b)));
    return out;
  }
  // Four characters from each place, all twice.
  static Block of_halves(const char* a, const char* b) {
    std::uint32_t first, last;
    std::memcpy(&first, a, 4);
    std::memcpy(&last, b, 4);
    Block out;
    out.v_ = _mm_set1_epi64x(static_cast<long long>(first | std::uint64_t{last} << 32));
    return out;
  }
  void store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), v_); }
  [[nodiscard]] bool has_special() const {
    const __m128i last_control = _mm_set1_epi8(0x1f);
    const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(v_, last_control), last_control);
    const __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(v_, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(v_, _mm_set1_epi8('\\')));
    return _mm_movemask_epi8(_mm_or_si128(mark, control)) != 0;
  }
  [[nodiscard]] bool has_high() const { return _mm_movemask_epi8(v_) != 0; }
  Block& operator|=(const Block& other) {
    v_ = _mm_or_si128(v_, other.v_);
    return *this;
  }

 private:
  __m128i v_;
};
#else
class Block {
 public:
  Block() = default;
  explicit Block(const char* from) : Block(of_words(from, from + 8)) {}
  static Block of_words(const char* a, const char* b) {
    Block out;
    std::memcpy(&out.low_, a, 8);
    std::memcpy(&out.high_, b, 8);
    return out;
  }
  static Block of_halves(const char* a, const char* b) {
    std::uint32_t first, last;
    std::memcpy(&first, a, 4);
    std::memcpy(&last, b, 4);
    Block out;
    out.low_ = out.high_ = first | std::uint64_t{last} << 32;
    return out;
  }
  void store(char* to) const {
    std::memcpy(to, &low_, 8);
    std::memcpy(to + 8, &high_, 8);
  }
  [[nodiscard]] bool has_special() const { return (special(low_) | special(high_)) != 0; }
  [[nodiscard]] bool has_high() const { return ((low_ | high_) & high_bits) != 0; }
  Block& operator|=(const Block& other) {
    low_ |= other.low_;
    high_ |= other.high_;
    return *this;
  }

 private:
  static constexpr std::uint64_t high_bits = 0x8080808080808080u;
  // Non-zero where one of eight characters is special; false alarms are harmless.
  static constexpr std::uint64_t special(std::uint64_t x) noexcept {
    const auto zeros = [](std::uint64_t v) { return (v - ones) & ~v; };
    return (zeros(x ^ ones * '"') | zeros(x ^ ones * '\\') | ((x - ones * 0x20) & ~x)) & high_bits;
  }
  std::uint64_t low_ = 0, high_ = 0;
};
#endif

constexpr char hex[] = "0123456789abcdef";

// One of the two letter forms; 0 for a character that has none.
constexpr char short_escape(char c) noexcept {
  switch (c) {
    case '"':
    case '\\': return c;
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    default: return 0;
  }
}

char* put_unit(char* at, unsigned unit) noexcept {
  *at++ = '\\';
  *at++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *at++ = hex[unit >> shift & 15];
  return at;
}

// At most 6 characters.
char* put_escape(char* at, char c) noexcept {
  if (const char letter = short_escape(c)) {
    *at++ = '\\';
    *at++ = letter;
    return at;
  }
  return put_unit(at, static_cast<unsigned char>(c));
}

void check(std::string_view text) {
  if (!kindred::detail::is_utf8(text)) refuse_text();
}

// Years 1 to 9999, whose texts have one length.
constexpr std::int64_t first_moment = -62'135'596'800'000'000;
constexpr std::int64_t last_moment = 253'402'300'799'999'999;

struct Moment {
  unsigned year, month, day, second_of_day, micros;
};

// Days are counted in eras of 400 years that begin on the first of March.
Moment moment_of(std::int64_t micros) noexcept {
  const auto since = static_cast<std::uint64_t>(micros - first_moment);  // not negative
  const std::uint64_t seconds = since / 1'000'000;
  const auto days = static_cast<std::uint32_t>(seconds / 86'400) + 306;
  const std::uint32_t era = days / 146'097;
  const std::uint32_t of_era = days % 146'097;
  const std::uint32_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::uint32_t shifted = (5 * of_year + 2) / 153;
  const std::uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1,
          static_cast<std::uint32_t>(seconds % 86'400),
          static_cast<std::uint32_t>(since % 1'000'000)};
}

}  // namespace

char* JsonOut::put_integer(char* at, std::int64_t v) {
  at = room(at, 24);
  if (v < 0 || v >= 100'000'000) return std::to_chars(at, at + 24, v).ptr;
  const auto n = static_cast<std::uint32_t>(v);
  char digits[16] = {};
  put_pair(digits, n / 1'000'000);
  put_pair(digits + 2, n / 10'000 % 100);
  put_pair(digits + 4, n / 100 % 100);
  put_pair(digits + 6, n % 100);
  std::uint64_t word;
  std::memcpy(&word, digits, 8);
  word ^= ones * '0';  // zero for each digit that is
  const int zero_bits =
      std::endian::native == std::endian::little ? std::countr_zero(word) : std::countl_zero(word);
  const auto skipped = static_cast<std::size_t>(std::min(zero_bits / 8, 7));
  std::memcpy(at, digits + skipped, 8);
  return at + 8 - skipped;
}

void JsonOut::floating(double v, inf_nan_form form) {
  if (std::isfinite(v)) {
    scratch_.clear();
    append_json_float(scratch_, v);
    return copy(scratch_);
  }
  if (form == inf_nan_form::null) return null();
  const std::string_view name = std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
  form == inf_nan_form::strings ? text(name) : copy(name);
}

char* JsonOut::put_utc(char* at, std::int64_t micros) {
  if (micros < first_moment || micros > last_moment) {
    scratch_.clear();
    append_utc(scratch_, micros);
    return put_text(at, scratch_);
  }
  const Moment m = moment_of(micros);
  at = room(at, 40);
  *at++ = '"';
  at = put_pair(at, m.year / 100);
  at = put_pair(at, m.year % 100);
  *at++ = '-';
  at = put_pair(at, m.month);
  *at++ = '-';
  at = put_pair(at, m.day);
  *at++ = 'T';
  at = put_pair(at, m.second_of_day / 3600);
  *at++ = ':';
  at = put_pair(at, m.second_of_day / 60 % 60);
  *at++ = ':';
  at = put_pair(at, m.second_of_day % 60);
  if (m.micros != 0) {
    *at++ = '.';
    at = put_pair(at, m.micros / 10'000);
    at = put_pair(at, m.micros / 100 % 100);
    at = put_pair(at, m.micros % 100);
  }
  *at++ = 'Z';
  *at++ = '"';
  return at;
}

void JsonOut::text(std::string_view text) {
  if (is_ascii_) return ascii(text);
  at_ = put_text(at_, text);
}

char* JsonOut::put_text(char* at, std::string_view text) {
  const std::size_t size = text.size();
  at = room(at, size + 34);
  *at++ = '"';
  const char* const s = text.data();
  const char* const end = s + size;
  bool is_high = false;  // whether a character is not ASCII
  // Blocks overlap at the end: nothing is read beyond it, and few branches depend on the length.
  if (size >= 16) {
    std::size_t done = 0;
    Block all{};
    for (; size - done >= 16; done += 16) {
      const Block block(s + done);
      if (block.has_special()) return escaped(text, s + done, at + done);
      block.store(at + done);
      all |= block;
    }
    const Block last(end - 16);
    if (last.has_special()) return escaped(text, s + done, at + done);
    last.store(at + size - 16);
    all |= last;
    is_high = all.has_high();
  } else if (size >= 8) {
    const Block both = Block::of_words(s, end - 8);
    if (both.has_special()) return escaped(text, s, at);
    std::memcpy(at, s, 8);
    std::memcpy(at + size - 8, end - 8, 8);
    is_high = both.has_high();
  } else if (size >= 4) {
    const Block both = Block::of_halves(s, end - 4);
    if (both.has_special()) return escaped(text, s, at);
    std::memcpy(at, s, 4);
    std::memcpy(at + size - 4, end - 4, 4);
    is_high = both.has_high();
  } else {
    for (std::size_t i = 0; i != size; ++i) {
      if (is_special(s[i])) return escaped(text, s + i, at + i);
      at[i] = s[i];
      is_high |= static_cast<unsigned char>(s[i]) >= 0x80;
    }
  }
  at[size] = '"';
  if (is_high) check(text);
  return at + size + 1;
}

// The rest of a text whose beginning is written already, up to `at`.
[[gnu::noinline]] char* JsonOut::escaped(std::string_view text, const char* from, char* at) {
  at_ = at;
  check(text);
  const char* const end = text.data() + text.size();
  while (from != end) {
    const char* clean = from;
    while (clean != end && !is_special(*clean)) ++clean;
    copy({from, static_cast<std::size_t>(clean - from)});
    for (; clean != end && is_special(*clean); ++clean) {
      room(6);
      at_ = put_escape(at_, *clean);
    }
    from = clean;
  }
  room(1);
  *at_++ = '"';
  return at_;
}

void JsonOut::ascii(std::string_view text) {
  check(text);
  room(1);
  *at_++ = '"';
  while (!text.empty()) {
    room(12);
    const char first = text.front();
    const char32_t point = take_code_point(text);
    if (is_special(first)) {
      at_ = put_escape(at_, first);
    } else if (point < 0x80) {
      *at_++ = first;
    } else if (point < 0x10000) {
      at_ = put_unit(at_, point);
    } else {
      at_ = put_unit(at_, 0xD800 + ((point - 0x10000) >> 10));
      at_ = put_unit(at_, 0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  room(1);
  *at_++ = '"';
}

void JsonOut::new_line() {
  const std::size_t blanks = depth_ * indent_;
  room(blanks + 1);
  *at_++ = '\n';
  std::memset(at_, ' ', blanks);
  at_ += blanks;
}

[[gnu::noinline]] void JsonOut::make_room(std::size_t n) {
  const auto filled = static_cast<std::size_t>(at_ - start_);
  if (out_.capacity() - out_.size() < filled) grow(filled);
  finish();
  if (static_cast<std::size_t>(end_ - start_) >= n) return;
  large_.reset(new char[n * 2]);
  at_ = start_ = large_.get();
  end_ = start_ + n * 2;
}

// Growing copies, and touches fresh memory; so where the items of a long list tell how long the
// text will be, it grows to that at once. What the first items were need not hold for the rest:
// each time it grows to no more than some times its length.
void JsonOut::grow(std::size_t more) {
  constexpr std::size_t enough_items = 16;
  constexpr std::size_t most_times = 16;
  if (watched_.done == nullptr || *watched_.done < enough_items || *watched_.done > watched_.count)
    return;
  const std::size_t size = out_.size() + more;
  const double times = static_cast<double>(watched_.count) / static_cast<double>(*watched_.done);
  const double list = static_cast<double>(size - watched_.begin) * times;
  const double wanted = std::min((static_cast<double>(watched_.begin) + list) * 1.25,
                                 static_cast<double>(size) * most_times);
  if (wanted < static_cast<double>(out_.max_size()))
    out_.reserve(static_cast<std::size_t>(wanted) + more);
}

}  // namespace kindred::schema::detail
