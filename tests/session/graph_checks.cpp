#include "tests/session/graph_checks.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace kindred::session_test::graph {

using detail::Link;
using detail::State;
using session::Slot;
using session::slot;

namespace {

template <class T>
const T& entity(const State& s) {
  return *static_cast<const T*>(s.object());
}

bool is_loaded(const State& s, const Link& l) {
  const Slot& r = slot(s, l);
  if (l.many) return r.at != nullptr && r.many()->loaded;
  return (r.flags & Slot::loaded) != 0;
}

bool is_at_work(const State& s) {
  return s.life == Life::transient || s.life == Life::pending || s.life == Life::persistent;
}

std::vector<State*> targets(const State& s, const Link& l) {
  const Slot& r = slot(s, l);
  if (r.at == nullptr) return {};
  return l.many ? r.many()->items.copy() : std::vector<State*>{r.one()};
}

std::string shown(const std::set<int>& serials) {
  std::string out = "{";
  for (const int s : serials) out += (out.size() > 1 ? " " : "") + std::to_string(s);
  return out + "}";
}

const Link& link_named(Kind kind, std::string_view name) {
  const detail::Mapper& m = mapper_of_kind(kind);
  m.resolve();
  return *m.link(name);
}

}  // namespace

void broken(const std::string& what) { throw PropertyFailure(what); }

const detail::Mapper& mapper_of_kind(Kind kind) {
  return with_kind(kind, []<class T>() -> const detail::Mapper& { return detail::mapper_of<T>(); });
}

Kind kind_of(const State& s) {
  for (std::size_t k = 0; k < kinds; ++k)
    if (s.mapper == &mapper_of_kind(static_cast<Kind>(k))) return static_cast<Kind>(k);
  throw PropertyFailure("an object of no kind");
}

int serial_of(const State& s) {
  return with_kind(kind_of(s), [&]<class T>() { return std::stoi(*entity<T>(s).tag); });
}

std::string name_of(const State& s) {
  return detail::describe(s) + " [" + std::to_string(serial_of(s)) + "]";
}

std::vector<State*> all_states(session::Core* core, const std::vector<State*>& held) {
  std::vector<State*> out;
  if (core != nullptr) core->each([&](State& s) { out.push_back(&s); });
  std::unordered_set<const detail::Heap*> groups;
  std::unordered_set<State*> alone;
  for (State* s : held) {
    if (s->heap == nullptr) {
      if (alone.insert(s).second) out.push_back(s);
    } else if (s->heap != core && s->heap->session == nullptr && groups.insert(s->heap).second) {
      out.insert(out.end(), s->heap->others.begin(), s->heap->others.end());
    }
  }
  return out;
}

void check_agreement(const std::vector<State*>& states) {
  for (State* s : states) {
    if (!is_at_work(*s)) continue;
    for (const Link& l : s->mapper->links) {
      const std::string where = session::named(l) + " of " + name_of(*s);
      const Slot& r = slot(*s, l);
      if (l.many && r.at != nullptr) {
        const detail::Collection& c = *r.many();
        if (!c.loaded && !c.items.empty()) broken(where + " is not loaded and has members");
        for (const State* t : c.added) {
          if (c.loaded && !c.items.contains(t)) broken(where + ": added and no member");
          if (c.removed.contains(t)) broken(where + ": added and removed");
        }
        for (const State* t : c.removed)
          if (c.items.contains(t)) broken(where + ": removed and a member");
        if (c.keys)
          for (const auto& [key, t] : *c.keys)
            if (!c.items.contains(t)) broken(where + ": a key leads to no member");
      }
      if (l.inverse == nullptr) continue;
      for (const State* t : targets(*s, l)) {
        if (!is_at_work(*t)) continue;
        const std::string other =
            session::named(*l.inverse) + " of " + name_of(*t) + " says otherwise";
        const Slot& back = slot(*t, *l.inverse);
        if (!l.inverse->many) {
          if ((back.flags & Slot::loaded) != 0 || back.at != nullptr)
            if (back.one() != s) broken(where + ": " + other);
        } else if (back.at != nullptr && back.many()->loaded) {
          if (!back.many()->items.contains(s)) broken(where + ": " + other);
        } else if ((r.flags & Slot::changed) != 0) {
          if (back.at == nullptr || !back.many()->added.contains(s))
            broken(where + ": " + other + " (not queued)");
        }
      }
      // A reference that is not loaded, to an owner whose members are.
      if (!l.local || l.many || is_loaded(*s, l) || s->life != Life::persistent ||
          s->is(State::unsettled | State::expired))
        continue;
      for (const State* t : states)
        if (t->mapper == &l.target() && t->life == Life::persistent && t->heap == s->heap &&
            !t->is(State::expired | State::touched) && l.inverse->many &&
            is_loaded(*t, *l.inverse) && session::refers_to(*s, l, *t) &&
            !slot(*t, *l.inverse).many()->items.contains(s))
          broken(session::named(*l.inverse) + " of " + name_of(*t) + " lacks " + name_of(*s));
    }
  }
}

