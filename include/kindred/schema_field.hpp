// Declaring schema models: structs whose members are Fields.
//
//   struct UserCreate {
//     Field<EmailStr>                                            email;         // required
//     Field<std::optional<std::string>, max_length(50)>          username = Default(std::nullopt);
//     Field<std::vector<std::string>>                            tags = Default();
//   };
//   struct UserOut : UserCreate {                                // has the fields of its base
//     Field<std::int64_t, ge(1)>                                 id;
//     Field<time_point>                                          created_at = Default(now);
//     static constexpr auto model_config = config{.extra = extra::forbid};
//   };
//   auto user = schema::model_validate_json<UserOut>(text);      // schema.hpp
//   user.username = "ann";                                       // a Field behaves like its value
//
// A model is an aggregate. A field without default is required, even one that may be null. Making
// one in C++ (`UserCreate{.email = "a@b.c"}`) and assigning check nothing: schema::make and
// schema::assign do. Every field knows whether it was set: by input, by an initializer or by
// assigning; changes through * and -> do not count.
//
// Types of fields: bool; integers to 64 bits, BigInt; float, double; Decimal<p, s>, Number,
// BigDecimal; std::string, Bytes; date, time_point and other std::chrono time points, DateTime,
// TimeOfDay, std::chrono durations; Uuid, EmailStr, NameEmail, Url, MultiHostUrl, IPv4Address and
// its kin; enumerations; Literal, Json, Secret, Annotated (schema_wrapped.hpp); std::vector, deque,
// list, set, unordered_set, map, unordered_map, array, pair, tuple; std::optional, unique_ptr and
// shared_ptr (null where empty); std::variant (a std::monostate in it is null); schema::Value (any
// JSON); other models, also recursive ones through a container or pointer, and templates of them.
// An enumeration is given by its enumerators' names, with `by_value` by their numbers.
//
// What a struct may declare beside fields (a derived one has its base's, or its own in their
// place):
//   static constexpr auto model_config = config{...};         // | of two: the right one wins
//   static schema::Value model_before(schema::Value input);   // sees the input first
//   static Self model_wrap(schema::Value input, const schema::Next<Self>& next);
//   void model_after();                                       // sees the valid object; may throw
//   static constexpr auto computed_fields = std::tuple{computed<&Self::total>()};
//   schema::Value model_serializer() const;                   // or (FunctionRef<schema::Value()>)
//   ExtraFields extra_fields;                                 // a member: keeps extra::allow's
// The functions may take a `const schema::ValidationInfo&` as their last parameter. A field of a
// derived struct stands for the one of the same name in its base.
//
// Threads: values. Descriptions are made on first use, from any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/member_value.hpp"
#include "kindred/detail/schema_describe.hpp"
#include "kindred/schema_extra.hpp"
#include "kindred/schema_field_options.hpp"
#include "kindred/schema_options.hpp"
#include "kindred/schema_wrapped.hpp"

namespace kindred {

// A default: Default(20), Default(std::nullopt), Default() for an empty value. A function object
// that gives a value is called for each object: Default(now).
template <class U>
struct Default {
  U value;
  constexpr Default(U v) : value(std::move(v)) {}
};
template <>
struct Default<void> {};
Default()->Default<void>;
template <std::size_t N>
Default(const char (&)[N]) -> Default<const char*>;
template <class U>
Default(U) -> Default<U>;

// Calls f() for each object. An f that takes a `const schema::ValidationInfo&` is given what was
// valid of the members before it, and is called by validation only; a plain object has an empty
// value.
template <class F>
struct default_factory {
  F function;
  constexpr explicit default_factory(F f) : function(std::move(f)) {}
};

namespace detail {
template <class U>
inline constexpr bool is_default_word = false;
template <class U>
inline constexpr bool is_default_word<Default<U>> = true;
template <class F>
inline constexpr bool is_default_word<default_factory<F>> = true;
// Said first: asking whether a T can be made of a default would ask all alternatives of a variant.
template <class U>
concept IsValueWord = !is_default_word<std::remove_cvref_t<U>>;
}  // namespace detail

template <class T, auto... Options>
struct Field : detail::MemberValue<T> {
 private:
  using Storage = detail::MemberValue<T>;
  using State = schema::detail::FieldState;

