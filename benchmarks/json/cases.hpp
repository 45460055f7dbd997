// What is measured of schema models: the same text, read or written by several ways that take
// turns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../records.hpp"

namespace kindred::bench {

// At least so many times as fast as the way of that name.
struct Goal {
  std::string_view than;
  double times = 1;
};

// One way to do it, and one line of the table. It owns what it reads.
struct Way {
  std::string_view name;
  std::string_view contender;  // as the command line calls it: kindred, rapidjson, hand
  std::size_t bytes = 0;       // of text, read or written
  std::function<void()> run;
  std::function<void()> verify{};  // of the last run, not measured; throws Mismatch
  std::vector<Goal> goals{};
  std::optional<double> megabytes_per_second{};  // at least
};

struct JsonCase {
  std::string_view name;
  std::string_view what;
  std::string_view unit;
  // Each makes as many records.
  std::vector<Way> (*make)(std::int64_t records);
};

// In the order in which they run.
[[nodiscard]] std::span<const JsonCase> all_json_cases();

[[nodiscard]] std::vector<Way> make_json_parse(std::int64_t records);
[[nodiscard]] std::vector<Way> make_json_keep(std::int64_t records);
[[nodiscard]] std::vector<Way> make_json_order(std::int64_t records);
[[nodiscard]] std::vector<Way> make_json_unions(std::int64_t records);
[[nodiscard]] std::vector<Way> make_json_dump(std::int64_t records);
[[nodiscard]] std::vector<Way> make_json_dump_new(std::int64_t records);

// Throws Mismatch unless they are equal.
void expect(std::string_view way, const Tally& found, const Tally& wanted);

}  // namespace kindred::bench
