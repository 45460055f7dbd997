#include "schema/messages.hpp"

#include "kindred/schema_error.hpp"

namespace kindred::schema {

// Types and texts are Pydantic's, but for look_ahead_limit, too_many_items and value_range. In the
// order of docs/schema-errors.md.
const std::vector<ErrorType>& error_types() {
  static const std::vector<ErrorType> types{
      {"json_invalid", "Invalid JSON: {error}", ""},
      {"json_type", "JSON input should be string, bytes or bytearray", ""},
      {"recursion_loop", "Recursion error - cyclic reference detected", ""},
      {"too_many_items", "Input has more than {max_items} items in all", ""},
      {"look_ahead_limit", "Unions and validators of this value need to read it too often", ""},
      {"missing", "Field required", ""},
      {"extra_forbidden", "Extra inputs are not permitted", ""},
      {"model_type", "Input should be an object",
       "Input should be a valid dictionary or instance of {class_name}"},
      {"model_attributes_type", "Input should be an object",
       "Input should be a valid dictionary or object to extract fields from"},
      {"get_attribute_error", "Error extracting attribute: {error}", ""},
      {"default_factory_not_called",
       "The default factory uses validated data, but at least one validation error occurred", ""},
      {"no_such_attribute", "Object has no attribute '{attribute}'", ""},
      {"frozen_field", "Field is frozen", ""},
      {"frozen_instance", "Instance is frozen", ""},
      {"value_error", "Value error, {error}", ""},
      {"assertion_error", "Assertion failed, {error}", ""},
      {"none_required", "Input should be null", ""},
      {"bool_type", "Input should be a valid boolean", ""},
      {"bool_parsing", "Input should be a valid boolean, unable to interpret input", ""},
      {"int_type", "Input should be a valid integer", ""},
      {"int_parsing", "Input should be a valid integer, unable to parse string as an integer", ""},
      {"int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size", ""},
      {"int_from_float", "Input should be a valid integer, got a number with a fractional part",
       ""},
      {"float_type", "Input should be a valid number", ""},
      {"float_parsing", "Input should be a valid number, unable to parse string as a number", ""},
      {"finite_number", "Input should be a finite number", ""},
      {"decimal_type", "Decimal input should be an integer, float, string or Decimal object", ""},
      {"decimal_parsing", "Input should be a valid decimal", ""},
      {"decimal_max_digits",
       "Decimal input should have no more than {max_digits} digit{expected_plural} in total", ""},
      {"decimal_max_places",
       "Decimal input should have no more than {decimal_places} decimal place{expected_plural}",
       ""},
      {"decimal_whole_digits",
       "Decimal input should have no more than {whole_digits} digit{expected_plural} before the "
       "decimal point",
       ""},
      {"greater_than", "Input should be greater than {gt}", ""},
      {"greater_than_equal", "Input should be greater than or equal to {ge}", ""},
      {"less_than", "Input should be less than {lt}", ""},
      {"less_than_equal", "Input should be less than or equal to {le}", ""},
      {"multiple_of", "Input should be a multiple of {multiple_of}", ""},
      {"value_range", "Input is outside of the range of the type", ""},
      {"string_type", "Input should be a valid string", ""},
      {"string_too_short", "String should have at least {min_length} character{expected_plural}",
       ""},
      {"string_too_long", "String should have at most {max_length} character{expected_plural}", ""},
      {"string_pattern_mismatch", "String should match pattern '{pattern}'", ""},
      {"bytes_type", "Input should be a valid bytes", ""},
      {"bytes_too_short", "Data should have at least {min_length} byte{expected_plural}", ""},
      {"bytes_too_long", "Data should have at most {max_length} byte{expected_plural}", ""},
      {"bytes_invalid_encoding", "Data should be valid {encoding}: {encoding_error}", ""},
      {"enum", "Input should be {expected}", ""},
      {"literal_error", "Input should be {expected}", ""},
      {"list_type", "Input should be a valid array", "Input should be a valid list"},
      {"tuple_type", "Input should be a valid array", "Input should be a valid tuple"},
      {"set_type", "Input should be a valid array", "Input should be a valid set"},
      {"frozen_set_type", "Input should be a valid array", ""},
      {"dict_type", "Input should be an object", "Input should be a valid dictionary"},
      {"too_short",
       "{field_type} should have at least {min_length} item{expected_plural} after validation, not "
       "{actual_length}",
       ""},
      {"too_long",
       "{field_type} should have at most {max_length} item{expected_plural} after validation, not "
       "{actual_length}",
       ""},
      {"date_type", "Input should be a valid date", ""},
      {"date_parsing", "Input should be a valid date in the format YYYY-MM-DD, {error}", ""},
      {"date_from_datetime_parsing", "Input should be a valid date or datetime, {error}", ""},
      {"date_from_datetime_inexact",
       "Datetimes provided to dates should have zero time - e.g. be exact dates", ""},
      {"date_past", "Date should be in the past", ""},
      {"date_future", "Date should be in the future", ""},
      {"time_type", "Input should be a valid time", ""},
      {"time_parsing", "Input should be in a valid time format, {error}", ""},
      {"datetime_type", "Input should be a valid datetime", ""},
      {"datetime_parsing", "Input should be a valid datetime, {error}", ""},
      {"datetime_from_date_parsing", "Input should be a valid datetime or date, {error}", ""},
      {"datetime_past", "Input should be in the past", ""},
      {"datetime_future", "Input should be in the future", ""},
      {"timezone_naive", "Input should not have timezone info", ""},
      {"timezone_aware", "Input should have timezone info", ""},
      {"timezone_offset", "Timezone offset of {tz_expected} required, got {tz_actual}", ""},
      {"time_delta_type", "Input should be a valid duration", ""},
      {"time_delta_parsing", "Input should be a valid duration, {error}", ""},
      {"union_tag_invalid",
       "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: "
       "{expected_tags}",
       ""},
      {"union_tag_not_found", "Unable to extract tag using discriminator {discriminator}", ""},
      {"uuid_type", "UUID input should be a string, bytes or UUID object", ""},
      {"uuid_parsing", "Input should be a valid UUID, {error}", ""},
      {"uuid_version", "UUID version {expected_version} expected", ""},
      {"url_type", "URL input should be a string or URL", ""},
      {"url_parsing", "Input should be a valid URL, {error}", ""},
      {"url_syntax_violation", "Input violated strict URL syntax rules, {error}", ""},
      {"url_too_long", "URL should have at most {max_length} character{expected_plural}", ""},
      {"url_scheme", "URL scheme should be {expected_schemes}", ""},
      {"ip_v4_address", "Input is not a valid IPv4 address", ""},
      {"ip_v6_address", "Input is not a valid IPv6 address", ""},
      {"ip_any_address", "value is not a valid IPv4 or IPv6 address", ""},
      {"ip_v4_interface", "Input is not a valid IPv4 interface", ""},
      {"ip_v6_interface", "Input is not a valid IPv6 interface", ""},
      {"ip_any_interface", "value is not a valid IPv4 or IPv6 interface", ""},
      {"ip_v4_network", "Input is not a valid IPv4 network", ""},
      {"ip_v6_network", "Input is not a valid IPv6 network", ""},
      {"ip_any_network", "value is not a valid IPv4 or IPv6 network", ""},
  };
  return types;
}

namespace detail {
namespace {

const ErrorType* find_type(std::string_view type) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const ErrorType*> out;
    for (const ErrorType& each : error_types()) out.emplace(each.type, &each);
    return out;
  }();
  const auto found = index.find(type);
  return found == index.end() ? nullptr : found->second;
}

// "" for one, "s" for several: of the bound that the context names.
std::string_view plural(const Dict& context) {
  for (const std::string_view name :
       {"min_length", "max_length", "max_digits", "decimal_places", "whole_digits"}) {
    const Value* bound = context.find(name);
    if (bound == nullptr) continue;
    const auto* number = bound->get_if<std::int64_t>();
    return number != nullptr && *number == 1 ? "" : "s";
  }
  return "s";
}

void append_shown(std::string& out, std::string_view name, const Value& value) {
  if (const auto* text = value.get_if<std::string>()) {
    out += *text;
    return;
  }
  if (const auto* decimal = value.get_if<BigDecimal>()) {
    out += decimal->to_string();
    return;
  }
  // Sets stop at their bound: how many more there are is not known.
  if (value.is_null() && name == "actual_length") {
    out += "more";
    return;
  }
  std::string shown = value.to_string();
  if (value.is(ValueKind::floating) && shown.ends_with(".0")) shown.resize(shown.size() - 2);
  out += shown;
}

}  // namespace

std::string fill_message(std::string_view message, const Dict& context) {
  std::string out;
  while (!message.empty()) {
    const std::size_t open = message.find('{');
    const std::size_t close = open == message.npos ? open : message.find('}', open);
    if (close == message.npos) break;
    out += message.substr(0, open);
    const std::string_view name = message.substr(open + 1, close - open - 1);
    if (name == "expected_plural") {
      out += plural(context);
    } else if (const Value* value = context.find(name)) {
      append_shown(out, name, *value);
    } else {
      out += message.substr(open, close - open + 1);
    }
    message.remove_prefix(close + 1);
  }
  return out += message;
}

std::string message_of(std::string_view type, const Dict& context, InputMode mode) {
  const ErrorType* known = find_type(type);
  if (known == nullptr) return std::string(type);
  const bool other = mode != InputMode::json && !known->message_other.empty();
  return fill_message(other ? known->message_other : known->message, context);
}

}  // namespace detail
}  // namespace kindred::schema
