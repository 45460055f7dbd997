#include "tests/session/graph_model.hpp"

#include <algorithm>

namespace kindred::session_test::graph {

const std::array<TieFacts, ties>& all_ties() {
  constexpr auto none = OnDelete::no_action;
  constexpr auto null = OnDelete::set_null;
  static const std::array<TieFacts, ties> all{{
      {Tie::kid_owner, Kind::kid, Kind::owner, "owner", "kids", true, true, false, false, none},
      {Tie::pal_owner, Kind::pal, Kind::owner, "owner", "pals", true, false, false, false, null},
      {Tie::pal_mark, Kind::pal, Kind::mark, "mark", "", true, false, false, false, null},
      {Tie::badge_owner, Kind::badge, Kind::owner, "owner", "badge", false, false, false, false,
       null},
      {Tie::note_owner, Kind::note, Kind::owner, "owner", "notes", true, false, false, true, null},
      {Tie::node_parent, Kind::node, Kind::node, "parent", "children", true, false, false, false,
       null},
      {Tie::membership_owner, Kind::membership, Kind::owner, "owner", "memberships", true, true,
       true, false, none},
      {Tie::membership_label, Kind::membership, Kind::label, "label", "", true, false, true, false,
       OnDelete::cascade},
      {Tie::item_crate, Kind::item, Kind::crate, "", "items", true, false, false, false, null},
  }};
  return all;
}

const TieFacts& facts_of(Tie tie) { return all_ties()[static_cast<std::size_t>(tie)]; }

std::vector<int> Model::children(int parent, Tie tie) const {
  std::vector<int> out;
  for (const auto& [serial, o] : objects)
    if (const auto r = o.refs.find(tie); r != o.refs.end() && r->second.to == parent)
      out.push_back(serial);
  return out;
}

void Model::add(int serial) {
  std::vector<int> todo{serial};
  while (!todo.empty()) {
    const int s = todo.back();
    todo.pop_back();
    Object& o = at(s);
    if (o.erased) {
      o.erased = false;
      continue;
    }
    if (o.in_session()) continue;
    o.standing = Standing::pending;
    for (const TieFacts& t : all_ties()) {
      if (t.child == o.kind && !t.reference.empty() && target(s, t.tie) != 0)
        todo.push_back(target(s, t.tie));
      if (t.parent == o.kind && !t.members.empty())
        for (const int child : children(s, t.tie)) todo.push_back(child);
    }
    for (const auto& [pal, label] : labelled) {
      if (pal == s) todo.push_back(label);
      if (label == s) todo.push_back(pal);
    }
  }
}

void Model::link(Tie tie, int child, int parent, int displaced) {
  const TieFacts& t = facts_of(tie);
  if (target(child, tie) == parent) return;
  if (!t.many)
    for (const int other : children(parent, tie)) unlink(tie, other);
  if (displaced != 0) unlink(tie, displaced);
  Reference& r = at(child).refs.at(tie);
  r = {.to = parent, .value = 0, .changed = true, .lost = false};
  // A new owner takes an erase back.
  if (at(parent).in_session() && !at(parent).erased) at(child).erased = false;
}

void Model::unlink(Tie tie, int child) {
  Object& o = at(child);
  o.refs.at(tie) = {
      .to = 0, .value = 0, .changed = true, .lost = facts_of(tie).owns && o.in_session()};
}

void Model::spread(int from, int to) {
  if (at(from).in_session()) add(to);
}

void Model::drop_orphans() {
  for (auto& [serial, o] : objects) {
    if (o.standing != Standing::pending) continue;
    for (auto& [tie, r] : o.refs)
      if (r.lost && r.to == 0) o.standing = Standing::transient;
    if (o.standing == Standing::transient)
      for (auto& [tie, r] : o.refs) r.lost = false;
  }
}

void Model::set_column(Tie tie, int child, int parent) {
  Object& o = at(child);
  Reference& r = o.refs.at(tie);
  if (r.changed) return;
  if (o.standing != Standing::stored) {
    r.value = parent;
    return;
  }
  if (r.to == parent) return;
  if (!facts_of(tie).many && parent != 0)
    for (const int other : children(parent, tie)) unlink(tie, other);
  r.to = parent;
}

// ---- flush

std::pair<std::set<int>, std::set<int>> Model::deletes() const {
  std::set<int> stored;
  std::set<int> pending;
  std::vector<int> todo;
  for (const auto& [serial, o] : objects) {
    bool goes = o.erased;
    for (const auto& [tie, r] : o.refs)
      goes = goes || (o.standing == Standing::stored && r.lost && r.to == 0);
    if (goes && stored.insert(serial).second) todo.push_back(serial);
  }
  while (!todo.empty()) {
    const int s = todo.back();
    todo.pop_back();
    for (const TieFacts& t : all_ties()) {
      if (!t.owns || t.parent != at(s).kind) continue;
      for (const int child : children(s, t.tie)) {
        if (at(child).standing == Standing::pending) pending.insert(child);
        if (at(child).standing == Standing::stored && stored.insert(child).second)
          todo.push_back(child);
      }
    }
  }
  return {stored, pending};
}

// Whether something that would be written refers to what is not in the session.
bool Model::needs_absent(const std::set<int>& erased) const {
  const auto writes = [&](int s) { return at(s).in_session() && !erased.contains(s); };
  for (const auto& [serial, o] : objects)
    for (const auto& [tie, r] : o.refs) {
      if (r.to == 0 || !r.changed) continue;
      const TieFacts& t = facts_of(tie);
      if (!t.reference.empty() && writes(serial) && !at(r.to).in_session()) return true;
      if (!t.members.empty() && writes(r.to) && !o.in_session()) return true;
    }
  for (const auto& [pal, label] : labelled)
    if ((writes(pal) && !at(label).in_session()) || (writes(label) && !at(pal).in_session()))
      return true;
  return false;
}

// What stands in the key columns when everything is written.
void Model::settle_references() {
  for (auto& [serial, o] : objects) {
    if (!o.in_session()) continue;
    for (auto& [tie, r] : o.refs)
      if (!r.changed && r.value != 0) r.to = r.value;
  }
}

bool Model::act(const Model& stored, std::set<int>& deleted) {
  bool sound = true;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [serial, o] : objects) {
      if (!o.in_session() || deleted.contains(serial)) continue;
      for (const auto& [tie, r] : o.refs)
        if (r.to != 0 && deleted.contains(r.to) && facts_of(tie).action == OnDelete::cascade &&
            o.standing == Standing::stored && stored.target(serial, tie) == r.to) {
          deleted.insert(serial);
          more = true;
          break;
        }
    }
  }
  for (auto& [serial, o] : objects) {
    if (!o.in_session() || deleted.contains(serial)) continue;
    for (auto& [tie, r] : o.refs) {
      if (r.to == 0) {
        sound = sound && !facts_of(tie).in_key;
        continue;
      }
      if (!deleted.contains(r.to)) continue;
      const bool was = o.standing == Standing::stored && stored.target(serial, tie) == r.to;
      if ((was && facts_of(tie).action == OnDelete::set_null) ||
          (r.changed && !facts_of(tie).in_key))
        r = {};
      else
        sound = false;
    }
  }
  return sound;
}

