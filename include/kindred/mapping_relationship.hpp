// Relationship<T, options...>: a named way to other rows.
//
//   Relationship<User, back_populates("posts")>                     author;     // to one
//   Relationship<std::vector<Post>, back_populates("author")>       posts;      // to many
//   Relationship<std::map<std::string, Note>, keyed_by("title")>    notes;      // by a column
//   Relationship<std::vector<Tag>, secondary<"post_tags">>          tags;       // many to many
//
// std::vector, std::set and std::map say what it looks like; each is a set of objects in order of
// appending (adding a member again does nothing). The foreign key that joins the two entities is
// found by the Registry.
//
// A relationship is live in an object behind a Ref: both sides agree at once, with a session or
// without; in a session it loads itself on first use. In a plain value it can be given at
// construction (Post{.author = ann}); reading it there throws UsageError with the remedy, never an
// empty result. Copying an entity copies its columns only, so `auto a = post->author` makes a plain
// value: write `Ref<User> a = post->author`.
//
// Through Ref<const T> relationships read and give Ref<const ...>. References and iterators into a
// collection hold until it changes. Errors of reading: UsageError (a plain value; null where an
// object is needed; loading is forbidden), DetachedError (not loaded, and no session), storage
// errors. Of changing: UsageError (a deleted object, one of another session, null in a collection,
// single_parent), and what validators of the session throw; nothing is changed then.
// Threads: as Ref.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/capture.hpp"
#include "kindred/detail/column_codec.hpp"
#include "kindred/detail/relationship_slot.hpp"
#include "kindred/error.hpp"
#include "kindred/fwd.hpp"
#include "kindred/mapping_options.hpp"
#include "kindred/ref.hpp"

namespace kindred {

namespace detail {

template <class T>
struct RelationTarget {
  using type = T;
  static constexpr bool collection = false;
  static constexpr bool keyed = false;
  using key = void;
};
template <class T, class A>
struct RelationTarget<std::vector<T, A>> {
  using type = T;
  static constexpr bool collection = true;
  static constexpr bool keyed = false;
  using key = void;
};
template <class T, class C, class A>
struct RelationTarget<std::set<T, C, A>> : RelationTarget<std::vector<T>> {};
template <class K, class T, class C, class A>
struct RelationTarget<std::map<K, T, C, A>> {
  using type = T;
  static constexpr bool collection = true;
  static constexpr bool keyed = true;
  using key = K;
};

template <class C, auto... Options>
consteval FieldFacts relation_facts() {
  using Target = RelationTarget<C>;
  FactsBuilder builder;
  RelationFacts& facts = builder.facts.relation;
  facts.target = type_id<typename Target::type>;
  facts.target_name = plain_type_name<typename Target::type>;
  facts.target_mapper = &mapper_of<typename Target::type>;
  facts.collection = Target::collection;
  facts.keyed = Target::keyed;
  if constexpr (Target::keyed) {
    facts.map_key = type_id<typename Target::key>;
    facts.map_key_name = plain_type_name<typename Target::key>;
  }
  (OptionTraits<Options>::add(builder), ...);
  return builder.facts;
}

// A Ref is exactly one State*: the members of a collection are seen as Refs in place.
template <class T>
std::span<const Ref<T>> as_refs(std::span<State* const> states) {
  return {reinterpret_cast<const Ref<T>*>(states.data()), states.size()};
}
template <class R, class T>
concept RefTo = std::is_convertible_v<const R&, Ref<T>> && requires(const R& r) {
  r.state();
};
template <class C>
concept ToMany = RelationTarget<C>::collection;

// The bytes under which a map finds its members: those of the column.
template <class K>
std::string keyed_bytes(const K& key) {
  Buffer out;
  (void)append_member(&key, ColumnCodec<K, ExplicitType{}>::codec(), out);
  return std::string(out.view());
}

}  // namespace detail

// ---- to one

template <class T, auto... Options>
struct Relationship : detail::RelationshipSlot {
  using target = T;
  static constexpr bool collection = false;

