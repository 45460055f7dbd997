// dataset-cases DIR...: any dataset folder of the form that ../shared/data/README.md describes, on
// memory and on LMDB: the catalogue from manifest.json, all rows loaded and dumped again, every
// line of changes.jsonl replayed from the freshly loaded state, its result and the hash of every
// table afterwards compared.
//
// Prints what failed and, last, "N passed, M failed". Exit code 0 where nothing failed, 1 where
// something did, 2 for a folder that is not such a dataset.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/row_json.hpp"
#include "kindred/store.hpp"
#include "tests/support/sha256.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace kindred;
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ValidationError(path.string(), "cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

// Lines of a file that are not empty, with their numbers.
template <class F>
void for_each_line(const fs::path& path, F&& fn) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ValidationError(path.string(), "cannot be read");
  std::string line;
  for (std::uint64_t n = 1; std::getline(in, line); ++n)
    if (!line.empty()) fn(line, path.string() + ":" + std::to_string(n));
}

struct Dataset {
  fs::path dir;
  Catalog catalog;
  std::map<std::string, std::uint64_t> row_counts;

  explicit Dataset(fs::path at) : dir(std::move(at)) {
    const std::string manifest = read_file(dir / "manifest.json");
    catalog = Catalog::from_json(manifest, (dir / "manifest.json").string());
    json::Document document;
    const json::Value root = document.parse(manifest, "manifest.json");
    for (const json::Value table : root.find("tables")->elements())
      row_counts[std::string(table.find("name")->text())] = *table.find("row_count")->as_uint64();
  }

  // Every row of every table as one ChangeSet: references may lead forward and in circles.
  void load(const Store& store) const {
    store.update([&](Transaction& tx) {
      tx.batch([&](Batch& batch) {
        for (const Table& table : catalog.tables) {
          json::Document document;
          for_each_line(dir / (table.name + ".jsonl"),
                        [&](const std::string& line, const std::string& where) {
                          batch.insert(table.name, json::read_row(document.parse(line), table,
                                                                  json::ReadMode::strict, where));
                        });
        }
      });
    });
  }
};

struct TableState {
  std::uint64_t rows = 0;
  std::string sha256;
  friend bool operator==(const TableState&, const TableState&) = default;
};

TableState state_of(const Snapshot& now, const Table& table) {
  TableState out;
  support::Sha256 hash;
  std::string line;
  now.scan(table.name, {}, [&](const Row& row) {
    line.clear();
    json::Writer writer(line);
    json::write_row(writer, table, row, json::BytesForm::plain);
    line += '\n';
    hash.update(line);
    ++out.rows;
    return true;
  });
  out.sha256 = hash.finish();
  return out;
}

class Report {
 public:
  void check(bool good, const std::string& name, const std::string& detail) {
    if (good) {
      ++passed_;
      return;
    }
    ++failed_;
    std::cout << "FAILED " << name << ": " << detail << '\n';
  }
  [[nodiscard]] int finish() const {
    std::cout << passed_ << " passed, " << failed_ << " failed" << std::endl;
    return failed_ == 0 ? 0 : 1;
  }

 private:
  int passed_ = 0;
  int failed_ = 0;
};

// What a run of one line's statements came to.
struct Outcome {
  std::string result = "ok";
  std::optional<std::uint64_t> failing_statement;
  std::string message;
  bool by_no_action = false;  // refused by a reference that "no action" protects
};

std::string result_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::restrict: return "restricted";
    case ErrorCode::foreign_key: return "fk_violation";
    case ErrorCode::duplicate_key: return "duplicate_key";
    case ErrorCode::unique: return "unique_violation";
    case ErrorCode::not_null: return "not_null_violation";
    default: return std::string(to_string(code));
  }
}

void add_operation(Batch& batch, const Catalog& catalog, const json::Value& operation,
                   const std::string& where) {
  const std::string table_name(operation.find("table")->text());
  const Table* table = catalog.table(table_name);
  if (table == nullptr) throw ValidationError(where, "no table '" + table_name + "'");
  const std::string_view op = operation.find("op")->text();
  if (op == "insert") {
    batch.insert(table_name,
                 json::read_row(*operation.find("row"), *table, json::ReadMode::strict, where));
  } else if (op == "update") {
    batch.update(table_name, json::read_key(*operation.find("key"), *table, where),
                 json::read_row(*operation.find("set"), *table, json::ReadMode::strict, where));
  } else if (op == "delete" && operation.find("keys")) {
    for (const json::Value key : operation.find("keys")->elements())
      batch.erase(table_name, json::read_key(key, *table, where));
  } else if (op == "delete") {
    batch.erase(table_name, json::read_key(*operation.find("key"), *table, where));
  } else {
    throw ValidationError(where, "unknown operation '" + std::string(op) + "'");
  }
}

Outcome replay(const Store& store, const json::Value& line, const std::string& where) {
  const bool deferred = line.find("check")->text() == "deferred";
  const json::Value statements = *line.find("statements");
  Outcome out;
  const auto catalog = store.catalog();
  std::uint64_t at = 0;
  try {
    store.update([&](Transaction& tx) {
      at = 0;
      const auto add = [&](Batch& batch, const json::Value& statement) {
        for (const json::Value operation : statement.elements())
          add_operation(batch, *catalog, operation, where);
      };
      if (deferred) {
        tx.batch([&](Batch& batch) {
          for (const json::Value statement : statements.elements()) add(batch, statement);
        });
        return;
      }
      for (const json::Value statement : statements.elements()) {
        tx.batch([&](Batch& batch) { add(batch, statement); });
        ++at;
      }
    });
  } catch (const IntegrityError& e) {
    out.result = result_of(e.code());
    out.message = e.what();
    if (!deferred) out.failing_statement = at;
    out.by_no_action = e.violations().front().detail.find("still referenced") != std::string::npos;
  } catch (const Error& e) {
    out.result = to_string(e.code());
    out.message = e.what();
  }
  return out;
}

