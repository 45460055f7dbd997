// The typed calls of a session: they only turn types into mappers and keys.
#pragma once

#include <utility>
#include <vector>

#include "kindred/session.hpp"

namespace kindred {

// What is at hand: the map and the object, nothing else. Null for what is not, and where it is not
// as simple as that.
template <class E, class K>
[[gnu::always_inline]] inline detail::State* Session::at_hand(const K& key) const noexcept {
  constexpr detail::TypeFacts column = detail::key_columns<E>[0].type;
  constexpr TypeCode code = column.code == TypeCode::enumeration ? column.underlying : column.code;
  constexpr bool is_signed = code <= TypeCode::int64;
  const auto number = detail::key_number(key);
  if constexpr (std::is_signed_v<decltype(number)> != is_signed)
    if (static_cast<std::int64_t>(number) < 0) return nullptr;  // no such number in the column
  const std::uint64_t stored = static_cast<std::uint64_t>(static_cast<std::int64_t>(number)) ^
                               (is_signed ? std::uint64_t{1} << 63 : 0);
  if (heap_->user.load(std::memory_order_relaxed) != nullptr) [[unlikely]]
    return nullptr;
  // As numbers: no_map is beyond every array.
  const auto first = reinterpret_cast<std::uintptr_t>(heap_->maps.data());
  const std::uintptr_t map =
      first + detail::map_number<E>.load(std::memory_order_relaxed) * sizeof(detail::IdentityMap);
  if (map >= reinterpret_cast<std::uintptr_t>(heap_->maps.data() + heap_->maps.size())) [[unlikely]]
    return nullptr;
  detail::State* const state = reinterpret_cast<const detail::IdentityMap*>(map)->find(stored);
  return state != nullptr && !state->is(detail::State::expired) ? state : nullptr;
}

template <class T, class... K>
Ref<T> Session::get(const K&... key) {
  using E = std::remove_const_t<T>;
  if constexpr (detail::is_lone_integer<E, K...>())
    if (detail::State* state = (at_hand<E>(key), ...)) [[likely]]
      return Ref<T>(state);
  return get_further<T>(key...);
}
// Not inlined, so that the way above saves no registers for it.
template <class T, class... K>
[[gnu::noinline]] Ref<T> Session::get_further(const K&... key) {
  using E = std::remove_const_t<T>;
  const detail::KeyOf<E, K...> wanted(key...);
  return Ref<T>(find(detail::mapper_of<E>(), wanted.get()));
}

template <class T, class... K>
Ref<T> Session::get_one(const K&... key) {
  Ref<T> out = get<T>(key...);
  if (!out) throw_not_found(detail::mapper_of<std::remove_const_t<T>>());
  return out;
}

template <auto P, std::ranges::input_range R>
void Session::prefetch(const R& owners) {
  using E = std::remove_const_t<typename std::ranges::range_value_t<R>::element_type>;
  static_assert(std::is_base_of_v<typename detail::relationship_target<P>::entity, E>,
                "prefetch<&T::member>(owners): owners must be Refs to T");
  std::vector<detail::State*> states;
  for (const auto& owner : owners)
    if (owner) states.push_back(owner.state());
  prefetch_states(detail::mapper_of<E>(), detail::relationship_target<P>::name, states);
}

template <std::invocable F>
auto Session::transaction(F fn) {
  struct Undo {
    Session* session;
    ~Undo() {
      if (session != nullptr) session->rollback();
    }
  } undo{this};
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    fn();
    commit();
    undo.session = nullptr;
  } else {
    auto out = fn();
    commit();
    undo.session = nullptr;
    return out;
  }
}

namespace detail {
template <class T>
SessionEvents::ObjectHook object_hook(std::function<void(const Ref<T>&)> hook) {
  return [hook = std::move(hook)](State& state) { hook(Ref<T>(&state)); };
}
template <auto P>
SessionEvents::MemberHook member_hook(MemberHookOf<P> hook) {
  using Owner = typename MemberPointer<decltype(P)>::entity;
  using Target = typename relationship_target<P>::type;
  return [hook = std::move(hook)](State& owner, State* member) {
    hook(Ref<Owner>(&owner), Ref<Target>(member));
  };
}
}  // namespace detail

template <class T>
void Session::on_load(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).load.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::before_insert(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).before_insert.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::after_insert(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).after_insert.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::before_update(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).before_update.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::after_update(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).after_update.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::before_erase(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).before_erase.push_back(detail::object_hook<T>(std::move(hook)));
}
template <class T>
void Session::after_erase(std::function<void(const Ref<T>&)> hook) {
  hooks_of(detail::mapper_of<T>()).after_erase.push_back(detail::object_hook<T>(std::move(hook)));
}

template <auto P>
void Session::on_append(detail::MemberHookOf<P> hook) {
  using Owner = typename detail::relationship_target<P>::entity;
  static_assert(detail::relationship_target<P>::collection,
                "on_append is for to-many relationships; on_set for the others");
  hooks_of(detail::mapper_of<Owner>(), detail::relationship_target<P>::name)
      .added.push_back(detail::member_hook<P>(std::move(hook)));
}
template <auto P>
void Session::on_set(detail::MemberHookOf<P> hook) {
  using Owner = typename detail::relationship_target<P>::entity;
  static_assert(!detail::relationship_target<P>::collection,
                "on_set is for to-one relationships; on_append for the others");
  hooks_of(detail::mapper_of<Owner>(), detail::relationship_target<P>::name)
      .added.push_back(detail::member_hook<P>(std::move(hook)));
}
template <auto P>
void Session::on_remove(detail::MemberHookOf<P> hook) {
  using Owner = typename detail::relationship_target<P>::entity;
  hooks_of(detail::mapper_of<Owner>(), detail::relationship_target<P>::name)
      .removed.push_back(detail::member_hook<P>(std::move(hook)));
}

}  // namespace kindred
