// E-mail addresses, URLs and IP addresses from text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/schema_types.hpp"

namespace kindred::schema::detail {

// The common form of an address in one pass: what it accepts is valid and normal as it stands.
bool plain_email(std::string_view text) noexcept;
// Every form that email-validator takes without looking up DNS; also "Ann <ann@example.org>". `out`
// has the normalised address and the name. Returns the reason without its beginning
// "value is not a valid email address: "; empty on success.
std::string parse_email(std::string_view text, NameEmail& out);

struct UrlRules {
  std::size_t max_length = 0;  // 0: any
  std::vector<std::string> schemes;
  bool host_required = false;
  std::optional<std::string> default_host;
  std::optional<std::uint16_t> default_port;
  std::optional<std::string> default_path;
  bool preserve_empty_path = false;
};
// What is wrong with a URL: the type of the error and its context.
struct UrlFault {
  const char* type = nullptr;  // url_parsing, url_syntax_violation, url_scheme, url_too_long
  std::string reason;          // ctx "error"
  std::string expected;        // ctx "expected_schemes": "'http' or 'https'"
};
std::optional<UrlFault> parse_url(std::string_view text, bool is_strict, const UrlRules& rules,
                                  Url& out);
std::optional<UrlFault> parse_multi_host_url(std::string_view text, bool is_strict,
                                             const UrlRules& rules, MultiHostUrl& out);

// version 4, 6, or 0 for either. False where the text is none. Pydantic's Python types decide what
// is accepted (a network must have no host bits set unless it says so there).
bool parse_ip(std::string_view text, Ip::Form form, int version, Ip& out);
// An address from its number; negative or too large: false.
bool ip_from_number(const BigInt& number, Ip::Form form, int version, Ip& out);

}  // namespace kindred::schema::detail
