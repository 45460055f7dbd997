// Files that tests read: of the source tree, and of the folder "shared" beside it, which holds
// datasets and behaviour cases and need not be there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kindred::support {

// The root of the source tree.
inline std::filesystem::path source_root() { return KINDRED_SOURCE_ROOT; }

// The path of `name` in ../shared, seen from the source tree. Where it is missing: empty, and a
// line on standard error says what is skipped.
inline std::optional<std::filesystem::path> shared_file(std::string_view name) {
  std::filesystem::path path = source_root().parent_path() / "shared" / name;
  if (std::filesystem::exists(path)) return path;
  std::cerr << "skipped: ../shared/" << name << " is not there\n";
  return std::nullopt;
}

// All bytes of a file. Throws std::runtime_error naming the file that cannot be read.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Replaces a file by these bytes. Throws std::runtime_error naming the file that cannot be written.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace kindred::support
