#include <fmt/format.h>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/record_writer.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {

ExitCode run_get(const Session& session, const GetOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {2, std::nullopt}, usage::get);
  const Store store = session.open_for_reading(arguments.store);
  const Snapshot snapshot = store.snapshot();
  const auto catalog = snapshot.catalog();
  const Table& table = find_table(*catalog, arguments.rest.front());
  const std::vector<Row> keys = parse_keys(table, std::span(arguments.rest).subspan(1));

  Output output = session.output();
  RecordWriter writer(session, output, headings_of(table));
  ExitCode exit = ExitCode::ok;
  const auto rows = snapshot.get_many(table.name, keys);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i]) {
      writer.write(fields_of(table, *rows[i]));
    } else {
      session.warn(fmt::format("there is no {} {}", table.name, key_text(table, keys[i])));
      exit = ExitCode::no;
    }
  }
  writer.finish();
  return exit;
}

}  // namespace kindred::tool
