#include "kindred/error.hpp"

#include <algorithm>

namespace kindred {
namespace {

constexpr std::size_t kept_violations = 100;

std::string describe(const Violation& v) {
  std::string out = v.table;
  if (!v.key.empty()) out += " " + v.key;
  out += ": ";
  out += to_string(v.code);
  if (!v.constraint.empty()) out += " " + v.constraint;
  if (!v.columns.empty()) {
    out += " (";
    for (std::size_t i = 0; i < v.columns.size(); ++i) {
      if (i) out += ", ";
      out += v.columns[i];
    }
    out += ")";
  }
  if (!v.detail.empty()) out += ": " + v.detail;
  return out;
}

std::string summarise(const std::vector<Violation>& all, std::uint64_t total) {
  std::string out;
  const std::size_t shown = std::min<std::size_t>(all.size(), 5);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i) out += "; ";
    out += describe(all[i]);
  }
  if (total > shown) out += "; and " + std::to_string(total - shown) + " more";
  return out;
}

std::string join_differences(const std::vector<std::string>& lines, const std::string& advice) {
  std::string out = "the declared schema differs from the stored one:";
  for (const auto& line : lines) out += "\n  " + line;
  if (!advice.empty()) out += "\n" + advice;
  return out;
}

std::string stale(const std::vector<StaleDataError::Row>& rows) {
  std::string out;
  const std::size_t shown = std::min<std::size_t>(rows.size(), 5);
  for (std::size_t i = 0; i < shown; ++i) {
    const StaleDataError::Row& row = rows[i];
    out += (i ? "; " : "") + row.table + " " + row.key;
    out += row.gone ? " was deleted" : " was changed";
    for (std::size_t c = 0; c < row.columns.size(); ++c)
      out += (c ? ", " : " (") + row.columns[c] + (c + 1 == row.columns.size() ? ")" : "");
  }
  if (rows.size() > shown) out += "; and " + std::to_string(rows.size() - shown) + " more";
  return out + " by another writer since it was read: refresh() it, or roll back and begin again";
}

std::string located(const std::string& where, const std::string& message) {
  return where.empty() ? message : where + ": " + message;
}

void order(std::vector<Violation>& all) {
  std::stable_sort(all.begin(), all.end(), [](const Violation& a, const Violation& b) {
    if (a.code != b.code) return a.code < b.code;
    if (a.table != b.table) return a.table < b.table;
    return a.position < b.position;
  });
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_null: return "not_null";
    case ErrorCode::wrong_type: return "wrong_type";
    case ErrorCode::max_length: return "max_length";
    case ErrorCode::check: return "check";
    case ErrorCode::duplicate_key: return "duplicate_key";
    case ErrorCode::missing_row: return "missing_row";
    case ErrorCode::unique: return "unique";
    case ErrorCode::restrict: return "restrict";
    case ErrorCode::foreign_key: return "foreign_key";
    case ErrorCode::validation: return "validation";
    case ErrorCode::schema_mismatch: return "schema_mismatch";
    case ErrorCode::invalid_catalog: return "invalid_catalog";
    case ErrorCode::newer_format: return "newer_format";
    case ErrorCode::wrong_application: return "wrong_application";
    case ErrorCode::missing_store: return "missing_store";
    case ErrorCode::store_exists: return "store_exists";
    case ErrorCode::not_a_store: return "not_a_store";
    case ErrorCode::corruption: return "corruption";
    case ErrorCode::no_result: return "no_result";
    case ErrorCode::multiple_results: return "multiple_results";
    case ErrorCode::capacity: return "capacity";
    case ErrorCode::plan_limit: return "plan_limit";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::stale_data: return "stale_data";
    case ErrorCode::outcome_unknown: return "outcome_unknown";
    case ErrorCode::busy: return "busy";
    case ErrorCode::read_only: return "read_only";
    case ErrorCode::closed: return "closed";
    case ErrorCode::forked: return "forked";
    case ErrorCode::no_space: return "no_space";
    case ErrorCode::permission: return "permission";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::io: return "io";
  }
  return "unknown";
}

const std::vector<ErrorCode>& all_error_codes() {
  static const std::vector<ErrorCode> all = [] {
    std::vector<ErrorCode> out;
    for (int i = 0; i <= static_cast<int>(ErrorCode::io); ++i)
      out.push_back(static_cast<ErrorCode>(i));
    return out;
  }();
  return all;
}

bool Error::retryable() const noexcept {
  return code_ == ErrorCode::conflict || code_ == ErrorCode::stale_data || code_ == ErrorCode::busy;
}

IntegrityError::IntegrityError(std::vector<Violation> violations, std::uint64_t total)
    : Error((order(violations), violations.empty() ? ErrorCode::check : violations.front().code),
            summarise(violations, std::max<std::uint64_t>(total, violations.size()))),
      violations_(std::move(violations)),
      total_(std::max<std::uint64_t>(total, violations_.size())) {
  if (violations_.size() > kept_violations) violations_.resize(kept_violations);
}

ValidationError::ValidationError(std::string where, const std::string& message)
    : Error(ErrorCode::validation, located(where, message)), where_(std::move(where)) {}

StaleDataError::StaleDataError(std::vector<Row> rows)
    : Error(ErrorCode::stale_data, stale(rows)), rows_(std::move(rows)) {}

SchemaMismatch::SchemaMismatch(std::vector<std::string> differences, const std::string& advice)
    : Error(ErrorCode::schema_mismatch, join_differences(differences, advice)),
      differences_(std::move(differences)) {}

CorruptionError::CorruptionError(std::string where, const std::string& message)
    : Error(ErrorCode::corruption, located(where, message)), where_(std::move(where)) {}

StorageError::StorageError(ErrorCode code, std::string operation, std::string native,
                           const std::string& message)
    : Error(code, operation + ": " + message + (native.empty() ? "" : " (" + native + ")")),
      operation_(std::move(operation)),
      native_(std::move(native)) {}

}  // namespace kindred
