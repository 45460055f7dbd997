// The ways from a row to others: its own references, those that refer to it, and many-to-many.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/store.hpp"

namespace kindred::tool {

struct Link {
  enum class Direction : std::uint8_t { out, in, through };
  Direction direction = Direction::out;
  const Table* other = nullptr;  // the table at the other end
  std::string name;              // of the foreign key, or of the many-to-many relationship
  std::string label;             // the relationship's name, else "table.column" of the reference
};

[[nodiscard]] std::string_view to_string(Link::Direction direction) noexcept;

// References first, then what refers here, then many-to-many, each in the order of the catalogue.
[[nodiscard]] std::vector<Link> links_of(const Catalog& catalog, const Table& table);

// Rows at the other end. The sink returns false to stop.
void follow(const Snapshot& snapshot, const Table& table, const Row& row, const Link& link,
            FunctionRef<bool(const Row&)> sink);

}  // namespace kindred::tool
