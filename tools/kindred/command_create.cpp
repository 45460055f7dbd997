#include <fmt/format.h>

#include "kindred/storage.hpp"
#include "tools/kindred/commands.hpp"
#include "tools/kindred/input.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {

ExitCode run_create(const Session& session, const CreateOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {0, 0}, usage::create);
  Input file(options.schema);
  // The schema is judged before anything is made.
  const Catalog catalog = Catalog::from_json(file.rest(), file.name());

  storage::OpenOptions opening;
  opening.creation = storage::Creation::must;
  const auto storage = storage::open(arguments.store, opening);
  StoreOptions creating = session.write_options();
  creating.create = true;
  const Store store = Store::open(storage, catalog, creating);
  session.note(fmt::format("created {} with {}", arguments.store,
                           counted(store.catalog()->tables.size(), "table")));
  store.close();
  return ExitCode::ok;
}

}  // namespace kindred::tool
