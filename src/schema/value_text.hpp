// Text as Python's repr() prints it.
#pragma once

#include <string>
#include <string_view>

namespace kindred::schema::detail {

// 'text', or "it's"; what is not printable is escaped. Precondition: UTF-8.
void append_repr(std::string& out, std::string_view text);

}  // namespace kindred::schema::detail
