// Models whose members are looked up in the whole object, in order of declaration: by paths, by
// names beside aliases, or because functions use earlier members.
#include <unordered_map>

#include "kindred/detail/schema_calls.hpp"
#include "schema/frames.hpp"
#include "schema/value_source.hpp"

namespace kindred::schema::detail {

struct Validator::Tree {
  struct Member {
    std::string key;
    Handle at = 0;
    bool is_used = false;
  };
  Handle at = 0;
  std::size_t depth = 0;  // of the model's frame
  std::vector<Member> members;
  std::unordered_map<std::string_view, std::size_t> index;  // the last of equal keys
  std::vector<bool> valid;                                  // by member of the model
  Tree* outer = nullptr;
};

// The value at a path of keys and indices below another; empty where there is none.
std::optional<Handle> Validator::find_path(Handle at, const AliasPath& path) const {
  for (const Value& step : path) {
    std::optional<Handle> next;
    if (const auto* key = step.get_if<std::string>()) {
      const auto look = [&](std::string_view name, Handle member) {
        if (name == *key) next = member;  // the last of equal keys
        return true;
      };
      source_->members(at, look);
    } else if (const auto* index = step.get_if<std::int64_t>()) {
      next = source_->item(at, *index);
    }
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

bool Validator::tree_member(Tree& tree, std::size_t member) {
  const Model& m = *top_->model;
  const Field& field = m.fields[member];
  const Naming how = naming(m);
  std::optional<Handle> found;
  AliasPath own(1);
  const AliasPath* way = nullptr;
  const auto try_path = [&](const AliasPath& path) {
    if (found || path.empty()) return;
    const auto* first = path[0].get_if<std::string>();
    const auto at = first == nullptr ? tree.index.end() : tree.index.find(*first);
    if (at == tree.index.end()) return;
    Tree::Member& top = tree.members[at->second];
    found = find_path(top.at, AliasPath(path.begin() + 1, path.end()));
    if (!found) return;
    top.is_used = true;
    way = &path;
  };
  const bool has_alias = field.alias || !field.alias_paths.empty();
  if (how != Naming::name && has_alias) {
    for (const AliasPath& path : field.alias_paths) try_path(path);
    if (field.alias && !found) {
      own[0] = *field.alias;
      try_path(own);
    }
  }
  if (!found && (how != Naming::alias || !has_alias)) {
    own[0] = field.name;
    try_path(own);
  }
  top_->current = static_cast<std::int32_t>(member);
  const std::size_t faults = faults_.size();
  bool goes_on = true;
  if (found) {
    top_->way = way;
    set_seen(*top_, member, true);
    if (field.state >= 0) top_->base[field.state] = static_cast<char>(FieldState::set);
    cur_ = m.lookups[static_cast<std::size_t>(how)].entries[member].node;
    slot_ = top_->base + field.offset;
    in_list_ = false;
    goes_on = source_->replay(*found, *this);
  } else {
    if (how != Naming::name && has_alias) {
      if (field.alias) own[0] = *field.alias;
      top_->way = field.alias_paths.empty() ? &own : &field.alias_paths[0];
    } else {
      own[0] = field.name;
      top_->way = &own;
    }
    goes_on = field.required ? fail_at("missing", tree.at) : member_default(*top_, member);
  }
  tree.valid[member] = faults_.size() == faults;
  top_->current = -1;
  top_->way = nullptr;
  return goes_on;
}

bool Validator::tree_extras(Tree& tree) {
  if (source_->has_names()) return true;  // what else a struct has was not given
  for (const Tree::Member& member : tree.members) {
    if (member.is_used ||
        tree.index.at(member.key) != static_cast<std::size_t>(&member - tree.members.data()))
      continue;
    in_list_ = false;
    if (!extra_key(*top_, member.key)) return false;
    if (cur_ != &ignored_node && !source_->replay(member.at, *this)) return false;
  }
  return true;
}

bool Validator::run_tree(const Node& n, void* slot, Handle at) {
  const Lookup& lookup = n.model->lookups[static_cast<std::size_t>(naming(*n.model))];
  const Place place(*this);
  if (!enter_model(n, slot, lookup)) return false;
  top_->begin = at;
  Tree tree;
  tree.at = at;
  tree.depth = depth();
  tree.outer = std::exchange(tree_, &tree);
  tree.valid.resize(n.model->fields.size());
  source_->members(at, [&](std::string_view key, Handle member) {
    tree.members.push_back({std::string(key), member, false});
    return true;
  });
  for (std::size_t i = 0; i != tree.members.size(); ++i) tree.index[tree.members[i].key] = i;
  bool goes_on = true;
  for (std::size_t i = 0; goes_on && i != n.model->fields.size(); ++i)
    goes_on = tree_member(tree, i);
  goes_on = goes_on && tree_extras(tree);
  tree_ = tree.outer;
  if (!goes_on) return false;
  top_->is_stopped = true;  // what is missing has been said
  return end_model();
}

std::optional<Value> Validator::member_value(const Frame& f, std::string_view name) const {
  const auto at = static_cast<std::size_t>(&f - frames_.data());
  if (tree_ == nullptr || tree_->depth != at) return std::nullopt;
  const Model& m = *f.model;
  const std::size_t end = f.current < 0 ? m.fields.size() : static_cast<std::size_t>(f.current);
  for (std::size_t i = 0; i != end; ++i)
    if (m.fields[i].name == name && tree_->valid[i])
      return dump_value(*m.fields[i].node, f.base + m.fields[i].offset, {}, DumpMode::values);
  return std::nullopt;
}

}  // namespace kindred::schema::detail
