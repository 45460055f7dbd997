// What URLs of one host and of several have in common.
#pragma once

#include <optional>
#include <string_view>

#include "src/schema/address.hpp"
#include "src/schema/url_parser.hpp"

namespace kindred::schema::detail {

UrlFault parsing_fault(const char* reason);
// Reads a URL; strictly, what a writer must not do is a fault, too.
std::optional<UrlFault> read_checked(std::string_view text, bool is_strict, UrlParts& out);
std::optional<UrlFault> check_length(std::string_view text, const UrlRules& rules);
// The scheme's being allowed, and the defaults.
std::optional<UrlFault> apply_rules(UrlParts& url, const UrlRules& rules);
// Whether the text of a special URL has no path, where the URL has "/".
bool had_empty_path(const UrlParts& url, std::string_view text) noexcept;

}  // namespace kindred::schema::detail
