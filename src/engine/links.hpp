// Rows of a table between two others, for many-to-many relationships given as sets of pairs.
#pragma once

#include <span>

#include "engine/writing.hpp"

namespace kindred::engine {

// A pair by the keys that its row refers to, as CompiledCatalog::append_referenced gives them.
struct LinkChange {
  ByteView left;   // of the parent of `foreign_key`
  ByteView right;  // of the parent of `target_key`
  bool add = false;
};

// Adds to `changes` what makes every pair present (add) or absent. A pair that is so already adds
// nothing; of a pair named twice the last counts. What is stored is looked up in one storage call,
// two where the primary key of `owner` is not made of both foreign keys' columns.
// A new row has the defaults of its other columns; one that may not be null without a default is a
// violation of the change set. Absent: every row of the pair is erased.
// Throws UsageError where a column belongs to both foreign keys and left and right disagree on it,
// CapacityError where the new row's key, or a unique value that it would have to copy, is too long.
void link_rows(Writing& writing, ChangeSet& changes, const CompiledTable& owner,
               std::uint32_t foreign_key, std::uint32_t target_key,
               std::span<const LinkChange> pairs);

}  // namespace kindred::engine
