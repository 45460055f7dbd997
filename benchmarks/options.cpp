#include "options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "json/cases.hpp"
#include "workload.hpp"

namespace kindred::bench {
namespace {

std::int64_t number(std::string_view option, std::string_view text, std::int64_t least,
                    std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    throw BadArguments(std::string(option) + ": \"" + std::string(text) +
                       "\" is not a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
  }
  return value;
}

void must_exist(const std::string& workload) {
  std::vector<std::string_view> known;
  for (const WorkloadEntry& entry : all_workloads()) known.push_back(entry.name);
  for (const JsonCase& each : all_json_cases()) known.push_back(each.name);
  if (std::find(known.begin(), known.end(), workload) != known.end()) return;
  std::string message = "there is no workload \"" + workload + "\"; there are:";
  for (const std::string_view name : known) message += ' ' + std::string(name);
  throw BadArguments(message);
}

void must_be_contender(const std::string& name) {
  constexpr std::array<std::string_view, 6> known{"lmdb",    "sqlite",    "kindred",
                                                  "session", "rapidjson", "hand"};
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  std::string message = "there is no contender \"" + name + "\"; there are:";
  for (const std::string_view each : known) message += ' ' + std::string(each);
  throw BadArguments(message);
}

}  // namespace

const char* usage() {
  return "usage: kindred-bench [OPTION]...\n"
         "Measures Kindred against raw LMDB and SQLite, and its JSON models against RapidJSON, all "
         "in\n"
         "this process, taking turns.\n\n"
         "  --quick            100000 rows: under two minutes\n"
         "  --rows N           tables of N rows, instead of 1000000 and then 100000, and as many\n"
         "                     JSON records, instead of 100000\n"
         "  --workload NAME    only this one; may be given again\n"
         "  --contender NAME   only this one (lmdb, sqlite, kindred, session; with JSON "
         "rapidjson,\n"
         "                     hand, kindred); may be given again\n"
         "  --reps N           repetitions of each, of which the median counts (default 5)\n"
         "  --json FILE        one object a line, as well as the table; - is standard output\n"
         "  --dir DIR          make the stores in a new folder there, which is removed at the "
         "end;\n"
         "                     default: where this program is\n"
         "  --users FILE       only writes the JSON rows' array of users there\n"
         "  --list             the workloads\n"
         "  --help             this\n\n"
         "Exit code: 0 measured and every result verified, 1 a result was wrong or something\n"
         "failed, 2 a wrong command line.\n";
}

Options parse(int argc, const char* const* argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    std::string_view option = argv[i];
    std::optional<std::string> attached;
    if (const auto at = option.find('='); option.starts_with("--") && at != option.npos) {
      attached = option.substr(at + 1);
      option = option.substr(0, at);
    }
    const auto value = [&]() -> std::string {
      if (attached) return *attached;
      if (i + 1 >= argc) throw BadArguments(std::string(option) + " needs a value");
      return argv[++i];
    };
    const auto none = [&] {
      if (attached) throw BadArguments(std::string(option) + " takes no value");
      return true;
    };
    if (option == "--quick") {
      out.quick = none();
    } else if (option == "--list") {
      out.list = none();
    } else if (option == "--help" || option == "-h") {
      out.help = none();
    } else if (option == "--rows") {
      out.rows = {number(option, value(), 100, 50'000'000)};
    } else if (option == "--reps") {
      out.repetitions = static_cast<int>(number(option, value(), 1, 1000));
    } else if (option == "--workload") {
      out.workloads.push_back(value());
      must_exist(out.workloads.back());
    } else if (option == "--contender") {
      out.contenders.push_back(value());
      must_be_contender(out.contenders.back());
    } else if (option == "--json") {
      out.json = value();
    } else if (option == "--dir") {
      out.dir = value();
    } else if (option == "--users") {
      out.users = value();
    } else {
      throw BadArguments("unknown option \"" + std::string(option) + '"');
    }
  }
  if (out.rows.empty()) {
    out.rows = out.quick ? std::vector<std::int64_t>{100'000}
                         : std::vector<std::int64_t>{1'000'000, 100'000};
  }
  return out;
}

}  // namespace kindred::bench
