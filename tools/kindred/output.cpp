#include "tools/kindred/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "kindred/error.hpp"
#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/interrupt.hpp"

namespace kindred::tool {
namespace {

constexpr std::size_t buffer_size = std::size_t{64} << 10;

const char* pager_command() {
  for (const char* name : {"KINDRED_PAGER", "PAGER"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "if command -v less >/dev/null; then exec less -FIRX; else exec cat; fi";
}

}  // namespace

Output::Output(Paging paging, std::size_t screen_lines)
    : name_("standard output"),
      descriptor_(STDOUT_FILENO),
      paging_(paging),
      screen_lines_(screen_lines) {}

Output::Output(const std::string& path)
    : name_(path),
      descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    const int code = errno;
    throw Error(
        code == EACCES || code == EROFS || code == EPERM ? ErrorCode::permission : ErrorCode::io,
        fmt::format("cannot write {}: {}", path, std::strerror(code)));
  }
  owned_ = true;
}

Output::~Output() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  if (pager_ > 0) ::waitpid(pager_, nullptr, 0);
}

void Output::write(std::string_view text) {
  buffer_ += text;
  if (paging_ == Paging::on && pager_ < 0) {
    lines_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines_ >= screen_lines_) start_pager();
  } else if (buffer_.size() >= buffer_size) {
    flush();
  }
}

void Output::finish() {
  flush();
  if (owned_) {
    owned_ = false;
    if (::close(descriptor_) != 0)
      throw Error(ErrorCode::io, fmt::format("cannot write {}: {}", name_, std::strerror(errno)));
  }
  if (pager_ > 0) {
    // An interrupt belongs to the pager while it runs.
    while (::waitpid(pager_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pager_ = -1;
  }
}

void Output::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void Output::write_through(std::string_view text) {
  while (!text.empty()) {
    check_interrupted();
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      throw OutputClosed();
    } else if (errno != EINTR) {
      const int code = errno;
      throw Error(code == ENOSPC || code == EDQUOT ? ErrorCode::no_space : ErrorCode::io,
                  fmt::format("cannot write {}: {}", name_, std::strerror(code)));
    }
  }
}

void Output::start_pager() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    paging_ = Paging::off;
    return;
  }
  const char* command = pager_command();
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    ::dup2(ends[0], STDIN_FILENO);
    ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[0]);
  if (child < 0) {
    ::close(ends[1]);
    paging_ = Paging::off;
    return;
  }
  pager_ = child;
  name_ = "the pager";
  descriptor_ = ends[1];
  owned_ = true;
}

}  // namespace kindred::tool
