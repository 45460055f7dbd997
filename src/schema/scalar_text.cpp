#include "src/schema/scalar_text.hpp"

#include "src/schema/case_table.hpp"
#include "src/schema/utf8_text.hpp"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kindred::schema::detail {
namespace {

constexpr bool is_bad_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// How far the check for control characters came, and whether it saw bytes beyond ASCII.
struct Scan {
  std::size_t stop = std::string_view::npos;  // the first control character
  bool is_ascii = true;
};

#if defined(__SSE2__)
[[gnu::always_inline]] inline __m128i block_at(const char* at) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
// Of bytes that are unsigned: all ones where one is below 0x20.
[[gnu::always_inline]] inline __m128i below_space(__m128i s) noexcept {
  const __m128i last = _mm_set1_epi8(0x1f);
  return _mm_cmpeq_epi8(_mm_max_epu8(s, last), last);
}

// Whether these 64 bytes are ASCII without any control character: the most frequent case.
[[gnu::always_inline]] inline bool is_clean_line(const char* at) noexcept {
  const __m128i a = block_at(at), b = block_at(at + 16), c = block_at(at + 32);
  const __m128i d = block_at(at + 48);
  const __m128i high = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
  const __m128i control = _mm_or_si128(_mm_or_si128(below_space(a), below_space(b)),
                                       _mm_or_si128(below_space(c), below_space(d)));
  return _mm_movemask_epi8(_mm_or_si128(high, control)) == 0;
}

// Bits of the bytes that are control characters a text may not have.
[[gnu::always_inline]] inline unsigned bad_controls(__m128i s) noexcept {
  const __m128i fine = _mm_or_si128(
      _mm_or_si128(_mm_cmpeq_epi8(s, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(s, _mm_set1_epi8('\n'))),
      _mm_cmpeq_epi8(s, _mm_set1_epi8('\r')));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_andnot_si128(fine, below_space(s))));
}
#endif

Scan find_control(std::string_view text) noexcept {
  Scan out;
  std::size_t at = 0;
#if defined(__SSE2__)
  const char* const begin = text.data();
  while (text.size() - at >= 64) {
    if (is_clean_line(begin + at)) {
      at += 64;
      continue;
    }
    for (const std::size_t end = at + 64; at != end; at += 16) {
      const __m128i s = block_at(begin + at);
      if (_mm_movemask_epi8(s) != 0) out.is_ascii = false;
      if (const unsigned bad = bad_controls(s); bad != 0) {
        out.stop = at + static_cast<std::size_t>(__builtin_ctz(bad));
        return out;
      }
    }
  }
#endif
  for (; at < text.size(); ++at) {
    if (is_bad_control(text[at])) {
      out.stop = at;
      return out;
    }
    if (static_cast<unsigned char>(text[at]) >= 0x80) out.is_ascii = false;
  }
  return out;
}

constexpr bool is_between(char c, unsigned low, unsigned high) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return u >= low && u <= high;
}

// The length of the well-formed sequence at the front, which begins beyond ASCII; 0 where it is
// none.
std::size_t sequence_length(const char* at, std::size_t left) noexcept {
  const auto lead = static_cast<unsigned char>(*at);
  const auto more = [&](std::size_t n, unsigned low, unsigned high) -> std::size_t {
    if (left <= n || !is_between(at[1], low, high)) return 0;
    if (n >= 2 && !is_between(at[2], 0x80, 0xBF)) return 0;
    if (n >= 3 && !is_between(at[3], 0x80, 0xBF)) return 0;
    return n + 1;
  };
  if (lead >= 0xC2 && lead <= 0xDF) return more(1, 0x80, 0xBF);
  if (lead >= 0xE0 && lead <= 0xEF) {
    return more(2, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    return more(3, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
  }
  return 0;
}

std::size_t find_bad_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
#if defined(__SSE2__)
    if (text.size() - at >= 16) {
      const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      const int high = _mm_movemask_epi8(s);
      if (high == 0) {
        at += 16;
        continue;
      }
      at += static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(high)));
    }
#endif
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    // A run of other scripts: no need to look for ASCII after each.
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
      const std::size_t n = sequence_length(text.data() + at, text.size() - at);
      if (n == 0) return at;
      at += n;
    }
  }
  return text.npos;
}

constexpr char32_t final_sigma = 0x3C2;
constexpr char32_t capital_sigma = 0x3A3;

bool is_cased(char32_t c) noexcept {
  return lower_of(c) != c || upper_of(c) != c || !upper_expansion(c).empty();
}

// What does not count when the end of a word is looked for.
bool is_ignorable(char32_t c) noexcept {
  return c == '\'' || c == '.' || c == ':' || c == '^' || c == '`' || c == 0xAD || c == 0xB7 ||
         c == 0x2019 || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F);
}

