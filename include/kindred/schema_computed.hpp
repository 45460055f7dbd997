// Members of dumps that are computed from the object.
//
//   struct Box {
//     Field<std::int64_t> width, height;
//     std::int64_t area() const { return *width * *height; }
//     static constexpr auto computed_fields = std::tuple{computed<&Box::area, title("Area")>()};
//   };
//
// Words that name and describe may stand behind the function. It must be declared with its result
// type, before computed_fields; that is any type a field may have.
#pragma once

#include <functional>
#include <utility>

#include "kindred/schema_field_options.hpp"

namespace kindred {

namespace schema::detail {
template <auto P, auto... Options>
struct ComputedField {};
template <auto P, class S>
decltype(auto) call_computed(const S& object) {
  return std::invoke(P, object);
}
}  // namespace schema::detail

template <auto P, auto... Options>
constexpr auto computed() {
  return schema::detail::ComputedField<P, Options...>{};
}

}  // namespace kindred