void check_counts(session::Core* core, const std::vector<State*>& states,
                  const std::vector<State*>& held) {
  std::unordered_map<const State*, std::uint32_t> refs;
  std::unordered_map<const State*, std::uint32_t> links;
  for (const State* s : held) ++refs[s];
  for (State* s : states) session::each_target(*s, [&](State& t) { ++links[&t]; });
  std::unordered_map<const detail::Heap*, std::size_t> in_heap;
  for (const State* s : states) {
    if (s->refs != refs[s])
      broken(name_of(*s) + " counts " + std::to_string(s->refs) + " handles, there are " +
             std::to_string(refs[s]));
    if (s->links != links[s])
      broken(name_of(*s) + " counts " + std::to_string(s->links) + " links, there are " +
             std::to_string(links[s]));
    if (s->refs != 0 && s->heap != nullptr) ++in_heap[s->heap];
    if (s->life == Life::persistent) continue;
    if (s->heap != nullptr &&
        (s->place >= s->heap->others.size() || s->heap->others[s->place] != s))
      broken(name_of(*s) + " is not in its place");
  }
  for (const auto& [heap, count] : in_heap)
    if (heap->held != count)
      broken("a heap counts " + std::to_string(heap->held) + " members with handles, there are " +
             std::to_string(count));
  if (core == nullptr) return;
  std::size_t live = 0;
  std::size_t listed = 0;
  core->each([&](State& s) {
    ++live;
    if (s.heap != core) broken(name_of(s) + " has another heap");
    if (s.is(State::listed)) ++listed;
    if (s.is(State::listed) &&
        std::find(core->work.begin(), core->work.end(), &s) == core->work.end())
      broken(name_of(s) + " is listed and in no list");
  });
  if (core->live() != live) broken("the session counts its objects wrongly");
  if (listed != core->work.size()) broken("the work list has objects that are not listed");
}

void check_memory(session::Core& core, const std::vector<State*>& states, const Model& model,
                  Moment moment) {
  std::set<int> seen;
  for (State* s : states) {
    if (!is_at_work(*s)) continue;
    const int serial = serial_of(*s);
    const std::string who = name_of(*s);
    if (!model.has(serial)) {
      if (s->life == Life::transient && s->refs == 0) continue;  // nobody reaches it
      broken(who + " should not be there");
    }
    if (!seen.insert(serial).second) broken(who + " is there twice");
    const Object& o = model.at(serial);
    const Life life = o.standing == Standing::transient ? Life::transient
                      : o.standing == Standing::pending ? Life::pending
                                                        : Life::persistent;
    if (s->life != life) {
      constexpr const char* names[] = {"transient", "pending", "persistent", "deleted", "detached"};
      broken(who + " is " + names[static_cast<int>(s->life)] + ", not " +
             names[static_cast<int>(life)]);
    }
    if (s->is(State::erased) != o.erased) broken(who + ": erased or not");
    if (s->is(State::expired)) continue;
    with_kind(o.kind, [&]<class T>() {
      const T& e = entity<T>(*s);
      if (*e.number != o.number)
        broken(who + ".number is " + std::to_string(*e.number) + ", not " +
               std::to_string(o.number));
      if constexpr (std::is_same_v<T, Owner>)
        if (e.code->value_or("") != o.code)
          broken(who + ".code is " + e.code->value_or("null") + ", not " + o.code);
      if constexpr (std::is_same_v<T, Note>)
        if (*e.title != o.title) broken(who + ".title is " + *e.title);
    });
    if (!core.to_settle.empty()) continue;
    for (const TieFacts& t : all_ties()) {
      if (t.child == o.kind && !t.reference.empty()) {
        const Link& l = link_named(o.kind, t.reference);
        const int to = o.refs.at(t.tie).to;
        const Slot& r = slot(*s, l);
        if ((r.flags & Slot::loaded) != 0 || r.at != nullptr || o.standing != Standing::stored) {
          const int now = r.one() == nullptr ? 0 : serial_of(*r.one());
          if (now != to)
            broken(session::named(l) + " of " + who + " is " + std::to_string(now) + ", not " +
                   std::to_string(to));
        }
        if (moment == Moment::flushed && o.standing == Standing::stored && r.at != nullptr &&
            !r.one()->is(State::expired) && !session::refers_to(*s, l, *r.one()))
          broken(session::named(l) + " of " + who + ": its key columns say otherwise");
      }
      if (t.parent != o.kind || t.members.empty()) continue;
      const Link& l = link_named(o.kind, t.members);
      if (o.standing == Standing::stored && !is_loaded(*s, l)) continue;
      std::set<int> now;
      for (const State* m : targets(*s, l)) now.insert(serial_of(*m));
      std::set<int> expected;
      for (const int c : model.children(serial, t.tie)) expected.insert(c);
      if (now != expected)
        broken(session::named(l) + " of " + who + " has " + shown(now) + ", not " +
               shown(expected));
    }
    for (const auto& [kind, member] : {std::pair(Kind::pal, "labels"), {Kind::label, "pals"}}) {
      if (o.kind != kind) continue;
      const Link& l = link_named(kind, member);
      if (o.standing == Standing::stored && !is_loaded(*s, l)) continue;
      std::set<int> now;
      for (const State* m : targets(*s, l)) now.insert(serial_of(*m));
      std::set<int> expected;
      for (const auto& [pal, label] : model.labelled) {
        if (kind == Kind::pal && pal == serial) expected.insert(label);
        if (kind == Kind::label && label == serial) expected.insert(pal);
      }
      if (now != expected)
        broken(session::named(l) + " of " + who + " has " + shown(now) + ", not " +
               shown(expected));
    }
  }
  if (moment != Moment::flushed) return;
  for (const auto& [serial, o] : model.objects)
    if (o.standing == Standing::pending) broken(std::to_string(serial) + " was not written");
}

