// Hosts of URLs: domains, IPv4 addresses in every form that the URL standard takes, IPv6 literals.
#pragma once

#include <string>
#include <string_view>

namespace kindred::schema::detail {

// The percent-encoding sets of the URL standard, each a bit.
enum class EncodeSet : unsigned {
  control = 1,
  fragment = 2,
  query = 4,
  special_query = 8,
  path = 16,
  userinfo = 32,
};
// Appends `text`, what is of the set or beyond ASCII as "%XX".
void append_encoded(std::string& out, std::string_view text, EncodeSet set);

// Both normalise into `out` and return why a host is none, or nullptr. Of special schemes:
const char* parse_domain_host(std::string_view text, std::string& out);
// Of the others, where a host is opaque.
const char* parse_opaque_host(std::string_view text, std::string& out);

constexpr char empty_host[] = "empty host";

}  // namespace kindred::schema::detail
