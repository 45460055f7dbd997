// Where data goes: standard output, a pager over it, or a file.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace kindred::tool {

enum class Paging { off, on };

// Buffered. Throws OutputClosed where the reader went away, Error(no_space or io) where writing
// fails, Error(cancelled) once a signal asked to stop. One thread.
class Output {
 public:
  // Standard output. With paging, text of more than `screen_lines` lines goes to KINDRED_PAGER,
  // else PAGER, else less.
  Output(Paging paging, std::size_t screen_lines);
  // A file, made or emptied. Throws Error(permission or io).
  explicit Output(const std::string& path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);
  // Everything out; the file closed, the pager waited for. Must be called: what is still buffered
  // is otherwise lost.
  void finish();

 private:
  void flush();
  void start_pager();
  void write_through(std::string_view text);

  std::string name_;
  int descriptor_;
  bool owned_ = false;
  Paging paging_ = Paging::off;
  std::size_t screen_lines_ = 0;
  std::size_t lines_ = 0;
  pid_t pager_ = -1;
  std::string buffer_;
};

}  // namespace kindred::tool
