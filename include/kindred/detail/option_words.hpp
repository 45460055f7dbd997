// Words that both members of entities and fields of schema models take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "kindred/detail/type_name.hpp"
#include "kindred/value.hpp"

namespace kindred {

namespace detail {
template <std::size_t N>
struct DiscriminatedBy {
  FixedText<N> name;
};
struct DiscriminatorOption {
  // Of a schema model's variant: which member of its alternatives tells them apart.
  template <std::size_t N>
  consteval auto operator()(const char (&name)[N]) const {
    return DiscriminatedBy<N>{FixedText<N>(name)};
  }
};
}  // namespace detail

// Of text: code points; of bytes: bytes; in schema models also of containers: items.
struct max_length {
  std::uint32_t limit;
  consteval max_length(std::uint32_t n) : limit(n) {}
};

// The current time, for insert_default and on_update (in the precision of the column), and for
// Default in schema models.
struct Now {
  time_point operator()() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};
inline constexpr Now now{};

// Tells which entity of a single-table inheritance a row is; text, an integer or an enumeration.
//
//   struct Employee {
//     static constexpr auto tablename = "employees";
//     static constexpr auto polymorphic_identity = "employee";
//     Mapped<std::int64_t, primary_key> id;
//     Mapped<std::string, discriminator> type;
//   };
//   struct Manager : Employee {
//     static constexpr auto polymorphic_identity = "manager";
//     Mapped<std::optional<std::int32_t>> budget;    // optional: others' rows have none
//   };
//
// Derived entities of one registry share the table of their base. The column is filled in by
// itself; a Ref<Employee> that is loaded leads to the object of the right type (ref_cast).
inline constexpr detail::DiscriminatorOption discriminator{};

}  // namespace kindred
