// A JSON text as a RapidJSON stream: bounded, read-only, and zero-copy for strings without escapes.
//
// RapidJSON's in-situ mode asks the stream where a string begins (PutBegin), puts the decoded
// characters, and asks for the length (PutEnd). This stream answers PutBegin by finding the end of
// the string itself, 16 bytes at a time. A string without escapes reaches the handler as a pointer
// into the text; one with escapes is decoded into a scratch buffer. The text is never written, so
// any part of it can be read again later.
//
// RAPIDJSON_SSE2 must stay undefined: RapidJSON 1.1 then takes raw control characters and reads
// beyond the end. StreamTraits::copyOptimization must stay 0: with 1 parsing is 65 % slower.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include <rapidjson/reader.h>

namespace kindred::json {

// First of '"', '\\' or a control character in [p, end); `end` where there is none.
[[gnu::always_inline]] inline const char* string_stop(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i slash = _mm_set1_epi8('\\');
  const __m128i last = _mm_set1_epi8(0x1f);
  for (; end - p >= 16; p += 16) {
    const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hit =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(s, quote), _mm_cmpeq_epi8(s, slash)),
                     _mm_cmpeq_epi8(_mm_max_epu8(s, last), last));
    if (const int mask = _mm_movemask_epi8(hit))
      return p + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  for (; p != end; ++p)
    if (*p == '"' || *p == '\\' || static_cast<unsigned char>(*p) < 0x20) return p;
  return end;
}

class TextStream {
 public:
  using Ch = char;

  // `text` and `scratch` must outlive the stream and the strings that it gives.
  TextStream(std::string_view text, std::string& scratch)
      : p_(text.data()), begin_(text.data()), end_(text.data() + text.size()), scratch_(&scratch) {}

  Ch Peek() const { return p_ != end_ ? *p_ : '\0'; }
  Ch Take() { return *p_++; }  // only behind a Peek that was not the end
  std::size_t Tell() const { return static_cast<std::size_t>(p_ - begin_); }
  [[gnu::always_inline]] Ch* PutBegin() {
    const char* stop = string_stop(p_, end_);
    length_ = static_cast<std::size_t>(stop - p_);
    head_ = p_;
    p_ = stop;
    if (stop == end_ || *stop != '\\') [[likely]] {
      put_ = nullptr;
      return const_cast<Ch*>(head_);
    }
    return into_scratch();
  }
  void Put(Ch c) {  // without escapes the only call is the closing NUL
    if (put_ != nullptr) *put_++ = c;
  }
  std::size_t PutEnd(Ch* head) {
    if (put_ == nullptr) return length_ + 1;
    find_lone_surrogate(head);
    return static_cast<std::size_t>(put_ - head);
  }
  void Flush() {}
  [[gnu::always_inline]] void skip_space() {
    while (p_ != end_ && static_cast<unsigned char>(*p_) <= ' ' &&
           (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t'))
      ++p_;
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return {begin_, static_cast<std::size_t>(end_ - begin_)};
  }
  void seek(std::size_t at) noexcept { p_ = begin_ + at; }
  // Whether a string had the second half of a surrogate pair without the first one, which RapidJSON
  // takes for a character.
  [[nodiscard]] bool has_lone_surrogate() const noexcept { return has_lone_surrogate_; }
  // Where the string or number that was just reported begins.
  [[nodiscard]] std::size_t string_begin() const noexcept {
    return static_cast<std::size_t>(head_ - begin_) - 1;
  }
  [[nodiscard]] std::size_t number_begin() const noexcept {
    const char* q = p_;
    while (q != begin_ && is_of_number(q[-1])) --q;
    return static_cast<std::size_t>(q - begin_);
  }

 private:
  // Also the letters of NaN and Infinity.
  static bool is_of_number(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
           ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  }
  [[gnu::noinline]] void find_lone_surrogate(const Ch* head) noexcept {
    for (const Ch* q = head; q + 1 < put_; ++q)
      if (*q == '\xED' && static_cast<unsigned char>(q[1]) >= 0xA0) has_lone_surrogate_ = true;
  }
  [[gnu::noinline]] Ch* into_scratch() {
    std::size_t room = length_;  // at most what stands before the closing quote
    for (const char* q = p_; q < end_ && *q != '"'; ++q, ++room)
      if (*q == '\\') {
        ++q;
        ++room;
      }
    scratch_->resize(room + 2);
    put_ = scratch_->data();
    for (std::size_t i = 0; i != length_; ++i) *put_++ = head_[i];
    return scratch_->data();
  }

  const char* p_;
  const char* begin_;
  const char* end_;
  const char* head_ = nullptr;
  std::size_t length_ = 0;
  char* put_ = nullptr;
  bool has_lone_surrogate_ = false;
  std::string* scratch_;
};

}  // namespace kindred::json

namespace rapidjson {
template <>
inline void SkipWhitespace(kindred::json::TextStream& stream) {
  stream.skip_space();
}
}  // namespace rapidjson
