#include "tools/kindred/commands.hpp"
#include "tools/kindred/schema_file.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

std::string rendered(const Catalog& catalog, SchemaOptions::As as) {
  switch (as) {
    case SchemaOptions::As::json: return catalog.to_json();
    case SchemaOptions::As::mermaid: return catalog.to_mermaid();
    case SchemaOptions::As::text: break;
  }
  return catalog.to_text();
}

// Line by line: names and constants of a schema are data too.
std::string cleaned(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += escape_controls(text.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

ExitCode run_schema(const Session& session, const SchemaOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {0, 1}, usage::schema);
  const Store store = session.open_for_reading(arguments.store);
  const auto catalog = store.catalog();
  Catalog shown = as_declared(*catalog);
  if (!arguments.rest.empty()) shown.tables = {find_table(shown, arguments.rest.front())};
  std::string text = rendered(shown, options.as);
  if (!text.ends_with('\n')) text += '\n';
  Output output = session.output();
  output.write(session.on_screen() ? cleaned(text) : text);
  output.finish();
  return ExitCode::ok;
}

}  // namespace kindred::tool
