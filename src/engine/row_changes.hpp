// Changes given as Rows: names to ordinals, defaults, sequences, column rules.
#pragma once

#include "engine/writing.hpp"

namespace kindred::engine {

// Each adds one change. A value that breaks a column rule becomes a violation of the change set; a
// name that is not there is a UsageError. Insert and put return the key, with an assigned id.
Row insert_row(Writing& writing, ChangeSet& changes, const CompiledTable& table, const Row& row,
               ChangeKind kind);
void update_row(Writing& writing, ChangeSet& changes, const CompiledTable& table, const Row& key,
                const Row& set);
void erase_row(ChangeSet& changes, const CompiledTable& table, const Row& key);

}  // namespace kindred::engine
