// A directory of its own for a test, removed with everything in it at the end of the scope.
//
// It lies in KINDRED_TEST_DIR where that is set, else in the system's temporary directory: set it
// to a real disk where that one is memory and durability matters.
//
// Threads: each object belongs to one thread; any number may exist, in any number of processes. A
// child process that forks out of a test must leave with _exit, or it removes its parent's files.
#pragma once

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace kindred::support {

class TempDir {
 public:
  // Throws std::system_error where the directory cannot be made.
  TempDir() {
    const char* asked = std::getenv("KINDRED_TEST_DIR");
    const std::filesystem::path base = asked != nullptr && *asked != '\0'
                                           ? std::filesystem::path(asked)
                                           : std::filesystem::temp_directory_path();
    std::string pattern = (base / "kindred-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    }
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  // The path of `name` inside, as the string that a store URL wants.
  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace kindred::support
