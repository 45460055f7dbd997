#include "kindred/detail/mapper.hpp"

#include <algorithm>
#include <mutex>

#include "kindred/detail/registry_joins.hpp"

namespace kindred::detail {
namespace {

// The descriptor's ordinal of a member.
std::size_t ordinal_of(const EntityFacts& entity, std::size_t member) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < member; ++i) n += entity.members[i].facts->is_column ? 1 : 0;
  return n;
}

// The registry has proven, or will prove, that the join is there; without one (objects of entities
// in no registry) both sides still agree in memory.
void find_columns(Link& link, std::size_t member) {
  std::vector<const EntityFacts*> entities;
  const auto add = [&](const EntityFacts* facts) {
    if (std::find(entities.begin(), entities.end(), facts) == entities.end())
      entities.push_back(facts);
  };
  add(link.from->facts);
  add(link.target().facts);
  // A key may refer to a base of either.
  for (const Mapper* side : {link.from, &link.target()})
    if (const Family* family = side->family(); family != nullptr)
      for (const Family::Member& m : family->members) add(m.mapper->facts);
  const Entities all(entities);
  Message ignored;
  const Join join = join_of(all, 0, member, ignored);
  if (join.kind != Join::Kind::local && join.kind != Join::Kind::remote) return;
  link.local = join.kind == Join::Kind::local;
  const Key key = resolve_key(all, join.owner, join.key, ignored);
  for (std::size_t i = 0; i < key.columns.count; ++i)
    link.columns.push_back({ordinal_of(*all[join.owner], key.columns.at[i]),
                            ordinal_of(*all[key.entity], key.referenced.at[i])});
}

}  // namespace

std::uint32_t next_mapper_number() {
  static std::atomic<std::uint32_t> next = 0;
  return next++;
}

const Link* Mapper::link(std::string_view wanted) const noexcept {
  for (const Link& l : links)
    if (l.name == wanted) return &l;
  return nullptr;
}

const Family::Member* Family::find(const Mapper& mapper) const noexcept {
  for (const Member& m : members)
    if (m.mapper == &mapper) return &m;
  return nullptr;
}

bool Mapper::takes(const Mapper& other) const noexcept {
  if (this == &other) return true;
  const Family* f = family();
  const Family::Member* me = f == nullptr ? nullptr : f->find(*this);
  if (me == nullptr) return false;
  return std::find(me->kinds.begin(), me->kinds.end(), &other) != me->kinds.end();
}

namespace {
std::string_view identity_bytes(const Mapper& mapper, std::size_t size, char (&number)[8]) {
  if (!mapper.facts->identity_text.empty()) return mapper.facts->identity_text;
  for (int i = 0; i < 8; ++i)
    number[i] =
        static_cast<char>(static_cast<std::uint64_t>(mapper.facts->identity_number) >> (8 * i));
  return {number, std::min<std::size_t>(size, 8)};
}
const std::vector<const Mapper*>* kinds_of(const Mapper& mapper) {
  const Family* family = mapper.family();
  if (family == nullptr || family->root == &mapper) return nullptr;
  return &family->find(mapper)->kinds;
}
}  // namespace

const Mapper* Family::of(std::string_view identity) const noexcept {
  char number[8];
  for (const Member& m : members)
    if (identity_bytes(*m.mapper, identity.size(), number) == identity) return m.mapper;
  return nullptr;
}

bool is_kind_of(const Mapper& mapper, std::string_view identity) {
  const auto* kinds = kinds_of(mapper);
  if (kinds == nullptr) return true;
  char number[8];
  return std::any_of(kinds->begin(), kinds->end(), [&](const Mapper* kind) {
    return identity_bytes(*kind, identity.size(), number) == identity;
  });
}

std::optional<Expression> kind_condition(const Mapper& mapper) {
  const auto* kinds = kinds_of(mapper);
  if (kinds == nullptr) return std::nullopt;
  std::vector<Expression> operands{Expression::column(
      std::string(mapper.descriptor->columns[mapper.descriptor->discriminator]))};
  for (const Mapper* kind : *kinds)
    operands.push_back(Expression::constant(kind->facts->identity_text.empty()
                                                ? Value(kind->facts->identity_number)
                                                : Value(kind->facts->identity_text)));
  return Expression::of(Expression::Op::in, std::move(operands));
}

