// Types in fields that hold others: optional and pointers, variants, Json.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "kindred/detail/schema_slots.hpp"

namespace kindred::schema::detail {

// The entries of the held type, but for those of whole slots.
constexpr void fill_whole_of(Storage& holder, const Storage& held) {
  Storage out = held;
  out.copy = holder.copy;
  out.equal = holder.equal;
  out.make = holder.make;
  out.drop = holder.drop;
  holder = out;
}
// Of a tagged union: the values of the discriminator that lead to alternative A.
template <class A>
void add_tags(Choice& choice, const std::string& discriminator, Node& to);

// ---- nothing or a T: null in JSON

template <class H, class T>
struct HolderType {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  using Held = T;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<T>{});
  }
  static constexpr Kind kind = TypeOf<Stored<T>>::kind;

  static T& open(H& holder) {
    if (!holder) make(holder);
    return *holder;
  }
  static void make(H& holder) {
    if constexpr (requires { holder.emplace(); })
      holder.emplace();
    else
      holder = H(new T{});
  }
  static constexpr Through through{
      [](void* slot) { return slot_of(open(at<H>(slot))); },
      [](void* slot) { at<H>(slot).reset(); },
      [](const void* slot) -> const void* {
        const H& holder = at<H>(slot);
        return holder ? slot_of(std::as_const(*holder)) : nullptr;
      },
  };
  static void copy(H& to, const H& from) {
    if (!from) return to.reset();
    if constexpr (requires { to.use_count(); }) to.reset();  // others may share what it held
    copy_value(open(to), std::as_const(*from));
  }
  static bool equal(const H& a, const H& b) {
    if (!a || !b) return !a && !b;
    return equal_values(std::as_const(*a), std::as_const(*b));
  }
  static constexpr void fill(Storage& to) { fill_whole_of(to, storage_of<Stored<T>>); }
  static const Node& node(Builder& builder, FieldOptions& options) {
    FieldOptions inner = options.inner();
    Node& out = builder.through(describe<T>(builder, inner), through, storage_of<H>, true);
    if (std::is_same_v<H, std::optional<std::string>>) out.rep = Rep::opt_string;
    return out;
  }
};
template <class T>
struct TypeOf<std::optional<T>> : HolderType<std::optional<T>, T> {};
template <class T>
struct TypeOf<std::unique_ptr<T>> : HolderType<std::unique_ptr<T>, T> {};
template <class T>
struct TypeOf<std::shared_ptr<T>> : HolderType<std::shared_ptr<T>, T> {};

// ---- one of several

template <class V, class Sequence>
struct VariantType;
// A std::monostate among the alternatives makes the others nullable; it is no branch.
template <class... T, std::size_t... I>
struct VariantType<std::variant<T...>, std::index_sequence<I...>> {
  using V = std::variant<T...>;
  template <class F>
  static constexpr void each_part(F&& f) {
    (f(std::type_identity<T>{}), ...);
  }
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::union_;
  static constexpr std::size_t none = sizeof...(T);
  static constexpr std::array<bool, sizeof...(T)> is_none{std::is_same_v<T, std::monostate>...};
  static constexpr std::size_t null_at = [] {
    for (std::size_t i = 0; i < none; ++i)
      if (is_none[i]) return i;
    return none;
  }();
  static constexpr std::size_t alternative_of(std::size_t branch) {
    return branch < null_at ? branch : branch + 1;
  }
  static constexpr std::size_t branch_of(std::size_t alternative) {
    return alternative < null_at ? alternative : alternative - 1;
  }
  template <std::size_t N>
  using Alternative = std::variant_alternative_t<N, V>;

