// URLs in parts, as the URL standard reads them (without a base).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kindred::schema::detail {

// Host names and default ports belong to http, https, ws, wss, ftp; "file" is special too.
bool is_special(std::string_view scheme) noexcept;
std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept;

struct UrlParts {
  std::string scheme;
  bool has_authority = false;  // "//" follows the scheme
  std::string username;
  std::optional<std::string> password;
  std::string host;                   // empty: none
  std::optional<std::uint16_t> port;  // not the scheme's own
  std::string path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  // The scheme is followed by a path that is no list of segments: "mailto:ann@example.org".
  [[nodiscard]] bool is_opaque() const noexcept { return !has_authority && !path.starts_with('/'); }
  // Up to the path: scheme, user, host and port.
  [[nodiscard]] std::string origin_text() const;
  // What follows the path.
  [[nodiscard]] std::string tail_text() const;
  [[nodiscard]] std::string to_string() const;
};

struct UrlReading {
  const char* error = nullptr;      // why it is no URL
  const char* violation = nullptr;  // the last thing that a writer of URLs must not do
};
UrlReading read_url(std::string_view text, UrlParts& out);

// In place of the parts that a URL has. They return why not, or nullptr.
const char* set_host(UrlParts& url, std::string_view host);
const char* set_port(UrlParts& url, std::uint16_t port);
void set_path(UrlParts& url, std::string_view path);

}  // namespace kindred::schema::detail
