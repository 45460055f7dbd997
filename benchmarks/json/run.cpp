#include "run.hpp"

#include <algorithm>

#include "../format.hpp"
#include "../runner.hpp"

extern "C" [[gnu::noinline]] void kindred_bench_measured_json(const kindred::bench::Way* way) {
  way->run();
}

namespace kindred::bench {
namespace {

using Times = std::vector<double>;

std::optional<std::size_t> find(const std::vector<Way>& ways, std::string_view name) {
  const auto found =
      std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return way.name == name; });
  if (found == ways.end()) return std::nullopt;
  return static_cast<std::size_t>(found - ways.begin());
}

std::vector<Comparison> compare(const std::vector<Way>& ways, const std::vector<Times>& spent,
                                std::size_t at) {
  std::vector<Comparison> out;
  const auto add = [&](std::size_t other, std::optional<double> goal) {
    out.push_back({std::string(ways[other].name), ratio(spent[other], spent[at]), goal});
  };
  const auto& goals = ways[at].goals;
  const auto is_first = [&](const Goal& goal) { return goal.than == ways.front().name; };
  if (std::none_of(goals.begin(), goals.end(), is_first)) add(0, std::nullopt);
  for (const Goal& goal : goals)
    if (const auto other = find(ways, goal.than)) add(*other, goal.times);
  return out;
}

std::optional<bool> judge(const JsonLine& line) {
  std::optional<bool> met;
  const auto also = [&](bool holds) { met = met.value_or(true) && holds; };
  if (line.least_speed) also(line.megabytes_per_second >= *line.least_speed);
  for (const Comparison& comparison : line.comparisons)
    if (comparison.goal) also(comparison.times >= *comparison.goal);
  return met;
}

// ">=1x SAX no-op (1.05x) met"
std::string goals_text(const JsonLine& line) {
  std::string out;
  const auto add = [&](const std::string& goal, bool is_met) {
    out += (out.empty() ? "" : ", ") + goal + (is_met ? " met" : " MISSED");
  };
  for (const Comparison& c : line.comparisons) {
    if (!c.goal) continue;
    add(format(">=%.3gx %s (%.2fx)", *c.goal, c.than.c_str(), c.times), c.times >= *c.goal);
  }
  if (line.least_speed)
    add(format(">=%.4g MB/s", *line.least_speed), line.megabytes_per_second >= *line.least_speed);
  return out;
}

constexpr const char* columns = "  %-24s %9s %9s %9s %7s %10s  %s\n";

}  // namespace

std::vector<JsonLine> measure(const JsonCase& of, std::vector<Way> ways, std::int64_t records,
                              int repetitions) {
  std::vector<Times> spent(ways.size());
  for (const Way& way : ways) way.run();  // makes the memory that later runs use again
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t turn = 0; turn < ways.size(); ++turn) {
      check_stop();
      const std::size_t i = (turn + static_cast<std::size_t>(repetition)) % ways.size();
      const double start = now(Clock::cpu);
      kindred_bench_measured_json(&ways[i]);
      spent[i].push_back((now(Clock::cpu) - start) / static_cast<double>(records));
      if (ways[i].verify) ways[i].verify();
    }
  }
  std::vector<JsonLine> out;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    JsonLine line;
    line.name = of.name;
    line.way = ways[i].name;
    line.records = records;
    line.bytes = ways[i].bytes;
    line.nanoseconds = median(spent[i]);
    line.least = *std::min_element(spent[i].begin(), spent[i].end());
    line.most = *std::max_element(spent[i].begin(), spent[i].end());
    line.megabytes_per_second = static_cast<double>(ways[i].bytes) * 1e3 /
                                (line.nanoseconds * static_cast<double>(records));
    line.least_speed = ways[i].megabytes_per_second;
    line.comparisons = compare(ways, spent, i);
    line.met = judge(line);
    out.push_back(std::move(line));
  }
  return out;
}

void print(std::ostream& out, const JsonCase& of, const std::vector<JsonLine>& lines) {
  if (lines.empty()) return;
  const JsonLine& first = lines.front();
  out << '\n'
      << of.name << ": " << of.what << " (per " << of.unit << ", " << first.records << " of "
      << format("%.0f", static_cast<double>(first.bytes) / static_cast<double>(first.records))
      << " bytes a repetition, CPU time)\n"
      << format(columns, "", "median", "least", "most", "MB/s", "as fast as", "target");
  for (const JsonLine& line : lines) {
    out << format(columns, line.way.c_str(), duration(line.nanoseconds).c_str(),
                  duration(line.least).c_str(), duration(line.most).c_str(),
                  format("%.0f", line.megabytes_per_second).c_str(),
                  times(line.comparisons.front().times).c_str(), goals_text(line).c_str());
  }
  out.flush();
}

void print_json(std::ostream& out, const std::vector<JsonLine>& lines) {
  for (const JsonLine& line : lines) {
    out << format("{\"workload\":\"%s\",\"contender\":\"%s\",\"rows\":%lld,", line.name.c_str(),
                  line.way.c_str(), static_cast<long long>(line.records))
        << format("\"cpu_ns_per_op\":%.4f,\"min_ns\":%.4f,\"max_ns\":%.4f,", line.nanoseconds,
                  line.least, line.most)
        << format("\"bytes\":%zu,\"mb_per_s\":%.4g,\"target_mb_per_s\":%s,\"comparisons\":[",
                  line.bytes, line.megabytes_per_second, number(line.least_speed).c_str());
    const char* separator = "";
    for (const Comparison& c : line.comparisons) {
      out << separator
          << format("{\"than\":\"%s\",\"times\":%.4g,\"target\":%s}", c.than.c_str(), c.times,
                    number(c.goal).c_str());
      separator = ",";
    }
    out << format("],\"met\":%s}\n", line.met ? (*line.met ? "true" : "false") : "null");
  }
  out.flush();
}

void print_summary(std::ostream& out, const std::vector<JsonLine>& lines) {
  std::size_t met = 0, judged = 0;
  std::string missed;
  for (const JsonLine& line : lines) {
    if (!line.met) continue;
    ++judged;
    if (*line.met)
      ++met;
    else
      missed += "  " + line.name + " (" + line.way + "): " + goals_text(line) + '\n';
  }
  if (judged == 0) return;
  out << '\n' << met << " of " << judged << " JSON rows with a target meet it\n";
  if (!missed.empty()) out << "missed:\n" << missed;
}

}  // namespace kindred::bench
