// How Kindred's archive treats each type. Containers of the standard library are handled here and
// need none of Cereal's own headers; other structs are asked for the functions that Cereal knows.
#pragma once

#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <cereal/access.hpp>
#include <cereal/details/helpers.hpp>
#include <cereal/details/traits.hpp>
#include <cereal/types/base_class.hpp>

#include "kindred/detail/scalar.hpp"
#include "kindred/mapping_codec.hpp"

namespace kindred::detail {

class ArchiveWriter;
class ArchiveReader;

}  // namespace kindred::detail

// Tells Cereal's checks of split functions that the two belong together.
CEREAL_SETUP_ARCHIVE_TRAITS(kindred::detail::ArchiveReader, kindred::detail::ArchiveWriter)

namespace kindred::detail {

enum class Shape {
  codec,  // kindred::Codec: length-prefixed inside other values
  scalar,
  text,
  bytes,
  optional,
  unique_pointer,
  sequence,
  forward_list,
  ordered_set,
  unordered_set,
  ordered_map,
  unordered_map,
  array,
  tuple,
  variant,
  nothing,      // std::monostate
  named,        // cereal::NameValuePair
  size_tag,     // cereal::SizeTag
  binary_data,  // cereal::BinaryData
  base_class,   // cereal::base_class
  serialize,    // one function for both ways: can be described
  minimal,      // save_minimal/load_minimal: described by what it saves
  split,        // save and load: cannot be described, length-prefixed inside other values
  refused,
};

// Shapes of the standard library's templates; everything else is `refused` here.
template <class T>
struct StandardShape {
  static constexpr Shape shape = Shape::refused;
};
template <Shape S, class Element>
struct ShapeOf {
  static constexpr Shape shape = S;
  using element = Element;
};
template <class T>
struct StandardShape<std::optional<T>> : ShapeOf<Shape::optional, T> {};
template <class T>
struct StandardShape<std::unique_ptr<T>> : ShapeOf<Shape::unique_pointer, T> {};
template <class T, class A>
struct StandardShape<std::vector<T, A>> : ShapeOf<Shape::sequence, T> {};
template <class T, class A>
struct StandardShape<std::deque<T, A>> : ShapeOf<Shape::sequence, T> {};
template <class T, class A>
struct StandardShape<std::list<T, A>> : ShapeOf<Shape::sequence, T> {};
template <class T, class A>
struct StandardShape<std::forward_list<T, A>> : ShapeOf<Shape::forward_list, T> {};
template <class T, class C, class A>
struct StandardShape<std::set<T, C, A>> : ShapeOf<Shape::ordered_set, T> {};
template <class T, class C, class A>
struct StandardShape<std::multiset<T, C, A>> : ShapeOf<Shape::ordered_set, T> {};
template <class T, class H, class Q, class A>
struct StandardShape<std::unordered_set<T, H, Q, A>> : ShapeOf<Shape::unordered_set, T> {};
template <class T, class H, class Q, class A>
struct StandardShape<std::unordered_multiset<T, H, Q, A>> : ShapeOf<Shape::unordered_set, T> {};
template <class K, class T, class C, class A>
struct StandardShape<std::map<K, T, C, A>> : ShapeOf<Shape::ordered_map, std::pair<K, T>> {};
template <class K, class T, class C, class A>
struct StandardShape<std::multimap<K, T, C, A>> : ShapeOf<Shape::ordered_map, std::pair<K, T>> {};
template <class K, class T, class H, class Q, class A>
struct StandardShape<std::unordered_map<K, T, H, Q, A>>
    : ShapeOf<Shape::unordered_map, std::pair<K, T>> {};
template <class K, class T, class H, class Q, class A>
struct StandardShape<std::unordered_multimap<K, T, H, Q, A>>
    : ShapeOf<Shape::unordered_map, std::pair<K, T>> {};
template <class T, std::size_t N>
struct StandardShape<std::array<T, N>> : ShapeOf<Shape::array, T> {};
template <class T, std::size_t N>
struct StandardShape<T[N]> : ShapeOf<Shape::array, T> {};
template <class... T>
struct StandardShape<std::tuple<T...>> : ShapeOf<Shape::tuple, void> {};
template <class A, class B>
struct StandardShape<std::pair<A, B>> : ShapeOf<Shape::tuple, void> {};
template <class... T>
struct StandardShape<std::variant<T...>> : ShapeOf<Shape::variant, void> {};
template <>
struct StandardShape<std::monostate> : ShapeOf<Shape::nothing, void> {};
template <class T>
struct StandardShape<cereal::NameValuePair<T>> : ShapeOf<Shape::named, T> {};
template <class T>
struct StandardShape<cereal::SizeTag<T>> : ShapeOf<Shape::size_tag, T> {};
template <class T>
struct StandardShape<cereal::BinaryData<T>> : ShapeOf<Shape::binary_data, T> {};
template <class T>
struct StandardShape<cereal::base_class<T>> : ShapeOf<Shape::base_class, T> {};

template <class T>
using ElementOf = typename StandardShape<T>::element;

template <class T>
inline constexpr bool is_shared = false;
template <class T>
inline constexpr bool is_shared<std::shared_ptr<T>> = true;
template <class T>
inline constexpr bool is_shared<std::weak_ptr<T>> = true;
template <class T>
inline constexpr bool is_virtual_base = false;
template <class T>
inline constexpr bool is_virtual_base<cereal::virtual_base_class<T>> = true;

// Which of Cereal's functions a struct has. `versioned` ones also take the class version.
template <class T>
struct UserFunctions {
  using W = ArchiveWriter;
  using R = ArchiveReader;
  static constexpr bool member_serialize = cereal::traits::has_member_serialize<T, W>::value;
  static constexpr bool free_serialize = cereal::traits::has_non_member_serialize<T, W>::value;
  static constexpr bool member_serialize_versioned =
      cereal::traits::has_member_versioned_serialize<T, W>::value;
  static constexpr bool free_serialize_versioned =
      cereal::traits::has_non_member_versioned_serialize<T, W>::value;
  static constexpr bool serialize =
      member_serialize || free_serialize || member_serialize_versioned || free_serialize_versioned;
  static constexpr bool member_save = cereal::traits::has_member_save<T, W>::value;
  static constexpr bool free_save = cereal::traits::has_non_member_save<T, W>::value;
  static constexpr bool member_save_versioned =
      cereal::traits::has_member_versioned_save<T, W>::value;
  static constexpr bool free_save_versioned =
      cereal::traits::has_non_member_versioned_save<T, W>::value;
  static constexpr bool split =
      member_save || free_save || member_save_versioned || free_save_versioned;
  static constexpr bool member_minimal = cereal::traits::has_member_save_minimal<T, W>::value;
  static constexpr bool free_minimal = cereal::traits::has_non_member_save_minimal<T, W>::value;
  static constexpr bool minimal = member_minimal || free_minimal;
  static constexpr bool versioned = serialize
                                        ? member_serialize_versioned || free_serialize_versioned
                                        : member_save_versioned || free_save_versioned;
};

template <class T>
constexpr Shape find_shape() {
  if constexpr (HasCodec<T>) {
    return Shape::codec;
  } else if constexpr (IsScalar<T>) {
    return Shape::scalar;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return Shape::text;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return Shape::bytes;
  } else if constexpr (StandardShape<T>::shape != Shape::refused) {
    return StandardShape<T>::shape;
  } else if constexpr (!std::is_class_v<T> || is_shared<T> || is_virtual_base<T>) {
    return Shape::refused;
  } else if constexpr (UserFunctions<T>::serialize) {
    return Shape::serialize;
  } else if constexpr (UserFunctions<T>::split) {
    return Shape::split;
  } else if constexpr (UserFunctions<T>::minimal) {
    return Shape::minimal;
  } else {
    return Shape::refused;
  }
}
template <class T>
inline constexpr Shape shape_of = find_shape<T>();

// Refuses what cannot be stored, with the remedy in the compiler's words.
template <class T>
consteval bool check_storable() {
  static_assert(!std::is_same_v<T, long double> && !std::is_same_v<T, wchar_t>,
                "long double and wchar_t cannot be stored: their form differs between machines; "
                "use double, decimal or std::string");
  static_assert(!is_character<T> || std::is_same_v<T, wchar_t>,
                "a single character is no column type: use std::int8_t, std::uint8_t or "
                "std::string");
  static_assert(!is_shared<T> && !std::is_pointer_v<T>,
                "shared and raw pointers cannot be stored in a column: archive state never spans "
                "two values; store the value, std::optional or a relationship");
  static_assert(!std::is_same_v<T, std::string_view>,
                "std::string_view cannot be stored: it owns nothing; use std::string");
  static_assert(
      !std::is_same_v<T, Number>,
      "kindred::Number has no fixed scale: use kindred::Decimal<p, s>, or give the column "
      "the option decimal(p, s)");
  if constexpr (StandardShape<T>::shape == Shape::unique_pointer) {
    static_assert(!std::is_polymorphic_v<ElementOf<T>>,
                  "a pointer to a polymorphic type cannot be stored: use std::variant");
  }
  constexpr bool has_text_of_its_own =
      std::is_same_v<T, long double> || is_character<T> || is_shared<T> || std::is_pointer_v<T> ||
      std::is_same_v<T, std::string_view> || std::is_same_v<T, Number>;
  static_assert(has_text_of_its_own || shape_of<T> != Shape::refused,
                "this type cannot be stored in a column: give it a serialize function as Cereal "
                "knows it, or specialise kindred::Codec for it");
  return true;
}

// Deeper values are refused both ways, so that hostile bytes cannot exhaust the stack.
inline constexpr unsigned max_archive_depth = 200;

template <class T>
inline constexpr bool deepens =
    shape_of<T> != Shape::scalar&& shape_of<T> != Shape::text&& shape_of<T> !=
    Shape::bytes&& shape_of<T> != Shape::named;

}  // namespace kindred::detail
