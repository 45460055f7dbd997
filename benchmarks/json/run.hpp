// Measures and prints the JSON rows.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cases.hpp"

namespace kindred::bench {

struct Comparison {
  std::string than;
  double times = 0;  // how many times as fast
  std::optional<double> goal;
};

// One line of the table.
struct JsonLine {
  std::string name;  // of the case
  std::string way;
  std::int64_t records = 0;
  std::size_t bytes = 0;
  double nanoseconds = 0, least = 0, most = 0;  // a record
  double megabytes_per_second = 0;
  std::optional<double> least_speed;    // a goal, in the same unit
  std::vector<Comparison> comparisons;  // the first way comes first; then those that are goals
  std::optional<bool> met;              // empty: no goal stands, or what it is of did not run
};

// The ways take turns, each repetition begins with another one. Throws Mismatch where one got
// something wrong. Each run stands inside kindred_bench_measured_json, for tools that count.
[[nodiscard]] std::vector<JsonLine> measure(const JsonCase& of, std::vector<Way> ways,
                                            std::int64_t records, int repetitions);

void print(std::ostream& out, const JsonCase& of, const std::vector<JsonLine>& lines);
void print_json(std::ostream& out, const std::vector<JsonLine>& lines);
void print_summary(std::ostream& out, const std::vector<JsonLine>& lines);

}  // namespace kindred::bench
