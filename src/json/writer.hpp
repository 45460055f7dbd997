// JSON text, written piece by piece into a string.
//
// Compact form: nothing after ',' and ':'. Escaped are '"', '\\' and the control characters (\n,
// \r, \t, \b, \f, else \u00xx in lower case); everything else stands as it is, in UTF-8.
//
// The caller keeps the order of calls: in an object a key before each value, every begin with its
// end. Text must be valid UTF-8. Threads: one writer belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::json {

enum class Layout : std::uint8_t {
  spread,   // with an indent: each element on a line of its own
  in_line,  // on one line, also inside a spread one
};

class Writer {
 public:
  // Appends to `out`, which must outlive the writer. `indent` 0 writes the compact form.
  explicit Writer(std::string& out, unsigned indent = 0) : out_(out), indent_(indent) {}

  void begin_object(Layout layout = Layout::spread) { begin('{', layout); }
  void end_object() { end('}'); }
  void begin_array(Layout layout = Layout::spread) { begin('[', layout); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void null() { raw("null"); }
  void boolean(bool v) { raw(v ? "true" : "false"); }
  void integer(std::int64_t v);
  void natural(std::uint64_t v);
  // The shortest digits that read back as the same number: 0.1, 3.0, 1e+22. Precondition: finite.
  void real(double v);
  void real(float v);
  void string(std::string_view text);
  // Text that is JSON already.
  void raw(std::string_view json);

 private:
  struct Frame {
    bool in_line = false;
    bool is_empty = true;
  };
  void begin(char bracket, Layout layout);
  void end(char bracket);
  void element();
  void separate();
  void new_line();

  std::string& out_;
  unsigned indent_;
  bool after_key_ = false;
  std::vector<Frame> open_;
};

// `text` in quotes.
void append_string(std::string& out, std::string_view text);
// As Writer::real.
void append_real(std::string& out, double v);
void append_real(std::string& out, float v);

}  // namespace kindred::json
