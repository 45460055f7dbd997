// A value whose type is known at run time only: what fields of type `schema::Value` ("any") and
// dynamic models hold, what errors show as input, what model_dump gives.
//
// Threads: values. A value that holds an object shares the object's model, read-only.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/schema_types.hpp"
#include "kindred/value.hpp"

namespace kindred::schema {

class Value;
namespace detail {
struct Model;

// Something larger, on the heap; copied deeply. Never empty but after being moved from.
template <class T>
class Box {
 public:
  Box(T value) : held_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : held_(std::make_unique<T>(*other.held_)) {}
  Box(Box&& other) noexcept : held_(std::move(other.held_)) {}
  Box& operator=(const Box& other) {
    if (this != &other) held_ = std::make_unique<T>(*other.held_);
    return *this;
  }
  Box& operator=(Box&& other) noexcept {
    held_ = std::move(other.held_);
    return *this;
  }
  ~Box() = default;
  [[nodiscard]] T& operator*() noexcept { return *held_; }
  [[nodiscard]] const T& operator*() const noexcept { return *held_; }
  [[nodiscard]] T* operator->() noexcept { return held_.get(); }
  [[nodiscard]] const T* operator->() const noexcept { return held_.get(); }

 private:
  std::unique_ptr<T> held_;
};

// Positions of values by hash, so that equal ones are found in constant time; empty while there are
// only a few. "Equal" is Python's `==`: 1, 1.0 and true are one key.
class KeyIndex {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  // Where among `count` values, the i-th of which is `at(i)`, one is equal to the key; none.
  // Values beyond those that were added are not found.
  using At = FunctionRef<const Value&(std::size_t)>;
  [[nodiscard]] std::size_t find(const Value& key, std::size_t count, At at) const noexcept;
  // To be called when the last of `count` values was added.
  void added(std::size_t count, At at);
  // To be called before the last of `count` values takes the place of the one at `position`.
  void removing(std::size_t position, std::size_t count, At at) noexcept;
  void clear() noexcept { cells_.clear(); }

 private:
  void place(const Value& key, std::size_t position) noexcept;
  [[nodiscard]] std::size_t cell_of(std::size_t position, At at) const noexcept;
  std::vector<std::uint32_t> cells_;  // open addressing: position + 1, or 0
};
}  // namespace detail

struct Sequence;
struct Dict;
struct Object;
struct Secret;
struct Enumerator;

// What a Value holds, in the order of its alternatives.
enum class ValueKind : std::uint8_t {
  null,
  boolean,
  integer,
  big_integer,
  floating,
  text,
  bytes,
  decimal,
  date,
  time,
  datetime,
  duration,
  uuid,
  url,
  multi_host_url,
  name_email,
  ip,
  enumerator,
  secret,
  sequence,
  dict,
  object,
};

// Constructors and the like are functions of the library: written here they would be compiled
// again, over all alternatives, in every file that sees a Value.
class Value {
 public:
  using Variant =
      std::variant<std::monostate, bool, std::int64_t, BigInt, double, std::string, Bytes,
                   detail::Box<BigDecimal>, date, TimeOfDay, DateTime, Duration, Uuid,
                   detail::Box<Url>, detail::Box<MultiHostUrl>, detail::Box<NameEmail>,
                   detail::Box<Ip>, detail::Box<Enumerator>, detail::Box<Secret>,
                   detail::Box<Sequence>, detail::Box<Dict>, detail::Box<Object>>;

  Value() noexcept;  // null
  Value(const Value& other);
  Value& operator=(const Value& other);
  // What is moved from is null.
  Value(Value&& other) noexcept;
  Value& operator=(Value&& other) noexcept;
  ~Value();
  Value(std::nullptr_t) noexcept;
  Value(bool v) noexcept;
  Value(int v) noexcept;
  Value(long v) noexcept;
  Value(long long v) noexcept;
  Value(unsigned v) noexcept;
  Value(unsigned long v);
  Value(unsigned long long v);  // a BigInt beyond the signed ones
  Value(double v) noexcept;
  Value(const char* v);
  Value(std::string_view v);
  Value(std::string v);
  Value(Bytes v);
  Value(BigInt v);
  Value(BigDecimal v);
  Value(date v) noexcept;
  Value(TimeOfDay v) noexcept;
  Value(DateTime v) noexcept;
  Value(Duration v) noexcept;
  Value(Uuid v) noexcept;
  Value(Url v);
  Value(MultiHostUrl v);
  Value(NameEmail v);
  Value(Ip v);
  Value(Enumerator v);
  Value(Secret v);
  Value(Sequence v);
  Value(Dict v);
  Value(Object v);

