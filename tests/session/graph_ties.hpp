// The public calls on each relationship of the graph's entities, by tie.
#pragma once

#include <vector>

#include "tests/session/graph_checks.hpp"

namespace kindred::session_test::graph {

enum class Through : std::uint8_t { mutable_ref, const_ref };

struct TieCalls {
  // Null where the child, or the parent, has no relationship.
  void (*set)(detail::State* child, detail::State* parent) = nullptr;
  detail::State* (*read)(detail::State* child, Through) = nullptr;
  void (*prefetch_reference)(Session&, const std::vector<Handle>& children) = nullptr;
  void (*expire_reference)(Session&, const Handle& child) = nullptr;
  void (*append)(detail::State* parent, detail::State* child) = nullptr;
  void (*remove)(detail::State* parent, detail::State* child) = nullptr;
  void (*assign)(detail::State* parent, const std::vector<Handle>& children) = nullptr;
  std::vector<detail::State*> (*members)(detail::State* parent, Through) = nullptr;
  void (*prefetch_members)(Session&, const std::vector<Handle>& parents) = nullptr;
  void (*expire_members)(Session&, const Handle& parent) = nullptr;
  // 0: null
  void (*set_column)(detail::State* child, std::int64_t id) = nullptr;
  std::int64_t (*column)(const detail::State& child) = nullptr;
};

[[nodiscard]] const TieCalls& calls_of(Tie tie);
// The many-to-many relationship: the "child" is the pal, the "parent" the label; read, set and
// set_column are null.
[[nodiscard]] const TieCalls& label_calls();
// The same from the other side: Label::pals.
[[nodiscard]] const TieCalls& pal_calls();

}  // namespace kindred::session_test::graph
