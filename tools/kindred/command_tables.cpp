#include <fmt/format.h>

#include <algorithm>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/interrupt.hpp"
#include "tools/kindred/record_writer.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

Field list(const std::vector<std::string>& items, Format format) {
  const bool json = format == Format::json || format == Format::jsonl;
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += json ? "," : ", ";
    out += json ? json_quote(item) : item;
  }
  if (json) return Field::token("[" + out + "]");
  if (!items.empty()) return Field::text(out);
  return format == Format::csv || format == Format::tsv ? Field::null() : Field::text("-");
}

std::vector<std::string> key_columns(const Table& table) {
  std::vector<std::string> out;
  for (const std::string& name : table.primary_key) {
    const Column* column = table.column(name);
    out.push_back(column == nullptr ? name : fmt::format("{} {}", name, column->type.to_string()));
  }
  return out;
}

std::vector<std::string> referenced_tables(const Table& table) {
  std::vector<std::string> out;
  for (const ForeignKey& key : table.foreign_keys)
    if (std::find(out.begin(), out.end(), key.table) == out.end()) out.push_back(key.table);
  return out;
}

// Indexes that are kept: a foreign key that leads the primary key needs none of its own.
std::uint64_t index_count(const Table& table) {
  std::uint64_t count = table.indexes.size();
  for (const ForeignKey& key : table.foreign_keys)
    if (key.keyspace != 0) ++count;
  return count;
}

}  // namespace

ExitCode run_tables(const Session& session, const TablesOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {0, 0}, usage::tables);
  const Store store = session.open_for_reading(arguments.store);
  const Snapshot snapshot = store.snapshot();
  const auto catalog = snapshot.catalog();
  const Format format = session.format();

  std::vector<Heading> headings{{"table", Align::left}};
  if (options.counts) headings.push_back({"rows", Align::right});
  headings.push_back({"columns", Align::right});
  headings.push_back({"indexes", Align::right});
  headings.push_back({"key", Align::left});
  headings.push_back({"references", Align::left});

  Output output = session.output();
  RecordWriter writer(session, output, std::move(headings));
  std::uint64_t rows = 0;
  for (const Table& table : catalog->tables) {
    check_interrupted();
    std::vector<Field> fields{Field::text(table.name)};
    if (options.counts) {
      const std::uint64_t count = snapshot.count(table.name);
      rows += count;
      fields.push_back(Field::number(count));
    }
    fields.push_back(Field::number(table.columns.size()));
    fields.push_back(Field::number(index_count(table)));
    fields.push_back(list(key_columns(table), format));
    fields.push_back(list(referenced_tables(table), format));
    writer.write(fields);
  }
  writer.finish();
  session.note(options.counts ? fmt::format("{}, {}", counted(catalog->tables.size(), "table"),
                                            counted(rows, "row"))
                              : counted(catalog->tables.size(), "table"));
  return ExitCode::ok;
}

}  // namespace kindred::tool
