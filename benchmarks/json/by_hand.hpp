// What a program without a library for models writes on RapidJSON: a handler of events for one
// struct with its checks in place, a walk over RapidJSON's tree, and calls of its writer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "users.hpp"

namespace kindred::bench {

enum class HandStream {
  text,       // src/json's TextStream: no copies of strings. The text is checked to be UTF-8
  unchecked,  // the same without that check
  ordinary,   // RapidJSON's StringStream, without that check
};

// Each throws std::runtime_error where the text is no array of valid users. Items and their strings
// that `out` has already are used again.
void users_by_handler(const std::string& text, std::vector<PlainUser>& out, HandStream stream);
void users_by_tree(const std::string& text, std::vector<PlainUser>& out);

// Reads the text and does nothing with it.
enum class Idle {
  plain,    // RapidJSON's StringStream and default flags
  checked,  // the same, checking UTF-8 and reading numbers exactly
  text,     // over TextStream
};
void read_idly(const std::string& text, Idle how);

// A RapidJSON buffer with its writer's output.
class WriterBuffer {
 public:
  WriterBuffer();
  ~WriterBuffer();
  WriterBuffer(const WriterBuffer&) = delete;
  WriterBuffer& operator=(const WriterBuffer&) = delete;

  // From the beginning, in the memory that it has.
  void write(const std::vector<JsonUser>& users);
  // From the beginning, in new memory.
  void write_anew(const std::vector<JsonUser>& users);
  [[nodiscard]] std::string_view text() const;

 private:
  struct Buffer;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace kindred::bench
