#include "report.hpp"

#include <algorithm>
#include <string_view>

#include "format.hpp"

namespace kindred::bench {
namespace {

std::string verdict(const std::optional<bool>& met) {
  if (!met) return "";
  return *met ? "met" : "MISSED";
}

std::optional<bool> judge(const Line& line) {
  std::optional<bool> met;
  const auto also = [&](bool holds) { met = met.value_or(true) && holds; };
  if (line.targets.lmdb && line.ratio_lmdb) also(*line.ratio_lmdb <= *line.targets.lmdb);
  if (line.targets.sqlite && line.ratio_sqlite) also(*line.ratio_sqlite >= *line.targets.sqlite);
  if (line.targets.nanoseconds) also(line.nanoseconds <= *line.targets.nanoseconds);
  return met;
}

// "<= 1.25x lmdb, >= 7x sqlite"
std::string targets_text(const Targets& targets) {
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (targets.lmdb) add(format("<=%.3gx", *targets.lmdb));
  if (targets.sqlite) add(format(">=%.3gx", *targets.sqlite));
  if (targets.nanoseconds) add("<=" + duration(*targets.nanoseconds));
  return out;
}

// How much faster than SQLite raw LMDB is where `line` was measured.
std::optional<double> raw_limit(const std::vector<Line>& lines, const Line& line) {
  for (const Line& other : lines) {
    if (other.contender == "lmdb" && other.workload == line.workload && other.rows == line.rows) {
      return other.ratio_sqlite;
    }
  }
  return {};
}

// Faster than SQLite wherever SQLite does the same, but for single durable commits, which LMDB
// syncs twice.
Targets session_targets(const WorkloadEntry& entry, const Workload& workload) {
  if (entry.peers == Peers::none) return workload.targets();
  if (workload.clock() == Clock::wall) return {};
  return {{}, 1.0, {}};
}

constexpr const char* columns = "  %-14s %10s %10s %10s %10s %10s  %-16s %s\n";

}  // namespace

std::vector<Line> compare(const WorkloadEntry& entry, const Workload& workload, std::int64_t rows,
                          const std::vector<Measurement>& measurements) {
  const Measurement *lmdb = nullptr, *sqlite = nullptr;
  for (const Measurement& m : measurements) {
    const auto name = m.slot->contender().name();
    if (name == "lmdb") lmdb = &m;
    if (name == "sqlite" || name == "sqlite-each") sqlite = &m;
  }
  std::vector<Line> out;
  for (const Measurement& m : measurements) {
    Line line;
    line.workload = entry.name;
    line.contender = m.slot->contender().name();
    line.rows = rows;
    line.operations = workload.operations();
    line.clock = workload.clock();
    line.nanoseconds = median(m.nanoseconds);
    line.least = *std::min_element(m.nanoseconds.begin(), m.nanoseconds.end());
    line.most = *std::max_element(m.nanoseconds.begin(), m.nanoseconds.end());
    if (lmdb != nullptr) line.ratio_lmdb = ratio(m, *lmdb);
    if (sqlite != nullptr) line.ratio_sqlite = ratio(*sqlite, m);
    if (line.contender == "kindred") line.targets = workload.targets();
    if (line.contender == "session") line.targets = session_targets(entry, workload);
    line.met = judge(line);
    out.push_back(std::move(line));
  }
  return out;
}

void print_heading(std::ostream& out) {
  out << format(columns, "", "median", "least", "most", "of lmdb", "sqlite/it", "target", "");
}

void print(std::ostream& out, const WorkloadEntry& entry, const std::vector<Line>& lines) {
  out << '\n' << entry.name << ": " << entry.what << " (per " << entry.unit;
  if (!lines.empty()) {
    out << ", " << lines.front().operations << " a repetition, "
        << (lines.front().clock == Clock::wall ? "wall" : "CPU") << " time";
  }
  out << ")\n";
  for (const Line& line : lines) {
    out << format(columns, line.contender.c_str(), duration(line.nanoseconds).c_str(),
                  duration(line.least).c_str(), duration(line.most).c_str(),
                  times(line.ratio_lmdb).c_str(), times(line.ratio_sqlite).c_str(),
                  targets_text(line.targets).c_str(), verdict(line.met).c_str());
  }
  out.flush();
}

void print_summary(std::ostream& out, const std::vector<Line>& lines) {
  std::size_t met = 0, judged = 0;
  std::string missed;
  for (const Line& line : lines) {
    if (!line.met) continue;
    ++judged;
    if (*line.met) {
      ++met;
      continue;
    }
    missed += "  " + line.workload + " (" + line.contender + ") at " + std::to_string(line.rows) +
              " rows: " + times(line.ratio_lmdb) + " of lmdb, " + times(line.ratio_sqlite) +
              " as fast as sqlite; target " + targets_text(line.targets);
    const auto limit = raw_limit(lines, line);
    if (limit && line.targets.sqlite && *limit < *line.targets.sqlite) {
      missed += "; raw lmdb is " + times(limit) + " as fast as sqlite";
    }
    missed += '\n';
  }
  if (judged == 0) return;
  out << '\n' << met << " of " << judged << " rows with a target meet it\n";
  if (!missed.empty()) out << "missed:\n" << missed;
}

void print_json(std::ostream& out, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    out << format("{\"workload\":\"%s\",\"contender\":\"%s\",\"rows\":%lld,", line.workload.c_str(),
                  line.contender.c_str(), static_cast<long long>(line.rows))
        << format("\"cpu_ns_per_op\":%.4f,\"ratio_lmdb\":%s,\"ratio_sqlite\":%s,", line.nanoseconds,
                  number(line.ratio_lmdb).c_str(), number(line.ratio_sqlite).c_str())
        << format("\"target_lmdb\":%s,\"target_sqlite\":%s,\"met\":%s,",
                  number(line.targets.lmdb).c_str(), number(line.targets.sqlite).c_str(),
                  line.met ? (*line.met ? "true" : "false") : "null")
        << format("\"clock\":\"%s\",\"operations\":%llu,\"min_ns\":%.4f,\"max_ns\":%.4f}\n",
                  line.clock == Clock::wall ? "wall" : "cpu",
                  static_cast<unsigned long long>(line.operations), line.least, line.most);
  }
  out.flush();
}

}  // namespace kindred::bench
