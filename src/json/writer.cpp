#include "json/writer.hpp"

#include <charconv>

namespace kindred::json {
namespace {

constexpr char hex[] = "0123456789abcdef";

void append_escape(std::string& out, char c) {
  out += '\\';
  switch (c) {
    case '"':
    case '\\': out += c; return;
    case '\n': out += 'n'; return;
    case '\r': out += 'r'; return;
    case '\t': out += 't'; return;
    case '\b': out += 'b'; return;
    case '\f': out += 'f'; return;
    default:
      out += "u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[c & 15];
  }
}

bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

template <class T>
void append_whole(std::string& out, T v) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, v).ptr);
}

// Fixed notation from 1e-4 up to below 1e16, always with a point, so that it reads back as a
// floating-point number in every language; scientific notation outside.
template <class T>
void append_shortest(std::string& out, T v) {
  char text[40];
  const char* end = std::to_chars(text, text + sizeof text, v, std::chars_format::scientific).ptr;
  std::string_view shortest(text, static_cast<std::size_t>(end - text));  // [-]d[.d*]e(+|-)dd
  const std::size_t e = shortest.find('e');
  int exponent = 0;
  std::from_chars(text + e + (shortest[e + 1] == '+' ? 2 : 1), end, exponent);
  if (exponent < -4 || exponent >= 16) {
    out += shortest;
    return;
  }
  if (shortest.front() == '-') out += '-';
  std::string digits;
  for (const char c : shortest.substr(0, e))
    if (c >= '0' && c <= '9') digits += c;
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += digits;
    return;
  }
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
  out += digits.substr(0, whole);
  out += '.';
  out += digits.substr(whole);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out += text.substr(clean, i - clean);
    append_escape(out, text[i]);
    clean = i + 1;
  }
  out += text.substr(clean);
  out += '"';
}

void append_real(std::string& out, double v) { append_shortest(out, v); }
void append_real(std::string& out, float v) { append_shortest(out, v); }

void Writer::integer(std::int64_t v) {
  element();
  append_whole(out_, v);
}

void Writer::natural(std::uint64_t v) {
  element();
  append_whole(out_, v);
}

void Writer::real(double v) {
  element();
  append_real(out_, v);
}

void Writer::real(float v) {
  element();
  append_real(out_, v);
}

void Writer::string(std::string_view text) {
  element();
  append_string(out_, text);
}

void Writer::raw(std::string_view json) {
  element();
  out_ += json;
}

void Writer::key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += indent_ ? ": " : ":";
  after_key_ = true;
}

void Writer::begin(char bracket, Layout layout) {
  element();
  out_ += bracket;
  const bool inherited = !open_.empty() && open_.back().in_line;
  open_.push_back({inherited || layout == Layout::in_line});
}

void Writer::end(char bracket) {
  const Frame frame = open_.back();
  open_.pop_back();
  if (!frame.is_empty && !frame.in_line) new_line();
  out_ += bracket;
}

void Writer::element() {
  if (after_key_) {
    after_key_ = false;
  } else {
    separate();
  }
}

void Writer::separate() {
  if (open_.empty()) return;
  Frame& frame = open_.back();
  if (!frame.is_empty) out_ += frame.in_line && indent_ ? ", " : ",";
  frame.is_empty = false;
  if (!frame.in_line) new_line();
}

void Writer::new_line() {
  if (!indent_) return;
  out_ += '\n';
  out_.append(open_.size() * indent_, ' ');
}

}  // namespace kindred::json
