// The rules of the fault layer: text to rules and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/storage.hpp"
#include "storage/tap.hpp"

namespace kindred::storage {

struct FaultRule {
  std::optional<Operation> operation;  // empty: any
  std::optional<KeyspaceId> keyspace;
  bool repeated = false;  // every n-th call, not only the n-th
  std::uint64_t n = 1;    // from 1
  ErrorCode code = ErrorCode::io;
};

// The grammar stands in storage_layers.hpp. Empty text and empty rules between semicolons are
// allowed. Throws UsageError quoting the rule that is wrong.
[[nodiscard]] std::vector<FaultRule> parse_fault_rules(std::string_view text);
// What parse_fault_rules reads back as the same.
[[nodiscard]] std::string to_string(const FaultRule& rule);
[[nodiscard]] std::string to_string(const std::vector<FaultRule>& rules);

}  // namespace kindred::storage
