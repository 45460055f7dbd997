// IP addresses, interfaces and networks, as Python's ipaddress module takes and prints them.
#include <algorithm>
#include <limits>
#include <span>

#include "src/schema/address.hpp"

namespace kindred {
namespace schema::detail {
namespace {

__extension__ using uint128 = unsigned __int128;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr unsigned width_of(int version) noexcept { return version == 4 ? 32 : 128; }

// Up to three digits, no zero before others, at most 255.
bool take_octet(std::string_view& in, unsigned& out) noexcept {
  std::size_t n = 0;
  out = 0;
  while (n < in.size() && is_digit(in[n])) {
    if (n == 3) return false;
    out = out * 10 + static_cast<unsigned>(in[n++] - '0');
  }
  if (n == 0 || out > 255 || (n > 1 && in.front() == '0')) return false;
  in.remove_prefix(n);
  return true;
}

bool read_v4(std::string_view text, std::span<std::uint8_t, 4> out) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    unsigned octet = 0;
    if (i > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    if (!take_octet(text, octet)) return false;
    out[i] = static_cast<std::uint8_t>(octet);
  }
  return text.empty();
}

// One to four hexadecimal digits; they take two octets.
bool read_group(std::string_view text, std::uint8_t* out) noexcept {
  if (text.empty() || text.size() > 4) return false;
  unsigned group = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0) return false;
    group = group * 16 + static_cast<unsigned>(digit);
  }
  out[0] = static_cast<std::uint8_t>(group >> 8);
  out[1] = static_cast<std::uint8_t>(group & 0xFF);
  return true;
}

// Groups between colons, perhaps an IPv4 address at the end. Returns the octets they take; empty
// where there are more than `out` holds, or one is none.
std::optional<std::size_t> read_groups(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t at = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == text.npos && group.find('.') != group.npos) {
      if (out.size() - at < 4 || !read_v4(group, out.subspan(at).first<4>())) return std::nullopt;
      return at + 4;
    }
    if (out.size() - at < 2 || !read_group(group, out.data() + at)) return std::nullopt;
    at += 2;
    if (colon == text.npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;  // a colon at the end
  }
  return at;
}

bool read_v6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const std::size_t gap = text.find("::");
  out.fill(0);
  if (gap == text.npos) return read_groups(text, out) == std::size_t{16};
  const std::string_view before = text.substr(0, gap);
  if (before.find('.') != before.npos) return false;
  std::array<std::uint8_t, 16> after{};
  const auto high = read_groups(before, out);
  const auto low = read_groups(text.substr(gap + 2), after);
  // The gap stands for one group or more.
  if (!high || !low || *high + *low > 14) return false;
  std::copy_n(after.begin(), *low, out.end() - static_cast<std::ptrdiff_t>(*low));
  return true;
}

// An address without a prefix.
bool read_address(std::string_view text, int version, Ip& out) {
  out.octets.fill(0);
  out.version = static_cast<std::uint8_t>(version);
  out.prefix = static_cast<std::uint8_t>(width_of(version));
  if (version == 4) return read_v4(text, std::span(out.octets).first<4>());
  const std::size_t percent = text.find('%');
  if (percent != text.npos) {
    const std::string_view zone = text.substr(percent + 1);
    if (zone.empty() || zone.find('%') != zone.npos) return false;
    out.zone = zone;
  }
  return read_v6(text.substr(0, percent), out.octets);
}

uint128 number_of(const Ip& v) noexcept {
  uint128 out = 0;
  for (std::size_t i = 0; i < width_of(v.version) / 8; ++i) out = out << 8 | v.octets[i];
  return out;
}

uint128 all_ones(unsigned width) noexcept {
  return width == 128 ? ~uint128{0} : (uint128{1} << width) - 1;
}

// The bits behind the prefix.
uint128 host_mask(unsigned prefix, unsigned width) noexcept {
  return prefix == width ? 0 : all_ones(width) >> prefix;
}

