// Both sides of a relationship agree at once. Everything - assigning, appending, removing, moving,
// replacing a list, evicting the other half of a one-to-one, many-to-many, self-reference - is made
// of link_up and disconnect; each writes one side with put and take.
#include <algorithm>
#include <unordered_set>

#include "session/core.hpp"

namespace kindred::session {
namespace {

void note_related(State& s) {
  Core* c = core_of(s);
  if (c == nullptr) return;
  s.set(State::related | State::touched);
  if (s.in_session()) c->list(s);
}

// A loaded collection keeps net changes: what was added and is removed again is nothing. One that
// is not loaded cannot know, so the last word is kept.
void note_change(const Collection& c, StateList& to, StateList& opposite, State& member) {
  const bool undone = opposite.erase(&member);
  if (undone && c.counts(opposite)) --member.links;
  if (c.loaded ? undone : to.contains(&member)) return;
  to.push(&member);
  if (c.counts(to)) ++member.links;
}

std::string key_bytes(const State& s, std::size_t column) {
  Buffer out;
  (void)detail::append_member(s.object(), codec_of(s, column), out);
  return std::string(out.view());
}

// True where it had expired.
bool wake(State& s) {
  if (!s.is(State::expired) || s.life != Life::persistent) return false;
  detail::reload(s);
  return true;
}

// Before anything changes both objects are up to date with their own key columns.
void steady(State& a, State* b) {
  for (State* s : {&a, b}) {
    if (s == nullptr) continue;
    if (Core* c = core_of(*s)) {
      (void)wake(*s);
      c->settle();
    }
  }
}

void admit(State& a, const Link& l, State* b) {
  if (b == nullptr) throw UsageError(named(l) + ": a collection has no room for null");
  if (!l.target().takes(*b->mapper))
    throw UsageError(named(l) + " takes " + std::string(l.target().name) + ", not " +
                     std::string(b->mapper->name));
  for (const State* s : {&a, b})
    if (s->is(State::was_deleted))
      throw UsageError(named(l) + ": " + detail::describe(*s) +
                       " has been deleted; make_transient it first");
  Core* x = core_of(a);
  Core* y = core_of(*b);
  if (x == nullptr || y == nullptr || x == y) return;
  if (!b->in_session()) return y->emigrate(*b);
  if (!a.in_session()) return x->emigrate(a);
  throw UsageError(named(l) + ": " + detail::describe(*b) + " belongs to another session than " +
                   detail::describe(a));
}

// Hooks may refuse by throwing: they run before anything has changed.
void tell(
    State& a, const Link& l, State* b,
    std::vector<detail::SessionEvents::MemberHook> detail::SessionEvents::OfRelationship::*which) {
  Core* c = core_of(a);
  if (c == nullptr && b != nullptr) c = core_of(*b);  // a is about to join it
  if (c == nullptr || c->events.relationships.empty()) return;
  const auto at = c->events.relationships.find(&l);
  if (at == c->events.relationships.end()) return;
  for (const auto& hook : at->second.*which) hook(a, b);
}
using OfRelationship = detail::SessionEvents::OfRelationship;

void tell_added(State& a, const Link& l, State& b) {
  tell(a, l, &b, &OfRelationship::added);
  if (l.inverse != nullptr) tell(b, *l.inverse, &a, &OfRelationship::added);
}
void tell_removed(State& a, const Link& l, State& b) {
  tell(a, l, &b, &OfRelationship::removed);
  if (l.inverse != nullptr) tell(b, *l.inverse, &a, &OfRelationship::removed);
}

// A member of an object in a session joins it, where the relationship says so.
void spread(State& a, const Link& l, State& b) {
  if (a.in_session() && core_of(a) != nullptr && l.has(cascade::save_update)) core_of(a)->add(b);
}

void after_change(State& a) {
  if (Core* c = core_of(a)) c->drop_orphans();
}

// To null, whatever is stored: the target need not be known.
void forget_target(State& a, const Link& l) {
  Slot& r = slot(a, l);
  const bool had = l.local && !refers_to_nothing(a, l);
  r.at = nullptr;
  r.flags |= Slot::loaded | Slot::changed;
  if (had) r.flags |= Slot::lost;
  if (l.local) write_reference(a, l, nullptr);
  if (had && l.inverse != nullptr && l.inverse->has(cascade::delete_orphan))
    if (Core* c = core_of(a)) c->lost.push_back({l.inverse, &a});
  note_related(a);
}

// Would `link_up` do nothing?
bool is_connected(State& a, const Link& l, State& b) {
  const Link* i = l.inverse;
  if (!l.many) return current(a, l) == &b;
  if (i != nullptr && !i->many) return current(b, *i) == &a;
  const Collection& c = collection(a, l);
  if ((c.loaded ? c.items : c.added).contains(&b)) return true;
  if (c.loaded || i == nullptr) return false;
  const Collection& d = collection(b, *i);
  return d.loaded && d.items.contains(&a);
}

// What a new member takes the place of.
struct Displaced {
  State* of_owner = nullptr;      // the target of a reference
  State* owner = nullptr;         // the other owner of the member
  State* of_key = nullptr;        // the member that a map has under this key
  State* of_other_key = nullptr;  // the same where the map is on the other side
};

// The other member that the map of `owner` has under the key of `member`.
State* under_same_key(State& owner, const Link& l, const State& member) {
  if (!l.many || l.keyed == Link::none || !collection(owner, l).loaded) return nullptr;
  State* const there = collection(owner, l).named(key_bytes(member, l.keyed));
  return there == &member ? nullptr : there;
}

}  // namespace

State& live_owner(const Slot& r) {
  if (!r.is_live()) detail::plain_value("the other entity");
  return *r.owner();
}

Collection& collection(State& s, const Link& l) {
  Slot& r = slot(s, l);
  if (r.at == nullptr) {
    auto* made = new Collection;
    made->loaded = s.life == Life::transient || s.life == Life::pending;
    r.at = made;
  }
  return *r.many();
}

void rekey(Collection& c, const Link& l) {
  if (l.keyed == Link::none) return;
  c.keys.reset();
  for (State* t : c.items) c.name(key_bytes(*t, l.keyed), t);
}

// One side only.
void put(State& a, const Link& l, State& b) {
  (void)wake(a);
  Slot& r = slot(a, l);
  if (l.many) {
    Collection& c = collection(a, l);
    if (c.loaded && c.items.contains(&b)) return;
    if (c.loaded) {
      c.items.push(&b);
      ++b.links;
      if (l.keyed != Link::none) c.name(key_bytes(b, l.keyed), &b);
    }
    note_change(c, c.added, c.removed, b);
  } else {
    if (r.at != &b) {
      r.at = &b;
      ++b.links;
    }
    r.flags |= Slot::loaded | Slot::changed;
    if (l.local) write_reference(a, l, &b);
  }
  if (l.has(cascade::delete_orphan)) b.clear(State::dropped);
  if (l.facts->single_parent) b.set(State::owned);
  note_related(a);
}

void take(State& a, const Link& l, State& b) {
  (void)wake(a);
  Slot& r = slot(a, l);
  if (l.many) {
    Collection& c = collection(a, l);
    if (c.items.erase(&b)) {
      --b.links;
      if (l.keyed != Link::none) c.unname(&b);
    }
    note_change(c, c.removed, c.added, b);
  } else {
    if (r.one() == &b) {
      r.at = nullptr;
      --b.links;
    }
    r.flags |= Slot::loaded | Slot::changed | Slot::lost;
    if (l.local) write_reference(a, l, nullptr);
  }
  if (l.has(cascade::delete_orphan)) {
    b.set(State::dropped);
    if (Core* c = core_of(b)) {
      c->lost.push_back({&l, &b});
      note_related(b);
    }
  }
  if (l.facts->single_parent) b.clear(State::owned);
  note_related(a);
}

// The target of a scalar side, as far as it can be known by reading one row at most.
State* current(State& a, const Link& l) {
  (void)wake(a);
  Slot& r = slot(a, l);
  if ((r.flags & Slot::loaded) != 0 || r.at != nullptr) return r.one();
  Core* c = core_of(a);
  if (c == nullptr || a.life != Life::persistent) return nullptr;
  if (!l.local) return c->load_one(a, l);
  const Road& way = c->road(l);
  Buffer key;
  if (!way.to_primary_key || refers_to_nothing(a, l) ||
      !c->codec(*a.mapper).append_reference(a.object(), way.join.foreign_key, key))
    return nullptr;
  State* t = c->known(l.target(), key.view());
  if (t != nullptr) {
    r.at = t;
    ++t->links;
    r.flags |= Slot::loaded;
    note_owner(l, t);
  }
  return t;
}

void disconnect(State& a, const Link& l, State& b) {
  take(a, l, b);
  if (l.inverse != nullptr) take(b, *l.inverse, a);
}

// What b would take the place of, read again where it has expired: once something is changed
// nothing may fail to be read.
Displaced displaced(State& a, const Link& l, State& b) {
  const Link* i = l.inverse;
  for (;;) {
    Displaced out;
    if (!l.many) out.of_owner = current(a, l);
    if (i != nullptr && !i->many) out.owner = current(b, *i);
    out.of_key = under_same_key(a, l, b);
    if (i != nullptr) out.of_other_key = under_same_key(b, *i, a);
    bool woken = false;  // which may have changed who it is
    for (State* s : {out.of_owner, out.owner, out.of_key, out.of_other_key})
      if (s != nullptr && wake(*s)) woken = true;
    if (!woken) return out;
  }
}
// The target of a scalar side, as displaced().
State* present(State& a, const Link& l) {
  State* x = current(a, l);
  while (x != nullptr && wake(*x)) x = current(a, l);
  return x;
}

bool has_hooks(const State& s) {
  const Core* c = core_of(s);
  return c != nullptr && !c->events.relationships.empty();
}

void announce(State& a, const Link& l, State& b) {
  if (!l.facts->single_parent && !has_hooks(a) && !has_hooks(b)) return;
  if (is_connected(a, l, b)) return;
  if (l.facts->single_parent && b.is(State::owned))
    throw UsageError(detail::describe(b) + " already has an owner in " + named(l) +
                     ", which is single_parent");
  const Displaced old = displaced(a, l, b);
  if (old.of_owner != nullptr) tell_removed(a, l, *old.of_owner);
  if (old.owner != nullptr) tell_removed(*old.owner, l, b);
  if (old.of_key != nullptr) tell_removed(a, l, *old.of_key);
  if (old.of_other_key != nullptr) tell_removed(b, *l.inverse, *old.of_other_key);
  tell_added(a, l, b);
}

void link_up(State& a, const Link& l, State& b) {
  if (is_connected(a, l, b)) return;
  const Displaced old = displaced(a, l, b);
  if (old.of_owner != nullptr) disconnect(a, l, *old.of_owner);
  if (old.owner != nullptr) disconnect(*old.owner, l, b);
  if (old.of_key != nullptr) disconnect(a, l, *old.of_key);
  if (old.of_other_key != nullptr) disconnect(b, *l.inverse, *old.of_other_key);
  join_heaps(a, b);
  put(a, l, b);
  if (l.inverse != nullptr) put(b, *l.inverse, a);
  // A new owner takes an erase back.
  State& owner = l.local ? b : a;
  if (!l.rows && owner.in_session() && !owner.is(State::erased))
    (l.local ? a : b).clear(State::erased);
}

// ---- settling: a key column that was written retargets its reference

void Core::touched(State& s) {
  if (s.life != Life::persistent) {
    s.set(State::calm);
    return;
  }
  if (s.is(State::expired)) reload(s);
  if (!s.is(State::touched)) {
    s.set(State::touched);
    list(s);
  }
  if (!s.is(State::unsettled)) {
    s.set(State::unsettled);
    queue(s);
  }
}

// Once, so that it can be taken out again.
void Core::queue(State& s) {
  if (s.is(State::queued)) return;
  to_settle.push_back(&s);
  s.set(State::queued);
}

void Core::unqueue_all() noexcept {
  for (State* s : to_settle) s->clear(State::queued);
  to_settle.clear();
}

void Core::settle() {
  std::vector<State*> later;
  while (!to_settle.empty()) {
    State& s = *to_settle.back();
    to_settle.pop_back();
    s.clear(State::queued);
    try {
      if (s.is(State::unsettled) && settle(s)) later.push_back(&s);
    } catch (...) {  // it could not be read: later, then
      queue(s);
      for (State* t : later) queue(*t);
      throw;
    }
  }
  for (State* s : later) queue(*s);
}

Core::Copy Core::stored_copy(State& s) {
  Buffer key;
  append_stored_key(s, key);
  const auto row = reading().reader().get(codec(*s.mapper).table().keyspace(), key.view());
  if (!row) return {nullptr, s.mapper->destroy};
  Copy was(s.mapper->make(), s.mapper->destroy);
  codec(*s.mapper).decode(was->object(), key.view(), *row);
  return was;
}

// Where it is in memory.
State* Core::target_of_columns(const State& s, const Link& l) {
  Buffer key;
  if (refers_to_nothing(s, l) || !road(l).to_primary_key ||
      !codec(*s.mapper).append_reference(s.object(), road(l).join.foreign_key, key))
    return nullptr;
  return known(l.target(), key.view());
}

bool Core::is_retargeted(State& s, const Link& l) {
  if (!changed(s)) return false;
  const Copy was = stored_copy(s);
  return was == nullptr ||
         std::any_of(l.columns.begin(), l.columns.end(), [&](const Link::Column& c) {
           return !(Cell(s, c.child) == Cell(*was, c.child));
         });
}

void Core::retarget(State& s, const Link& l, State* to) {
  Slot& r = slot(s, l);
  const Link* i = l.inverse;
  State* const old = r.one();
  const bool nothing = refers_to_nothing(s, l);
  const bool was_dropped = s.is(State::dropped);
  // What has to be read comes first, so that nothing is half done where that fails. While a flush
  // finishes nothing is read: what has expired knows of nobody anyway.
  const auto ready = [&](State* t) {
    if (t == nullptr || !t->is(State::expired)) return t;
    if (finishing) return static_cast<State*>(nullptr);
    (void)wake(*t);
    return t;
  };
  to = ready(to);
  State* const informed = ready(old);
  State* from = nullptr;  // a side that loaded has it, though the reference has not
  if (i != nullptr && (r.flags & Slot::loaded) == 0 && !finishing)
    if (const Copy was = stored_copy(s); was != nullptr) from = ready(target_of_columns(*was, l));
  State* displaced_one = nullptr;
  if (to != nullptr && i != nullptr && !i->many)
    displaced_one = ready(finishing ? slot(*to, *i).one() : current(*to, *i));

  if (from != nullptr && from != to) {
    const Slot& back = slot(*from, *i);
    if (back.at != nullptr && (i->many ? back.many()->items.contains(&s) : back.one() == &s))
      take(*from, *i, s);
  }
  std::vector<Cell> columns;  // put and take write key columns
  for (const Link::Column& c : l.columns) columns.emplace_back(s, c.child);
  if (old != nullptr) {
    r.at = nullptr;
    --old->links;
    if (l.facts->single_parent) old->clear(State::owned);
    if (i != nullptr && informed != nullptr) take(*old, *i, s);
  }
  r.flags = static_cast<std::uint16_t>((r.flags & Slot::raises) | (nothing ? Slot::loaded : 0));
  if (displaced_one != nullptr && displaced_one != &s) disconnect(*displaced_one, l, *to);
  if (to != nullptr && r.at == nullptr) {
    if (i != nullptr) put(*to, *i, s);
    r.at = to;
    ++to->links;
    r.flags |= Slot::loaded;
    note_owner(l, to);
  }
  for (std::size_t n = 0; n < columns.size(); ++n) columns[n].write(s, l.columns[n].child);
  // A column alone makes no orphan.
  std::erase_if(lost, [&](const Lost& p) { return p.state == &s && p.link == i; });
  if (!was_dropped) s.clear(State::dropped);
}

// A relationship that was assigned since the last flush wins over its key column.
bool Core::settle(State& s, Keys keys) {
  if (!s.mapper->references) {
    s.set(State::unsettled);
    return false;
  }
  if (s.life != Life::persistent) {
    s.clear(State::unsettled);
    return false;
  }
  bool later = false;
  for (const Link& l : s.mapper->links) {
    if (l.many || !l.local) continue;
    Slot& r = slot(s, l);
    if ((r.flags & Slot::changed) != 0) continue;
    State* const old = r.one();
    const bool nothing = refers_to_nothing(s, l);
    if ((r.flags & Slot::loaded) != 0 && (old == nullptr ? nothing : refers_to(s, l, *old)))
      continue;
    const Link* i = l.inverse;
    State* const to = target_of_columns(s, l);
    if (old != nullptr && to == old) continue;  // under the key that it is stored with
    if ((r.flags & Slot::loaded) == 0 &&
        (keys == Keys::changed ? to == nullptr : !is_retargeted(s, l))) {
      if (nothing) r.flags |= Slot::loaded;
      continue;  // nobody in memory has it, or will have it when it loads
    }
    later = later || (!nothing && to == nullptr && i != nullptr);
    retarget(s, l, to);
  }
  // Not before: where something could not be read it stays to be done.
  if (!later) s.clear(State::unsettled);
  return later;
}

}  // namespace kindred::session