// `result` is what checks after each row give, `net_state` what the end alone would: one unit of
// work is judged by the second, a transaction of several by the first unless only its end repairs
// it.
bool result_fits(const json::Value& line, const Outcome& outcome) {
  const auto fits = [&](std::string_view wanted) {
    return outcome.result == wanted ||
           (wanted == "restricted" && outcome.result == "fk_violation" && outcome.by_no_action);
  };
  const auto net = line.find("net_state");
  const bool differs = net && !net->is(json::Kind::null);
  const std::string_view net_result = !differs                      ? std::string_view()
                                      : net->is(json::Kind::object) ? net->find("result")->text()
                                                                    : net->text();
  const bool one_unit =
      line.find("check")->text() == "deferred" || line.find("statements")->size() <= 1;
  if (differs && one_unit) return fits(net_result);
  return fits(line.find("result")->text()) || (differs && fits(net_result));
}

class Run {
 public:
  Run(const Dataset& data, Report& report, std::string backend, fs::path dir)
      : data_(data), report_(report), backend_(std::move(backend)), dir_(std::move(dir)) {}

  void run() {
    reload();
    loaded();
    if (!fs::exists(data_.dir / "changes.jsonl")) return;
    json::Document document;
    for_each_line(data_.dir / "changes.jsonl",
                  [&](const std::string& text, const std::string& where) {
                    change(document.parse(text), where);
                  });
  }

 private:
  void reload() {
    store_.reset();
    std::string url = "memory:";
    if (backend_ == "lmdb") {
      if (!file_.empty()) {
        fs::remove(file_);
        fs::remove(file_ + "-lock");
      }
      file_ = (dir_ / ("store" + std::to_string(++files_))).string();
      url = "lmdb:" + file_;
    }
    StoreOptions options;
    options.create = true;
    options.durability = Durability::none;
    store_ = Store::open(url, data_.catalog, options);
    data_.load(*store_);
    changed_ = false;
  }

  void loaded() {
    const Snapshot now = store_->snapshot();
    for (const Table& table : data_.catalog.tables) {
      support::Sha256 file;
      file.update(read_file(data_.dir / (table.name + ".jsonl")));
      const TableState wanted{data_.row_counts.at(table.name), file.finish()};
      const TableState found = state_of(now, table);
      fresh_[table.name] = found;
      report_.check(found == wanted, backend_ + " load " + table.name,
                    std::to_string(found.rows) + " rows where " + std::to_string(wanted.rows) +
                        " are due, or other content");
    }
    whole("load");
  }

  void whole(const std::string& after) {
    const CheckReport report = store_->snapshot().check();
    std::string text;
    for (const CheckProblem& p : report.kept) text += p.area + " " + p.where + ": " + p.what + "; ";
    report_.check(report.problems == 0, backend_ + " check after " + after, text);
  }

  void change(const json::Value& line, const std::string& where) {
    const std::string id(line.find("id")->text());
    if (changed_) reload();
    const Outcome outcome = replay(*store_, line, where);
    changed_ = outcome.result == "ok";
    report_.check(result_fits(line, outcome), backend_ + " " + id,
                  "got " + outcome.result + " where " + std::string(line.find("result")->text()) +
                      " is due " + outcome.message);
    if (const auto failing = line.find("failing_statement");
        failing && failing->as_uint64() && outcome.failing_statement)
      report_.check(*failing->as_uint64() == *outcome.failing_statement, backend_ + " " + id,
                    "failed in statement " + std::to_string(*outcome.failing_statement));
    // Where the end alone is judged otherwise, the published hashes are of the other outcome.
    const bool same_outcome = (outcome.result == "ok") == (line.find("result")->text() == "ok");
    const Snapshot now = store_->snapshot();
    for (const Table& table : data_.catalog.tables) {
      const TableState found = state_of(now, table);
      TableState wanted = fresh_.at(table.name);
      if (same_outcome) {
        const auto after = line.find("after")->find(table.name);
        if (!after) continue;
        wanted = {*after->find("rows")->as_uint64(), std::string(after->find("sha256")->text())};
      } else if (changed_) {
        continue;
      }
      if (found == wanted) continue;
      report_.check(false, backend_ + " " + id,
                    "table " + table.name + " has " + std::to_string(found.rows) + " rows where " +
                        std::to_string(wanted.rows) + " are due, or other content");
    }
    if (changed_) whole(id);
  }

  const Dataset& data_;
  Report& report_;
  std::string backend_;
  fs::path dir_;
  std::string file_;
  int files_ = 0;
  std::optional<Store> store_;
  bool changed_ = false;
  std::map<std::string, TableState> fresh_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: dataset-cases DIR...\n";
    return 2;
  }
  try {
    Report report;
    const support::TempDir temp;
    for (int i = 1; i < argc; ++i) {
      const Dataset data{fs::path(argv[i])};
      for (const char* backend : {"memory", "lmdb"}) Run(data, report, backend, temp.path()).run();
    }
    return report.finish();
  } catch (const std::exception& e) {
    std::cerr << "dataset-cases: " << e.what() << '\n';
    return 2;
  }
}
