// The proof that a store is whole: structure, catalogue, rows, indexes both ways, references,
// sequences, keyspaces.
#pragma once

#include "engine/reading.hpp"

namespace kindred::engine {

[[nodiscard]] CheckReport check(Reading& reading, const CheckOptions& options);

}  // namespace kindred::engine
