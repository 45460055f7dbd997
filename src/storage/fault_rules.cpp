#include "storage/fault_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kindred::storage {
namespace {

// What a storage may throw.
constexpr std::array codes{ErrorCode::corruption,  ErrorCode::capacity,
                           ErrorCode::conflict,    ErrorCode::outcome_unknown,
                           ErrorCode::busy,        ErrorCode::read_only,
                           ErrorCode::closed,      ErrorCode::forked,
                           ErrorCode::no_space,    ErrorCode::permission,
                           ErrorCode::unsupported, ErrorCode::cancelled,
                           ErrorCode::io};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n";
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

[[noreturn]] void refuse(std::string_view rule, const std::string& why) {
  throw UsageError("fault rule '" + std::string(rule) + "': " + why +
                   ". Write operation[@keyspace]#N=code or operation[@keyspace] every N=code");
}

template <class T>
T number(std::string_view rule, std::string_view text) {
  text = trimmed(text);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    refuse(rule, std::string("'").append(text).append("' is not a number"));
  }
  return value;
}

std::optional<Operation> operation(std::string_view rule, std::string_view name) {
  if (name == "any") return std::nullopt;
  std::string all = "any";
  for (std::size_t i = 0; i < operation_count; ++i) {
    const std::string_view known = to_string(static_cast<Operation>(i));
    if (known == name) return static_cast<Operation>(i);
    all.append(", ").append(known);
  }
  refuse(rule, "unknown operation '" + std::string(name) + "'; there are " + all);
}

ErrorCode error_code(std::string_view rule, std::string_view name) {
  std::string all;
  for (const ErrorCode code : codes) {
    if (to_string(code) == name) return code;
    all.append(all.empty() ? "" : ", ").append(to_string(code));
  }
  refuse(rule, "unknown code '" + std::string(name) + "'; there are " + all);
}

FaultRule parse_rule(std::string_view rule) {
  FaultRule out;
  const std::size_t equals = rule.find('=');
  if (equals == std::string_view::npos) refuse(rule, "no '=' and no code");
  out.code = error_code(rule, trimmed(rule.substr(equals + 1)));

  std::string_view what = rule.substr(0, equals);
  constexpr std::string_view every = " every ";
  if (const std::size_t hash = what.find('#'); hash != std::string_view::npos) {
    out.n = number<std::uint64_t>(rule, what.substr(hash + 1));
    what = what.substr(0, hash);
  } else if (const std::size_t at = what.find(every); at != std::string_view::npos) {
    out.repeated = true;
    out.n = number<std::uint64_t>(rule, what.substr(at + every.size()));
    what = what.substr(0, at);
  } else {
    refuse(rule, "neither '#N' nor 'every N'");
  }
  if (out.n == 0) refuse(rule, "calls are counted from 1");

  if (const std::size_t at = what.find('@'); at != std::string_view::npos) {
    out.keyspace = number<KeyspaceId>(rule, what.substr(at + 1));
    what = what.substr(0, at);
  }
  out.operation = operation(rule, trimmed(what));
  return out;
}

}  // namespace

std::vector<FaultRule> parse_fault_rules(std::string_view text) {
  std::vector<FaultRule> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view rule = trimmed(text.substr(0, end));
    if (!rule.empty()) out.push_back(parse_rule(rule));
    text = text.substr(std::min(end + 1, text.size()));
  }
  return out;
}

std::string to_string(const FaultRule& rule) {
  std::string out(rule.operation ? to_string(*rule.operation) : "any");
  if (rule.keyspace) out.append("@").append(std::to_string(*rule.keyspace));
  out.append(rule.repeated ? " every " : "#").append(std::to_string(rule.n));
  return out.append("=").append(to_string(rule.code));
}

std::string to_string(const std::vector<FaultRule>& rules) {
  std::string out;
  for (const FaultRule& rule : rules) out.append(out.empty() ? "" : "; ").append(to_string(rule));
  return out;
}

}  // namespace kindred::storage
