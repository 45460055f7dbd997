// Asking for entities by conditions on their columns:
//
//   for (const User& u : store.select<User>().where(field<&User::age> >= 18)) ...
//   std::vector<Post> latest = now.select<Post>()
//                                  .where(field<&Post::author_id> == ann.id)
//                                  .order_by(field<&Post::created_at>.desc())
//                                  .limit(10)
//                                  .all();
//   std::optional<User> ron = tx.select<User>().filter_by(field<&User::username> = "ron").first();
//
// Conditions are made by field<...>, see mapping_field.hpp. Null compares as in SQL: a condition
// that asks a null column is neither true nor false, and its row is left out (`!= x` skips nulls);
// == std::nullopt and is_null() find it. An empty in() matches nothing, an empty not_in() every
// row.
//
// Order: without order_by none is promised, and limit and offset then pick some rows. With it nulls
// come first (last where descending), NaN last, text by its bytes; rows that are equal in all
// columns named come by primary key, in the direction of the last of them: the same rows in the
// same order each time.
//
// Primary keys, unique indexes, indexes and those of foreign keys are used without asking, and
// constants outside of a column's range or too long for its key are compared as they are.
// explain() tells which; docs/queries.md explains it.
//
// Errors: UsageError or SchemaMismatch as Snapshot::get; UsageError for a condition made by hand
// that names a column that is not there or compares unlike types. A condition or order of another
// entity, or on a nested or opaque column, does not compile. CorruptionError where a row that
// matches is not what was written.
//
// Threads: a value; runs where its snapshot may be used, one of a Store on any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/query_access.hpp"
#include "kindred/detail/query_spec.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/entity.hpp"
#include "kindred/registry.hpp"
#include "kindred/store.hpp"
#include "kindred/typed.hpp"

namespace kindred {

namespace detail {

// What order_by takes for an E: a column of it or of a base, or one with its direction.
template <class O>
struct OrderOf;
template <auto P>
struct OrderOf<FieldOf<P>> {
  using entity = typename FieldOf<P>::entity;
  static constexpr bool orders = ComparableColumn<typename FieldOf<P>::value_type>;
};
template <class B>
struct OrderOf<Ordering<B>> {
  using entity = B;
  static constexpr bool orders = true;
};
template <class O, class E>
concept OrdersBy = requires {
  typename OrderOf<O>::entity;
}
&&OrderOf<O>::orders&& std::is_base_of_v<typename OrderOf<O>::entity, E>;

template <auto P>
QueryOrder to_order(FieldOf<P>) {
  return {std::string(FieldOf<P>::name()), direction::ascending};
}
template <class B>
QueryOrder to_order(Ordering<B> order) {
  return {std::string(order.column), order.way};
}

}  // namespace detail

// The clauses that every query of entities has. Of a temporary they give the query itself, by
// value: it may be kept, and looped over.
template <class Derived, class E>
class SelectBuilder {
 public:
  using entity = std::remove_const_t<E>;

  // Only rows for which the condition is true. Several calls are and-ed.
  template <class B>
  requires std::is_base_of_v<B, entity> Derived& where(Condition<B> condition) & {
    Expression added = std::move(condition).expression();
    if (!spec_.where) {
      spec_.where = std::move(added);
    } else if (joined_) {
      spec_.where->operands.push_back(std::move(added));
    } else {
      spec_.where =
          Expression::of(Expression::Op::all, {std::move(*spec_.where), std::move(added)});
      joined_ = true;
    }
    return self();
  }
  template <class B>
  requires std::is_base_of_v<B, entity> Derived where(Condition<B> condition) && {
    return std::move(where(std::move(condition)));
  }

  // Columns equal to these values, as in make<>(): filter_by(field<&User::username> = "ron").
  template <auto... P, class... U>
  requires(std::is_base_of_v<typename FieldOf<P>::entity, entity>&&...) Derived& filter_by(
      detail::Assignment<P, U>... values) & {
    (where(field<P> == std::forward<U>(values.value)), ...);
    return self();
  }
  template <auto... P, class... U>
  requires(std::is_base_of_v<typename FieldOf<P>::entity, entity>&&...) Derived
      filter_by(detail::Assignment<P, U>... values) && {
    return std::move(filter_by(std::move(values)...));
  }

  // By these columns, the first one first; `.desc()` turns one round. Further calls add behind.
  template <detail::OrdersBy<entity>... O>
  Derived& order_by(O... columns) & {
    (spec_.order.push_back(detail::to_order(columns)), ...);
    return self();
  }
  template <detail::OrdersBy<entity>... O>
  Derived order_by(O... columns) && {
    return std::move(order_by(columns...));
  }

