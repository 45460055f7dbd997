// E-mail addresses, as email-validator takes them without looking up DNS, and "Ann <ann@x.org>".
#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "kindred/detail/utf8.hpp"
#include "src/schema/address.hpp"
#include "src/schema/email_domain.hpp"
#include "src/schema/idna.hpp"
#include "src/schema/unicode_table.hpp"
#include "src/schema/utf8_text.hpp"

namespace kindred {
namespace schema::detail {
namespace {

constexpr std::size_t longest_text = 2048;    // code points
constexpr std::size_t longest_address = 254;  // bytes
constexpr std::size_t longest_domain = 253;
constexpr std::size_t longest_label = 63;

// What the characters of ASCII may be part of.
enum Part : std::uint8_t {
  local_part = 1,
  domain_part = 2,
  // Of a local part that stays as it is: names without case, such as "Postmaster", do not.
  plain_local_part = 4,
};

constexpr std::array<std::uint8_t, 256> make_parts() {
  std::array<std::uint8_t, 256> parts{};
  constexpr std::uint8_t any = local_part | plain_local_part | domain_part;
  for (int c = 'a'; c <= 'z'; ++c) parts[static_cast<std::size_t>(c)] = any;
  for (int c = 'A'; c <= 'Z'; ++c) parts[static_cast<std::size_t>(c)] = local_part;
  for (int c = '0'; c <= '9'; ++c) parts[static_cast<std::size_t>(c)] = any;
  for (const char c : std::string_view("!#$%&'*+/=?^_`{|}~")) {
    parts[static_cast<unsigned char>(c)] = local_part | plain_local_part;
  }
  parts['-'] = any;
  return parts;
}

constexpr std::array<std::uint8_t, 256> parts = make_parts();

constexpr unsigned parts_of(char c) noexcept { return parts[static_cast<unsigned char>(c)]; }

constexpr bool is_local(char32_t c) noexcept {
  return c >= 0x80 || (parts_of(static_cast<char>(c)) & local_part) != 0;
}

// Mailboxes whose names have no case.
constexpr std::string_view caseless_names[] = {
    "info",       "marketing", "sales", "support",   "abuse", "noc",  "security", "postmaster",
    "hostmaster", "usenet",    "news",  "webmaster", "www",   "uucp", "ftp"};

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

// The characters of a name that stands before '<' without quotes: letters and digits of any
// script, and what a local part may have.
bool is_name_char(char32_t c) noexcept {
  if (c >= 0x80) return !is_space(c) && !is_unsafe(c) && !is_symbol(c) && !is_mark(c);
  return is_local(c) || c == '.';
}

// "Ann Lee <ann@x.org>" or "\"Lee, Ann\" <ann@x.org>", taken apart; both are as they stand.
struct Pretty {
  std::string_view name;
  std::string_view email;
};

// What is between '<' at the front and '>' at the end: at least one character, no line feed.
std::optional<std::string_view> take_brackets(std::string_view text) noexcept {
  if (text.size() < 3 || text.front() != '<' || text.back() != '>') return std::nullopt;
  const std::string_view inner = text.substr(1, text.size() - 2);
  if (inner.find('\n') != inner.npos) return std::nullopt;
  return inner;
}

std::string_view trimmed_front(std::string_view text) noexcept {
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_python_space(take_code_point(rest))) break;
    text = rest;
  }
  return text;
}

std::optional<Pretty> split_quoted(std::string_view text) noexcept {
  // The last quote that an address in brackets follows ends the name.
  for (std::size_t quote = text.rfind('"'); quote != text.npos && quote > 1;
       quote = text.rfind('"', quote - 1)) {
    if (const auto email = take_brackets(trimmed_front(text.substr(quote + 1)))) {
      return Pretty{text.substr(1, quote - 1), *email};
    }
  }
  return std::nullopt;
}

std::optional<Pretty> split_pretty(std::string_view text) noexcept {
  text = trimmed(text, is_python_space);
  if (!text.ends_with('>')) return std::nullopt;
  if (text.starts_with('"')) return split_quoted(text);
  std::string_view rest = text;
  while (!rest.empty() && rest.front() != '<') {
    const char32_t c = take_code_point(rest);
    if (!is_name_char(c) && !is_python_space(c)) return std::nullopt;
  }
  const auto email = take_brackets(rest);
  if (!email) return std::nullopt;
  const std::string_view name = text.substr(0, text.size() - rest.size());
  return Pretty{trimmed(name, is_python_space), *email};
}

// An address at its first unquoted '@' or '<'.
struct Halves {
  std::string_view left;
  std::string_view right;  // begins with the character found; empty where there is none
};

Halves split_at_special(std::string_view text, std::string_view specials) noexcept {
  bool is_quoted = false;
  bool is_escaped = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t at = text.size() - rest.size();
    const char32_t c = take_code_point(rest);
    std::string_view ahead = rest;
    // With a mark after it, it is another character.
    if (!rest.empty() && composed(c, take_code_point(ahead)) != 0) continue;
    if (is_quoted) {
      if (c == '"' && !is_escaped) is_quoted = false;
      is_escaped = c == '\\' && !is_escaped;
    } else if (c == '"') {
      is_quoted = true;
    } else if (c < 0x80 && specials.find(static_cast<char>(c)) != specials.npos) {
      return {text.substr(0, at), text.substr(at)};
    }
  }
  return {text, {}};
}

