// Rows become objects, one for each key; relationships load.
#include <algorithm>
#include <utility>

#include "engine/query.hpp"
#include "engine/reading.hpp"
#include "format/bytes.hpp"
#include "session/core.hpp"

namespace kindred::session {
namespace {

std::uint64_t narrow(ByteView key) { return format::load_be64(key.data()); }

[[noreturn]] void not_loaded(const Slot& r, const Link& l) {
  const State& s = *r.owner();
  throw DetachedError(named(l) + " of " + detail::describe(s) +
                      " is not loaded, and the object is detached: add it to a session, or load "
                      "the relationship while it is in one (session.prefetch<&" +
                      std::string(l.from->name) + "::" + std::string(l.name) + ">)");
}

bool loads_with_owner(const Link& l) {
  return l.facts->loading == lazy::selectin || l.facts->loading == lazy::joined ||
         l.facts->loading == lazy::immediate;
}

}  // namespace

// ---- identity

std::uint64_t Core::hash_of_key(const State& s) noexcept {
  return s.mapper->narrow_key ? detail::IdentityMap::mix(s.key.number)
                              : detail::hash_wide_key(*s.key.bytes);
}

detail::IdentityMap& Core::map(const Mapper& mapper) {
  const std::uint32_t number = mapper.identity();
  if (number >= maps.size()) {
    maps.resize(number + 1);
    mappers_.resize(number + 1);
  }
  mappers_[number] = &mapper;
  return maps[number];
}

std::vector<const Mapper*> Core::mappers_of(std::string_view table) const {
  std::vector<const Mapper*> out;
  for (const Mapper* m : mappers_)
    if (m != nullptr && m->descriptor->table == table) out.push_back(m);
  return out;
}

State* Core::known(const Mapper& mapper, ByteView key) {
  const std::uint32_t number = mapper.identity();
  if (number >= maps.size()) return nullptr;
  return mapper.narrow_key ? maps[number].find(narrow(key)) : maps[number].find(key);
}

void Core::append_stored_key(const State& s, Buffer& out) {
  if (!s.mapper->narrow_key) return out.append(*s.key.bytes);
  format::store_be64(out.need(8), s.key.number);
  out.advance(8);
}

std::string Core::own_key(const State& s) {
  Buffer out;
  codec(*s.mapper).encode_key(s.object(), out);
  return std::string(out.view());
}

void Core::enter(State& s, ByteView key) {
  if (s.mapper->narrow_key)
    s.key.number = narrow(key);
  else
    s.key.bytes = new std::string(key);
  map(*s.mapper).insert(s, hash_of_key(s));
}

// Out of the identity map, into the others.
void Core::leave(State& s) {
  map(*s.mapper).erase(s, hash_of_key(s));
  if (!s.mapper->narrow_key) delete s.key.bytes;
  s.key = {};
  join_others(s);
}

// ---- the store

Reading& Core::reading() {
  if (held_) return held_->writing();
  if (!view_) view_ = engine_->snapshot();
  return *view_;
}

std::optional<ByteView> Core::seen_row(const Mapper& mapper, ByteView key) {
  if (!view_) return std::nullopt;
  return view_->reader().get(view_->codec(*mapper.descriptor).table().keyspace(), key);
}

std::shared_ptr<Reading> Core::shared_view() {
  if (held_) return nullptr;
  (void)reading();
  return view_;
}

void Core::drain_streams() {
  for (detail::ObjectStream* stream : streams) stream->drain();
}

const Road& Core::road(const Link& link) {
  Reading& r = reading();
  if (roads_of_ != &r.schema()) {
    roads_.clear();
    roads_of_ = &r.schema();
  }
  if (const auto at = roads_.find(&link); at != roads_.end()) return at->second;
  const engine::CompiledTable& table = r.codec(*link.from->descriptor).table();
  const RelationshipInfo* info = table.table->relationship(link.name);
  if (info == nullptr)
    throw UsageError("table " + table.name() + " has no relationship '" + std::string(link.name) +
                     "': the store was opened without this entity, or made by another catalogue");
  Road out{info, &table, r.join(table, *info), false, engine::none};
  const auto& keys = out.join.owner->foreign_keys;
  out.to_primary_key = keys[out.join.foreign_key].referenced_index == engine::none;
  for (std::uint32_t i = 0; link.rows && i < keys.size(); ++i)
    if (keys[i].key->name == info->target_key) out.target_key = i;
  return roads_.emplace(&link, out).first->second;
}

// ---- rows

// The entity that a row of an inheritance is.
const Mapper& Core::kind_of(const Mapper& mapper, const detail::Family& family, ByteView key,
                            ByteView row) {
  const EntityCodec& c = codec(mapper);
  const engine::CompiledTable& table = c.table();
  Buffer scratch;
  ByteView value;
  if (table.column_bytes(c.ordinals()[mapper.descriptor->discriminator], key,
                         format::RowView(table.layout, row), scratch, value))
    if (const Mapper* kind = family.of(value); kind != nullptr) return *kind;
  throw CorruptionError("table " + table.name() + " " + table.key_text(key),
                        "its discriminator names no entity of the registry");
}

State& Core::load(const Mapper& asked, ByteView key, ByteView row) {
  if (State* s = known(asked, key)) {
    if (s->is(State::expired)) renew(*s, key, row);
    return *s;
  }
  const detail::Family* family = asked.family();
  const Mapper& mapper = family == nullptr ? asked : kind_of(asked, *family, key, row);
  State& s = *mapper.make();
  try {
    s.hash = codec(mapper).decode(s.object(), key, row);
    s.bits = mapper.references ? 0 : State::unsettled;
    enter(s, key);
  } catch (...) {
    mapper.destroy(&s);
    throw;
  }
  s.heap = this;
  s.life = Life::persistent;
  ++live_;
  if (mapper.eager || (!events.entities.empty() && events.entities.contains(&mapper)))
    news_.push_back(&s);
  return s;
}

// The row of an expired object has arrived.
void Core::renew(State& s, ByteView key, ByteView row) {
  const auto columns = expired_columns_.find(&s);
  if (columns == expired_columns_.end()) {
    s.hash = codec(*s.mapper).decode(s.object(), key, row);
  } else {
    const std::unique_ptr<State, void (*)(State*) noexcept> whole(s.mapper->make(),
                                                                  s.mapper->destroy);
    s.hash = codec(*s.mapper).decode(whole->object(), key, row);
    for (const std::size_t column : columns->second) Cell(*whole, column).write(s, column);
    expired_columns_.erase(columns);
    s.set(State::touched);
    list(s);
  }
  s.clear(State::expired);
  const auto settled = static_cast<std::uint16_t>(s.bits & State::unsettled);
  settle(s);
  s.set(settled);
}

void Core::reload(State& s) {
  Buffer key;
  append_stored_key(s, key);
  const auto row = reading().reader().get(codec(*s.mapper).table().keyspace(), key.view());
  if (!row)
    throw StaleDataError({{codec(*s.mapper).table().name(),
                           codec(*s.mapper).table().key_text(key.view()),
                           true,
                           {}}});
  renew(s, key.view(), *row);
}

State* Core::get(const Mapper& mapper, ByteView key) {
  State* s = known(mapper, key);
  if (s != nullptr) {
    if (s->is(State::expired)) reload(*s);
  } else {
    breathe();
    const auto row = reading().reader().get(codec(mapper).table().keyspace(), key);
    if (row) s = &load(mapper, key, *row);
  }
  return s != nullptr && mapper.takes(*s->mapper) ? s : nullptr;
}

// Rows that were loaded may have relationships that load with them, level after level; hooks see
// the object when all that is there.
void Core::finish_loading() {
  if (news_.empty()) return;
  std::vector<State*> told;
  while (!news_.empty()) {
    const std::vector<State*> level = std::exchange(news_, {});
    told.insert(told.end(), level.begin(), level.end());
    std::unordered_map<const Link*, std::vector<State*>> wanted;
    for (State* s : level)
      for (const Link& l : s->mapper->links)
        if (loads_with_owner(l)) wanted[&l].push_back(s);
    for (const auto& [l, owners] : wanted) prefetch(*l, owners);
  }
  if (events.entities.empty()) return;
  for (State* s : told) tell(*s, &detail::SessionEvents::OfEntity::load);
}

// ---- relationships

void Core::require_lazy(const Slot& r, const Link& l) {
  if (flushing) return;
  if (options.forbid_lazy_loads || l.facts->loading == lazy::raise || (r.flags & Slot::raises) != 0)
    throw UsageError(named(l) + " of " + detail::describe(*r.owner()) +
                     " is not loaded and may not load itself: ask for it with the query "
                     "(options(selectinload<&" +
                     std::string(l.from->name) + "::" + std::string(l.name) +
                     ">())) or session.prefetch");
  if (options.autoflush) autoflush();
}

// The target of a scalar relationship, from the identity map or the store.
State* Core::load_one(State& s, const Link& l) {
  Slot& r = slot(s, l);
  State* found = nullptr;
  const Mapper& to = l.target();
  Buffer key;
  if (l.local) {
    const Road& way = road(l);
    const bool leads = !refers_to_nothing(s, l) &&
                       codec(*s.mapper).append_reference(s.object(), way.join.foreign_key, key);
    if (leads && way.to_primary_key) found = known(to, key.view());
    if (leads && found == nullptr) {
      require_lazy(r, l);
      ++counts.lazy_loads;
      const Road& road_now = road(l);  // a flush may have renewed the view
      const ByteView keys[]{key.view()};
      reading().related_many(*road_now.table, *road_now.info, road_now.join, keys,
                             [&](std::size_t, ByteView k, ByteView row) {
                               found = &load(to, k, row);
                               return false;
                             });
    }
    if (found != nullptr && found->is(State::erased) && found->life == Life::deleted)
      found = nullptr;
  } else {
    require_lazy(r, l);
    ++counts.lazy_loads;
    const Road& way = road(l);
    append_owner_key(s, way, key);
    const ByteView keys[]{key.view()};
    reading().related_many(*way.table, *way.info, way.join, keys,
                           [&](std::size_t, ByteView k, ByteView row) {
                             State& t = load(to, k, row);
                             if (!belongs(t, l, s)) return true;
                             found = &t;
                             return false;
                           });
    if (found != nullptr && l.inverse != nullptr) {
      Slot& back = slot(*found, *l.inverse);
      if ((back.flags & Slot::loaded) == 0) {
        back.at = &s;
        ++s.links;
        back.flags |= Slot::loaded;
      }
    }
  }
  if ((r.flags & Slot::loaded) != 0) return r.one();  // a target that was renewed told it
  if (l.local && found != nullptr && l.inverse != nullptr && s.is(State::unsettled) &&
      is_retargeted(s, l)) {
    retarget(s, l, found);
    return found;
  }
  r.at = found;
  r.flags |= Slot::loaded;
  if (found != nullptr) ++found->links;
  note_owner(l, found);
  return found;
}

// What the rows at the other end refer to.
void Core::append_owner_key(const State& s, const Road& way, Buffer& out) {
  const auto& fk = way.join.owner->foreign_keys[way.join.foreign_key];
  if (fk.referenced_index == engine::none)
    append_stored_key(s, out);
  else
    (void)codec(*s.mapper).append_unique(s.object(), fk.referenced_index, out);
}

// Whether a stored child is still one of `owner` in memory.
bool Core::belongs(State& child, const Link& l, State& owner) {
  if (child.is(State::erased) && child.life == Life::deleted) return false;
  if (l.rows) return true;
  const Link* i = l.inverse;
  if (i != nullptr && !i->many && (slot(child, *i).flags & Slot::loaded) != 0)
    return slot(child, *i).one() == &owner;
  if (refers_to(child, l, owner)) return true;
  // The owner's key was changed and not flushed: its members have the stored one.
  if (!owner.is(State::touched) || owner.life != Life::persistent || !road(l).to_primary_key)
    return false;
  Buffer stored;
  Buffer referred;
  append_stored_key(owner, stored);
  return codec(*child.mapper)
             .append_reference(child.object(), road(l).join.foreign_key, referred) &&
         referred.view() == stored.view();
}

void Core::load_many(const Link& l, std::span<State* const> owners) {
  std::vector<State*> to;
  std::vector<Buffer> bytes;
  for (State* o : owners)
    if (o->life == Life::persistent && !collection(*o, l).loaded) {
      if (o->is(State::expired)) reload(*o);
      to.push_back(o);
    }
  if (to.empty()) return;
  const Road& way = road(l);
  std::vector<ByteView> keys;
  for (State* o : to) append_owner_key(*o, way, bytes.emplace_back());
  for (const Buffer& b : bytes) keys.push_back(b.view());

  struct Found {
    std::size_t owner;
    State* state;
    std::string order;
  };
  std::vector<Found> found;
  const EntityCodec& target = codec(l.target());
  const engine::CompiledColumn* order = nullptr;
  std::uint32_t order_at = engine::none;
  if (l.facts->has_order) {
    order_at = target.table().column(l.facts->order_by);
    order = &target.table().columns[order_at];
  }
  Buffer scratch;
  reading().related_many(
      *way.table, *way.info, way.join, keys, [&](std::size_t n, ByteView key, ByteView row) {
        found.push_back({n, &load(l.target(), key, row), {}});
        if (order == nullptr) return true;
        // As a key its bytes compare like its values; null comes first.
        ByteView value;
        scratch.clear();
        if (target.table().column_bytes(order_at, key, format::RowView(target.table().layout, row),
                                        scratch, value)) {
          Buffer sortable;
          sortable.push_back('\x01');
          format::append_key_part(sortable, order->part, value, true);
          found.back().order = std::string(sortable.view());
        }
        return true;
      });
  if (order != nullptr) {
    const bool down = l.facts->order == direction::descending;
    std::stable_sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
      if (a.owner != b.owner) return a.owner < b.owner;
      return down ? b.order < a.order : a.order < b.order;
    });
  }
  merge_loaded(l, to, found);
}

