// What a store says of itself: plans of deletes, results of checks; and ranges of keys to ask it
// about.
//
// Threads: values; nothing is shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/options.hpp"
#include "kindred/value.hpp"

namespace kindred {

// What a delete would do, and why.
struct Plan {
  struct Step {
    std::string table;
    std::string action;       // "delete", "set null", "set default"; refusals are violations
    std::string foreign_key;  // name; empty for the rows asked for
    std::string because;      // the path: "artist <- album.artist_id <- track.album_id"
    std::uint32_t level = 0;  // 0: the rows asked for
    std::uint64_t rows = 0;
  };
  std::vector<Step> steps;            // by level, table, foreign key
  std::vector<Violation> violations;  // why it would be refused; empty where it would pass
  std::uint64_t deleted = 0;
  std::uint64_t updated = 0;
  [[nodiscard]] bool refused() const noexcept { return !violations.empty(); }
  [[nodiscard]] std::string to_string() const;
};

// Rows of one table between two keys. Bounds are Rows of leading key columns, by name or by
// position.
struct KeyRange {
  std::optional<Row> from;  // inclusive
  std::optional<Row> to;    // exclusive; with fewer columns than the key: before the first such key
  bool reverse = false;
  std::uint64_t limit = 0;  // 0: none
};

// One problem that check() found.
struct CheckProblem {
  std::string
      area;  // "structure", "catalogue", "row", "index", "reference", "sequence", "keyspace"
  std::string where;  // table, key, index
  std::string what;
};
struct CheckReport {
  std::uint64_t rows = 0;
  std::uint64_t index_entries = 0;
  std::uint64_t references = 0;
  std::uint64_t problems = 0;  // all of them, kept or not
  std::vector<CheckProblem> kept;
};
struct CheckOptions {
  std::string table = {};           // empty: all
  std::size_t max_problems = 1000;  // kept
  Progress progress = {};
};

}  // namespace kindred