 public:
  using Storage::value;

  // Not set; value-initialised: 0, empty, null.
  constexpr Field() = default;
  template <class U = T>
  requires detail::IsValueWord<U> && detail::MakesValue<Field, T, U>
  constexpr explicit(!std::is_convertible_v<U, T>) Field(U&& from)
      : Storage(std::in_place, std::forward<U>(from)), state_(State::set) {}
  // Not constexpr: clang would compile the body, with its complaint, where it is only asked whether
  // some alternative of a variant could be made so.
  template <class U>
  Field(Default<U> from)
      : Storage(std::in_place, made(std::move(from.value))), state_(State::defaulted) {
    if constexpr (gives<U>()) note(std::move(from.value));
  }
  constexpr Field(Default<void>) : state_(State::defaulted) {}
  template <class F>
  constexpr Field(default_factory<F> from) : Field(std::move(from.function), State::defaulted) {}
  template <class E>
  Field(detail::CountingProbe<E>);
  template <class E>
  constexpr Field(detail::Probe<E> probe) : Storage(detail::Unmade{}) {
    probe.fields.out[probe.fields.count++] = {this, nullptr, &schema::detail::declared_as<Field>,
                                              true};
  }

  template <class U = T>
  requires detail::SetsValue<Field, T, U>
  constexpr Field& operator=(U&& from) {
    value() = std::forward<U>(from);
    state_ = State::set;
    return *this;
  }
  template <class U>
  requires detail::CanAdd<T, U>
  constexpr Field& operator+=(U&& by) {
    value() += std::forward<U>(by);
    state_ = State::set;
    return *this;
  }
  template <class U>
  requires detail::CanSubtract<T, U>
  constexpr Field& operator-=(U&& by) {
    value() -= std::forward<U>(by);
    state_ = State::set;
    return *this;
  }
  constexpr Field& operator++() requires detail::CanStep<T> {
    ++value();
    state_ = State::set;
    return *this;
  }
  constexpr Field& operator--() requires detail::CanStep<T> {
    --value();
    state_ = State::set;
    return *this;
  }

  // Whether input, an initializer or an assignment gave the value.
  [[nodiscard]] constexpr bool is_set() const noexcept { return state_ == State::set; }

  static consteval schema::detail::DeclaredField describe();

 private:
  template <class U>
  static constexpr bool gives() {
    return !std::is_constructible_v<T, U> && std::is_invocable_v<U&>;
  }
  template <class U>
  static constexpr T made(U&& from) {
    using Given = std::remove_cvref_t<U>;
    constexpr bool fits = std::is_constructible_v<T, U> || gives<Given>();
    static_assert(fits,
                  "Default(value): the value does not convert to the type of the field: give one "
                  "that does, or a function object that returns one");
    if constexpr (!fits)
      return T();
    else if constexpr (gives<Given>())
      return static_cast<T>(from());
    else
      return static_cast<T>(std::forward<U>(from));
  }
  template <class F>
  constexpr Field(F function, State state) : state_(state) {
    constexpr bool takes_data = std::is_invocable_v<const F&, const schema::ValidationInfo&>;
    static_assert(takes_data || std::is_invocable_v<const F&>,
                  "default_factory(f): f takes nothing, or a const schema::ValidationInfo&");
    if constexpr (!takes_data && std::is_invocable_v<const F&>)
      value() = static_cast<T>(function());
    note(std::move(function));
  }
  // Tells it to whoever makes the object that defaults are taken from.
  template <class F>
  void note(F function) const {
    auto* const notes = schema::detail::factory_notes();
    if (notes == nullptr) return;
    schema::detail::FactoryNote out{static_cast<const detail::FieldBase*>(this),
                                    &schema::detail::declared_as<Field>,
                                    {},
                                    false};
    out.uses_data = std::is_invocable_v<const F&, const schema::ValidationInfo&>;
    out.factory = [f = std::move(function)](void* slot, const schema::ValidationInfo& info) {
      schema::detail::at<schema::detail::Stored<T>>(slot) =
          static_cast<schema::detail::Stored<T>>(schema::detail::call_with(f, info));
    };
    notes->push_back(std::move(out));
  }
  struct Room;

