// Random programs: every ChangeSet is judged by the model, every single change also by SQLite with
// foreign keys on where its immediate checks and the net state must agree.
//
//   KINDRED_DIFFERENTIAL_SECONDS   time for each of the tests; 6 unless set
//   KINDRED_SEED                   the first seed; the clock's unless set
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "tests/engine/model.hpp"
#include "tests/engine/random_program.hpp"
#include "tests/engine/sqlite_twin.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

using Step = std::vector<Change>;  // one ChangeSet
using Program = std::vector<Step>;

Row to_row(const Table& table, const std::map<std::size_t, Cell>& cells) {
  Row out;
  for (const auto& [c, cell] : cells) out.append(table.columns[c].name, to_value(cell));
  return out;
}

Row to_key(const Cells& key) {
  Row out;
  for (const Cell& cell : key) out.append("", to_value(cell));
  return out;
}

void apply(Batch& batch, const Change& change, const Table& table) {
  switch (change.kind) {
    case Change::Kind::insert: batch.insert(table.name, to_row(table, change.cells)); return;
    case Change::Kind::put: batch.put(table.name, to_row(table, change.cells)); return;
    case Change::Kind::update:
      batch.update(table.name, to_key(change.key), to_row(table, change.cells));
      return;
    case Change::Kind::erase: batch.erase(table.name, to_key(change.key)); return;
  }
}

std::string names(const std::set<ErrorCode>& codes) {
  if (codes.empty()) return "ok";
  std::string out;
  for (const ErrorCode code : codes) out += (out.empty() ? "" : " ") + std::string(to_string(code));
  return out;
}

// Set null of some columns of a reference is not SQLite's.
bool sqlite_knows(const Catalog& catalog) {
  for (const Table& table : catalog.tables)
    for (const ForeignKey& key : table.foreign_keys)
      if (key.on_delete == OnDelete::set_null)
        for (const std::string& name : key.columns)
          if (!table.column(name)->nullable) return false;
  return true;
}

std::string dump(const Snapshot& snapshot, const Catalog& catalog) {
  std::string out;
  for (const Table& table : catalog.tables) {
    out += table.name + ":";
    snapshot.scan(table.name, {}, [&](const Row& row) {
      std::string line;
      for (const auto& [name, value] : row) line += (line.empty() ? "" : "|") + value.to_string();
      out += ' ' + line;
      return true;
    });
    out += '\n';
  }
  return out;
}

// All three side by side.
class Trio {
 public:
  Trio(const Catalog& catalog, Bench& bench)
      : catalog_(catalog),
        store_(bench.create(catalog)),
        model_(catalog_),
        sqlite_(catalog_),
        sqlite_judges_(sqlite_knows(catalog_)) {}

  [[nodiscard]] const Model& model() const noexcept { return model_; }

  // What they disagree on; empty where they agree.
  std::string step(const Step& step) {
    std::set<ErrorCode> said;
    ErrorCode first{};
    try {
      batch(store_, [&](Batch& b) {
        for (const Change& change : step) apply(b, change, catalog_.tables[change.table]);
      });
    } catch (const IntegrityError& error) {
      for (const Violation& v : error.violations()) said.insert(v.code);
      first = error.code();
    } catch (const std::exception& error) {
      return std::string("the store throws: ") + error.what();
    }
    const Verdict verdict = model_.apply(step);
    if (verdict.codes.empty() != said.empty() ||
        (!said.empty() && *verdict.codes.begin() != first)) {
      return "the store says " + names(said) + ", the model " + names(verdict.codes);
    }
    const std::string expected = model_.contents();
    const std::string stored = dump(store_.snapshot(), catalog_);
    if (stored != expected) return "the store holds\n" + stored + "the model\n" + expected;
    const bool alone = step.size() == 1 && sqlite_judges_ && !verdict.restrict_met_cascade;
    std::optional<ErrorCode> sqlite;
    if (alone) sqlite = sqlite_.apply(step.front());
    // An action may pass through a state with two equal values, which SQLite does not allow.
    const bool in_passing = verdict.action_updated && sqlite == ErrorCode::unique;
    if (!alone || in_passing) {
      sqlite_.load(model_);
      return {};
    }
    ++judged_;
    // Of a row that is there already, SQLite may name any of its keys.
    if (sqlite == ErrorCode::unique && said.contains(ErrorCode::duplicate_key))
      sqlite = ErrorCode::duplicate_key;
    if (sqlite.has_value() == said.empty() ||
        (said.size() == 1 && verdict.codes.size() == 1 && sqlite != *said.begin())) {
      return "the store says " + names(said) + ", SQLite " +
             (sqlite ? std::string(to_string(*sqlite)) : "ok");
    }
    const std::string theirs = sqlite_.contents();
    if (theirs != stored) return "the store holds\n" + stored + "SQLite\n" + theirs;
    return {};
  }

