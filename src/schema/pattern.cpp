#include "schema/pattern.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "kindred/error.hpp"

namespace kindred::schema::detail {
namespace {

// What Rust's classes mean, all of Unicode; RE2's know ASCII only.
constexpr std::string_view word_class = "\\pL\\pM\\p{Nd}\\p{Pc}";
constexpr std::string_view space_class = "\\s\\x0b\\x{85}\\pZ";

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Rewrites what RE2 spells or means otherwise, in one pass.
class Translator {
 public:
  explicit Translator(std::string_view text) : text_(text) {}
  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void copy(std::size_t count) {
    count = std::min(count, text_.size() - at_);
    out_.append(text_.substr(at_, count));
    at_ += count;
  }
  void replace(std::size_t count, std::string_view by) {
    out_.append(by);
    at_ += count;
  }

  void step() {
    const char c = text_[at_];
    if (c == '\\') return escape();
    if (in_class_) {
      // "[:alpha:]" has a bracket of its own.
      if (c == '[' && peek(1) == ':') return posix_class();
      in_class_ = c != ']';
      return copy(1);
    }
    if (c == '[') return open_class();
    // "(?<name>", which must not be taken for a look-behind.
    if (c == '(' && peek(1) == '?' && peek(2) == '<' && peek(3) != '=' && peek(3) != '!')
      return replace(3, "(?P<");
    copy(1);
  }
  void open_class() {
    in_class_ = true;
    copy(peek(1) == '^' ? 2 : 1);
    // A bracket that comes first is a character.
    if (at_ < text_.size() && text_[at_] == ']') copy(1);
  }
  void posix_class() {
    const std::size_t end = text_.find(":]", at_ + 2);
    copy(end == std::string_view::npos ? 1 : end + 2 - at_);
  }
  void escape() {
    switch (peek(1)) {
      case 'd': return replace(2, "\\p{Nd}");
      case 'D': return replace(2, "\\P{Nd}");
      case 'w': return set(word_class);
      case 's': return set(space_class);
      // Only Python has it, for the end of the text.
      case 'Z': return replace(2, "\\z");
      // Cannot be put into a class: there RE2's own meaning stays.
      case 'W': return in_class_ ? copy(2) : complement(word_class);
      case 'S': return in_class_ ? copy(2) : complement(space_class);
      case 'u': return number(4);
      case 'U': return number(8);
      case 'p':
      case 'P':
      case 'x': return braced();
      default: return copy(2);
    }
  }
  void set(std::string_view members) {
    if (!in_class_) out_ += '[';
    replace(2, members);
    if (!in_class_) out_ += ']';
  }
  void complement(std::string_view members) {
    out_ += "[^";
    replace(2, members);
    out_ += ']';
  }
  // \p{Greek}: what is in braces belongs to the escape.
  void braced() {
    const std::size_t end = peek(2) == '{' ? text_.find('}', at_) : std::string_view::npos;
    copy(end == std::string_view::npos ? 2 : end + 1 - at_);
  }
  // \u00e9, \U000000e9, \u{e9}
  void number(std::size_t digits) {
    if (peek(2) == '{') {
      out_ += "\\x";
      at_ += 2;
      return;
    }
    for (std::size_t i = 0; i < digits; ++i)
      if (!is_hex(peek(2 + i))) return copy(2);
    out_.append("\\x{").append(text_.substr(at_ + 2, digits)) += '}';
    at_ += 2 + digits;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

re2::RE2::Options options() {
  re2::RE2::Options out;
  out.set_log_errors(false);
  // Of program and caches together; patterns come from descriptions, which may be input.
  out.set_max_mem(4 << 20);
  return out;
}

}  // namespace

Pattern::Pattern(std::string_view text) : compiled_(Translator(text).run(), options()) {}

bool Pattern::search(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_);
}

std::shared_ptr<const Pattern> compile_pattern(std::string_view text) {
  auto out = std::make_shared<const Pattern>(text);
  if (out->ok()) return out;
  throw UsageError("pattern '" + std::string(text) + "' cannot be used: " + out->why_not() +
                   "; write it without look-around and back-references, and not too large");
}

}  // namespace kindred::schema::detail
