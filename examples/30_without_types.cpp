// A store without entity types: the catalogue from JSON, rows as named values, the same engine.
//
//   30_without_types STORE
#include <kindred/store.hpp>

#include <iostream>

using namespace kindred;

int main(int argc, char** argv) {
  const Catalog catalog = Catalog::from_json(R"({"tables": [
    {"name": "film", "primary_key": ["id"], "unique": [["title"]],
     "columns": [{"name": "id", "type": "int64"},
                 {"name": "title", "type": "string", "max_length": 80}]},
    {"name": "copy", "primary_key": ["film_id", "format"],
     "columns": [{"name": "film_id", "type": "int64"},
                 {"name": "format", "type": "string"},
                 {"name": "price", "type": "decimal", "precision": 6, "scale": 2}],
     "foreign_keys": [{"columns": ["film_id"], "on_delete": "cascade",
                       "references": {"table": "film", "columns": ["id"]}}]}]})");
  const Store store = Store::open(argc > 1 ? argv[1] : "memory:", catalog, {.create = true});

  store.update([](Transaction& tx) {
    const Row key = tx.insert("film", {{"title", "Metropolis"}});
    for (const char* format : {"16mm", "35mm"})
      tx.insert("copy", {{"film_id", key["id"]}, {"format", format}, {"price", Number{1250, 2}}});
  });

  const Snapshot seen = store.snapshot();
  seen.scan("film", {}, [&](const Row& film) {
    std::cout << film["title"].to_string() << '\n';
    seen.children("copy", "fk_copy_film_id", {{"id", film["id"]}}, [](const Row& copy) {
      std::cout << "  " << copy["format"].to_string() << ' ' << copy["price"].to_string() << '\n';
      return true;
    });
    return true;
  });
  const std::vector<Row> keys{{{"id", 1}}};
  std::cout << seen.plan_erase("film", keys).to_string();

  try {
    store.update([](Transaction& tx) {
      tx.insert("copy", {{"film_id", 7}, {"format", "8mm"}, {"price", Number{5, 0}}});
    });
  } catch (const IntegrityError& e) {
    std::cout << e.what() << '\n';
  }
}
