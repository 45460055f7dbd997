#include "tools/kindred/exit_code.hpp"

namespace kindred::tool {

ExitCode exit_code_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_null:
    case ErrorCode::wrong_type:
    case ErrorCode::max_length:
    case ErrorCode::check:
    case ErrorCode::duplicate_key:
    case ErrorCode::missing_row:
    case ErrorCode::unique:
    case ErrorCode::restrict:
    case ErrorCode::foreign_key:
    case ErrorCode::validation:
    case ErrorCode::schema_mismatch:
    case ErrorCode::invalid_catalog:
    case ErrorCode::no_result:
    case ErrorCode::multiple_results:
    case ErrorCode::capacity: return ExitCode::rejected;
    case ErrorCode::plan_limit: return ExitCode::no;
    case ErrorCode::wrong_application:
    case ErrorCode::missing_store:
    case ErrorCode::store_exists:
    case ErrorCode::not_a_store:
    case ErrorCode::permission:
    case ErrorCode::read_only: return ExitCode::cannot_open;
    case ErrorCode::newer_format: return ExitCode::newer_format;
    case ErrorCode::corruption: return ExitCode::damaged;
    case ErrorCode::cancelled: return ExitCode::interrupted;
    case ErrorCode::conflict:
    case ErrorCode::stale_data:
    case ErrorCode::outcome_unknown:
    case ErrorCode::busy:
    case ErrorCode::closed:
    case ErrorCode::forked:
    case ErrorCode::no_space:
    case ErrorCode::unsupported:
    case ErrorCode::io: return ExitCode::failed;
  }
  return ExitCode::failed;
}

}  // namespace kindred::tool
