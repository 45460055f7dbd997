// The options of a type as they are declared, by words behind a Field or in a run-time description,
// before config is added.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_options.hpp"

namespace kindred::schema {

struct Constraints {
  std::optional<bool> strict{};
  std::optional<Value> gt{}, ge{}, lt{}, le{}, multiple_of{};
  std::optional<bool> allow_inf_nan{};
  std::optional<std::uint64_t> max_digits{}, decimal_places{};
  // Code points of text, bytes of bytes, items of containers.
  std::optional<std::size_t> min_length{}, max_length{};
  std::optional<std::string> pattern{};
  std::optional<bool> strip_whitespace{}, to_lower{}, to_upper{}, coerce_numbers_to_str{};
  std::optional<bool> fail_fast{};
  detail::NowRule now_op = detail::NowRule::any;
  std::optional<std::int32_t> now_utc_offset{};
  detail::TimezoneRule tz_constraint = detail::TimezoneRule::any;
  std::int32_t tz_offset = 0;
  std::optional<bool> microseconds_error{};
  int uuid_version = 0;
  std::vector<std::string> allowed_schemes{};
  std::optional<bool> host_required{}, preserve_empty_path{};
  std::optional<std::string> default_host{}, default_path{};
  std::optional<std::uint16_t> default_port{};
};

namespace detail {

// Sets what constraints and config say of a node of that kind, and its name ("int",
// "constrained-int"), where it has none. Not for children: those are described with the same config
// by whoever describes them. Throws UsageError for a constraint that the kind does not have.
void apply(Node& node, const Constraints& constraints, const config& settings);
// How a union of that type names it in loc: its name, "int-enum[Color]" for enumerations, "..." for
// a type that is not complete yet, inside itself.
[[nodiscard]] std::string label_of(const Node& node);
// The config's part of a model: extra, naming, aliases made by its generator, frozen, ... To be
// called when its fields are there, before finish().
void apply(Model& model, const config& settings);

}  // namespace detail
}  // namespace kindred::schema
