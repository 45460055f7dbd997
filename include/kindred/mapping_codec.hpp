// What a program can say about types of its own that become columns: a codec, or the names of an
// enumeration.
//
//   template <>
//   struct kindred::Codec<Money> {
//     static constexpr std::string_view name = "acme.money.1";  // stored; change it with the bytes
//     static void encode(const Money& value, std::string& out);
//     static void decode(std::string_view bytes, Money& value);
//   };
//
// Such a column is *opaque*: kept, copied, dumped as base64, not searchable, in no key.
//
//   template <>
//   inline constexpr auto kindred::enum_names<Color> =
//       std::array{std::pair{Color::red, "red"}, std::pair{Color::deep_red, "deep red"}};
//
// Without it the compiler's own names of the enumerators are taken, as far as it can be asked:
// values -128 ... 255 and single bits. Values without a name are stored all the same.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace kindred {

// Specialise it as above. encode() appends and throws ValidationError for a value that cannot be
// stored; decode() gets exactly what encode() wrote and throws CorruptionError where that is not
// so. Both may be called from any thread.
template <class T>
struct Codec;

// Specialise it as above, with a range of pairs of value and text.
template <class E>
inline constexpr auto enum_names = nullptr;

namespace detail {

template <class T>
concept HasCodec = requires(const T& value, T& into, std::string& out, std::string_view bytes) {
  { Codec<T>::name } -> std::convertible_to<std::string_view>;
  Codec<T>::encode(value, out);
  Codec<T>::decode(bytes, into);
};

}  // namespace detail
}  // namespace kindred
