// What every member that stands for a value can do with it: Mapped of entities, Field of schema
// models.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/mapped_storage.hpp"
#include "kindred/detail/optional_of.hpp"
#include "kindred/detail/probe.hpp"

namespace kindred::detail {

template <class V>
concept HasSize = requires(const V& v) {
  v.size();
  v.empty();
};
template <class V>
concept IsRange = requires(V& v, const V& c) {
  v.begin();
  v.end();
  c.begin();
};
template <class V>
concept AsksForValue =
    !std::is_arithmetic_v<V> && !std::is_enum_v<V> && std::is_constructible_v<bool, const V&>;
template <class V, class U>
concept HasElements = requires(V& v, U&& at) {
  v[std::forward<U>(at)];
};
template <class V, class U>
concept CanAdd = requires(V& v, U&& by) {
  v += std::forward<U>(by);
};
template <class V, class U>
concept CanSubtract = requires(V& v, U&& by) {
  v -= std::forward<U>(by);
};
template <class V>
concept CanStep = requires(V& v) {
  ++v;
  --v;
};
template <class A, class B>
concept CanEqual = requires(const A& a, const B& b) {
  a == b;
};
template <class A, class B>
concept CanOrder = requires(const A& a, const B& b) {
  a <=> b;
};
template <class A, class B>
concept CanConcatenate = requires(const A& a, const B& b) {
  a + b;
};
template <class V>
concept CanPrint = requires(std::ostream& out, const V& v) {
  out << v;
};
// Arithmetic values convert and use the language's operators; the others get theirs here.
template <class V>
concept NeedsOperators = !std::is_arithmetic_v<V>;
template <class V, class W>
concept EqualMembers = CanEqual<V, W> &&(NeedsOperators<V> || NeedsOperators<W>);
template <class V, class W>
concept OrderedMembers = CanOrder<V, W> &&(NeedsOperators<V> || NeedsOperators<W>);
// A value from outside, for a V.
template <class Member, class V, class U>
concept MakesValue = !std::is_base_of_v<Member, std::remove_cvref_t<U>> &&
                     !is_probe<std::remove_cvref_t<U>> && std::is_constructible_v<V, U>;
template <class Member, class V, class U>
concept SetsValue = !std::is_base_of_v<Member, std::remove_cvref_t<U>> &&
                    !is_probe<std::remove_cvref_t<U>> && std::is_assignable_v<V&, U>;
template <class U>
concept NotAField = !std::is_base_of_v<FieldBase, U>;

// container[at], where a literal such as 0 may stand for a position of another sign.
template <class C, class U>
constexpr decltype(auto) element(C& container, U&& at) {
  if constexpr (
      std::is_integral_v<std::remove_cvref_t<U>> && !requires { typename C::key_type; } &&
      requires { typename C::size_type; }) {
    return container[static_cast<typename C::size_type>(at)];
  } else {
    return container[std::forward<U>(at)];
  }
}

// Reading, and changing in place. Making, assigning and what else a change means are the derived
// member's.
template <class V>
struct MemberValue : ValueStorage<V> {
  using value_type = V;
  using ValueStorage<V>::ValueStorage;
  using ValueStorage<V>::value;
  constexpr MemberValue() = default;

  constexpr operator const V&() const noexcept { return value(); }
  constexpr operator V&() noexcept { return value(); }
  operator std::string_view() const noexcept requires std::same_as<V, std::string> {
    return value();
  }
  constexpr V& operator*() noexcept { return value(); }
  constexpr const V& operator*() const noexcept { return value(); }
  constexpr V* operator->() noexcept { return std::addressof(value()); }
  constexpr const V* operator->() const noexcept { return std::addressof(value()); }

  // The value's own commonest members, where it has them.
  constexpr auto size() const requires HasSize<V> { return value().size(); }
  constexpr bool empty() const requires HasSize<V> { return value().empty(); }
  constexpr auto begin() const requires IsRange<V> { return value().begin(); }
  constexpr auto end() const requires IsRange<V> { return value().end(); }
  constexpr auto begin() requires IsRange<V> { return value().begin(); }
  constexpr auto end() requires IsRange<V> { return value().end(); }
  // Optionals and pointers: whether there is a value.
  constexpr explicit operator bool() const noexcept requires AsksForValue<V> {
    return static_cast<bool>(value());
  }
  constexpr bool has_value() const noexcept requires is_optional<V> { return value().has_value(); }
  template <class U>
  constexpr auto value_or(U&& other) const requires is_optional<V> {
    return value().value_or(std::forward<U>(other));
  }
  template <class U>
  requires HasElements<V, U>
  constexpr decltype(auto) operator[](U&& at) { return element(value(), std::forward<U>(at)); }
  template <class U>
  requires HasElements<const V, U>
  constexpr decltype(auto) operator[](U&& at) const {
    return element(value(), std::forward<U>(at));
  }
};

template <class V, class W>
requires EqualMembers<V, W>
constexpr bool operator==(const MemberValue<V>& a, const MemberValue<W>& b) {
  return a.value() == b.value();
}
template <NeedsOperators V, NotAField U>
requires CanEqual<V, U>
constexpr bool operator==(const MemberValue<V>& a, const U& b) { return a.value() == b; }

// std::optional has templates of its own that would compete.
template <class V, class U>
requires is_optional<V>
constexpr bool operator==(const MemberValue<V>& a, const std::optional<U>& b) {
  return a.value() == b;
}

template <class V, class W>
requires OrderedMembers<V, W>
constexpr auto operator<=>(const MemberValue<V>& a, const MemberValue<W>& b) {
  return a.value() <=> b.value();
}
template <NeedsOperators V, NotAField U>
requires CanOrder<V, U>
constexpr auto operator<=>(const MemberValue<V>& a, const U& b) { return a.value() <=> b; }

template <NeedsOperators V, NotAField U>
requires CanConcatenate<V, U>
constexpr auto operator+(const MemberValue<V>& a, const U& b) { return a.value() + b; }
template <NeedsOperators V, NotAField U>
requires CanConcatenate<U, V>
constexpr auto operator+(const U& a, const MemberValue<V>& b) { return a + b.value(); }

template <NeedsOperators V>
requires CanPrint<V> std::ostream& operator<<(std::ostream& out, const MemberValue<V>& member) {
  return out << member.value();
}

}  // namespace kindred::detail

namespace kindred {

// A member that is not stored, or no field: for types that constant evaluation cannot make (others
// may be plain members).
template <class V>
struct Transient : detail::ValueStorage<V> {
 private:
  using Storage = detail::ValueStorage<V>;

 public:
  using value_type = V;
  using Storage::value;
  constexpr Transient() = default;
  template <class U = V>
  requires detail::MakesValue<Transient, V, U>
  constexpr explicit(!std::is_convertible_v<U, V>) Transient(U&& from)
      : Storage(std::in_place, std::forward<U>(from)) {}
  template <class E>
  Transient(detail::CountingProbe<E>);
  template <class E>
  constexpr Transient(detail::Probe<E>) : Storage(detail::Unmade{}) {}
  constexpr V& operator*() noexcept { return value(); }
  constexpr const V& operator*() const noexcept { return value(); }
  constexpr V* operator->() noexcept { return std::addressof(value()); }
  constexpr const V* operator->() const noexcept { return std::addressof(value()); }
};

}  // namespace kindred
