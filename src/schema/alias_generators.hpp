// Names of members in other styles, as Pydantic's alias generators make them. ASCII letters only
// change case.
#pragma once

#include <string>
#include <string_view>

namespace kindred::schema::detail {

std::string to_pascal(std::string_view name);  // "user_name" -> "UserName"
std::string to_camel(std::string_view name);   // "user_name" -> "userName"
std::string to_snake(std::string_view name);   // "userName2" -> "user_name_2"

}  // namespace kindred::schema::detail
