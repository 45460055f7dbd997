// Errors. Absence is never an error: it is an empty optional or an empty range. Failure throws.
//
//   UsageError   a documented precondition was broken (finished transaction, wrong thread): mend
//   the program Error        the world said no; `code()` can be switched on, subclasses carry data
//
// Every message says what failed, on which table and key, and what to do. docs/errors.md lists the
// codes. Threads: error objects are values; nothing here is shared.
#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kindred {

// What went wrong. Names are stable: `to_string` gives them, the tool prints them, docs/errors.md
// explains them.
enum class ErrorCode : std::uint8_t {
  // integrity, in the order in which `IntegrityError::code()` picks the first
  not_null,       // a column that is not nullable got null, or no value at all
  wrong_type,     // a value does not fit its column's type (range, UTF-8, scale)
  max_length,     // text or bytes longer than the column allows
  check,          // a check constraint is false
  duplicate_key,  // an inserted primary key exists already
  missing_row,    // an update or erase names a row that does not exist
  unique,         // two rows of the net state share a unique key
  restrict,       // a delete is refused by a referencing row (on_delete restrict)
  foreign_key,    // a reference to a row that the net state does not contain
  // data at the border
  validation,  // a value or file from outside breaks a rule
  // the store and its description
  schema_mismatch,    // declared and stored catalogue differ
  invalid_catalog,    // a catalogue contradicts itself
  newer_format,       // written by a newer version
  wrong_application,  // the file belongs to another application
  missing_store,      // nothing there, and creation was not asked for
  store_exists,       // creation was asked for, but something is there
  not_a_store,        // a file that Kindred did not write
  corruption,         // bytes are not what was written
  // reading
  no_result,         // one() found nothing
  multiple_results,  // one() or one_or_none() found several
  // limits
  capacity,    // key, value, map or transaction too large
  plan_limit,  // a plan above the guard's number of rows
  // storage
  conflict,         // another writer was first; run the closure again
  stale_data,       // a row changed since it was read
  outcome_unknown,  // the connection broke during commit
  busy,             // a deadline passed while waiting for the writer
  read_only,        // a write to what was opened read-only
  closed,           // the store was closed
  forked,           // the store was opened by another process: open it again after fork
  no_space,         // disk full
  permission,       // the operating system refused
  unsupported,      // the backend cannot do this (network file system, ...)
  cancelled,        // a progress callback asked to stop
  io,               // any other failure of the operating system or storage engine
};

// The stable name of `code`, as written above.
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;
// All codes, in order of declaration.
[[nodiscard]] const std::vector<ErrorCode>& all_error_codes();

// A broken precondition. Not meant to be caught.
class UsageError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  // True where running the whole closure again may succeed: conflict, stale_data, busy.
  [[nodiscard]] bool retryable() const noexcept;

 private:
  ErrorCode code_;
};

// One broken rule of one row.
struct Violation {
  ErrorCode code{};
  std::string table;
  std::string constraint;  // name of the key, index, check or foreign key; empty for a column rule
  std::vector<std::string> columns;  // the columns concerned
  std::string key;                   // the row's primary key as text, e.g. "(3, \"d005\")"
  std::string detail;                // the rule and the offending value, in words
  std::uint64_t position =
      0;  // ordinal of the change in its ChangeSet, 0-based; ~0 where an action made the change
};

// Every violation of one ChangeSet, sorted by code, table and position; nothing of it was written.
// `code()` is that of the first. More than 100 violations are counted, not kept.
class IntegrityError : public Error {
 public:
  explicit IntegrityError(std::vector<Violation> violations, std::uint64_t total = 0);
  [[nodiscard]] const std::vector<Violation>& violations() const noexcept { return violations_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  std::vector<Violation> violations_;
  std::uint64_t total_;
};

// A value or file from outside breaks a rule. `where` is "file:line" or a JSON Pointer, or empty.
class ValidationError : public Error {
 public:
  ValidationError(std::string where, const std::string& message);
  [[nodiscard]] const std::string& where() const noexcept { return where_; }

 private:
  std::string where_;
};

// Another writer was first: retryable.
class ConflictError : public Error {
 public:
  explicit ConflictError(const std::string& message) : Error(ErrorCode::conflict, message) {}
};

// A row that a session wants to write is not what the session read: another writer was first.
// Nothing of the flush was written; retryable after refresh() or rollback(). One entry for each
// row.
class StaleDataError : public Error {
 public:
  struct Row {
    std::string table;
    std::string key;                   // as text, e.g. "(3, \"d005\")"
    bool gone = false;                 // it was deleted
    std::vector<std::string> columns;  // that changed; empty where that cannot be told any more
  };
  explicit StaleDataError(std::vector<Row> rows);
  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

 private:
  std::vector<Row> rows_;
};

// A query that must find exactly one row (no_result, multiple_results), and one that may not find
// several.
class ResultError : public Error {
 public:
  using Error::Error;
};

// A detached object was asked for what it had not loaded. The message names two remedies.
class DetachedError : public UsageError {
 public:
  using UsageError::UsageError;
};

// Declared against stored. `differences` holds one readable line each.
class SchemaMismatch : public Error {
 public:
  SchemaMismatch(std::vector<std::string> differences, const std::string& advice);
  [[nodiscard]] const std::vector<std::string>& differences() const noexcept {
    return differences_;
  }

 private:
  std::vector<std::string> differences_;
};

// Bytes are not what was written. `where` names table and key, page, or file offset.
class CorruptionError : public Error {
 public:
  CorruptionError(std::string where, const std::string& message);
  [[nodiscard]] const std::string& where() const noexcept { return where_; }

 private:
  std::string where_;
};

// A limit: what it is, how much was asked.
class CapacityError : public Error {
 public:
  CapacityError(const std::string& message, std::uint64_t limit, std::uint64_t asked)
      : Error(ErrorCode::capacity, message), limit_(limit), asked_(asked) {}
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  [[nodiscard]] std::uint64_t asked() const noexcept { return asked_; }

 private:
  std::uint64_t limit_;
  std::uint64_t asked_;
};

// A failure of the storage engine or operating system. `native` is its own code (MDB_..., errno,
// SQLSTATE).
class StorageError : public Error {
 public:
  StorageError(ErrorCode code, std::string operation, std::string native,
               const std::string& message);
  [[nodiscard]] const std::string& operation() const noexcept { return operation_; }
  [[nodiscard]] const std::string& native() const noexcept { return native_; }

 private:
  std::string operation_;
  std::string native_;
};

}  // namespace kindred
