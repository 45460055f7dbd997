#include "tests/session/graph_runner.hpp"

#include <algorithm>

namespace kindred::session_test::graph {

using detail::Link;
using detail::State;
using session::slot;

namespace {

Object new_object(Kind kind) {
  Object out;
  out.kind = kind;
  for (const TieFacts& t : all_ties())
    if (t.child == kind) out.refs[t.tie];
  return out;
}

bool is_related(const Handle& h) { return h.state()->is(State::related); }

}  // namespace

Runner::Runner(const Store& store, storage::FaultLayer& faults)
    : store_(store), faults_(faults), session_(std::make_unique<Session>(store)) {}

Runner::~Runner() { faults_.set_rules(""); }

// ---- operands

int Runner::pick(std::uint32_t r, FunctionRef<bool(const Object&)> fits) const {
  std::vector<int> found;
  for (const auto& [serial, o] : now_.objects)
    if (fits(o)) found.push_back(serial);
  return found.empty() ? 0 : found[r % found.size()];
}

int Runner::pick_of(Kind kind, std::uint32_t r) const {
  return pick(r, [&](const Object& o) { return o.kind == kind; });
}

Handle Runner::in_memory(int serial) const {
  Handle out;
  core().each([&](State& s) {
    if (s.life != Life::deleted && s.life != Life::detached && serial_of(s) == serial)
      out = Handle(&s);
  });
  return out;
}

// By a handle, from memory, by key or by query.
Handle Runner::obtain(int serial, std::uint32_t r) {
  if (const auto at = handles_.find(serial); at != handles_.end() && !at->second.empty())
    return at->second[r % at->second.size()];
  const Object& o = now_.at(serial);
  if (o.standing != Standing::stored || o.kind == Kind::membership || o.moved_to != 0 ||
      r % 4 == 0) {
    if (Handle h = in_memory(serial)) return h;
    if (o.standing != Standing::stored) broken(std::to_string(serial) + " was lost");
  }
  return with_kind(o.kind, [&]<class T>() -> Handle {
    if constexpr (!std::is_same_v<T, Membership>)
      if (o.moved_to == 0 && r % 4 != 1) {
        const auto ref = session_->get<T>(o.id);
        if (!ref) broken(std::to_string(serial) + " is not found by its key");
        return Handle(ref.state());
      }
    const auto ref =
        session_->select<T>().where(field<&T::tag> == std::to_string(serial)).one_or_none();
    if (!ref) broken(std::to_string(serial) + " is not found by its tag");
    return Handle(ref.state());
  });
}

std::vector<State*> Runner::held() const {
  std::vector<State*> out;
  for (const auto& [serial, of] : handles_)
    for (const Handle& h : of) out.push_back(h.state());
  return out;
}

template <class F>
void Runner::expect_usage_error(const char* what, F call) {
  const Memory before(core());
  try {
    call();
  } catch (const UsageError&) {
    before.compare(core());
    return;
  }
  broken(std::string(what) + " was allowed");
}

// ---- objects and columns

void Runner::make(const R& r) {
  const auto kind = static_cast<Kind>(r[0] % kinds);
  const int serial = next_serial_++;
  Object o = new_object(kind);
  o.number = r[1] % 100;
  const Handle made = with_kind(kind, [&]<class T>() {
    T value;
    value.tag = std::to_string(serial);
    value.number = o.number;
    if constexpr (std::is_same_v<T, Note>) {
      o.title = std::string(1, static_cast<char>('a' + r[2] % 3));
      value.title = o.title;
    }
    if constexpr (std::is_same_v<T, Kid>)
      if (const int owner = r[2] % 3 == 0 ? pick_of(Kind::owner, r[2] / 3) : 0; owner != 0) {
        value.owner = obtain(owner, r[3]).as<Owner>();
        o.refs[Tie::kid_owner] = {.to = owner, .changed = true};
      }
    return Handle(make_ref(std::move(value)).state());
  });
  handles_[serial].push_back(made);
  now_.objects.emplace(serial, std::move(o));
  if (r[3] % 3 == 0) return;
  with_kind(kind, [&]<class T>() { (void)session_->add(made.as<T>()); });
  now_.add(serial);
}

void Runner::find(const R& r) {
  const int serial = pick(r[0], [](const Object& o) { return o.in_session(); });
  if (serial == 0) return;
  handles_[serial].push_back(obtain(serial, r[1]));
}

void Runner::look(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  const auto how = r[1] % 2 == 0 ? Through::const_ref : Through::mutable_ref;
  const TieCalls& calls = calls_of(t.tie);
  if (r[2] % 2 == 0 && calls.read != nullptr) {
    if (const int child = pick_of(t.child, r[3]); child != 0) {
      const Handle h = obtain(child, r[2]);
      const State* to = calls.read(h.state(), how);
      const int now = to == nullptr ? 0 : serial_of(*to);
      if (now != now_.target(child, t.tie))
        broken("reading " + std::string(t.reference) + " of " + name_of(*h.state()) + " gave " +
               std::to_string(now) + ", not " + std::to_string(now_.target(child, t.tie)));
    }
    return;
  }
  const bool labels = calls.members == nullptr;
  const TieCalls& side = !labels ? calls : r[2] % 4 < 2 ? label_calls() : pal_calls();
  const Kind kind = !labels ? t.parent : r[2] % 4 < 2 ? Kind::pal : Kind::label;
  const int parent = pick_of(kind, r[3]);
  if (parent == 0) return;
  const Handle h = obtain(parent, r[2]);
  std::set<int> now;
  for (const State* s : side.members(h.state(), how)) now.insert(serial_of(*s));
  std::set<int> expected;
  if (labels) {
    for (const auto& [pal, label] : now_.labelled) {
      if (pal == parent) expected.insert(label);
      if (label == parent) expected.insert(pal);
    }
  } else {
    for (const int c : now_.children(parent, t.tie)) expected.insert(c);
  }
  if (now != expected) {
    std::string text = "reading " + std::string(labels ? "labels" : t.members) + " of " +
                       name_of(*h.state()) + " gave";
    for (const int s : now) text += " " + std::to_string(s);
    text += ", not";
    for (const int s : expected) text += " " + std::to_string(s);
    broken(text);
  }
}

void Runner::set_number(const R& r) {
  const int serial = pick(r[0], [](const Object&) { return true; });
  if (serial == 0) return;
  const Handle h = obtain(serial, r[1]);
  const std::int64_t number = r[2] % 100;
  with_kind(now_.at(serial).kind, [&]<class T>() {
    if (r[3] % 3 == 0)
      (*h.as<T>()).number = number;
    else
      h.as<T>()->number = number;
  });
  now_.at(serial).number = number;
}

// Mostly a new one, sometimes one that another has.
void Runner::set_code(const R& r) {
  const int serial = pick_of(Kind::owner, r[0]);
  if (serial == 0) return;
  const std::string code = r[1] % 5 == 0 ? "" : r[1] % 3 == 0 ? "taken" : std::to_string(serial);
  obtain(serial, r[2]).as<Owner>()->code =
      code.empty() ? std::nullopt : std::optional<std::string>(code);
  now_.at(serial).code = code;
}

void Runner::move_key(const R& r) {
  constexpr Kind movable[] = {Kind::owner, Kind::pal, Kind::node, Kind::label};
  const Kind kind = movable[r[0] % 4];
  // What refers to a label is a relationship with one side: it would not follow.
  const int serial = pick(r[1], [&](const Object& o) {
    return o.kind == kind && o.standing == Standing::stored && !o.erased;
  });
  if (serial == 0 || !now_.children(serial, Tie::membership_label).empty()) return;
  // A key column that names it is only a number until the flush.
  for (const auto& [other, o] : now_.objects)
    for (const auto& [tie, ref] : o.refs)
      if (ref.value == serial) return;
  if (base_.has(serial) && !base_.children(serial, Tie::membership_label).empty()) return;
  // Far from what the sequence gives, also after these.
  const std::int64_t id = next_key_ += 1000;
  const Handle h = obtain(serial, r[2]);
  with_kind(kind, [&]<class T>() {
    if constexpr (!std::is_same_v<T, Membership>) h.as<T>()->id = id;
  });
  now_.at(serial).moved_to = id;
}

// ---- relationships

int Runner::displaced_by(const TieFacts& t, int child, int parent, const Handle& owner) const {
  if (!t.keyed || now_.target(child, t.tie) == parent) return 0;
  const Link& l = *owner.state()->mapper->link(t.members);
  const auto& r = slot(*owner.state(), l);
  const bool stored = owner.state()->life == Life::persistent;
  if (r.at == nullptr || (stored && !r.many()->loaded)) return 0;
  const State* there =
      detail::find_keyed(r, detail::keyed_bytes(std::string(now_.at(child).title)));
  if (there == nullptr) return 0;
  const int out = serial_of(*there);
  if (now_.target(out, t.tie) != parent || now_.at(out).title != now_.at(child).title)
    broken("a map has the wrong member under a key");
  return out;
}

void Runner::set_reference(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  if (t.reference.empty()) return;
  const int child = pick_of(t.child, r[1]);
  const int parent = pick_of(t.parent, r[2]);
  if (child == 0 || parent == 0) return;
  const Handle c = obtain(child, r[3]);
  const Handle p = obtain(parent, r[3] / 8);
  core().settle();
  const int displaced = displaced_by(t, child, parent, p);
  calls_of(t.tie).set(c.state(), p.state());
  now_.link(t.tie, child, parent, displaced);
  now_.spread(child, parent);
  now_.drop_orphans();
}

void Runner::append(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  if (t.members.empty()) return;
  const int child = pick_of(t.child, r[1]);
  const int parent = pick_of(t.parent, r[2]);
  if (child == 0 || parent == 0) return;
  // A relationship with one side does not know of another parent.
  if (!t.both() && now_.target(child, t.tie) != 0 && now_.target(child, t.tie) != parent) return;
  const Handle c = obtain(child, r[3]);
  const Handle p = obtain(parent, r[3] / 8);
  core().settle();
  const int displaced = displaced_by(t, child, parent, p);
  calls_of(t.tie).append(p.state(), c.state());
  now_.link(t.tie, child, parent, displaced);
  now_.spread(parent, child);
  now_.drop_orphans();
}

void Runner::clear_reference(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  if (t.reference.empty()) return;
  const int child = pick_of(t.child, r[1]);
  if (child == 0 || now_.target(child, t.tie) == 0) return;
  calls_of(t.tie).set(obtain(child, r[2]).state(), nullptr);
  now_.unlink(t.tie, child);
  now_.drop_orphans();
}

void Runner::remove(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  if (t.members.empty()) return;
  const int child =
      pick(r[1], [&](const Object& o) { return o.kind == t.child && o.refs.at(t.tie).to != 0; });
  if (child == 0) return;
  const int parent = now_.target(child, t.tie);
  const Handle c = obtain(child, r[2]);
  const Handle p = obtain(parent, r[3]);
  calls_of(t.tie).remove(p.state(), c.state());
  now_.unlink(t.tie, child);
  now_.drop_orphans();
}

void Runner::assign(const R& r) {
  const bool labels = r[0] % (ties + 2) >= ties;
  const bool from_pal = r[0] % (ties + 2) == ties;
  const TieFacts& t = all_ties()[labels ? 0 : r[0] % (ties + 2)];
  const TieCalls& calls = !labels ? calls_of(t.tie) : from_pal ? label_calls() : pal_calls();
  if (calls.assign == nullptr) return;
  const Kind of = !labels ? t.child : from_pal ? Kind::label : Kind::pal;
  const int parent = pick_of(!labels ? t.parent : from_pal ? Kind::pal : Kind::label, r[1]);
  if (parent == 0) return;
  std::vector<int> wanted;
  std::set<std::string> titles;
  for (std::uint32_t n = r[2] % 4, x = r[3]; n > 0; --n, x = x * 2654435761u + 1) {
    const int child = pick_of(of, x >> 8);
    if (child == 0 || std::find(wanted.begin(), wanted.end(), child) != wanted.end()) continue;
    if (!labels) {
      const int to = now_.target(child, t.tie);
      if (!t.both() && to != 0 && to != parent) continue;
      if (t.keyed && !titles.insert(now_.at(child).title).second) continue;
    }
    wanted.push_back(child);
  }
  const Handle p = obtain(parent, r[1]);
  std::vector<Handle> members;
  for (const int s : wanted) members.push_back(obtain(s, r[3]));
  calls.assign(p.state(), members);
  if (labels) {
    std::erase_if(now_.labelled, [&](const auto& pair) {
      return (from_pal ? pair.first : pair.second) == parent;
    });
    for (const int s : wanted)
      now_.labelled.insert(from_pal ? std::pair(parent, s) : std::pair(s, parent));
  } else {
    for (const int old : now_.children(parent, t.tie))
      if (std::find(wanted.begin(), wanted.end(), old) == wanted.end()) now_.unlink(t.tie, old);
    for (const int s : wanted) now_.link(t.tie, s, parent);
  }
  for (const int s : wanted) now_.spread(parent, s);
  now_.drop_orphans();
}

void Runner::label(const R& r) {
  const int pal = pick_of(Kind::pal, r[0]);
  const int label = pick_of(Kind::label, r[1]);
  if (pal == 0 || label == 0) return;
  const Handle p = obtain(pal, r[2]);
  const Handle l = obtain(label, r[2] / 8);
  const bool there = now_.labelled.contains({pal, label});
  const bool from_pal = r[3] % 2 == 0;
  const TieCalls& calls = from_pal ? label_calls() : pal_calls();
  State* const owner = from_pal ? p.state() : l.state();
  State* const member = from_pal ? l.state() : p.state();
  if (there && r[3] % 4 < 2) {
    calls.remove(owner, member);
    now_.labelled.erase({pal, label});
    return;
  }
  calls.append(owner, member);
  now_.labelled.emplace(pal, label);
  now_.spread(from_pal ? pal : label, from_pal ? label : pal);
}

// To null or a stored parent. The parent is at hand where somebody must make room for the child.
void Runner::set_column(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  if (!t.both() && t.reference.empty()) return;
  const int child = pick_of(t.child, r[1]);
  if (child == 0) return;
  int parent = 0;
  if (t.in_key || r[3] % 4 != 0)
    parent = pick(r[2], [&](const Object& o) {
      return o.kind == t.parent && o.standing == Standing::stored && o.moved_to == 0;
    });
  if (t.in_key && parent == 0) return;
  const Handle c = obtain(child, r[3]);
  if (now_.at(child).standing != Standing::stored && now_.target(child, t.tie) != 0) return;
  Handle p;
  if (parent != 0 && (!t.many || r[3] % 8 < 4)) p = obtain(parent, r[3]);
  calls_of(t.tie).set_column(c.state(), parent == 0 ? 0 : now_.at(parent).id);
  now_.set_column(t.tie, child, parent);
  if (!t.many && parent != 0) handles_[parent].push_back(p);
  if (!t.many || r[3] % 16 < 8) core().settle();
}

// ---- expire, refresh, expunge, merge

void Runner::expire(const R& r) {
  const int serial = pick(r[0], [](const Object& o) { return o.standing == Standing::stored; });
  if (serial == 0) return;
  const Handle h = obtain(serial, r[1]);
  core().settle();
  const bool refresh = r[2] % 2 == 0;
  const auto call = [&] {
    with_kind(now_.at(serial).kind, [&]<class T>() {
      if (refresh)
        session_->refresh(h.as<T>());
      else
        session_->expire(h.as<T>());
    });
  };
  if (is_related(h)) return expect_usage_error("expire of unflushed changes", call);
  // What refresh_expire reaches in memory.
  std::vector<int> reached{serial};
  for (std::size_t n = 0; n < reached.size(); ++n)
    for (const TieFacts& t : all_ties()) {
      if (!t.owns || t.parent != now_.at(reached[n]).kind) continue;
      const Handle owner = in_memory(reached[n]);
      const auto& side = slot(*owner.state(), *owner.state()->mapper->link(t.members));
      if (side.at == nullptr) continue;
      for (const State* m : side.many()->items) {
        // A change of its own would be discarded along with this.
        if (m->is(State::related)) return;
        reached.push_back(serial_of(*m));
      }
    }
  call();
  for (const int s : reached) now_.revert(s, base_);
}

void Runner::expire_column(const R& r) {
  const int serial = pick(r[0], [](const Object& o) { return o.standing == Standing::stored; });
  if (serial == 0) return;
  const Handle h = obtain(serial, r[1]);
  with_kind(now_.at(serial).kind, [&]<class T>() { session_->expire<&T::number>(h.as<T>()); });
  now_.at(serial).number = base_.at(serial).number;
}

void Runner::expire_relationship(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  const bool child_side = r[1] % 2 == 0;
  const TieCalls& calls = calls_of(t.tie);
  const auto call = child_side ? calls.expire_reference : calls.expire_members;
  if (call == nullptr) return;
  const Kind kind = child_side ? t.child : t.parent;
  const int serial =
      pick(r[2], [&](const Object& o) { return o.kind == kind && o.standing == Standing::stored; });
  if (serial == 0) return;
  const Handle h = obtain(serial, r[3]);
  if (is_related(h)) return;
  core().settle();
  if (is_related(h)) return;
  call(*session_, h);
}

void Runner::expire_all() {
  core().settle();
  bool refused = false;
  core().each([&](State& s) {
    refused = refused || (s.life == Life::persistent && s.is(State::related | State::erased));
  });
  for (const auto& [serial, o] : now_.objects) {
    if (o.standing != Standing::stored) continue;
    const Object& was = base_.at(serial);
    refused = refused || o.number != was.number || o.code != was.code || o.moved_to != 0;
    for (const auto& [tie, ref] : o.refs)
      refused = refused || (!facts_of(tie).reference.empty() && ref.to != was.refs.at(tie).to);
  }
  if (refused)
    return expect_usage_error("expire_all of unflushed changes", [&] { session_->expire_all(); });
  session_->expire_all();
}

// Out of the session and back. Of stored objects only where nothing else is going on.
void Runner::expunge(const R& r) {
  const bool stored = r[0] % 2 == 0;
  if (stored && (!is_idle() || core().in_transaction())) return;
  const int serial = pick(r[1], [&](const Object& o) {
    return stored ? o.standing == Standing::stored
                  : o.standing == Standing::pending && o.kind != Kind::owner;
  });
  if (serial == 0) return;
  const Kind kind = now_.at(serial).kind;
  const Handle h = obtain(serial, r[2]);
  if (h.state()->is(State::expired)) (void)detail::reload(*h.state());
  with_kind(kind, [&]<class T>() { session_->expunge(h.as<T>()); });
  handles_[serial].push_back(h);
  if (!stored) {
    now_.at(serial).standing = Standing::transient;
    for (auto& [tie, ref] : now_.at(serial).refs) ref.lost = false;
    return;
  }
  with_kind(kind, [&]<class T>() {
    if (inspect(h.as<T>()).life() != Life::detached) broken("expunge did not detach");
    if (r[3] % 2 == 0) h.as<T>()->number = now_.at(serial).number + 1;
    (void)session_->add(h.as<T>());
  });
  if (r[3] % 2 == 0) ++now_.at(serial).number;
}

// A plain value of a stored object, with another number; or a new one.
void Runner::merge(const R& r) {
  const int serial =
      pick(r[0], [](const Object& o) { return o.standing == Standing::stored && o.moved_to == 0; });
  if (serial == 0) return;
  Object& o = now_.at(serial);
  with_kind(o.kind, [&]<class T>() {
    const Handle h = obtain(serial, r[1]);
    T value = *h.as<const T>();
    // The key of a membership moves with its references.
    if constexpr (std::is_same_v<T, Membership>)
      if (!(now_.at(serial) == base_.at(serial))) return;
    value.number = r[2] % 100;
    const auto merged = session_->merge(std::move(value));
    if (merged.state() != h.state()) broken("merge gave another object");
    o.number = r[2] % 100;
  });
}

void Runner::prefetch(const R& r) {
  const TieFacts& t = tie_of(r[0]);
  const bool child_side = r[1] % 2 == 0;
  const TieCalls& calls = calls_of(t.tie);
  const auto call = child_side ? calls.prefetch_reference : calls.prefetch_members;
  if (call == nullptr) return;
  std::vector<Handle> of;
  std::uint32_t n = r[2];
  for (const auto& [serial, o] : now_.objects)
    if (o.kind == (child_side ? t.child : t.parent) && o.in_session() && (n = n * 7 + 3) % 3 != 0)
      of.push_back(obtain(serial, r[3]));
  call(*session_, of);
}

void Runner::drop_handles(const R& r) {
  if (r[0] % 4 == 0) {  // all that need not be held
    for (const auto& [serial, o] : now_.objects)
      if (o.in_session()) handles_.erase(serial);
    return;
  }
  const int serial = pick(r[1], [](const Object&) { return true; });
  if (serial == 0) return;
  if (now_.at(serial).in_session()) {
    auto& of = handles_[serial];
    if (!of.empty()) of.erase(of.begin() + static_cast<std::ptrdiff_t>(r[2] % of.size()));
    return;
  }
  // A transient object that nothing is linked with goes.
  for (const auto& [tie, ref] : now_.at(serial).refs)
    if (ref.to != 0) return;
  for (const TieFacts& t : all_ties())
    if (!now_.children(serial, t.tie).empty()) return;
  for (const auto& [pal, label] : now_.labelled)
    if (pal == serial || label == serial) return;
  handles_.erase(serial);
  now_.objects.erase(serial);
}

// What must be refused, and change nothing.
void Runner::misuse(const R& r) {
  const int owner = pick_of(Kind::owner, r[0]);
  const int kid = pick_of(Kind::kid, r[1]);
  if (owner == 0 || kid == 0) return;
  const Handle o = obtain(owner, r[2]);
  const Handle k = obtain(kid, r[2] / 4);
  core().settle();
  switch (r[3] % 5) {
    case 0:
      return expect_usage_error("appending null", [&] { o.as<Owner>()->kids.append(Ref<Kid>()); });
    case 1:
      if (now_.target(kid, Tie::kid_owner) == owner ||
          o.as<const Owner>()->kids.contains(k.as<Kid>()))
        return;
      return expect_usage_error("removing what is no member",
                                [&] { o.as<Owner>()->kids.remove(k.as<Kid>()); });
    case 2: {
      Session other{store_};
      const auto foreign = other.add(Owner{.tag = "0"});
      if (!now_.at(kid).in_session()) return;
      return expect_usage_error("linking to another session's object",
                                [&] { k.as<Kid>()->owner = foreign; });
    }
    case 3:
      if (now_.at(kid).standing == Standing::stored) return;
      return expect_usage_error("erasing what is not stored",
                                [&] { session_->erase(k.as<Kid>()); });
    default:
      for (const auto& [serial, of] : handles_)
        for (const Handle& h : of)
          if (h.state()->life == Life::deleted && kind_of(*h.state()) == Kind::kid)
            return expect_usage_error("linking a deleted object",
                                      [&] { o.as<Owner>()->kids.append(h.as<Kid>()); });
  }
}

}  // namespace kindred::session_test::graph
