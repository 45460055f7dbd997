// Changes given as entities, through their codec.
#pragma once

#include "engine/writing.hpp"

namespace kindred::engine {

// Adds one change of a whole entity. A sequence key of 0 is assigned on insert and put: the id is
// returned, else 0; the entity stays as it is. `key` and `row` are buffers to reuse. Broken column
// rules become violations of the change set.
std::uint64_t add_entity(Writing& writing, ChangeSet& changes, const EntityCodec& codec,
                         const void* entity, ChangeKind kind, Buffer& key, Buffer& row,
                         std::vector<ColumnFault>& faults);

}  // namespace kindred::engine
