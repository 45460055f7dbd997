// Ref<T>: a counted handle of 8 bytes to an entity that lives in memory as one object, in a session
// or not. Relationships are live behind it.
//
//   Ref<User> ann = make_ref(User{.username = "ann"});     // transient, no session needed
//   ann->posts.append(Post{.title = "Hello"});             // ann->posts[0]->author == ann, at once
//   Ref<User> ann = session.add(User{...});                // the same, in a session
//
// Through Ref<T> an object may be changed, so access marks it to be looked at by the next flush;
// Ref<const T> reads without marking, through relationships too. `->` marks until the next flush,
// `*ref` for every flush while a handle lives, since the reference may be kept. A reference into an
// object is good until the next flush.
//
// Objects linked without a session live as long as any handle to one of them. Copying costs a
// count; a null Ref throws UsageError when used.
//
// Threads: linked objects belong to one thread at a time; overlap is detected where it changes or
// loads something, and is a UsageError. Counts are not atomic.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <type_traits>
#include <utility>

#include "kindred/detail/instance.hpp"

namespace kindred {

template <class T>
class Ref {
 public:
  using element_type = T;
  constexpr Ref() = default;
  constexpr Ref(std::nullptr_t) {}
  explicit Ref(detail::State* state) noexcept : state_(state) { detail::retain(state); }
  Ref(const Ref& other) noexcept : Ref(other.state_) {}
  Ref(Ref&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  // To const, and to a base of a single-table inheritance.
  template <class U>
  requires(!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>) Ref(const Ref<U>& other)
  noexcept : Ref(other.state()) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Ref() { detail::release(state_); }

  [[nodiscard]] T* operator->() const { return &access(); }
  [[nodiscard]] T& operator*() const {
    T& object = access();
    if constexpr (!std::is_const_v<T>) state_->set(detail::State::sticky);
    return object;
  }
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  // Whether both name one object.
  template <class U>
  requires(std::is_convertible_v<const U*, const T*> ||
           std::is_convertible_v<const T*, const U*>) bool
  operator==(const Ref<U>& other) const noexcept {
    return state_ == other.state();
  }
  bool operator==(std::nullptr_t) const noexcept { return state_ == nullptr; }
  // "User 7", "Post (new)", "null".
  friend std::ostream& operator<<(std::ostream& out, const Ref& ref) {
    return ref.state_ == nullptr ? out << "null" : out << detail::describe(*ref.state_);
  }

  // co_await ann.awaitable(&User::posts): the relationship, loaded. Needs async.hpp.
  template <class M, class C>
  [[nodiscard]] auto awaitable(M C::*relationship) const;

  [[nodiscard]] detail::State* state() const noexcept { return state_; }

 private:
  T& access() const {
    using detail::State;
    if (state_ == nullptr) [[unlikely]]
      detail::null_ref();
    if constexpr (std::is_const_v<T>) {
      if (state_->is(State::expired)) [[unlikely]]
        detail::reload(*state_);
    } else {
      if ((state_->bits & (State::calm | State::expired)) != State::calm) [[unlikely]]
        detail::touch(*state_);
    }
    return detail::entity_in<T>(*state_);
  }
  detail::State* state_ = nullptr;
};
static_assert(sizeof(Ref<int>) == sizeof(detail::State*));

namespace detail {
template <class T>
const Mapper& mapper_of();
// Whether the object may stand where one of this mapper is asked for.
[[nodiscard]] bool takes(const Mapper& mapper, const State& state) noexcept;
template <class T>
inline constexpr bool is_ref = false;
template <class T>
inline constexpr bool is_ref<Ref<T>> = true;
}  // namespace detail

// A transient object that holds this value. Relationships given in it are linked at once.
template <class T>
requires(!std::is_const_v<T> && !std::is_reference_v<T> && std::is_class_v<T>)
    [[nodiscard]] Ref<T> make_ref(T&& value) {
  auto* instance = new detail::Instance<T>{{&detail::mapper_of<T>()}, std::move(value)};
  Ref<T> out(instance);
  detail::take_over(*instance);
  return out;
}
template <class T>
requires std::is_class_v<T>
[[nodiscard]] Ref<T> make_ref(const T& value) { return make_ref(T(value)); }

// The derived object, or null where it is another: of single-table inheritance.
template <class T, class U>
requires std::is_base_of_v<std::remove_const_t<U>, T>
[[nodiscard]] auto ref_cast(const Ref<U>& ref) noexcept {
  using Out = std::conditional_t<std::is_const_v<U>, const T, T>;
  const bool fits = ref && detail::takes(detail::mapper_of<T>(), *ref.state());
  return Ref<Out>(fits ? ref.state() : nullptr);
}

}  // namespace kindred

template <class T>
struct std::hash<kindred::Ref<T>> {
  std::size_t operator()(const kindred::Ref<T>& ref) const noexcept {
    return std::hash<const void*>{}(ref.state());
  }
};
