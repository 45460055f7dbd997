#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>

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

namespace fs = std::filesystem;

struct Source {
  Input input;
  const Table* table = nullptr;  // of plain rows; null: every line names its own
};

// The files of a folder that tables are named after, in the order of the catalogue.
void add_directory(std::deque<Source>& sources, const Session& session, const Catalog& catalog,
                   const fs::path& directory) {
  std::set<std::string> stems;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == ".jsonl") stems.insert(entry.path().stem().string());
  const bool dumped = fs::exists(directory / "schema.json");
  const std::vector<std::string> names = table_names(catalog);
  for (const std::string& stem : stems) {
    if (catalog.table(stem) != nullptr) continue;
    const std::string close = nearest(stem, names);
    const std::string file = (directory / (stem + ".jsonl")).string();
    if (dumped || !close.empty())
      throw InputRejected(fmt::format(
          "{}: the store has no table '{}'{}", file, stem,
          close.empty()
              ? ""
              : fmt::format(" (did you mean '{}'?): rename the file or take it away", close)));
    session.note(fmt::format("left out {}: the store has no table '{}'", file, stem));
  }
  for (const Table& table : catalog.tables)
    if (stems.contains(table.name))
      sources.push_back({Input((directory / (table.name + ".jsonl")).string()), &table});
  if (sources.empty())
    throw InputRejected(
        fmt::format("{}: there is no file named after a table of the store, such as {}.jsonl",
                    directory.string(), names.empty() ? "TABLE" : names.front()));
}

class Loader {
 public:
  Loader(const Session& session, const Catalog& catalog, std::deque<Source>& sources)
      : catalog_(catalog), sources_(sources), bar_(session.show_progress(), "rows") {
    for (const Source& source : sources_) bytes_ += source.input.size();
  }

  // Everything as one ChangeSet. Runs again, from the first line, where storage asks for it.
  void run(Transaction& transaction) {
    lines_.clear();
    problems_.clear();
    tables_.clear();
    rows_ = 0;
    transaction.batch([&](Batch& batch) {
      std::uint64_t done = 0;
      for (Source& source : sources_) {
        source.input.rewind();
        read(batch, source, done);
        done += source.input.size();
      }
      problems_.check();
      bar_.phase("checking references and writing ...");
    });
    check_interrupted();
  }

  [[nodiscard]] const LineMap& lines() const noexcept { return lines_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t tables() const noexcept { return tables_.size(); }
  void done() { bar_.clear(); }

 private:
  void read(Batch& batch, Source& source, std::uint64_t bytes_before) {
    LineParser parser(catalog_, source.input);
    std::string_view line;
    while (!problems_.enough() && source.input.next(line)) {
      if (is_blank(line)) continue;
      try {
        insert(batch, source, parser, line);
      } catch (const IntegrityError&) {
        throw;  // names positions: told with all others
      } catch (const ValidationError& error) {
        problems_.add(error.what());
      } catch (const CapacityError& error) {
        problems_.add(fmt::format("{}: {}", source.input.where(), error.what()));
      } catch (const UsageError& error) {
        problems_.add(fmt::format("{}: {}", source.input.where(), error.what()));
      }
      if (rows_ % 1024 == 0) {
        check_interrupted();
        bar_.update(rows_, bytes_before + source.input.done(), bytes_);
      }
    }
  }

  void insert(Batch& batch, Source& source, LineParser& parser, std::string_view line) {
    if (source.table != nullptr) {
      insert(batch, source, *source.table, parser.plain_row(line, *source.table));
      return;
    }
    const LoadLine parsed = parser.load_line(line);
    if (parsed.table != nullptr) {
      insert(batch, source, *parsed.table, parsed.row);
      return;
    }
    const std::vector<std::string> differences = catalog_.differences(parsed.schema);
    if (!differences.empty())
      throw ValidationError(source.input.where(),
                            fmt::format("the schema of this dump differs from the store's:\n  {}",
                                        fmt::join(differences, "\n  ")));
  }

  void insert(Batch& batch, const Source& source, const Table& table, const Row& row) {
    // Before the call: what it throws names this position.
    lines_.add(source.input.name(), source.input.line());
    batch.insert(table.name, row);
    tables_.insert(&table);
    ++rows_;
  }

  const Catalog& catalog_;
  std::deque<Source>& sources_;
  ProgressBar bar_;
  LineMap lines_;
  Problems problems_;
  std::set<const Table*> tables_;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
};

std::deque<Source> find_sources(const Session& session, const Catalog& catalog,
                                const std::string& path, const LoadOptions& options) {
  std::deque<Source> sources;
  std::error_code ignored;
  if (path != "-" && fs::is_directory(path, ignored)) {
    if (!options.table.empty())
      throw CommandLineError("--table goes with a file: a folder names the tables by its files");
    add_directory(sources, session, catalog, path);
  } else {
    const Table* table = options.table.empty() ? nullptr : &find_table(catalog, options.table);
    sources.push_back({Input(path), table});
  }
  return sources;
}

}  // namespace

ExitCode run_load(const Session& session, const LoadOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {1, 1}, usage::load);
  const Store store = session.open_for_writing(arguments.store);
  const auto catalog = store.catalog();
  std::deque<Source> sources = find_sources(session, *catalog, arguments.rest.front(), options);
  Loader loader(session, *catalog, sources);
  try {
    const auto work = [&](Transaction& transaction) { loader.run(transaction); };
    if (options.dry_run)
      store.dry_run(work);
    else
      store.update(work);
  } catch (const IntegrityError& error) {
    loader.done();
    throw InputRejected(describe(error, loader.lines()));
  }
  loader.done();
  session.note(options.dry_run
                   ? fmt::format("would insert {} into {}; nothing written (dry run)",
                                 counted(loader.rows(), "row"), counted(loader.tables(), "table"))
                   : fmt::format("inserted {} into {}", counted(loader.rows(), "row"),
                                 counted(loader.tables(), "table")));
  return ExitCode::ok;
}

}  // namespace kindred::tool
