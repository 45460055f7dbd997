// flush, commit, rollback and savepoints.
#include <algorithm>

#include "session/unit_of_work.hpp"

namespace kindred::session {
namespace {

// A hook that makes new work at every flush would go on for ever.
constexpr int most_rounds = 100;

// The child refers to nobody, as far as its columns are not part of its own key.
void drop_reference(State& child, const Link& l) {
  const std::vector<std::size_t>& keys = child.mapper->keys;
  for (const Link::Column& c : l.columns)
    if (std::find(keys.begin(), keys.end(), c.child) == keys.end()) Cell().write(child, c.child);
}

// s does not lead to t any more, which has another on its side.
void give_up(State& s, const Link& l, State& t) {
  Slot& r = slot(s, l);
  --t.links;
  if (!l.many) {
    r.at = nullptr;
    r.flags = 0;
    if (l.local) drop_reference(s, l);
    return;
  }
  r.many()->items.erase(&t);
  r.many()->added.erase(&t);
  rekey(*r.many(), l);
}

}  // namespace

bool Core::has_work() {
  return std::any_of(work.begin(), work.end(), [&](State* s) {
    if (s->life == Life::pending) return true;
    return s->life == Life::persistent &&
           (s->is(State::related | State::erased) || (!s->is(State::expired) && changed(*s)));
  });
}

void Core::hold_writer() {
  if (held_) return;
  held_ = engine_->begin(options.update);  // the view stays: it tells what went stale
  levels_.front().savepoint = 0;
}

namespace {
// Marks the core as flushing, whatever happens.
struct Flushing {
  explicit Flushing(Core& c) : core(c) {
    if (core.in_flush) throw UsageError("flush() inside a flush: a hook of the flush called it");
    core.in_flush = true;
  }
  ~Flushing() { core.flushing = core.in_flush = false; }
  Core& core;
};
}  // namespace

void Core::flush() {
  drain_streams();
  UnitOfWork unit(*this, UnitOfWork::Transaction::goes_on);
  {
    const Flushing flushing_now(*this);
    unit.prepare();
    if (!unit.has_writes()) {
      unit.finish();
      return;
    }
    hold_writer();
    unit.write(held_->writing(),
               [&](engine::ChangeSet& changes, const engine::FlushOptions& flush_options) {
                 held_->writing().apply_whole(changes, flush_options);
               });
    view_.reset();
    unit.finish();
  }
  unit.tell();
}

// Work that was not flushed before goes in one commit of its own, which may join others'.
void Core::write_now() {
  drain_streams();
  UnitOfWork unit(*this, UnitOfWork::Transaction::ends);
  {
    const Flushing flushing_now(*this);
    unit.prepare();
    if (unit.has_writes()) {
      (void)reading();  // finish() needs its schema
      engine_->update(
          [&](std::unique_ptr<Writing> writing) {
            unit.write(*writing,
                       [&](engine::ChangeSet& changes, const engine::FlushOptions& flush_options) {
                         writing->apply(changes, flush_options);
                       });
            writing->finish();
          },
          options.update, engine::Engine::Outcome::commit);
    }
    unit.finish();
  }
  unit.tell();
}

void Core::commit() {
  require_idle("commit");
  // After-flush hooks may add work: all of it belongs to this commit.
  if (held_ || !events.after_flush.empty()) {
    int rounds = 0;
    do {
      if (rounds++ == most_rounds)
        throw UsageError("commit(): hooks made new work in " + std::to_string(most_rounds) +
                         " flushes on end");
      flush();
    } while (has_work());
    if (held_) held_->commit();
  } else {
    write_now();
  }
  end_transaction();
  if (options.expire_on_commit) expire_all();
  for (const auto& hook : events.after_commit) hook(shell);
}

void Core::end_transaction() {
  ++transaction_;
  held_.reset();
  view_.reset();
  // What nobody holds any more was only kept for a rollback. Each once: the mark goes with the
  // first.
  std::vector<State*> released;
  for (Level& level : levels_)
    for (auto* in : {&level.added, &level.written, &level.gone})
      for (State* s : *in) {
        if (s->life == Life::deleted) {
          s->life = Life::detached;
          forget_changes(*s, Added::forget);
        }
        if (s->is(State::kept) && s->refs == 0) {
          detail::retain(s);
          released.push_back(s);
        }
        s->clear(State::has_id | State::kept);
      }
  levels_.assign(1, {});
  for (State* s : released) detail::release(s);
}

void Core::autoflush() {
  if (!in_flush && !work.empty()) flush();
}

Plan Core::plan_flush() {
  require_idle("plan");
  UnitOfWork unit(*this, UnitOfWork::Transaction::goes_on);
  const Flushing flushing_now(*this);
  unit.prepare();
  return unit.plan();
}

// ---- rollback

// What a level did is undone: new objects are collected in `fresh`, deleted ones live again,
// changed ones will be read again.
void Core::undo_level(Level& level, std::vector<State*>& fresh) {
  for (State* s : level.added) {
    if (s->life == Life::deleted) {  // added and deleted: it never was
      s->life = Life::transient;
      s->clear(State::was_deleted);
      fresh.push_back(s);
    } else if (s->life == Life::persistent) {
      leave(*s);
      s->life = Life::transient;
      fresh.push_back(s);
    }
  }
  for (State* s : level.gone)
    if (s->life == Life::deleted) {
      leave_others(*s);
      enter(*s, level.gone_keys.at(s));
      s->life = Life::persistent;
      s->clear(State::was_deleted);
      set_expired(*s);
    }
  for (State* s : level.written)
    if (s->life == Life::persistent) set_expired(*s);
  for (auto at = level.moved.rbegin(); at != level.moved.rend(); ++at)
    if (State* s = at->first; s->life == Life::persistent) {
      leave(*s);
      leave_others(*s);
      enter(*s, at->second);
    }
}

// Objects that were linked and never added: what ties them to stored ones is undone as well.
void Core::gather_loose(std::vector<State*>& fresh) {
  for (State* s : fresh) s->set(State::marked);
  const std::size_t known = fresh.size();
  for (State* s : others)
    if (s->life == Life::transient && !s->is(State::marked)) fresh.push_back(s);
  for (std::size_t n = 0; n < known; ++n) fresh[n]->clear(State::marked);
}

// New objects are transient again, without the keys they were given. They keep their links to each
// other; what tied them to stored objects is undone on both sides.
void Core::restore(std::vector<State*>& fresh) {
  // What expired, or was never loaded, is known by its key columns alone.
  for (State* s : fresh)
    for (const Link& l : s->mapper->links) {
      Slot& r = slot(*s, l);
      if (!l.local || r.at != nullptr || (r.flags & Slot::loaded) != 0 || refers_to_nothing(*s, l))
        continue;
      const auto to = std::find_if(fresh.begin(), fresh.end(), [&](const State* t) {
        return t->mapper == &l.target() && refers_to(*s, l, *t);
      });
      if (to == fresh.end()) continue;
      if (const Link* i = l.inverse; i != nullptr && !i->many && slot(**to, *i).at != nullptr) {
        drop_reference(*s, l);  // the place is taken
        continue;
      }
      r.at = *to;
      ++(*to)->links;
    }
  for (State* s : fresh)
    for (const Link& l : s->mapper->links) {
      if (!l.many || l.rows || l.inverse != nullptr) continue;
      for (State* t : fresh) {
        if (t->mapper != &l.target() || !refers_to(*t, l, *s)) continue;
        Collection& c = collection(*s, l);
        if (c.loaded ? c.items.contains(t) : c.added.contains(t)) continue;
        if (c.removed.contains(t)) {
          write_reference(*t, l, nullptr);
          continue;
        }
        (c.loaded ? c.items : c.added).push(t);
        ++t->links;
      }
    }
  for (State* s : fresh) {
    if (s->is(State::has_id)) {
      Cell().write(*s, s->mapper->keys.front());
      s->clear(State::has_id);
    }
    s->life = Life::transient;
    s->clear(State::expired);
  }
  for (State* s : fresh)
    for (const Link& l : s->mapper->links) {
      Slot& r = slot(*s, l);
      if (r.at == nullptr) {
        r.flags = 0;
        continue;
      }
      const auto is_stored = [](const State* t) { return t->life == Life::persistent; };
      if (!l.many) {
        if (!is_stored(r.one())) {  // its key may have been taken from it
          r.flags |= Slot::loaded | Slot::changed;
          if (l.local) {
            write_reference(*s, l, nullptr);
            write_reference(*s, l, r.one());
          }
          continue;
        }
        if (l.facts->single_parent) r.one()->clear(State::owned);
        --r.one()->links;
        r.at = nullptr;
        r.flags = 0;
        if (l.local) write_reference(*s, l, nullptr);
        continue;
      }
      Collection& c = *r.many();
      std::vector<State*> left;
      const StateList& members = c.loaded ? c.items : c.added;
      for (State* t : members)
        if (!is_stored(t)) left.push_back(t);
      for (State* t : left) ++t->links;
      c.each_counted([](State& t) { --t.links; });
      for (StateList* in : {&c.items, &c.added, &c.removed}) in->clear();
      for (State* t : left) {
        c.items.push(t);
        c.added.push(t);
        // The key that the flush wrote: the next one writes it if both are added.
        if (l.inverse == nullptr && !l.rows) drop_reference(*t, l);
      }
      c.loaded = true;
      rekey(c, l);
    }
  // A side that was not loaded learns from the other.
  for (State* s : fresh)
    for (const Link& l : s->mapper->links) {
      const Link* i = l.inverse;
      const Slot& r = slot(*s, l);
      if (i == nullptr || r.at == nullptr) continue;
      std::vector<State*> targets;
      if (l.many)
        targets = r.many()->items.copy();
      else
        targets = {r.one()};
      for (State* t : targets) {
        const bool there = i->many ? collection(*t, *i).items.contains(s) : slot(*t, *i).one() == s;
        if (there) continue;
        if (!i->many && slot(*t, *i).at != nullptr)
          give_up(*s, l, *t);
        else
          put(*t, *i, *s);
      }
    }
  for (State* s : fresh) {
    s->clear(State::listed | State::kept | State::related | State::erased | State::dropped |
             State::sticky | State::was_deleted);
    s->set(State::calm);
  }
}

// The session ends with a transaction that is open: what it flushed was never stored. New objects
// become transient, deleted ones are as if they had not been touched, changed ones expire; the
// others stay readable.
void Core::undo_flushed() {
  std::vector<State*> fresh;
  std::vector<State*> written;
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    for (State* s : level->added) {
      if (s->life == Life::persistent)
        leave(*s);
      else if (s->life != Life::deleted)
        continue;
      s->life = Life::transient;
      s->clear(State::was_deleted);
      fresh.push_back(s);
    }
    for (State* s : level->gone)
      if (s->life == Life::deleted) {
        s->life = Life::detached;
        s->clear(State::was_deleted);
      }
    written.insert(written.end(), level->written.begin(), level->written.end());
  }
  levels_.assign(1, {});
  restore(fresh);
  each([&](State& s) {
    if (s.life != Life::persistent) return;
    for (const Link& l : s.mapper->links) {
      bool holds_new = false;
      const Slot& r = slot(s, l);
      if (r.at == nullptr) continue;
      if (!l.many)
        holds_new = r.one()->life == Life::transient;
      else
        for (const State* t : r.many()->items) holds_new |= t->life == Life::transient;
      if (holds_new) forget(s, l);
    }
  });
  for (State* s : written) {
    if (s->life != Life::persistent) continue;
    for (const Link& l : s->mapper->links) forget(*s, l);
    set_expired(*s);
  }
}