  [[nodiscard]] ValueKind kind() const noexcept { return static_cast<ValueKind>(held_.index()); }
  [[nodiscard]] bool is(ValueKind wanted) const noexcept { return kind() == wanted; }
  [[nodiscard]] bool is_null() const noexcept { return held_.index() == 0; }
  // The held T (BigDecimal, Sequence, ... without their box), or nullptr where another kind is
  // held.
  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    if constexpr (is_direct<T>) {
      return std::get_if<T>(&held_);
    } else {
      const auto* box = std::get_if<detail::Box<T>>(&held_);
      return box == nullptr ? nullptr : &**box;
    }
  }
  template <class T>
  [[nodiscard]] T* get_if() noexcept {
    return const_cast<T*>(std::as_const(*this).template get_if<T>());
  }
  // The held T. Throws std::bad_variant_access where another kind is held.
  template <class T>
  [[nodiscard]] const T& get() const {
    if (const T* held = get_if<T>()) return *held;
    throw std::bad_variant_access();
  }
  [[nodiscard]] const Variant& variant() const noexcept { return held_; }
  // The value under a key of a dict, or the member of an object; nullptr where there is none.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  // As Python's repr() prints it: None, True, 'text', [1, 2]. Secrets are never shown.
  [[nodiscard]] std::string to_string() const;

  // The same kind and the same value: 1 is not 1.0. Sets in any order; objects by class, members
  // and extras, not by which members were set.
  friend bool operator==(const Value& a, const Value& b);

 private:
  template <class T>
  static constexpr bool is_direct =
      std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, BigInt> ||
      std::is_same_v<T, double> || std::is_same_v<T, std::string> || std::is_same_v<T, Bytes> ||
      std::is_same_v<T, date> || std::is_same_v<T, TimeOfDay> || std::is_same_v<T, DateTime> ||
      std::is_same_v<T, Duration> || std::is_same_v<T, Uuid>;
  Variant held_;
};

// Several values: a list, a tuple, or a set of either kind (without equal items).
struct Sequence {
  enum class Form : std::uint8_t { list, tuple, set, frozen_set };
  Form form = Form::list;
  std::vector<Value> items;
  detail::KeyIndex index{};  // of a set while it is filled; else empty
};

// Values by key, in the order in which keys came first.
struct Dict {
  using Item = std::pair<Value, Value>;
  std::vector<Item> items;

  Dict() = default;
  Dict(std::initializer_list<Item> from) : items(from) {}
  [[nodiscard]] const Value* find(std::string_view key) const noexcept;
  template <class Text>
  requires std::is_convertible_v<const Text&, std::string_view>
  [[nodiscard]] const Value* find(const Text& key) const noexcept {
    return find(std::string_view(key));
  }
  [[nodiscard]] const Value* find(const Value& key) const noexcept;
  // The value under the key, added as null where there is none. Constant time on average: keys are
  // hashed where there are more than a few.
  Value& at_key(const Value& key);
  // Takes a key out, where it is there; another one may take its place in the order.
  void erase(const Value& key);
  // After items were changed by hand: forgets the hashes.
  void reindex() noexcept { index_.clear(); }

 private:
  detail::KeyIndex index_;
};

// An instance of a dynamic model.
struct Object {
  std::shared_ptr<const detail::Model> model;
  std::vector<Value> members;    // in order of declaration
  std::vector<bool> fields_set;  // which of them the input gave
  std::vector<bool> absent;      // of a typed dict: members that are not there; else empty
  std::optional<Dict> extra;     // where the model allows it
  [[nodiscard]] std::string_view class_name() const noexcept;
  [[nodiscard]] std::string_view member_name(std::size_t index) const noexcept;
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
};

// A value that is never printed: dumps and messages show '**********'.
struct Secret {
  Value value;
};

// A member of an enumeration.
struct Enumerator {
  std::string type;
  std::string name;
  Value value;
};

}  // namespace kindred::schema
