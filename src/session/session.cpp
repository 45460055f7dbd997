#include "kindred/session.hpp"

#include <algorithm>

#include "engine/query.hpp"
#include "engine/typed_key.hpp"
#include "kindred/detail/spelling.hpp"
#include "session/core.hpp"

namespace kindred {

using detail::State;
using session::Core;
using session::Use;

// ---- Savepoint

Savepoint::Savepoint(Savepoint&& other) noexcept
    : core_(std::exchange(other.core_, nullptr)),
      level_(other.level_),
      transaction_(other.transaction_) {}

Savepoint::~Savepoint() {
  if (!is_open()) return;
  try {
    rollback();
  } catch (...) {
    core_->spoil();  // the transaction can only be rolled back now
  }
}

bool Savepoint::is_open() const noexcept {
  return core_ != nullptr && core_->has_level(level_, transaction_);
}

namespace {
void require(const Savepoint& savepoint) {
  if (!savepoint.is_open())
    throw UsageError(
        "this savepoint has ended: it was released or rolled back, or its transaction was");
}
}  // namespace

void Savepoint::release() {
  require(*this);
  const Use use(core_);
  core_->release_savepoint(level_);
}

void Savepoint::rollback() {
  require(*this);
  const Use use(core_);
  core_->rollback_to(level_);
}

// ---- Session

Session::Session(const Store& store, const SessionOptions& options)
    : store_(store),
      core_(new Core(store.engine(), *this, options), [](Core* core) { delete core; }),
      heap_(core_.get()) {}

Session::~Session() { core_->close(); }

void Session::close() {
  const Use use(core_.get());
  core_->require_idle("close");
  core_->close();
}

void Session::add_state(State& s) {
  const Use use(core_.get());
  const Use other(s.heap != core_.get() ? s.heap : nullptr);
  core_->add(s);
}

void Session::erase_state(State& s) {
  const Use use(core_.get());
  core_->erase(s);
}

void Session::expunge_state(State& s) {
  const Use use(core_.get());
  core_->expunge(s);
}

void Session::expunge_all() {
  const Use use(core_.get());
  core_->expunge_all();
}

void Session::expire_state(State& s, Changes changes) {
  const Use use(core_.get());
  core_->expire(s, changes);
}

void Session::expire_member(State& s, const detail::Mapper& mapper, std::string_view member,
                            Changes changes) {
  const Use use(core_.get());
  if (const detail::Link* link = mapper.link(member)) {
    core_->expire_relationship(s, *link, changes);
    return;
  }
  for (std::size_t i = 0; i < mapper.columns.size(); ++i)
    if (mapper.columns[i]->name == member) core_->expire_column(s, i);
}

void Session::refresh_state(State& s, Changes changes) {
  const Use use(core_.get());
  core_->refresh(s, changes);
  core_->finish_loading();
}

void Session::expire_all() {
  const Use use(core_.get());
  core_->expire_all();
}

State* Session::merge_state(State& s, const MergeOptions& options) {
  const Use use(core_.get());
  State* out = core_->merge(s, options);
  core_->finish_loading();
  return out;
}

bool Session::holds(const State& s) const noexcept {
  return s.heap == core_.get() && s.in_session();
}

State* Session::find(const detail::Mapper& mapper, const detail::TypedKey& key) {
  const Use use(core_.get());
  engine::Reading& reading = core_->reading();
  const engine::CompiledTable& table = reading.codec(*mapper.descriptor).table();
  detail::Buffer bytes;
  if (!engine::append_typed_key(table, key, bytes)) return nullptr;
  State* out = core_->get(mapper, bytes.view());
  if (out == nullptr) return nullptr;
  retain(out);
  try {
    core_->finish_loading();
  } catch (...) {
    release(out);
    throw;
  }
  // The caller's handle counts it again.
  if (--out->refs == 0) --core_->held;
  return out;
}

void Session::prefetch_states(const detail::Mapper& mapper, std::string_view relationship,
                              std::span<State* const> owners) {
  const Use use(core_.get());
  mapper.resolve();
  const detail::Link& link = *mapper.link(relationship);
  for (const State* s : owners)
    if (s->heap != core_.get())
      throw UsageError("prefetch: " + detail::describe(*s) + " is not in this session");
  if (core_->options.autoflush) core_->autoflush();
  core_->prefetch(link, owners);
  core_->finish_loading();
}

void Session::throw_not_found(const detail::Mapper& mapper) {
  throw ResultError(ErrorCode::no_result,
                    "get_one: there is no " + std::string(mapper.name) + " with this key");
}

void Session::flush() {
  const Use use(core_.get());
  core_->flush();
}

void Session::commit() {
  const Use use(core_.get());
  core_->commit();
}

void Session::rollback() {
  const Use use(core_.get());
  core_->rollback();
}

Savepoint Session::savepoint() {
  const Use use(core_.get());
  const std::size_t level = core_->savepoint();
  return {core_.get(), level, core_->transaction()};
}

Plan Session::plan() {
  const Use use(core_.get());
  return core_->plan_flush();
}

void Session::check_reads() {
  const Use use(core_.get());
  core_->reads_checked = true;
}

void Session::collect() {
  const Use use(core_.get());
  core_->require_idle("collect");
  core_->collect();
}

SessionCounts Session::counts() const {
  SessionCounts out = core_->counts;
  out.objects = core_->live();
  out.changed = core_->work.size();
  return out;
}

SessionOptions& Session::options() noexcept { return core_->options; }

void Session::on_before_flush(std::function<void(Session&)> hook) {
  core_->events.before_flush.push_back(std::move(hook));
}
void Session::on_after_flush(std::function<void(Session&)> hook) {
  core_->events.after_flush.push_back(std::move(hook));
}
void Session::on_after_commit(std::function<void(Session&)> hook) {
  core_->events.after_commit.push_back(std::move(hook));
}
void Session::on_after_rollback(std::function<void(Session&)> hook) {
  core_->events.after_rollback.push_back(std::move(hook));
}

detail::SessionEvents::OfEntity& Session::hooks_of(const detail::Mapper& mapper) {
  return core_->events.entities[&mapper];
}

detail::SessionEvents::OfRelationship& Session::hooks_of(const detail::Mapper& mapper,
                                                         std::string_view relationship) {
  return core_->events.relationships[mapper.link(relationship)];
}

}  // namespace kindred

