// Between schema models and entities.
//
//   auto in  = schema::model_validate_json<UserCreate>(body);
//   User user = as_model<User>(in, field<&User::password_hash> = hash(in.password),
//                              leave_out<&UserCreate::password>);
//   Ref<User> ann = session.add(std::move(user));
//   apply(patch, *ann, exclude_unset);                             // only what the input gave
//   auto out = schema::model_validate<UserOut>(from(ann));         // columns and relationships
//
// Members and columns meet by name. The compiler checks them all: a member without column, a column
// that gets no value, types that do not become one another are errors with both names in the text.
// Types become one another where they are the same, or of one kind (any integers, any points in
// time); e-mail addresses, URLs, IP addresses, literals, enumerators and secrets become text. A
// number that a smaller integer cannot hold is a kindred::ValidationError when it happens.
//
// An entity is read through `from` only as far as the model asks: a relationship that no field of
// the model is named like is not loaded. One that may not be loaded (lazy::raise, an object without
// session) is an error of type get_attribute_error at its place, as is any in a plain value.
// Relationships of one object may be null; collections, maps too, are read as lists.
//
// Threads: as schema.hpp; entities behind a Ref as ref.hpp says.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "kindred/detail/bridge_check.hpp"
#include "kindred/detail/bridge_source.hpp"
#include "kindred/entity.hpp"
#include "kindred/mapping_field.hpp"
#include "kindred/ref.hpp"
#include "kindred/schema.hpp"

namespace kindred {

// A member of the model that goes to no column: leave_out<&UserCreate::password>.
template <auto P>
inline constexpr schema::detail::LeftOut<P> leave_out{};
// A member that goes to a column of another name: renamed<&UserCreate::mail, &User::email>.
template <auto P, auto Q>
inline constexpr schema::detail::Renamed<P, Q> renamed{};

struct ExcludeUnset {};
inline constexpr ExcludeUnset exclude_unset{};

namespace detail {
template <class T, class E>
concept BridgeWord = schema::detail::said<T>
.kind != schema::detail::SaidKind::other;

template <class E, class A>
void assign_given(E& entity, const A& argument) {
  if constexpr (schema::detail::said<A>.kind == schema::detail::SaidKind::given)
    argument.to(entity);
}
}  // namespace detail

// An entity with the members of the object. `field<&E::column> = value` gives columns that the
// model does not have.
template <schema::detail::EntityStruct E, schema::detail::ModelStruct S,
          detail::BridgeWord<E>... Args>
[[nodiscard]] E as_model(const S& object, const Args&... args) {
  using Bridge = schema::detail::Bridge<E, S, Args...>;
  static_assert(Bridge::template check<true>());
  E out{};
  schema::detail::move_members(Bridge::moves(), &object, &out, false);
  (detail::assign_given(out, args), ...);
  return out;
}
// The same with a function of the program in place of names: E make(const S&).
template <schema::detail::EntityStruct E, schema::detail::ModelStruct S, std::invocable<const S&> F>
requires std::same_as<std::invoke_result_t<F, const S&>, E>
[[nodiscard]] E as_model(const S& object, F make) { return make(object); }

// The members of the object into an entity that is there, all or, where one does not fit, none.
// Null for a column that is not nullable is a kindred::ValidationError.
template <schema::detail::ModelStruct S, schema::detail::EntityStruct E,
          detail::BridgeWord<E>... Args>
void apply(const S& object, E& entity, const Args&... args) {
  using Bridge = schema::detail::Bridge<E, S, Args...>;
  static_assert(Bridge::template check<false>());
  schema::detail::move_members(Bridge::moves(), &object, &entity, false);
  (detail::assign_given(entity, args), ...);
}
// Only members that were set: partial updates.
template <schema::detail::ModelStruct S, schema::detail::EntityStruct E,
          detail::BridgeWord<E>... Args>
void apply(const S& object, E& entity, ExcludeUnset, const Args&... args) {
  using Bridge = schema::detail::Bridge<E, S, Args...>;
  static_assert(Bridge::template check<false>());
  schema::detail::move_members(Bridge::moves(), &object, &entity, true);
  (detail::assign_given(entity, args), ...);
}

// The members of an entity, for schema::model_validate. It must outlive the call.
template <schema::detail::EntityStruct E>
[[nodiscard]] schema::Source from(const E& entity) {
  return {schema::detail::source_node<E>(), &entity};
}
template <class E>
requires schema::detail::EntityStruct<std::remove_const_t<E>>
[[nodiscard]] schema::Source from(const Ref<E>& ref) {
  using T = std::remove_const_t<E>;
  return {schema::detail::source_node<T>(), Ref<const T>(ref).operator->()};
}

}  // namespace kindred
