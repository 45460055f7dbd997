// Handles count in refs, pointers between instances in links. Without a session, linked instances
// form a group that goes when its last handle goes. In a session an instance that nothing points to
// goes at once, cycles at the next collect().
#include <algorithm>
#include <bit>
#include <functional>
#include <unordered_set>

#include "session/core.hpp"

namespace kindred::session {
namespace {

// Collecting before there are so many objects is not worth it.
constexpr std::size_t least_threshold = 1024;

const void* this_thread_token() noexcept {
  static thread_local char token;
  return &token;
}

void put_in(Heap& heap, State& s) {
  s.heap = &heap;
  s.place = static_cast<std::uint32_t>(heap.others.size());
  heap.others.push_back(&s);
  if (s.refs != 0) ++heap.held;
}

void take_from(Heap& heap, State& s) noexcept {
  heap.others[s.place] = heap.others.back();
  heap.others[s.place]->place = s.place;
  heap.others.pop_back();
}

// Roughly: neighbours in memory come together, which is how they are visited and freed fastest.
void sort_by_address(std::vector<State*>& states) {
  constexpr std::size_t few = 1024;
  constexpr std::size_t parts = 4096;
  if (states.size() < few) return;
  const auto address = [](const State* s) { return reinterpret_cast<std::uintptr_t>(s); };
  const auto [low, high] = std::minmax_element(states.begin(), states.end(), std::less<>());
  const std::uintptr_t first = address(*low);
  const int shift = std::max(0, static_cast<int>(std::bit_width(address(*high) - first)) -
                                    static_cast<int>(std::bit_width(parts - 1)));
  std::vector<std::uint32_t> at(parts + 1);
  for (const State* s : states) ++at[((address(s) - first) >> shift) + 1];
  for (std::size_t n = 1; n <= parts; ++n) at[n] += at[n - 1];
  std::vector<State*> sorted(states.size());
  for (State* s : states) sorted[at[(address(s) - first) >> shift]++] = s;
  states = std::move(sorted);
}

}  // namespace

void free_group(Heap* group) noexcept {
  for (State* s : group->others) clear_slots(*s);
  for (State* s : group->others) s->mapper->destroy(s);
  Use::end(group);
}

namespace {
thread_local Use* innermost_use = nullptr;
}

Use::Use(Heap* heap) {
  if (heap == nullptr) return;
  const void* nobody = nullptr;
  if (heap->user.compare_exchange_strong(nobody, this_thread_token(), std::memory_order_acquire)) {
    held_ = heap;
    outer_ = std::exchange(innermost_use, this);
    return;
  }
  if (nobody != this_thread_token())
    throw UsageError(heap->session != nullptr
                         ? "a session is used by two threads at once: give each its own"
                         : "linked objects are used by two threads at once: give each its own");
}

Use::~Use() {
  if (innermost_use == this) innermost_use = outer_;
  if (held_ != nullptr) held_->user.store(nullptr, std::memory_order_release);
}

void Use::end(Heap* group) noexcept {
  for (Use* use = innermost_use; use != nullptr; use = use->outer_)
    if (use->held_ == group) use->held_ = nullptr;
  delete group;
}

void clear_slots(State& s) noexcept {
  for (const Link& l : s.mapper->links) {
    Slot& r = slot(s, l);
    if (!r.is_live()) continue;  // given, and never taken over: its destructor lets go of it
    if (l.many) delete r.many();
    r.at = nullptr;
    r.flags = 0;
  }
}

void dispose(State& s) noexcept {
  clear_slots(s);
  s.mapper->destroy(&s);
}

void move_to(State& s, Heap& to) {
  if (s.heap == &to) return;
  if (s.heap != nullptr) {
    take_from(*s.heap, s);
    if (s.refs != 0) --s.heap->held;
  }
  put_in(to, s);
}

// Both in one heap from now on. That is memory only: a transient object next to one of a session is
// not added by it.
void join_heaps(State& a, State& b) {
  if (a.heap == nullptr && b.heap == nullptr) {
    auto* group = new Heap;
    move_to(a, *group);
    move_to(b, *group);
    return;
  }
  if (a.heap == b.heap) return;
  if (a.heap == nullptr || b.heap == nullptr) {
    State& alone = a.heap == nullptr ? a : b;
    Heap& heap = a.heap == nullptr ? *b.heap : *a.heap;
    move_to(alone, heap);
    if (heap.session != nullptr) static_cast<Core&>(heap).adopted(1);
    return;
  }
  Heap* into = a.heap;
  Heap* from = b.heap;
  if (from->session != nullptr ||
      (into->session == nullptr && from->others.size() > into->others.size()))
    std::swap(into, from);
  const std::size_t moved = from->others.size();
  while (!from->others.empty()) move_to(*from->others.back(), *into);
  if (into->session != nullptr) static_cast<Core*>(into)->adopted(moved);
  Use::end(from);
}

void Core::join_others(State& s) {
  s.place = static_cast<std::uint32_t>(others.size());
  others.push_back(&s);
}

void Core::leave_others(State& s) noexcept { take_from(*this, s); }

void Core::list(State& s) {
  if (s.is(State::listed)) return;
  work.push_back(&s);
  s.set(State::listed);
}

void Core::keep(std::vector<State*>& in, State& s) {
  if (in.empty() || in.back() != &s) in.push_back(&s);
  s.set(State::kept);
}

// Out of whatever the session knows it by.
void Core::take_out(State& s) noexcept {
  if (s.life == Life::persistent) {
    maps[s.mapper->identity()].erase(s, hash_of_key(s));
    if (!s.mapper->narrow_key) delete s.key.bytes;
  } else {
    take_from(*this, s);
    if (!lost.empty()) std::erase_if(lost, [&](const Lost& l) { return l.state == &s; });
  }
  if (!expired_columns_.empty()) expired_columns_.erase(&s);
  if (!news_.empty()) std::erase(news_, &s);
  --live_;
}

// Frees s, and what it alone kept reachable.
void Core::reap(State& first) noexcept {
  std::vector<State*> todo;  // mostly nothing: then it allocates nothing
  for (State* s = &first;;) {
    each_target(*s, [&](State& t) {
      if (--t.links == 0 && t.refs == 0 && !is_pinned(t) && &t != s) todo.push_back(&t);
    });
    take_out(*s);
    dispose(*s);
    if (todo.empty()) return;
    s = todo.back();
    todo.pop_back();
  }
}

// The last to be touched, and not changed: a loop over mutable Refs leaves nothing behind.
bool Core::only_read(State& s) {
  if (work.empty() || work.back() != &s || s.life != Life::persistent ||
      s.is(State::related | State::erased | State::expired | State::kept) || changed(s))
    return false;
  work.pop_back();
  if (!s.is(State::queued)) return true;
  if (to_settle.back() == &s)
    to_settle.pop_back();
  else
    std::erase(to_settle, &s);
  return true;
}

void Core::let_go(State& s) noexcept {
  if (s.links != 0) return;
  if (is_pinned(s)) {
    try {
      if (flushing || !only_read(s)) return;
    } catch (...) {
      return;  // it cannot be encoded: the next flush says why
    }
  }
  reap(s);
}

// Frees what no handle reaches, not through relationships either. What was only read need not be
// held.
void Core::collect() {
  ++counts.collections;
  settle();
  work.erase_if([&](State* s) {
    if (s->refs != 0 || s->life != Life::persistent ||
        s->is(State::related | State::erased | State::expired | State::kept | State::queued) ||
        changed(*s))
      return false;
    s->clear(State::touched | State::unsettled | State::listed | State::sticky);
    if (!s->mapper->references) s->set(State::unsettled);
    return true;
  });
  std::vector<State*> todo;
  std::vector<State*> dead;
  each([&](State& s) {
    if (s.refs == 0 && !is_pinned(s)) return;
    s.set(State::marked);
    todo.push_back(&s);
  });
  while (!todo.empty()) {
    State& s = *todo.back();
    todo.pop_back();
    each_target(s, [&](State& t) {
      if (t.is(State::marked)) return;
      t.set(State::marked);
      todo.push_back(&t);
    });
  }
  each([&](State& s) {
    if (s.is(State::marked))
      s.clear(State::marked);
    else
      dead.push_back(&s);
  });
  for (State* s : dead) {
    each_target(*s, [](State& t) { --t.links; });
    clear_slots(*s);
  }
  for (State* s : dead) {
    take_out(*s);
    s->mapper->destroy(s);
  }
  threshold_ = std::max(least_threshold, 2 * live_);
}

void Core::emigrate(State& first) {
  std::vector<State*> all{&first};
  std::vector<std::pair<State*, const Link*>> pointing;  // from objects that stay
  const auto unmark = [&] {
    for (State* s : all) s->clear(State::marked);
  };
  const auto refuse = [&](const State& s) {
    unmark();
    throw UsageError(detail::describe(first) + " is linked to " + detail::describe(s) +
                     ", which belongs to another session: expunge that there first");
  };
  first.set(State::marked);
  const auto take_along = [&](State& t) {
    if (t.is(State::marked)) return;
    t.set(State::marked);
    all.push_back(&t);
  };
  for (std::size_t n = 0; n < all.size();) {
    for (; n < all.size(); ++n) {
      if (all[n]->in_session() || all[n]->life == Life::deleted || is_pinned(*all[n]))
        refuse(*all[n]);
      each_target(*all[n], take_along);
    }
    pointing.clear();
    each([&](State& o) {
      if (o.is(State::marked)) return;
      for (const Link& l : o.mapper->links) {
        const Slot& r = slot(o, l);
        if (r.at == nullptr) continue;
        bool points = !l.many && r.one()->is(State::marked);
        if (l.many)
          for (const StateList* in : {&r.many()->items, &r.many()->added, &r.many()->removed})
            for (const State* t : *in) points = points || t->is(State::marked);
        if (!points) continue;
        if (!o.in_session() && o.life != Life::deleted) return take_along(o);
        pointing.emplace_back(&o, &l);
      }
    });
  }
  // What was only loaded loads again; a change would be lost.
  for (const auto& [o, l] : pointing) {
    const Slot& r = slot(*o, *l);
    const bool unflushed = l->many ? !r.many()->added.empty() || !r.many()->removed.empty()
                                   : (r.flags & Slot::changed) != 0;
    if (unflushed || o->life != Life::persistent) refuse(*o);
  }
  for (const auto& [o, l] : pointing) forget(*o, *l);
  unmark();
  auto* group = new Heap;
  for (State* s : all) {
    expired_columns_.erase(s);
    move_to(*s, *group);
  }
  live_ -= all.size();
}

void Core::breathe() {
  if (live_ > threshold_ && !flushing) collect();
}

void Core::close() noexcept {
  if (held_) undo_flushed();
  held_.reset();
  view_.reset();
  std::vector<State*> all;
  all.reserve(live_);
  each([&](State& s) { all.push_back(&s); });
  sort_by_address(all);
  const bool is_held = held != 0;
  each_fetched(all, [&](State& s) {
    if (s.life == Life::persistent && !s.mapper->narrow_key) delete s.key.bytes;
    if (!is_held) return dispose(s);
    s.key = {};
    if (s.life == Life::persistent || s.life == Life::deleted)
      s.life = Life::detached;
    else if (s.life == Life::pending)
      s.life = Life::transient;
    s.bits =
        static_cast<std::uint16_t>((s.bits & (State::expired | State::was_deleted)) | State::calm);
    s.heap = nullptr;
  });
  maps.clear();
  others.clear();
  work.clear();  // the marks went above
  for (auto* in : {&to_settle, &news_}) in->clear();
  lost.clear();
  expired_columns_.clear();
  levels_.assign(1, {});
  reads_checked = false;
  held = 0;
  live_ = 0;
  if (!is_held) return;
  // Groups by connected component, small into large.
  for (State* s : all)
    each_target(*s, [&](State& t) {
      if (s->heap == nullptr && t.heap == nullptr) {
        auto* group = new Heap;
        put_in(*group, *s);
        if (&t != s) put_in(*group, t);
      } else if (s->heap == nullptr) {
        put_in(*t.heap, *s);
      } else if (t.heap == nullptr) {
        put_in(*s->heap, t);
      } else {
        join_heaps(*s, t);
      }
    });
  std::unordered_set<Heap*> groups;
  std::vector<State*> alone;
  for (State* s : all) {
    if (s->heap != nullptr)
      groups.insert(s->heap);
    else if (s->refs == 0)
      alone.push_back(s);
  }
  for (State* s : alone) dispose(*s);
  for (Heap* group : groups)
    if (group->held == 0) free_group(group);
}

}  // namespace kindred::session

