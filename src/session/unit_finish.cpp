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
  if (!lets_go()) keep_for_rollback();
  for (std::uint32_t map = 0; map < arriving_.size(); ++map) core_.make_room(map, arriving_[map]);
  // Backwards: what came last is the last of those that are in no map, and leaves them as such.
  const auto from_last = [&](std::size_t n) -> const Change& {
    return *(changes_.rbegin() + static_cast<std::ptrdiff_t>(n));
  };
  each_fetched(
      changes_.size(), [&](std::size_t n) { return from_last(n).state; },
      [&](std::size_t n) {
        if (const Change& c = from_last(n); !is_let_go(*c.state)) become_stored(c);
      });
  for (State* s : by_columns_) core_.settle(*s, Core::Keys::changed);
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

void UnitOfWork::keep_for_rollback() {
  Core::Level& level = core_.level();
  for (const Change& c : changes_) {
    core_.keep(c.is_new ? level.added : level.written, *c.state);
    if (!c.moves) continue;
    key_.clear();
    Core::append_stored_key(*c.state, key_);
    level.moved.emplace_back(c.state, std::string(key_.view()));
  }
}

void UnitOfWork::become_stored(const Change& c) {
  State& s = *c.state;
  s.hash = c.hash;
  if (!c.is_new && !c.moves) return;
  if (c.moves) core_.leave(s);
  core_.leave_others(s);
  s.life = Life::persistent;
  key_.clear();
  core_.codec(*s.mapper).encode_key(s.object(), key_);
  core_.enter(s, key_.view());
  if (c.is_new && lets_go()) s.clear(State::has_id);
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
    s.hash = core_.codec(*s.mapper).decode(s.object(), key_.view(), e.row);
    core_.keep(core_.level().written, s);
    for (const Link& l : s.mapper->links)  // what it referred to is gone
      if (l.local) slot(s, l).flags &= static_cast<std::uint16_t>(~Slot::changed);
    core_.settle(s, Core::Keys::changed);
  }
}

void UnitOfWork::set_clean(State& s) noexcept {
  s.clear(State::touched | State::unsettled | State::sticky);
  if (!s.mapper->references) s.set(State::unsettled);
}

// Nothing is unflushed any more.
void UnitOfWork::settle_work() {
  constexpr std::uint16_t of_work = State::related | State::dropped | State::listed | State::moved;
  core_.lost.clear();
  core_.unqueue_all();
  const WorkList work = std::exchange(core_.work, {});
  std::vector<State*> loose;
  each_fetched(work.states(), [&](State& s) {
    // What was put into an object whose delete may be rolled back comes back with it.
    const bool is_gone = s.life == Life::deleted && then_ == Transaction::goes_on;
    Core::forget_changes(s, is_gone ? Core::Added::keep : Core::Added::forget);
    // What links alone held may go after all of them were forgotten, and not before: until then it
    // stays listed.
    if (s.refs == 0 && lets_go()) {
      loose.push_back(&s);
      return;
    }
    const bool related = s.is(State::related);
    s.clear(of_work);
    if (s.life != Life::persistent) return;
    if (related && !lets_go()) core_.keep(core_.level().written, s);
    if (s.is(State::sticky) && s.refs != 0)
      core_.list(s);
    else if (!s.is(State::expired))
      set_clean(s);
  });
  std::reverse(loose.begin(), loose.end());  // as in finish()
  each_fetched(loose, [&](State& s) {
    s.clear(of_work);
    if (is_let_go(s)) {
      core_.reap(s);
    } else if (s.life == Life::persistent && !s.is(State::expired)) {
      set_clean(s);
      core_.let_go(s);
    }
  });
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
