// Nodes for types as they stand in a field.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "kindred/detail/schema_containers.hpp"
#include "kindred/detail/schema_holders.hpp"
#include "kindred/detail/schema_words.hpp"

namespace kindred::schema::detail {

template <class T>
struct AnnotationOf {
  static constexpr bool is_annotated = false;
};
template <class T, auto... O>
struct AnnotationOf<Annotated<T, O...>> {
  static constexpr bool is_annotated = true;
  using type = T;
  static void add(FieldOptions& to) { add_words<Stored<T>, O...>(to); }
};

// The words of an annotation speak first, then those of what stands around it.
template <class T>
const Node& describe_annotated(Builder& builder, FieldOptions& options) {
  FieldOptions all = options.inner();
  AnnotationOf<T>::add(all);
  all.take_over(options);
  return describe<typename AnnotationOf<T>::type>(builder, all);
}

template <class T>
const Node& describe_scalar(Builder& builder, FieldOptions& options) {
  const Storage* storage = &storage_of<T>;
  if constexpr (std::is_enum_v<T>)
    if (options.by_value) storage = &storage_by_value<T>;
  if constexpr (std::same_as<T, Value>) storage = &value_storage;
  Node& node = builder.make(TypeOf<T>::kind, TypeOf<T>::rep, *storage);
  TypeOf<T>::adapt(node, options);
  return builder.settle(node, options);
}

template <class T>
const Node& describe(Builder& builder, FieldOptions& options) {
  if constexpr (AnnotationOf<T>::is_annotated)
    return describe_annotated<T>(builder, options);
  else if constexpr (TypeOf<T>::is_scalar)
    return builder.dress(describe_scalar<T>(builder, options), options);
  else
    return builder.dress(TypeOf<T>::node(builder, options), options);
}

// ---- what is wrong with a type and its words, for the compiler

using kindred::detail::Message;

template <class T>
constexpr std::string_view remedy() {
  if constexpr (std::is_pointer_v<T>)
    return "a pointer owns nothing: use std::string for text, std::optional or std::unique_ptr "
           "for what may be absent";
  else if constexpr (std::same_as<T, std::string_view>)
    return "it owns nothing: use std::string";
  else if constexpr (std::same_as<T, std::vector<bool>>)
    return "its items have no addresses: use std::deque<bool>";
  else if constexpr (std::same_as<T, char>)
    return "use std::string for text, std::int8_t or std::uint8_t for numbers";
  else if constexpr (std::is_class_v<T>)
    return "give it Field members, or use one of the types that kindred/schema_field.hpp lists";
  else
    return "use one of the types that kindred/schema_field.hpp lists";
}

template <class T>
inline constexpr bool is_holder = requires {
  typename TypeOf<Stored<T>>::Held;
};

template <class S>
constexpr bool is_single_variant() {
  if constexpr (requires { TypeOf<S>::is_single; })
    return TypeOf<S>::is_single;
  else
    return false;
}
template <class S>
inline constexpr bool holds_alone = is_holder<S> || is_single_variant<S>();

template <class T>
constexpr void complain_of_type(Message& out) {
  using S = Stored<T>;
  if constexpr (!TypeOf<S>::is_known) {
    out << "the type "
        << kindred::detail::plain_type_name<S> << " cannot be a field: " << remedy<S>();
  } else if constexpr (requires { TypeOf<S>::each_part([](auto) {}); }) {
    TypeOf<S>::each_part([&](auto part) {
      using P = typename decltype(part)::type;
      if (out.empty()) complain_of_type<P>(out);
      if constexpr (holds_alone<S> && std::same_as<Stored<P>, Value>) {
        if (out.empty()) out << "a schema::Value may be null itself: leave out what holds it";
      }
      if constexpr (is_holder<S> && is_holder<P>) {
        if (out.empty())
          out << "a std::optional or pointer inside another cannot be a field: leave one of them "
                 "out";
      }
    });
    if constexpr (requires { typename TypeOf<S>::Key; }) {
      if (out.empty() && !TypeOf<Stored<typename TypeOf<S>::Key>>::is_scalar)
        out << "the keys of a map are scalars, not "
            << kindred::detail::plain_type_name<Stored<typename TypeOf<S>::Key>>;
    }
  }
}
template <class T>
consteval bool is_supported() {
  Message out;
  complain_of_type<T>(out);
  return out.empty();
}

template <class T, class O>
constexpr void complain_of_word(Message& out) {
  if (!out.empty()) return;
  if constexpr (!IsWord<O>) {
    out << kindred::detail::plain_type_name<
               O> << " is no word of a field: see kindred/schema_field_options.hpp for those there are";
  } else if constexpr (WordOf<O>::word == Word::function) {
    if (!WordOf<O>::template fits<Stored<T>>)
      out << "a function behind it does not take what it is called with: see before, after, wrap "
             "and plain in kindred/schema_field_options.hpp";
  } else if constexpr (WordOf<O>::word == Word::serializer) {
    if (!WordOf<O>::template fits<Stored<T>>)
      out << "serializer(f): f takes a const reference to the field's type";
  } else {
    const std::string_view wanted = wanted_by(WordOf<O>::word, TypeOf<Stored<T>>::kind);
    if (!wanted.empty())
      out << word_text(WordOf<O>::word) << " needs " << wanted << ", but the field is "
          << kindred::detail::plain_type_name<Stored<T>>;
  }
}
template <class T, auto... O>
constexpr void complain(Message& out) {
  complain_of_type<T>(out);
  (complain_of_word<T, std::remove_cvref_t<decltype(O)>>(out), ...);
}

}  // namespace kindred::schema::detail
