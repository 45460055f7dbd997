// Run-time values: what a column holds when no C++ entity type is at hand, and the C++ types that
// columns may have beside the language's own. A `Row` is a list of named values.
//
// Threads: values; nothing is shared.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kindred {

// Bytes as they lie in a store. Compared as unsigned bytes, shorter first (std::char_traits<char>
// does that).
using ByteView = std::string_view;
// A column of raw bytes.
using Bytes = std::vector<std::byte>;

// A point in time, UTC, in microseconds: the same on every standard library. 1970-01-01 is "unset"
// for insert_default.
using time_point = std::chrono::sys_time<std::chrono::microseconds>;
// A calendar day.
using date = std::chrono::sys_days;

__extension__ using int128 = __int128;

// 16 bytes, ordered bytewise; the nil UUID is "unset".
struct Uuid {
  std::array<std::uint8_t, 16> octets{};
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
  // From 8-4-4-4-12 hexadecimal digits, any case; empty optional where the text is not that.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
  [[nodiscard]] std::string to_string() const;  // lower case, with hyphens
};

// A decimal number `unscaled / 10^scale`, exact. At most 38 digits.
struct Number {
  int128 unscaled = 0;
  std::uint8_t scale = 0;
  // From [+-]digits[.digits]; empty optional for anything else or more than 38 digits.
  [[nodiscard]] static std::optional<Number> parse(std::string_view text) noexcept;
  // With exactly `scale` digits after the point, as in "-0.50".
  [[nodiscard]] std::string to_string() const;
  // The same number with another scale; empty where digits would be lost or 38 digits exceeded.
  [[nodiscard]] std::optional<Number> rescaled(std::uint8_t to) const noexcept;
  // Numeric equality: 1.5 == 1.50.
  friend bool operator==(const Number& a, const Number& b) noexcept;
};

// The C++ type of a decimal(P, S) column: P digits in all, S after the point. Arithmetic is on
// `unscaled`.
template <unsigned P, unsigned S>
struct Decimal {
  static_assert(P >= 1 && P <= 38 && S <= P,
                "decimal(precision, scale): 1 <= precision <= 38, scale <= precision");
  using rep = std::conditional_t<(P <= 18), std::int64_t, int128>;
  static constexpr unsigned precision = P;
  static constexpr unsigned scale = S;
  rep unscaled{};
  friend constexpr auto operator<=>(const Decimal&, const Decimal&) = default;
  // From text such as "12.30"; empty where it is no number or does not fit exactly.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text) noexcept {
    auto n = Number::parse(text);
    if (n) n = n->rescaled(S);
    if (!n || !fits(n->unscaled)) return std::nullopt;
    return Decimal{static_cast<rep>(n->unscaled)};
  }
  [[nodiscard]] std::string to_string() const { return Number{unscaled, S}.to_string(); }
  // Whether an unscaled value has at most P digits.
  [[nodiscard]] static constexpr bool fits(int128 v) noexcept {
    int128 limit = 1;
    for (unsigned i = 0; i < P; ++i) limit *= 10;
    return v > -limit && v < limit;
  }
};

// A count of ticks of a duration or of a time point with another period than microseconds; the
// period is the column's.
struct Ticks {
  std::int64_t count = 0;
  friend constexpr auto operator<=>(const Ticks&, const Ticks&) = default;
};

// A nested value in its stored form (Kindred's Cereal archive); the column's type describes the
// tree.
struct Nested {
  std::string encoded;
  friend auto operator<=>(const Nested&, const Nested&) = default;
};

// One column's value. Signed integers and enumerations of signed type are std::int64_t, unsigned
// ones std::uint64_t.
class Value {
 public:
  using Variant = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                               std::string, Bytes, date, time_point, Ticks, Number, Uuid, Nested>;

  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(std::nullopt_t) {}
  Value(bool v) : held_(v) {}
  Value(int v) : held_(std::int64_t{v}) {}
  Value(unsigned v) : held_(std::uint64_t{v}) {}
  Value(long v) : held_(std::int64_t{v}) {}
  Value(unsigned long v) : held_(std::uint64_t{v}) {}
  Value(long long v) : held_(static_cast<std::int64_t>(v)) {}
  Value(unsigned long long v) : held_(static_cast<std::uint64_t>(v)) {}
  Value(double v) : held_(v) {}
  Value(const char* v) : held_(std::string(v)) {}
  Value(std::string_view v) : held_(std::string(v)) {}
  Value(std::string v) : held_(std::move(v)) {}
  Value(Bytes v) : held_(std::move(v)) {}
  Value(date v) : held_(v) {}
  Value(time_point v) : held_(v) {}
  Value(Ticks v) : held_(v) {}
  Value(Number v) : held_(v) {}
  Value(Uuid v) : held_(v) {}
  Value(Nested v) : held_(std::move(v)) {}
  template <unsigned P, unsigned S>
  Value(Decimal<P, S> v) : held_(Number{v.unscaled, static_cast<std::uint8_t>(S)}) {}

  [[nodiscard]] bool is_null() const noexcept { return held_.index() == 0; }
  // The held T, or nullptr where another alternative is held.
  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    return std::get_if<T>(&held_);
  }
  // The held T. Throws std::bad_variant_access where another alternative is held.
  template <class T>
  [[nodiscard]] const T& get() const {
    return std::get<T>(held_);
  }
  [[nodiscard]] const Variant& variant() const noexcept { return held_; }
  // For messages: numbers plain, text quoted, null as null. Not a format to parse.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Variant held_;
};

// Named values, in an order. Keys given to get/erase may leave the names empty: they are then taken
// by position.
class Row {
 public:
  using Item = std::pair<std::string, Value>;

  Row() = default;
  Row(std::initializer_list<Item> items) : items_(items) {}

  // The value under `name`, or nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  // The value under `name`. Throws UsageError naming the ones there are.
  [[nodiscard]] const Value& operator[](std::string_view name) const;
  // Sets or adds.
  void set(std::string_view name, Value value);
  // Adds at the end without looking for the name: the caller knows that it is new.
  void append(std::string name, Value value) {
    items_.emplace_back(std::move(name), std::move(value));
  }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }
  [[nodiscard]] auto begin() noexcept { return items_.begin(); }
  [[nodiscard]] auto end() noexcept { return items_.end(); }
  friend bool operator==(const Row&, const Row&) = default;

 private:
  std::vector<Item> items_;
};

}  // namespace kindred

template <>
struct std::hash<kindred::Uuid> {
  [[nodiscard]] std::size_t operator()(const kindred::Uuid& uuid) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, uuid.octets.data(), sizeof halves);
    // Uuids made in a row differ in few bits: the products spread them.
    const std::uint64_t mixed = (halves[0] ^ halves[1] * 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
  }
};