bool Model::is_unique() const {
  std::set<std::string> codes;
  std::set<int> badged;
  std::set<std::pair<int, int>> members;
  for (const auto& [serial, o] : objects) {
    if (!o.in_session()) continue;
    if (!o.code.empty() && !codes.insert(o.code).second) return false;
    if (o.kind == Kind::badge)
      if (const int to = o.refs.at(Tie::badge_owner).to; to != 0 && !badged.insert(to).second)
        return false;
    if (o.kind == Kind::membership &&
        !members.emplace(o.refs.at(Tie::membership_owner).to, o.refs.at(Tie::membership_label).to)
             .second)
      return false;
  }
  return true;
}

Verdict Model::verdict(const Model& stored) const {
  // A key column that names an object whose delete was flushed meanwhile.
  for (const auto& [serial, o] : objects)
    for (const auto& [tie, r] : o.refs)
      if (o.in_session() && r.value != 0 && !has(r.value)) return Verdict::integrity_error;
  auto [deleted, expunged] = deletes();
  Model after = *this;
  for (const int s : expunged) after.at(s).standing = Standing::transient;
  if (after.needs_absent(deleted)) return Verdict::usage_error;
  after.settle_references();
  if (!after.act(stored, deleted)) return Verdict::integrity_error;
  for (const int s : deleted) after.objects.erase(s);
  return after.is_unique() ? Verdict::ok : Verdict::integrity_error;
}

void Model::flush(const Model& stored) {
  auto [erased, expunged] = deletes();
  std::set<int>& deleted = erased;
  for (const int s : expunged) at(s).standing = Standing::transient;
  settle_references();
  (void)act(stored, deleted);
  for (const int s : deleted) objects.erase(s);
  std::erase_if(labelled, [&](const auto& pair) {
    return deleted.contains(pair.first) || deleted.contains(pair.second);
  });
  for (auto& [serial, o] : objects) {
    for (auto& [tie, r] : o.refs) {
      if (deleted.contains(r.to)) r.to = 0;
      // What only the parent knows of is written with the parent.
      const bool waits = facts_of(tie).reference.empty() && r.to != 0 && !at(r.to).in_session();
      if (o.in_session() && !waits) r = {.to = r.to};
    }
    if (!o.in_session()) continue;
    o.standing = Standing::stored;
    if (o.moved_to != 0) o.id = std::exchange(o.moved_to, 0);
  }
}

// ---- rollback

void Model::roll_back_to(const Model& stored) {
  const auto is_stored = [&](int s) {
    return stored.has(s) && stored.at(s).standing == Standing::stored;
  };
  Model next;
  for (const auto& [serial, o] : stored.objects)
    if (o.standing == Standing::stored) next.objects.emplace(serial, o);
  for (auto& [serial, o] : next.objects)
    for (auto& [tie, r] : o.refs)
      if (r.to != 0 && !is_stored(r.to)) r = {};
  for (const auto& [serial, old] : objects) {
    if (is_stored(serial)) continue;
    Object o = old;
    o.standing = Standing::transient;
    o.erased = false;
    o.id = o.moved_to = 0;
    for (auto& [tie, r] : o.refs) {
      // A key column that names one of them is a link as well.
      const int to = r.to != 0 || r.changed ? r.to : r.value;
      const bool kept = to != 0 && !is_stored(to);
      r = {.to = kept ? to : 0, .value = 0, .changed = kept, .lost = false};
    }
    next.objects.emplace(serial, std::move(o));
  }
  for (const auto& pair : stored.labelled)
    if (is_stored(pair.first) && is_stored(pair.second)) next.labelled.insert(pair);
  for (const auto& pair : labelled)
    if (!is_stored(pair.first) && !is_stored(pair.second)) next.labelled.insert(pair);
  *this = std::move(next);
}

void Model::revert(int serial, const Model& stored) {
  const Object now = at(serial);
  Object& o = at(serial) = stored.at(serial);
  o.erased = now.erased;
  // What only the parent knows of stays with the parent.
  for (auto& [tie, r] : o.refs)
    if (facts_of(tie).reference.empty()) r = now.refs.at(tie);
}

}  // namespace kindred::session_test::graph
