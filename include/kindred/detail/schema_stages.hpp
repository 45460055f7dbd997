// Functions behind a type, in the words of the program, as the stages of a node.
#pragma once

#include <type_traits>
#include <utility>

#include "kindred/detail/schema_slots.hpp"
#include "kindred/schema_field_options.hpp"

namespace kindred::schema {

// In a wrap function: validates the value on. What it refuses is thrown, see ValidationError.
template <class T>
class Next {
 public:
  Next(void* slot, const detail::Functions::Handler& handler) : slot_(slot), handler_(handler) {}
  T operator()(Value value) const {
    handler_(std::move(value));
    return detail::at<T>(slot_);
  }

 private:
  void* slot_;
  const detail::Functions::Handler& handler_;
};

namespace detail {

// ---- calling functions, with or without ValidationInfo

template <class F, class... A>
decltype(auto) call_with(const F& f, const ValidationInfo& info, A&&... args) {
  if constexpr (std::is_invocable_v<const F&, A..., const ValidationInfo&>)
    return f(std::forward<A>(args)..., info);
  else
    return f(std::forward<A>(args)...);
}
template <class F, class... A>
inline constexpr bool callable_with = std::is_invocable_v<const F&, A..., const ValidationInfo&> ||
                                      std::is_invocable_v<const F&, A...>;

template <class T, class F>
void call_after(const F& f, T& value, const ValidationInfo& info) {
  if constexpr (callable_with<F, T&>) {
    using R = decltype(call_with(f, info, value));
    if constexpr (std::is_void_v<R>)
      call_with(f, info, value);
    else
      value = static_cast<T>(call_with(f, info, value));
  } else {
    value = static_cast<T>(call_with(f, info, std::move(value)));
  }
}

template <class T, FunctionKind K, class F>
constexpr bool function_fits() {
  if constexpr (K == FunctionKind::before) return callable_with<F, Value>;
  if constexpr (K == FunctionKind::after) return callable_with<F, T&> || callable_with<F, T&&>;
  if constexpr (K == FunctionKind::wrap) return callable_with<F, Value, const Next<T>&>;
  return callable_with<F, Value>;
}

template <class T, FunctionKind K, class F>
Stage make_stage(const FunctionOption<K, F>& option) {
  Stage out;
  out.uses_data = option.data;
  if constexpr (K == FunctionKind::before) {
    out.functions.before = [f = option.function](Value value, const ValidationInfo& info) {
      return Value(call_with(f, info, std::move(value)));
    };
  } else if constexpr (K == FunctionKind::after) {
    out.after = [f = option.function](void* slot, const ValidationInfo& info) {
      call_after(f, at<T>(slot), info);
    };
  } else if constexpr (K == FunctionKind::wrap) {
    out.functions.wrap = [f = option.function](void* slot, Value value, Functions::Handler next,
                                               const ValidationInfo& info) {
      const Next<T> on(slot, next);
      at<T>(slot) = static_cast<T>(call_with(f, info, std::move(value), on));
    };
  } else {
    out.functions.plain = [f = option.function](void* slot, Value value,
                                                const ValidationInfo& info) {
      at<T>(slot) = static_cast<T>(call_with(f, info, std::move(value)));
    };
  }
  return out;
}

// A result of a serializer as a Value.
template <class R>
Value dumped(const R& result);
// The node of type R, for JSON Schema; null where R says nothing.
template <class R>
const Node* result_node();

template <class T, class F>
Serializer make_serializer(const F& f, WhenUsed when) {
  Serializer out;
  out.when = when;
  if constexpr (std::is_invocable_v<const F&, const T&, FunctionRef<Value()>>) {
    using R = std::remove_cvref_t<std::invoke_result_t<const F&, const T&, FunctionRef<Value()>>>;
    out.function = [f](const void* slot, FunctionRef<Value()> inner) {
      return dumped<R>(f(at<T>(slot), inner));
    };
    out.result = result_node<R>();
  } else {
    using R = std::remove_cvref_t<std::invoke_result_t<const F&, const T&>>;
    out.function = [f](const void* slot, FunctionRef<Value()>) {
      return dumped<R>(f(at<T>(slot)));
    };
    out.result = result_node<R>();
  }
  return out;
}

}  // namespace detail
}  // namespace kindred::schema