// Stored members meet what was queued while the collection was not loaded.
template <class Found>
void Core::merge_loaded(const Link& l, const std::vector<State*>& owners, Found& found) {
  const Link* i = l.inverse;
  std::unordered_map<State*, StateList> confirmed;  // removals of what is stored
  for (const auto& f : found) {
    State& o = *owners[f.owner];
    State& t = *f.state;
    Collection& c = *slot(o, l).many();
    if (c.removed.contains(&t)) {
      confirmed[&o].push(&t);
      continue;
    }
    if (c.added.erase(&t)) --t.links;  // it is there already: no change
    if (c.items.contains(&t) || !belongs(t, l, o)) continue;
    if (i != nullptr && !i->many) {
      Slot& back = slot(t, *i);
      if ((back.flags & Slot::loaded) == 0) {
        back.at = &o;
        ++o.links;
        back.flags |= Slot::loaded;
      }
    }
    c.items.push(&t);
    ++t.links;
  }
  for (State* o : owners) {
    Collection& c = *slot(*o, l).many();
    c.become_loaded();
    if (!c.removed.empty()) {
      const StateList removed = std::exchange(c.removed, {});
      const StateList& stored = confirmed[o];
      for (State* t : removed) {
        if (stored.contains(t))
          c.removed.push(t);
        else
          --t->links;
      }
    }
    rekey(c, l);
  }
}

