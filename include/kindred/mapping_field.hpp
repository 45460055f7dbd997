// field<&User::username>: a column as a value. It names the column, compares into conditions, and
// assigns in make<>():
//
//   Condition<Post> c = field<&Post::title> != "" && field<&Post::author_id> == 7;
//   auto ron = make<User>(field<&User::username> = "ron", field<&User::created_at> = t);
//
// A condition is data (an Expression) that remembers the entity it speaks of. Null compares as in
// SQL: a comparison with a null column is unknown, ask is_null() or == std::nullopt. A constant may
// lie outside of the column's range: it is then compared as what it is. Columns of nested types
// and of codecs can only be asked for null.
//
// Threads: values.
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/comparison.hpp"
#include "kindred/detail/entity_facts.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/expression.hpp"
#include "kindred/mapping_mapped.hpp"

namespace kindred {

// A condition on one row of E, or of any entity that has E as a base.
template <class E>
class Condition {
 public:
  using entity = E;
  explicit Condition(Expression expression) : expression_(std::move(expression)) {}
  [[nodiscard]] const Expression& expression() const& noexcept { return expression_; }
  [[nodiscard]] Expression expression() && noexcept { return std::move(expression_); }

 private:
  Expression expression_;
};

// A column and the direction in which it orders: field<&Post::title>.desc(). Of E, or of any entity
// that has E as a base.
template <class E>
struct Ordering {
  std::string_view column;
  direction way = direction::ascending;
};

namespace detail {

template <class A, class B>
concept Related = std::is_base_of_v<A, B> || std::is_base_of_v<B, A>;
template <class A, class B>
using MoreDerived = std::conditional_t<std::is_base_of_v<A, B>, B, A>;

template <class M>
struct ColumnOf {  // a plain member, mapped from outside
  using value_type = M;
  static constexpr bool is_column = true;
};
template <class V, auto... O>
struct ColumnOf<Mapped<V, O...>> {
  using value_type = V;
  static constexpr bool is_column = true;
};
template <class M>
requires(std::is_base_of_v<FieldBase, M> &&
         !requires { typename M::value_type; }) struct ColumnOf<M> {
  static constexpr bool is_column = false;
};

// The length of a text or bytes column, for comparison.
template <class E>
struct Length {
  std::string_view column;
  [[nodiscard]] Condition<E> compare(Expression::Op op, std::uint64_t with) const {
    return Condition<E>(Expression::of(
        op, {Expression::of(Expression::Op::length, {Expression::column(std::string(column))}),
             Expression::constant(static_cast<std::int64_t>(with))}));
  }
  friend Condition<E> operator==(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::eq, n);
  }
  friend Condition<E> operator!=(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::ne, n);
  }
  friend Condition<E> operator<(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::lt, n);
  }
  friend Condition<E> operator<=(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::le, n);
  }
  friend Condition<E> operator>(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::gt, n);
  }
  friend Condition<E> operator>=(Length l, std::uint64_t n) {
    return l.compare(Expression::Op::ge, n);
  }
};

// `field<P> = value`, for make<>().
template <auto P, class U>
struct Assignment {
  U&& value;
  template <class E>
  void to(E& object) const {
    static_assert(std::is_base_of_v<typename MemberPointer<decltype(P)>::entity, E>,
                  "make<E>(field<&T::member> = ...): T must be E or a base of E");
    object.*P = std::forward<U>(value);
  }
};

}  // namespace detail

template <class A, class B>
requires detail::Related<A, B>
auto operator&&(Condition<A> a, Condition<B> b) {
  return Condition<detail::MoreDerived<A, B>>(
      Expression::of(Expression::Op::all, {std::move(a).expression(), std::move(b).expression()}));
}
template <class A, class B>
requires detail::Related<A, B>
auto operator||(Condition<A> a, Condition<B> b) {
  return Condition<detail::MoreDerived<A, B>>(
      Expression::of(Expression::Op::any, {std::move(a).expression(), std::move(b).expression()}));
}
template <class A>
Condition<A> operator!(Condition<A> a) {
  return Condition<A>(Expression::of(Expression::Op::negate, {std::move(a).expression()}));
}

// The type of field<P>; see above.
template <auto P>
struct FieldOf {
  using entity = typename detail::MemberPointer<decltype(P)>::entity;
  using member = typename detail::MemberPointer<decltype(P)>::member;
  static_assert(detail::ColumnOf<member>::is_column,
                "field<&E::member> needs a column: this member is a relationship or not stored");
  using value_type = typename detail::ColumnOf<member>::value_type;

  // The column's name.
  static constexpr std::string_view name() { return detail::column_name_of<P>(); }

  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator==(FieldOf, const U& value) {
    return compare(Expression::Op::eq, value);
  }
  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator!=(FieldOf, const U& value) {
    return compare(Expression::Op::ne, value);
  }
  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator<(FieldOf, const U& value) {
    return compare(Expression::Op::lt, value);
  }
  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator<=(FieldOf, const U& value) {
    return compare(Expression::Op::le, value);
  }
  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator>(FieldOf, const U& value) {
    return compare(Expression::Op::gt, value);
  }
  template <detail::ComparesWith<value_type> U>
  friend Condition<entity> operator>=(FieldOf, const U& value) {
    return compare(Expression::Op::ge, value);
  }

