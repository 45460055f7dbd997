// Precompiled for the library and for test programs of three files or more: the standard headers
// that most files include anyway. A file still includes what it uses. (Not <filesystem>: it brings
// std::quoted, which then competes for every call of a function of that name.)
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
