// kindred-bench: see docs/benchmarks.md.
#include <algorithm>
#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "json/cases.hpp"
#include "json/run.hpp"
#include "json/users.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "report.hpp"
#include "runner.hpp"

namespace kindred::bench {
namespace {

bool chosen(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::unique_ptr<Slot>> make_slots(const Options& options,
                                              const std::filesystem::path& dir) {
  std::vector<std::unique_ptr<Slot>> out;
  const auto add = [&](std::string_view group, std::unique_ptr<Contender> contender) {
    if (!chosen(options.contenders, group)) return;
    auto place = dir / contender->name();
    out.push_back(std::make_unique<Slot>(std::move(contender), std::move(place)));
  };
  add("lmdb", make_lmdb_contender());
  add("sqlite", make_sqlite_contender());
  add("sqlite", make_sqlite_nomutex_contender());
  add("sqlite", make_sqlite_each_contender());
  add("kindred", make_kindred_contender());
  add("session", make_session_contender());
  return out;
}

bool takes_part(std::string_view contender, Peers peers) {
  if (peers == Peers::none) return contender == "session";
  if (contender == "session") return true;
  if (contender == "kindred") return true;
  if (contender == "sqlite-each") return peers == Peers::sqlite_by_rows;
  if (contender == "sqlite-nomutex") return peers == Peers::reading;
  return peers != Peers::sqlite_by_rows;
}

std::vector<Slot*> taking_part(const WorkloadEntry& entry,
                               const std::vector<std::unique_ptr<Slot>>& slots) {
  std::vector<Slot*> out;
  for (const auto& slot : slots) {
    if (takes_part(slot->contender().name(), entry.peers)) out.push_back(slot.get());
  }
  return out;
}

void print_sizes(const std::vector<std::unique_ptr<Slot>>& slots, std::int64_t rows) {
  std::string text;
  for (const auto& slot : slots) {
    if (slot->bytes_on_disk() == 0 || slot->contender().name().starts_with("sqlite-")) continue;
    text += (text.empty() ? "" : ", ") + std::string(slot->contender().name()) + ' ' +
            std::to_string(slot->bytes_on_disk() / static_cast<std::uint64_t>(2 * rows));
  }
  if (!text.empty()) std::cout << "\nbytes on disk for a row, index included: " << text << '\n';
}

bool any_store_workload(const Options& options) {
  const auto all = all_workloads();
  return std::any_of(all.begin(), all.end(), [&](const WorkloadEntry& entry) {
    return chosen(options.workloads, entry.name);
  });
}

void run_stores(const Options& options, const std::vector<std::unique_ptr<Slot>>& slots,
                std::ostream* json) {
  std::vector<Line> all;
  for (const std::int64_t rows : options.rows) {
    const Blog blog(rows);
    for (const auto& slot : slots) slot->clear();
    std::cout << "\n== " << rows << " rows\n";
    print_heading(std::cout);
    for (const WorkloadEntry& entry : all_workloads()) {
      if (!chosen(options.workloads, entry.name)) continue;
      const auto workload = entry.make({blog, options.quick});
      const auto lines =
          compare(entry, *workload, rows,
                  measure(*workload, taking_part(entry, slots), options.repetitions));
      print(std::cout, entry, lines);
      if (json != nullptr) print_json(*json, lines);
      all.insert(all.end(), lines.begin(), lines.end());
    }
    print_sizes(slots, rows);
  }
  print_summary(std::cout, all);
}

void run_json(const Options& options, std::ostream* json) {
  std::vector<JsonLine> all;
  for (const JsonCase& each : all_json_cases()) {
    if (!chosen(options.workloads, each.name)) continue;
    std::vector<Way> ways = each.make(options.json_records());
    std::erase_if(ways, [&](const Way& way) { return !chosen(options.contenders, way.contender); });
    const auto lines = measure(each, std::move(ways), options.json_records(), options.repetitions);
    print(std::cout, each, lines);
    if (json != nullptr) print_json(*json, lines);
    all.insert(all.end(), lines.begin(), lines.end());
  }
  print_summary(std::cout, all);
}

int run(const Options& options) {
  const ScratchFolder scratch(options.dir.value_or(program_folder()));
  std::ofstream file;
  if (options.json && *options.json != "-") {
    file.open(*options.json);
    if (!file) throw std::runtime_error("cannot write " + options.json->string());
  }
  std::ostream* json = nullptr;
  if (options.json) json = *options.json == "-" ? &std::cout : &file;

  const auto slots = make_slots(options, scratch.path());
  std::cout << describe_machine(scratch.path()) << "contenders ";
  std::string versions;
  for (const auto& slot : slots) {
    const std::string version = slot->contender().version();
    if (versions.find(version) == versions.npos)
      versions += (versions.empty() ? "" : ", ") + version;
  }
  std::cout << versions;
  std::cout << "\nmedians of " << options.repetitions
            << " repetitions, the contenders taking turns\n";

  if (any_store_workload(options)) run_stores(options, slots, json);
  run_json(options, json);
  if (json != nullptr && !json->flush()) throw std::runtime_error("cannot write the JSON file");
  return 0;
}

void list() {
  const auto print_one = [](std::string_view name, std::string_view what) {
    std::cout << name << std::string(18 - name.size(), ' ') << what << '\n';
  };
  for (const WorkloadEntry& entry : all_workloads()) print_one(entry.name, entry.what);
  for (const JsonCase& each : all_json_cases()) print_one(each.name, each.what);
}

int write_users(const Options& options) {
  std::ofstream out(*options.users, std::ios::binary);
  out << make_users(options.json_records(), MemberOrder::declared).text;
  if (!out.flush()) throw std::runtime_error("cannot write " + options.users->string());
  return 0;
}

}  // namespace
}  // namespace kindred::bench

int main(int argc, char** argv) {
  using namespace kindred::bench;
  std::signal(SIGINT, [](int) { request_stop(); });
  std::signal(SIGTERM, [](int) { request_stop(); });
  try {
    const Options options = parse(argc, argv);
    if (options.help) {
      std::cout << usage();
    } else if (options.list) {
      list();
    } else if (options.users) {
      return write_users(options);
    } else {
      return run(options);
    }
    return 0;
  } catch (const BadArguments& e) {
    std::cerr << "kindred-bench: " << e.what() << "\n\n" << usage();
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "kindred-bench: " << e.what() << '\n';
    return 1;
  }
}
