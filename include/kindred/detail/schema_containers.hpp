// Containers of the standard library in fields.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kindred/detail/schema_slots.hpp"

namespace kindred::schema::detail {

// Every list is copied item by item where an item has its own way.
template <class C>
void copy_items(C& to, const C& from) {
  to.resize(from.size());
  auto into = to.begin();
  for (const auto& item : from) copy_value(*into++, item);
}
template <class C>
bool equal_items(const C& a, const C& b) {
  if (a.size() != b.size()) return false;
  auto other = b.begin();
  for (const auto& item : a)
    if (!equal_values(item, *other++)) return false;
  return true;
}

template <class C>
struct ListType {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::list;
  using Item = typename C::value_type;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<Item>{});
  }
  static constexpr bool is_indexed = requires(C & c) { c[0]; };

  static void copy(C& to, const C& from) requires has_own_copy<Item> { copy_items(to, from); }
  static bool equal(const C& a, const C& b) requires has_own_copy<Item> {
    return equal_items(a, b);
  }
  static constexpr void fill(Storage& to) {
    if constexpr (!is_indexed) to.begin = [](void* slot, Shape) { at<C>(slot).clear(); };
    to.item = [](void* slot, std::size_t index) -> void* {
      C& items = at<C>(slot);
      if constexpr (is_indexed) {
        if (index < items.size()) return slot_of(items[index]);
        return slot_of(items.emplace_back());
      } else {  // grows by one at a time
        if (index >= items.size()) return slot_of(items.emplace_back());
        return slot_of(*std::next(items.begin(), static_cast<std::ptrdiff_t>(index)));
      }
    };
    if constexpr (requires(C & c) { c.data(); })
      to.items = [](void* slot) -> Storage::Items {
        C& items = at<C>(slot);
        if (items.empty()) return {};
        return {slot_of(items.front()), items.size(), sizeof(Item)};
      };
    to.end = [](void* slot, std::size_t count) { at<C>(slot).resize(count); };
    if constexpr (requires(C & c) { c.reserve(1); })
      to.reserve = [](void* slot, std::size_t count) { at<C>(slot).reserve(count); };
    to.size = [](const void* slot) { return at<C>(slot).size(); };
    to.each = [](const void* slot, FunctionRef<bool(const void*)> visit) {
      for (const auto& item : at<C>(slot))
        if (!visit(slot_of(item))) return;
    };
  }
  static const Node& node(Builder& builder, FieldOptions& options) {
    const bool is_strings = std::is_same_v<C, std::vector<std::string>>;
    Node& out = builder.make(Kind::list, is_strings ? Rep::strings : Rep::other, storage_of<C>);
    out.item = &describe<Item>(builder);
    return builder.settle(out, options);
  }
};
template <class T, class A>
requires(!std::is_same_v<T, bool> &&
         !std::is_same_v<std::vector<T, A>, Bytes>) struct TypeOf<std::vector<T, A>>
    : ListType<std::vector<T, A>> {
};
template <class T, class A>
struct TypeOf<std::deque<T, A>> : ListType<std::deque<T, A>> {};
template <class T, class A>
struct TypeOf<std::list<T, A>> : ListType<std::list<T, A>> {};

template <class C>
struct SetType {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::list;
  using Item = typename C::value_type;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<Item>{});
  }

  static constexpr void fill(Storage& to) {
    to.begin = [](void* slot, Shape) { at<C>(slot).clear(); };
    to.insert = [](void* slot, void* scratch) {
      return at<C>(slot).insert(Item(std::move(at<Stored<Item>>(scratch)))).second;
    };
    to.end = [](void*, std::size_t) {};
    to.size = [](const void* slot) { return at<C>(slot).size(); };
    to.each = [](const void* slot, FunctionRef<bool(const void*)> visit) {
      for (const auto& item : at<C>(slot))
        if (!visit(slot_of(item))) return;
    };
  }
  static const Node& node(Builder& builder, FieldOptions& options) {
    Node& out = builder.make(Kind::list, Rep::other, storage_of<C>);
    out.form = Sequence::Form::set;
    out.item = &describe<Item>(builder);
    return builder.settle(out, options);
  }
};
template <class T, class C, class A>
struct TypeOf<std::set<T, C, A>> : SetType<std::set<T, C, A>> {};
template <class T, class H, class E, class A>
struct TypeOf<std::unordered_set<T, H, E, A>> : SetType<std::unordered_set<T, H, E, A>> {};