  // An optional that holds something is compared, an empty one asks for null.
  template <detail::MayCompareWith<value_type> U>
  friend Condition<entity> operator==(FieldOf, const U& value) {
    const auto& held = detail::bare(value);
    return held ? compare(Expression::Op::eq, *held) : null();
  }
  template <detail::MayCompareWith<value_type> U>
  friend Condition<entity> operator!=(FieldOf, const U& value) {
    const auto& held = detail::bare(value);
    return held ? compare(Expression::Op::ne, *held) : !null();
  }
  template <std::same_as<std::nullopt_t> U>
  requires detail::is_optional<value_type>
  friend Condition<entity> operator==(FieldOf, U) { return null(); }
  template <std::same_as<std::nullopt_t> U>
  requires detail::is_optional<value_type>
  friend Condition<entity> operator!=(FieldOf, U) { return !null(); }
  [[nodiscard]] Condition<entity> is_null() const requires detail::is_optional<value_type> {
    return null();
  }
  [[nodiscard]] Condition<entity> is_not_null() const requires detail::is_optional<value_type> {
    return !null();
  }

  // Both ends included.
  template <detail::ComparesWith<value_type> A, detail::ComparesWith<value_type> B>
  [[nodiscard]] Condition<entity> between(const A& least, const B& greatest) const {
    return *this >= least && *this <= greatest;
  }
  // Among these values. None of no values: then in() is false, and not_in() true of every row.
  template <class U = detail::WithoutOptional<value_type>>
  requires detail::ComparesWith<U, value_type>
  [[nodiscard]] Condition<entity> in(std::initializer_list<U> values) const {
    return among(values);
  }
  template <detail::RangeComparesWith<value_type> R>
  [[nodiscard]] Condition<entity> in(R&& values) const {
    return among(values);
  }
  template <class U = detail::WithoutOptional<value_type>>
  requires detail::ComparesWith<U, value_type>
  [[nodiscard]] Condition<entity> not_in(std::initializer_list<U> values) const {
    return !among(values);
  }
  template <detail::RangeComparesWith<value_type> R>
  [[nodiscard]] Condition<entity> not_in(R&& values) const {
    return !among(values);
  }
  // For order_by().
  [[nodiscard]] constexpr Ordering<entity> asc()
      const requires detail::ComparableColumn<value_type> {
    return {name(), direction::ascending};
  }
  [[nodiscard]] constexpr Ordering<entity> desc()
      const requires detail::ComparableColumn<value_type> {
    return {name(), direction::descending};
  }
  [[nodiscard]] Condition<entity> starts_with(std::string_view text)
      const requires std::is_same_v<detail::WithoutOptional<value_type>, std::string> {
    return Condition<entity>(
        Expression::of(Expression::Op::prefix, {operand(), Expression::constant(text)}));
  }
  [[nodiscard]] Condition<entity> contains(std::string_view text)
      const requires std::is_same_v<detail::WithoutOptional<value_type>, std::string> {
    return Condition<entity>(
        Expression::of(Expression::Op::contains, {operand(), Expression::constant(text)}));
  }
  // Code points of text, bytes of bytes.
  [[nodiscard]] detail::Length<entity> length() const
      requires(std::is_same_v<detail::WithoutOptional<value_type>, std::string> ||
               std::is_same_v<detail::WithoutOptional<value_type>, Bytes>) {
    return {name()};
  }

  // For make<>(): does nothing by itself.
  template <class U>
  requires std::is_assignable_v<member&, U>
  constexpr auto operator=(U&& value) const {
    return detail::Assignment<P, U>{std::forward<U>(value)};
  }

  [[nodiscard]] static Expression operand() { return Expression::column(std::string(name())); }

 private:
  static constexpr detail::ExplicitType explicit_type() { return detail::explicit_type_of<P>(); }
  template <class U>
  static Condition<entity> compare(Expression::Op op, const U& value) {
    return Condition<entity>(
        Expression::of(op, {operand(), detail::constant_for<value_type, explicit_type()>(value)}));
  }
  static Condition<entity> null() {
    return Condition<entity>(Expression::of(Expression::Op::is_null, {operand()}));
  }
  template <class R>
  static Condition<entity> among(R& values) {
    std::vector<Expression> operands{operand()};
    for (auto&& value : values)
      operands.push_back(detail::constant_for<value_type, explicit_type()>(
          static_cast<const std::ranges::range_value_t<R>&>(value)));
    return Condition<entity>(Expression::of(Expression::Op::in, std::move(operands)));
  }
};
template <auto P>
inline constexpr FieldOf<P> field{};

// Two columns of one row.
template <auto P, auto Q>
requires detail::Related < typename FieldOf<P>::entity,
typename FieldOf<Q>::entity > auto compare(Expression::Op op, FieldOf<P>, FieldOf<Q>) {
  using E = detail::MoreDerived<typename FieldOf<P>::entity, typename FieldOf<Q>::entity>;
  static_assert(std::is_same_v<detail::WithoutOptional<typename FieldOf<P>::value_type>,
                               detail::WithoutOptional<typename FieldOf<Q>::value_type>>,
                "columns of different types cannot be compared");
  static_assert(
      detail::ComparableColumn<typename FieldOf<P>::value_type>,
      "a column of a nested type or a codec cannot be compared: keep what queries need in "
      "a column of its own");
  return Condition<E>(Expression::of(op, {FieldOf<P>::operand(), FieldOf<Q>::operand()}));
}
template <auto P, auto Q>
auto operator==(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::eq, a, b);
}
template <auto P, auto Q>
auto operator!=(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::ne, a, b);
}
template <auto P, auto Q>
auto operator<(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::lt, a, b);
}
template <auto P, auto Q>
auto operator<=(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::le, a, b);
}
template <auto P, auto Q>
auto operator>(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::gt, a, b);
}
template <auto P, auto Q>
auto operator>=(FieldOf<P> a, FieldOf<Q> b) {
  return compare(Expression::Op::ge, a, b);
}

// A value-initialised E with the named members set, those of bases included.
template <class E, class... A>
[[nodiscard]] E make(A&&... assignments) {
  E object{};
  (assignments.to(object), ...);
  return object;
}

}  // namespace kindred
