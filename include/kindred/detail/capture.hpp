// The members of an entity, as the probe finds them, with their names.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "kindred/detail/field_facts.hpp"
#include "kindred/detail/probe.hpp"
#include "kindred/detail/type_name.hpp"

namespace kindred::detail {

// One column or relationship of an entity.
struct MemberFacts {
  std::string_view name;         // of the column or relationship
  std::string_view member_name;  // in C++
  const FieldFacts* facts;
  TypeId hash;  // of `name`: constant evaluation compares numbers sooner than texts
};

template <class E, class Sequence>
struct CapturedMembers;
template <class E, std::size_t... I>
struct CapturedMembers<E, std::index_sequence<I...>> {
  template <std::size_t N>
  static constexpr MemberFacts member() {
    constexpr std::string_view in_cpp = name_at<Place{specimen<E>.found[N].at}>();
    const FieldFacts* facts = specimen<E>.found[N].facts;
    const std::string_view name = facts->column_name.empty() ? in_cpp : facts->column_name;
    return {name, in_cpp, facts, hash_text(name)};
  }
  static constexpr std::array<MemberFacts, sizeof...(I)> value{member<I>()...};
};

}  // namespace kindred::detail
