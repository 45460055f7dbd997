// The typed calls of Store, Snapshot, Batch and Transaction: they only turn types into descriptors
// and keys.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "kindred/detail/mapper.hpp"
#include "kindred/detail/typed_access.hpp"
#include "kindred/detail/typed_key.hpp"
#include "kindred/registry.hpp"
#include "kindred/store.hpp"
#include "kindred/typed.hpp"

namespace kindred {
namespace detail {

template <class E>
void assign_id(engine::Writing& writing, E& entity, std::uint64_t id) {
  if (id != 0) set_id(writing, descriptor_of<E>(), &entity, id);
}

template <class R>
using RangeEntity = std::remove_cv_t<std::ranges::range_value_t<R>>;

template <class R>
void load_range(engine::Writing& writing, R&& entities, EntityChange change, BulkOptions options) {
  using E = RangeEntity<R>;
  if constexpr (std::ranges::sized_range<R>)
    if (options.total == 0) options.total = static_cast<std::uint64_t>(std::ranges::size(entities));
  EntityLoad load(writing, descriptor_of<E>(), change, options);
  for (auto&& entity : entities) {
    const std::uint64_t id = load.add(std::addressof(entity));
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(entity)>>)
      assign_id(writing, entity, id);
  }
  load.finish();
}

}  // namespace detail

namespace detail {
// Most parents have few children: no growing for these.
inline constexpr std::size_t expected_children = 16;
}  // namespace detail

template <class E, class... K>
std::optional<E> Snapshot::get(const K&... key) const {
  std::optional<E> out(std::in_place);
  if (!get_into(*out, key...)) out.reset();
  return out;
}

template <class E, class... K>
bool Snapshot::get_into(E& entity, const K&... key) const {
  return detail::get_entity(*reading_, detail::descriptor_of<E>(),
                            detail::KeyOf<E, K...>(key...).get(), &entity);
}

template <class E, class Keys>
std::vector<std::optional<E>> Snapshot::get_many(const Keys& keys) const {
  const detail::KeysOf<E> wanted(keys);
  std::vector<std::optional<E>> out(wanted.get().size());
  detail::get_entities(*reading_, detail::descriptor_of<E>(), wanted.get(),
                       [&](std::size_t i) -> void* { return &out[i].emplace(); });
  return out;
}

template <class E>
EntityRange<E> Snapshot::range() const {
  return EntityRange<E>(
      detail::EntityCursor(*reading_, detail::descriptor_of<E>(), nullptr, nullptr));
}

template <class E, class K>
EntityRange<E> Snapshot::range(const K& from, const K& to) const {
  const std::array<K, 2> bounds{from, to};
  const detail::KeysOf<E> keys(bounds);
  return EntityRange<E>(
      detail::EntityCursor(*reading_, detail::descriptor_of<E>(), &keys.get()[0], &keys.get()[1]));
}

template <class E, class... K>
std::optional<RowView<E>> Snapshot::view(const K&... key) const {
  auto plan =
      std::make_shared<detail::RowPlan>(detail::row_plan(*reading_, detail::descriptor_of<E>()));
  detail::RawRow raw;
  if (!detail::get_row(*reading_, detail::descriptor_of<E>(), detail::KeyOf<E, K...>(key...).get(),
                       *plan, raw))
    return std::nullopt;
  plan->held_key.assign(raw.key);
  raw.key = plan->held_key;
  return RowView<E>(raw, std::move(plan));
}

template <class E>
RowViewRange<E> Snapshot::views(detail::RowCheck check) const {
  return RowViewRange<E>(
      detail::EntityCursor(*reading_, detail::descriptor_of<E>(), nullptr, nullptr),
      std::make_shared<const detail::RowPlan>(
          detail::row_plan(*reading_, detail::descriptor_of<E>())),
      check);
}

template <auto P, class E>
auto Snapshot::related(const E& entity) const {
  using End = detail::relationship_target<P>;
  static_assert(std::is_base_of_v<typename End::entity, E>,
                "related<&T::member>(e): e must be a T");
  using Target = typename End::type;
  std::conditional_t<End::collection, std::vector<Target>, std::optional<Target>> out;
  if constexpr (End::collection) out.reserve(detail::expected_children);
  detail::related_entities(*reading_, detail::descriptor_of<E>(), &entity, End::name,
                           detail::descriptor_of<Target>(), [&]() -> void* {
                             if constexpr (End::collection)
                               return &out.emplace_back();
                             else
                               return &out.emplace();
                           });
  return out;
}

template <class R, detail::FixedText Name, class E>
auto Snapshot::related(const E& entity) const {
  using End = typename R::template end_of<E, Name>;
  using Target = typename End::type::type;
  std::conditional_t<End::collection, std::vector<Target>, std::optional<Target>> out;
  if constexpr (End::collection) out.reserve(detail::expected_children);
  detail::related_entities(*reading_, detail::descriptor_of<E>(), &entity,
                           detail::held_option<Name>.view(), detail::descriptor_of<Target>(),
                           [&]() -> void* {
                             if constexpr (End::collection)
                               return &out.emplace_back();
                             else
                               return &out.emplace();
                           });
  return out;
}

template <auto P, class E>
auto Snapshot::backref_of(const E& entity) const {
  using End = detail::relationship_target<P>;
  static_assert(std::is_same_v<typename End::type, E>,
                "backref_of<&T::member>(e): e must be what the member leads to");
  using Child = typename End::entity;
  using Target = typename End::type;
  std::vector<Child> out;
  out.reserve(detail::expected_children);
  const auto slot = [&]() -> void* { return &out.emplace_back(); };
  if constexpr (!End::reverse.empty())
    detail::related_entities(*reading_, detail::descriptor_of<Target>(), &entity, End::reverse,
                             detail::descriptor_of<Child>(), slot);
  else
    detail::referring_entities(*reading_, detail::descriptor_of<Child>(), End::name,
                               detail::descriptor_of<Target>(), &entity, slot);
  return out;
}

