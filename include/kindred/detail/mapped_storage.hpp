// How a member holds its value: as a plain one where constant evaluation can make it,
// otherwise in a union that only run time fills. std::string, for one, is no constant type in clang
// with libstdc++ 12.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "kindred/detail/probe.hpp"
#include "kindred/detail/scalar.hpp"

namespace kindred::detail {

struct Unmade {};  // asks for a member that constant evaluation only wants the address of

template <class V>
struct PlainValue : FieldBase {
  V held{};
  constexpr PlainValue() = default;
  constexpr explicit PlainValue(Unmade) {}
  template <class U>
  constexpr PlainValue(std::in_place_t, U&& from) : held(std::forward<U>(from)) {}
  constexpr V& value() noexcept { return held; }
  constexpr const V& value() const noexcept { return held; }
};

// clang 14 wants members with a constant destructor in a literal union.
#if defined(__clang__) && __clang_major__ < 16
template <class V>
union Room {
  alignas(V) std::byte raw[sizeof(V)];
  char none;
  constexpr Room() : none{} {}
  V& get() { return *std::launder(reinterpret_cast<V*>(raw)); }
  const V& get() const { return *std::launder(reinterpret_cast<const V*>(raw)); }
};
#else
template <class V>
union Room {
  V made;
  char none;
  constexpr Room() : none{} {}
  constexpr ~Room() {}
  V& get() { return made; }
  const V& get() const { return made; }
};
#endif

template <class V>
struct HeldValue : FieldBase {
  Room<V> room;

  HeldValue() { make(); }
  constexpr explicit HeldValue(Unmade) {}
  template <class U>
  HeldValue(std::in_place_t, U&& from) {
    make(std::forward<U>(from));
  }
  HeldValue(const HeldValue& other) requires std::is_copy_constructible_v<V> {
    make(other.value());
  }
  HeldValue(HeldValue&& other) noexcept(std::is_nothrow_move_constructible_v<V>) {
    make(std::move(other.value()));
  }
  HeldValue& operator=(const HeldValue& other) requires std::is_copy_assignable_v<V> {
    value() = other.value();
    return *this;
  }
  HeldValue& operator=(HeldValue&& other) noexcept(std::is_nothrow_move_assignable_v<V>) {
    value() = std::move(other.value());
    return *this;
  }
  constexpr ~HeldValue() {
    if (!std::is_constant_evaluated()) value().~V();
  }
  V& value() noexcept { return room.get(); }
  const V& value() const noexcept { return room.get(); }

 private:
  template <class... A>
  void make(A&&... from) {
    ::new (static_cast<void*>(std::addressof(room))) V(std::forward<A>(from)...);
  }
};

// Decided by kind, not by asking whether V{} is constant: that question cannot be answered for a
// struct nested in the entity that is still being defined.
template <class V>
inline constexpr bool is_plain = IsScalar<V>;
template <class T>
inline constexpr bool is_plain<std::optional<T>> = IsScalar<T>;
template <class V>
using ValueStorage = std::conditional_t<is_plain<V>, PlainValue<V>, HeldValue<V>>;

}  // namespace kindred::detail
