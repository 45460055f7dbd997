// The last part of a flush: it is written. Objects become what was written; nothing here fails.
#include <algorithm>
#include <unordered_set>

#include "session/unit_of_work.hpp"

namespace kindred::session {

using OfEntity = detail::SessionEvents::OfEntity;

void UnitOfWork::finish() {
  finished_ = true;
  core_.finishing = true;
  for (State* s : erased_) core_.gone_from_memory(*s);
  for (const Change& c : changes_)
    if (!is_let_go(*c.state)) become_stored(c);
  for (const Change& c : changes_)  // keys alone may name a parent
    if (c.state->mapper->references) core_.settle(*c.state, Core::Keys::changed);
  apply_effects();
  leave_former_owners();
  settle_work();
  core_.reads_checked = false;
}

// Whether nobody can reach the new object: it need not become one that is known by its key. Where
// key columns may name a parent, it may be that parent, or a member of its collection.
bool UnitOfWork::is_let_go(const State& s) const noexcept {
  return s.life == Life::pending && s.refs == 0 && s.links == 0 && !has_references_ && lets_go();
}

void UnitOfWork::become_stored(const Change& c) {
  State& s = *c.state;
  s.hash = c.hash;
  if (c.is_new) {
    s.life = Life::persistent;
    key_.clear();
    core_.codec(*s.mapper).encode_key(s.object(), key_);
    core_.leave_others(s);
    core_.enter(s, key_.view());
    if (lets_go())
      s.clear(State::has_id);
    else
      core_.keep(core_.level().added, s);
    return;
  }
  if (c.moves) {
    key_.clear();
    Core::append_stored_key(s, key_);
    if (!lets_go()) core_.level().moved.emplace_back(&s, std::string(key_.view()));
    core_.leave(s);
    core_.leave_others(s);
    core_.enter(s, core_.own_key(s));
  }
  if (!lets_go()) core_.keep(core_.level().written, s);
}

// Without another side that knows, a member that moved is still in the collection it came from.
void UnitOfWork::leave_former_owners() {
  std::unordered_set<const Link*> links;
  std::unordered_set<State*> members;
  for (const auto& [member, l] : taken_) {
    if (member->links < 2) continue;
    links.insert(l);
    members.insert(member);
  }
  for (const Link* l : links)
    core_.each([&](State& owner) {
      if (owner.mapper != l->from) return;
      const Slot& r = slot(owner, *l);
      if (r.at == nullptr || !r.many()->loaded) return;
      std::vector<State*> gone;
      for (State* t : r.many()->items)
        if (members.contains(t) && !refers_to(*t, *l, owner)) gone.push_back(t);
      for (State* t : gone) core_.cut(owner, *l, *t);
    });
}

void UnitOfWork::apply_effects() {
  for (const Effect& e : effects_) {
    State& s = *e.state;
    if (s.life != Life::persistent) continue;
    if (e.row.empty()) {
      core_.list(s);
      core_.gone_from_memory(s);
      continue;
    }
    key_.clear();
    Core::append_stored_key(s, key_);
    core_.codec(*s.mapper).decode(s.object(), key_.view(), e.row);
    s.hash = engine::row_hash(e.row);
    core_.keep(core_.level().written, s);
    for (const Link& l : s.mapper->links)  // what it referred to is gone
      if (l.local) slot(s, l).flags &= static_cast<std::uint16_t>(~Slot::changed);
    core_.settle(s, Core::Keys::changed);
  }
}

// Nothing is unflushed any more.
void UnitOfWork::settle_work() {
  std::vector<State*> still;
  core_.lost.clear();
  core_.unqueue_all();
  const std::vector<State*> work = std::exchange(core_.work, {});
  // All links first: what they alone held may be let go of after that, and not before.
  for (State* s : work)
    for (const Link& l : s->mapper->links) {
      Slot& r = slot(*s, l);
      r.flags &= static_cast<std::uint16_t>(Slot::loaded | Slot::raises);
      if (!l.many || r.at == nullptr) continue;
      for (StateList* in : {&r.many()->added, &r.many()->removed}) {
        for (State* t : *in) --t->links;
        in->clear();
      }
    }
  for (State* s : work) {
    const bool related = s->is(State::related);
    s->clear(State::related | State::dropped | State::listed | State::moved);
    if (is_let_go(*s)) {
      core_.reap(*s);
      continue;
    }
    if (s->life != Life::persistent) continue;
    if (related && !lets_go()) core_.keep(core_.level().written, *s);
    if (s->is(State::sticky) && s->refs != 0) {
      s->set(State::listed);
      still.push_back(s);
      continue;
    }
    if (s->is(State::expired)) continue;
    s->clear(State::touched | State::unsettled | State::sticky);
    if (!s->mapper->references) s->set(State::unsettled);
    if (s->refs == 0 && lets_go()) core_.let_go(*s);
  }
  core_.work = std::move(still);
  for (State* s : core_.work)
    if (s->mapper->references) core_.queue(*s);
  core_.flushing = false;
  core_.finishing = false;
}

void UnitOfWork::tell() {
  if (!core_.events.entities.empty()) {
    for (const Change& c : changes_)
      core_.tell(*c.state, c.is_new ? &OfEntity::after_insert : &OfEntity::after_update);
    for (State* s : erased_) core_.tell(*s, &OfEntity::after_erase);
    for (const Effect& e : effects_)
      if (e.row.empty()) core_.tell(*e.state, &OfEntity::after_erase);
  }
  for (const auto& hook : core_.events.after_flush) hook(core_.shell);
}

Plan UnitOfWork::plan() {
  Reading& reading = core_.reading();
  engine::ChangeSet changes(reading.schema().tables().size());
  for (const State* s : core_.work) {
    if (s->life != Life::persistent || !s->is(State::erased)) continue;
    key_.clear();
    Core::append_stored_key(*s, key_);
    changes.add(reading.codec(*s->mapper->descriptor).table().ordinal, engine::ChangeKind::erase,
                key_.view(), {});
  }
  return engine::Flush(reading.schema(), reading.reader(),
                       reading.engine().storage().capabilities(), changes, {})
      .plan();
}

}  // namespace kindred::session
