// What the typed functions of schema.hpp and the dynamic ones call: everything by node, compiled
// once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_error.hpp"
#include "kindred/schema_options.hpp"

namespace kindred::schema::detail {

// Null where the value is valid; else the errors, and the slot holds a valid object of its type
// with unspecified content.
using Report = std::shared_ptr<const ErrorReport>;

Report validate_json(const Node& node, void* slot, std::string_view text,
                     const ValidateOptions& options);
Report validate_value(const Node& node, void* slot, const Value& value,
                      const ValidateOptions& options);
// All scalars are texts, and lax even where strict is asked for.
Report validate_strings(const Node& node, void* slot, const Value& value,
                        const ValidateOptions& options);
// From an object of another type, member by member, through the description of that type; members
// are looked up by name there.
Report validate_attributes(const Node& node, void* slot, const Node& from, const void* object,
                           const ValidateOptions& options);
// One member of an object: what validate_assignment does. Checks frozen members and models, then
// the value; runs the model's functions behind it. On failure the object is as before.
Report validate_assignment(const Node& model, void* slot, std::string_view member,
                           const Value& value, const ValidateOptions& options);
// Gives every member that `seen` does not name its default, without validation; members without
// default keep what they hold.
void apply_defaults(const Model& model, void* base, const std::vector<bool>& seen,
                    const ValidateOptions& options);

// Appends JSON text.
void dump_json(const Node& node, const void* slot, const DumpOptions& options, std::string& out);
// As values: with `json`, only such as JSON has.
enum class DumpMode : std::uint8_t { values, json };
Value dump_value(const Node& node, const void* slot, const DumpOptions& options, DumpMode mode);

// Draft 2020-12, as a dict.
Value json_schema(const Node& node, const JsonSchemaOptions& options);
// JSON text of a value that has only what JSON has (and big integers, which are written as digits).
void append_json(std::string& out, const Value& value, unsigned indent, bool ensure_ascii);
// A JSON text as a value, integers of any size kept. Throws ValidationError.
Value parse_json(std::string_view text);

[[nodiscard]] std::shared_ptr<const ErrorReport> make_report(std::string title,
                                                             std::vector<ErrorDetails> errors);

// Python's `==` and hash: 1 == 1.0 == true. What keys of dicts and items of sets are told apart by.
[[nodiscard]] bool same_key(const Value& a, const Value& b);
[[nodiscard]] std::uint64_t hash_key(const Value& v);

}  // namespace kindred::schema::detail
