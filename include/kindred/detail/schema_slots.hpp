// What every type's Storage has: copies, comparisons, and the slots of annotated types.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "kindred/detail/schema_scalars.hpp"

namespace kindred::schema::detail {

// The type that lies in the slot, and where the slot begins: of Annotated what it annotates.
template <class T>
struct Slot {
  using type = T;
  static T& of(T& object) { return object; }
  static const T& of(const T& object) { return object; }
};
template <class T, auto... O>
struct Slot<Annotated<T, O...>> {
  using type = typename Slot<T>::type;
  static type& of(Annotated<T, O...>& object) { return Slot<T>::of(object.value()); }
  static const type& of(const Annotated<T, O...>& object) { return Slot<T>::of(object.value()); }
};
template <class T>
using Stored = typename Slot<T>::type;
template <class T>
void* slot_of(T& object) {
  return std::addressof(Slot<T>::of(object));
}
template <class T>
const void* slot_of(const T& object) {
  return std::addressof(Slot<T>::of(object));
}

template <class T>
T& at(void* slot) {
  return *static_cast<T*>(slot);
}
template <class T>
const T& at(const void* slot) {
  return *static_cast<const T*>(slot);
}

// ---- copies and comparisons. Models know theirs (a copy constructor may be missing, an == too),
// so everything that may hold one goes item by item.

template <class T>
inline constexpr bool has_own_copy = requires(Stored<T>& to, const Stored<T>& from) {
  TypeOf<Stored<T>>::copy(to, from);
};
template <class T>
void copy_value(T& to, const T& from) {
  if constexpr (has_own_copy<T>)
    TypeOf<Stored<T>>::copy(Slot<T>::of(to), Slot<T>::of(from));
  else
    to = from;
}
template <class T>
bool equal_values(const T& a, const T& b) {
  if constexpr (has_own_copy<T>)
    return TypeOf<Stored<T>>::equal(Slot<T>::of(a), Slot<T>::of(b));
  else if constexpr (std::is_floating_point_v<T>)
    return a == b || (a != a && b != b);
  else
    return a == b;
}

// `T` is what lies in the slot.
template <class T>
constexpr void add_whole(Storage& to) {
  to.copy = [](void* into, const void* from) { copy_value(at<T>(into), at<T>(from)); };
  to.equal = [](const void* a, const void* b) { return equal_values(at<T>(a), at<T>(b)); };
  to.make = []() -> void* { return new T{}; };
  to.drop = [](void* scratch) { delete static_cast<T*>(scratch); };
}

template <class T>
constexpr Storage make_storage() {
  Storage out;
  add_whole<T>(out);
  if constexpr (TypeOf<T>::is_scalar) {
    out.put = [](void* slot, Value&& value) {
      return TypeOf<T>::put(at<T>(slot), std::move(value));
    };
    out.get = [](const void* slot) { return TypeOf<T>::get(at<T>(slot)); };
  } else {
    TypeOf<T>::fill(out);
  }
  return out;
}
// Of a type without annotations.
template <class T>
inline constexpr Storage storage_of = make_storage<T>();
template <class T>
requires std::is_enum_v<T>
inline constexpr Storage storage_by_value = [] {
  Storage out = make_storage<T>();
  out.get = [](const void* slot) { return TypeOf<T>::get_by_value(at<T>(slot)); };
  return out;
}();

// ---- describing

// A node for a T, annotated or not, with the words in `options` behind it.
template <class T>
const Node& describe(Builder& builder, FieldOptions& options);
template <class T>
const Node& describe(Builder& builder) {
  FieldOptions none;
  return describe<T>(builder, none);
}

}  // namespace kindred::schema::detail