void join_family(const std::vector<Family::Member>& members) {
  static std::mutex mutex;
  static std::vector<std::unique_ptr<const Family>> all;  // older ones may still be read
  const std::scoped_lock lock(mutex);
  auto family = std::make_unique<Family>();
  bool grows = false;
  if (const Family* known = members.front().mapper->family(); known != nullptr)
    family->members = known->members;
  for (const Family::Member& m : members) {
    const auto there =
        std::find_if(family->members.begin(), family->members.end(),
                     [&](const Family::Member& other) { return other.mapper == m.mapper; });
    if (there == family->members.end()) {
      family->members.push_back(m);
      grows = true;
      continue;
    }
    for (const Mapper* kind : m.kinds)
      if (std::find(there->kinds.begin(), there->kinds.end(), kind) == there->kinds.end()) {
        there->kinds.push_back(kind);
        grows = true;
      }
  }
  if (!grows) return;
  for (const Family::Member& m : family->members)
    if (family->root == nullptr || m.kinds.size() > family->find(*family->root)->kinds.size())
      family->root = m.mapper;
  for (const Family::Member& m : family->members) {
    m.mapper->identity_.store(family->root->number, std::memory_order_release);
    m.mapper->family_.store(family.get(), std::memory_order_release);
  }
  all.push_back(std::move(family));
}

void describe_mapper(Mapper& mapper, const EntityDescriptor& descriptor, const EntityFacts& facts,
                     const std::size_t* offsets) {
  mapper.name = facts.name;
  mapper.descriptor = &descriptor;
  mapper.facts = &facts;
  mapper.number = next_mapper_number();
  mapper.identity_.store(mapper.number, std::memory_order_relaxed);
  for (std::size_t i = 0; i < facts.members.size(); ++i) {
    const MemberFacts& member = facts.members[i];
    if (member.facts->is_column) {
      const std::size_t ordinal = mapper.columns.size();
      if (member.facts->primary_key) mapper.keys.push_back(ordinal);
      if (member.facts->version != Versioning::none) mapper.version = ordinal;
      if (member.facts->give_insert_default != nullptr) mapper.insert_defaults.push_back(ordinal);
      if (member.facts->give_on_update != nullptr || member.facts->next_version != nullptr)
        mapper.traits_ |= Mapper::stamped;
      mapper.columns.push_back(&member);
      continue;
    }
    Link& link = mapper.links.emplace_back();
    link.from = &mapper;
    link.name = member.name;
    link.offset = sizeof(State) + offsets[i];
    link.number = static_cast<std::uint16_t>(mapper.links.size() - 1);
    link.facts = &member.facts->relation;
    link.many = link.facts->collection;
    link.rows = link.facts->has_secondary || link.facts->has_through;
  }
  mapper.validated = facts.validate != nullptr;
  for (const ConstraintFacts& c : facts.constraints)
    mapper.validated = mapper.validated || c.validate != nullptr;
  if (mapper.validated || !mapper.insert_defaults.empty()) mapper.traits_ |= Mapper::prepared;
  for (const Link& l : mapper.links)
    mapper.eager = mapper.eager || l.facts->loading == lazy::selectin ||
                   l.facts->loading == lazy::joined || l.facts->loading == lazy::immediate;
  if (mapper.keys.size() != 1) return;
  const FieldShape& key = descriptor.shapes[mapper.keys.front()];
  const auto code = static_cast<TypeCode>(key.type);
  const auto number = code == TypeCode::enumeration ? static_cast<TypeCode>(key.underlying) : code;
  mapper.narrow_key = number >= TypeCode::int8 && number <= TypeCode::uint64;
  mapper.key_flip = number <= TypeCode::int64 ? std::uint64_t{1} << 63 : 0;
}

// Of an inheritance not all is known before a registry has named its entities: objects that are
// made earlier agree in memory, and this is called again.
void Mapper::resolve_now() const {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  if (resolved_.load(std::memory_order_relaxed)) return;
  const auto awaits_family = [](const Mapper& m) {
    return m.descriptor->discriminator != EntityDescriptor::none && m.family() == nullptr;
  };
  bool complete = !awaits_family(*this);
  // What is written here is read only after resolved_ is seen.
  auto& self = const_cast<Mapper&>(*this);
  for (Link& link : self.links) {
    const Mapper& to = link.target();
    complete = complete && !awaits_family(to);
    if (link.facts->has_back) link.inverse = to.link(link.facts->back);
    for (std::size_t i = 0; i < to.columns.size(); ++i)
      if (link.facts->has_keyed_by && to.columns[i]->name == link.facts->keyed_by) link.keyed = i;
    if (link.rows) {
      self.traits_ |= has_rows;
      continue;
    }
    std::size_t member = 0;
    while (facts->members[member].name != link.name || facts->members[member].facts->is_column)
      ++member;
    link.columns.clear();
    find_columns(link, member);
    if (link.many && link.inverse == nullptr) self.traits_ |= one_sided;
    self.references = self.references || link.local;
  }
  if (complete) resolved_.store(true, std::memory_order_release);
}

}  // namespace kindred::detail
