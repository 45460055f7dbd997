#include "src/schema/url_path.hpp"

#include <algorithm>

#include "src/schema/url_host.hpp"
#include "src/schema/utf8_text.hpp"

namespace kindred::schema::detail {
namespace {

constexpr bool is_file(PathKind kind) noexcept {
  return kind == PathKind::file || kind == PathKind::file_part;
}
constexpr bool is_special(PathKind kind) noexcept {
  return kind != PathKind::other && kind != PathKind::other_part;
}
constexpr bool is_part(PathKind kind) noexcept {
  return kind == PathKind::other_part || kind == PathKind::special_part ||
         kind == PathKind::file_part;
}

constexpr bool is_hex(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool is_url_code_point(char32_t c) noexcept {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!$&'()*+,-./:;=?@_~").find(static_cast<char>(c)) !=
               std::string_view::npos;
  }
  return c >= 0xA0 && (c < 0xFDD0 || c > 0xFDEF) && (c & 0xFFFE) != 0xFFFE &&
         (c < 0xE0000 || c > 0xE0FFF);
}

// Takes a dot, also percent-encoded, off the front.
bool take_dot(std::string_view& segment) noexcept {
  for (const std::string_view dot : {".", "%2e", "%2E"}) {
    if (segment.starts_with(dot)) {
      segment.remove_prefix(dot.size());
      return true;
    }
  }
  return false;
}

// 1 for ".", 2 for "..", 0 for every other segment.
int dots_in(std::string_view segment) noexcept {
  if (!take_dot(segment)) return 0;
  if (segment.empty()) return 1;
  return take_dot(segment) && segment.empty() ? 2 : 0;
}

bool is_normal_drive_letter(std::string_view segment) noexcept {
  return is_drive_letter(segment) && segment[1] == ':';
}

// Whether the slash at the end of `path` ends a segment that ".." may take away: one that is not
// the root, nor a drive letter.
bool ends_removable_segment(std::string_view path) noexcept {
  const std::size_t slash = path.substr(0, path.size() - 1).rfind('/');
  if (slash == path.npos) return false;
  const std::string_view segment = path.substr(slash + 1, path.size() - slash - 2);
  return !is_drive_letter(segment);
}

void drop_last_segment(std::string& path, PathKind kind) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return;
  if (is_file(kind) && is_normal_drive_letter(std::string_view(path).substr(slash + 1))) return;
  path.resize(slash + 1);
}

// Takes "." or ".." off, which begin at `start`, and for the latter the segment before.
void resolve_dots(std::string& path, std::size_t start, int dots, bool has_slash, PathKind kind) {
  path.resize(start);
  if (dots == 2) {
    if (path.ends_with('/') && ends_removable_segment(path)) path.pop_back();
    drop_last_segment(path, kind);
    if (!has_slash) return;
  }
  if (!path.ends_with('/')) path += '/';
}

}  // namespace

bool is_drive_letter(std::string_view segment) noexcept {
  if (segment.size() != 2) return false;
  const char c = segment.front();
  return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
         (segment[1] == ':' || segment[1] == '|');
}

void check_code_points(std::string_view text, std::string_view after, const char*& violation) {
  while (!text.empty()) {
    if (text.front() != '%') {
      if (!is_url_code_point(take_code_point(text))) violation = "non-URL code point";
      continue;
    }
    text.remove_prefix(1);
    const auto next = [&](std::size_t i) {
      if (i < text.size()) return text[i];
      return i - text.size() < after.size() ? after[i - text.size()] : '\0';
    };
    if (!is_hex(next(0)) || !is_hex(next(1))) violation = "expected 2 hex digits after %";
  }
}

void append_path(std::string& path, std::string_view& in, PathKind kind, bool& has_host,
                 const char*& violation) {
  const std::string_view ends =
      is_special(kind) ? (is_part(kind) ? "/\\" : "/\\?#") : (is_part(kind) ? "/" : "/?#");
  for (bool has_slash = true; has_slash;) {
    const std::size_t start = path.size();
    const std::size_t length = std::min(in.find_first_of(ends), in.size());
    check_code_points(in.substr(0, length), in.substr(length), violation);
    append_encoded(path, in.substr(0, length), EncodeSet::path);
    in.remove_prefix(length);
    has_slash = !in.empty() && (in.front() == '/' || in.front() == '\\');
    const std::string_view segment = std::string_view(path).substr(start);
    const int dots = dots_in(segment);
    const bool is_drive = dots == 0 && is_file(kind) && start == 1 && is_drive_letter(segment);
    if (has_slash) {
      if (in.front() == '\\') violation = backslash;
      in.remove_prefix(1);
    }
    if (dots != 0) {
      resolve_dots(path, start, dots, has_slash, kind);
      continue;
    }
    if (is_drive) {
      path.back() = ':';
      if (has_host) violation = "file: with host and Windows drive letter";
      has_host = false;
    }
    if (has_slash) path += '/';
  }
  if (is_file(kind)) {
    const std::size_t first = std::min(path.find_first_not_of('/'), path.size());
    path.replace(0, first, 1, '/');
  }
}

void append_path_start(std::string& path, std::string_view& in, PathKind kind, bool& has_host,
                       const char*& violation) {
  const char first = in.empty() ? '\0' : in.front();
  if (is_special(kind)) {
    if (first == '\\') violation = backslash;
    path = '/';
    if (first == '/' || first == '\\') in.remove_prefix(1);
  } else {
    if (in.empty() || first == '?' || first == '#') return;
    if (first != '/') path = '/';
  }
  append_path(path, in, kind, has_host, violation);
}

}  // namespace kindred::schema::detail
