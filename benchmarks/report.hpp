// What is printed: a table for people and JSON lines for programs.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "runner.hpp"
#include "workload.hpp"

namespace kindred::bench {

// One line of the table. Ratios are empty where the contender to compare with did not run.
struct Line {
  std::string workload;
  std::string contender;
  std::int64_t rows = 0;
  std::uint64_t operations = 0;
  Clock clock = Clock::cpu;
  double nanoseconds = 0, least = 0, most = 0;
  std::optional<double> ratio_lmdb;    // cost over raw LMDB's: 1.2 is 20 % more
  std::optional<double> ratio_sqlite;  // SQLite's cost over this one's: 3 is three times faster
  Targets targets;                     // of Kindred's lines; else empty
  std::optional<bool> met;             // empty: no target stands
};

// Lines of one workload, from measurements of contenders by name.
[[nodiscard]] std::vector<Line> compare(const WorkloadEntry& entry, const Workload& workload,
                                        std::int64_t rows,
                                        const std::vector<Measurement>& measurements);

void print_heading(std::ostream& out);
void print(std::ostream& out, const WorkloadEntry& entry, const std::vector<Line>& lines);
// How many targets were met and which were not, and by how much raw LMDB itself falls short of a
// target against SQLite: what stands on it cannot do better.
void print_summary(std::ostream& out, const std::vector<Line>& lines);
void print_json(std::ostream& out, const std::vector<Line>& lines);

}  // namespace kindred::bench
