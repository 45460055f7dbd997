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

template <class V, auto... Options>
struct Mapped : detail::ValueStorage<V> {
 private:
  using Storage = detail::ValueStorage<V>;
  template <class U>
  static constexpr bool is_foreign = !std::is_base_of_v<Mapped, std::remove_cvref_t<U>> &&
                                     !detail::is_probe<std::remove_cvref_t<U>>;

 public:
  using value_type = V;
  using Storage::value;

  // Value-initialised: 0, empty, null.
  constexpr Mapped() = default;
  template <class U = V>
  requires(is_foreign<U>&& std::is_constructible_v<V, U>) constexpr explicit(
      !std::is_convertible_v<U, V>) Mapped(U&& from)
      : Storage(std::in_place, std::forward<U>(from)) {}
  template <class U>
  requires(is_foreign<U>&& std::is_assignable_v<V&, U>) constexpr Mapped& operator=(U&& from) {
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
  constexpr auto size() const requires requires(const V& v) { v.size(); }
  { return value().size(); }
  constexpr bool empty() const requires requires(const V& v) { v.empty(); }
  { return value().empty(); }
  constexpr auto begin() const requires requires(const V& v) { v.begin(); }
  { return value().begin(); }
  constexpr auto end() const requires requires(const V& v) { v.end(); }
  { return value().end(); }
  constexpr auto begin() requires requires(V& v) { v.begin(); }
  { return value().begin(); }
  constexpr auto end() requires requires(V& v) { v.end(); }
  { return value().end(); }
  // Optionals and pointers: whether there is a value.
  constexpr explicit operator bool() const noexcept
      requires(!std::is_arithmetic_v<V> && !std::is_enum_v<V> &&
               std::is_constructible_v<bool, const V&>) {
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
  constexpr decltype(auto) operator[](U&& at) requires requires(V& v) {
    v[at];
  }
  { return value()[std::forward<U>(at)]; }
  template <class U>
  constexpr decltype(auto) operator[](U&& at) const requires requires(const V& v) {
    v[at];
  }
  { return value()[std::forward<U>(at)]; }
  template <class U>
  constexpr Mapped& operator+=(U&& by) requires requires(V& v) {
    v += by;
  }
  {
    value() += std::forward<U>(by);
    return *this;
  }
  template <class U>
  constexpr Mapped& operator-=(U&& by) requires requires(V& v) {
    v -= by;
  }
  {
    value() -= std::forward<U>(by);
    return *this;
  }
  constexpr Mapped& operator++() requires requires(V& v) { ++v; }
  {
    ++value();
    return *this;
  }
  constexpr Mapped& operator--() requires requires(V& v) { --v; }
  {
    --value();
    return *this;
  }

  static consteval detail::FieldFacts describe() { return detail::column_facts<V, Options...>(); }
};

// Arithmetic values convert and use the language's operators; the others get theirs here.
namespace detail {
template <class V>
concept NeedsOperators = !std::is_arithmetic_v<V>;
template <class U>
concept NotAField = !std::is_base_of_v<FieldBase, U>;
}  // namespace detail

template <class V, auto... O, class W, auto... P>
requires((detail::NeedsOperators<V> ||
          detail::NeedsOperators<W>)&&requires(const V& a, const W& b) { a == b; }) constexpr bool
operator==(const Mapped<V, O...>& a, const Mapped<W, P...>& b) {
  return a.value() == b.value();
}
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires requires(const V& a, const U& b) { a == b; }
constexpr bool operator==(const Mapped<V, O...>& a, const U& b) { return a.value() == b; }

template <class V, auto... O, class W, auto... P>
requires((detail::NeedsOperators<V> ||
          detail::NeedsOperators<W>)&&requires(const V& a, const W& b) { a <=> b; }) constexpr auto
operator<=>(const Mapped<V, O...>& a, const Mapped<W, P...>& b) {
  return a.value() <=> b.value();
}
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires requires(const V& a, const U& b) { a <=> b; }
constexpr auto operator<=>(const Mapped<V, O...>& a, const U& b) { return a.value() <=> b; }

template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires requires(const V& a, const U& b) { a + b; }
constexpr auto operator+(const Mapped<V, O...>& a, const U& b) { return a.value() + b; }
template <detail::NeedsOperators V, auto... O, detail::NotAField U>
requires requires(const U& a, const V& b) { a + b; }
constexpr auto operator+(const U& a, const Mapped<V, O...>& b) { return a + b.value(); }

template <detail::NeedsOperators V, auto... O>
requires requires(std::ostream& out, const V& v) { out << v; }
std::ostream& operator<<(std::ostream& out, const Mapped<V, O...>& member) {
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
  requires(!std::is_base_of_v<Transient, std::remove_cvref_t<U>> &&
           !detail::is_probe<std::remove_cvref_t<U>> &&
           std::is_constructible_v<V, U>) constexpr explicit(!std::is_convertible_v<U, V>)
      Transient(U&& from)
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
