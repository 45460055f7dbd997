// The archive of nested column values: contiguous, bounded, canonical (equal values give equal
// bytes).
//
//   scalars   as in a column: little-endian, by width; bool one byte
//   text      varint length, bytes (UTF-8); bytes likewise
//   optional, unique_ptr   one byte 0 or 1, then the value
//   list, set, map         varint count, then the elements; without an order of its own: sorted by
//                          encoded element (maps: by encoded key, then value)
//   array, tuple, struct   the members in order; a versioned struct begins with its class version,
//                          four bytes, every time
//   variant   varint index, then the alternative
//   opaque    varint length, then the codec's bytes (only where it stands inside another value)
//
// Nothing is kept from one value to the next. Threads: one archive belongs to one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/archive_shape.hpp"
#include "kindred/detail/buffer.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/error.hpp"

namespace kindred::detail {

// At most 10 bytes, 7 bits each, lowest first.
inline void append_varint(Buffer& out, std::uint64_t value) {
  char* at = out.need(10);
  std::size_t n = 0;
  for (; value >= 0x80; value >>= 7) at[n++] = static_cast<char>((value & 0x7F) | 0x80);
  at[n++] = static_cast<char>(value);
  out.advance(n);
}

// The base, empty, makes functions of namespace cereal findable, as those of cereal/types are.
class ArchiveWriter : private cereal::access {
 public:
  using is_saving = std::true_type;
  using is_loading = std::false_type;

  explicit ArchiveWriter(Buffer& out, unsigned depth = 0) : out_(&out), depth_(depth) {}

  template <class... T>
  ArchiveWriter& operator()(T&&... values) {
    (write(static_cast<const std::remove_cvref_t<T>&>(values)), ...);
    return *this;
  }
  template <class T>
  ArchiveWriter& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  ArchiveWriter& operator<<(T&& value) {
    return (*this)(value);
  }

  // A column's whole value: an opaque one has no length of its own, the row knows it. Throws
  // ValidationError for text that is not UTF-8 and for values nested too deeply.
  template <class T>
  void write_root(const T& value) {
    if constexpr (shape_of<T> == Shape::codec) {
      write_codec(value);
    } else if constexpr (shape_of<T> == Shape::split) {
      write_user(value);
    } else {
      write(value);
    }
  }

 private:
  template <class T>
  void write(const T& value) {
    static_assert(check_storable<T>());
    if constexpr (deepens<T>) {
      if (++depth_ > max_archive_depth)
        throw ValidationError("", "a value is nested more than " +
                                      std::to_string(max_archive_depth) + " levels deep");
    }
    write_shape<T>(value);
    if constexpr (deepens<T>) --depth_;
  }

  template <class T>
  void write_shape(const T& value) {
    constexpr Shape shape = shape_of<T>;
    if constexpr (shape == Shape::scalar) {
      Scalar<T>::store(value, out_->need(Scalar<T>::width));
      out_->advance(Scalar<T>::width);
    } else if constexpr (shape == Shape::text) {
      if (!is_utf8(value)) throw ValidationError("", "text inside a value is not valid UTF-8");
      append_varint(*out_, value.size());
      out_->append(value);
    } else if constexpr (shape == Shape::bytes) {
      append_varint(*out_, value.size());
      out_->append(value.data(), value.size());
    } else if constexpr (shape == Shape::optional || shape == Shape::unique_pointer) {
      out_->push_back(value ? 1 : 0);
      if (value) write(*value);
    } else if constexpr (shape == Shape::sequence || shape == Shape::forward_list ||
                         shape == Shape::ordered_set || shape == Shape::ordered_map) {
      write_elements(value);
    } else if constexpr (shape == Shape::unordered_set || shape == Shape::unordered_map) {
      write_sorted(value);
    } else if constexpr (shape == Shape::array) {
      for (const auto& element : value) write(element);
    } else if constexpr (shape == Shape::tuple) {
      std::apply([this](const auto&... members) { (this->write(members), ...); }, value);
    } else if constexpr (shape == Shape::variant) {
      if (value.valueless_by_exception())
        throw ValidationError("", "a variant that holds no value cannot be stored");
      append_varint(*out_, value.index());
      std::visit([this](const auto& held) { this->write(held); }, value);
    } else if constexpr (shape == Shape::named) {
      write(static_cast<const std::remove_cvref_t<decltype(value.value)>&>(value.value));
    } else if constexpr (shape == Shape::size_tag) {
      append_varint(*out_, static_cast<std::uint64_t>(value.size));
    } else if constexpr (shape == Shape::binary_data) {
      out_->append(value.data, static_cast<std::size_t>(value.size));
    } else if constexpr (shape == Shape::base_class) {
      write(*value.base_ptr);
    } else if constexpr (shape == Shape::serialize) {
      write_user(value);
    } else if constexpr (shape == Shape::minimal) {
      write_minimal(value);
    } else if constexpr (shape == Shape::codec || shape == Shape::split) {
      Buffer inner;
      ArchiveWriter(inner, depth_).write_root(value);
      append_varint(*out_, inner.size());
      out_->append(inner.view());
    }
  }

