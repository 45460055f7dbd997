#include "src/schema/email_domain.hpp"

#include <iterator>

#include "src/schema/address.hpp"
#include "src/schema/idna.hpp"
#include "src/schema/scalar_text.hpp"
#include "src/schema/unicode_table.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::size_t longest_domain = 253;
constexpr std::size_t longest_label = 63;
constexpr std::string_view reserved[] = {"arpa", "invalid", "local", "localhost", "onion", "test"};

constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_host_char(char32_t c) noexcept {
  return c >= 0x80 || is_alpha(static_cast<char>(c)) || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

std::string check_characters(std::string_view domain, const char* when) {
  const std::string bad =
      list_characters(domain, [](char32_t c, bool) { return !is_host_char(c); });
  if (bad.empty()) return {};
  std::string why = "The part after the @-sign contains invalid characters";
  why += when;
  return why += ": " + bad + '.';
}

std::string check_shape(std::string_view domain) {
  const auto starts = [&](const char* what) {
    std::string why = "An email address cannot have a ";
    why += what;
    return why += " immediately after the @-sign.";
  };
  if (domain.ends_with('.')) return "An email address cannot end with a period.";
  if (domain.starts_with('.')) return starts("period");
  if (domain.find("..") != domain.npos) return "An email address cannot have two periods in a row.";
  if (domain.ends_with('-')) return "An email address cannot end with a hyphen.";
  if (domain.starts_with('-')) return starts("hyphen");
  if (domain.find(".-") != domain.npos || domain.find("-.") != domain.npos) {
    return "An email address cannot have a period and a hyphen next to each other.";
  }
  return {};
}

// Takes the label off the front, with its dot.
std::string_view take_label(std::string_view& domain) noexcept {
  const std::size_t dot = domain.find('.');
  const std::string_view label = domain.substr(0, dot);
  domain.remove_prefix(dot == domain.npos ? domain.size() : dot + 1);
  return label;
}

// "ab--c", where only "xn--c" has a meaning.
bool has_odd_hyphens(std::string_view label) noexcept {
  if (label.starts_with("xn")) return false;
  for (int i = 0; i < 2 && !label.empty(); ++i) take_code_point(label);
  return label.starts_with("--");
}

std::string check_labels(std::string_view domain) {
  while (!domain.empty()) {
    if (has_odd_hyphens(take_label(domain))) {
      return "An email address cannot have two letters followed by two dashes immediately after "
             "the @-sign or after a period, except Punycode.";
    }
  }
  return {};
}

std::string too_many(std::size_t size, std::size_t limit) {
  const std::size_t excess = size - limit;
  return '(' + std::to_string(excess) + (excess > 1 ? " characters" : " character") + " too many)";
}

std::string check_lengths(std::string_view ascii) {
  if (ascii.size() > longest_domain) {
    return "The email address is too long after the @-sign " +
           too_many(ascii.size(), longest_domain) + '.';
  }
  while (!ascii.empty()) {
    const std::size_t size = take_label(ascii).size();
    if (size > longest_label) {
      return "After the @-sign, periods cannot be separated by so many characters " +
             too_many(size, longest_label) + '.';
    }
  }
  return {};
}

// Its being within a domain that the public net can have.
std::string check_top(std::string_view ascii) {
  const std::size_t dot = ascii.rfind('.');
  if (dot == ascii.npos) {
    return "The part after the @-sign is not valid. It should have a period.";
  }
  if (!is_alpha(ascii.back())) {
    return "The part after the @-sign is not valid. It is not within a valid top-level domain.";
  }
  if (is_reserved_top(ascii.substr(dot + 1))) {
    return "The part after the @-sign is a special-use or reserved name that cannot be used with "
           "email.";
  }
  return {};
}

std::string literal_fault(std::string_view literal) {
  Ip ignored;
  constexpr std::string_view tag = "IPv6:";
  const bool is_v6 = literal.starts_with(tag) &&
                     parse_ip(literal.substr(tag.size()), Ip::Form::address, 6, ignored);
  if (is_v6 || parse_ip(literal, Ip::Form::address, 4, ignored)) {
    return "A bracketed IP address after the @-sign is not allowed here.";
  }
  if (literal.find(':') == literal.npos) {
    return "The part after the @-sign in brackets is not an IPv4 address and has no address "
           "literal tag.";
  }
  if (literal.starts_with(tag)) {
    return "The IPv6 address in brackets after the @-sign is not valid.";
  }
  return "The part after the @-sign contains an invalid address literal tag in brackets.";
}

}  // namespace

std::string parse_email_domain(std::string_view domain, std::string& ascii, std::string& unicode) {
  if (domain.empty()) return "There must be something after the @-sign.";
  if (domain.starts_with('[') && domain.ends_with(']') && domain.size() > 1) {
    return literal_fault(domain.substr(1, domain.size() - 2));
  }
  if (std::string why = check_characters(domain, ""); !why.empty()) return why;
  if (std::string why = check_unsafe(domain, false); !why.empty()) return why;
  const auto mapped = map_domain(domain);
  if (!mapped) return "The part after the @-sign contains invalid characters.";
  if (std::string why = check_characters(*mapped, " after Unicode normalization"); !why.empty()) {
    return why;
  }
  if (std::string why = check_shape(*mapped); !why.empty()) return why;
  if (std::string why = check_labels(*mapped); !why.empty()) return why;
  auto encoded = domain_to_ascii(*mapped);
  if (!encoded) return "The part after the @-sign is not valid IDNA.";
  if (std::string why = check_lengths(*encoded); !why.empty()) return why;
  if (std::string why = check_top(*encoded); !why.empty()) return why;
  unicode = domain_to_unicode(*encoded);
  // Punycode can hold what no label may begin or end with.
  if (!check_shape(unicode).empty()) return "The part after the @-sign is not valid IDNA.";
  const std::string symbols =
      list_characters(unicode, [](char32_t c, bool) { return is_symbol(c); });
  if (!symbols.empty()) {
    return "The part after the @-sign is not valid IDNA (" + symbols + " not allowed).";
  }
  ascii = std::move(*encoded);
  return {};
}

bool is_reserved_top(std::string_view label) noexcept {
  return std::find(std::begin(reserved), std::end(reserved), label) != std::end(reserved);
}

std::string shown_character(char32_t c) {
  static constexpr char digits[] = "0123456789ABCDEF";
  if (c == ' ') return "SPACE";
  if (c == '\\') return "\"\\\"";
  if (c > ' ' && !is_unsafe(c) && !is_mark(c) && !is_space(c)) {
    const char quote = c == '\'' ? '"' : '\'';
    std::string out(1, quote);
    append_code_point(out, c);
    return out + quote;
  }
  std::string out = "U+";
  for (unsigned shift = c < 0xFFFF ? 16 : 32; shift > 0; shift -= 4) {
    out += digits[c >> (shift - 4) & 0xF];
  }
  return out;
}

std::string check_unsafe(std::string_view text, bool allows_space) {
  const std::string bad = list_characters(text, [&](char32_t c, bool is_first) {
    if (is_space(c)) return !allows_space || c < ' ' || is_unsafe(c);
    return is_unsafe(c) || (is_first && is_mark(c));
  });
  return bad.empty() ? bad : "The email address contains unsafe characters: " + bad + '.';
}

bool code_points_beyond(std::string_view text, std::size_t limit) noexcept {
  return text.size() > limit && code_points(text) > limit;
}

}  // namespace kindred::schema::detail
