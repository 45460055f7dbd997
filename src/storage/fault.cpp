#include <mutex>

#include "storage/fault_rules.hpp"
#include "storage/tap.hpp"

namespace kindred::storage {
namespace {

[[noreturn]] void fail(Operation operation, const FaultRule& rule) {
  const std::string by = "fault rule " + to_string(rule);
  switch (rule.code) {
    case ErrorCode::conflict: throw ConflictError(std::string(to_string(operation)) + ": " + by);
    case ErrorCode::capacity:
      throw CapacityError(std::string(to_string(operation)) + ": " + by, 0, 0);
    case ErrorCode::corruption: throw CorruptionError(std::string(to_string(operation)), by);
    default: throw StorageError(rule.code, std::string(to_string(operation)), "fault", by);
  }
}

class FaultStorage final : public Tapped<FaultLayer> {
 public:
  FaultStorage(std::shared_ptr<Storage> base, std::string_view rules)
      : Tapped(std::move(base)), rules_(counted(rules)) {}

  [[nodiscard]] std::string url() const override {
    const std::string text = rules();
    return (text.empty() ? "fault+" : "fault(" + text + ")+") + base().url();
  }
  void set_rules(std::string_view rules) override {
    std::vector<Counted> fresh = counted(rules);
    const std::lock_guard lock(mutex_);
    rules_ = std::move(fresh);
    calls_ = 0;
    failures_ = 0;
  }
  [[nodiscard]] std::string rules() const override {
    const std::lock_guard lock(mutex_);
    std::vector<FaultRule> plain;
    for (const Counted& counted : rules_) plain.push_back(counted.rule);
    return to_string(plain);
  }
  [[nodiscard]] std::uint64_t calls() const override {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::uint64_t failures() const override {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

  void call(Operation operation, Touches touches) override {
    const std::lock_guard lock(mutex_);
    ++calls_;
    const FaultRule* due = nullptr;
    for (auto& [rule, seen] : rules_) {
      if (rule.operation && *rule.operation != operation) continue;
      if (rule.keyspace && !touches(*rule.keyspace)) continue;
      ++seen;
      const bool now = rule.repeated ? seen % rule.n == 0 : seen == rule.n;
      if (now && due == nullptr) due = &rule;
    }
    if (due == nullptr) return;
    ++failures_;
    fail(operation, *due);
  }

 private:
  struct Counted {
    FaultRule rule;
    std::uint64_t seen = 0;
  };
  static std::vector<Counted> counted(std::string_view rules) {
    std::vector<Counted> out;
    for (const FaultRule& rule : parse_fault_rules(rules)) out.push_back({rule, 0});
    return out;
  }

  mutable std::mutex mutex_;
  std::vector<Counted> rules_;
  std::uint64_t calls_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace

std::shared_ptr<FaultLayer> fault_layer(std::shared_ptr<Storage> base, std::string_view rules) {
  return std::make_shared<FaultStorage>(std::move(base), rules);
}

}  // namespace kindred::storage
