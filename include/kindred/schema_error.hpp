// What validation reports: every error at once, as data, as JSON, as text.
//
//   try {
//     auto in = schema::model_validate_json<UserCreate>(body);
//   } catch (const schema::ValidationError& e) {
//     return reply(422, e.json());
//   }
//
// docs/schema-errors.md lists the types of errors. Threads: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema {

// A step to the place of an error: a member's name, a key, the label of a union's branch, or an
// index.
using LocItem = std::variant<std::string, std::int64_t>;

struct ErrorDetails {
  std::string type;  // stable: "missing", "int_parsing", ...
  std::vector<LocItem> loc;
  std::string msg;
  Value input;          // what was refused; of a missing member, the object
  Dict ctx;             // what the message was made from: {"ge": 1}
  std::string pointer;  // JSON Pointer: loc without labels of branches
  // Place in the JSON text, where there is one; 1-based, the column in code points.
  std::optional<std::size_t> offset;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

struct ErrorFormat {
  bool include_input = true;
  bool include_context = true;
  unsigned indent = 0;
};

namespace detail {
struct ErrorReport;
}

class ValidationError : public kindred::ValidationError {
 public:
  explicit ValidationError(std::shared_ptr<const detail::ErrorReport> report);

  // Of what was validated: the model's name or a type's, "User", "list[User]".
  [[nodiscard]] const std::string& title() const noexcept;
  [[nodiscard]] std::size_t error_count() const noexcept;
  // In order of declaration; the input is read from the kept text when this is called.
  [[nodiscard]] std::vector<ErrorDetails> errors() const;
  // An array of {type, loc, msg, input, ctx, pointer, line, column}.
  [[nodiscard]] std::string json(const ErrorFormat& format = {}) const;
  // As what(): one paragraph for each error, with place, message and input (at most 120 characters
  // of it).
  [[nodiscard]] std::string text() const;

 private:
  std::shared_ptr<const detail::ErrorReport> report_;
};

// Thrown by validators; become errors of type value_error, assertion_error, or their own.
class ValueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class AssertionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class CustomError : public std::runtime_error {
 public:
  // `message` may have {name} of what is in the context.
  CustomError(std::string type, std::string message, Dict context = {});
  [[nodiscard]] const std::string& type() const noexcept { return type_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const Dict& context() const noexcept { return context_; }

 private:
  std::string type_;
  std::string message_;
  Dict context_;
};
// Thrown by validators: take the field's default instead; leave this item out of its list.
struct UseDefault {};
struct Omit {};

// The types of errors that validation itself makes, with the texts of their messages.
struct ErrorType {
  std::string_view type;
  std::string_view message;        // for JSON text, with {names} of the context
  std::string_view message_other;  // for values and attributes, where it differs
};
[[nodiscard]] const std::vector<ErrorType>& error_types();

// Either a value or the errors. Reading the value of a failed one throws them.
template <class T>
class Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(ValidationError error) : held_(std::in_place_index<1>, std::move(error)) {}
  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& value() & { return check(), std::get<0>(held_); }
  [[nodiscard]] const T& value() const& { return check(), std::get<0>(held_); }
  [[nodiscard]] T&& value() && { return check(), std::move(std::get<0>(held_)); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }
  // Precondition: !has_value().
  [[nodiscard]] const ValidationError& error() const { return std::get<1>(held_); }

 private:
  void check() const {
    if (!has_value()) throw std::get<1>(held_);
  }
  std::variant<T, ValidationError> held_;
};

}  // namespace kindred::schema