void Core::prefetch(const Link& l, std::span<State* const> owners) {
  if (!to_settle.empty()) settle();
  if (l.many) return load_many(l, owners);
  // One request for each key that is not at hand.
  std::unordered_map<std::string, std::vector<State*>> wanted;
  std::vector<State*> at_hand;
  for (State* o : owners) {
    if (o->life != Life::persistent) continue;
    if (o->is(State::expired)) reload(*o);
    if ((slot(*o, l).flags & Slot::loaded) != 0) continue;
    const Road& way = road(l);
    Buffer key;
    if (l.local) {
      if (refers_to_nothing(*o, l) ||
          !codec(*o->mapper).append_reference(o->object(), way.join.foreign_key, key) ||
          (way.to_primary_key && known(l.target(), key.view()) != nullptr)) {
        at_hand.push_back(o);
        continue;
      }
    } else {
      append_owner_key(*o, way, key);
    }
    wanted[std::string(key.view())].push_back(o);
  }
  if (!wanted.empty()) {
    const Road& way = road(l);
    std::vector<ByteView> keys;
    std::vector<const std::vector<State*>*> by;
    for (const auto& [key, of] : wanted) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const ByteView key : keys) by.push_back(&wanted.find(std::string(key))->second);
    std::vector<State*> found(keys.size(), nullptr);
    reading().related_many(*way.table, *way.info, way.join, keys,
                           [&](std::size_t n, ByteView key, ByteView row) {
                             State& t = load(l.target(), key, row);
                             if (!l.local && !belongs(t, l, *by[n]->front())) return true;
                             found[n] = &t;
                             return false;
                           });
    for (std::size_t n = 0; n < keys.size(); ++n)
      for (State* o : *by[n]) {
        Slot& r = slot(*o, l);
        if ((r.flags & Slot::loaded) != 0) continue;  // a target that was renewed told it
        if (l.local && found[n] != nullptr && l.inverse != nullptr && o->is(State::unsettled) &&
            is_retargeted(*o, l)) {
          retarget(*o, l, found[n]);
          continue;
        }
        r.at = found[n];
        r.flags |= Slot::loaded;
        if (found[n] == nullptr) continue;
        ++found[n]->links;
        note_owner(l, found[n]);
        if (l.local || l.inverse == nullptr) continue;
        Slot& back = slot(*found[n], *l.inverse);
        if ((back.flags & Slot::loaded) != 0) continue;
        back.at = o;
        ++o->links;
        back.flags |= Slot::loaded;
      }
  }
  for (State* o : at_hand) (void)load_one(*o, l);
}

}  // namespace kindred::session

