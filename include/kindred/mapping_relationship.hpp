// Relationship<T, options...>: a named way to other rows.
//
//   Relationship<User, back_populates("posts")>                     author;     // to one
//   Relationship<std::vector<Post>, back_populates("author")>       posts;      // to many
//   Relationship<std::map<std::string, Note>, keyed_by("title")>    notes;      // by a column
//   Relationship<std::vector<Tag>, secondary<"post_tags">>          tags;       // many to many
//
// std::vector, std::set and std::map say what it looks like; each is a set of rows. The foreign key
// that joins the two entities is found by the Registry.
//
// A relationship is live in an instance that a session holds. In a plain value - a User made,
// copied, or read from a store by value - it has nothing to show, and reading it there throws
// UsageError with the remedy, never an empty result. Copying an entity copies its columns only.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kindred/detail/capture.hpp"
#include "kindred/error.hpp"
#include "kindred/fwd.hpp"
#include "kindred/mapping_options.hpp"

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

// The part of every relationship that knows no type: 16 bytes, empty in a plain value. `owner_` is
// the instance the member belongs to, `state_` what it holds there; only a session sets them.
class RelationshipSlot : public FieldBase {
 public:
  constexpr RelationshipSlot() = default;
  // A value carries columns only.
  constexpr RelationshipSlot(const RelationshipSlot&) noexcept {}
  constexpr RelationshipSlot& operator=(const RelationshipSlot&) noexcept { return *this; }
  constexpr ~RelationshipSlot() = default;

 protected:
  // The state behind a live relationship. Throws UsageError in a plain value.
  [[nodiscard]] void* live(std::string_view target) const {
    if (owner_ == nullptr) {
      const std::string name(target);
      throw UsageError("this relationship to " + name +
                       " stands in a plain value, which carries columns only: read it through a "
                       "Ref (write `Ref<" +
                       name +
                       "> x = owner->member`, not `auto x`), or ask the store: "
                       "related<&Owner::member>(value)");
    }
    return state_;
  }

 private:
  void* owner_ = nullptr;
  void* state_ = nullptr;
};

template <class C, auto... Options>
consteval FieldFacts relation_facts() {
  using Target = RelationTarget<C>;
  FactsBuilder builder;
  RelationFacts& facts = builder.facts.relation;
  facts.target = type_id<typename Target::type>;
  facts.target_name = plain_type_name<typename Target::type>;
  facts.collection = Target::collection;
  facts.keyed = Target::keyed;
  if constexpr (Target::keyed) {
    facts.map_key = type_id<typename Target::key>;
    facts.map_key_name = plain_type_name<typename Target::key>;
  }
  (OptionTraits<Options>::add(builder), ...);
  return builder.facts;
}

}  // namespace detail

template <class C, auto... Options>
struct Relationship : detail::RelationshipSlot {
  using target = typename detail::RelationTarget<C>::type;
  static constexpr bool collection = detail::RelationTarget<C>::collection;

  constexpr Relationship() = default;
  template <class E>
  Relationship(detail::CountingProbe<E>);
  template <class E>
  constexpr Relationship(detail::Probe<E> probe) {
    probe.fields.out[probe.fields.count++] = {this, &detail::facts_of<Relationship>};
  }

  // To one. Each throws UsageError in a plain value.
  const target* operator->() const requires(!collection) { return one(); }
  const target& operator*() const requires(!collection) { return *one(); }
  explicit operator bool() const requires(!collection) { return one() != nullptr; }
  bool operator==(std::nullptr_t) const requires(!collection) { return one() == nullptr; }

  // To many. Each throws UsageError in a plain value.
  const target* const* begin() const requires collection { return many().data(); }
  const target* const* end() const requires collection { return many().data() + many().size(); }
  [[nodiscard]] std::size_t size() const requires collection { return many().size(); }
  [[nodiscard]] bool empty() const requires collection { return many().empty(); }
  const target& operator[](std::size_t at) const requires collection { return *many()[at]; }

  static consteval detail::FieldFacts describe() { return detail::relation_facts<C, Options...>(); }

 private:
  const target* one() const {
    return static_cast<const target*>(live(detail::plain_type_name<target>));
  }
  const std::vector<const target*>& many() const {
    return *static_cast<const std::vector<const target*>*>(live(detail::plain_type_name<target>));
  }
};

}  // namespace kindred
