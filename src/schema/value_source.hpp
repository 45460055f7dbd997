// Values as a source of events.
#pragma once

#include "schema/source.hpp"

namespace kindred::schema::detail {

// Handles are addresses of Values.
[[nodiscard]] const Source& value_source();

}  // namespace kindred::schema::detail
