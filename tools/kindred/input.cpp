#include "tools/kindred/input.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "kindred/error.hpp"
#include "tools/kindred/interrupt.hpp"

namespace kindred::tool {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10;
// Far above any row that a store takes: what is longer is not a line of data.
constexpr std::size_t max_line = std::size_t{256} << 20;

}  // namespace

Input::Input(const std::string& path) : name_(path == "-" ? "<stdin>" : path) {
  if (path == "-") {
    const int copy = ::dup(STDIN_FILENO);
    if (copy < 0) fail(errno);
    file_.reset(::fdopen(copy, "rb"));
  } else {
    file_.reset(std::fopen(path.c_str(), "rbe"));
  }
  if (!file_) fail(errno);
  struct stat about {};
  if (::fstat(::fileno(file_.get()), &about) != 0) fail(errno);
  if (S_ISDIR(about.st_mode)) fail(EISDIR);
  if (S_ISREG(about.st_mode)) {
    start_ = ::lseek(::fileno(file_.get()), 0, SEEK_CUR);
    if (start_ < 0) fail(errno);
    size_ = about.st_size > start_ ? static_cast<std::uint64_t>(about.st_size - start_) : 0;
  } else {
    keep_copy();
  }
  rewind();
}

void Input::keep_copy() {
  File copy(std::tmpfile());
  if (!copy) fail(errno);
  std::string chunk(chunk_size, '\0');
  for (;;) {
    check_interrupted();
    const ssize_t got = ::read(::fileno(file_.get()), chunk.data(), chunk.size());
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      fail(errno);
    }
    const auto bytes = static_cast<std::size_t>(got);
    if (std::fwrite(chunk.data(), 1, bytes, copy.get()) != bytes) fail(errno);
    size_ += bytes;
  }
  if (std::fflush(copy.get()) != 0) fail(errno);
  file_ = std::move(copy);
  start_ = 0;
}

void Input::rewind() {
  if (::lseek(::fileno(file_.get()), static_cast<off_t>(start_), SEEK_SET) < 0) fail(errno);
  line_ = 0;
  done_ = 0;
  buffer_.clear();
  at_ = 0;
  ended_ = false;
}

bool Input::fill() {
  if (ended_) return false;
  check_interrupted();
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t held = buffer_.size();
  if (held > max_line)
    throw ValidationError(fmt::format("{}:{}", name_, line_ + 1),
                          "the line is longer than 256 MiB: one object a line is expected");
  buffer_.resize(held + chunk_size);
  ssize_t got = -1;
  while ((got = ::read(::fileno(file_.get()), buffer_.data() + held, chunk_size)) < 0) {
    if (errno != EINTR) fail(errno);
    check_interrupted();
  }
  buffer_.resize(held + static_cast<std::size_t>(got));
  ended_ = got == 0;
  return !ended_;
}

bool Input::next(std::string_view& line) {
  std::size_t searched = 0;
  std::size_t end = std::string::npos;
  for (;;) {
    end = buffer_.find('\n', at_ + searched);
    if (end != std::string::npos) break;
    searched = buffer_.size() - at_;
    if (!fill()) break;
  }
  if (end == std::string::npos && at_ == buffer_.size()) return false;
  const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
  line = std::string_view(buffer_).substr(at_, stop - at_);
  const std::size_t after = end == std::string::npos ? stop : stop + 1;
  done_ += after - at_;
  at_ = after;
  ++line_;
  if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  return true;
}

std::string Input::where() const { return fmt::format("{}:{}", name_, line_); }

std::string Input::rest() {
  while (fill()) {
  }
  std::string out = buffer_.substr(at_);
  done_ += out.size();
  at_ = buffer_.size();
  if (out.starts_with("\xEF\xBB\xBF")) out.erase(0, 3);
  return out;
}

void Input::fail(int code) const {
  throw Error(code == ENOENT   ? ErrorCode::missing_store
              : code == EACCES ? ErrorCode::permission
                               : ErrorCode::io,
              fmt::format("cannot read {}: {}", name_, std::strerror(code)));
}

}  // namespace kindred::tool
