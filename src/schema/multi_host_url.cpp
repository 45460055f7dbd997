// URLs with several hosts, as databases use. Each host is read as a URL of its own, the last with
// the path and what follows.
#include <algorithm>

#include "src/schema/address.hpp"
#include "src/schema/url_host.hpp"
#include "src/schema/url_rules.hpp"

namespace kindred {
namespace schema::detail {
namespace {

constexpr char no_base[] = "relative URL without a base";

// A text with several hosts, taken apart.
struct Split {
  std::string_view prefix;  // the scheme and the slashes
  // What each host but the last is read behind. It says the same as the prefix, but is short, so
  // that many hosts behind a long prefix take no time in the square of the text.
  std::string short_prefix;
  std::vector<std::string_view> hosts;
  std::string_view rest;  // the last host and what follows
};

bool is_scheme_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

// The scheme in lower case; empty where there is none.
std::string scheme_of(std::string_view text, std::size_t start, std::size_t end) {
  std::string out(text.substr(start, end - start));
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return out;
}

const char* split_hosts(std::string_view text, Split& out) {
  std::size_t start = 0;
  while (start < text.size() && static_cast<unsigned char>(text[start]) <= 0x20) ++start;
  std::size_t at = start;
  while (at < text.size() && is_scheme_char(text[at])) ++at;
  if (at == start || at == text.size() || text[at] != ':') return no_base;
  const std::string scheme = scheme_of(text, start, at);
  const std::size_t slashes = at + 1;
  at = std::min(text.find_first_not_of("/\\", slashes), text.size());
  out.prefix = text.substr(0, at);
  // Schemes that are not special are all alike; a third slash is one too many for these, which the
  // last host has shown by then, and none for the others.
  out.short_prefix = (is_special(scheme) ? scheme : "x") + ':';
  out.short_prefix += text.substr(slashes, std::min<std::size_t>(at - slashes, 2));
  const std::string_view ends = is_special(scheme) ? "/?#\\" : "/?#";
  const std::size_t end = std::min(text.find_first_of(ends, at), text.size());
  for (;;) {
    const std::size_t comma = text.find(',', at);
    if (comma >= end) break;
    if (comma == at) return empty_host;
    out.hosts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  out.rest = text.substr(at);
  return nullptr;
}

MultiHostUrl::Host host_of(const UrlParts& url) {
  MultiHostUrl::Host out;
  if (!url.username.empty()) out.username = url.username;
  out.password = url.password;
  if (!url.host.empty()) out.host = url.host;
  out.port = url.port ? url.port : default_port(url.scheme);
  return out;
}

std::optional<UrlFault> read_extra_hosts(const Split& split, bool is_strict,
                                         std::vector<UrlParts>& out) {
  for (const std::string_view host : split.hosts) {
    UrlParts parts;
    if (auto fault = read_checked(split.short_prefix + std::string(host), is_strict, parts)) {
      return fault;
    }
    out.push_back(std::move(parts));
  }
  const bool has_all =
      std::none_of(out.begin(), out.end(), [](const UrlParts& url) { return url.host.empty(); });
  if (!has_all) return parsing_fault(empty_host);
  return std::nullopt;
}

// Of a host that is not the last: what stands between "://" and the path of a special scheme.
std::string text_of_extra(const UrlParts& url) {
  std::string out = url.to_string().substr(url.scheme.size() + 3);
  if (is_special(url.scheme)) out.pop_back();
  return out + ',';
}

std::string text_of(const UrlParts& last, const std::vector<UrlParts>& extra) {
  std::string hosts;
  for (const UrlParts& url : extra) hosts += text_of_extra(url);
  std::string out = last.to_string();
  if (!hosts.empty()) out.insert(last.scheme.size() + 3, hosts);
  return out;
}

}  // namespace

std::optional<UrlFault> parse_multi_host_url(std::string_view text, bool is_strict,
                                             const UrlRules& rules, MultiHostUrl& out) {
  Split split;
  UrlParts last;
  std::vector<UrlParts> extra;
  if (auto fault = check_length(text, rules)) return fault;
  if (text.empty()) return parsing_fault("input is empty");
  if (const char* why = split_hosts(text, split)) return parsing_fault(why);
  const std::string last_text = std::string(split.prefix).append(split.rest);
  if (auto fault = read_checked(last_text, is_strict, last)) return fault;
  const bool drops_path = rules.preserve_empty_path && had_empty_path(last, last_text);
  if (!split.hosts.empty()) {
    if (last.host.empty()) return parsing_fault(empty_host);
    if (auto fault = read_extra_hosts(split, is_strict, extra)) return fault;
  }
  if (auto fault = apply_rules(last, rules)) return fault;
  if (drops_path && last.path == "/") last.path.clear();
  out = {};
  out.text = text_of(last, extra);
  for (const UrlParts& url : extra) out.hosts.push_back(host_of(url));
  if (!last.host.empty()) out.hosts.push_back(host_of(last));
  out.scheme = std::move(last.scheme);
  if (!last.path.empty()) out.path = std::move(last.path);
  out.query = std::move(last.query);
  out.fragment = std::move(last.fragment);
  return std::nullopt;
}

}  // namespace schema::detail

std::optional<MultiHostUrl> MultiHostUrl::parse(std::string_view text) {
  MultiHostUrl out;
  if (schema::detail::parse_multi_host_url(text, false, {}, out)) return std::nullopt;
  return out;
}

}  // namespace kindred
