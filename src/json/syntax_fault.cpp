#include "json/syntax_fault.hpp"

#include <vector>

namespace kindred::json {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
int hex_of(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A reader that keeps nothing but where it is. Every function returns false behind a fault.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t max_depth, Tokens tokens)
      : text_(text), max_depth_(max_depth), tokens_(tokens) {}

  std::optional<SyntaxFault> run() {
    if (whole()) return std::nullopt;
    return fault_;
  }

 private:
  bool fail(std::string_view what) {
    fault_ = {what, at_};
    return false;
  }
  [[nodiscard]] bool ended() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return text_[at_]; }
  void skip_space() noexcept {
    while (!ended() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')) ++at_;
  }

  bool whole() {
    do {
      skip_space();
      if (!step()) return false;
    } while (!is_done_);
    skip_space();
    return ended() || fail("trailing characters");
  }
  // A value or the beginning of a container, then all that closes behind it.
  bool step() {
    bool opened = false;
    if (!value(opened)) return false;
    if (opened && !close_or_continue_opened()) return false;
    if (opened) return true;
    return after_value();
  }
  bool value(bool& opened) {
    if (ended()) return fail("EOF while parsing a value");
    switch (peek()) {
      case '{':
      case '[':
        if (open_.size() >= max_depth_) return fail("recursion limit exceeded");
        open_.push_back(peek());
        ++at_;
        opened = true;
        return true;
      case '"': return string();
      case 't': return ident("true");
      case 'f': return ident("false");
      case 'n': return ident("null");
      case 'N': return tokens_ == Tokens::strict ? fail("expected value") : ident("NaN");
      case 'I': return tokens_ == Tokens::strict ? fail("expected value") : ident("Infinity");
      default: return is_digit(peek()) || peek() == '-' ? number() : fail("expected value");
    }
  }
  bool close_or_continue_opened() {
    skip_space();
    if (open_.back() == '[') {
      if (ended()) return fail("EOF while parsing a list");
      return peek() != ']' || (++at_, close());
    }
    if (ended()) return fail("EOF while parsing an object");
    if (peek() == '}') return ++at_, close();
    return key();
  }
  bool close() {
    open_.pop_back();
    return after_value();
  }
  bool after_value() {
    while (true) {
      if (open_.empty()) {
        is_done_ = true;
        return true;
      }
      skip_space();
      const bool in_list = open_.back() == '[';
      if (ended())
        return fail(in_list ? "EOF while parsing a list" : "EOF while parsing an object");
      if (peek() == ',') {
        ++at_;
        return after_comma(in_list);
      }
      if (peek() != (in_list ? ']' : '}'))
        return fail(in_list ? "expected `,` or `]`" : "expected `,` or `}`");
      ++at_;
      open_.pop_back();
    }
  }
  bool after_comma(bool in_list) {
    skip_space();
    if (ended()) return fail("EOF while parsing a value");
    if (peek() == (in_list ? ']' : '}')) return fail("trailing comma");
    return in_list || key();
  }
  bool key() {
    if (peek() != '"') return fail("key must be a string");
    if (!string()) return false;
    skip_space();
    if (ended()) return fail("EOF while parsing an object");
    if (peek() != ':') return fail("expected `:`");
    ++at_;
    return true;
  }
  bool ident(std::string_view word) {
    for (const char c : word) {
      if (ended()) return fail("EOF while parsing a value");
      if (peek() != c) return fail("expected ident");
      ++at_;
    }
    return true;
  }
  bool number() {
    if (peek() == '-') {
      ++at_;
      if (!ended() && peek() == 'I' && tokens_ != Tokens::strict) return ident("Infinity");
    }
    if (!digits()) return false;
    if (!ended() && peek() == '.') {
      ++at_;
      if (!digits_of_fraction()) return false;
    }
    if (!ended() && (peek() == 'e' || peek() == 'E')) {
      ++at_;
      if (!ended() && (peek() == '+' || peek() == '-')) ++at_;
      if (!digits_of_fraction()) return false;
    }
    return true;
  }
  // One zero, or digits that begin with another.
  bool digits() {
    if (ended()) return fail("EOF while parsing a value");
    if (!is_digit(peek())) return fail("invalid number");
    if (peek() == '0') {
      ++at_;
      return ended() || !is_digit(peek()) || fail("invalid number");
    }
    while (!ended() && is_digit(peek())) ++at_;
    return true;
  }
  bool digits_of_fraction() {
    if (ended()) return fail("EOF while parsing a value");
    if (!is_digit(peek())) return fail("invalid number");
    while (!ended() && is_digit(peek())) ++at_;
    return true;
  }
  bool string() {
    ++at_;
    while (true) {
      if (ended()) return fail("EOF while parsing a string");
      const auto c = static_cast<unsigned char>(peek());
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c < 0x20) return fail("control character (\\u0000-\\u001F) found while parsing a string");
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++at_;
      } else if (!code_point()) {
        return false;
      }
    }
  }
  bool escape() {
    ++at_;
    if (ended()) return fail("EOF while parsing a string");
    switch (peek()) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': ++at_; return true;
      case 'u': ++at_; return unicode_escape();
      default: return fail("invalid escape");
    }
  }
  bool unicode_escape() {
    unsigned unit = 0;
    if (!hex4(unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) {
      --at_;
      return fail("lone leading surrogate in hex escape");
    }
    if (unit < 0xD800 || unit > 0xDBFF) return true;
    for (const char c : {'\\', 'u'}) {
      if (ended()) return fail("EOF while parsing a string");
      if (peek() != c) return fail("unexpected end of hex escape");
      ++at_;
    }
    if (!hex4(unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return true;
    --at_;
    return fail("lone leading surrogate in hex escape");
  }
  bool hex4(unsigned& unit) {
    if (text_.size() - at_ < 4) {
      at_ = text_.size();
      return fail("EOF while parsing a string");
    }
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = hex_of(peek());
      if (digit < 0) return fail("invalid escape");
      unit = unit << 4 | static_cast<unsigned>(digit);
    }
    return true;
  }
  // Well-formed UTF-8: no overlong forms, no surrogates, at most U+10FFFF.
  bool code_point() {
    const auto lead = static_cast<unsigned char>(peek());
    unsigned low = 0x80;
    unsigned high = 0xBF;
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) return fail("invalid unicode code point");
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    ++at_;
    for (; more > 0; --more, low = 0x80, high = 0xBF, ++at_) {
      if (ended() || static_cast<unsigned char>(peek()) < low ||
          static_cast<unsigned char>(peek()) > high)
        return fail("invalid unicode code point");
    }
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  Tokens tokens_;
  std::size_t at_ = 0;
  std::vector<char> open_;
  bool is_done_ = false;
  SyntaxFault fault_;
};

}  // namespace

std::optional<SyntaxFault> find_syntax_fault(std::string_view text, std::size_t max_depth,
                                             Tokens tokens) {
  return Scanner(text, max_depth, tokens).run();
}

std::string byte_position(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t begin = 0;
  const std::size_t last = offset < text.size() ? offset + 1 : text.size();
  for (std::size_t i = 0; i < last; ++i)
    if (text[i] == '\n') {
      ++line;
      begin = i + 1;
    }
  return "line " + std::to_string(line) + " column " + std::to_string(last - begin);
}

}  // namespace kindred::json
