// JSON text into a string, through a small buffer in front of it: room is made once for each value,
// then bytes are stored plainly. (A std::string grows by writing zeros or by copying; copying warm
// blocks is the cheaper of the two.)
//
// The caller keeps the order of calls: element() or member() before each item, the key of a dict
// right behind element(). Texts are checked to be UTF-8. Call finish() at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

class JsonOut {
 public:
  // Everything becomes what JSON has.
  static constexpr bool keeps_types = false;

  JsonOut(std::string& out, unsigned indent, bool ensure_ascii)
      : out_(out), indent_(indent), is_ascii_(ensure_ascii), is_plain_(!indent && !ensure_ascii) {}
  JsonOut(const JsonOut&) = delete;
  JsonOut& operator=(const JsonOut&) = delete;
  // Gives the rest of the buffer to the string.
  void finish() {
    out_.append(start_, static_cast<std::size_t>(at_ - start_));
    at_ = start_;
  }

  void null() { literal("null"); }
  void boolean(bool v) { v ? literal("true") : literal("false"); }
  void integer(std::int64_t v) { at_ = put_integer(at_, v); }
  void big(const BigInt& v) { copy(v.digits); }
  void floating(double v, inf_nan_form form);
  void text(std::string_view text);
  // Of microseconds since 1970.
  void utc(std::int64_t micros) { at_ = put_utc(at_, micros); }

  // Of the list that was begun last, `count` items will be written, `done` of them are: what the
  // string's growth is estimated from. `done` must live until the list ends. One list is watched at
  // a time, the outermost long one.
  void expect(const std::size_t& done, std::size_t count) {
    constexpr std::size_t many = 64;
    if (watched_.done != nullptr || count < many) return;
    watched_ = {&done, count, depth_, out_.size() + static_cast<std::size_t>(at_ - start_)};
  }
  void begin_list(Sequence::Form) { begin('['); }
  void end_list(bool is_empty) {
    if (depth_ == watched_.depth) watched_ = {};
    end(']', is_empty);
  }
  void begin_dict() { begin('{'); }
  void end_dict(bool is_empty) { end('}', is_empty); }
  void element(bool is_first) {
    room(1);
    if (!is_first) *at_++ = ',';
    if (indent_ != 0) new_line();
  }
  // Neither indented nor escaped to ASCII: members' keys are what finish() made of them.
  [[nodiscard]] bool is_plain() const noexcept { return is_plain_; }
  void member(bool is_first, std::string_view name) {
    element(is_first);
    key(name);
  }
  void key(std::string_view name) {
    text(name);
    indent_ != 0 ? literal(": ") : literal(":");
  }

 private:
  friend class JsonCursor;
  void room(std::size_t n) { at_ = room(at_, n); }
  [[nodiscard]] char* room(char* at, std::size_t n) {
    if (static_cast<std::size_t>(end_ - at) < n) [[unlikely]] {
      at_ = at;
      make_room(n);
      return at_;
    }
    return at;
  }
  // As integer() and the others, but from `at`; each returns where it ended.
  [[nodiscard]] char* put_integer(char* at, std::int64_t v);
  [[nodiscard]] char* put_text(char* at, std::string_view text);  // not to ASCII
  [[nodiscard]] char* put_utc(char* at, std::int64_t micros);
  void copy(std::string_view text) {
    room(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    room(N);
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }
  void begin(char bracket) {
    room(1);
    *at_++ = bracket;
    ++depth_;
  }
  void end(char bracket, bool is_empty) {
    --depth_;
    if (indent_ != 0 && !is_empty) new_line();
    room(1);
    *at_++ = bracket;
  }
  void new_line();
  [[nodiscard]] char* escaped(std::string_view text, const char* from, char* at);
  void ascii(std::string_view text);
  void make_room(std::size_t n);
  void grow(std::size_t more);

  std::string& out_;
  unsigned indent_;
  bool is_ascii_;
  bool is_plain_;
  std::size_t depth_ = 0;
  struct Watched {
    const std::size_t* done = nullptr;
    std::size_t count = 0;
    std::size_t depth = 0;
    std::size_t begin = 0;  // of its text
  };
  Watched watched_;
  std::string scratch_;
  std::unique_ptr<char[]> large_;
  char block_[16384];
  char* start_ = block_;
  char* at_ = block_;
  char* end_ = block_ + sizeof block_;
};

// A JsonOut that is_plain(), of which the place to write at is a local variable: kept in a register
// from value to value, not stored and loaded again. What others write to the JsonOut meanwhile goes
// through aside(). Call finish() at the end.
class JsonCursor {
 public:
  static constexpr bool keeps_types = false;

  explicit JsonCursor(JsonOut& out) : out_(out), at_(out.at_) {}
  JsonCursor(const JsonCursor&) = delete;
  JsonCursor& operator=(const JsonCursor&) = delete;
  // Calls what writes to the JsonOut itself.
  template <class Write>
  void aside(Write&& write) {
    finish();
    write();
    at_ = out_.at_;
  }
  void finish() { out_.at_ = at_; }

  void null() { literal("null"); }
  void boolean(bool v) { v ? literal("true") : literal("false"); }
  void integer(std::int64_t v) { at_ = out_.put_integer(at_, v); }
  void floating(double v, inf_nan_form form) {
    aside([&] { out_.floating(v, form); });
  }
  void text(std::string_view text) { at_ = out_.put_text(at_, text); }
  void utc(std::int64_t micros) { at_ = out_.put_utc(at_, micros); }
  void begin_list(Sequence::Form) { bracket('['); }
  void end_list(bool) { bracket(']'); }
  void begin_dict() { bracket('{'); }
  void end_dict(bool) { bracket('}'); }
  void element(bool is_first) {
    if (!is_first) bracket(',');
  }
  void member(bool is_first, const Model::Out& made) {
    // Copies are whole blocks of 16; the literal is padded to that.
    char* const at = out_.room(at_, made.length + 16);
    const char* const from = made.literal + is_first;
    const std::size_t length = made.length - is_first;
    std::memcpy(at, from, 16);
    for (std::size_t i = 16; i < length; i += 16) std::memcpy(at + i, from + i, 16);
    at_ = at + length;
  }

 private:
  void bracket(char c) {
    at_ = out_.room(at_, 1);
    *at_++ = c;
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    at_ = out_.room(at_, N);
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }

  JsonOut& out_;
  char* at_;
};

}  // namespace kindred::schema::detail
