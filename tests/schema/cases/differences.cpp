#include "tests/schema/cases/differences.hpp"

#include <algorithm>
#include <fstream>

namespace kindred::schema_cases {

Differences::Differences(const std::string& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t end = line.find('`', 3);
    if (end != std::string::npos) ids_.push_back(line.substr(3, end - 3));
  }
}

bool Differences::has(std::string_view id) const {
  return std::any_of(ids_.begin(), ids_.end(), [&](const std::string& listed) {
    if (!id.starts_with(listed)) return false;
    const std::string_view rest = id.substr(listed.size());
    return rest.empty() || rest.front() == '/' || listed.ends_with('/');
  });
}

}  // namespace kindred::schema_cases
