// Where events come from, asked when a value must be read again, looked into, or shown.
#pragma once

#include <optional>
#include <string_view>

#include "kindred/function_ref.hpp"
#include "schema/fault.hpp"

namespace kindred::schema::detail {

class Validator;

class Source {
 public:
  virtual ~Source() = default;
  // Sends the events of that value once more. False where the validator stopped.
  virtual bool replay(Handle value, Validator& validator) const = 0;
  // Calls with each member of that object, in order; false ends it. Returns false where the value
  // is no object.
  virtual bool members(Handle value,
                       FunctionRef<bool(std::string_view key, Handle member)> each) const = 0;
  // The item of that list, negative from its end; empty where there is none.
  virtual std::optional<Handle> item(Handle value, std::int64_t index) const = 0;
  // Calls with each item of that list, in order. Returns false where that ended it, or the value is
  // no list.
  virtual bool items(Handle value, FunctionRef<bool(Handle item)> each) const = 0;
  // How many items that list has; empty where the value is none.
  virtual std::optional<std::size_t> length(Handle value) const = 0;
  [[nodiscard]] virtual Value capture(Handle value) const = 0;
  // Offset in the text; empty for sources without one.
  [[nodiscard]] virtual std::optional<std::size_t> offset(Handle) const { return std::nullopt; }
  // How many values that one is, with all that it holds. Not asked of texts.
  [[nodiscard]] virtual std::size_t cost(Handle) const { return 0; }
  // Whether members have the names of a struct's members, never aliases.
  [[nodiscard]] virtual bool has_names() const { return false; }
};

}  // namespace kindred::schema::detail
