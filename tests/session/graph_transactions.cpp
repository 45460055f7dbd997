// The steps that write, undo and fail.
#include <algorithm>

#include "tests/session/graph_runner.hpp"

namespace kindred::session_test::graph {

using detail::Link;
using detail::State;
using session::slot;

void Runner::run(const Step& step) {
  just_flushed_ = false;
  try {
    apply(step.op, step.r);
  } catch (const Error& e) {
    broken(std::string("unexpected error: ") + e.what());
  }
  tidy();
  check();
}

void Runner::apply(Op op, const R& r) {
  switch (op) {
    case Op::make: return make(r);
    case Op::add: {
      const int serial =
          pick(r[0], [&](const Object& o) { return r[1] % 4 == 0 || !o.in_session() || o.erased; });
      if (serial == 0) return;
      const Handle h = obtain(serial, r[1]);
      with_kind(now_.at(serial).kind, [&]<class T>() { (void)session_->add(h.as<T>()); });
      return now_.add(serial);
    }
    case Op::find: return find(r);
    case Op::look: return look(r);
    case Op::set_number: return set_number(r);
    case Op::set_code: return set_code(r);
    case Op::set_reference: return set_reference(r);
    case Op::append: return append(r);
    case Op::clear_reference: return clear_reference(r);
    case Op::remove: return remove(r);
    case Op::assign: return assign(r);
    case Op::label: return label(r);
    case Op::set_column: return set_column(r);
    case Op::move_key: return move_key(r);
    case Op::erase: {
      const int serial = pick(r[0], [](const Object& o) { return o.standing == Standing::stored; });
      if (serial == 0) return;
      const Handle h = obtain(serial, r[1]);
      with_kind(now_.at(serial).kind, [&]<class T>() { session_->erase(h.as<T>()); });
      now_.at(serial).erased = true;
      return;
    }
    case Op::flush: return write(End::flush, r[0]);
    case Op::commit: return write(End::commit, r[0]);
    case Op::savepoint:
      if (savepoints_.size() < 3) write(End::savepoint, r[0]);
      return;
    case Op::release:
      if (!savepoints_.empty()) write(End::release, r[0]);
      return;
    case Op::rollback: return roll_back();
    case Op::rollback_to:
      if (!savepoints_.empty()) roll_back_to(r[0] % savepoints_.size());
      return;
    case Op::expire: return expire(r);
    case Op::expire_column: return expire_column(r);
    case Op::expire_relationship: return expire_relationship(r);
    case Op::expire_all: return expire_all();
    case Op::expunge: return expunge(r);
    case Op::merge: return merge(r);
    case Op::collect: return session_->collect();
    case Op::prefetch: return prefetch(r);
    case Op::other_writer: return other_writer(r);
    case Op::end_session: return end_session(r);
    case Op::failing_flush: return failing_flush(r);
    case Op::failing_call: return failing_call(r);
    case Op::drop_handles: return drop_handles(r);
    case Op::misuse: return misuse(r);
  }
}

// ---- writing

void Runner::write(End end, std::uint32_t r) {
  const Verdict expected = now_.verdict(base_);
  Verdict got = Verdict::ok;
  std::string said;
  {
    std::optional<Memory> before;
    if (expected != Verdict::ok) before.emplace(core());
    try {
      switch (end) {
        case End::flush: session_->flush(); break;
        case End::commit: session_->commit(); break;
        case End::savepoint: savepoints_.push_back(session_->savepoint()); break;
        case End::release: savepoints_.back().release(); break;
      }
    } catch (const UsageError& e) {
      got = Verdict::usage_error;
      said = e.what();
    } catch (const IntegrityError& e) {
      got = Verdict::integrity_error;
      said = e.what();
    }
    constexpr const char* names[] = {"success", "a UsageError", "an IntegrityError"};
    if (got != expected)
      broken(std::string("a flush ended in ") + names[static_cast<int>(got)] + ", not in " +
             names[static_cast<int>(expected)] + ": " + said);
    if (before) before->compare(core());
  }
  if (got == Verdict::ok)
    written(end);
  else
    mend(r);
}

void Runner::written(End end) {
  const Model before = now_;
  now_.flush(base_);
  for (const auto& [serial, o] : before.objects)
    if (!now_.has(serial)) deleted_.emplace(serial, o);
  take_ids();
  base_ = now_;
  if (end == End::savepoint) saved_.push_back(now_);
  if (end == End::release) {
    savepoints_.pop_back();
    saved_.pop_back();
  }
  just_flushed_ = true;
  if (end != End::commit) return;
  savepoints_.clear();
  saved_.clear();
  committed_ = now_;
  deleted_.clear();
  std::erase_if(handles_, [&](const auto& of) { return !now_.has(of.first); });
  check_store(store_, committed_);
}

// What a failed flush complained about is put right, or everything is undone.
void Runner::mend(std::uint32_t r) {
  if (r % 3 == 0) return roll_back();
  std::set<std::string> codes;
  std::vector<int> transient;
  for (auto& [serial, o] : now_.objects) {
    if (!o.in_session()) {
      transient.push_back(serial);
    } else if (!o.code.empty() && !codes.insert(o.code).second) {
      o.code = "c" + std::to_string(serial);
      obtain(serial, r).as<Owner>()->code = o.code;
    }
  }
  for (const int serial : transient) {
    const Handle h = obtain(serial, r);
    with_kind(now_.at(serial).kind, [&]<class T>() { (void)session_->add(h.as<T>()); });
    now_.add(serial);
  }
}

void Runner::take_ids() {
  std::map<int, std::int64_t> ids;
  const auto take = [&]<class T>(const T& e) {
    if constexpr (!std::is_same_v<T, Membership>) ids[std::stoi(*e.tag)] = *e.id;
  };
  core().each([&](State& s) {
    if (s.life == Life::persistent)
      with_kind(kind_of(s), [&]<class T>() { take(*static_cast<const T*>(s.object())); });
  });
  const Snapshot snapshot = store_.snapshot();
  if (!core().in_transaction())
    for (std::size_t k = 0; k < kinds; ++k)
      with_kind(static_cast<Kind>(k), [&]<class T>() {
        for (const T& e : snapshot.range<T>()) take(e);
      });
  for (auto& [serial, o] : now_.objects) {
    if (o.standing != Standing::stored || o.id != 0 || o.kind == Kind::membership) continue;
    if (!ids.contains(serial)) broken(std::to_string(serial) + " has gone after a flush");
    o.id = ids[serial];
  }
}

// ---- rollback

void Runner::roll_back() {
  session_->rollback();
  savepoints_.clear();
  saved_.clear();
  now_.roll_back_to(committed_);
  take_new_objects();
  base_ = now_;
}

void Runner::roll_back_to(std::size_t level) {
  savepoints_[level].rollback();
  now_.roll_back_to(saved_[level]);
  while (savepoints_.size() > level) savepoints_.pop_back();
  saved_.resize(level);
  take_new_objects();
  base_ = now_;
}

// New objects keep the values of their key columns, and links to each other as far as these were
// in memory: the model learns which. What was deleted since it was new is new again.
void Runner::take_new_objects() {
  std::map<std::pair<Kind, std::int64_t>, int> by_id;
  for (const auto& [serial, o] : now_.objects)
    if (o.standing == Standing::stored) by_id[{o.kind, o.id}] = serial;
  std::vector<State*> fresh;
  for (State* s : all_states(&core(), held())) {
    if (s->life != Life::transient) continue;
    const int serial = serial_of(*s);
    if (!now_.has(serial)) {
      if (s->refs == 0 && s->links == 0) continue;
      const auto was = deleted_.find(serial);
      if (was == deleted_.end()) broken(name_of(*s) + " should not be there");
      Object o = was->second;
      o.standing = Standing::transient;
      o.erased = false;
      o.id = o.moved_to = 0;
      for (auto& [tie, ref] : o.refs) ref = {};
      now_.objects.emplace(serial, std::move(o));
    }
    fresh.push_back(s);
  }
  std::erase_if(deleted_, [&](const auto& of) { return now_.has(of.first); });
  std::erase_if(now_.labelled, [&](const auto& pair) {
    return now_.at(pair.first).standing == Standing::transient;
  });
  for (State* s : fresh) {
    Object& o = now_.at(serial_of(*s));
    // What expired and was not read again has the values from before.
    with_kind(o.kind, [&]<class T>() {
      const T& e = *static_cast<const T*>(s->object());
      o.number = *e.number;
      if constexpr (std::is_same_v<T, Owner>) o.code = e.code->value_or("");
    });
    for (auto& [tie, ref] : o.refs) {
      const TieFacts& t = facts_of(tie);
      if (t.reference.empty()) continue;
      const State* to = slot(*s, *s->mapper->link(t.reference)).one();
      ref = {.to = to == nullptr ? 0 : serial_of(*to), .changed = to != nullptr};
      if (to != nullptr && to->life == Life::persistent)
        broken(name_of(*s) + " is still linked with what is stored");
      const std::int64_t id = calls_of(tie).column(*s);
      if (to != nullptr || id == 0) continue;
      // A number that nobody has any more is the program's to mend.
      if (const auto at = by_id.find({t.parent, id}); at != by_id.end())
        ref.value = at->second;
      else
        calls_of(tie).set_column(s, 0);
    }
    if (o.kind == Kind::pal)
      for (const State* l : label_calls().members(s, Through::const_ref))
        now_.labelled.emplace(serial_of(*s), serial_of(*l));
    if (o.kind != Kind::crate) continue;
    for (const State* i : calls_of(Tie::item_crate).members(s, Through::const_ref))
      now_.at(serial_of(*i)).refs.at(Tie::item_crate) = {.to = serial_of(*s), .changed = true};
  }
}

// ---- other sessions

// Another session changes a row that this one has read.
void Runner::other_writer(const R& r) {
  if (core().in_transaction()) return;
  const int serial = pick(r[0], [](const Object& o) {
    return o.standing == Standing::stored && o.kind != Kind::membership && o.moved_to == 0;
  });
  if (serial == 0 || !committed_.has(serial)) return;
  const Object before = now_.at(serial);
  const std::int64_t theirs = 1000 + r[1] % 1000;
  const Handle h = obtain(serial, r[1]);
  handles_[serial].push_back(h);
  with_kind(before.kind, [&]<class T>() {
    if constexpr (!std::is_same_v<T, Membership>) {
      (void)h.as<const T>()->number;
      Session other{store_};
      other.get_one<T>(before.id)->number = theirs;
      other.commit();
    }
  });
  committed_.at(serial).number = theirs;
  bool written = !(before == base_.at(serial));
  for (const auto& [tie, ref] : before.refs)
    written = written || (ref.to != 0 && now_.at(ref.to).moved_to != 0);
  if (r[2] % 3 == 0) return roll_back();
  if (r[2] % 3 == 1) {
    // Not what is stored: then there would be nothing to write.
    const std::int64_t mine = base_.at(serial).number + 1;
    with_kind(before.kind, [&]<class T>() { h.as<T>()->number = mine; });
    {
      const Memory memory(core());
      try {
        session_->commit();
        broken("a row that another session changed was overwritten");
      } catch (const StaleDataError& e) {
        if (e.rows().empty()) broken("a StaleDataError without rows");
      } catch (const UsageError&) {
        if (now_.verdict(base_) != Verdict::usage_error) throw;
      } catch (const IntegrityError&) {
        if (now_.verdict(base_) != Verdict::integrity_error) throw;
      }
      memory.compare(core());
    }
    return roll_back();
  }
  // Nothing of ours is in its way: both survive.
  if (written || !is_idle()) return roll_back();
  session_->commit();
  with_kind(before.kind, [&]<class T>() { session_->refresh(h.as<T>()); });
  now_.at(serial).number = theirs;
  base_.at(serial).number = theirs;
}

// What is held is detached, readable and linkable; then a new session goes on.
void Runner::end_session(const R& r) {
  core().settle();
  if (r[0] % 2 == 0 && now_.verdict(base_) == Verdict::ok) write(End::commit, 0);
  savepoints_.clear();
  saved_.clear();
  if (r[1] % 2 == 0)
    session_.reset();
  else
    session_->close();
  for (State* h : held()) {
    State& s = *h;
    if (s.life != Life::detached && s.life != Life::transient)
      broken(name_of(s) + " is not detached");
    for (const Link& l : s.mapper->links) {
      try {
        if (l.many)
          (void)detail::read_many(slot(s, l)).size();
        else
          (void)detail::read_one(slot(s, l));
      } catch (const DetachedError&) {
        if (s.life == Life::transient) broken(name_of(s) + " was never stored, and not readable");
      }
    }
  }
  check_counts(nullptr, all_states(nullptr, held()), held());
  for (State* k : held())
    for (State* o : held()) {
      if (kind_of(*k) != Kind::kid || kind_of(*o) != Kind::owner) continue;
      if ((serial_of(*k) + serial_of(*o)) % 3 != 0) continue;
      try {
        if (r[2] % 2 == 0)
          Ref<Owner>(o)->kids.append(Ref<Kid>(k));
        else
          Ref<Kid>(k)->owner = Ref<Owner>(o);
      } catch (const DetachedError&) {
      } catch (const UsageError&) {
        if (!k->is(State::was_deleted) && !o->is(State::was_deleted)) throw;
      }
    }
  check_counts(nullptr, all_states(nullptr, held()), held());
  if (r[1] % 2 == 0) session_ = std::make_unique<Session>(store_);
  deleted_.clear();
  now_ = Model{};
  now_.roll_back_to(committed_);
  base_ = now_;
  handles_.clear();
}

// ---- failures

void Runner::failing_flush(const R& r) {
  core().settle();
  if (now_.verdict(base_) != Verdict::ok) return;
  const End end = r[0] % 2 == 0 ? End::flush : End::commit;
  const bool held = core().in_transaction();
  bool failed = false;
  {
    const Memory before(core());
    faults_.set_rules("any#" + std::to_string(1 + r[1] % 16) + "=io");
    try {
      if (end == End::flush)
        session_->flush();
      else
        session_->commit();
    } catch (const Error& e) {
      if (faults_.failures() == 0) throw;
      failed = true;
    }
    faults_.set_rules("");
    if (failed && !(held && end == End::commit)) before.compare(core());
  }
  if (!failed) return written(end);
  if (core().in_transaction()) return roll_back();
  write(end, 0);
}

void Runner::failing_call(const R& r) {
  constexpr Op calls[] = {
      Op::look,   Op::look,  Op::set_reference, Op::append,   Op::clear_reference, Op::remove,
      Op::assign, Op::label, Op::find,          Op::prefetch, Op::set_column,      Op::collect};
  const Op op = calls[r[0] % std::size(calls)];
  faults_.set_rules("any#" + std::to_string(1 + r[0] / 16 % 4) + "=io");
  try {
    apply(op, {r[1], r[2], r[3], r[0] / 64});
  } catch (const Error&) {
    const bool injected = faults_.failures() != 0;
    faults_.set_rules("");
    if (!injected) throw;
    if (core().in_transaction()) roll_back();
  }
  faults_.set_rules("");
}

// ---- after every step

void Runner::tidy() {
  std::erase_if(handles_, [](const auto& of) { return of.second.empty(); });
  // Transient objects that the session let go of.
  std::vector<int> gone;
  for (const auto& [serial, o] : now_.objects) {
    if (o.in_session() || handles_.contains(serial)) continue;
    if (Handle h = in_memory(serial))
      handles_[serial].push_back(h);
    else
      gone.push_back(serial);
  }
  for (const int serial : gone) now_.objects.erase(serial);
  for (const int serial : gone) {
    for (auto& [other, o] : now_.objects)
      for (auto& [tie, ref] : o.refs)
        if (ref.to == serial) {
          if (!facts_of(tie).reference.empty())
            broken(std::to_string(serial) + " went, and was still linked");
          // What only the parent knows of does not keep it.
          ref = {};
          calls_of(tie).set_column(obtain(other, 0).state(), 0);
        }
    std::erase_if(now_.labelled,
                  [&](const auto& pair) { return pair.first == serial || pair.second == serial; });
  }
}

void Runner::check() {
  const auto states = all_states(&core(), held());
  check_agreement(states);
  check_counts(&core(), states, held());
  check_memory(core(), states, now_, just_flushed_ ? Moment::flushed : Moment::any);
}

}  // namespace kindred::session_test::graph
