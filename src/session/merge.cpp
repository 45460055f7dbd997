// merge: the state of an object from elsewhere, onto the session's own object of the same key.
#include <unordered_map>

#include "session/core.hpp"

namespace kindred::session {
namespace {

class Merge {
 public:
  Merge(Core& core, const MergeOptions& options) : core_(core), options_(options) {}

  State* run(State& given) {
    if (const auto at = done_.find(&given); at != done_.end()) return at->second;
    if (given.heap == &core_ && given.in_session()) return done_[&given] = &given;
    State& to = target(given);
    done_[&given] = &to;
    copy_columns(given, to);
    for (const Link& l : given.mapper->links)
      if (l.has(cascade::merge)) copy_link(given, to, l);
    return &to;
  }

 private:
  State& target(State& given) {
    if (!options_.load) {
      if (given.life != Life::detached)
        throw UsageError("merge(" + detail::describe(given) +
                         ") without loading: only a detached object is known to be stored");
      const std::string key = core_.own_key(given);
      if (given.is(State::expired) || core_.changed(given))
        throw UsageError("merge(" + detail::describe(given) +
                         ") without loading: it has changes of its own");
      if (State* s = core_.known(*given.mapper, key)) return *s;
      return core_.take_as_stored(given, key);
    }
    if (!key_is_unset(given))
      if (State* s = core_.get(*given.mapper, core_.own_key(given))) {
        check_version(given, *s);
        return *s;
      }
    State& fresh = *given.mapper->make();
    core_.add(fresh);
    return fresh;
  }

  // An older version than the one at hand would be lost by the copy.
  void check_version(const State& given, State& to) {
    const std::size_t column = given.mapper->version;
    if (column == Link::none || given.life == Life::transient) return;
    if (Cell(given, column) == Cell(to, column)) return;
    const auto& table = core_.codec(*to.mapper).table();
    throw StaleDataError({{table.name(),
                           table.key_text(core_.own_key(to)),
                           false,
                           {std::string(to.mapper->columns[column]->name)}}});
  }

  void copy_columns(const State& given, State& to) {
    if (!options_.load) return;
    if (given.is(State::expired)) return;
    core_.touched(to);
    for (std::size_t i = 0; i < given.mapper->columns.size(); ++i) {
      const Cell cell(given, i);
      if (!(cell == Cell(to, i))) cell.write(to, i);
    }
  }

  // What the given object has not loaded says nothing.
  void copy_link(const State& given, State& to, const Link& l) {
    const Slot& from = slot(given, l);
    Slot& into = slot(to, l);
    if (!l.many) {
      if (from.at == nullptr && (given.life == Life::transient || (from.flags & Slot::loaded) == 0))
        return;
      State* const target = from.at == nullptr ? nullptr : run(*from.one());
      if (options_.load)
        detail::set_one(into, target);
      else if ((into.flags & Slot::loaded) == 0)
        core_.place_one(to, l, target);
      return;
    }
    if (from.at == nullptr || !from.many()->loaded) return;
    if (given.life == Life::transient && from.many()->items.empty()) return;
    std::vector<State*> members;
    for (State* t : from.many()->items) members.push_back(run(*t));
    if (options_.load)
      detail::assign_many(into, members);
    else if (into.at == nullptr)
      core_.place_many(to, l, members);
  }

  Core& core_;
  const MergeOptions& options_;
  std::unordered_map<const State*, State*> done_;
};

}  // namespace

// A copy of a detached, clean object, taken as what is stored.
State& Core::take_as_stored(const State& given, ByteView key) {
  State& s = *given.mapper->make();
  for (std::size_t i = 0; i < given.mapper->columns.size(); ++i) Cell(given, i).write(s, i);
  s.hash = given.hash;
  s.bits = given.mapper->references ? 0 : State::unsettled;
  enter(s, key);
  s.heap = this;
  s.life = Life::persistent;
  ++live_;
  return s;
}

void Core::place_one(State& s, const Link& l, State* target) {
  Slot& r = slot(s, l);
  r.at = target;
  r.flags |= Slot::loaded;
  if (target != nullptr) ++target->links;
}

void Core::place_many(State& s, const Link& l, const std::vector<State*>& members) {
  Collection& c = collection(s, l);
  for (State* t : members) {
    if (c.items.contains(t)) continue;
    c.items.push(t);
    ++t->links;
  }
  c.become_loaded();
  rekey(c, l);
}

State* Core::merge(State& given, const MergeOptions& how) {
  require_idle("merge");
  return Merge(*this, how).run(given);
}

}  // namespace kindred::session