std::string missing_at(std::string_view text) {
  if (text.find("\xEF\xBC\xA0") != text.npos) {
    return "The email address has the \"full-width\" at-sign (@) character instead of a regular "
           "at-sign.";
  }
  if (text.find("\xEF\xB9\xAB") != text.npos) {
    return "The email address has the \"small commercial at\" character instead of a regular "
           "at-sign.";
  }
  return "An email address must have an @-sign.";
}

// Dots stand between other characters, one at a time.
bool has_fair_dots(std::string_view text) noexcept {
  return !text.starts_with('.') && !text.ends_with('.') && text.find("..") == text.npos;
}

std::string check_local_dots(std::string_view local) {
  if (local.ends_with('.')) {
    return "An email address cannot have a period immediately before the @-sign.";
  }
  if (local.starts_with('.')) return "An email address cannot start with a period.";
  return "An email address cannot have two periods in a row.";
}

// Of a local part that begins with a quote. Its end is there: an '@' within quotes ends nothing.
std::string quoting_fault(std::string_view local) {
  std::size_t end = 1;
  while (end < local.size() && local[end] != '"') end += local[end] == '\\' ? 2 : 1;
  if (end + 1 >= local.size()) return "Quoting the part before the @-sign is not allowed here.";
  std::string after;
  for (std::string_view rest = local.substr(end + 1); !rest.empty();) {
    if (!after.empty()) after += ", ";
    after += shown_character(take_code_point(rest));
  }
  return "Extra character(s) found after close quote: " + after;
}

std::string check_local(std::string_view local) {
  if (local.empty()) return "There must be something before the @-sign.";
  if (local.starts_with('"')) return quoting_fault(local);
  const std::string bad =
      list_characters(local, [](char32_t c, bool) { return !is_local(c) && c != '.'; });
  if (!bad.empty()) {
    return "The email address contains invalid characters before the @-sign: " + bad + '.';
  }
  if (!has_fair_dots(local)) return check_local_dots(local);
  return check_unsafe(local, false);
}

std::string too_many(std::size_t size, std::size_t limit) {
  const std::size_t excess = size - limit;
  return '(' + std::to_string(excess) + (excess > 1 ? " characters" : " character") + " too many)";
}

std::string check_length(const std::string& original, const std::string& normal,
                         const std::string& ascii) {
  const auto check = [](const std::string& address, std::string_view when) -> std::string {
    if (address.size() <= longest_address) return {};
    return "The email address is too long " + std::string(when) +
           too_many(address.size(), longest_address) + '.';
  };
  if (std::string why = check(original, ""); !why.empty()) return why;
  if (std::string why = check(normal, "after normalization "); !why.empty()) return why;
  return check(ascii, "when the part after the @-sign is converted to IDNA ASCII ");
}

// Of the name in "name <address>" that was not taken apart as a pretty address, and the brackets.
std::string check_brackets(const Halves& halves) {
  const std::string_view name = trimmed(halves.left, is_python_space);
  if (!name.starts_with('"')) {
    const std::string bad = list_characters(
        name, [](char32_t c, bool) { return (!is_local(c) || c >= 0x80) && c != ' '; });
    if (!bad.empty()) {
      return "The display name contains invalid characters when not quoted: " + bad + '.';
    }
  }
  if (halves.right.find('>') == halves.right.npos) {
    return "An open angle bracket at the start of the email address has to be followed by a close "
           "angle bracket at the end.";
  }
  if (!halves.right.ends_with('>')) return "There can't be anything after the email address.";
  return {};
}

// An address in its parts, checked and normalised.
std::string parse_halves(const Halves& halves, std::string& local, std::string& domain) {
  const std::string_view after = halves.right.substr(1);
  if (std::string why = check_local(halves.left); !why.empty()) return why;
  local = compose(halves.left);
  const std::string lower = ascii_lower(local);
  if (std::find(std::begin(caseless_names), std::end(caseless_names), lower) !=
      std::end(caseless_names)) {
    local = lower;
  }
  std::string ascii_domain;
  if (std::string why = parse_email_domain(after, ascii_domain, domain); !why.empty()) return why;
  const std::string original = std::string(halves.left) + '@' + std::string(after);
  return check_length(original, local + '@' + domain, local + '@' + ascii_domain);
}

std::string parse_address(std::string_view text, std::string& local, std::string& domain) {
  Halves halves = split_at_special(text, "@<");
  if (halves.right.empty()) return missing_at(text);
  const bool has_brackets = halves.right.front() == '<';
  if (has_brackets) {
    if (std::string why = check_brackets(halves); !why.empty()) return why;
    std::string_view inner = halves.right.substr(1);
    while (inner.ends_with('>')) inner.remove_suffix(1);
    halves = split_at_special(inner, "@");
    if (halves.right.empty()) return missing_at(inner);
  }
  std::string why = parse_halves(halves, local, domain);
  if (why.empty() && has_brackets) {
    why = "A display name and angle brackets around the email address are not permitted here.";
  }
  return why;
}

