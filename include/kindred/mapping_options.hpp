// The words that stand behind the type of a mapped member: options of columns and of relationships.
//
//   Mapped<std::int64_t, primary_key>                            id;
//   Mapped<std::string, max_length(50), unique>                  username;
//   Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)>  author_id;
//   Relationship<User, back_populates("posts")>                  author;
//
// All are plain structural values. Registry refuses, with entity, member and remedy in the text, an
// option that does not fit the member's type.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "kindred/catalog.hpp"
#include "kindred/detail/option_words.hpp"  // max_length, now, discriminator
#include "kindred/detail/type_name.hpp"
#include "kindred/error.hpp"  // before `unique` is declared here: g++ warns of its enumerator else
#include "kindred/value.hpp"

namespace kindred {

namespace detail {
struct PrimaryKeyOption {};
struct UniqueOption {};
struct IndexedOption {};
struct JsonOption {};
struct SingleParentOption {};
struct VersionOption {};
struct ManualVersionOption {};
}  // namespace detail

// ---- columns

// Part of the primary key; several such columns make a composite one, in order of declaration. A
// single integer key of 0 is unset and gets an id at insert.
inline constexpr detail::PrimaryKeyOption primary_key{};
// No two rows may have the same value; nulls never collide. Named uq_<table>_<column>.
inline constexpr detail::UniqueOption unique{};
// An index by value. Foreign keys have one without asking.
inline constexpr detail::IndexedOption indexed{};

// The column's name where it is not the member's.
template <std::size_t N>
struct column_name {
  detail::FixedText<N> name;
  consteval column_name(const char (&text)[N]) : name(text) {}
};

// Explicit types. text(n) is text of at most n code points.
struct text {
  std::uint32_t limit;
  consteval text(std::uint32_t n) : limit(n) {}
};
// Exact numbers of `precision` digits, `scale` of them after the point, on a member that is a
// Number, an integer or floating point; a value that would lose digits is a ValidationError when it
// is stored. Decimal<p, s> needs no option.
struct decimal {
  std::uint8_t precision;
  std::uint8_t scale;
  consteval decimal(unsigned p, unsigned s)
      : precision(static_cast<std::uint8_t>(p)), scale(static_cast<std::uint8_t>(s)) {
    if (p < 1 || p > 38 || s > p)
      throw "decimal(precision, scale): 1..38 digits, scale <= precision";
  }
};
// Text that holds one JSON value. In a namespace of its own, because the library has a namespace
// `json` inside as well.
inline namespace type_options {
inline constexpr detail::JsonOption json{};
}

// A function object without parameters (struct Draft { std::string operator()() const; };), a
// structural value, or text. g++ 12 takes no function pointers here; a lambda without captures will
// do where the entity is not in a header: g++ 12 gives each file a type of its own for it there.
template <class F>
struct insert_default {  // given by a session, at insert where the column is unset: null, epoch,
                         // nil, empty, or a sequence key of 0
  F source;
  consteval insert_default(F f) : source(f) {}
};
template <class F>
struct on_update {  // given by a session, at every update of the row that does not set the column
  F source;
  consteval on_update(F f) : source(f) {}
};
// The constant recorded in the catalogue: what a row without the column has, and what
// on_delete::set_default writes. A type that is no structural value (time points; floating point
// on clang) takes a function object: default_value(Half{}).
template <class F>
struct default_value {
  F source;
  consteval default_value(F f) : source(f) {}
};
template <std::size_t N>
insert_default(const char (&)[N]) -> insert_default<detail::FixedText<N>>;
template <std::size_t N>
on_update(const char (&)[N]) -> on_update<detail::FixedText<N>>;
template <std::size_t N>
default_value(const char (&)[N]) -> default_value<detail::FixedText<N>>;

// The version of a row, an integer: a session makes it 1 at insert and raises it at every update
// that changes a column.
inline constexpr detail::VersionOption version_id{};
// The same for any type: the function object next(current) gives the version after `current`, at
// insert after the one that the new object has.
template <class F>
struct version_id_by {
  F next;
  consteval version_id_by(F f) : next(f) {}
};
// The program sets it; a session only compares.
inline constexpr detail::ManualVersionOption version_id_manual{};

// What happens to a row when the row it refers to is deleted: no_action (refused at the end of the
// unit of work, the default), restrict (refused at once), cascade, set_null, set_default.
using on_delete = OnDelete;

namespace detail {
template <std::size_t N>
struct ForeignKeyPath {
  FixedText<N> path;
  OnDelete action;
};
template <class E>
struct ForeignKeyEntity {
  OnDelete action;
};
template <class E, class C, class M>
struct ForeignKeyMember {
  M C::*column;
  OnDelete action;
};
}  // namespace detail

// A reference to the primary key of E, which must be one column.
template <class E>
consteval auto foreign_key(OnDelete action = OnDelete::no_action) {
  return detail::ForeignKeyEntity<E>{action};
}
// To a primary key or unique column: foreign_key(&User::id). For a member that User has from a
// base, name the entity: foreign_key<User>(&User::id).
template <class E, class M>
consteval auto foreign_key(M E::*column, OnDelete action = OnDelete::no_action) {
  return detail::ForeignKeyMember<E, E, M>{column, action};
}
template <class E, class C, class M>
requires(!std::is_same_v<E, C>) consteval auto foreign_key(M C::*column,
                                                           OnDelete action = OnDelete::no_action) {
  return detail::ForeignKeyMember<E, C, M>{column, action};
}
// By table and column: foreign_key("users.id").
template <std::size_t N>
consteval auto foreign_key(const char (&path)[N], OnDelete action = OnDelete::no_action) {
  return detail::ForeignKeyPath<N>{detail::FixedText<N>(path), action};
}

// ---- relationships

// The relationship of the other entity that is the other side of this one; it must name this one.
template <std::size_t N>
struct back_populates {
  detail::FixedText<N> name;
  consteval back_populates(const char (&text)[N]) : name(text) {}
};
// The name of the other side where the other entity does not declare it.
template <std::size_t N>
struct backref {
  detail::FixedText<N> name;
  consteval backref(const char (&text)[N]) : name(text) {}
};
// Which foreign key joins the two, by one of its columns, where there are several.
template <std::size_t N>
struct using_key {
  detail::FixedText<N> name;
  consteval using_key(const char (&text)[N]) : name(text) {}
};
// The target's column that is the key of a map.
template <std::size_t N>
struct keyed_by {
  detail::FixedText<N> name;
  consteval keyed_by(const char (&text)[N]) : name(text) {}
};

enum class direction : std::uint8_t { ascending, descending };
// Load order, by a column of the target.
template <std::size_t N>
struct order_by {
  detail::FixedText<N> name;
  direction way;
  consteval order_by(const char (&text)[N], direction d = direction::ascending)
      : name(text), way(d) {}
};

namespace detail {
template <FixedText Name>
struct SecondaryOption {};
template <class E>
struct ThroughOption {};
}  // namespace detail
// Many-to-many over a table of this name: that of an entity in the registry, or one that is made,
// keyed by both foreign keys with cascade on both.
template <detail::FixedText Name>
inline constexpr detail::SecondaryOption<Name> secondary{};
// Many-to-many over an association entity.
template <class E>
inline constexpr detail::ThroughOption<E> through{};

// What a session does to the target along with the owner. Combine with |.
enum class cascade : std::uint8_t {
  none = 0,
  save_update = 1,
  merge = 2,
  expunge = 4,
  refresh_expire = 8,
  remove = 16,
  delete_orphan = 32,
  all = save_update | merge | expunge | refresh_expire | remove,
};
constexpr cascade operator|(cascade a, cascade b) {
  return static_cast<cascade>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(cascade set, cascade one) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

// When a session loads the target:
//   select      on first use
//   selectin    with the owner, in one batch for all owners that are read together
//   joined      as selectin: a local store has no use for a join
//   immediate   as selectin
//   raise       never by itself: reading what is not loaded is a UsageError
//   write_only  never: append and remove work, Session::select_members reads
enum class lazy : std::uint8_t { select, selectin, joined, raise, write_only, immediate };

// Allows cascade::delete_orphan on the side that has one target: each target has one owner at most.
inline constexpr detail::SingleParentOption single_parent{};

}  // namespace kindred