  [[nodiscard]] std::string damage() const { return problems(store_); }
  // Steps that SQLite judged.
  [[nodiscard]] std::size_t judged() const noexcept { return judged_; }

 private:
  const Catalog& catalog_;
  Store store_;
  Model model_;
  SqliteTwin sqlite_;
  bool sqlite_judges_;
  std::size_t judged_ = 0;
};

std::string failure_of(const Catalog& catalog, const Program& program) {
  Bench bench("memory");
  Trio trio(catalog, bench);
  for (const Step& step : program) {
    std::string wrong = trio.step(step);
    if (!wrong.empty()) return wrong;
  }
  const std::string damage = trio.damage();
  return damage.empty() ? "" : "check() says " + damage;
}

// Leaves out steps, then changes within steps, while it still fails.
Program shrink(const Catalog& catalog, Program program) {
  for (std::size_t span = program.size(); span > 0; span /= 2) {
    for (std::size_t at = 0; at + span <= program.size();) {
      Program fewer = program;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(span));
      if (failure_of(catalog, fewer).empty()) {
        ++at;
      } else {
        program = std::move(fewer);
      }
    }
  }
  for (std::size_t s = 0; s < program.size(); ++s) {
    for (std::size_t at = 0; at < program[s].size();) {
      Program fewer = program;
      fewer[s].erase(fewer[s].begin() + static_cast<std::ptrdiff_t>(at));
      if (failure_of(catalog, fewer).empty()) {
        ++at;
      } else {
        program = std::move(fewer);
      }
    }
  }
  return program;
}

std::string script(const Catalog& catalog, const Program& program) {
  std::string out = catalog.to_text();
  for (const Step& step : program) {
    for (const Change& change : step) out += show(change, catalog) + "\n";
    out += "--\n";
  }
  return out;
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Programs of 60 steps until the time is over or one fails.
void run(std::string_view backend, std::size_t largest_step) {
  const auto start = std::chrono::steady_clock::now();
  const auto budget = std::chrono::seconds(setting("KINDRED_DIFFERENTIAL_SECONDS", 6));
  const auto clock = start.time_since_epoch().count();
  std::uint64_t seed = setting("KINDRED_SEED", static_cast<std::uint64_t>(clock));
  std::size_t steps = 0;
  std::size_t judged = 0;
  std::size_t passed = 0;
  Bench bench(backend);
  for (; std::chrono::steady_clock::now() - start < budget; ++seed) {
    Random random(seed);
    const Catalog catalog = random_catalog(random);
    Program program;
    std::string wrong;
    Trio trio(catalog, bench);
    for (int i = 0; i < 60 && wrong.empty(); ++i) {
      // Long ones, of which one change in many is wrong, seldom pass as a whole.
      const std::size_t size = 1 + random.below(1 + random.below(largest_step));
      program.push_back(random_changes(random, trio.model(), size));
      const std::string before = trio.model().contents();
      wrong = trio.step(program.back());
      passed += before != trio.model().contents();
      ++steps;
    }
    judged += trio.judged();
    if (wrong.empty()) wrong = trio.damage();
    if (wrong.empty()) continue;
    std::string least;
    if (!failure_of(catalog, program).empty()) {
      const Program small = shrink(catalog, program);
      least = failure_of(catalog, small) + "\n" + script(catalog, small);
    } else {
      least = script(catalog, program);
    }
    BOOST_ERROR("KINDRED_SEED=" << seed << " on " << backend << ": " << wrong
                                << "\nthe least that shows it: " << least);
    return;
  }
  BOOST_TEST_MESSAGE(steps << " steps on " << backend << ", " << passed << " changed something, "
                           << judged << " judged by SQLite; last seed " << seed);
  // Programs that do nothing would prove nothing.
  BOOST_TEST(passed * 5 > steps);
  BOOST_TEST(judged > 0U);
}

BOOST_AUTO_TEST_SUITE(differential)

BOOST_AUTO_TEST_CASE(single_changes_agree_with_sqlite_and_the_model) { run("memory", 1); }

BOOST_AUTO_TEST_CASE(change_sets_agree_with_the_model) { run("memory", 7); }

BOOST_AUTO_TEST_CASE(change_sets_agree_with_the_model_on_disk) { run("lmdb", 5); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