// Labels whose fourth character is the second of two hyphens are not plain, for they may be
// Punycode. Returns the label's end; 0 where it is not plain.
std::size_t plain_label_end(std::string_view text, std::size_t start) noexcept {
  std::size_t end = start;
  while (end < text.size() && (parts_of(text[end]) & domain_part) != 0) ++end;
  const std::size_t size = end - start;
  if (size == 0 || size > longest_label || text[start] == '-' || text[end - 1] == '-') return 0;
  if (size > 3 && text[start + 2] == '-' && text[start + 3] == '-') return 0;
  return end;
}

#if defined(__SSE2__)
// Where the characters of a short text lie: bit i stands for its character i.
class CharacterMap {
 public:
  // Precondition: 16 to 32 characters.
  explicit CharacterMap(std::string_view text) noexcept {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
    const auto skipped = static_cast<unsigned>(text.size() - 16);
    const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + skipped));
    const auto both = [&](auto&& of) { return bits(of(first)) | bits(of(last)) << skipped; };
    ats = both([](__m128i c) { return _mm_cmpeq_epi8(c, _mm_set1_epi8('@')); });
    dots = both([](__m128i c) { return _mm_cmpeq_epi8(c, _mm_set1_epi8('.')); });
    letters_and_digits =
        both([](__m128i c) { return _mm_or_si128(between(c, 'a', 'z'), between(c, '0', '9')); });
  }
  std::uint32_t ats = 0, dots = 0, letters_and_digits = 0;

 private:
  static std::uint32_t bits(__m128i mask) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
  }
  static __m128i between(__m128i c, char low, char high) noexcept {
    const __m128i below = _mm_cmplt_epi8(c, _mm_set1_epi8(low));
    return _mm_andnot_si128(below, _mm_cmplt_epi8(c, _mm_set1_epi8(static_cast<char>(high + 1))));
  }
};

// The answer of plain_email() for addresses of letters, digits, and single dots between them: in
// no more steps for a long one, and without a branch for each character.
bool simple_email(std::string_view text) noexcept {
  if (text.size() < 16 || text.size() > 32) return false;
  const CharacterMap at(text);
  const std::uint32_t marks = at.ats | at.dots;
  const std::uint32_t last = std::uint32_t{1} << (text.size() - 1);
  const std::uint32_t dots_of_domain = at.dots & ~(at.ats - 1);
  const bool is_simple = at.ats != 0 && (at.ats & (at.ats - 1)) == 0 && dots_of_domain != 0 &&
                         (marks & (marks << 1)) == 0 && (marks & (last | 1)) == 0 &&
                         (marks | at.letters_and_digits) == (last | (last - 1));
  if (!is_simple || text.back() <= '9') return false;
  return !is_reserved_top(text.substr(static_cast<std::size_t>(std::bit_width(dots_of_domain))));
}
#endif

}  // namespace

bool plain_email(std::string_view text) noexcept {
#if defined(__SSE2__)
  if (simple_email(text)) return true;
#endif
  if (text.size() < 5 || text.size() > longest_address) return false;
  std::size_t at = 0;
  for (;; ++at) {
    const std::size_t word = at;
    while (at != text.size() && (parts_of(text[at]) & plain_local_part) != 0) ++at;
    if (at == word || at == text.size()) return false;
    if (text[at] == '@') break;
    if (text[at] != '.') return false;
  }
  const std::size_t domain = at + 1;
  if (text.size() - domain > longest_domain) return false;
  std::size_t start = domain;
  for (;;) {
    const std::size_t end = plain_label_end(text, start);
    if (end == 0) return false;
    if (end == text.size()) break;
    if (text[end] != '.') return false;
    start = end + 1;
  }
  const char last = text.back();
  return start != domain && last >= 'a' && last <= 'z' && !is_reserved_top(text.substr(start));
}

std::string parse_email(std::string_view text, NameEmail& out) {
  if (!kindred::detail::is_utf8(text)) return "The email address contains an invalid character.";
  if (code_points_beyond(text, longest_text)) {
    return "Length must not exceed 2048 characters";
  }
  std::string_view name;
  std::string_view email = text;
  if (const auto pretty = split_pretty(text)) {
    name = pretty->name;
    email = pretty->email;
  }
  std::string local;
  std::string domain;
  std::string why = parse_address(trimmed(email, is_python_space), local, domain);
  if (!why.empty()) return why;
  std::string address = local + '@' + domain;
  out.name = name.empty() ? std::move(local) : std::string(name);
  out.email = std::move(address);
  return {};
}

}  // namespace schema::detail

std::string NameEmail::to_string() const {
  const bool is_quoted = name.find('@') != name.npos;
  return (is_quoted ? '"' + name + '"' : name) + " <" + email + '>';
}

}  // namespace kindred
