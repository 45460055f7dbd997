#include "tools/kindred/links.hpp"

#include <fmt/format.h>

#include "tools/kindred/row_text.hpp"

namespace kindred::tool {
namespace {

using Kind = RelationshipInfo::Kind;

std::string columns_of(const ForeignKey& key) {
  std::string out;
  for (const std::string& column : key.columns) out += (out.empty() ? "" : "+") + column;
  return out;
}

// The relationship of `table` that goes over this foreign key in this direction.
const RelationshipInfo* relationship_over(const Table& table, const Table& owner,
                                          const ForeignKey& key, Link::Direction direction) {
  for (const RelationshipInfo& info : table.relationships) {
    if (info.owner != owner.name || info.foreign_key != key.name) continue;
    const bool outward = info.kind == Kind::many_to_one ||
                         (info.kind == Kind::one_to_one && info.target == key.table);
    const bool inward = info.kind == Kind::one_to_many ||
                        (info.kind == Kind::one_to_one && info.target == owner.name);
    if (direction == Link::Direction::out ? outward : inward) return &info;
  }
  return nullptr;
}

std::string label_of(const Table& table, const Table& owner, const ForeignKey& key,
                     Link::Direction direction) {
  if (const RelationshipInfo* info = relationship_over(table, owner, key, direction))
    return info->name;
  return direction == Link::Direction::out ? columns_of(key)
                                           : fmt::format("{}.{}", owner.name, columns_of(key));
}

}  // namespace

std::string_view to_string(Link::Direction direction) noexcept {
  switch (direction) {
    case Link::Direction::out: return "out";
    case Link::Direction::in: return "in";
    case Link::Direction::through: return "through";
  }
  return "out";
}

std::vector<Link> links_of(const Catalog& catalog, const Table& table) {
  std::vector<Link> links;
  for (const ForeignKey& key : table.foreign_keys)
    links.push_back({Link::Direction::out, catalog.table(key.table), key.name,
                     label_of(table, table, key, Link::Direction::out)});
  for (const Table& other : catalog.tables)
    for (const ForeignKey& key : other.foreign_keys)
      if (key.table == table.name)
        links.push_back({Link::Direction::in, &other, key.name,
                         label_of(table, other, key, Link::Direction::in)});
  for (const RelationshipInfo& info : table.relationships)
    if (info.kind == Kind::many_to_many)
      links.push_back({Link::Direction::through, catalog.table(info.target), info.name, info.name});
  return links;
}

void follow(const Snapshot& snapshot, const Table& table, const Row& row, const Link& link,
            FunctionRef<bool(const Row&)> sink) {
  switch (link.direction) {
    case Link::Direction::out:
      if (const auto parent = snapshot.parent(table.name, link.name, row)) sink(*parent);
      return;
    case Link::Direction::in:
      snapshot.children(link.other->name, link.name, key_of(table, row), sink);
      return;
    case Link::Direction::through:
      snapshot.related(table.name, link.name, key_of(table, row), sink);
      return;
  }
}

}  // namespace kindred::tool
