// Host names beyond ASCII: the mapping of UTS 46 as far as case, width and composition go, and
// Punycode (RFC 3492). Code points that UTS 46 maps in other ways are refused rather than kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kindred::schema::detail {

// Pairs of code points in a row that have a single canonical equal, as that one.
std::string compose(std::string_view text);

// The mapping alone, as UTF-8. Empty where a code point may not stand in a host name.
// Precondition: `domain` is UTF-8.
std::optional<std::string> map_domain(std::string_view domain);
// In lower case, with each label beyond ASCII as "xn--...", labels that begin so checked. Which
// ASCII characters may stand in it is the caller's to say. Empty where the text is not UTF-8 or a
// label is not valid.
std::optional<std::string> domain_to_ascii(std::string_view domain);
// Undoes it. Precondition: `ascii` is what domain_to_ascii returns.
std::string domain_to_unicode(std::string_view ascii);

}  // namespace kindred::schema::detail