  template <class T>
  void write_elements(const T& value) {
    std::uint64_t count = 0;
    if constexpr (requires { value.size(); }) {
      count = value.size();
    } else {
      count = static_cast<std::uint64_t>(std::distance(value.begin(), value.end()));
    }
    append_varint(*out_, count);
    const std::size_t begin = out_->size();
    using Element = std::remove_cvref_t<ElementOf<T>>;
    if constexpr (requires { value.data(); } && Scalar<Element>::direct &&
                  !std::is_same_v<Element, bool>) {
      out_->append(value.data(), value.size() * sizeof(Element));
    } else {
      for (const auto& element : value) {
        if constexpr (std::is_same_v<Element, bool>) {
          write(static_cast<bool>(element));  // vector<bool> hands out stand-ins
        } else {
          write(element);
        }
      }
    }
    check_content(count, begin);
  }

  template <class T>
  void write_sorted(const T& value) {
    append_varint(*out_, value.size());
    const std::size_t begin = out_->size();
    Buffer scratch;
    std::vector<std::pair<std::size_t, std::size_t>> parts;  // begin and size of each element
    for (const auto& element : value) {
      const std::size_t at = scratch.size();
      ArchiveWriter(scratch, depth_).write(element);
      parts.emplace_back(at, scratch.size() - at);
    }
    const std::string_view all = scratch.view();
    std::sort(parts.begin(), parts.end(), [all](const auto& a, const auto& b) {
      return all.substr(a.first, a.second) < all.substr(b.first, b.second);
    });
    for (const auto& [at, size] : parts) out_->append(all.substr(at, size));
    check_content(value.size(), begin);
  }

  // A reader bounds a count by the bytes that follow, so elements must have some.
  void check_content(std::uint64_t count, std::size_t begin) const {
    if (out_->size() - begin < count)
      throw ValidationError("", "a container of elements without content cannot be stored");
  }

  template <class T>
  void write_codec(const T& value) {
    std::string bytes;
    Codec<T>::encode(value, bytes);
    out_->append(bytes);
  }

  template <class T>
  void write_user(const T& value) {
    using F = UserFunctions<T>;
    auto& object = const_cast<T&>(value);  // serialize() is one function for both ways
    if constexpr (F::versioned) {
      const std::uint32_t version = cereal::detail::Version<T>::version;
      write(version);
      if constexpr (F::member_serialize_versioned) {
        cereal::access::member_serialize(*this, object, version);
      } else if constexpr (F::free_serialize_versioned) {
        serialize(*this, object, version);
      } else if constexpr (F::member_save_versioned) {
        cereal::access::member_save(*this, value, version);
      } else {
        save(*this, value, version);
      }
    } else if constexpr (F::member_serialize) {
      cereal::access::member_serialize(*this, object);
    } else if constexpr (F::free_serialize) {
      serialize(*this, object);
    } else if constexpr (F::member_save) {
      cereal::access::member_save(*this, value);
    } else {
      save(*this, value);
    }
  }

  template <class T>
  void write_minimal(const T& value) {
    if constexpr (UserFunctions<T>::member_minimal) {
      write(cereal::access::member_save_minimal(*this, value));
    } else {
      write(save_minimal(*this, value));
    }
  }

  Buffer* out_;
  unsigned depth_;
};

// The bytes of one value, as a column stores them.
template <class T>
std::string to_archive(const T& value) {
  Buffer out;
  ArchiveWriter(out).write_root(value);
  return std::string(out.view());
}

}  // namespace kindred::detail
