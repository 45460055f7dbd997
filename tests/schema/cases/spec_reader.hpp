// Type expressions of schema vectors as descriptions of types.
#pragma once

#include <deque>
#include <string>

#include "json/reader.hpp"
#include "kindred/schema_dynamic.hpp"

namespace kindred::schema_cases {

using Json = json::Value;

// Throws std::runtime_error for anything that it does not know: a kind, an option, a config key.
class SpecReader {
 public:
  [[nodiscard]] schema::TypeSpec type(const Json& from);
  // Its texts live as long as the reader.
  [[nodiscard]] config settings(const Json& from);
  [[nodiscard]] schema::ValidateOptions call(const Json& from);
  [[nodiscard]] static schema::DumpOptions dump(const Json& from);
  [[nodiscard]] static schema::JsonSchemaOptions json_schema(const Json& from);

 private:
  void option(schema::TypeSpec& to, std::string_view name, const Json& v);
  void constraint(schema::TypeSpec& to, std::string_view name, const Json& v);
  schema::FieldSpec field(std::string_view name, const Json& from);
  std::vector<schema::TypeSpec> types(const Json& from);

  std::deque<std::string> texts_;
};

}  // namespace kindred::schema_cases