template <class E>
std::uint64_t Snapshot::count() const {
  return count(detail::descriptor_of<E>().table);
}

template <class E, class Keys>
Plan Snapshot::plan_erase(const Keys& keys) const {
  return detail::plan_erase_entities(*reading_, detail::descriptor_of<E>(),
                                     detail::KeysOf<E>(keys).get());
}

template <class E>
void Batch::insert(E& entity) {
  const std::uint64_t id =
      detail::add_change(*writing_, *changes_, detail::descriptor_of<std::remove_const_t<E>>(),
                         &entity, detail::EntityChange::insert);
  if constexpr (!std::is_const_v<E>) detail::assign_id(*writing_, entity, id);
}

template <class E>
void Batch::put(E& entity) {
  const std::uint64_t id =
      detail::add_change(*writing_, *changes_, detail::descriptor_of<std::remove_const_t<E>>(),
                         &entity, detail::EntityChange::put);
  if constexpr (!std::is_const_v<E>) detail::assign_id(*writing_, entity, id);
}

template <class E>
void Batch::update(const E& entity) {
  (void)detail::add_change(*writing_, *changes_, detail::descriptor_of<E>(), &entity,
                           detail::EntityChange::update);
}

template <class E, class... K>
void Batch::erase(const K&... key) {
  detail::add_erase(*writing_, *changes_, detail::descriptor_of<E>(),
                    detail::KeyOf<E, K...>(key...).get());
}

template <EntityValue E>
requires(!std::is_const_v<E>) void Transaction::insert(E& entity) {
  detail::give_identity(entity);
  const std::uint64_t id =
      detail::change_entity(writing(), detail::descriptor_of<std::remove_const_t<E>>(), &entity,
                            detail::EntityChange::insert);
  if constexpr (!std::is_const_v<E>) detail::assign_id(writing(), entity, id);
}

template <EntityValue E>
requires(!std::is_reference_v<E> && !std::is_const_v<E>) E Transaction::insert(E&& entity) {
  insert(entity);
  return std::move(entity);
}

template <EntityValue E>
E Transaction::insert(const E& entity) {
  E copy(entity);
  insert(copy);
  return copy;
}

template <EntityRangeValue R>
void Transaction::insert(R&& entities, const BulkOptions& options) {
  detail::load_range(writing(), std::forward<R>(entities), detail::EntityChange::insert, options);
}

template <EntityValue E>
void Transaction::put(E& entity) {
  const std::uint64_t id =
      detail::change_entity(writing(), detail::descriptor_of<std::remove_const_t<E>>(), &entity,
                            detail::EntityChange::put);
  if constexpr (!std::is_const_v<E>) detail::assign_id(writing(), entity, id);
}

template <EntityRangeValue R>
void Transaction::put(R&& entities) {
  detail::load_range(writing(), std::forward<R>(entities), detail::EntityChange::put, {});
}

template <EntityValue E>
void Transaction::update(const E& entity) {
  (void)detail::change_entity(writing(), detail::descriptor_of<E>(), &entity,
                              detail::EntityChange::update);
}

template <EntityRangeValue R>
void Transaction::update(R&& entities) {
  detail::load_range(writing(), std::forward<R>(entities), detail::EntityChange::update, {});
}

template <class E, class... K>
bool Transaction::erase(const K&... key) {
  return detail::erase_entity(writing(), detail::descriptor_of<E>(),
                              detail::KeyOf<E, K...>(key...).get(), {});
}

template <class E, class Keys>
void Transaction::erase_all(const Keys& keys, const EraseOptions& options) {
  detail::erase_entities(writing(), detail::descriptor_of<E>(), detail::KeysOf<E>(keys).get(),
                         options);
}

template <class R>
Store Store::open(std::string_view url, const StoreOptions& options) {
  return open(url, detail::catalog_of<R>(), options);
}

template <class R>
Store Store::open(std::shared_ptr<storage::Storage> storage, const StoreOptions& options) {
  return open(std::move(storage), detail::catalog_of<R>(), options);
}

template <class E, class... K>
std::optional<E> Store::get(const K&... key) const {
  return snapshot().get<E>(key...);
}

template <EntityValue E>
requires(!std::is_const_v<E>) void Store::insert(E& entity) const {
  update([&](Transaction& tx) { tx.insert(entity); });
}

template <EntityValue E>
requires(!std::is_reference_v<E> && !std::is_const_v<E>) E Store::insert(E&& entity)
const {
  insert(entity);
  return std::move(entity);
}

template <EntityValue E>
E Store::insert(const E& entity) const {
  E copy(entity);
  insert(copy);
  return copy;
}

template <EntityRangeValue R>
void Store::insert(R&& entities, const BulkOptions& options) const {
  update([&](Transaction& tx) { tx.insert(entities, options); });
}

template <EntityValue E>
void Store::put(E& entity) const {
  update([&](Transaction& tx) { tx.put(entity); });
}

template <EntityValue E>
void Store::update(const E& entity) const {
  update([&](Transaction& tx) { tx.update(entity); });
}

template <class E, class... K>
bool Store::erase(const K&... key) const {
  bool erased = false;
  update([&](Transaction& tx) { erased = tx.erase<E>(key...); });
  return erased;
}

}  // namespace kindred
