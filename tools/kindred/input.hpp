// Lines of a file or of standard input, as often as a transaction is run again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace kindred::tool {

class Input {
 public:
  // "-" is standard input; what cannot be read twice is kept in an unnamed temporary file first.
  // Throws Error(missing_store) where there is no such file, Error(permission or io).
  explicit Input(const std::string& path);

  // For messages: the path, or "<stdin>".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Bytes of the whole.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  void rewind();
  // The next line without its end; false at the end of the file. Lives until the next call. A byte
  // order mark in front of the first line is dropped.
  bool next(std::string_view& line);
  // Number of the line that next() gave last, from 1.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  // Bytes given so far.
  [[nodiscard]] std::uint64_t done() const noexcept { return done_; }
  // "name:line"
  [[nodiscard]] std::string where() const;
  // The whole rest, for files that are one document.
  [[nodiscard]] std::string rest();

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  void keep_copy();
  bool fill();
  [[noreturn]] void fail(int code) const;

  std::string name_;
  File file_;
  std::int64_t start_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t done_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace kindred::tool
