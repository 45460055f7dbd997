// The other half of archive.hpp: reads what ArchiveWriter wrote. Every count is compared with the
// bytes that are left before anything is allocated, and containers grow by decoded elements.
#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "kindred/detail/archive_shape.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/error.hpp"

namespace kindred::detail {

// The base, empty, makes functions of namespace cereal findable, as those of cereal/types are.
class ArchiveReader : private cereal::access {
 public:
  using is_saving = std::false_type;
  using is_loading = std::true_type;

  explicit ArchiveReader(std::string_view bytes, unsigned depth = 0)
      : bytes_(bytes), depth_(depth) {}

  template <class... T>
  ArchiveReader& operator()(T&&... values) {
    (read(const_cast<std::remove_cvref_t<T>&>(values)), ...);
    return *this;
  }
  template <class T>
  ArchiveReader& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  ArchiveReader& operator>>(T&& value) {
    return (*this)(value);
  }

  // A column's whole value. Throws CorruptionError where the bytes are cut, too many, or no such
  // value; `value` is then valid but unspecified.
  template <class T>
  void read_root(T& value) {
    if constexpr (shape_of<T> == Shape::codec) {
      Codec<T>::decode(std::exchange(bytes_, {}), value);
    } else if constexpr (shape_of<T> == Shape::split) {
      read_user(value);
    } else {
      read(value);
    }
    if (!bytes_.empty()) fail(std::to_string(bytes_.size()) + " bytes too many");
  }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    throw CorruptionError("", "a nested value is damaged: " + what);
  }
  const char* take(std::size_t n) {
    if (n > bytes_.size()) fail("it ends early");
    const char* at = bytes_.data();
    bytes_.remove_prefix(n);
    return at;
  }
  std::uint64_t take_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(*take(1));
      const std::uint64_t bits = byte & 0x7Fu;
      if (shift == 63 && bits > 1) break;
      value |= bits << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) break;  // not the shortest form
        return value;
      }
    }
    fail("a length is not written as it should be");
  }
  // A number of elements, each of at least one byte.
  std::size_t take_count() {
    const std::uint64_t count = take_varint();
    if (count > bytes_.size()) fail("it claims more elements than it has bytes");
    return static_cast<std::size_t>(count);
  }
  bool take_flag() {
    const char flag = *take(1);
    if (flag != 0 && flag != 1) fail("an optional's mark is neither 0 nor 1");
    return flag == 1;
  }

  template <class T>
  void read(T& value) {
    static_assert(check_storable<T>());
    if constexpr (deepens<T>) {
      if (++depth_ > max_archive_depth) fail("it is nested too deeply");
    }
    read_shape(value);
    if constexpr (deepens<T>) --depth_;
  }

  template <class T>
  void read_shape(T& value) {
    constexpr Shape shape = shape_of<T>;
    if constexpr (shape == Shape::scalar) {
      Scalar<T>::load(value, take(Scalar<T>::width));
    } else if constexpr (shape == Shape::text) {
      const std::size_t size = take_count();
      const std::string_view text(take(size), size);
      if (!is_utf8(text)) fail("its text is not valid UTF-8");
      value.assign(text);
    } else if constexpr (shape == Shape::bytes) {
      const std::size_t size = take_count();
      const auto* from = reinterpret_cast<const std::byte*>(take(size));
      value.assign(from, from + size);
    } else if constexpr (shape == Shape::optional) {
      if (take_flag()) {
        read(value.emplace());
      } else {
        value.reset();
      }
    } else if constexpr (shape == Shape::unique_pointer) {
      value.reset();
      if (take_flag()) {
        auto held = std::make_unique<ElementOf<T>>();
        read(*held);
        value = std::move(held);
      }
    } else if constexpr (shape == Shape::sequence) {
      read_sequence(value);
    } else if constexpr (shape == Shape::forward_list) {
      value.clear();
      auto last = value.before_begin();
      for (std::size_t left = take_count(); left > 0; --left) {
        last = value.emplace_after(last);
        read(*last);
      }
    } else if constexpr (shape == Shape::ordered_set || shape == Shape::unordered_set ||
                         shape == Shape::ordered_map || shape == Shape::unordered_map) {
      read_keyed<ElementOf<T>>(value);
    } else if constexpr (shape == Shape::array) {
      for (auto& element : value) read(element);
    } else if constexpr (shape == Shape::tuple) {
      std::apply([this](auto&... members) { (this->read(members), ...); }, value);
    } else if constexpr (shape == Shape::variant) {
      read_variant(value);
    } else if constexpr (shape == Shape::named) {
      read(const_cast<std::remove_cvref_t<decltype(value.value)>&>(value.value));
    } else if constexpr (shape == Shape::size_tag) {
      value.size = static_cast<std::remove_reference_t<decltype(value.size)>>(take_count());
    } else if constexpr (shape == Shape::binary_data) {
      const auto size = static_cast<std::size_t>(value.size);
      if (size != 0) std::memcpy(value.data, take(size), size);
    } else if constexpr (shape == Shape::base_class) {
      read(*value.base_ptr);
    } else if constexpr (shape == Shape::serialize) {
      read_user(value);
    } else if constexpr (shape == Shape::minimal) {
      read_minimal(value);
    } else if constexpr (shape == Shape::codec || shape == Shape::split) {
      const std::size_t size = take_count();
      ArchiveReader(std::string_view(take(size), size), depth_).read_root(value);
    }
  }

  template <class T>
  void read_sequence(T& value) {
    using Element = ElementOf<T>;
    const std::size_t count = take_count();
    value.clear();
    if constexpr (requires { value.data(); } && Scalar<Element>::direct &&
                  !std::is_same_v<Element, bool>) {
      if (count > bytes_.size() / sizeof(Element)) fail("it ends early");
      value.resize(count);
      if (count != 0)
        std::memcpy(value.data(), take(count * sizeof(Element)), count * sizeof(Element));
    } else {
      for (std::size_t left = count; left > 0; --left) {
        if constexpr (std::is_same_v<Element, bool>) {
          bool element = false;
          read(element);
          value.push_back(element);
        } else {
          read(value.emplace_back());
        }
      }
    }
  }

  template <class Element, class T>
  void read_keyed(T& value) {
    value.clear();
    for (std::size_t left = take_count(); left > 0; --left) {
      Element element{};
      read(element);
      const std::size_t before = value.size();
      value.insert(value.end(), std::move(element));
      if (value.size() == before) fail("a set or map holds an element twice");
    }
  }

  template <class... T>
  void read_variant(std::variant<T...>& value) {
    const std::uint64_t index = take_varint();
    if (index >= sizeof...(T)) fail("it holds an alternative that its variant does not have");
    read_alternative(value, static_cast<std::size_t>(index),
                     std::make_index_sequence<sizeof...(T)>{});
  }
  template <class V, std::size_t... I>
  void read_alternative(V& value, std::size_t index, std::index_sequence<I...>) {
    (void)((I == index && (read(value.template emplace<I>()), true)) || ...);
  }

  template <class T>
  void read_user(T& value) {
    using F = UserFunctions<T>;
    if constexpr (F::versioned) {
      std::uint32_t version = 0;
      read(version);
      if constexpr (F::member_serialize_versioned) {
        cereal::access::member_serialize(*this, value, version);
      } else if constexpr (F::free_serialize_versioned) {
        serialize(*this, value, version);
      } else if constexpr (F::member_save_versioned) {
        cereal::access::member_load(*this, value, version);
      } else {
        load(*this, value, version);
      }
    } else if constexpr (F::member_serialize) {
      cereal::access::member_serialize(*this, value);
    } else if constexpr (F::free_serialize) {
      serialize(*this, value);
    } else if constexpr (F::member_save) {
      cereal::access::member_load(*this, value);
    } else {
      load(*this, value);
    }
  }

  template <class T>
  void read_minimal(T& value) {
    using Saved = std::remove_cvref_t<decltype(minimal_of(value))>;
    Saved saved{};
    read(saved);
    if constexpr (UserFunctions<T>::member_minimal) {
      cereal::access::member_load_minimal(*this, value, saved);
    } else {
      load_minimal(*this, value, saved);
    }
  }
  template <class T>
  static auto minimal_of(const T& value) {
    const ArchiveWriter* writer = nullptr;
    if constexpr (UserFunctions<T>::member_minimal) {
      return cereal::access::member_save_minimal(*writer, value);
    } else {
      return save_minimal(*writer, value);
    }
  }

  std::string_view bytes_;
  unsigned depth_;
};

// Fills `value` from the bytes of a column. Throws CorruptionError as read_root does.
template <class T>
void from_archive(std::string_view bytes, T& value) {
  ArchiveReader(bytes).read_root(value);
}

}  // namespace kindred::detail