  constexpr Relationship() = default;
  template <class E>
  Relationship(detail::CountingProbe<E>);
  template <class E>
  constexpr Relationship(detail::Probe<E> probe) {
    probe.template note<Relationship>(this, &detail::facts_of<Relationship>);
  }
  template <detail::RefTo<T> R>
  Relationship(const R& ref) {
    detail::set_one(*this, ref.state());
  }
  template <std::same_as<T> V>
  Relationship(V&& value) : Relationship(make_ref(std::move(value))) {}
  constexpr Relationship(const Relationship&) noexcept = default;
  constexpr Relationship(Relationship&&) noexcept = default;
  // Between live relationships: assigns the object. Else only columns are copied, so nothing.
  Relationship& operator=(const Relationship& other) {
    if (this != &other && is_live() && other.is_live())
      detail::set_one(*this, detail::read_one(other));
    return *this;
  }
  Relationship& operator=(Relationship&& other) {
    if (is_live() || other.is_live()) return *this = std::as_const(other);
    std::swap(at, other.at);
    return *this;
  }
  constexpr ~Relationship() {
    if (!std::is_constant_evaluated() && at != nullptr && !is_live())
      detail::drop_given(*this, false);
  }

  template <detail::RefTo<T> R>
  Relationship& operator=(const R& ref) {
    detail::set_one(*this, ref.state());
    return *this;
  }
  Relationship& operator=(std::nullptr_t) {
    detail::set_one(*this, nullptr);
    return *this;
  }
  template <std::same_as<T> V>
  Relationship& operator=(V&& value) {
    return *this = make_ref(std::move(value));
  }

  [[nodiscard]] Ref<T> ref() { return Ref<T>(detail::read_one(live())); }
  [[nodiscard]] Ref<const T> ref() const { return Ref<const T>(detail::read_one(live())); }
  operator Ref<T>() { return ref(); }
  operator Ref<const T>() const { return ref(); }
  // Null is a UsageError that names the relationship.
  T* operator->() { return Ref<T>(&detail::need_one(live())).operator->(); }
  const T* operator->() const { return Ref<const T>(&detail::need_one(live())).operator->(); }
  T& operator*() { return *Ref<T>(&detail::need_one(live())); }
  const T& operator*() const { return *Ref<const T>(&detail::need_one(live())); }
  explicit operator bool() const { return detail::read_one(live()) != nullptr; }
  template <class R>
  requires detail::RefTo<R, const T>
  bool operator==(const R& ref) const { return detail::read_one(live()) == ref.state(); }
  template <auto... Others>
  bool operator==(const Relationship<T, Others...>& other) const {
    return detail::read_one(live()) == detail::read_one(other);
  }
  bool operator==(std::nullptr_t) const { return detail::read_one(live()) == nullptr; }

  static consteval detail::FieldFacts describe() { return detail::relation_facts<T, Options...>(); }

 private:
  [[nodiscard]] const Relationship& live() const {
    if (!is_live()) [[unlikely]]
      detail::plain_value(detail::plain_type_name<T>);
    return *this;
  }
};

// ---- to many

template <detail::ToMany C, auto... Options>
struct Relationship<C, Options...> : detail::RelationshipSlot {
  using target = typename detail::RelationTarget<C>::type;
  using value_type = Ref<target>;
  static constexpr bool collection = true;

  constexpr Relationship() = default;
  template <class E>
  Relationship(detail::CountingProbe<E>);
  template <class E>
  constexpr Relationship(detail::Probe<E> probe) {
    probe.template note<Relationship>(this, &detail::facts_of<Relationship>);
  }
  Relationship(std::initializer_list<Ref<target>> members) { assign(members); }
  template <std::ranges::input_range R>
  requires(!std::is_base_of_v<Relationship, R> &&
           detail::RefTo<std::ranges::range_value_t<R>, target>) Relationship(const R& members) {
    assign(members);
  }
  constexpr Relationship(const Relationship&) noexcept = default;
  constexpr Relationship(Relationship&&) noexcept = default;
  // Between live relationships: assigns the members. Else only columns are copied, so nothing.
  Relationship& operator=(const Relationship& other) {
    if (this != &other && is_live() && other.is_live()) {
      detail::assign_many(*this, detail::read_many(other));
    }
    return *this;
  }
  Relationship& operator=(Relationship&& other) {
    if (is_live() || other.is_live()) return *this = std::as_const(other);
    std::swap(at, other.at);
    return *this;
  }
  constexpr ~Relationship() {
    if (!std::is_constant_evaluated() && at != nullptr && !is_live())
      detail::drop_given(*this, true);
  }