void Core::rollback() {
  if (flushing)
    throw UsageError("rollback() inside a flush: throw from the hook instead, and roll back then");
  ++transaction_;
  held_.reset();
  view_.reset();
  std::vector<State*> fresh;
  for (auto at = levels_.rbegin(); at != levels_.rend(); ++at) undo_level(*at, fresh);
  for (State* s : work)
    if (s->life == Life::pending) fresh.push_back(s);
  gather_loose(fresh);
  std::vector<State*> released = work.states();
  for (const Level& level : levels_)
    for (const auto* in : {&level.added, &level.written, &level.gone})
      released.insert(released.end(), in->begin(), in->end());
  std::sort(released.begin(), released.end());
  released.erase(std::unique(released.begin(), released.end()), released.end());
  for (State* s : released) detail::retain(s);
  restore(fresh);
  for (State* s : released)
    s->clear(State::listed | State::kept | State::related | State::erased | State::dropped |
             State::sticky | State::has_id);
  std::vector<State*> stored;
  each([&](State& s) {
    if (s.life == Life::persistent) stored.push_back(&s);
  });
  for (State* s : stored) {
    for (const Link& l : s->mapper->links) forget(*s, l);
    s->clear(State::touched | State::unsettled | State::related);
    set_expired(*s);
  }
  expired_columns_.clear();
  work.clear();
  unqueue_all();
  lost.clear();
  levels_.assign(1, {});
  reads_checked = false;
  for (State* s : fresh) s->set(State::calm);
  for (State* s : released) detail::release(s);
  for (const auto& hook : events.after_rollback) hook(shell);
}

