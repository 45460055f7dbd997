// What a sequence's form says of it.
#pragma once

#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

[[nodiscard]] constexpr bool is_set(Sequence::Form form) noexcept {
  return form == Sequence::Form::set || form == Sequence::Form::frozen_set;
}

}  // namespace kindred::schema::detail
