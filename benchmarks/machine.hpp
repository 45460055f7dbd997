// Where a measurement was made.
#pragma once

#include <filesystem>
#include <string>

namespace kindred::bench {

// Processor, memory, system, compiler, load, and the file system of `dir`; one fact a line.
[[nodiscard]] std::string describe_machine(const std::filesystem::path& dir);

// A folder of its own that goes away with the object.
class ScratchFolder {
 public:
  // Below `parent`. Throws std::runtime_error naming it where that cannot be.
  explicit ScratchFolder(const std::filesystem::path& parent);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The folder that this program lies in.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace kindred::bench
