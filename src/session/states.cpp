// add, erase, expunge, expire, refresh: what moves an object from one state to another.
#include <algorithm>

#include "session/core.hpp"

namespace kindred::session {

void Core::require_idle(const char* call) const {
  if (flushing)
    throw UsageError(std::string(call) +
                     "() inside a flush: hooks of single objects may change that object's columns "
                     "only; add and erase in before_flush");
}

void Core::require_persistent(const State& s, const char* call) const {
  if (s.heap == this && s.life == Life::persistent) return;
  throw UsageError(std::string(call) + "(" + detail::describe(s) +
                   "): it is not persistent in this session");
}

// Takes the group of a transient or detached object into the session's memory.
void Core::adopt(State& s) {
  if (s.heap == this) return;
  if (s.heap == nullptr) {
    move_to(s, *this);
    adopted(1);
    return;
  }
  Heap* group = s.heap;
  adopted(group->others.size());
  while (!group->others.empty()) move_to(*group->others.back(), *this);
  Use::end(group);
}

// What was changed in a detached object is work of this session from now on.
void Core::resume(State& s, std::vector<State*>& todo) {
  if (s.mapper->references) queue(s);
  for (const Link& l : s.mapper->links) {
    const Slot& r = slot(s, l);
    if (!l.many) {
      if (l.inverse != nullptr && l.inverse->has(cascade::delete_orphan) &&
          (r.flags & Slot::lost) != 0 && r.at == nullptr)
        lost.push_back({l.inverse, &s});
      continue;
    }
    if (r.at == nullptr || !l.has(cascade::save_update)) continue;
    for (State* t : r.many()->removed)
      if (t->life == Life::detached && !t->is(State::was_deleted)) todo.push_back(t);
  }
}

void Core::attach(State& s, std::vector<State*>& todo) {
  if (Core* other = core_of(s); other != nullptr && other != this) {
    if (s.in_session() || s.life == Life::deleted)
      throw UsageError(detail::describe(s) + " belongs to another session: expunge it there first");
    other->emigrate(s);
  }
  if (s.is(State::was_deleted))
    throw UsageError(detail::describe(s) +
                     " has been deleted: make_transient it first, to insert it anew");
  if (s.is(State::erased)) {  // takes the erase back
    s.clear(State::erased);
    return;
  }
  if (s.in_session()) return;
  if (s.life == Life::detached) {
    const std::string key = own_key(s);
    if (const State* there = known(*s.mapper, key); there != nullptr)
      throw UsageError("another object with the key of " + detail::describe(s) +
                       " is in this session already: merge() it");
    adopt(s);
    leave_others(s);
    enter(s, key);
    s.life = Life::persistent;
    if (s.is(State::expired)) has_expired = true;
  } else {
    adopt(s);
    s.life = Life::pending;
    // Whatever it was taken out of before is no reason to go now.
    std::erase_if(lost, [&](const Lost& l) { return l.state == &s; });
    s.clear(State::dropped);
  }
  s.set(State::calm);
  list(s);
  if (s.life == Life::persistent) resume(s, todo);
  const auto& links = s.mapper->links;
  if (std::any_of(links.begin(), links.end(), [&](const Link& l) { return is_unflushed(s, l); }))
    s.set(State::related);
  for (const Link& l : s.mapper->links) {
    if (!l.has(cascade::save_update)) continue;
    const Slot& r = slot(s, l);
    if (r.at == nullptr) continue;
    const auto push = [&](State* t) {
      if (!t->in_session() || t->heap != this || t->is(State::erased)) todo.push_back(t);
    };
    if (!l.many) {
      push(r.one());
      continue;
    }
    const auto items = r.many()->items.states();
    std::for_each(items.rbegin(), items.rend(), push);
  }
}

void Core::add(State& first) {
  require_idle("add");
  std::vector<State*> todo;
  attach(first, todo);
  while (!todo.empty()) {
    State& s = *todo.back();
    todo.pop_back();
    attach(s, todo);
  }
}

void Core::erase(State& s) {
  require_idle("erase");
  require_persistent(s, "erase");
  s.set(State::erased);
  list(s);
}

void Core::expunge_one(State& s) {
  const bool stored = s.life == Life::persistent;
  if (stored) leave(s);
  work.erase(&s);
  if (s.is(State::queued)) std::erase(to_settle, &s);
  s.clear(State::queued);
  std::erase_if(lost, [&](const Lost& l) { return l.state == &s; });
  std::erase(news_, &s);
  for (Level& level : levels_) {
    for (auto* in : {&level.added, &level.gone, &level.written}) std::erase(*in, &s);
    std::erase_if(level.moved, [&](const auto& moved) { return moved.first == &s; });
  }
  s.life = stored ? Life::detached : Life::transient;
  s.clear(State::listed | State::related | State::erased | State::sticky | State::kept |
          State::dropped);
  s.set(State::calm);
}

void Core::expunge(State& first) {
  require_idle("expunge");
  if (first.heap != this || !first.in_session())
    throw UsageError("expunge(" + detail::describe(first) + "): it is not in this session");
  std::vector<State*> todo{&first};
  while (!todo.empty()) {
    State& s = *todo.back();
    todo.pop_back();
    if (!s.in_session()) continue;
    expunge_one(s);
    each_along(s, cascade::expunge, [&](State* t) { todo.push_back(t); });
  }
}

bool Core::is_orphan(const Link& l, const State& s) const {
  if (const Link* i = l.inverse; i != nullptr && !i->many) {
    const Slot& r = slot(s, *i);
    return (r.flags & Slot::lost) != 0 && r.at == nullptr;
  }
  return s.is(State::dropped);
}

// Pending orphans leave at once; stored ones wait for the flush.
void Core::drop_orphans() {
  if (flushing) return;
  for (std::size_t n = 0; n < lost.size();) {
    const Lost orphan = lost[n];
    if (orphan.state->life != Life::pending || !is_orphan(*orphan.link, *orphan.state)) {
      ++n;
      continue;
    }
    lost.erase(lost.begin() + static_cast<std::ptrdiff_t>(n));
    expunge(*orphan.state);
    n = 0;
  }
}

// Forgets what a relationship holds: it loads again.
void Core::forget(State& s, const Link& l) {
  Slot& r = slot(s, l);
  if (l.many && r.at != nullptr) {
    r.many()->each_counted([](State& t) { --t.links; });
    delete r.many();
  } else if (r.at != nullptr) {
    if (l.facts->single_parent) r.one()->clear(State::owned);
    --r.one()->links;
  }
  r.at = nullptr;
  r.flags &= Slot::raises;
}

void Core::forget_changes(State& s, Added added) noexcept {
  for (const Link& l : s.mapper->links) {
    Slot& r = slot(s, l);
    r.flags &= static_cast<std::uint16_t>(Slot::loaded | Slot::raises);
    if (!l.many || r.at == nullptr) continue;
    Collection& c = *r.many();
    for (StateList* in : {&c.added, &c.removed}) {
      if (in == &c.added && added == Added::keep) continue;
      if (c.counts(*in))
        for (State* t : *in) --t->links;
      in->clear();
    }
  }
}

void Core::expire(State& first, Changes changes) {
  require_idle("expire");
  require_persistent(first, "expire");
  std::vector<State*> todo{&first};
  std::vector<State*> all;
  while (!todo.empty()) {
    State& s = *todo.back();
    todo.pop_back();
    if (s.is(State::marked)) continue;
    s.set(State::marked);
    all.push_back(&s);
    each_along(s, cascade::refresh_expire, [&](State* t) { todo.push_back(t); });
  }
  for (State* s : all) s->clear(State::marked);
  if (changes == Changes::keep && first.is(State::related))
    throw UsageError(detail::describe(first) +
                     " has relationship changes that were not flushed: flush or roll back first, "
                     "or say Changes::discard");
  for (State* s : all)
    for (const Link& l : s->mapper->links) wake_others(*s, l);
  // A pending member of an expired collection leaves it.
  for (State* s : all) {
    if (s->life != Life::pending) continue;
    for (const Link& l : s->mapper->links) {
      const Slot& r = slot(*s, l);
      if (l.many || r.at == nullptr || l.inverse == nullptr) continue;
      State& owner = *r.one();
      if (std::find(all.begin(), all.end(), &owner) != all.end()) disconnect(*s, l, owner);
    }
  }
  for (State* s : all) {
    if (s->life != Life::persistent) continue;
    for (const Link& l : s->mapper->links) unlink(*s, l);
    s->clear(State::calm | State::related | State::sticky);
    set_expired(*s);
    expired_columns_.erase(s);
    std::erase_if(lost, [&](const Lost& o) { return o.state == s; });
  }
  drop_orphans();
}

namespace {
// A removal that was not flushed is none.
void give_back(State& owner, const Link& l, State& member) {
  Collection& c = *slot(owner, l).many();
  if (!c.removed.erase(&member)) return;
  --member.links;
  if (!c.loaded || c.items.contains(&member)) return;
  c.items.push(&member);
  ++member.links;
  rekey(c, l);
}
}  // namespace

void Core::wake_others(const State& s, const Link& l) {
  const Slot& r = slot(s, l);
  if (r.at == nullptr || l.inverse == nullptr) return;
  const auto wake = [&](State& t) {
    if (t.is(State::expired) && t.life == Life::persistent) reload(t);
  };
  if (!l.many) {
    const bool may_change = (r.flags & Slot::changed) != 0 ||
                            (l.local && s.is(State::touched) && !s.is(State::expired));
    if (may_change) wake(*r.one());
    return;
  }
  for (const StateList* in : {&r.many()->added, &r.many()->removed})
    for (State* t : in->copy()) wake(*t);
}

// As forget, and takes the object's unflushed changes back from the other sides.
void Core::unlink(State& s, const Link& l) {
  Slot& r = slot(s, l);
  const Link* i = l.inverse;
  if (i != nullptr && l.many && r.at != nullptr) {
    const std::vector<State*> added = r.many()->added.copy();
    const std::vector<State*> removed = r.many()->removed.copy();
    for (State* t : added) disconnect(s, l, *t);
    for (State* t : removed) {
      Slot& back = slot(*t, *i);
      if (i->many) {
        if (back.at != nullptr) give_back(*t, *i, s);
      } else if (t->life == Life::persistent && back.at == nullptr &&
                 (back.flags & Slot::changed) != 0) {
        forget(*t, *i);
        for (const Link::Column& c : l.columns) expire_column(*t, c.child);
        std::erase_if(lost, [&](const Lost& o) { return o.state == t && o.link == &l; });
      }
    }
  } else if (i != nullptr && !l.many &&
             ((r.flags & Slot::changed) != 0 ||
              (l.local && s.is(State::touched) && !s.is(State::expired) && is_retargeted(s, l)))) {
    if (r.at != nullptr) disconnect(s, l, *r.one());
    const std::vector<State*> owners = work.states();
    for (State* o : owners) {
      if (o->mapper != &l.target() || o == &s) continue;
      const Slot& back = slot(*o, *i);
      if (i->many) {
        if (back.at != nullptr) give_back(*o, *i, s);
      } else if (back.at == nullptr && (back.flags & Slot::lost) != 0) {
        forget(*o, *i);
      }
    }
  }
  forget(s, l);
}

void Core::expire_column(State& s, std::size_t column) {
  require_idle("expire");
  require_persistent(s, "expire");
  if (s.is(State::expired) && !expired_columns_.contains(&s)) return;
  auto& columns = expired_columns_[&s];
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  set_expired(s);
}

void Core::expire_relationship(State& s, const Link& l, Changes changes) {
  require_idle("expire");
  require_persistent(s, "expire");
  const Slot& r = slot(s, l);
  if (changes == Changes::keep && is_unflushed(s, l))
    throw UsageError(named(l) + " of " + detail::describe(s) +
                     " has changes that were not flushed: flush or roll back first, or say "
                     "Changes::discard");
  wake_others(s, l);
  if (!l.local) return unlink(s, l);
  if ((r.flags & Slot::changed) != 0) {
    unlink(s, l);
    for (const Link::Column& c : l.columns) expire_column(s, c.child);
    return;
  }
  // Key columns that the program wrote stay as they are, and the reference follows them.
  const bool was_dropped = s.is(State::dropped);
  std::vector<Cell> columns;
  for (const Link::Column& c : l.columns) columns.emplace_back(s, c.child);
  unlink(s, l);
  for (std::size_t n = 0; n < columns.size(); ++n) columns[n].write(s, l.columns[n].child);
  std::erase_if(lost, [&](const Lost& o) { return o.state == &s && o.link == l.inverse; });
  if (!was_dropped) s.clear(State::dropped);
  if (!s.is(State::touched)) return;
  s.set(State::unsettled);
  queue(s);
}

void Core::refresh(State& s, Changes changes) {
  require_idle("refresh");
  require_persistent(s, "refresh");
  if (changes == Changes::keep && options.autoflush && !s.is(State::expired) &&
      s.is(State::touched) && changed(s))
    throw UsageError(detail::describe(s) +
                     " has changes that were not flushed: flush first, or say Changes::discard");
  expire(s, changes);
  if (options.autoflush) autoflush();
  renew_view();
  reload(s);
}

void Core::expire_all() {
  require_idle("expire_all");
  // Those that expired column by column may have changes in the others.
  while (!expired_columns_.empty()) reload(*expired_columns_.begin()->first);
  renew_view();
  std::vector<State*> all;
  each([&](State& s) {
    if (s.life == Life::persistent) all.push_back(&s);
  });
  for (State* s : all)
    if (s->is(State::related | State::erased) ||
        (s->is(State::touched) && !s->is(State::expired) && changed(*s)))
      throw UsageError(
          detail::describe(*s) +
          " has changes that were not flushed: flush or roll back before expire_all()");
  for (State* s : all) {
    for (const Link& l : s->mapper->links) forget(*s, l);
    s->clear(State::calm | State::related | State::sticky);
    set_expired(*s);
  }
  expired_columns_.clear();
}

// A deleted object leaves the identity map and every relationship in memory.
void Core::gone_from_memory(State& s) {
  for (const Link& l : s.mapper->links) {
    const Link* i = l.inverse;
    Slot& r = slot(s, l);
    if (r.at == nullptr) continue;
    if (l.facts->single_parent && !l.many) r.one()->clear(State::owned);
    if (i == nullptr) continue;
    std::vector<State*> targets;
    if (l.many)
      targets = r.many()->items.copy();
    else
      targets = {r.one()};
    for (State* t : targets) cut(*t, *i, s);
  }
  // One-sided relationships do not tell where they are.
  if (s.links != 0)
    each([&](State& o) {
      for (const Link& l : o.mapper->links)
        if (l.target().takes(*s.mapper) && slot(o, l).at != nullptr) cut(o, l, s);
    });
  Buffer key;
  append_stored_key(s, key);
  level().gone_keys.insert_or_assign(&s, std::string(key.view()));
  leave(s);
  s.life = Life::deleted;
  s.clear(State::erased);
  s.set(State::calm | State::was_deleted);
  keep(level().gone, s);
}

// Takes `gone` out of one side of a relationship; a rollback loads that again.
void Core::cut(State& owner, const Link& l, State& gone) {
  Slot& r = slot(owner, l);
  if (r.at == nullptr) return;
  bool found = false;
  if (!l.many) {
    found = r.one() == &gone;
    if (found) {
      r.at = nullptr;
      --gone.links;
    }
  } else {
    Collection& c = *r.many();
    for (StateList* in : {&c.items, &c.added, &c.removed})
      if (in->erase(&gone)) {
        if (c.counts(*in)) --gone.links;
        found = true;
      }
    if (found && l.keyed != Link::none) c.unname(&gone);
  }
  if (found && owner.life == Life::persistent) keep(level().written, owner);
}

bool Core::changed(State& s) {
  static thread_local Buffer key;
  static thread_local Buffer row;
  std::vector<engine::ColumnFault> faults;
  key.clear();
  row.clear();
  ++counts.encoded;
  const EntityCodec& c = codec(*s.mapper);
  c.encode_key(s.object(), key);
  const auto now = c.encode_row(s.object(), key.view(), row, faults);
  return !faults.empty() || now.hash != s.hash;
}

}  // namespace kindred::session

namespace kindred::detail {

using namespace session;

std::string describe(const State& s) {
  std::string out(s.mapper->name);
  if (key_is_unset(s)) return out + " (new)";
  Core* c = core_of(s);
  if (c == nullptr || s.mapper->keys.empty()) return out;
  try {
    return out + " " + c->codec(*s.mapper).table().key_text(c->own_key(s));
  } catch (const std::exception&) {
    return out;  // a message is no place for another error
  }
}

}  // namespace kindred::detail
