// The words behind a field's type: which fit it, and what they put into FieldOptions.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/compile_error.hpp"
#include "kindred/detail/schema_holders.hpp"
#include "kindred/detail/schema_stages.hpp"
#include "kindred/schema_field_options.hpp"

namespace kindred::schema::detail {

// ---- which words fit which kinds

constexpr std::string_view word_text(Word word) {
  constexpr std::string_view texts[] = {"ge",
                                        "gt",
                                        "le",
                                        "lt",
                                        "multiple_of",
                                        "min_length",
                                        "max_length",
                                        "pattern",
                                        "strip_whitespace",
                                        "to_lower",
                                        "to_upper",
                                        "coerce_numbers",
                                        "allow_inf_nan",
                                        "max_digits",
                                        "decimal_places",
                                        "past",
                                        "future",
                                        "aware",
                                        "naive",
                                        "microseconds_error",
                                        "uuid_version",
                                        "url_schemes",
                                        "host_required",
                                        "default_host",
                                        "default_port",
                                        "default_path",
                                        "preserve_empty_path",
                                        "discriminator",
                                        "left_to_right",
                                        "fail_fast",
                                        "by_value"};
  return texts[static_cast<std::size_t>(word)];
}
// What a word wants, empty where the kind will do.
constexpr std::string_view wanted_by(Word word, Kind kind) {
  const bool is_number = kind == Kind::integer || kind == Kind::floating || kind == Kind::decimal;
  const bool is_clock = kind == Kind::time || kind == Kind::datetime;
  const bool is_time = is_clock || kind == Kind::date || kind == Kind::timedelta;
  const bool is_url = kind == Kind::url || kind == Kind::multi_host_url;
  const bool is_text = kind == Kind::text || kind == Kind::bytes || kind == Kind::secret_text ||
                       kind == Kind::secret_bytes;
  const bool is_container = kind == Kind::list || kind == Kind::dict || kind == Kind::tuple;
  switch (word) {
    case Word::ge:
    case Word::gt:
    case Word::le:
    case Word::lt: return is_number || is_time ? "" : "a number, date, time or duration";
    case Word::multiple_of: return is_number ? "" : "a number";
    case Word::min_length: return is_text || is_container ? "" : "text, bytes or a container";
    case Word::max_length:
      return is_text || is_container || is_url ? "" : "text, bytes, a URL or a container";
    case Word::pattern:
    case Word::strip_whitespace:
    case Word::to_lower:
    case Word::to_upper:
    case Word::coerce_numbers: return kind == Kind::text ? "" : "a std::string";
    case Word::allow_inf_nan:
      return kind == Kind::floating || kind == Kind::decimal ? "" : "a floating or decimal number";
    case Word::max_digits:
    case Word::decimal_places: return kind == Kind::decimal ? "" : "a decimal number";
    case Word::past:
    case Word::future:
      return kind == Kind::date || kind == Kind::datetime ? "" : "a date or point in time";
    case Word::aware:
    case Word::naive: return is_clock ? "" : "a DateTime or TimeOfDay";
    case Word::microseconds_error:
      return is_clock || kind == Kind::timedelta ? "" : "a time or duration";
    case Word::uuid_version: return kind == Kind::uuid ? "" : "a Uuid";
    case Word::schemes:
    case Word::host_required:
    case Word::default_host:
    case Word::default_port:
    case Word::default_path:
    case Word::preserve_empty_path: return is_url ? "" : "a Url or MultiHostUrl";
    case Word::discriminator:
    case Word::left_to_right: return kind == Kind::union_ ? "" : "a std::variant";
    case Word::fail_fast: return is_container ? "" : "a container";
    case Word::by_value: return kind == Kind::enumeration ? "" : "an enumeration";
    default: return "";
  }
}

template <class O>
struct WordOf;  // `word`, and add<T>(option, options) where T is the type of the slot

template <class O>
concept IsWord = requires {
  WordOf<O>::word;
};

constexpr void add_flag(FieldOptions& to, Word word, bool on) {
  Constraints& c = to.constraints;
  const auto rule = [on](auto value, auto none) { return on ? value : none; };
  switch (word) {
    case Word::strict: c.strict = on; break;
    case Word::allow_inf_nan: c.allow_inf_nan = on; break;
    case Word::strip_whitespace: c.strip_whitespace = on; break;
    case Word::to_lower: c.to_lower = on; break;
    case Word::to_upper: c.to_upper = on; break;
    case Word::coerce_numbers: c.coerce_numbers_to_str = on; break;
    case Word::fail_fast: c.fail_fast = on; break;
    case Word::past: c.now_op = rule(NowRule::past, NowRule::any); break;
    case Word::future: c.now_op = rule(NowRule::future, NowRule::any); break;
    case Word::aware: c.tz_constraint = rule(TimezoneRule::aware, TimezoneRule::any); break;
    case Word::naive: c.tz_constraint = rule(TimezoneRule::naive, TimezoneRule::any); break;
    case Word::microseconds_error: c.microseconds_error = on; break;
    case Word::host_required: c.host_required = on; break;
    case Word::preserve_empty_path: c.preserve_empty_path = on; break;
    case Word::left_to_right: to.left_to_right = on; break;
    case Word::by_value: to.by_value = on; break;
    case Word::frozen: to.frozen = on; break;
    case Word::exclude: to.exclude = on; break;
    case Word::deprecated: to.meta.deprecated = on; break;
    case Word::validate_default: to.validate_default = on; break;
    default: break;
  }
}
inline void add_bound(FieldOptions& to, Word word, Value bound) {
  Constraints& c = to.constraints;
  (word == Word::ge   ? c.ge
   : word == Word::gt ? c.gt
   : word == Word::le ? c.le
   : word == Word::lt ? c.lt
                      : c.multiple_of) = std::move(bound);
}
inline void add_count(FieldOptions& to, Word word, std::uint64_t count) {
  Constraints& c = to.constraints;
  switch (word) {
    case Word::min_length: c.min_length = count; break;
    case Word::max_length: c.max_length = count; break;
    case Word::max_digits: c.max_digits = count; break;
    case Word::decimal_places: c.decimal_places = count; break;
    case Word::uuid_version: c.uuid_version = static_cast<int>(count); break;
    case Word::default_port: c.default_port = static_cast<std::uint16_t>(count); break;
    default: break;
  }
}
inline void add_text(FieldOptions& to, Word word, std::string_view text) {
  switch (word) {
    case Word::pattern: to.constraints.pattern = text; break;
    case Word::default_host: to.constraints.default_host = text; break;
    case Word::default_path: to.constraints.default_path = text; break;
    case Word::alias: to.alias = text; break;
    case Word::serialization_alias: to.serialization_alias = text; break;
    case Word::title: to.meta.title = text; break;
    case Word::description: to.meta.description = text; break;
    case Word::json_schema_extra: to.add_json_schema_extra(text); break;
    default: break;
  }
}

template <Word W>
struct WordOf<Flag<W>> {
  static constexpr Word word = W;
  template <class T>
  static void add(const Flag<W>& o, FieldOptions& to) {
    add_flag(to, W, o.on);
  }
};
template <Word W, std::size_t N>
struct WordOf<BoundOption<W, N>> {
  static constexpr Word word = W;
  template <class T>
  static void add(const BoundOption<W, N>& o, FieldOptions& to) {
    add_bound(to, W, o.bound.value());
  }
};
template <Word W>
struct WordOf<CountOption<W>> {
  static constexpr Word word = W;
  template <class T>
  static void add(const CountOption<W>& o, FieldOptions& to) {
    add_count(to, W, o.count);
  }
};
template <>
struct WordOf<kindred::max_length> {
  static constexpr Word word = Word::max_length;
  template <class T>
  static void add(const kindred::max_length& o, FieldOptions& to) {
    add_count(to, word, o.limit);
  }
};
template <Word W, std::size_t N>
struct WordOf<TextOption<W, N>> {
  static constexpr Word word = W;
  template <class T>
  static void add(const TextOption<W, N>& o, FieldOptions& to) {
    add_text(to, W, o.text.view());
  }
};
template <std::size_t N>
struct WordOf<kindred::detail::DiscriminatedBy<N>> {
  static constexpr Word word = Word::discriminator;
  template <class T>
  static void add(const kindred::detail::DiscriminatedBy<N>& o, FieldOptions& to) {
    to.discriminator = o.name.view();
  }
};

// ---- aliases
template <std::size_t N>
void add_alias(FieldOptions& to, const Constant<N>& key, bool is_choice) {
  if (is_choice)
    to.alias_paths.push_back({key.value()});
  else
    to.validation_alias = key.view();
}
template <class... S>
void add_alias(FieldOptions& to, const AliasPathOption<S...>& path, bool) {
  AliasPath out;
  each_of(path.steps, [&](const auto& step) { out.push_back(step.value()); });
  to.alias_paths.push_back(std::move(out));
}
template <class... C>
void add_alias(FieldOptions& to, const AliasChoicesOption<C...>& choices, bool) {
  each_of(choices.choices, [&](const auto& choice) { add_alias(to, choice, true); });
}
template <class A>
struct WordOf<ValidationAliasOption<A>> {
  static constexpr Word word = Word::validation_alias;
  template <class T>
  static void add(const ValidationAliasOption<A>& o, FieldOptions& to) {
    add_alias(to, o.alias, false);
  }
};

// ---- others
template <class... V>
struct WordOf<ExamplesOption<V...>> {
  static constexpr Word word = Word::examples;
  template <class T>
  static void add(const ExamplesOption<V...>& o, FieldOptions& to) {
    auto& examples = to.meta.examples.emplace();
    each_of(o.values, [&](const auto& each) { examples.push_back(each.value()); });
  }
};
template <class... N>
struct WordOf<SchemesOption<N...>> {
  static constexpr Word word = Word::schemes;
  template <class T>
  static void add(const SchemesOption<N...>& o, FieldOptions& to) {
    each_of(o.names,
            [&](const auto& name) { to.constraints.allowed_schemes.emplace_back(name.view()); });
  }
};
template <>
struct WordOf<OnErrorOption> {
  static constexpr Word word = Word::on_error;
  template <class T>
  static void add(const OnErrorOption& o, FieldOptions& to) {
    to.on_error = o.action;
  }
};
template <FunctionKind K, class F>
struct WordOf<FunctionOption<K, F>> {
  static constexpr Word word = Word::function;
  template <class T>
  static constexpr bool fits = function_fits<T, K, F>();
  template <class T>
  static void add(const FunctionOption<K, F>& o, FieldOptions& to) {
    if constexpr (fits<T>) to.stages.push_back(make_stage<T>(o));
  }
};
template <class F>
struct WordOf<SerializerOption<F>> {
  static constexpr Word word = Word::serializer;
  template <class T>
  static constexpr bool fits = std::is_invocable_v<const F&, const T&> ||
                               std::is_invocable_v<const F&, const T&, FunctionRef<Value()>>;
  template <class T>
  static void add(const SerializerOption<F>& o, FieldOptions& to) {
    if constexpr (fits<T>) to.serializer = make_serializer<T>(o.function, o.when);
  }
};

// A template argument as a variable.
template <auto Option>
inline constexpr auto held_word = Option;

// The words of a T that is annotated or a field.
template <class T, auto... O>
void add_words(FieldOptions& to) {
  (WordOf<std::remove_cvref_t<decltype(O)>>::template add<T>(held_word<O>, to), ...);
}

}  // namespace kindred::schema::detail
