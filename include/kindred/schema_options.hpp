// How models behave (config), how one call validates (ValidateOptions), how one call dumps
// (DumpOptions). Names and defaults are Pydantic's; limits are ours.
//
//   struct UserOut {
//     static constexpr auto model_config = config{.from_attributes = true, .extra = extra::forbid};
//     ...
//   };
//
// Threads: values.
#pragma once

#include <any>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kindred {

// Members of the input that the model does not declare: dropped, refused (`extra_forbidden`), or
// kept in model_extra.
enum class extra : std::uint8_t { ignore, forbid, allow };
// Makes aliases from names: "user_name" -> "userName", "UserName", "user_name".
enum class alias_generator : std::uint8_t { none, camel, pascal, snake };
enum class bytes_coding : std::uint8_t { utf8, base64, hex };
// What bare numbers given for datetimes and durations count; `infer`: seconds, or milliseconds
// beyond 2e10.
enum class temporal_unit : std::uint8_t { infer, seconds, milliseconds };
enum class duration_form : std::uint8_t { iso8601, seconds };
// How dumps write NaN and infinity.
enum class inf_nan_form : std::uint8_t { null, constants, strings };

// A model's config. What is not given is as Pydantic has it. Options of a field win over it; it
// does not reach into nested models, which have their own.
struct config {
  std::optional<bool> from_attributes{};  // for the reader: calling from(object) is the asking
  std::optional<bool> strict{};           // no conversions between types, such as "1" to 1
  std::optional<kindred::extra> extra{};
  std::optional<bool> populate_by_name{};  // both of the next two
  std::optional<bool> validate_by_name{};
  std::optional<bool> validate_by_alias{};
  std::optional<bool> serialize_by_alias{};
  std::optional<bool> loc_by_alias{};  // errors name members as the input does
  kindred::alias_generator alias_generator = kindred::alias_generator::none;
  std::optional<bool> validate_assignment{};
  std::optional<bool> validate_default{};
  std::optional<bool> frozen{};
  std::optional<bool> str_strip_whitespace{};
  std::optional<bool> str_to_lower{};
  std::optional<bool> str_to_upper{};
  std::optional<std::size_t> str_min_length{};
  std::optional<std::size_t> str_max_length{};
  std::optional<bool> coerce_numbers_to_str{};
  std::optional<bool> allow_inf_nan{};
  std::optional<bool> use_enum_values{};
  std::optional<bool> url_preserve_empty_path{};
  std::optional<bytes_coding> val_json_bytes{};
  std::optional<bytes_coding> ser_json_bytes{};
  std::optional<temporal_unit> val_temporal_unit{};
  std::optional<duration_form> ser_json_timedelta{};
  std::optional<inf_nan_form> ser_json_inf_nan{};
  std::optional<bool> hide_input_in_errors{};
  std::string_view title{};
  std::string_view description{};
};

namespace schema {

// What the input may be at most; beyond it the whole call fails with one error.
struct Limits {
  std::size_t depth = 200;                   // containers inside each other: json_invalid
  std::size_t bytes = std::size_t{1} << 30;  // of text: json_invalid
  std::size_t items = std::size_t{1} << 27;  // of all containers together: too_many_items
  std::size_t errors = 100;                  // further ones are not looked for
  // Unions and before-validators read text again; in all this many times its length, and 64 KiB:
  // look_ahead_limit.
  std::size_t look_ahead = 64;
};

enum class Partial : std::uint8_t { off, on, trailing_strings };

struct ValidateOptions {
  std::optional<bool> strict{};  // wins over config and fields
  std::optional<kindred::extra> extra{};
  std::optional<bool> by_alias{};
  std::optional<bool> by_name{};
  bool allow_inf_nan_numbers = true;  // NaN, Infinity and -Infinity as tokens of JSON text
  // A text that was cut is taken as far as it goes; the last item of the outermost containers is
  // dropped where it is at fault. `trailing_strings` also keeps a string that was cut.
  Partial allow_partial = Partial::off;
  Limits limits{};
  const std::any* context = nullptr;  // handed to validators as info.context
};

// Which members a dump has. Empty: all. A path is "name", "items.*.price", "items.-1".
struct DumpOptions {
  std::vector<std::string> include{};
  std::vector<std::string> exclude{};  // wins over include
  std::optional<bool> by_alias{};      // else config's serialize_by_alias, else names
  bool exclude_unset = false;          // what the input did not give
  bool exclude_defaults = false;       // what equals its default
  bool exclude_none = false;           // members that are null
  bool exclude_computed = false;
  bool round_trip = false;  // computed fields are left out, Json<T> is text again
  unsigned indent = 0;      // spaces; 0 is the compact form
  bool ensure_ascii = false;
  const std::any* context = nullptr;
};

enum class SchemaMode : std::uint8_t { validation, serialization };
struct JsonSchemaOptions {
  SchemaMode mode = SchemaMode::validation;
  bool by_alias = true;
  std::string ref_template = "#/$defs/{model}";
  // Unions of plain types: as anyOf, or as {"type": [...]}.
  enum class UnionFormat : std::uint8_t { any_of, primitive_type_array };
  UnionFormat union_format = UnionFormat::any_of;
};

}  // namespace schema
}  // namespace kindred
