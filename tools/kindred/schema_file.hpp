// The schema of a store as its users declared it.
#pragma once

#include "kindred/catalog.hpp"

namespace kindred::tool {

// Without the numbers that one store gave to tables, columns and keyspaces: two stores made from
// one schema file give the same.
[[nodiscard]] Catalog as_declared(Catalog catalog);

}  // namespace kindred::tool
