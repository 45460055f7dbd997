// The texts of errors.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "kindred/detail/schema_node.hpp"

namespace kindred::schema::detail {

// `message` with {name} replaced by what the context has under that name.
[[nodiscard]] std::string fill_message(std::string_view message, const Dict& context);
// The message of an error of the catalogue; the type itself where it is none.
[[nodiscard]] std::string message_of(std::string_view type, const Dict& context, InputMode mode);

}  // namespace kindred::schema::detail