// 255.255.255.0, or its complement 0.0.0.255.
bool prefix_of_mask(std::string_view text, std::uint8_t& out) noexcept {
  Ip mask;
  if (!read_v4(text, std::span(mask.octets).first<4>())) return false;
  const uint128 bits = number_of(mask);
  for (const uint128 netmask : {bits, bits ^ all_ones(32)}) {
    for (unsigned prefix = 0; prefix <= 32; ++prefix) {
      if (netmask == (all_ones(32) ^ host_mask(prefix, 32))) {
        out = static_cast<std::uint8_t>(prefix);
        return true;
      }
    }
  }
  return false;
}

bool read_prefix(std::string_view text, int version, std::uint8_t& out) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
    return version == 4 && prefix_of_mask(text, out);
  }
  unsigned prefix = 0;
  for (const char c : text) {
    prefix = prefix * 10 + static_cast<unsigned>(c - '0');
    if (prefix > width_of(version)) return false;
  }
  out = static_cast<std::uint8_t>(prefix);
  return true;
}

bool read_ip(std::string_view text, Ip::Form form, int version, Ip& out) {
  Ip read;
  read.form = form;
  const std::size_t slash = text.find('/');
  if (slash != text.npos && form == Ip::Form::address) return false;
  if (!read_address(text.substr(0, slash), version, read)) return false;
  if (slash != text.npos && !read_prefix(text.substr(slash + 1), version, read.prefix)) {
    return false;
  }
  const uint128 hosts = host_mask(read.prefix, width_of(version));
  if (form == Ip::Form::network && read.prefix < width_of(version) &&
      (number_of(read) & hosts) != 0) {
    return false;
  }
  out = std::move(read);
  return true;
}

// Empty where it is negative or beyond 128 bits.
std::optional<uint128> natural_of(const BigInt& number) noexcept {
  uint128 out = 0;
  for (const char c : number.digits) {
    if (c == '-') return std::nullopt;
    const auto digit = static_cast<unsigned>(c - '0');
    if (out > (~uint128{0} - digit) / 10) return std::nullopt;
    out = out * 10 + digit;
  }
  return out;
}

void append_v4(std::string& out, const Ip& v) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) out += '.';
    out += std::to_string(v.octets[i]);
  }
}

void append_hex(std::string& out, unsigned group) {
  static constexpr char digits[] = "0123456789abcdef";
  unsigned shift = 12;
  while (shift > 0 && group >> shift == 0) shift -= 4;
  for (;; shift -= 4) {
    out += digits[group >> shift & 0xF];
    if (shift == 0) return;
  }
}

// The longest run of two or more groups of zeros, the first of equal ones, is "::".
void append_v6(std::string& out, const Ip& v) {
  std::array<unsigned, 8> groups{};
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<unsigned>(v.octets[2 * i] << 8 | v.octets[2 * i + 1]);
  }
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    if (end > i) i = end - 1;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_length - 1;
      continue;
    }
    if (i > 0 && i != best + best_length) out += ':';
    append_hex(out, groups[i]);
  }
}

}  // namespace

bool parse_ip(std::string_view text, Ip::Form form, int version, Ip& out) {
  if (version != 0) return read_ip(text, form, version, out);
  return read_ip(text, form, 4, out) || read_ip(text, form, 6, out);
}

bool ip_from_number(const BigInt& number, Ip::Form form, int version, Ip& out) {
  const auto natural = natural_of(number);
  if (!natural) return false;
  const bool fits_v4 = *natural <= all_ones(32);
  if (version == 4 && !fits_v4) return false;
  const int chosen = version != 0 ? version : fits_v4 ? 4 : 6;
  Ip made;
  made.form = form;
  made.version = static_cast<std::uint8_t>(chosen);
  made.prefix = static_cast<std::uint8_t>(width_of(chosen));
  uint128 rest = *natural;
  for (std::size_t i = width_of(chosen) / 8; i-- > 0; rest >>= 8) {
    made.octets[i] = static_cast<std::uint8_t>(rest & 0xFF);
  }
  out = std::move(made);
  return true;
}

}  // namespace schema::detail

std::string Ip::to_string() const {
  std::string out;
  if (version == 4) {
    schema::detail::append_v4(out, *this);
  } else {
    schema::detail::append_v6(out, *this);
    if (!zone.empty()) out += '%' + zone;
  }
  if (form != Form::address) out += '/' + std::to_string(prefix);
  return out;
}

}  // namespace kindred
