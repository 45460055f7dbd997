// The schemes and layers that come with the library. builtin.cpp is the only file that names
// backends.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kindred/storage.hpp"

namespace kindred::storage {

[[nodiscard]] std::vector<std::pair<std::string, Opener>> builtin_schemes();
[[nodiscard]] std::vector<std::pair<std::string, Layer>> builtin_layers();
// What a path without a scheme means.
inline constexpr std::string_view default_scheme = "lmdb";

}  // namespace kindred::storage