// ---- the store

namespace {

template <class T>
void check_rows(const Snapshot& snapshot, const Model& model,
                std::map<std::pair<Kind, std::int64_t>, int>& by_id, Kind kind) {
  std::size_t rows = 0;
  for (const T& e : snapshot.range<T>()) {
    ++rows;
    const int serial = std::stoi(*e.tag);
    const std::string who = std::string(T::tablename) + " row [" + std::to_string(serial) + "]";
    if (!model.has(serial) || model.at(serial).standing != Standing::stored)
      broken(who + " should not be stored");
    const Object& o = model.at(serial);
    if (*e.number != o.number) broken(who + " has another number");
    if constexpr (std::is_same_v<T, Owner>)
      if (e.code->value_or("") != o.code) broken(who + " has another code");
    if constexpr (!std::is_same_v<T, Membership>) {
      if (*e.id != o.id) broken(who + " has another id");
      by_id[{kind, *e.id}] = serial;
    }
  }
  std::size_t expected = 0;
  for (const auto& [serial, o] : model.objects)
    if (o.kind == kind && o.standing == Standing::stored) ++expected;
  if (rows != expected)
    broken(std::string(T::tablename) + " has " + std::to_string(rows) + " rows, not " +
           std::to_string(expected));
}

template <class T>
void check_references(const Snapshot& snapshot, const Model& model,
                      const std::map<std::pair<Kind, std::int64_t>, int>& by_id) {
  for (const T& e : snapshot.range<T>()) {
    const int serial = std::stoi(*e.tag);
    const auto check = [&](Tie tie, MaybeId id) {
      const auto at = id ? by_id.find({facts_of(tie).parent, *id}) : by_id.end();
      const int now = at == by_id.end() ? 0 : at->second;
      if (id && at == by_id.end()) broken("a row refers to nothing");
      if (now != model.target(serial, tie))
        broken(std::string(T::tablename) + " row [" + std::to_string(serial) + "] refers to " +
               std::to_string(now) + ", not " + std::to_string(model.target(serial, tie)));
    };
    if constexpr (std::is_same_v<T, Kid>) check(Tie::kid_owner, *e.owner_id);
    if constexpr (std::is_same_v<T, Pal>) check(Tie::pal_owner, *e.owner_id);
    if constexpr (std::is_same_v<T, Pal>) check(Tie::pal_mark, *e.mark_id);
    if constexpr (std::is_same_v<T, Badge>) check(Tie::badge_owner, *e.owner_id);
    if constexpr (std::is_same_v<T, Note>) check(Tie::note_owner, *e.owner_id);
    if constexpr (std::is_same_v<T, Node>) check(Tie::node_parent, *e.parent_id);
    if constexpr (std::is_same_v<T, Membership>) check(Tie::membership_owner, *e.owner_id);
    if constexpr (std::is_same_v<T, Membership>) check(Tie::membership_label, *e.label_id);
    if constexpr (std::is_same_v<T, Item>) check(Tie::item_crate, *e.crate_id);
  }
}

}  // namespace