namespace kindred::detail {

using namespace session;

std::uint64_t hash_wide_key(std::string_view key) noexcept { return format::hash64(key); }

std::uint64_t IdentityMap::hash_of(const State& state) noexcept { return Core::hash_of_key(state); }

void reload(State& s) {
  Core* c = core_of(s);
  if (c == nullptr || s.life != Life::persistent)
    throw DetachedError(describe(s) +
                        " has expired and is in no session any more: add it to a session, or "
                        "refresh it before the session ends");
  const Use use(c);
  c->reload(s);
}

State* read_one(const RelationshipSlot& r) {
  State& s = live_owner(r);
  const Link& l = link_of(r);
  Core* c = core_of(s);
  if (s.life == Life::persistent) {
    if (s.is(State::expired)) reload(s);
    if (c != nullptr && (s.bits & State::calm) == State::calm) c->settle(s);
  }
  if ((r.flags & RelationshipSlot::loaded) != 0) return r.one();
  if (s.life == Life::detached) not_loaded(r, l);
  if (s.life != Life::persistent || c == nullptr) return r.one();
  const Use use(c);
  State* out = c->load_one(s, l);
  c->finish_loading();
  return out;
}

State& need_one(const RelationshipSlot& r) {
  if (State* s = read_one(r)) return *s;
  throw UsageError(named(link_of(r)) + " of " + describe(*r.owner()) +
                   " is null: test it with `if (" + std::string(link_of(r).name) + ")` first");
}

std::span<State* const> read_many(const RelationshipSlot& r) {
  State& s = live_owner(r);
  const Link& l = link_of(r);
  Core* c = core_of(s);
  if (l.facts->loading == lazy::write_only && s.in_session() && s.life == Life::persistent)
    throw UsageError(named(l) +
                     " is write_only: it takes append and remove; read it with "
                     "session.select_members");
  if (c != nullptr && !c->to_settle.empty()) c->settle();
  Collection& members = collection(s, l);
  if (members.loaded) return members.items.states();
  if (s.life == Life::detached) not_loaded(r, l);
  if (c == nullptr || s.life != Life::persistent) return members.items.states();
  const Use use(c);
  c->require_lazy(r, l);
  if (members.loaded) return members.items.states();
  ++c->counts.lazy_loads;
  State* const one[]{&s};
  c->load_many(l, one);
  c->finish_loading();
  return members.items.states();
}

bool holds_member(const RelationshipSlot& r, const State* member) {
  (void)read_many(r);
  return member != nullptr && r.many()->items.contains(member);
}

State* find_keyed(const RelationshipSlot& r, std::string_view key) {
  (void)read_many(r);
  return r.many()->named(std::string(key));
}

}  // namespace kindred::detail
