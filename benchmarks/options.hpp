// The command line of kindred-bench.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kindred::bench {

struct Options {
  std::vector<std::int64_t> rows;       // tables of so many rows, one after another
  std::vector<std::string> workloads;   // empty: all
  std::vector<std::string> contenders;  // empty: all
  int repetitions = 5;
  bool quick = false;
  bool list = false;
  bool help = false;
  std::optional<std::filesystem::path> json;   // "-" is standard output
  std::optional<std::filesystem::path> dir;    // where the stores go
  std::optional<std::filesystem::path> users;  // the JSON rows' text is written there, that is all

  // Of the JSON rows, which run once: what --rows says.
  [[nodiscard]] std::int64_t json_records() const {
    return rows.size() == 1 ? rows.front() : 100'000;
  }
};

// A command line that makes no sense.
class BadArguments : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] Options parse(int argc, const char* const* argv);
[[nodiscard]] const char* usage();

}  // namespace kindred::bench