  State state_ = State::missing;
};

// An uninitialised field, to ask where its parts lie.
template <class T, auto... Options>
struct Field<T, Options...>::Room {
  union {
    Field field;
    char none;
  };
  Room() : none{} {}
  ~Room() {}
  [[nodiscard]] std::size_t distance(const void* part) const {
    return static_cast<std::size_t>(static_cast<const char*>(part) -
                                    reinterpret_cast<const char*>(std::addressof(field)));
  }
  static std::size_t of_value() {
    const Room room;
    return room.distance(schema::detail::slot_of(room.field.value()));
  }
  static std::size_t of_state() {
    const Room room;
    return room.distance(std::addressof(room.field.state_));
  }
};

template <class T, auto... Options>
consteval schema::detail::DeclaredField Field<T, Options...>::describe() {
  namespace d = schema::detail;
  using Inner = d::Stored<detail::WithoutOptional<d::Stored<T>>>;
  d::DeclaredField out;
  out.type = detail::type_id<Inner>;
  out.type_name = detail::plain_type_name<Inner>;
  out.kind = d::TypeOf<Inner>::kind;
  out.nullable = d::is_holder<T>;
  out.complain = &d::complain<T, Options...>;
  if constexpr (d::is_supported<T>()) {
    out.options = [] {
      d::FieldOptions options;
      d::add_words<d::Stored<T>, Options...>(options);
      return options;
    };
    out.describe = &d::describe<T>;
  }
  out.value_offset = &Room::of_value;
  out.state_offset = &Room::of_state;
  return out;
}
// What the right one says, else the left one: config{...} of a struct behind that of its base.
constexpr config operator|(config base, const config& over) {
  const auto take = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  take(base.strict, over.strict);
  take(base.extra, over.extra);
  take(base.populate_by_name, over.populate_by_name);
  take(base.validate_by_name, over.validate_by_name);
  take(base.validate_by_alias, over.validate_by_alias);
  take(base.serialize_by_alias, over.serialize_by_alias);
  take(base.loc_by_alias, over.loc_by_alias);
  if (over.alias_generator != alias_generator::none) base.alias_generator = over.alias_generator;
  take(base.validate_assignment, over.validate_assignment);
  take(base.validate_default, over.validate_default);
  take(base.frozen, over.frozen);
  take(base.from_attributes, over.from_attributes);
  take(base.str_strip_whitespace, over.str_strip_whitespace);
  take(base.str_to_lower, over.str_to_lower);
  take(base.str_to_upper, over.str_to_upper);
  take(base.str_min_length, over.str_min_length);
  take(base.str_max_length, over.str_max_length);
  take(base.coerce_numbers_to_str, over.coerce_numbers_to_str);
  take(base.allow_inf_nan, over.allow_inf_nan);
  take(base.use_enum_values, over.use_enum_values);
  take(base.url_preserve_empty_path, over.url_preserve_empty_path);
  take(base.val_json_bytes, over.val_json_bytes);
  take(base.ser_json_bytes, over.ser_json_bytes);
  take(base.val_temporal_unit, over.val_temporal_unit);
  take(base.ser_json_timedelta, over.ser_json_timedelta);
  take(base.ser_json_inf_nan, over.ser_json_inf_nan);
  take(base.hide_input_in_errors, over.hide_input_in_errors);
  if (!over.title.empty()) base.title = over.title;
  if (!over.description.empty()) base.description = over.description;
  return base;
}

}  // namespace kindred

#include "kindred/detail/schema_struct.hpp"
