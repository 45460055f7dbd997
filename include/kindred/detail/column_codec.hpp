// What a column of C++ type V is in the catalogue, how its member becomes row bytes and back, and
// how a constant becomes a Value.
#pragma once

#include <chrono>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "kindred/catalog.hpp"
#include "kindred/detail/archive.hpp"
#include "kindred/detail/archive_reader.hpp"
#include "kindred/detail/buffer.hpp"
#include "kindred/detail/describe.hpp"
#include "kindred/detail/entity_descriptor.hpp"
#include "kindred/detail/optional_of.hpp"
#include "kindred/detail/scalar.hpp"
#include "kindred/value.hpp"

namespace kindred::detail {

// A type that was asked for by an option; `none` leaves it to inference.
struct ExplicitType {
  enum class Kind : std::uint8_t { none, text, decimal, json };
  Kind kind = Kind::none;
  std::uint8_t precision = 0;
  std::uint8_t scale = 0;
  friend constexpr bool operator==(const ExplicitType&, const ExplicitType&) = default;
};
template <class T, ExplicitType X>
constexpr bool explicit_fits() {
  switch (X.kind) {
    case ExplicitType::Kind::none: return true;
    case ExplicitType::Kind::text:
    case ExplicitType::Kind::json: return std::is_same_v<T, std::string>;
    case ExplicitType::Kind::decimal: return DecimalLike<T>;
  }
  return false;
}

template <class T, ExplicitType X>
constexpr bool is_fixed() {
  return IsScalar<T> || (X.kind == ExplicitType::Kind::decimal && DecimalLike<T>);
}
// The codec of a column of fixed width.
template <class T, ExplicitType X>
struct FixedOf {
  using type = Scalar<T>;
};
template <DecimalLike T, ExplicitType X>
requires(X.kind == ExplicitType::Kind::decimal) struct FixedOf<T, X> {
  using type = DecimalScalar<T, X.precision, X.scale>;
};

constexpr TypeCode code_of(Shape shape) {
  switch (shape) {
    case Shape::text: return TypeCode::text;
    case Shape::bytes: return TypeCode::bytes;
    case Shape::optional:
    case Shape::unique_pointer: return TypeCode::optional;
    case Shape::sequence:
    case Shape::forward_list: return TypeCode::list;
    case Shape::ordered_set:
    case Shape::unordered_set: return TypeCode::set;
    case Shape::ordered_map:
    case Shape::unordered_map: return TypeCode::map;
    case Shape::array:
    case Shape::tuple: return TypeCode::tuple;
    case Shape::variant: return TypeCode::variant;
    case Shape::serialize:
    case Shape::minimal: return TypeCode::structure;
    default: return TypeCode::opaque;
  }
}
template <class T, ExplicitType X>
constexpr TypeFacts facts_of_type() {
  if constexpr (is_fixed<T, X>()) {
    return FixedOf<T, X>::type::facts;
  } else if constexpr (X.kind == ExplicitType::Kind::json) {
    return {TypeCode::json};
  } else {
    return {code_of(shape_of<T>)};
  }
}

// ---- from a column's member and back; `member` is the address of the Mapped or plain member

template <class T>
const T& member_at(const void* member) {
  return *std::launder(static_cast<const T*>(member));
}
template <class T>
T& member_at(void* member) {
  return *std::launder(static_cast<T*>(member));
}

template <class T>
void append_column(const T& value, Buffer& out) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.append(value);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.append(value.data(), value.size());
  } else {
    ArchiveWriter(out).write_root(value);
  }
}
template <class T>
void assign_column(T& value, std::string_view bytes) {
  if constexpr (std::is_same_v<T, std::string>) {
    set_text(value, bytes);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    const auto* from = reinterpret_cast<const std::byte*>(bytes.data());
    value.assign(from, from + bytes.size());
  } else {
    from_archive(bytes, value);
  }
}

template <class V, ExplicitType X>
struct ColumnCodec {
  using T = WithoutOptional<V>;
  using Fixed = typename FixedOf<T, X>::type;

  static bool store(const void* member, char* slot) {
    const V& value = member_at<V>(member);
    if constexpr (is_optional<V>) {
      if (!value) return false;
      Fixed::store(*value, slot);
    } else {
      Fixed::store(value, slot);
    }
    return true;
  }
  static void load(void* member, const char* slot) {
    V& value = member_at<V>(member);
    if constexpr (is_optional<V>) {
      Fixed::load(value ? *value : value.emplace(), slot);
    } else {
      Fixed::load(value, slot);
    }
  }
  static bool append(const void* member, Buffer& out) {
    const V& value = member_at<V>(member);
    if constexpr (is_optional<V>) {
      if (!value) return false;
      append_column(*value, out);
    } else {
      append_column(value, out);
    }
    return true;
  }
  static void assign(void* member, std::string_view bytes) {
    V& value = member_at<V>(member);
    if constexpr (is_optional<V>) {
      assign_column(value ? *value : value.emplace(), bytes);
    } else {
      assign_column(value, bytes);
    }
  }
  static void set_null(void* member) {
    if constexpr (is_optional<V>) member_at<V>(member).reset();
  }

  static constexpr FieldCodec codec() {
    FieldCodec out;
    if constexpr (is_optional<V>) out.set_null = &set_null;
    if constexpr (is_fixed<T, X>()) {
      if constexpr (Fixed::direct && !is_optional<V>) {
        out.kind = static_cast<FieldCodec::Kind>(std::countr_zero(Fixed::width));
      } else {
        out.kind = FieldCodec::Kind::fixed;
        out.store = &store;
        out.load = &load;
      }
    } else if constexpr (std::is_same_v<V, std::string>) {
      out.kind = FieldCodec::Kind::text;
    } else {
      out.kind = FieldCodec::Kind::variable;
      out.append = &append;
      out.assign = &assign;
    }
    return out;
  }

  static Type type() {
    if constexpr (X.kind == ExplicitType::Kind::none) {
      return ArchiveDescriber::root<T>();
    } else {
      return to_type(facts_of_type<T, X>());
    }
  }
};
static_assert(static_cast<int>(FieldCodec::Kind::copy1) == 0 &&
              static_cast<int>(FieldCodec::Kind::copy16) == 4);

// A C++ value as the run-time value of its column. Throws ValidationError where it cannot be
// stored.
template <class V, ExplicitType X = ExplicitType{}>
Value to_value(const V& value) {
  using T = WithoutOptional<V>;
  if constexpr (is_optional<V>) {
    return value ? to_value<T, X>(*value) : Value();
  } else if constexpr (is_fixed<T, X>()) {
    return FixedOf<T, X>::type::to_value(value);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Bytes>) {
    return Value(value);
  } else {
    std::string encoded = to_archive(value);
    if constexpr (shape_of<T> == Shape::codec || shape_of<T> == Shape::split) {
      const auto* from = reinterpret_cast<const std::byte*>(encoded.data());
      return Bytes(from, from + encoded.size());
    } else {
      return Nested{std::move(encoded)};
    }
  }
}

}  // namespace kindred::detail
