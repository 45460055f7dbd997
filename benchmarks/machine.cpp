#include "machine.hpp"

#include <stdlib.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace kindred::bench {
namespace {

// The value of the first line "name : value" of a file under /proc.
std::string proc_value(const char* file, std::string_view name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const auto start = line.find_first_not_of(" \t", colon + 1);
    return start == line.npos ? "" : line.substr(start);
  }
  return "unknown";
}

std::string file_system(const std::filesystem::path& dir) {
  struct statfs info {};
  if (::statfs(dir.c_str(), &info) != 0) return "unknown";
  switch (static_cast<unsigned long>(info.f_type) & 0xffffffffUL) {
    case 0xef53: return "ext4";
    case 0x01021994: return "tmpfs";
    case 0x58465342: return "xfs";
    case 0x9123683e: return "btrfs";
    case 0x794c7630: return "overlayfs";
    case 0x2fc12fc1: return "zfs";
    case 0x6969: return "nfs";
    default: break;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "type 0x%lx", static_cast<unsigned long>(info.f_type));
  return text.data();
}

std::string compiler() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#else
  return std::string("g++ ") + __VERSION__;
#endif
}

constexpr std::string_view optimised() {
#if defined(__OPTIMIZE__)
  return "optimised";
#else
  return "NOT OPTIMISED: these figures mean nothing";
#endif
}

}  // namespace

std::string describe_machine(const std::filesystem::path& dir) {
  struct utsname system {};
  ::uname(&system);
  std::array<double, 3> load{};
  std::array<char, 64> load_text{};
  if (::getloadavg(load.data(), 3) == 3) {
    std::snprintf(load_text.data(), load_text.size(), "%.1f %.1f %.1f", load[0], load[1], load[2]);
  }
  std::string memory = proc_value("/proc/meminfo", "MemTotal");
  if (const auto kilobytes = std::strtoull(memory.c_str(), nullptr, 10); kilobytes != 0) {
    memory = std::to_string(kilobytes >> 20) + " GiB";
  }
  return "processor  " + std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + " x " +
         proc_value("/proc/cpuinfo", "model name") + "\nmemory     " + memory + "\nsystem     " +
         system.sysname + ' ' + system.release + ' ' + system.machine + ", load " +
         load_text.data() + "\ncompiler   " + compiler() + ", " + std::string(optimised()) +
         "\nstores in  " + dir.string() + " (" + file_system(dir) + ")\n";
}

ScratchFolder::ScratchFolder(const std::filesystem::path& parent) {
  std::string pattern = (parent / "kindred-bench.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder in " + parent.string() + ": " +
                             std::strerror(errno) + "; name another with --dir");
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path program_folder() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::current_path() : program.parent_path();
}

}  // namespace kindred::bench