namespace kindred::detail {

using session::Core;
using session::core_of;
using session::Use;

bool takes(const Mapper& mapper, const State& s) noexcept { return mapper.takes(*s.mapper); }

void make_transient(State& s) {
  if (s.in_session() || s.life == Life::deleted)
    throw UsageError(describe(s) + " is in a session: expunge it, or commit its delete, first");
  s.life = Life::transient;
  s.bits = State::calm;
  s.hash = 0;
}

std::vector<State*> select_states(Core& core, const Mapper& mapper, const QuerySpec& spec,
                                  Existing existing) {
  const Use use(&core);
  mapper.resolve();
  if (core.options.autoflush) core.autoflush();
  core.breathe();
  std::vector<State*> out;
  engine::run_query(core.reading(), spec, [&](std::string_view key, std::string_view row) {
    State& s = core.load(mapper, key, row);
    if (existing == Existing::populate && s.life == Life::persistent) core.renew(s, key, row);
    out.push_back(&s);
    return true;
  });
  return out;
}

namespace {

constexpr std::size_t few_objects = 6;
// How many objects are made at a time. Where nothing is loaded with them few are best: what the
// last ones leave in the allocator's and the processor's caches serves the next.
std::size_t batch_of(const Mapper& mapper, bool loads_along) {
  bool eager = loads_along || mapper.eager;
  if (const Family* family = mapper.family(); family != nullptr)
    for (const Family::Member& m : family->members) eager = eager || m.mapper->eager;
  return eager ? 256 : few_objects;
}

}  // namespace

struct ObjectStream::Rest {
  const std::size_t batch;
  Core& core;
  const Mapper& mapper;
  Existing existing;
  std::shared_ptr<engine::Reading> view;
  std::unique_ptr<engine::QueryStream> stream;  // null: all has been read
  std::vector<State*> read;                     // retained, not given out yet
  std::size_t given = 0;

