// The describing archive: runs a type's serialize once on a value-initialised object and records
// the tree of parts that ArchiveWriter writes.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/archive.hpp"
#include "kindred/detail/archive_shape.hpp"
#include "kindred/detail/enum_names.hpp"
#include "kindred/detail/type_name.hpp"

namespace kindred::detail {

inline Type to_type(const TypeFacts& facts) {
  Type type;
  type.code = facts.code;
  type.underlying = facts.underlying;
  type.precision = facts.precision;
  type.scale = facts.scale;
  type.period_num = facts.num;
  type.period_den = facts.den;
  return type;
}

// What describes itself into the tree, with the types that are being described around it: a type
// that contains itself has no finite tree.
class ArchiveDescriber {
 public:
  using is_saving = std::true_type;
  using is_loading = std::false_type;

  template <class... T>
  ArchiveDescriber& operator()(T&&... values) {
    (add(static_cast<const std::remove_cvref_t<T>&>(values)), ...);
    return *this;
  }
  template <class T>
  ArchiveDescriber& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  ArchiveDescriber& operator<<(T&& value) {
    return (*this)(value);
  }

  // The type of a column that holds a T: the tree, or opaque where T cannot be described or
  // contains itself.
  template <class T>
  static Type root() {
    ArchiveDescriber describer;
    Type type = describer.describe<T>();
    if (describer.recursive_) {
      type = Type{};
      type.code = TypeCode::opaque;
      type.name = plain_type_name<T>;
    }
    return type;
  }

 private:
  template <class T>
  void add(const T& value) {
    if constexpr (shape_of<T> == Shape::named) {
      using Held = std::remove_cvref_t<decltype(value.value)>;
      members_->push_back({value.name, describe<Held>()});
    } else if constexpr (shape_of<T> == Shape::size_tag || shape_of<T> == Shape::binary_data) {
      static_assert(shape_of<T> == Shape::named,
                    "size tags and raw binary data inside serialize cannot be described: use a "
                    "container, or split it into save and load");
    } else {
      const bool versioned = !members_->empty() && members_->front().name == version_name;
      members_->push_back(
          {"f" + std::to_string(members_->size() - (versioned ? 1 : 0)), describe<T>()});
    }
  }

  template <class T>
  Type describe() {
    static_assert(check_storable<T>());
    constexpr Shape shape = shape_of<T>;
    Type type;
    if constexpr (shape == Shape::scalar) {
      type = to_type(Scalar<T>::facts);
      if constexpr (std::is_enum_v<T> && !std::is_same_v<T, std::byte>) {
        type.name = plain_type_name<T>;
        type.names = names_of<T>();
      }
    } else if constexpr (shape == Shape::text) {
      type.code = TypeCode::text;
    } else if constexpr (shape == Shape::bytes) {
      type.code = TypeCode::bytes;
    } else if constexpr (shape == Shape::codec) {
      type.code = TypeCode::opaque;
      type.name = std::string_view(Codec<T>::name);
    } else if constexpr (shape == Shape::split) {
      type.code = TypeCode::opaque;
      type.name = plain_type_name<T>;
    } else if constexpr (shape == Shape::nothing) {
      type.code = TypeCode::structure;
      type.name = "nothing";
    } else if constexpr (shape == Shape::minimal) {
      type = describe<typename MinimalOf<T>::type>();
    } else if constexpr (shape == Shape::base_class) {
      type = describe<ElementOf<T>>();
    } else {
      for (const TypeId outer : open_) {
        if (outer == type_id<T>) {
          recursive_ = true;
          return type;
        }
      }
      open_.push_back(type_id<T>);
      describe_parts<T>(type);
      open_.pop_back();
    }
    return type;
  }

  template <class T>
  void describe_parts(Type& type) {
    constexpr Shape shape = shape_of<T>;
    if constexpr (shape == Shape::optional || shape == Shape::unique_pointer) {
      type.code = TypeCode::optional;
      type.members.push_back({"0", describe<ElementOf<T>>()});
    } else if constexpr (shape == Shape::sequence || shape == Shape::forward_list) {
      type.code = TypeCode::list;
      type.members.push_back({"0", describe<ElementOf<T>>()});
    } else if constexpr (shape == Shape::ordered_set || shape == Shape::unordered_set) {
      type.code = TypeCode::set;
      type.members.push_back({"0", describe<ElementOf<T>>()});
    } else if constexpr (shape == Shape::ordered_map || shape == Shape::unordered_map) {
      type.code = TypeCode::map;
      type.members.push_back({"key", describe<typename ElementOf<T>::first_type>()});
      type.members.push_back({"value", describe<typename ElementOf<T>::second_type>()});
    } else if constexpr (shape == Shape::array) {
      type.code = TypeCode::tuple;
      const Type element = describe<ElementOf<T>>();
      constexpr std::size_t size = std::is_array_v<T> ? std::extent_v<T> : tuple_size<T>();
      for (std::size_t i = 0; i < size; ++i) type.members.push_back({std::to_string(i), element});
    } else if constexpr (shape == Shape::tuple) {
      type.code = TypeCode::tuple;
      describe_tuple<T>(type, std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (shape == Shape::variant) {
      type.code = TypeCode::variant;
      describe_variant<T>(type, std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (shape == Shape::serialize) {
      type.code = TypeCode::structure;
      type.name = plain_type_name<T>;
      describe_user<T>(type);
    }
  }

  template <class T>
  static constexpr std::size_t tuple_size() {
    if constexpr (std::is_array_v<T>) {
      return 0;
    } else {
      return std::tuple_size_v<T>;
    }
  }
  template <class T, std::size_t... I>
  void describe_tuple(Type& type, std::index_sequence<I...>) {
    (type.members.push_back({std::to_string(I), describe<std::tuple_element_t<I, T>>()}), ...);
  }
  template <class T, std::size_t... I>
  void describe_variant(Type& type, std::index_sequence<I...>) {
    (type.members.push_back({std::to_string(I), describe<std::variant_alternative_t<I, T>>()}),
     ...);
  }

  template <class T>
  struct MinimalOf {
    static auto save() {
      const ArchiveWriter* writer = nullptr;
      const T* value = nullptr;
      if constexpr (UserFunctions<T>::member_minimal) {
        return cereal::access::member_save_minimal(*writer, *value);
      } else {
        return save_minimal(*writer, *value);
      }
    }
    using type = std::remove_cvref_t<decltype(save())>;
  };

  template <class T>
  void describe_user(Type& type) {
    static_assert(std::is_default_constructible_v<T>,
                  "a type inside a column needs a default constructor: it is filled after it is "
                  "made");
    using F = UserFunctions<T>;
    std::vector<TypeMember>* const outer = std::exchange(members_, &type.members);
    T object{};
    if constexpr (F::versioned) {
      const std::uint32_t version = cereal::detail::Version<T>::version;
      members_->push_back({std::string(version_name), to_type(Scalar<std::uint32_t>::facts)});
      if constexpr (F::member_serialize_versioned) {
        cereal::access::member_serialize(*this, object, version);
      } else {
        serialize(*this, object, version);
      }
    } else if constexpr (F::member_serialize) {
      cereal::access::member_serialize(*this, object);
    } else {
      serialize(*this, object);
    }
    members_ = outer;
  }

  static constexpr std::string_view version_name = "cereal_class_version";

  std::vector<TypeMember>* members_ = nullptr;
  std::vector<TypeId> open_;
  bool recursive_ = false;
};

}  // namespace kindred::detail
