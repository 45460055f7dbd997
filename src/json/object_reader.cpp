#include "json/object_reader.hpp"

#include <algorithm>

#include "kindred/detail/spelling.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

std::string in_quotes(std::string_view key) { return "\"" + std::string(key) + "\""; }

}  // namespace

ObjectReader::ObjectReader(const Value& from, std::string what, UnknownKeys unknown)
    : from_(from), what_(std::move(what)), unknown_(unknown) {
  if (!from.is(Kind::object)) refuse(from, "expected an object, found " + from.excerpt());
}

std::optional<Value> ObjectReader::find(std::string_view key) {
  asked_.emplace_back(key);
  return from_.find(key);
}

std::optional<std::string> ObjectReader::text(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (!value->is(Kind::string))
    refuse(*value, in_quotes(key) + " must be a string, found " + value->excerpt());
  return std::string(value->text());
}

std::optional<bool> ObjectReader::boolean(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (!value->is(Kind::boolean))
    refuse(*value, in_quotes(key) + " must be true or false, found " + value->excerpt());
  return value->boolean();
}

std::optional<std::uint64_t> ObjectReader::number(std::string_view key, std::uint64_t greatest) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto number = value->as_uint64();
  if (!number || *number > greatest) {
    refuse(*value, in_quotes(key) + " must be a whole number from 0 to " +
                       std::to_string(greatest) + ", found " + value->excerpt());
  }
  return number;
}

std::vector<std::string> ObjectReader::names_in(const Value& from, std::string_view key) const {
  if (!from.is(Kind::array))
    refuse(from, in_quotes(key) + " must be an array of names, found " + from.excerpt());
  std::vector<std::string> out;
  for (const Value element : from.elements()) {
    if (!element.is(Kind::string))
      refuse(element, in_quotes(key) + " must hold names in strings, found " + element.excerpt());
    out.emplace_back(element.text());
  }
  return out;
}

std::optional<std::vector<std::string>> ObjectReader::names(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  return names_in(*value, key);
}

std::vector<Value> ObjectReader::list(std::string_view key) {
  const auto value = find(key);
  if (!value) return {};
  if (!value->is(Kind::array))
    refuse(*value, in_quotes(key) + " must be an array, found " + value->excerpt());
  std::vector<Value> out;
  for (const Value element : value->elements()) out.push_back(element);
  return out;
}

Value ObjectReader::require(std::string_view key) {
  const auto value = find(key);
  if (!value) refuse(from_, "the key " + in_quotes(key) + " is missing");
  return *value;
}

std::string ObjectReader::require_text(std::string_view key) {
  require(key);
  return *text(key);
}

void ObjectReader::finish() const {
  if (unknown_ == UnknownKeys::ignore) return;
  for (const Member& member : from_.members()) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    refuse(member.value,
           "unknown key " + in_quotes(member.name) +
               detail::did_you_mean(member.name, asked_, [](const std::string& known) {
                 return std::string_view(known);
               }));
  }
}

void ObjectReader::refuse(const Value& at, const std::string& message) const {
  throw ValidationError(at.where(), what_.empty() ? message : what_ + ": " + message);
}

}  // namespace kindred::json