  template <std::size_t N>
  static void copy_one(V& to, const V& from) {
    if (to.index() != N) to.template emplace<N>();
    copy_value(std::get<N>(to), std::get<N>(from));
  }
  static void copy(V& to, const V& from) requires(has_own_copy<T> || ...) {
    (void)((from.index() == I && (copy_one<I>(to, from), true)) || ...);
  }
  static bool equal(const V& a, const V& b) requires(has_own_copy<T> || ...) {
    return a.index() == b.index() &&
           ((a.index() == I && equal_values(std::get<I>(a), std::get<I>(b))) || ...);
  }
  template <std::size_t N>
  static void take(V& to, void* scratch) {
    using A = Alternative<N>;
    to.template emplace<N>(A(std::move(at<Stored<A>>(scratch))));
  }
  template <std::size_t N>
  static const void* held(const V& from) {
    return slot_of(std::get<N>(from));
  }
  template <std::size_t N>
  static void* emplace(V& to) {
    if (to.index() != N) to.template emplace<N>();
    return slot_of(std::get<N>(to));
  }
  static void* emplace_at(void* slot, std::size_t alternative) {
    void* out = nullptr;
    (void)((alternative == I && (out = emplace<I>(at<V>(slot)), true)) || ...);
    return out;
  }
  static void set_null(void* slot) {
    if constexpr (null_at != none) at<V>(slot).template emplace<null_at>();
  }
  static const void* held_at(const void* slot) {
    const void* out = nullptr;
    (void)((at<V>(slot).index() == I && (out = held<I>(at<V>(slot)), true)) || ...);
    return out;
  }
  // Of several, and of one beside std::monostate.
  static constexpr Through through{
      [](void* slot) { return slot; },
      &set_null,
      [](const void* slot) -> const void* {
        return at<V>(slot).index() == null_at ? nullptr : slot;
      },
  };
  static constexpr bool is_single = sizeof...(T) == (null_at == none ? 1 : 2);
  static constexpr std::size_t single_at = null_at == 0 ? 1 : 0;
  static constexpr Through single_through{
      [](void* slot) { return emplace_at(slot, single_at); },
      &set_null,
      [](const void* slot) -> const void* {
        return at<V>(slot).index() == null_at ? nullptr : held_at(slot);
      },
  };
  static constexpr void fill(Storage& to) {
    if constexpr (is_single) {
      fill_whole_of(to, storage_of<Stored<Alternative<single_at>>>);
      return;
    }
    to.take = [](void* slot, int branch, void* scratch) {
      const std::size_t wanted = alternative_of(static_cast<std::size_t>(branch));
      (void)((wanted == I && (take<I>(at<V>(slot), scratch), true)) || ...);
    };
    to.which = [](const void* slot) { return static_cast<int>(branch_of(at<V>(slot).index())); };
    to.held = &held_at;
    to.emplace = [](void* slot, int branch) {
      return emplace_at(slot, alternative_of(static_cast<std::size_t>(branch)));
    };
  }
  template <std::size_t N>
  static void add_choice(Builder& builder, Node& to, const std::string& discriminator) {
    if constexpr (!is_none[N]) {
      Choice choice;
      choice.node = &describe<Alternative<N>>(builder);
      choice.label = label_of(*choice.node);
      if (!discriminator.empty()) add_tags<Stored<Alternative<N>>>(choice, discriminator, to);
      to.choices.push_back(std::move(choice));
    }
  }
  static const Node& node(Builder& builder, FieldOptions& options) {
    if constexpr (is_single) {
      FieldOptions inner = options.inner();
      const Node& held = describe<Alternative<single_at>>(builder, inner);
      return builder.through(held, single_through, storage_of<V>, null_at != none);
    }
    const bool is_tagged = !options.discriminator.empty();
    Node& out = builder.make(is_tagged ? Kind::tagged : Kind::union_, Rep::other, storage_of<V>);
    (add_choice<I>(builder, out, options.discriminator), ...);
    out.left_to_right = options.left_to_right;
    if constexpr (null_at != none) {
      out.nullable = true;
      out.through = &through;
    }
    return builder.settle(out, options);
  }
};
template <class... T>
struct TypeOf<std::variant<T...>> : VariantType<std::variant<T...>, std::index_sequence_for<T...>> {
};

// ---- a text that holds JSON

template <class T>
struct TypeOf<Json<T>> {
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::json;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<T>{});
  }
  static void copy(Json<T>& to, const Json<T>& from) { copy_value(to.value, from.value); }
  static bool equal(const Json<T>& a, const Json<T>& b) { return equal_values(a.value, b.value); }
  static constexpr void fill(Storage&) {}
  static const Node& node(Builder& builder, FieldOptions& options) {
    Node& out = builder.make(Kind::json, Rep::other, storage_of<Json<T>>);
    out.item = &describe<T>(builder);
    return builder.settle(out, options);
  }
};

}  // namespace kindred::schema::detail
