// schema-cases FILE... [-v]: schema vectors, one JSON object in a line: validation, conversion,
// dumps, JSON Schema. Every row is built as a dynamic type and compared whole.
//
// Prints passed and failed rows by kind, with -v each failure, and last "N passed, M failed". Rows
// that docs/differences-from-pydantic.md lists count apart; where one of them passes, that is a
// failure of the list. Exit code 0 where nothing failed, 1 where something did, 2 for a file that
// cannot be read.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "json/reader.hpp"
#include "tests/schema/cases/differences.hpp"
#include "tests/schema/cases/row.hpp"
#include "tests/schema/cases/tagged.hpp"

namespace {

using namespace kindred;
using schema_cases::Outcome;

struct Count {
  int passed = 0;
  int failed = 0;
  int differs = 0;
};

class Report {
 public:
  Report(bool is_verbose, const std::string& list) : is_verbose_(is_verbose), listed_(list) {}

  void add(Outcome outcome, const json::Value* row) {
    Count& count = counts_[outcome.kind];
    if (listed_.has(outcome.id)) {
      if (!outcome.failure.empty()) {
        ++count.differs;
        return;
      }
      outcome.failure = "passes, but is listed as a difference";
    }
    if (outcome.failure.empty()) {
      ++count.passed;
      return;
    }
    ++count.failed;
    if (is_verbose_) show(outcome, row);
  }

  [[nodiscard]] int finish() const {
    Count all;
    std::printf("%-16s %7s %7s %7s\n", "kind", "passed", "failed", "differs");
    for (const auto& [kind, count] : counts_) {
      std::printf("%-16s %7d %7d %7d\n", kind.c_str(), count.passed, count.failed, count.differs);
      all.passed += count.passed;
      all.failed += count.failed;
      all.differs += count.differs;
    }
    if (all.differs != 0)
      std::printf("%d rows differ as docs/differences-from-pydantic.md says\n", all.differs);
    std::printf("%d passed, %d failed\n", all.passed, all.failed);
    return all.failed == 0 ? 0 : 1;
  }

 private:
  static void show(const Outcome& outcome, const json::Value* row) {
    std::cout << "FAILED " << outcome.id << ": " << outcome.failure << '\n';
    if (row == nullptr) return;
    for (const char* key : {"type", "model", "config", "call", "mode", "input_json", "dump",
                            "expect", "expect_dump", "expect_schema"})
      if (const auto part = row->find(key))
        std::cout << "    " << key << ' ' << part->source().substr(0, 1000) << '\n';
    std::cout << "    got " << outcome.got.substr(0, 2000) << '\n';
  }

  bool is_verbose_;
  schema_cases::Differences listed_;
  std::map<std::string, Count> counts_;
};

bool run_file(const std::string& name, Report& report) {
  std::ifstream in(name, std::ios::binary);
  if (!in) {
    std::cerr << "schema-cases: cannot read " << name << '\n';
    return false;
  }
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string where = name + ':' + std::to_string(number);
    json::Document document;
    try {
      const std::string text = schema_cases::readable(line);
      const json::Value row = document.parse(text, name, {.first_line = number});
      Outcome outcome = schema_cases::run_row(row);
      if (outcome.id.empty()) outcome.id = where;
      report.add(std::move(outcome), &row);
    } catch (const std::exception& e) {
      report.add({where, "unreadable", e.what(), {}}, nullptr);
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  bool is_verbose = false;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "-v") {
      is_verbose = true;
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::cerr << "usage: schema-cases FILE... [-v]\n";
    return 2;
  }
  Report report(is_verbose, KINDRED_SOURCE_ROOT "/docs/differences-from-pydantic.md");
  for (const std::string& file : files)
    if (!run_file(file, report)) return 2;
  return report.finish();
}
