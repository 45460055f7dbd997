// Conditions on stored rows, in three-valued logic.
#pragma once

#include "engine/compiled.hpp"

namespace kindred::engine {

enum class Truth : std::uint8_t { no, unknown, yes };

// Throws UsageError where the expression names a column that is not there or compares unlike types.
[[nodiscard]] Truth evaluate(const Expression& condition, const CompiledTable& table, ByteView key,
                             const RowView& row);

}  // namespace kindred::engine
