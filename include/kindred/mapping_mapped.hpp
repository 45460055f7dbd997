// Mapped<T, options...>: a member that is a column. It is as large as T and behaves like one.
//
//   User user{.id = 1, .username = "ann"};
//   user.username += "!";                      // the value's operators
//   std::string name = user.username;          // converts
//   user.tags->push_back("x");                 // -> and * reach the value
//   user.bio.value_or("none");                 // optional, container and string basics forward
//
// Where a template must deduce T, say so: std::max<std::int64_t>(user.id, 9), *user.username.
// Transient<T> is a member that is not stored, for types that constant evaluation cannot make
// (others may be plain members).
//
// Threads: a value, as T.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/capture.hpp"
#include "kindred/detail/mapped_storage.hpp"
#include "kindred/fwd.hpp"
#include "kindred/mapping_options.hpp"

namespace kindred {

namespace detail {

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
}  // namespace detail

template <class V, auto... Options>
struct Mapped : detail::ValueStorage<V> {
 private:
  using Storage = detail::ValueStorage<V>;

 public:
  using value_type = V;
  using Storage::value;

  // Value-initialised: 0, empty, null.
  constexpr Mapped() = default;
  template <class U = V>
  requires detail::MakesValue<Mapped, V, U>
  constexpr explicit(!std::is_convertible_v<U, V>) Mapped(U&& from)
      : Storage(std::in_place, std::forward<U>(from)) {}
  template <class U = V>
  requires detail::SetsValue<Mapped, V, U>
  constexpr Mapped& operator=(U&& from) {
    value() = std::forward<U>(from);
    return *this;
  }
  template <class E>
  Mapped(detail::CountingProbe<E>);
  template <class E>
  constexpr Mapped(detail::Probe<E> probe) : Storage(detail::Unmade{}) {
    probe.fields.out[probe.fields.count++] = {this, &detail::facts_of<Mapped>};
  }

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
  constexpr auto size() const requires detail::HasSize<V> { return value().size(); }
  constexpr bool empty() const requires detail::HasSize<V> { return value().empty(); }
  constexpr auto begin() const requires detail::IsRange<V> { return value().begin(); }
  constexpr auto end() const requires detail::IsRange<V> { return value().end(); }
  constexpr auto begin() requires detail::IsRange<V> { return value().begin(); }
  constexpr auto end() requires detail::IsRange<V> { return value().end(); }
  // Optionals and pointers: whether there is a value.
  constexpr explicit operator bool() const noexcept requires detail::AsksForValue<V> {
    return static_cast<bool>(value());
  }
  constexpr bool has_value() const noexcept requires detail::is_optional<V> {
    return value().has_value();
  }
  template <class U>
  constexpr auto value_or(U&& other) const requires detail::is_optional<V> {
    return value().value_or(std::forward<U>(other));
  }
  template <class U>
  requires detail::HasElements<V, U>
  constexpr decltype(auto) operator[](U&& at) {
    return detail::element(value(), std::forward<U>(at));
  }
  template <class U>
  requires detail::HasElements<const V, U>
  constexpr decltype(auto) operator[](U&& at) const {
    return detail::element(value(), std::forward<U>(at));
  }
  template <class U>
  requires detail::CanAdd<V, U>
  constexpr Mapped& operator+=(U&& by) {
    value() += std::forward<U>(by);
    return *this;
  }
  template <class U>
  requires detail::CanSubtract<V, U>
  constexpr Mapped& operator-=(U&& by) {
    value() -= std::forward<U>(by);
    return *this;
  }
  constexpr Mapped& operator++() requires detail::CanStep<V> {
    ++value();
    return *this;
  }
  constexpr Mapped& operator--() requires detail::CanStep<V> {
    --value();
    return *this;
  }

  static consteval detail::FieldFacts describe() { return detail::column_facts<V, Options...>(); }
};

template <class V, auto... O, class W, auto... P>
requires detail::EqualMembers<V, W>
constexpr bool operator==(const Mapped<V, O...>& a, const Mapped<W, P...>& b) {
  return a.value() == b.value();
}
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires detail::CanEqual<V, U>
constexpr bool operator==(const Mapped<V, O...>& a, const U& b) { return a.value() == b; }

// std::optional has templates of its own that would compete.
template <class V, auto... O, class U>
requires detail::is_optional<V>
constexpr bool operator==(const Mapped<V, O...>& a, const std::optional<U>& b) {
  return a.value() == b;
}

template <class V, auto... O, class W, auto... P>
requires detail::OrderedMembers<V, W>
constexpr auto operator<=>(const Mapped<V, O...>& a, const Mapped<W, P...>& b) {
  return a.value() <=> b.value();
}
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires detail::CanOrder<V, U>
constexpr auto operator<=>(const Mapped<V, O...>& a, const U& b) { return a.value() <=> b; }

template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires detail::CanConcatenate<V, U>
constexpr auto operator+(const Mapped<V, O...>& a, const U& b) { return a.value() + b; }
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires detail::CanConcatenate<U, V>
constexpr auto operator+(const U& a, const Mapped<V, O...>& b) { return a + b.value(); }

template <detail::NeedsOperators V, auto... O>
requires detail::CanPrint<V> std::ostream& operator<<(std::ostream& out,
                                                      const Mapped<V, O...>& member) {
  return out << member.value();
}

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
