// The first part of a flush: what goes, what is new, what changed, and whether it may.
#include <algorithm>
#include <unordered_set>

#include "session/unit_of_work.hpp"

namespace kindred::session {
namespace {

using OfEntity = detail::SessionEvents::OfEntity;

bool has_hooks(const Core& core, const Mapper& mapper) {
  return !core.events.entities.empty() && core.events.entities.contains(&mapper);
}

// Every validator of the entity; what they say together.
void validate(State& s) {
  std::vector<std::string> said;
  std::exception_ptr first;
  const auto listen = [&](auto&& call) {
    try {
      call();
    } catch (const ValidationError& e) {
      said.emplace_back(e.what());
      if (!first) first = std::current_exception();
    }
  };
  for (const auto& c : s.mapper->facts->constraints) {
    if (c.validate == nullptr) continue;
    for (std::size_t i = 0; i < s.mapper->columns.size(); ++i)
      if (s.mapper->columns[i]->member_name == c.name) listen([&] { c.validate(member(s, i)); });
  }
  if (s.mapper->facts->validate != nullptr) listen([&] { s.mapper->facts->validate(s.object()); });
  if (said.empty()) return;
  if (said.size() == 1) std::rethrow_exception(first);
  std::string all;
  for (const std::string& one : said) all += (all.empty() ? "" : "; ") + one;
  throw ValidationError(detail::describe(s), all);
}

}  // namespace

UnitOfWork::~UnitOfWork() {
  if (finished_) return;
  undo_write();
  for (auto at = undo_.rbegin(); at != undo_.rend(); ++at) at->cell.write(*at->state, at->column);
  for (State* s : marked_) s->clear(State::erased);
  for (State* s : core_.work) s->clear(State::moved);
  if (!left_out_.empty()) take_back();
}

// A pending object whose owner goes is not written, and leaves the session with what it would take
// along.
void UnitOfWork::leave_out(State& first) {
  if (left_out_.empty()) {
    work_before_ = core_.work;
    lost_before_ = core_.lost;
  }
  std::vector<State*> todo{&first};
  while (!todo.empty()) {
    State& s = *todo.back();
    todo.pop_back();
    if (s.life != Life::pending) continue;
    left_out_.emplace_back(&s, s.bits);
    core_.expunge_one(s);
    each_along(s, cascade::expunge, [&](State* t) { todo.push_back(t); });
  }
}

// As if they had not been left out: the flush failed.
void UnitOfWork::take_back() {
  for (const auto& [s, bits] : left_out_) {
    s->life = Life::pending;
    s->bits = bits;
  }
  const std::unordered_set<State*> known(work_before_.begin(), work_before_.end());
  for (State* s : core_.work)
    if (!known.contains(s)) work_before_.push_back(s);
  core_.work = std::move(work_before_);
  core_.lost = std::move(lost_before_);
}

void UnitOfWork::prepare() {
  for (const auto& hook : core_.events.before_flush) hook(core_.shell);
  core_.flushing = true;
  core_.settle();
  // Plain references may have written key columns after that.
  for (std::size_t n = 0; n < core_.work.stored().size(); ++n)
    if (State& s = *core_.work[n];
        s.mapper->references && s.is(State::touched) && !s.is(State::expired | State::erased))
      core_.settle(s);
  verify_untouched();
  mark_orphans();
  cascade();
  wake();
  follow_moved_keys();
  require_targets();
  prepare_rows();
  prepared_ = undo_.size();
}

void UnitOfWork::verify_untouched() {
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__)
  constexpr bool by_default = true;
#else
  constexpr bool by_default = false;
#endif
  if (!core_.options.verify_untouched.value_or(by_default)) return;
  core_.each([&](State& s) {
    if (s.life != Life::persistent || s.is(State::touched | State::expired | State::erased)) return;
    if (core_.changed(s))
      throw UsageError(detail::describe(s) +
                       " was changed through a reference that was kept over a flush: reach it "
                       "through its Ref again, so that the change is seen");
  });
}

void UnitOfWork::mark_erased(State& s) {
  s.set(State::erased);
  core_.list(s);
  marked_.push_back(&s);
}

void UnitOfWork::mark_orphans() {
  for (const Core::Lost& l : core_.lost)
    if (l.state->life == Life::persistent && !l.state->is(State::erased) &&
        core_.is_orphan(*l.link, *l.state))
      mark_erased(*l.state);
}

// Level by level, one read for each relationship of a level.
void UnitOfWork::cascade() {
  if (!core_.work.has_stored()) return;
  std::vector<State*> level;
  for (State* s : core_.work)
    if (s->is(State::erased) && s->life == Life::persistent) level.push_back(s);
  if (!level.empty() && !core_.in_transaction()) core_.renew_view();
  std::vector<State*> pending;
  while (!level.empty()) {
    std::map<std::pair<std::uint32_t, std::uint16_t>, std::vector<State*>> owners;
    std::map<std::pair<std::uint32_t, std::uint16_t>, const Link*> links;
    for (State* s : level)
      for (const Link& l : s->mapper->links) {
        if (!l.has(cascade::remove) && !l.has(cascade::delete_orphan)) continue;
        owners[{s->mapper->number, l.number}].push_back(s);
        links[{s->mapper->number, l.number}] = &l;
      }
    level.clear();
    for (const auto& [which, of] : owners) {
      const Link& l = *links[which];
      core_.prefetch(l, of);
      for (State* o : of) {
        std::vector<State*> targets;
        const Slot& r = slot(*o, l);
        if (l.many)
          targets = collection(*o, l).items.copy();
        else if (r.at != nullptr)
          targets = {r.one()};
        for (State* t : targets) {
          if (t->life == Life::pending) {
            pending.push_back(t);
          } else if (t->life == Life::persistent && !t->is(State::erased)) {
            mark_erased(*t);
            level.push_back(t);
          }
        }
      }
    }
  }
  for (State* s : pending) leave_out(*s);
}

