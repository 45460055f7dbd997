#include "tools/kindred/schema_file.hpp"

namespace kindred::tool {

Catalog as_declared(Catalog catalog) {
  for (Table& table : catalog.tables) {
    table.number = 0;
    table.uid = 0;
    table.keyspace = 0;
    table.list_number = 0;
    for (Column& column : table.columns) column.number = 0;
    for (Index& index : table.indexes) index.keyspace = 0;
    for (ForeignKey& key : table.foreign_keys) key.keyspace = 0;
  }
  return catalog;
}

}  // namespace kindred::tool