  void load(std::size_t most) {
    std::string_view key;
    std::string_view row;
    for (std::size_t n = 0; n < most; ++n) {
      if (!stream->next(key, row)) {
        stream.reset();
        view.reset();
        return;
      }
      State& s = core.load(mapper, key, row);
      if (existing == Existing::populate && s.life == Life::persistent) core.renew(s, key, row);
      retain(&s);
      read.push_back(&s);
    }
  }
};

ObjectStream::ObjectStream(Core& core, const Mapper& mapper, const QuerySpec& spec,
                           Existing existing, bool loads_along)
    : rest_(new Rest{
          batch_of(mapper, loads_along), core, mapper, existing, nullptr, nullptr, {}, 0}) {
  const Use use(&core);
  mapper.resolve();
  if (core.options.autoflush) core.autoflush();
  core.breathe();
  core.streams.push_back(this);
  rest_->view = core.shared_view();
  engine::Reading& reading = rest_->view ? *rest_->view : core.reading();
  rest_->stream = std::make_unique<engine::QueryStream>(reading, spec);
  if (!rest_->view) drain();
}

ObjectStream::~ObjectStream() {
  std::erase(rest_->core.streams, this);
  for (std::size_t n = rest_->given; n < rest_->read.size(); ++n) release(rest_->read[n]);
}

void ObjectStream::next(std::vector<State*>& out) {
  Rest& rest = *rest_;
  const Use use(&rest.core);
  if (rest.given == rest.read.size()) {
    rest.read.clear();
    rest.given = 0;
    rest.core.breathe();
    if (rest.stream) rest.load(rest.batch);
  }
  const std::size_t n = std::min(rest.batch, rest.read.size() - rest.given);
  const auto from = rest.read.begin() + static_cast<std::ptrdiff_t>(rest.given);
  out.assign(from, from + static_cast<std::ptrdiff_t>(n));
  rest.given += n;
}

void ObjectStream::drain() {
  while (rest_->stream) rest_->load(rest_->batch);
}

bool ObjectStream::makes_few() const noexcept { return rest_->batch == few_objects; }

bool refers(const State& s) noexcept {
  const auto& links = s.mapper->links;
  return std::any_of(links.begin(), links.end(),
                     [&](const Link& l) { return !l.many && session::slot(s, l).at != nullptr; });
}

void finish_loading(Core& core, std::span<State* const> states, std::span<const LoadPath> paths) {
  const Use use(&core);
  for (const LoadPath& path : paths) {
    std::vector<State*> owners(states.begin(), states.end());
    for (const LoadStep& step : path.steps) {
      const Mapper& from = step.mapper();
      if (step.how == lazy::raise) {
        for (State* s : owners)
          for (const Link& l : from.links) {
            const bool named = std::any_of(paths.begin(), paths.end(), [&](const LoadPath& other) {
              return &other != &path && other.steps.front().relationship == l.name;
            });
            if (step.relationship.empty() ? !named : l.name == step.relationship)
              session::slot(*s, l).flags |= RelationshipSlot::raises;
          }
        break;
      }
      const Link& link = *from.link(step.relationship);
      core.prefetch(link, owners);
      std::vector<State*> next;
      for (const State* s : owners) {
        const RelationshipSlot& r = session::slot(*s, link);
        if (r.at == nullptr) continue;
        if (link.many)
          next.insert(next.end(), r.many()->items.begin(), r.many()->items.end());
        else
          next.push_back(r.one());
      }
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      owners = std::move(next);
    }
  }
  core.finish_loading();
}

std::uint64_t count_rows(Core& core, const Mapper&, const QuerySpec& spec) {
  const Use use(&core);
  if (core.options.autoflush) core.autoflush();
  return engine::count_query(core.reading(), spec);
}

std::string explain_rows(Core& core, const Mapper&, const QuerySpec& spec) {
  const Use use(&core);
  return engine::explain_query(core.reading(), spec);
}

Expression members_of_owner(Core& core, State& owner, std::string_view relationship) {
  const Use use(&core);
  owner.mapper->resolve();
  const Link& l = *owner.mapper->link(relationship);
  if (l.rows)
    throw UsageError(session::named(l) +
                     " goes over rows of another table: load it, or select from that table");
  if (owner.life != Life::persistent)
    throw UsageError("select_members(" + describe(owner) +
                     "): it is not stored yet, so it has no stored members");
  if (owner.is(State::expired)) core.reload(owner);
  std::vector<Expression> parts;
  for (const Link::Column& c : l.columns)
    parts.push_back(Expression::of(
        Expression::Op::eq, {Expression::column(std::string(l.target().columns[c.child]->name)),
                             Expression::constant(core.column_value(owner, c.parent))}));
  if (parts.size() == 1) return std::move(parts.front());
  return Expression::of(Expression::Op::all, std::move(parts));
}

std::vector<std::string_view> changed_columns(State& s) {
  std::vector<std::string_view> out;
  Core* core = core_of(s);
  if (core == nullptr || s.life != Life::persistent || s.is(State::expired)) return out;
  if (!core->changed(s)) return out;
  const std::unique_ptr<State, void (*)(State*) noexcept> stored(s.mapper->make(),
                                                                 s.mapper->destroy);
  if (!stored_entity(s, stored->object())) return out;
  for (std::size_t i = 0; i < s.mapper->columns.size(); ++i)
    if (!(session::Cell(s, i) == session::Cell(*stored, i)))
      out.push_back(s.mapper->columns[i]->name);
  return out;
}

bool is_loaded(const State& s, std::string_view relationship) {
  const Link* l = s.mapper->link(relationship);
  const RelationshipSlot& r = session::slot(s, *l);
  return l->many ? r.at != nullptr && r.many()->loaded : (r.flags & RelationshipSlot::loaded) != 0;
}

Session* session_of(const State& s) noexcept {
  return s.heap != nullptr && s.in_session() ? s.heap->session : nullptr;
}

std::vector<State*> unflushed_members(const State& s, std::string_view relationship,
                                      Changes which) {
  const RelationshipSlot& r = session::slot(s, *s.mapper->link(relationship));
  if (r.at == nullptr) return {};
  return (which == Changes::keep ? r.many()->added : r.many()->removed).copy();
}

bool stored_entity(State& s, void* entity) {
  Core* core = core_of(s);
  if (core == nullptr || s.life != Life::persistent) return false;
  Buffer key;
  Core::append_stored_key(s, key);
  const auto& codec = core->codec(*s.mapper);
  const auto row = core->reading().reader().get(codec.table().keyspace(), key.view());
  if (!row) return false;
  codec.decode(entity, key.view(), *row);
  return true;
}

}  // namespace kindred::detail
