// How the members of a struct are found, of an entity or of a schema model: in a constant
// evaluation the struct is made from probes, one per initializer, and each member of Kindred's
// notes its own address. Brace elision runs through bases and embedded structs, so there is no
// table of bindings and no limit on members.
//
// Two probe types, because compilers look into constexpr bodies inside requires-expressions: the
// counting one is only declared and instantiates nothing of the members.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/type_name.hpp"

namespace kindred::schema::detail {
struct DeclaredField;
}

namespace kindred::detail {

struct FieldFacts;

// Base of every member that reports itself to the probe. Empty.
struct FieldBase {};

// Under -fsanitize=undefined g++ 12 does not compare pointers with null while compiling: hence the
// bool.
struct FoundField {
  const FieldBase* at;
  const FieldFacts* facts = nullptr;                     // of a column or relationship
  const schema::detail::DeclaredField* field = nullptr;  // of a field of a schema model
  bool is_field = false;
};
struct FoundFields {
  FoundField* out;
  std::size_t count = 0;
};

// Aggregates are not made from one probe: that is what makes braces elide.
template <class U>
concept MadeByProbe =
    !std::is_base_of_v<FieldBase, U> && !(std::is_aggregate_v<U> && !std::is_empty_v<U>);

template <class E>
struct Probe {
  FoundFields& fields;
  template <MadeByProbe U>
  constexpr operator U() const {
    return U{};
  }
  // A member of this type, at this place.
  template <class Member>
  constexpr void note(const FieldBase* at, const FieldFacts* facts) const {
    fields.out[fields.count++] = {at, facts, nullptr, false};
  }
};
template <class E>
struct CountingProbe {
  template <MadeByProbe U>
  operator U() const;
};
template <class T>
inline constexpr bool is_probe = false;
template <class E>
inline constexpr bool is_probe<Probe<E>> = true;
template <class E>
inline constexpr bool is_probe<CountingProbe<E>> = true;

template <class E, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
  return requires { E{((void)I, CountingProbe<E>{})...}; };
}
template <class E, std::size_t N>
consteval std::size_t count_initializers() {
  if constexpr (takes<E>(std::make_index_sequence<N + 1>{})) {
    return count_initializers<E, N + 1>();
  } else {
    return N;
  }
}

template <class E>
consteval bool is_entity_shaped() {
  static_assert(std::is_aggregate_v<E>,
                "an entity must be an aggregate: no constructors of its own, no private or virtual "
                "members (member functions are fine; make it with designated initializers)");
  return std::is_aggregate_v<E>;
}

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
// The union is named and nothing in it is ever destroyed: g++ 12 crashes on addresses that go
// through an unnamed one.
template <class E, std::size_t N, class P = Probe<E>>
struct Specimen {
  FoundField found[N == 0 ? 1 : N]{};
  FoundFields fields{found};
  union Room {
    E object;
    char none;
    constexpr ~Room() {}
  } room;
  template <std::size_t... I>
  constexpr explicit Specimen(std::index_sequence<I...>)
      : room{.object = E{((void)I, P{fields})...}} {}
  constexpr ~Specimen() {}
};
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

template <class E>
consteval std::size_t initializers_of() {
  if constexpr (is_entity_shaped<E>()) {
    return count_initializers<E, 0>();
  } else {
    return 0;
  }
}
template <class E>
inline constexpr Specimen<E, initializers_of<E>()> specimen{
    std::make_index_sequence<initializers_of<E>()>{}};

// The address of a member as a template argument. clang 14 takes no pointers to subobjects there
// unless a struct holds them.
#if defined(__clang__)
struct Place {
  const FieldBase* at;
};
#else
using Place = const FieldBase*;
#endif
template <Place P>
constexpr std::string_view name_at() {
  return last_name(__PRETTY_FUNCTION__);
}

}  // namespace kindred::detail
