// The rows that docs/differences-from-pydantic.md lists: deliberate deviations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kindred::schema_cases {

class Differences {
 public:
  // Ids, or beginnings of ids up to a '/', in backticks in the first column of the document's
  // tables. None where there is no document.
  explicit Differences(const std::string& file);
  [[nodiscard]] bool has(std::string_view id) const;

 private:
  std::vector<std::string> ids_;
};

}  // namespace kindred::schema_cases