  // The members become these, in this order: those that are left out are removed.
  Relationship& operator=(std::initializer_list<Ref<target>> members) { return assign(members); }
  template <std::ranges::input_range R>
  requires(!std::is_base_of_v<Relationship, R> &&
           detail::RefTo<std::ranges::range_value_t<R>, target>) Relationship&
  operator=(const R& members) {
    return assign(members);
  }

  // Members in load order (order_by, else key order), then in order of appending.
  auto begin() { return detail::as_refs<target>(detail::read_many(live())).data(); }
  auto end() { return begin() + size(); }
  auto begin() const { return detail::as_refs<const target>(detail::read_many(live())).data(); }
  auto end() const { return begin() + size(); }
  [[nodiscard]] std::size_t size() const { return detail::read_many(live()).size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  const Ref<target>& operator[](std::size_t at_) {
    return detail::as_refs<target>(detail::read_many(live()))[at_];
  }
  const Ref<const target>& operator[](std::size_t at_) const {
    return detail::as_refs<const target>(detail::read_many(live()))[at_];
  }
  [[nodiscard]] bool contains(const Ref<const target>& member) const {
    return detail::holds_member(live(), member.state());
  }

  // Does not load. Returns the member.
  template <detail::RefTo<target> R>
  Ref<target> append(const R& member) {
    const Ref<target> kept(member.state());  // `member` may lie in a list that changes
    detail::append_one(*this, kept.state());
    return kept;
  }
  template <std::same_as<target> V>
  Ref<target> append(V&& value) {
    return append(make_ref(std::move(value)));
  }
  template <std::ranges::input_range R>
  void append_all(R&& members) {
    for (auto&& member : members) {
      if constexpr (!std::same_as<std::remove_cvref_t<decltype(member)>, target>)
        append(member);
      else if constexpr (std::is_lvalue_reference_v<R>)
        append(make_ref(member));
      else
        append(make_ref(std::move(member)));
    }
  }
  // Does not load. Of a loaded collection it must be a member (UsageError).
  void remove(const Ref<target>& member) { detail::remove_one(*this, member.state()); }
  void clear() { detail::assign_many(*this, {}); }

  // Of a map: the member under this key, or null. A key that is changed in a member counts from the
  // next load.
  template <class K>
  [[nodiscard]] Ref<target> find(const K& key) requires detail::RelationTarget<C>::keyed {
    using Key = typename detail::RelationTarget<C>::key;
    return Ref<target>(detail::find_keyed(live(), detail::keyed_bytes(Key(key))));
  }
  template <class K>
  [[nodiscard]] Ref<const target> find(
      const K& key) const requires detail::RelationTarget<C>::keyed {
    using Key = typename detail::RelationTarget<C>::key;
    return Ref<const target>(detail::find_keyed(live(), detail::keyed_bytes(Key(key))));
  }

  static consteval detail::FieldFacts describe() { return detail::relation_facts<C, Options...>(); }

 private:
  [[nodiscard]] const Relationship& live() const {
    if (!is_live()) [[unlikely]]
      detail::plain_value(detail::plain_type_name<target>);
    return *this;
  }
  template <class R>
  Relationship& assign(const R& members) {
    std::vector<Ref<target>> kept(std::ranges::begin(members), std::ranges::end(members));
    std::vector<detail::State*> states;
    for (const auto& member : kept) states.push_back(member.state());
    detail::assign_many(*this, states);
    return *this;
  }
};

}  // namespace kindred