namespace kindred::detail {

using namespace session;

void plain_value(std::string_view target) {
  const std::string name(target);
  throw UsageError("this relationship to " + name +
                   " stands in a plain value, which carries columns only: read it through a Ref "
                   "(write `Ref<" +
                   name +
                   "> x = owner->member`, not `auto x`), or ask the store: "
                   "related<&Owner::member>(value)");
}

void touch(State& s) {
  Core* c = core_of(s);
  if (c == nullptr) {
    if (s.is(State::expired)) reload(s);
    s.set(State::calm);
    return;
  }
  const Use use(c);
  c->touched(s);
}

void set_one(RelationshipSlot& r, State* b) {
  if (!r.is_live()) {
    retain(b);
    release(r.one());
    r.at = b;
    return;
  }
  State& a = *r.owner();
  const Link& l = link_of(r);
  const Use use(a.heap);
  const Use other(b != nullptr && b->heap != a.heap ? b->heap : nullptr);
  if (b != nullptr) admit(a, l, b);
  steady(a, b);
  if (b != nullptr) {
    announce(a, l, *b);
    link_up(a, l, *b);
    spread(a, l, *b);
  } else {
    if (a.is(State::was_deleted)) admit(a, l, &a);
    if (State* x = present(a, l)) {
      tell_removed(a, l, *x);
      disconnect(a, l, *x);
    } else if ((r.flags & RelationshipSlot::loaded) == 0) {
      tell(a, l, nullptr, &OfRelationship::removed);
      forget_target(a, l);
    }
  }
  after_change(a);
}

void append_one(RelationshipSlot& r, State* b) {
  State& a = live_owner(r);
  const Link& l = link_of(r);
  const Use use(a.heap);
  const Use other(b != nullptr && b->heap != a.heap ? b->heap : nullptr);
  admit(a, l, b);
  steady(a, b);
  announce(a, l, *b);
  link_up(a, l, *b);
  spread(a, l, *b);
  after_change(a);
}

void remove_one(RelationshipSlot& r, State* b) {
  State& a = live_owner(r);
  const Link& l = link_of(r);
  const Use use(a.heap);
  admit(a, l, b);
  steady(a, b);
  const Collection& c = collection(a, l);
  bool absent = c.loaded ? !c.items.contains(b) : c.removed.contains(b);
  if (const Link* i = l.inverse; !c.loaded && i != nullptr && !i->many) {
    const bool known = (slot(*b, *i).flags & RelationshipSlot::loaded) != 0;
    absent = absent || (current(*b, *i) != &a && (known || !refers_to(*b, *i, a)));
  } else if (!c.loaded && i == nullptr && !l.rows) {
    absent = absent || (!c.added.contains(b) && !refers_to(*b, l, a));
  }
  if (absent) throw UsageError(named(l) + ": " + describe(*b) + " is not in it");
  tell_removed(a, l, *b);
  disconnect(a, l, *b);
  after_change(a);
}

void assign_many(RelationshipSlot& r, std::span<State* const> to) {
  if (!r.is_live()) {
    auto given = std::make_unique<Collection>();
    for (State* s : to) {
      if (s == nullptr) throw UsageError("a collection has no room for null");
      if (given->items.contains(s)) continue;
      retain(s);
      given->items.push(s);
    }
    if (r.at != nullptr) drop_given(r, true);
    r.at = given.release();
    return;
  }
  State& a = *r.owner();
  const Link& l = link_of(r);
  std::vector<State*> wanted;
  std::unordered_set<State*> kept;
  for (State* b : to)  // which may be members of an object that admit() takes apart
    if (kept.insert(b).second) wanted.push_back(b);
  for (State* b : wanted) admit(a, l, b);
  (void)read_many(r);
  const Use use(a.heap);
  // All that may fail to be read comes first; it may change who is a member.
  for (State* b : wanted) steady(a, b);
  for (State* b : collection(a, l).items.copy()) (void)wake(*b);
  for (State* b : wanted)
    if (!is_connected(a, l, *b)) (void)displaced(a, l, *b);
  const std::vector<State*> old = collection(a, l).items.copy();
  for (State* b : old)
    if (!kept.contains(b)) tell_removed(a, l, *b);
  for (State* b : wanted) announce(a, l, *b);
  for (State* b : old)
    if (!kept.contains(b)) disconnect(a, l, *b);
  for (State* b : wanted) {
    link_up(a, l, *b);
    spread(a, l, *b);
  }
  Collection& c = collection(a, l);
  if (c.items.size() == wanted.size()) c.items.reorder(wanted);
  rekey(c, l);
  after_change(a);
}

}  // namespace kindred::detail