// ---- savepoints

std::size_t Core::savepoint() {
  require_idle("savepoint");
  hold_writer();
  flush();
  levels_.push_back({held_->savepoint(), {}, {}, {}, {}, {}});
  return levels_.size() - 1;
}

void Core::release_savepoint(std::size_t level) {
  require_idle("release");
  flush();
  held_->release(levels_[level].savepoint);
  Level& into = levels_[level - 1];
  for (std::size_t n = level; n < levels_.size(); ++n) {
    Level& from = levels_[n];
    into.added.insert(into.added.end(), from.added.begin(), from.added.end());
    into.gone.insert(into.gone.end(), from.gone.begin(), from.gone.end());
    into.written.insert(into.written.end(), from.written.begin(), from.written.end());
    into.moved.insert(into.moved.end(), from.moved.begin(), from.moved.end());
    into.gone_keys.merge(from.gone_keys);
  }
  levels_.resize(level);
}

// As rollback, but only for what was touched since.
void Core::rollback_to(std::size_t level) {
  require_idle("rollback");
  held_->rollback_to(levels_[level].savepoint);
  std::vector<State*> fresh;
  std::vector<State*> touched_since = work.states();
  for (std::size_t n = levels_.size(); n-- > level;) {
    undo_level(levels_[n], fresh);
    for (const auto* in : {&levels_[n].added, &levels_[n].written, &levels_[n].gone})
      touched_since.insert(touched_since.end(), in->begin(), in->end());
  }
  for (State* s : work)
    if (s->life == Life::pending) fresh.push_back(s);
  gather_loose(fresh);
  std::sort(touched_since.begin(), touched_since.end());
  touched_since.erase(std::unique(touched_since.begin(), touched_since.end()), touched_since.end());
  for (State* s : touched_since) detail::retain(s);
  restore(fresh);
  levels_.resize(level);
  for (State* s : touched_since) {
    s->clear(State::listed | State::related | State::erased | State::dropped | State::sticky);
    bool outer = false;
    for (const Level& l : levels_)
      for (const auto* in : {&l.added, &l.written, &l.gone})
        outer = outer || std::find(in->begin(), in->end(), s) != in->end();
    if (!outer) s->clear(State::kept);
    if (s->life != Life::persistent) continue;
    for (const Link& l : s->mapper->links) forget(*s, l);
    s->clear(State::touched | State::unsettled);
    set_expired(*s);
  }
  work.clear();
  unqueue_all();
  lost.clear();
  for (State* s : fresh) s->set(State::calm);
  for (State* s : touched_since) detail::release(s);
}

}  // namespace kindred::session
