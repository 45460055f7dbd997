// Whether the members of a schema model fit those of an entity, for the compiler.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/bridge_source.hpp"
#include "kindred/detail/compile_error.hpp"
#include "kindred/mapping_field.hpp"

namespace kindred::schema::detail {

// ---- what calls say beside the two objects

template <auto P>
struct LeftOut {
  static constexpr std::string_view name = kindred::detail::member_name<P>;
};
template <auto P, auto Q>
struct Renamed {
  static constexpr std::string_view from = kindred::detail::member_name<P>;
  static constexpr std::string_view to = kindred::detail::member_name<Q>;
};

enum class SaidKind : std::uint8_t { given, left_out, renamed, other };
struct Said {
  SaidKind kind = SaidKind::other;
  std::string_view member;  // of the model; of the entity where a value is given
  std::string_view column;  // renamed
};
template <class T>
inline constexpr Said said{};
template <auto P>
inline constexpr Said said<LeftOut<P>>{SaidKind::left_out, LeftOut<P>::name, {}};
template <auto P, auto Q>
inline constexpr Said said<Renamed<P, Q>>{SaidKind::renamed, Renamed<P, Q>::from,
                                          Renamed<P, Q>::to};
template <auto P, class U>
inline constexpr Said said<kindred::detail::Assignment<P, U>>{
    SaidKind::given, kindred::detail::member_name<P>, {}};

// ---- kinds

constexpr bool becomes(Kind from, Kind to) {
  switch (to) {
    case Kind::text:
      return from == Kind::text || from == Kind::email || from == Kind::literal ||
             from == Kind::enumeration || from == Kind::url || from == Kind::multi_host_url ||
             from == Kind::secret_text || from == Kind::name_email || from == Kind::ip;
    case Kind::bytes: return from == Kind::bytes || from == Kind::secret_bytes;
    case Kind::floating: return from == Kind::floating || from == Kind::integer;
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::model:
    case Kind::union_:
    case Kind::json:
    case Kind::any:
    case Kind::none: return false;  // only as the same C++ type
    default: return from == to;
  }
}
constexpr bool is_same_type(const DeclaredField& a, const DeclaredField& b) {
  return a.type == b.type;
}

inline constexpr std::size_t no_place = static_cast<std::size_t>(-1);
constexpr std::size_t place_of(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  return no_place;
}

// Both sides, as constants. `E` and `S` are in no name, so that the functions are made once.
struct Sides {
  std::string_view entity, model;
  std::span<const kindred::detail::MemberFacts> columns;
  std::span<const DeclaredField* const> column_fields;
  std::span<const std::string_view> names;
  const kindred::detail::FoundField* fields;
  std::span<const Said> said;

  [[nodiscard]] constexpr bool says(SaidKind kind, std::string_view member) const {
    for (const Said& each : said)
      if (each.kind == kind && each.member == member) return true;
    return false;
  }
  // The name of the column that a member of the model goes to.
  [[nodiscard]] constexpr std::string_view column_of(std::string_view member) const {
    for (const Said& each : said)
      if (each.kind == SaidKind::renamed && each.member == member) return each.column;
    return member;
  }
  [[nodiscard]] constexpr std::size_t column_named(std::string_view name) const {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].member_name == name && columns[i].facts->is_column) return i;
    return no_place;
  }
};

// A member of the model that has no column, or one of another type.
constexpr void complain_of_member(const Sides& sides, std::size_t member, bool may_be_null,
                                  Message& out) {
  const DeclaredField& field = *sides.fields[member].field;
  const std::string_view name = sides.names[member];
  if (field.is_extra || sides.says(SaidKind::left_out, name)) return;
  const std::string_view column_name = sides.column_of(name);
  const std::size_t at = sides.column_named(column_name);
  if (at == no_place) {
    out << sides.model << "." << name << ": " << sides.entity << " has no column '" << column_name
        << "'";
    kindred::detail::DidYouMean guess{column_name};
    for (const auto& column : sides.columns)
      if (column.facts->is_column) guess.consider(column.member_name);
    guess.say(out);
    out << "; leave_out<&" << sides.model << "::" << name << "> leaves it out";
    return;
  }
  if (sides.says(SaidKind::given, column_name)) return;
  const DeclaredField& column = *sides.column_fields[at];
  if (!is_same_type(field, column) && !becomes(field.kind, column.kind)) {
    out << sides.model << "." << name << " is " << field.type_name << ", but " << sides.entity
        << "." << column_name << " is " << column.type_name << ": give the column, field<&"
        << sides.entity << "::" << column_name << "> = ..., and leave the member out";
  } else if (!may_be_null && field.nullable && !column.nullable) {
    out << sides.model << "." << name << " may be null, but the column " << sides.entity << "."
        << column_name << " may not: give the column, field<&" << sides.entity
        << "::" << column_name << "> = ...";
  }
}

// A column that would be left without a value.
constexpr void complain_of_column(const Sides& sides, std::size_t at, Message& out) {
  const kindred::detail::FieldFacts& facts = *sides.columns[at].facts;
  const std::string_view name = sides.columns[at].member_name;
  if (!facts.is_column || facts.primary_key || facts.nullable || facts.has_insert_default ||
      facts.has_default || facts.has_on_update || facts.discriminator ||
      facts.version != kindred::detail::Versioning::none || sides.says(SaidKind::given, name))
    return;
  for (std::size_t i = 0; i < sides.names.size(); ++i)
    if (sides.column_of(sides.names[i]) == name && !sides.says(SaidKind::left_out, sides.names[i]))
      return;
  out << sides.entity << "." << name << " gets no value: " << sides.model
      << " has no such member; give it, as_model<" << sides.entity << ">(..., field<&"
      << sides.entity << "::" << name << "> = ...)";
}

template <class E, class S, class... Args>
struct Bridge {
  static constexpr std::array<Said, sizeof...(Args)> words{said<Args>...};
  static constexpr Sides sides{plain_type_name<E>,
                               plain_type_name<S>,
                               kindred::detail::members_of<E>,
                               bridged_fields<E>,
                               member_names<S>,
                               specimen<S>.found,
                               words};

  static constexpr Message complaint(bool makes) {
    Message out;
    for (std::size_t i = 0; i < sides.names.size() && out.empty(); ++i)
      complain_of_member(sides, i, !makes, out);
    for (std::size_t i = 0; makes && i < sides.columns.size() && out.empty(); ++i)
      complain_of_column(sides, i, out);
    return out;
  }
  template <bool Makes>
  static consteval bool check() {
    constexpr Message message = complaint(Makes);
    return kindred::mapping_fits<kindred::detail::shorten<message.size + 1>(message)>();
  }

  static std::vector<Move> make_moves() {
    (void)model_node<S>();
    (void)source_node<E>();
    const Model& from = entry_of<S>().model;
    const Model& to = source_entry<E>().model;
    std::vector<Move> out;
    for (std::size_t i = 0; i < sides.names.size(); ++i) {
      const DeclaredField& field = *sides.fields[i].field;
      const std::string_view column = sides.column_of(sides.names[i]);
      if (field.is_extra || sides.says(SaidKind::left_out, sides.names[i]) ||
          sides.says(SaidKind::given, column))
        continue;
      const DeclaredField& target = *sides.column_fields[sides.column_named(column)];
      const bool copies = is_same_type(field, target) && field.nullable == target.nullable;
      out.push_back({field_named(from, sides.names[i]), field_named(to, column), copies});
    }
    return out;
  }
  static const std::vector<Move>& moves() {
    static const std::vector<Move> made = make_moves();
    return made;
  }
};

}  // namespace kindred::schema::detail