void check_store(const Store& store, const Model& model) {
  Model stored;
  for (const auto& [serial, o] : model.objects)
    if (o.standing == Standing::stored) stored.objects.emplace(serial, o);
  for (auto& [serial, o] : stored.objects)
    for (auto& [tie, r] : o.refs)
      if (!stored.has(r.to)) r.to = 0;
  for (const auto& pair : model.labelled)
    if (stored.has(pair.first) && stored.has(pair.second)) stored.labelled.insert(pair);
  {
    const Snapshot snapshot = store.snapshot();
    std::map<std::pair<Kind, std::int64_t>, int> by_id;
    for (std::size_t k = 0; k < kinds; ++k)
      with_kind(static_cast<Kind>(k),
                [&]<class T>() { check_rows<T>(snapshot, stored, by_id, static_cast<Kind>(k)); });
    for (std::size_t k = 0; k < kinds; ++k)
      with_kind(static_cast<Kind>(k),
                [&]<class T>() { check_references<T>(snapshot, stored, by_id); });
    for (const CheckProblem& p : snapshot.check().kept)
      broken("check: " + p.area + " " + p.where + ": " + p.what);
  }
  Session fresh{store};
  std::vector<Handle> handles;
  for (std::size_t k = 0; k < kinds; ++k)
    with_kind(static_cast<Kind>(k), [&]<class T>() {
      for (const auto& ref : fresh.select<const T>().all()) handles.emplace_back(ref.state());
    });
  for (const Handle& h : handles)
    for (const Link& l : h.state()->mapper->links) {
      if (l.many)
        (void)detail::read_many(slot(*h.state(), l));
      else
        (void)detail::read_one(slot(*h.state(), l));
    }
  std::vector<State*> held;
  for (const Handle& h : handles) held.push_back(h.state());
  const auto states = all_states(&fresh.core(), held);
  if (states.size() != stored.objects.size()) broken("a new session finds other objects");
  check_agreement(states);
  check_counts(&fresh.core(), states, held);
  check_memory(fresh.core(), states, stored, Moment::flushed);
}

// ---- before and after

Memory::Side Memory::side_of(const State& s, const Link& l) {
  const Slot& r = slot(s, l);
  Side out{r.flags, is_loaded(s, l), targets(s, l), {}, {}};
  if (l.many && r.at != nullptr) {
    out.added = r.many()->added.copy();
    out.removed = r.many()->removed.copy();
  }
  return out;
}

Memory::Memory(session::Core& core) {
  core.settle();
  core.each([&](State& s) {
    Kept& k = kept_.emplace_back();
    k.handle = Handle(&s);
    k.life = s.life;
    k.bits = s.bits;
    k.hash = s.hash;
    for (std::size_t i = 0; i < s.mapper->columns.size(); ++i) k.cells.emplace_back(s, i);
    for (const Link& l : s.mapper->links) k.sides.push_back(side_of(s, l));
  });
}

void Memory::compare(session::Core& core) const {
  constexpr std::uint16_t marks = State::related | State::erased | State::has_id | State::dropped |
                                  State::owned | State::kept | State::was_deleted;
  for (const Kept& k : kept_) {
    State& s = *k.handle.state();
    const std::string who = "after a failure " + name_of(s);
    if (s.heap != &core) broken(who + " is elsewhere");
    if (s.life != k.life) broken(who + " has another life");
    if ((s.bits & marks) != (k.bits & marks))
      broken(who + " has other marks: " + std::to_string(s.bits & marks) + ", not " +
             std::to_string(k.bits & marks));
    if ((k.bits & State::expired) == 0) {
      if (s.is(State::expired)) broken(who + " has expired");
      if (s.hash != k.hash) broken(who + " has another row");
      for (std::size_t i = 0; i < k.cells.size(); ++i)
        if (!(session::Cell(s, i) == k.cells[i]))
          broken(who + " has another " + std::string(s.mapper->columns[i]->name));
    }
    for (std::size_t i = 0; i < k.sides.size(); ++i) {
      const Link& l = s.mapper->links[i];
      const Side& before = k.sides[i];
      const Side now = side_of(s, l);
      const std::string where = who + ": " + std::string(l.name);
      if (!before.loaded) continue;  // it may have been loaded
      if (!now.loaded) broken(where + " is not loaded any more");
      if (now.members != before.members) broken(where + " has other members");
      if (now.added != before.added || now.removed != before.removed)
        broken(where + " has other changes");
      if (!l.many && now.flags != before.flags) broken(where + " has other flags");
    }
  }
}

}  // namespace kindred::session_test::graph
