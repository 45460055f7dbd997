// URLs under the rules that a field sets.
#include <algorithm>

#include "src/schema/address.hpp"
#include "src/schema/url_host.hpp"
#include "src/schema/url_parser.hpp"
#include "src/schema/url_rules.hpp"

namespace kindred {
namespace schema::detail {
namespace {

std::string quoted_list(const std::vector<std::string>& schemes) {
  std::string out;
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    if (i > 0) out += i + 1 == schemes.size() ? " or " : ", ";
    out += '\'' + schemes[i] + '\'';
  }
  return out;
}

// What the text has no host, port or path for.
const char* apply_defaults(UrlParts& url, const UrlRules& rules) {
  if (url.host.empty()) {
    if (rules.default_host) {
      if (const char* why = set_host(url, *rules.default_host)) return why;
    } else if (rules.host_required) {
      return empty_host;
    }
  }
  if (rules.default_port && !url.port) {
    if (const char* why = set_port(url, *rules.default_port)) return why;
  }
  if (rules.default_path && (url.path.empty() || url.path == "/")) {
    set_path(url, *rules.default_path);
  }
  return nullptr;
}

}  // namespace

UrlFault parsing_fault(const char* reason) { return {"url_parsing", reason, {}}; }

std::optional<UrlFault> read_checked(std::string_view text, bool is_strict, UrlParts& out) {
  if (text.empty()) return parsing_fault("input is empty");
  const UrlReading reading = read_url(text, out);
  if (reading.error != nullptr) return parsing_fault(reading.error);
  if (is_strict && reading.violation != nullptr) {
    return UrlFault{"url_syntax_violation", reading.violation, {}};
  }
  return std::nullopt;
}

std::optional<UrlFault> check_length(std::string_view text, const UrlRules& rules) {
  if (rules.max_length == 0 || text.size() <= rules.max_length) return std::nullopt;
  return UrlFault{"url_too_long", {}, {}};
}

std::optional<UrlFault> apply_rules(UrlParts& url, const UrlRules& rules) {
  const auto& schemes = rules.schemes;
  if (!schemes.empty() && std::find(schemes.begin(), schemes.end(), url.scheme) == schemes.end()) {
    return UrlFault{"url_scheme", {}, quoted_list(schemes)};
  }
  if (const char* why = apply_defaults(url, rules)) return parsing_fault(why);
  return std::nullopt;
}

bool had_empty_path(const UrlParts& url, std::string_view text) noexcept {
  if (url.path != "/" || !is_special(url.scheme)) return false;
  text.remove_prefix(std::min(text.find(':') + 1, text.size()));
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  const std::size_t end = text.find_first_of("/?#");
  return end == text.npos || text[end] != '/';
}

std::optional<UrlFault> parse_url(std::string_view text, bool is_strict, const UrlRules& rules,
                                  Url& out) {
  UrlParts parts;
  if (auto fault = check_length(text, rules)) return fault;
  if (auto fault = read_checked(text, is_strict, parts)) return fault;
  const bool drops_path = rules.preserve_empty_path && had_empty_path(parts, text);
  if (auto fault = apply_rules(parts, rules)) return fault;
  if (drops_path && parts.path == "/") parts.path.clear();
  out = {};
  out.text = parts.to_string();
  if (!parts.username.empty()) out.username = std::move(parts.username);
  out.password = std::move(parts.password);
  if (!parts.host.empty()) out.host = std::move(parts.host);
  out.port = parts.port ? parts.port : default_port(parts.scheme);
  out.scheme = std::move(parts.scheme);
  if (!parts.path.empty()) out.path = std::move(parts.path);
  out.query = std::move(parts.query);
  out.fragment = std::move(parts.fragment);
  return std::nullopt;
}

}  // namespace schema::detail

std::optional<Url> Url::parse(std::string_view text) {
  Url out;
  if (schema::detail::parse_url(text, false, {}, out)) return std::nullopt;
  return out;
}

}  // namespace kindred
