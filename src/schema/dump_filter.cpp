#include "schema/dump_filter.hpp"

namespace kindred::schema::detail {
namespace {

enum class Match { none, inside, whole };

// Follows each of the keys, and "*", from each of the places.
Match follow(const PathTree& tree, const std::vector<std::uint32_t>& places,
             const std::string_view* keys, std::size_t count, std::vector<std::uint32_t>& found) {
  Match match = Match::none;
  const auto take = [&](const PathTree::Node& from, std::string_view key) {
    const auto step = from.steps.find(key);
    if (step == from.steps.end()) return;
    if (tree[step->second].is_end) {
      match = Match::whole;
    } else {
      if (match == Match::none) match = Match::inside;
      found.push_back(step->second);
    }
  };
  for (const std::uint32_t at : places) {
    take(tree[at], "*");
    for (std::size_t i = 0; i != count; ++i) take(tree[at], keys[i]);
  }
  return match;
}

}  // namespace

PathTree::PathTree(const std::vector<std::string>& paths) : nodes_(1) {
  for (const std::string& path : paths) add(path);
}

void PathTree::add(std::string_view path) {
  std::uint32_t at = 0;
  for (;;) {
    const std::size_t point = path.find('.');
    const auto [step, is_new] = nodes_[at].steps.try_emplace(
        std::string(path.substr(0, point)), static_cast<std::uint32_t>(nodes_.size()));
    at = step->second;
    if (is_new) nodes_.emplace_back();
    if (point == path.npos) break;
    path.remove_prefix(point + 1);
  }
  nodes_[at].is_end = true;
}

FilterScope::FilterScope(const DumpFilter& filter) : filter_(&filter) {
  if (!filter.include.empty()) include_.push_back(0);
  if (!filter.exclude.empty()) exclude_.push_back(0);
}

bool FilterScope::enter(std::string_view key, FilterScope& inner) const {
  return enter_at(&key, 1, inner);
}

bool FilterScope::enter(std::size_t index, std::size_t count, FilterScope& inner) const {
  const std::string from_begin = std::to_string(index);
  const std::string from_end = '-' + std::to_string(count - index);
  const std::string_view keys[] = {from_begin, from_end};
  return enter_at(keys, 2, inner);
}

bool FilterScope::enter_at(const std::string_view* keys, std::size_t count,
                           FilterScope& inner) const {
  inner.filter_ = filter_;
  inner.include_.clear();
  inner.exclude_.clear();
  if (follow(filter_->exclude, exclude_, keys, count, inner.exclude_) == Match::whole) return false;
  if (include_.empty()) return true;
  const Match match = follow(filter_->include, include_, keys, count, inner.include_);
  if (match == Match::whole) inner.include_.clear();
  return match != Match::none;
}

}  // namespace kindred::schema::detail