namespace kindred::detail {

using session::Core;

void let_go(State& s) noexcept {
  if (s.heap == nullptr) return session::dispose(s);
  Heap* heap = s.heap;
  --heap->held;
  if (heap->session != nullptr) return static_cast<Core&>(*heap).let_go(s);
  if (heap->held == 0) session::free_group(heap);
}

void take_over(State& s) {
  s.mapper->resolve();
  if (const std::size_t column = s.mapper->descriptor->discriminator;
      column != EntityDescriptor::none && s.mapper->facts->has_identity)
    s.mapper->columns[column]->facts->set_identity(session::member(s, column),
                                                   s.mapper->facts->identity_text,
                                                   s.mapper->facts->identity_number);
  for (const Link& l : s.mapper->links) {
    RelationshipSlot& r = session::slot(s, l);
    void* const at = std::exchange(r.at, nullptr);
    r.back = static_cast<std::uint32_t>(l.offset);
    r.number = l.number;
    if (at == nullptr) continue;
    RelationshipSlot given;
    given.at = at;
    struct Drop {
      RelationshipSlot& given;
      bool many;
      ~Drop() { drop_given(given, many); }
    } const drop{given, l.many};
    if (!l.many)
      set_one(r, given.one());
    else
      for (State* t : given.many()->items) append_one(r, t);
  }
}

void drop_given(RelationshipSlot& r, bool many) noexcept {
  if (!many) return release(r.one());
  const std::unique_ptr<Collection> members(r.many());
  for (State* t : members->items) release(t);
}

void null_ref() { throw UsageError("a null Ref was used: test it with `if (ref)` first"); }

}  // namespace kindred::detail
