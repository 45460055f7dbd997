#include "src/schema/url_parser.hpp"

#include <algorithm>
#include <iterator>

#include "src/schema/url_host.hpp"
#include "src/schema/url_path.hpp"
#include "src/schema/utf8_text.hpp"

namespace kindred::schema::detail {
namespace {

constexpr char no_base[] = "relative URL without a base";
constexpr char invalid_port[] = "invalid port number";

constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) noexcept { return static_cast<unsigned char>(c) <= 0x20; }
constexpr bool is_removed(char c) noexcept { return c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_slash(char c) noexcept { return c == '/' || c == '\\'; }

class Reader {
 public:
  Reader(std::string_view text, UrlParts& out) : out_(out), violations_(reading_.violation) {
    std::string_view kept = text;
    while (!kept.empty() && is_blank(kept.front())) kept.remove_prefix(1);
    while (!kept.empty() && is_blank(kept.back())) kept.remove_suffix(1);
    if (kept.size() < text.size()) {
      reading_.violation = "leading or trailing control or space character are ignored in URLs";
    }
    in_ = kept;
    if (std::any_of(kept.begin(), kept.end(), is_removed)) {
      reading_.violation = "tabs or newlines are ignored in URLs";
      std::copy_if(kept.begin(), kept.end(), std::back_inserter(cleaned_),
                   [](char c) { return !is_removed(c); });
      in_ = cleaned_;
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  UrlReading run() {
    reading_.error = take_scheme() ? take_rest() : no_base;
    return reading_;
  }

 private:
  bool take_scheme() {
    if (in_.empty() || !is_alpha(in_.front())) return false;
    for (std::size_t i = 0; i < in_.size(); ++i) {
      const char c = in_[i];
      if (c == ':') {
        in_.remove_prefix(i + 1);
        is_special_ = is_special(out_.scheme);
        is_file_ = out_.scheme == "file";
        return true;
      }
      if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
      out_.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return false;
  }

  const char* take_rest() {
    if (is_file_) return take_file();
    if (is_special_) {
      const std::size_t slashes = std::min(in_.find_first_not_of("/\\"), in_.size());
      if (in_.substr(0, slashes) != "//") reading_.violation = "expected //";
      in_.remove_prefix(slashes);
      return take_authority();
    }
    if (in_.starts_with("//")) {
      in_.remove_prefix(2);
      return take_authority();
    }
    if (in_.starts_with('/')) {
      bool has_host = false;
      out_.path = "/";
      in_.remove_prefix(1);
      append_path(out_.path, in_, path_kind(), has_host, violations_);
    } else {
      take_opaque_path();
    }
    take_query_and_fragment();
    return nullptr;
  }

  const char* take_authority() {
    out_.has_authority = true;
    bool has_userinfo = false;
    if (const char* why = take_userinfo(has_userinfo)) return why;
    if (const char* why = take_host()) return why;
    if (const char* why = take_port()) return why;
    if (out_.host.empty() && has_userinfo) return empty_host;
    bool has_host = true;
    append_path_start(out_.path, in_, path_kind(), has_host, violations_);
    take_query_and_fragment();
    return nullptr;
  }

  // Where the authority ends.
  [[nodiscard]] std::size_t authority_end() const noexcept {
    return std::min(in_.find_first_of(is_special_ ? "/?#\\" : "/?#"), in_.size());
  }

  const char* take_userinfo(bool& has_userinfo) {
    const std::string_view authority = in_.substr(0, authority_end());
    const std::size_t at = authority.rfind('@');
    if (at == authority.npos) return nullptr;
    const std::string_view userinfo = authority.substr(0, at);
    const bool is_last = at + 1 == authority.size();
    in_.remove_prefix(at + 1);
    if (userinfo.empty()) return is_last && !in_.empty() ? empty_host : nullptr;
    if (userinfo.find('@') != userinfo.npos) {
      reading_.violation = "unencoded @ sign in username or password";
    }
    const std::size_t colon = userinfo.find(':');
    const std::string_view name = userinfo.substr(0, colon);
    check_code_points(name, userinfo.substr(name.size()), violations_);
    append_encoded(out_.username, name, EncodeSet::userinfo);
    if (colon != userinfo.npos && colon + 1 < userinfo.size()) {
      check_code_points(userinfo.substr(colon + 1), {}, violations_);
      out_.password.emplace();
      append_encoded(*out_.password, userinfo.substr(colon + 1), EncodeSet::userinfo);
    }
    has_userinfo = !out_.username.empty() || out_.password.has_value();
    return nullptr;
  }

  // A colon within brackets is part of the host.
  [[nodiscard]] std::size_t host_end() const noexcept {
    bool is_inside = false;
    const std::size_t end = authority_end();
    for (std::size_t i = 0; i < end; ++i) {
      if (in_[i] == ':' && !is_inside) return i;
      if (in_[i] == '[') is_inside = true;
      if (in_[i] == ']') is_inside = false;
    }
    return end;
  }

  const char* take_host() {
    const std::string_view host = in_.substr(0, host_end());
    in_.remove_prefix(host.size());
    if (!is_special_) {
      if (const char* why = parse_opaque_host(host, out_.host)) return why;
      return out_.host.empty() && in_.starts_with(':') ? empty_host : nullptr;
    }
    return host.empty() ? empty_host : parse_domain_host(host, out_.host);
  }

  const char* take_port() {
    if (!in_.starts_with(':')) return nullptr;
    in_.remove_prefix(1);
    unsigned port = 0;
    bool has_digits = false;
    for (; !in_.empty() && is_digit(in_.front()); in_.remove_prefix(1)) {
      port = port * 10 + static_cast<unsigned>(in_.front() - '0');
      if (port > 65535) return invalid_port;
      has_digits = true;
    }
    if (!in_.empty() && !is_slash(in_.front()) && in_.front() != '?' && in_.front() != '#') {
      return invalid_port;
    }
    const auto value = static_cast<std::uint16_t>(port);
    if (has_digits && default_port(out_.scheme) != value) out_.port = value;
    return nullptr;
  }

  const char* take_file() {
    out_.has_authority = true;
    bool has_host = false;
    if (!in_.starts_with("//")) reading_.violation = "expected // after file:";
    const auto slash_at = [&](std::size_t i) {
      if (in_.size() <= i || !is_slash(in_[i])) return false;
      if (in_[i] == '\\') reading_.violation = backslash;
      return true;
    };
    if (!slash_at(0)) {
      out_.path = "/";
      append_path(out_.path, in_, PathKind::file, has_host, violations_);
    } else if (!slash_at(1)) {
      append_path(out_.path, in_, PathKind::file, has_host, violations_);
    } else {
      in_.remove_prefix(2);
      if (const char* why = take_file_host(has_host)) return why;
    }
    take_query_and_fragment();
    return nullptr;
  }

  const char* take_file_host(bool& has_host) {
    std::string_view host = in_.substr(0, std::min(in_.find_first_of("/\\?#"), in_.size()));
    if (is_drive_letter(host)) host = {};
    in_.remove_prefix(host.size());
    if (!host.empty()) {
      if (const char* why = parse_domain_host(host, out_.host)) return why;
      if (out_.host == "localhost") out_.host.clear();
    }
    has_host = !out_.host.empty();
    if (has_host) {
      append_path_start(out_.path, in_, PathKind::file, has_host, violations_);
      // A drive letter after a host takes its place.
      if (!has_host) out_.host.clear();
    } else {
      out_.path = "/";
      append_path(out_.path, in_, PathKind::file, has_host, violations_);
    }
    return nullptr;
  }

  void take_opaque_path() {
    const std::string_view path = in_.substr(0, std::min(in_.find_first_of("?#"), in_.size()));
    check_code_points(path, in_.substr(path.size()), violations_);
    append_encoded(out_.path, path, EncodeSet::control);
    in_.remove_prefix(path.size());
  }

  void take_query_and_fragment() {
    if (in_.starts_with('?')) {
      const std::string_view query = in_.substr(1, std::min(in_.find('#'), in_.size()) - 1);
      check_code_points(query, in_.substr(query.size() + 1), violations_);
      out_.query.emplace();
      append_encoded(*out_.query, query, is_special_ ? EncodeSet::special_query : EncodeSet::query);
      in_.remove_prefix(query.size() + 1);
    }
    if (!in_.starts_with('#')) return;
    check_fragment(in_.substr(1));
    out_.fragment.emplace();
    append_encoded(*out_.fragment, in_.substr(1), EncodeSet::fragment);
  }

  void check_fragment(std::string_view fragment) {
    for (;;) {
      const std::size_t nul = fragment.find('\0');
      check_code_points(fragment.substr(0, nul), {}, violations_);
      if (nul == fragment.npos) return;
      reading_.violation = "NULL characters are ignored in URL fragment identifiers";
      fragment.remove_prefix(nul + 1);
    }
  }

  [[nodiscard]] PathKind path_kind() const noexcept {
    return is_file_ ? PathKind::file : is_special_ ? PathKind::special : PathKind::other;
  }

  UrlParts& out_;
  UrlReading reading_;
  const char*& violations_;
  std::string cleaned_;
  std::string_view in_;
  bool is_special_ = false;
  bool is_file_ = false;
};

}  // namespace

bool is_special(std::string_view scheme) noexcept {
  return scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss" ||
         scheme == "ftp" || scheme == "file";
}

std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
  if (scheme == "http" || scheme == "ws") return std::uint16_t{80};
  if (scheme == "https" || scheme == "wss") return std::uint16_t{443};
  if (scheme == "ftp") return std::uint16_t{21};
  return std::nullopt;
}

std::string UrlParts::origin_text() const {
  std::string out = scheme + ':';
  if (!has_authority) {
    // A path that begins with two slashes must not look like a host.
    if (path.starts_with("//")) out += "/.";
    return out;
  }
  out += "//";
  out += username;
  if (password) out += ':' + *password;
  if (!username.empty() || password) out += '@';
  out += host;
  if (port) out += ':' + std::to_string(*port);
  return out;
}

std::string UrlParts::tail_text() const {
  std::string out;
  if (query) out += '?' + *query;
  if (fragment) out += '#' + *fragment;
  return out;
}

std::string UrlParts::to_string() const { return origin_text() + path + tail_text(); }

UrlReading read_url(std::string_view text, UrlParts& out) {
  out = {};
  return Reader(text, out).run();
}

const char* set_host(UrlParts& url, std::string_view host) {
  if (url.is_opaque()) return "a cannot-be-a-base URL doesn’t have a host to set";
  const bool needs_domain = is_special(url.scheme);
  if (host.empty() && needs_domain && url.scheme != "file") return empty_host;
  if (!host.starts_with('[') || !host.ends_with(']')) {
    if (host.starts_with(':')) return "invalid domain character";
    host = host.substr(0, host.find(':'));
  }
  std::string parsed;
  const char* why =
      needs_domain ? parse_domain_host(host, parsed) : parse_opaque_host(host, parsed);
  if (why != nullptr) return why;
  url.host = std::move(parsed);
  url.has_authority = true;
  return nullptr;
}

const char* set_port(UrlParts& url, std::uint16_t port) {
  if (url.host.empty() || url.scheme == "file") return empty_host;
  url.port.reset();
  if (default_port(url.scheme) != port) url.port = port;
  return nullptr;
}

void set_path(UrlParts& url, std::string_view path) {
  const bool was_opaque = url.is_opaque();
  url.path.clear();
  if (was_opaque) {
    if (path.starts_with('/')) {
      url.path = "%2F";
      path.remove_prefix(1);
    }
    append_encoded(url.path, path, EncodeSet::control);
    return;
  }
  const PathKind kind = url.scheme == "file"     ? PathKind::file_part
                        : is_special(url.scheme) ? PathKind::special_part
                                                 : PathKind::other_part;
  bool has_host = true;
  const char* ignored = nullptr;
  append_path_start(url.path, path, kind, has_host, ignored);
}

}  // namespace kindred::schema::detail
