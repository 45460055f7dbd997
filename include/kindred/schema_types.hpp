// The types that fields of schema models may have beside the language's own and those of value.hpp:
// what JSON holds as text but programs want as more than that.
//
// Validation makes them; the parse functions here take the same texts, strictly.
// Threads: values; nothing is shared.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/value.hpp"

namespace kindred {

// An integer of any size, as decimal digits.
struct BigInt {
  std::string digits;  // "-" where negative, no leading zeros
  friend bool operator==(const BigInt&, const BigInt&) = default;
  friend std::strong_ordering operator<=>(const BigInt& a, const BigInt& b) noexcept;
};

// A decimal number of any size, exact, with its trailing zeros: coefficient * 10^exponent. Also
// NaN and infinity. Prints as Python's Decimal does: "1.50", "1E+3", "Infinity".
class BigDecimal {
 public:
  enum class Form : std::uint8_t { finite, infinity, nan, signaling_nan };

  BigDecimal() = default;  // 0
  explicit BigDecimal(std::int64_t v);
  // From text as Python's Decimal() takes it (blanks around it, underscores between digits,
  // exponents, "inf", "nan"); empty for anything else.
  [[nodiscard]] static std::optional<BigDecimal> parse(std::string_view text);

  [[nodiscard]] Form form() const noexcept { return form_; }
  [[nodiscard]] bool is_finite() const noexcept { return form_ == Form::finite; }
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  [[nodiscard]] const std::string& coefficient() const noexcept { return digits_; }
  [[nodiscard]] std::int64_t exponent() const noexcept { return exponent_; }
  [[nodiscard]] std::string to_string() const;
  // Of the same value as an exact Number; empty where it has more than 38 digits or is not finite.
  [[nodiscard]] std::optional<Number> to_number() const;
  [[nodiscard]] double to_double() const;
  // Whether this is a whole multiple of `other`, exactly. Precondition: both finite, `other` not 0.
  // Bounded work: numbers whose exponents lie more than 10'000 apart are told from their sizes
  // alone, or are none.
  [[nodiscard]] bool is_multiple_of(const BigDecimal& other) const;

  // Numeric: 1.0 == 1.00; NaN is equal to nothing and in no order.
  friend bool operator==(const BigDecimal& a, const BigDecimal& b) noexcept;
  friend std::partial_ordering operator<=>(const BigDecimal& a, const BigDecimal& b) noexcept;

 private:
  std::string digits_ = "0";  // coefficient without leading zeros
  std::int64_t exponent_ = 0;
  bool negative_ = false;
  Form form_ = Form::finite;
};

// A date with a time of day, on the clock of a place: with the place's distance from UTC, or
// without one ("naive").
struct DateTime {
  static constexpr std::int32_t naive = std::numeric_limits<std::int32_t>::min();
  std::int64_t micros = 0;      // since 1970-01-01T00:00:00 on that clock
  std::int32_t offset = naive;  // seconds east of UTC
  [[nodiscard]] bool is_naive() const noexcept { return offset == naive; }
  // Microseconds since 1970-01-01T00:00:00Z; a naive one counts as UTC.
  [[nodiscard]] std::int64_t utc() const noexcept {
    return is_naive() ? micros : micros - std::int64_t{offset} * 1'000'000;
  }
  // RFC 3339: "2022-06-08T12:13:14.000500+02:00"; "Z" for UTC, nothing for a naive one.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<DateTime> parse(std::string_view text);
  friend bool operator==(const DateTime&, const DateTime&) = default;
};

// A time of day, with or without a distance from UTC.
struct TimeOfDay {
  std::int64_t micros = 0;  // since midnight
  std::int32_t offset = DateTime::naive;
  [[nodiscard]] bool is_naive() const noexcept { return offset == DateTime::naive; }
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<TimeOfDay> parse(std::string_view text);
  friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

// A length of time: timedelta.
using Duration = std::chrono::microseconds;

// An e-mail address, with its domain in lower case: "ann@example.org".
struct EmailStr {
  std::string text;
  EmailStr() = default;
  EmailStr(std::string address) : text(std::move(address)) {}
  EmailStr(const char* address) : text(address) {}
  operator const std::string&() const noexcept { return text; }
  friend auto operator<=>(const EmailStr&, const EmailStr&) = default;
};

// "Ann Lee <ann@example.org>"; without a name it is what stands before the @.
struct NameEmail {
  std::string name;
  std::string email;
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const NameEmail&, const NameEmail&) = default;
};

// A URL as the WHATWG URL standard reads and writes it.
struct Url {
  std::string text;  // normalised: scheme and host in lower case, no default port, a path
  std::string scheme;
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;  // also the scheme's own where the text has none
  std::optional<std::string> path;
  std::optional<std::string> query;     // without '?'
  std::optional<std::string> fragment;  // without '#'
  [[nodiscard]] static std::optional<Url> parse(std::string_view text);
  [[nodiscard]] const std::string& to_string() const noexcept { return text; }
  friend bool operator==(const Url& a, const Url& b) noexcept { return a.text == b.text; }
  friend auto operator<=>(const Url& a, const Url& b) noexcept { return a.text <=> b.text; }
};

// A URL with several hosts, as databases use: "postgres://a:1@h1:5432,h2:5433/db".
struct MultiHostUrl {
  struct Host {
    std::optional<std::string> username;
    std::optional<std::string> password;
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
    friend bool operator==(const Host&, const Host&) = default;
  };
  std::string text;
  std::string scheme;
  std::vector<Host> hosts;
  std::optional<std::string> path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;
  [[nodiscard]] static std::optional<MultiHostUrl> parse(std::string_view text);
  [[nodiscard]] const std::string& to_string() const noexcept { return text; }
  friend bool operator==(const MultiHostUrl& a, const MultiHostUrl& b) noexcept {
    return a.text == b.text;
  }
};

// An address, an address with its network's prefix ("interface"), or a network, of IPv4 or IPv6.
struct Ip {
  enum class Form : std::uint8_t { address, interface, network };
  Form form = Form::address;
  std::uint8_t version = 4;
  std::uint8_t prefix = 32;               // bits, 0 to 32 or 128
  std::array<std::uint8_t, 16> octets{};  // the first 4 or all 16, in network order
  std::string zone;                       // of IPv6 addresses: what follows '%'
  // "192.168.0.1", "2001:db8::1", "10.0.0.0/8".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Ip&, const Ip&) = default;
};
struct IPv4Address : Ip {};
struct IPv6Address : Ip {};
struct IPvAnyAddress : Ip {};
struct IPv4Interface : Ip {};
struct IPv6Interface : Ip {};
struct IPvAnyInterface : Ip {};
struct IPv4Network : Ip {};
struct IPv6Network : Ip {};
struct IPvAnyNetwork : Ip {};

}  // namespace kindred