// Keys are scalars: they are validated as Values and put in.
template <class C>
struct MapType {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::dict;
  using Key = typename C::key_type;
  using Mapped = typename C::mapped_type;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<Key>{});
    f(std::type_identity<Mapped>{});
  }

  static void copy(C& to, const C& from) requires has_own_copy<Mapped> {
    to.clear();
    for (const auto& [key, value] : from) copy_value(to[key], value);
  }
  static bool equal(const C& a, const C& b) requires has_own_copy<Mapped> {
    if (a.size() != b.size()) return false;
    for (const auto& [key, value] : a) {
      const auto other = b.find(key);
      if (other == b.end() || !equal_values(value, other->second)) return false;
    }
    return true;
  }
  static constexpr void fill(Storage& to) {
    to.begin = [](void* slot, Shape) { at<C>(slot).clear(); };
    to.end = [](void*, std::size_t) {};
    to.size = [](const void* slot) { return at<C>(slot).size(); };
    to.entry = [](void* slot, Value&& key) -> void* {
      Key made{};
      if (!TypeOf<Stored<Key>>::put(Slot<Key>::of(made), std::move(key))) return nullptr;
      return slot_of(at<C>(slot)[std::move(made)]);
    };
    to.erase = [](void* slot, const Value& key) {
      Key made{};
      if (TypeOf<Stored<Key>>::put(Slot<Key>::of(made), Value(key))) at<C>(slot).erase(made);
    };
    to.each_entry = [](const void* slot, FunctionRef<bool(const Value&, const void*)> visit) {
      for (const auto& [key, value] : at<C>(slot))
        if (!visit(TypeOf<Stored<Key>>::get(Slot<Key>::of(key)), slot_of(value))) return;
    };
  }
  static const Node& node(Builder& builder, FieldOptions& options) {
    Node& out = builder.make(Kind::dict, Rep::other, storage_of<C>);
    out.key = &builder.own_key(describe<Key>(builder));
    out.item = &describe<Mapped>(builder);
    return builder.settle(out, options);
  }
};
template <class K, class T, class C, class A>
struct TypeOf<std::map<K, T, C, A>> : MapType<std::map<K, T, C, A>> {};
template <class K, class T, class H, class E, class A>
struct TypeOf<std::unordered_map<K, T, H, E, A>> : MapType<std::unordered_map<K, T, H, E, A>> {};

// ---- tuples: pair, tuple, array

template <class C, class Sequence>
struct TupleType;
template <class C, std::size_t... I>
struct TupleType<C, std::index_sequence<I...>> {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::tuple;
  template <std::size_t N>
  using Item = std::tuple_element_t<N, C>;
  template <class F>
  static constexpr void each_part(F&& f) {
    (f(std::type_identity<Item<I>>{}), ...);
  }

  static void copy(C& to, const C& from) requires(has_own_copy<Item<I>> || ...) {
    (copy_value(std::get<I>(to), std::get<I>(from)), ...);
  }
  static bool equal(const C& a, const C& b) requires(has_own_copy<Item<I>> || ...) {
    return (equal_values(std::get<I>(a), std::get<I>(b)) && ...);
  }
  static constexpr void fill(Storage& to) {
    to.begin = [](void*, Shape) {};
    to.item = []([[maybe_unused]] void* slot, [[maybe_unused]] std::size_t index) -> void* {
      void* out = nullptr;
      (void)((I == index && (out = slot_of(std::get<I>(at<C>(slot))), true)) || ...);
      return out;
    };
    to.end = [](void*, std::size_t) {};
    to.size = [](const void*) { return sizeof...(I); };
    to.each = []([[maybe_unused]] const void* slot,
                 [[maybe_unused]] FunctionRef<bool(const void*)> visit) {
      (void)(visit(slot_of(std::get<I>(at<C>(slot)))) && ...);
    };
  }
  static const Node& node(Builder& builder, FieldOptions& options) {
    Node& out = builder.make(Kind::tuple, Rep::other, storage_of<C>);
    out.form = Sequence::Form::tuple;
    out.items = {&describe<Item<I>>(builder)...};
    return builder.settle(out, options);
  }
};
template <class A, class B>
struct TypeOf<std::pair<A, B>> : TupleType<std::pair<A, B>, std::index_sequence<0, 1>> {};
template <class... T>
struct TypeOf<std::tuple<T...>> : TupleType<std::tuple<T...>, std::index_sequence_for<T...>> {};
template <class T, std::size_t N>
struct TypeOf<std::array<T, N>> : TupleType<std::array<T, N>, std::make_index_sequence<N>> {};

}  // namespace kindred::schema::detail
