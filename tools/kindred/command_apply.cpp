#include <fmt/format.h>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/input.hpp"
#include "tools/kindred/interrupt.hpp"
#include "tools/kindred/line_map.hpp"
#include "tools/kindred/line_object.hpp"
#include "tools/kindred/problems.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

class Applier {
 public:
  Applier(const Session& session, const Catalog& catalog, Input& input)
      : input_(input), parser_(catalog, input), bar_(session.show_progress(), "changes") {}

  // Every line is parsed before anything is applied, so that all that is wrong with the input
  // itself is told at once; then it is read again.
  void validate() {
    input_.rewind();
    Problems problems;
    std::string_view line;
    while (!problems.enough() && input_.next(line)) {
      if (is_blank(line)) continue;
      try {
        (void)parser_.change(line);
      } catch (const ValidationError& error) {
        problems.add(error.what());
      }
    }
    problems.check();
  }

  // Runs again, from the first line, where storage asks for it.
  void run(Transaction& transaction) {
    input_.rewind();
    changes_ = 0;
    sets_ = 0;
    bool more = true;
    while (more) {
      lines_.clear();
      // The first line of a set is read outside of it: empty lines at the end make no set.
      std::string_view line;
      while ((more = input_.next(line)) && is_blank(line)) {
      }
      if (!more) break;
      transaction.batch([&](Batch& batch) {
        do {
          add(batch, line);
          more = input_.next(line);
        } while (more && !is_blank(line));
      });
      changes_ += lines_.size();
      ++sets_;
      check_interrupted();
    }
    bar_.phase("writing ...");
  }

  [[nodiscard]] const LineMap& lines() const noexcept { return lines_; }
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }
  [[nodiscard]] std::uint64_t sets() const noexcept { return sets_; }
  void done() { bar_.clear(); }

 private:
  void add(Batch& batch, std::string_view line) {
    const Change change = parser_.change(line);
    try {
      make(batch, change);
    } catch (const CapacityError& error) {
      throw ValidationError(input_.where(), error.what());
    } catch (const UsageError& error) {
      throw ValidationError(input_.where(), error.what());
    }
    bar_.update(changes_ + lines_.size(), input_.done(), input_.size());
  }

  void make(Batch& batch, const Change& change) {
    const std::string& table = change.table->name;
    // Before each call: what it throws names this position.
    const auto count = [&] { lines_.add(input_.name(), input_.line()); };
    switch (change.op) {
      case Change::Op::insert:
        count();
        batch.insert(table, change.row);
        return;
      case Change::Op::put:
        count();
        batch.put(table, change.row);
        return;
      case Change::Op::update:
        count();
        batch.update(table, change.keys.front(), change.row);
        return;
      case Change::Op::erase:
        for (const Row& key : change.keys) {
          count();
          batch.erase(table, key);
        }
        return;
    }
  }

  Input& input_;
  LineParser parser_;
  ProgressBar bar_;
  LineMap lines_;  // of the set that is gathered or applied now
  std::uint64_t changes_ = 0;
  std::uint64_t sets_ = 0;
};

}  // namespace

ExitCode run_apply(const Session& session, const ApplyOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {1, 1}, usage::apply);
  const Store store = session.open_for_writing(arguments.store);
  const auto catalog = store.catalog();
  Input input(arguments.rest.front());
  Applier applier(session, *catalog, input);
  applier.validate();
  try {
    const auto work = [&](Transaction& transaction) { applier.run(transaction); };
    if (options.dry_run)
      store.dry_run(work);
    else
      store.update(work);
  } catch (const IntegrityError& error) {
    applier.done();
    throw InputRejected(describe(error, applier.lines()));
  }
  applier.done();
  const std::string summary = fmt::format("{} in {}", counted(applier.changes(), "change"),
                                          counted(applier.sets(), "ChangeSet"));
  session.note(options.dry_run ? fmt::format("would apply {}; nothing written (dry run)", summary)
                               : fmt::format("applied {}", summary));
  return ExitCode::ok;
}

}  // namespace kindred::tool