bool cased_follows(std::string_view rest) noexcept {
  while (!rest.empty()) {
    const char32_t c = take_code_point(rest);
    if (!is_ignorable(c)) return is_cased(c);
  }
  return false;
}

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool read_uuid(std::string_view text, bool has_hyphens, Uuid& out) noexcept {
  std::size_t at = 0;
  for (std::size_t i = 0; i < out.octets.size(); ++i) {
    if (has_hyphens && (i == 4 || i == 6 || i == 8 || i == 10)) {
      if (text[at++] != '-') return false;
    }
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return false;
    out.octets[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return true;
}

// What a text that is no UUID is meant to be: without what may stand around it.
struct UuidBody {
  std::string_view text;
  std::size_t offset = 0;
  bool is_bare = true;
};

UuidBody uuid_body(std::string_view text) noexcept {
  constexpr std::string_view urn = "urn:uuid:";
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
    return {text.substr(1, text.size() - 2), 1, false};
  }
  if (text.starts_with(urn)) return {text.substr(urn.size()), urn.size(), false};
  return {text, 0, true};
}

std::string uuid_fault(std::string_view text) {
  static constexpr std::size_t ends[] = {8, 13, 18, 23};
  static constexpr std::size_t lengths[] = {8, 4, 4, 4, 12};
  const UuidBody body = uuid_body(text);
  std::size_t hyphens[4] = {};
  std::size_t count = 0;
  for (std::size_t i = 0; i < body.text.size(); ++i) {
    const char c = body.text[i];
    if (c == '-') {
      if (count < 4) hyphens[count] = i;
      ++count;
    } else if (hex_value(c) < 0) {
      return "invalid character: found `" + std::string(body.text.substr(i, utf8_length(c))) +
             "` at " + std::to_string(i + body.offset + 1);
    }
  }
  if (count == 0 && body.is_bare) {
    return "invalid length: expected length 32 for simple format, found " +
           std::to_string(text.size());
  }
  if (count != 4) {
    return "invalid group count: expected 5, found " + std::to_string(count + 1);
  }
  std::size_t group = 0;
  while (group < 4 && hyphens[group] == ends[group]) ++group;
  const std::size_t start = group == 0 ? 0 : ends[group - 1] + 1;
  // The last group's length counts to the end of the whole text, braces too, as Pydantic's does.
  const std::size_t end = group < 4 ? hyphens[group] : text.size();
  return "invalid group length in group " + std::to_string(group) + ": expected " +
         std::to_string(lengths[group]) + ", found " + std::to_string(end - start);
}

}  // namespace

std::size_t first_bad_byte(std::string_view text) {
  const Scan scan = find_control(text);
  if (scan.is_ascii) return scan.stop;
  const std::size_t bad = find_bad_utf8(text.substr(0, scan.stop));
  return bad != text.npos ? bad : scan.stop;
}

std::size_t code_points(std::string_view text) noexcept {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1u : 0u;
  return n;
}

std::string readable(std::string_view text) {
  std::string out;
  for (std::size_t bad = find_bad_utf8(text); bad != text.npos; bad = find_bad_utf8(text)) {
    out += text.substr(0, bad);
    out += "\xEF\xBF\xBD";
    text.remove_prefix(bad + 1);
  }
  return out += text;
}

std::string_view strip(std::string_view text) noexcept { return trimmed(text, is_space); }

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool after_cased = false;
  for (std::string_view in = text; !in.empty();) {
    const char32_t c = take_code_point(in);
    if (c < 0x80) {
      const bool is_upper = c >= 'A' && c <= 'Z';
      out += static_cast<char>(is_upper ? c + ('a' - 'A') : c);
    } else if (c == 0x130) {  // the only one that becomes two: i with a dot above
      out += "i\xCC\x87";
    } else if (c == capital_sigma && after_cased && !cased_follows(in)) {
      append_code_point(out, final_sigma);
    } else {
      append_code_point(out, lower_of(c));
    }
    if (!is_ignorable(c)) after_cased = is_cased(c);
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::string_view in = text; !in.empty();) {
    const char32_t c = take_code_point(in);
    if (c < 0x80) {
      const bool is_lower = c >= 'a' && c <= 'z';
      out += static_cast<char>(is_lower ? c - ('a' - 'A') : c);
      continue;
    }
    const std::u32string_view expansion = upper_expansion(c);
    for (const char32_t part : expansion) append_code_point(out, part);
    if (expansion.empty()) append_code_point(out, upper_of(c));
  }
  return out;
}

bool parse_uuid(std::string_view text, Uuid& out, std::string& why) {
  const UuidBody body = uuid_body(text);
  const bool has_hyphens = body.text.size() == 36;
  Uuid read;
  if ((has_hyphens || (body.is_bare && body.text.size() == 32)) &&
      read_uuid(body.text, has_hyphens, read)) {
    out = read;
    return true;
  }
  // Where the length fits, what stands around the digits is not counted in the fault.
  why = uuid_fault(has_hyphens ? body.text : text);
  return false;
}

}  // namespace kindred::schema::detail
