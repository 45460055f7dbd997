// One row of a file of schema vectors, run through the public interface.
#pragma once

#include <string>

#include "json/reader.hpp"

namespace kindred::schema_cases {

struct Outcome {
  std::string id;
  std::string kind;     // for the table: the kind of the type, "dump", "json schema"
  std::string failure;  // why it failed; empty where it did not
  std::string got;      // for people
};

// Never throws: what goes wrong is the failure.
Outcome run_row(const json::Value& row);

}  // namespace kindred::schema_cases