// Whatever this flush writes to is read first, where it has expired.
void UnitOfWork::wake() {
  if (!core_.has_expired) return;
  for (std::size_t n = 0; n < core_.work.size(); ++n) {
    State& s = *core_.work[n];
    if (!s.in_session()) continue;
    // Of one that expired column by column the others may have changed.
    if (s.is(State::expired) && s.life == Life::persistent &&
        (s.is(State::related | State::erased) || core_.expired_columns_.contains(&s)))
      core_.reload(s);
    for (const Link& l : s.mapper->links) {
      const Slot& r = slot(s, l);
      if (r.at == nullptr || l.local) continue;
      if (!l.many) {
        if (r.one()->is(State::expired) && r.one()->life == Life::persistent)
          core_.reload(*r.one());
        continue;
      }
      for (const StateList* in : {&r.many()->added, &r.many()->removed})
        for (State* t : *in)
          if (t->is(State::expired) && t->life == Life::persistent) core_.reload(*t);
    }
  }
}

// An object whose key was changed takes its children along, loaded or not; where its key is part of
// theirs, their children too.
void UnitOfWork::follow_moved_keys() {
  if (!core_.work.has_stored()) return;
  std::vector<State*> moved;
  for (State* s : core_.work) {
    if (s->life != Life::persistent || s->is(State::erased | State::expired)) continue;
    key_.clear();
    Core::append_stored_key(*s, key_);
    row_.clear();
    core_.codec(*s->mapper).encode_key(s->object(), row_);
    if (row_.view() != key_.view()) moved.push_back(s);
  }
  std::unordered_set<const State*> seen(moved.begin(), moved.end());
  for (std::size_t n = 0; n < moved.size(); ++n) {
    State& s = *moved[n];
    s.set(State::moved);
    State* const one[]{&s};
    for (const Link& l : s.mapper->links) {
      if (l.local) continue;
      core_.prefetch(l, one);
      if (l.rows) continue;  // their rows go with the key, see gather_pairs
      const auto follow = [&](State& t) {
        if (t.is(State::expired) && t.life == Life::persistent) core_.reload(t);
        core_.list(t);
        const std::vector<std::size_t>& keys = l.target().keys;
        const bool moves = std::any_of(l.columns.begin(), l.columns.end(), [&](const auto& c) {
          return std::find(keys.begin(), keys.end(), c.child) != keys.end();
        });
        if (moves && t.life == Life::persistent && seen.insert(&t).second) moved.push_back(&t);
      };
      const Slot& r = slot(s, l);
      if (r.at == nullptr) continue;
      if (!l.many) {
        follow(*r.one());
      } else {
        const std::vector<State*> items = r.many()->items.copy();  // reading may change it
        for (State* t : items) follow(*t);
      }
    }
  }
}

// Everything that a written relationship refers to must be in this session.
void UnitOfWork::require_targets() {
  // Linked objects are in one heap: where all of it is in the session, all that is referred to is.
  const auto pending = std::count_if(core_.work.begin(), core_.work.end(),
                                     [](const State* s) { return s->life == Life::pending; });
  if (static_cast<std::size_t>(pending) == core_.others.size()) return;
  for (const State* s : core_.work) {
    if (s->is(State::erased) || !s->in_session()) continue;
    for (const Link& l : s->mapper->links) {
      const Slot& r = slot(*s, l);
      if (r.at == nullptr) continue;
      const auto require = [&](const State& t) {
        if (t.in_session()) return;
        throw UsageError(named(l) + " of " + detail::describe(*s) + " refers to " +
                         detail::describe(t) +
                         ", which is not in the session: add it, or give the relationship "
                         "cascade::save_update");
      };
      if (!l.many) {
        if ((r.flags & Slot::changed) != 0) require(*r.one());
      } else {
        for (const State* t : r.many()->added) require(*t);
      }
    }
  }
}

bool UnitOfWork::is_dirty(State& s) {
  if (s.is(State::related))
    for (const Link& l : s.mapper->links)
      if (l.local && (slot(s, l).flags & Slot::changed) != 0) return true;
  return core_.changed(s);
}

// Defaults, then validators, then hooks, of what will be inserted or updated.
void UnitOfWork::prepare_rows() {
  if (core_.events.entities.empty() && !core_.work.has(Mapper::prepared)) return;
  for (std::size_t n = 0; n < core_.work.size(); ++n) {
    State& s = *core_.work[n];
    if (!s.in_session() || s.is(State::expired)) continue;
    const bool told = has_hooks(core_, *s.mapper);
    if (s.is(State::erased)) {
      if (told) core_.tell(s, &OfEntity::before_erase);
      continue;
    }
    if (s.life == Life::pending) {
      for (const std::size_t i : s.mapper->insert_defaults) {
        remember(s, i);
        s.mapper->columns[i]->facts->give_insert_default(member(s, i));
      }
      if (told) core_.tell(s, &OfEntity::before_insert);
      if (s.mapper->validated) validate(s);
      continue;
    }
    if (!told && !s.mapper->validated) continue;
    if (!is_dirty(s)) continue;
    if (told) core_.tell(s, &OfEntity::before_update);
    if (s.mapper->validated) validate(s);
  }
}

bool UnitOfWork::has_writes() {
  if (core_.reads_checked) return true;
  for (State* s : core_.work) {
    if (s->life == Life::pending) return true;
    if (s->life != Life::persistent) continue;
    if (s->is(State::erased | State::related)) return true;
    if (!s->is(State::expired) && core_.changed(*s)) return true;
  }
  return false;
}

}  // namespace kindred::session
