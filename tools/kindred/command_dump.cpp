#include <fmt/format.h>

#include <filesystem>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/csv.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/schema_file.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t shown_damage = 20;

enum class Wrapping { plain, named };

class Dumper {
 public:
  Dumper(const Session& session, const Snapshot& snapshot, DumpOptions::As as)
      : session_(session),
        snapshot_(snapshot),
        as_(as),
        bar_(session.show_progress(), "rows"),
        limit_(session.globals().limit.value_or(0)) {}

  void add_total(const Table& table) {
    const std::uint64_t count = snapshot_.count(table.name);
    total_ += limit_ != 0 && count > limit_ ? limit_ : count;
  }

  void table(Output& output, const Table& table, Wrapping wrapping) {
    if (as_ == DumpOptions::As::csv) write_header(output, table);
    const std::string prefix = wrapping == Wrapping::named
                                   ? "{\"table\":" + json_quote(table.name) + ",\"row\":"
                                   : std::string();
    std::uint64_t written = 0;
    const auto write = [&](const Row& row) {
      line_.clear();
      if (as_ == DumpOptions::As::csv) {
        append_csv_row(table, row);
      } else {
        line_ = prefix;
        append_row_json(line_, table, row);
        if (session_.on_screen()) line_ = escape_controls(line_);
        line_ += wrapping == Wrapping::named ? "}\n" : "\n";
      }
      output.write(line_);
      ++rows_;
      ++written;
      if (rows_ % 1024 == 0) bar_.update(rows_, rows_, total_);
      return limit_ == 0 || written < limit_;
    };
    snapshot_.salvage(table.name, write, [&](const std::string& key, const Error& error) {
      bar_.clear();
      if (++damaged_ <= shown_damage)
        session_.error(fmt::format("{} {} is left out: {}", table.name, key, error.what()));
    });
  }

  // What no row was left out from is whole.
  [[nodiscard]] ExitCode finish() {
    bar_.clear();
    if (damaged_ == 0) return ExitCode::ok;
    session_.error(fmt::format("{} left out: the dump is not the whole store",
                               counted(damaged_, "damaged row")));
    return ExitCode::damaged;
  }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  void write_header(Output& output, const Table& table) {
    std::vector<SeparatedCell> cells;
    for (const Column& column : table.columns) cells.push_back({column.name, false});
    line_.clear();
    append_csv(line_, cells);
    output.write(line_);
  }

  void append_csv_row(const Table& table, const Row& row) {
    std::vector<Field> fields = fields_of(table, row);
    std::vector<SeparatedCell> cells;
    for (Field& field : fields) {
      if (session_.on_screen()) field.content = escape_controls(field.content);
      cells.push_back({field.content, field.kind == Field::Kind::null});
    }
    append_csv(line_, cells);
  }

  const Session& session_;
  const Snapshot& snapshot_;
  DumpOptions::As as_;
  ProgressBar bar_;
  std::uint64_t limit_;
  std::uint64_t rows_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t damaged_ = 0;
  std::string line_;
};

// The folder, made where it is missing. What is there already is left alone.
void prepare_directory(const fs::path& directory) {
  std::error_code failure;
  if (fs::exists(directory, failure)) {
    if (!fs::is_directory(directory, failure))
      throw CommandLineError(fmt::format("--out {}: this is not a folder", directory.string()));
    if (!fs::is_empty(directory, failure))
      throw CommandLineError(
          fmt::format("--out {}: the folder is not empty: name a new one", directory.string()));
    return;
  }
  fs::create_directories(directory, failure);
  if (failure)
    throw Error(ErrorCode::permission, fmt::format("cannot make the folder {}: {}",
                                                   directory.string(), failure.message()));
}

void refuse_unfit_file_name(const Table& table) {
  if (table.name.empty() || table.name.front() == '.' ||
      table.name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    throw CommandLineError(
        fmt::format("table '{}' cannot name a file: dump it to standard output", table.name));
}

std::uint64_t dump_to_directory(const DumpOptions& options, const Catalog& catalog,
                                const std::vector<const Table*>& tables, Dumper& dumper) {
  for (const Table* table : tables) refuse_unfit_file_name(*table);
  const fs::path directory(options.directory);
  prepare_directory(directory);
  const std::string ending = options.as == DumpOptions::As::csv ? ".csv" : ".jsonl";
  for (const Table* table : tables) {
    Output file((directory / (table->name + ending)).string());
    dumper.table(file, *table, Wrapping::plain);
    file.finish();
  }
  // Last: a folder without it is not finished.
  Output schema((directory / "schema.json").string());
  schema.write(as_declared(catalog).to_json());
  schema.finish();
  return tables.size() + 1;
}

}  // namespace

ExitCode run_dump(const Session& session, const DumpOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {0, std::nullopt}, usage::dump);
  const Store store = session.open_for_reading(arguments.store);
  const Snapshot snapshot = store.snapshot();
  const auto catalog = snapshot.catalog();
  std::vector<const Table*> tables;
  for (const std::string& name : arguments.rest) tables.push_back(&find_table(*catalog, name));
  if (arguments.rest.empty())
    for (const Table& table : catalog->tables) tables.push_back(&table);

  const bool plain = options.plain || options.as == DumpOptions::As::csv;
  if (options.directory.empty() && plain && tables.size() != 1)
    throw CommandLineError(fmt::format("{} without --out needs the name of one table",
                                       options.plain ? "--plain" : "--as csv"));
  if (options.schema && (plain || !options.directory.empty()))
    throw CommandLineError(
        "--schema goes with JSON Lines to standard output, not with --plain, "
        "--as csv or --out");
  if (!options.directory.empty() && !session.globals().output.empty())
    throw CommandLineError("--out and --output exclude each other");

  Dumper dumper(session, snapshot, options.as);
  if (session.show_progress() == ShowProgress::yes)
    for (const Table* table : tables) dumper.add_total(*table);
  if (!options.directory.empty()) {
    const std::uint64_t files = dump_to_directory(options, *catalog, tables, dumper);
    const ExitCode exit = dumper.finish();
    session.note(fmt::format("{} in {} in {}", counted(dumper.rows(), "row"),
                             counted(files, "file"), options.directory));
    return exit;
  }
  Output output = session.output();
  if (options.schema)
    output.write("{\"schema\":" + compact_json(as_declared(*catalog).to_json()) + "}\n");
  for (const Table* table : tables)
    dumper.table(output, *table, plain ? Wrapping::plain : Wrapping::named);
  output.finish();
  return dumper.finish();
}

}  // namespace kindred::tool