  // At most `n` rows. The last call holds.
  Derived& limit(std::uint64_t n) & {
    spec_.limit = n;
    spec_.limited = true;
    return self();
  }
  Derived limit(std::uint64_t n) && { return std::move(limit(n)); }

  // Without the first `n` rows. The last call holds.
  Derived& offset(std::uint64_t n) & {
    spec_.offset = n;
    return self();
  }
  Derived offset(std::uint64_t n) && { return std::move(offset(n)); }

 protected:
  SelectBuilder() {
    spec_.table = detail::descriptor_of<entity>().table;
    if constexpr (requires { entity::polymorphic_identity; })
      spec_.where = detail::kind_condition(detail::mapper_of<entity>());
  }
  detail::QuerySpec spec_;

 private:
  [[nodiscard]] Derived& self() noexcept { return static_cast<Derived&>(*this); }
  bool joined_ = false;  // spec_.where is an `all` made here
};

// Entities that a query finds, decoded one by one into one object: copy what is to be kept. A
// single pass.
template <class E>
class SelectRange {
 public:
  explicit SelectRange(detail::QueryCursor cursor) : cursor_(std::move(cursor)) {}
  using iterator = detail::PullIterator<SelectRange, E>;
  [[nodiscard]] iterator begin() { return advance() ? iterator(this) : iterator(); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  bool advance() { return cursor_.next(&entity_); }
  [[nodiscard]] const E& current() const { return entity_; }

 private:
  detail::QueryCursor cursor_;
  E entity_{};
};

// A query for entities as values. Nothing is read before one of the calls below; each call runs it
// again. One of a Snapshot or Transaction must not outlive it; one of a Store takes a snapshot for
// each run.
template <class E>
class Select : public SelectBuilder<Select<E>, E> {
 public:
  using entity = std::remove_const_t<E>;
  explicit Select(detail::QuerySource source) : source_(std::move(source)) {}

  [[nodiscard]] std::vector<entity> all() const {
    std::vector<entity> out;
    run(this->spec_, out);
    return out;
  }
  // The first row in order; empty where there is none.
  [[nodiscard]] std::optional<entity> first() const { return take(1); }
  // The only row. Throws ResultError: no_result, multiple_results.
  [[nodiscard]] entity one() const {
    std::optional<entity> out = one_or_none();
    if (!out) detail::throw_no_result(this->spec_);
    return std::move(*out);
  }
  // The only row; empty where there is none. Throws ResultError: multiple_results.
  [[nodiscard]] std::optional<entity> one_or_none() const { return take(2); }
  // Of rows that all() would give.
  [[nodiscard]] std::uint64_t count() const {
    return detail::query_count(source_, descriptor(), this->spec_);
  }
  [[nodiscard]] bool exists() const {
    return detail::query_count(source_, descriptor(), detail::limited_to(this->spec_, 1)) != 0;
  }
  // How the rows are found, one line a step. For people: the words may change.
  [[nodiscard]] std::string explain() const {
    return detail::query_explain(source_, descriptor(), this->spec_);
  }

  // A single pass over one reused object, read ahead in batches; a plan that sorts or goes by an
  // index gathers its rows first. begin() runs the query and ends what an earlier one gave. In a
  // transaction, whether a write between two steps is seen is not said.
  [[nodiscard]] auto begin() {
    range_ = std::make_shared<SelectRange<entity>>(
        detail::QueryCursor(source_, descriptor(), this->spec_));
    return range_->begin();
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  static const detail::EntityDescriptor& descriptor() { return detail::descriptor_of<entity>(); }
  void run(const detail::QuerySpec& spec, std::vector<entity>& out) const {
    detail::query_entities(source_, descriptor(), spec,
                           [&]() -> void* { return &out.emplace_back(); });
  }
  // The first of at most `n` rows, where n is 2 the only one.
  [[nodiscard]] std::optional<entity> take(std::uint64_t n) const {
    std::vector<entity> found;
    run(detail::limited_to(this->spec_, n), found);
    if (found.size() > 1) detail::throw_multiple_results(this->spec_);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }

  detail::QuerySource source_;
  std::shared_ptr<SelectRange<entity>> range_;
};

template <class E>
Select<E> Snapshot::select() const {
  return Select<E>({reading_.get(), nullptr});
}

template <class E>
Select<E> Store::select() const {
  return Select<E>({nullptr, engine_});
}

}  // namespace kindred
