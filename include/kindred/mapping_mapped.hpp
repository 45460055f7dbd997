// Mapped<T, options...>: a member that is a column. It is as large as T and behaves like one.
//
//   User user{.id = 1, .username = "ann"};
//   user.username += "!";                      // the value's operators
//   std::string name = user.username;          // converts
//   user.tags->push_back("x");                 // -> and * reach the value
//   user.bio.value_or("none");                 // optional, container and string basics forward
//
// Where a template must deduce T, say so: std::max<std::int64_t>(user.id, 9), *user.username.
// Transient<T> (detail/member_value.hpp) is a member that is not stored, for types that constant
// evaluation cannot make (others may be plain members).
//
// Threads: a value, as T.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "kindred/detail/capture.hpp"
#include "kindred/detail/mapped_storage.hpp"
#include "kindred/detail/member_value.hpp"
#include "kindred/fwd.hpp"
#include "kindred/mapping_options.hpp"

namespace kindred {

template <class V, auto... Options>
struct Mapped : detail::MemberValue<V> {
 private:
  using Storage = detail::MemberValue<V>;

 public:
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
    probe.template note<Mapped>(this, &detail::facts_of<Mapped>);
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

}  // namespace kindred
