#include "storage/builtin.hpp"

#include "backends/lmdb/lmdb.hpp"
#include "backends/memory/memory.hpp"
#include "kindred/storage_layers.hpp"

namespace kindred::storage {

std::vector<std::pair<std::string, Opener>> builtin_schemes() {
  return {{"lmdb", [](std::string_view path,
                      const OpenOptions& options) { return lmdb::open(path, options); }},
          {"memory", memory::open}};
}

std::vector<std::pair<std::string, Layer>> builtin_layers() {
  return {{"count",
           [](std::shared_ptr<Storage> base, std::string_view argument) {
             if (!argument.empty()) throw UsageError("the count layer takes no argument");
             return count_layer(std::move(base));
           }},
          {"fault", [](std::shared_ptr<Storage> base, std::string_view argument) {
             return fault_layer(std::move(base), argument);
           }}};
}

}  // namespace kindred::storage
