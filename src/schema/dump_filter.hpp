// DumpOptions' include and exclude: which members of nested values a dump has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::schema::detail {

// Paths as a tree. A step is a member's name, a dict's key, an index ("-1" counts from the end), or
// "*" for each.
class PathTree {
 public:
  explicit PathTree(const std::vector<std::string>& paths);

  struct Node {
    bool is_end = false;  // a path ends here: the whole value is meant
    std::map<std::string, std::uint32_t, std::less<>> steps;
  };
  [[nodiscard]] const Node& operator[](std::uint32_t at) const noexcept { return nodes_[at]; }
  [[nodiscard]] bool empty() const noexcept { return nodes_.size() == 1; }

 private:
  void add(std::string_view path);

  std::vector<Node> nodes_;
};

// Both trees of a dump.
struct DumpFilter {
  PathTree include, exclude;
};

// What the filter says of the inside of one value.
class FilterScope {
 public:
  FilterScope() = default;  // to be set by enter()
  explicit FilterScope(const DumpFilter& filter);

  // Whether the member is dumped; `inner` is then what holds inside it.
  bool enter(std::string_view key, FilterScope& inner) const;
  bool enter(std::size_t index, std::size_t count, FilterScope& inner) const;
  // Nothing is filtered any more.
  [[nodiscard]] bool is_open() const noexcept { return include_.empty() && exclude_.empty(); }

 private:
  // Places in the trees: several, where "*" and a name both lead on. No place in `include_`:
  // everything is included.
  using Places = std::vector<std::uint32_t>;
  bool enter_at(const std::string_view* keys, std::size_t count, FilterScope& inner) const;

  const DumpFilter* filter_ = nullptr;
  Places include_;
  Places exclude_;
};

}  // namespace kindred::schema::detail
