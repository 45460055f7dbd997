#include "src/schema/url_host.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "kindred/schema_types.hpp"
#include "src/schema/address.hpp"
#include "src/schema/idna.hpp"

namespace kindred::schema::detail {
namespace {

constexpr char invalid_ipv6[] = "invalid IPv6 address";
constexpr char invalid_ipv4[] = "invalid IPv4 address";
constexpr char invalid_idna[] = "invalid international domain name";

constexpr unsigned bit(EncodeSet set) noexcept { return static_cast<unsigned>(set); }

constexpr std::array<std::uint8_t, 256> make_sets() {
  std::array<std::uint8_t, 256> sets{};
  const auto add = [&sets](unsigned char c, unsigned bits) {
    sets[c] = static_cast<std::uint8_t>(sets[c] | bits);
  };
  constexpr unsigned all = 63;
  constexpr unsigned query = bit(EncodeSet::query) | bit(EncodeSet::special_query) |
                             bit(EncodeSet::path) | bit(EncodeSet::userinfo);
  constexpr unsigned path = bit(EncodeSet::path) | bit(EncodeSet::userinfo);
  for (unsigned c = 0; c < 256; ++c) {
    if (c < 0x20 || c >= 0x7F) add(static_cast<unsigned char>(c), all);
  }
  for (const char c : {' ', '"', '<', '>'}) {
    add(static_cast<unsigned char>(c), query | bit(EncodeSet::fragment));
  }
  add('`', path | bit(EncodeSet::fragment));
  add('#', query);
  add('\'', bit(EncodeSet::special_query));
  for (const char c : {'?', '{', '}'}) add(static_cast<unsigned char>(c), path);
  for (const char c : {'/', ':', ';', '=', '@', '[', '\\', ']', '^', '|'}) {
    add(static_cast<unsigned char>(c), bit(EncodeSet::userinfo));
  }
  return sets;
}

constexpr std::array<std::uint8_t, 256> encode_sets = make_sets();

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool has_two = text[i] == '%' && i + 2 < text.size();
    const int high = has_two ? hex_value(text[i + 1]) : -1;
    const int low = has_two ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool is_forbidden_in_domain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F ||
         std::string_view("%#/:<>?@[\\]^|").find(c) != std::string_view::npos;
}

// Of up to four numbers that make an IPv4 address. `too_large` is beyond 32 bits.
struct HostNumber {
  enum class Kind : std::uint8_t { none, number, too_large };
  Kind kind = Kind::none;
  std::uint32_t value = 0;
};

// Decimal, octal after 0, hexadecimal after 0x; these alone are zero.
HostNumber read_host_number(std::string_view text) noexcept {
  using Kind = HostNumber::Kind;
  if (text.empty()) return {};
  int radix = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    radix = 16;
    text.remove_prefix(2);
  } else if (text.size() >= 2 && text.front() == '0') {
    radix = 8;
    text.remove_prefix(1);
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= radix) return {};
    // More than 32 bits stay so, without overflowing 64.
    if (value <= std::numeric_limits<std::uint32_t>::max()) {
      value = value * static_cast<unsigned>(radix) + static_cast<unsigned>(digit);
    }
  }
  if (value > std::numeric_limits<std::uint32_t>::max()) return {Kind::too_large, 0};
  return {Kind::number, static_cast<std::uint32_t>(value)};
}

// Such a host is an IPv4 address or an error, but no domain.
bool ends_in_number(std::string_view domain) noexcept {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const std::size_t dot = domain.rfind('.');
  const std::string_view last = dot == domain.npos ? domain : domain.substr(dot + 1);
  if (last.empty()) return false;
  return std::all_of(last.begin(), last.end(), is_digit) ||
         read_host_number(last).kind != HostNumber::Kind::none;
}

// The last number takes all the octets that the others leave.
std::optional<std::uint32_t> read_ipv4_host(std::string_view text) noexcept {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::uint32_t out = 0;
  for (unsigned count = 0; count < 4; ++count) {
    const std::size_t dot = text.find('.');
    const HostNumber number = read_host_number(text.substr(0, dot));
    if (number.kind != HostNumber::Kind::number) return std::nullopt;
    if (dot == text.npos) {
      if (number.value > std::numeric_limits<std::uint32_t>::max() >> (8 * count)) {
        return std::nullopt;
      }
      return out + number.value;
    }
    if (number.value > 255) return std::nullopt;
    out += number.value << (8 * (3 - count));
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

// "[...]": with the zone that addresses elsewhere may have, it is none here.
const char* parse_literal(std::string_view text, std::string& out) {
  Ip address;
  if (text.size() < 2 || !text.ends_with(']')) return invalid_ipv6;
  const std::string_view inner = text.substr(1, text.size() - 2);
  if (inner.find('%') != inner.npos || !parse_ip(inner, Ip::Form::address, 6, address)) {
    return invalid_ipv6;
  }
  out = '[' + address.to_string() + ']';
  return nullptr;
}

}  // namespace

void append_encoded(std::string& out, std::string_view text, EncodeSet set) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((encode_sets[byte] & bit(set)) == 0) {
      out += c;
      continue;
    }
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xF];
  }
}

const char* parse_domain_host(std::string_view text, std::string& out) {
  if (text.starts_with('[')) return parse_literal(text, out);
  const auto domain = domain_to_ascii(percent_decoded(text));
  if (!domain || std::any_of(domain->begin(), domain->end(), is_forbidden_in_domain)) {
    return invalid_idna;
  }
  if (domain->empty()) return empty_host;
  if (!ends_in_number(*domain)) {
    out = *domain;
    return nullptr;
  }
  const auto address = read_ipv4_host(*domain);
  if (!address) return invalid_ipv4;
  out.clear();
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    if (shift < 32) out += '.';
    out += std::to_string(*address >> (shift - 8) & 0xFFu);
  }
  return nullptr;
}

const char* parse_opaque_host(std::string_view text, std::string& out) {
  static constexpr std::string_view forbidden("\0\t\n\r #/:<>?@[\\]^|", 17);
  if (text.starts_with('[')) return parse_literal(text, out);
  if (text.find_first_of(forbidden) != text.npos) return "invalid domain character";
  out.clear();
  append_encoded(out, text, EncodeSet::control);
  return nullptr;
}

}  // namespace kindred::schema::detail
