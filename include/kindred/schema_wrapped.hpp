// Types that say more of a value than its C++ type can.
//
//   Field<Literal<"draft", "published">>                       status;
//   Field<Json<std::vector<int>>>                              scores;      // "[1, 2]" in a text
//   Field<Secret<std::string>>                                 password;    // never printed
//   Field<std::vector<Annotated<std::string, max_length(20)>>> tags;
//   struct Names : RootModel<std::vector<std::string>> {};                  // a model without
//   members
//
// Threads: values.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/member_value.hpp"
#include "kindred/detail/schema_constant.hpp"
#include "kindred/error.hpp"

namespace kindred {

// One of these constants, texts or whole numbers: the first unless another is given.
template <schema::detail::Constant... Constants>
class Literal {
  using Kind = schema::detail::ConstantKind;
  static_assert(sizeof...(Constants) > 0 && sizeof...(Constants) < 256,
                "Literal<...> names between 1 and 255 constants");

 public:
  static constexpr bool is_text = ((Constants.kind == Kind::text) && ...);
  static constexpr bool is_number = ((Constants.kind == Kind::integer) && ...);
  static constexpr std::size_t size = sizeof...(Constants);

  constexpr Literal() = default;
  // Throws UsageError for a text that is none of them.
  constexpr Literal(std::string_view text) : at_(place_of(text)) {}
  constexpr Literal(const char* text) : Literal(std::string_view(text)) {}
  Literal(const std::string& text) : Literal(std::string_view(text)) {}
  template <std::integral N>
  requires(!std::same_as<N, bool>) constexpr Literal(N number)
      : at_(place_of(static_cast<std::int64_t>(number))) {}

  [[nodiscard]] constexpr std::size_t index() const noexcept { return at_; }
  // Precondition: place < size.
  [[nodiscard]] static constexpr Literal at(std::size_t place) noexcept {
    Literal out;
    out.at_ = static_cast<std::uint8_t>(place);
    return out;
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept requires is_text {
    return texts[at_];
  }
  [[nodiscard]] constexpr std::int64_t number() const noexcept requires is_number {
    return static_cast<std::int64_t>(numbers[at_]);
  }
  [[nodiscard]] static schema::Value value_at(std::size_t place) {
    return schema::detail::constant_value(kinds[place], numbers[place], texts[place]);
  }
  [[nodiscard]] schema::Value value() const { return value_at(at_); }
  constexpr operator std::string_view() const noexcept requires is_text { return view(); }
  constexpr operator std::int64_t() const noexcept requires is_number { return number(); }

  friend constexpr bool operator==(Literal, Literal) = default;
  friend constexpr auto operator<=>(Literal, Literal) = default;
  template <std::convertible_to<std::string_view> T>
  requires(is_text && !std::same_as<T, Literal>) friend constexpr bool operator==(Literal a,
                                                                                  const T& b) {
    return a.view() == std::string_view(b);
  }
  template <std::integral N>
  requires is_number friend constexpr bool operator==(Literal a, N b) {
    return std::cmp_equal(a.number(), b);
  }
  friend std::ostream& operator<<(std::ostream& out, Literal l) requires is_text {
    return out << l.view();
  }

 private:
  static constexpr std::array<Kind, size> kinds{Constants.kind...};
  static constexpr std::array<std::uint64_t, size> numbers{Constants.bits...};
  static constexpr std::array<std::string_view, size> texts{Constants.view()...};

  static constexpr std::uint8_t place_of(std::string_view text) {
    for (std::size_t i = 0; i < size; ++i)
      if (kinds[i] == Kind::text && texts[i] == text) return static_cast<std::uint8_t>(i);
    throw UsageError("'" + std::string(text) + "' is none of the constants of this Literal");
  }
  static constexpr std::uint8_t place_of(std::int64_t number) {
    for (std::size_t i = 0; i < size; ++i)
      if (kinds[i] == Kind::integer && static_cast<std::int64_t>(numbers[i]) == number)
        return static_cast<std::uint8_t>(i);
    throw UsageError(std::to_string(number) + " is none of the constants of this Literal");
  }
  std::uint8_t at_ = 0;
};

// What a text holds as JSON.
template <class T>
struct Json {
  T value{};
  T& operator*() noexcept { return value; }
  const T& operator*() const noexcept { return value; }
  T* operator->() noexcept { return &value; }
  const T* operator->() const noexcept { return &value; }
  friend bool operator==(const Json&, const Json&) = default;
};

// A text, or bytes, that messages and dumps show as '**********'.
template <class T>
class Secret {
  static_assert(std::same_as<T, std::string> || std::same_as<T, Bytes>,
                "Secret<T> hides a std::string or kindred::Bytes");

 public:
  Secret() = default;
  Secret(T value) : value_(std::move(value)) {}
  template <class U>
  requires(std::is_constructible_v<T, U> && !std::same_as<std::remove_cvref_t<U>, Secret> &&
           !std::same_as<std::remove_cvref_t<U>, T>) explicit(!std::is_convertible_v<U, T>)
      Secret(U&& value)
      : value_(std::forward<U>(value)) {}
  [[nodiscard]] const T& get_secret_value() const noexcept { return value_; }
  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << (secret.value_.empty() ? "" : "**********");
  }

 private:
  T value_;
};

// A T with words of its own; behaves as a T.
template <class T, auto... Options>
struct Annotated : detail::MemberValue<T> {
  using detail::MemberValue<T>::value;
  constexpr Annotated() = default;
  template <class U = T>
  requires detail::MakesValue<Annotated, T, U>
  constexpr explicit(!std::is_convertible_v<U, T>) Annotated(U&& from)
      : detail::MemberValue<T>(std::in_place, std::forward<U>(from)) {}
  template <class U = T>
  requires detail::SetsValue<Annotated, T, U>
  constexpr Annotated& operator=(U&& from) {
    value() = std::forward<U>(from);
    return *this;
  }
};

// A model that is one value, not an object with members: derive from it, and add no data members.
// Words stand behind the type.
template <class T, auto... Options>
struct RootModel {
  using root_type = Annotated<T, Options...>;
  T root{};
  T& operator*() noexcept { return root; }
  const T& operator*() const noexcept { return root; }
  T* operator->() noexcept { return &root; }
  const T* operator->() const noexcept { return &root; }
  friend bool operator==(const RootModel&, const RootModel&) = default;
};

}  // namespace kindred

template <class T, auto... Options>
requires requires(const T& value) { std::hash<T>{}(value); }
struct std::hash<kindred::Annotated<T, Options...>> {
  std::size_t operator()(const kindred::Annotated<T, Options...>& v) const {
    return std::hash<T>{}(v.value());
  }
};
template <kindred::schema::detail::Constant... Constants>
struct std::hash<kindred::Literal<Constants...>> {
  std::size_t operator()(kindred::Literal<Constants...> v) const noexcept { return v.index(); }
};
