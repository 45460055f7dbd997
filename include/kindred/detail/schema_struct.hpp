// Structs as models: their fields, found by the probe, and the functions that they declare.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "kindred/detail/compile_error.hpp"
#include "kindred/detail/probe.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "kindred/detail/schema_describe.hpp"
#include "kindred/schema_computed.hpp"
#include "kindred/schema_extra.hpp"
#include "kindred/schema_options.hpp"

namespace kindred::schema::detail {

using kindred::detail::plain_type_name;
using kindred::detail::specimen;

template <class S>
inline constexpr bool is_root_model = requires(const S& s) {
  typename S::root_type;
  s.root;
};
template <class S>
concept ModelStruct =
    std::is_class_v<S> && std::is_aggregate_v<S> && !is_root_model<S> && !requires {
  std::tuple_size<S>::value;
};

// ---- names of members

template <class S, class Sequence>
struct MemberNames;
template <class S, std::size_t... I>
struct MemberNames<S, std::index_sequence<I...>> {
  static constexpr std::array<std::string_view, sizeof...(I)> value{
      kindred::detail::name_at<kindred::detail::Place{specimen<S>.found[I].at}>()...};
};
template <class S>
inline constexpr const auto& member_names =
    MemberNames<S, std::make_index_sequence<specimen<S>.fields.count>>::value;
template <class S>
inline constexpr bool has_fields = specimen<S>.fields.count != 0 && specimen<S>.found[0].is_field;

template <class S>
constexpr config config_of() {
  if constexpr (requires { S::model_config; }) {
    return S::model_config;
  } else {
    return {};
  }
}

// ---- what is wrong with a model, for the compiler

template <class S>
constexpr Message complain_of_model() {
  Message out;
  if (member_names<S>.empty() && !requires { S::model_config; })
    return out << "the type " << plain_type_name<S> << " cannot be a field: " << remedy<S>();
  bool keeps_extra = false;
  for (std::size_t i = 0; i < member_names<S>.size(); ++i) {
    const kindred::detail::FoundField& found = specimen<S>.found[i];
    Message why;
    if (!found.is_field)
      why << "a model has Field members, not columns or relationships: see kindred/bridge.hpp";
    else if (found.field->is_extra)
      keeps_extra = true;
    else
      found.field->complain(why);
    if (why.empty()) continue;
    return out << plain_type_name<S> << "." << member_names<S>[i] << ": "
               << std::string_view(why.at, why.size);
  }
  if (config_of<S>().extra == extra::allow && !keeps_extra)
    out << plain_type_name<S>
        << ": extra::allow needs a member that keeps what the model does not declare: ExtraFields "
           "extra_fields;";
  return out;
}
template <class S>
consteval bool check_model() {
  constexpr Message message = complain_of_model<S>();
  return kindred::mapping_fits<kindred::detail::shorten<message.size + 1>(message)>();
}

// ---- names of models

// Of templates with their arguments: "Page[User]".
template <class S>
struct ModelName {
  static constexpr bool is_generic = false;
  static std::string get() { return std::string(plain_type_name<S>); }
};
template <class A>
std::string argument_name();
template <template <class...> class G, class... A>
struct ModelName<G<A...>> {
  static constexpr bool is_generic = true;
  static std::string get() {
    std::string out(plain_type_name<G<A...>>);
    char before = '[';
    ((out += before, out += argument_name<A>(), before = ','), ...);
    return out + ']';
  }
};

// ---- storage

template <class S>
ModelEntry& entry_of() {
  static auto* const made = new ModelEntry;
  return *made;
}
template <class S>
void describe_model(ModelEntry& entry);
template <class S>
const Node& model_node() {
  ModelEntry& entry = entry_of<S>();
  if (const Node* made = entry.ready.load(std::memory_order_acquire)) [[likely]]
    return *made;
  return build(entry, &describe_model<S>);
}

template <class S>
consteval std::size_t find_extra() {
  for (std::size_t i = 0; i < member_names<S>.size(); ++i)
    if (specimen<S>.found[i].is_field && specimen<S>.found[i].field->is_extra) return i;
  return member_names<S>.size();
}
template <class S>
inline constexpr std::size_t extra_at = find_extra<S>();
template <class S>
inline constexpr bool has_extra = extra_at<S> < specimen<S>.fields.count;

template <class S>
Dict* extra_of(void* object) {
  const auto offset = reinterpret_cast<const char*>(specimen<S>.found[extra_at<S>].at) -
                      reinterpret_cast<const char*>(std::addressof(specimen<S>.room.object));
  return &*reinterpret_cast<ExtraFields&>(static_cast<char*>(object)[offset]);
}

template <ModelStruct S>
struct TypeOf<S> {
  static constexpr bool is_known = true;  // whether it has fields is asked when it is described
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = Kind::model;

  static void copy(S& to, const S& from) { copy_members(entry_of<S>().model, &to, &from); }
  static bool equal(const S& a, const S& b) { return equal_members(entry_of<S>().model, &a, &b); }
  static constexpr void fill(Storage&) {}
  static const Node& node(Builder& builder, FieldOptions& options) {
    const Node& out = model_node<S>();
    if (!options.constraints.strict) return out;
    Node& mine = builder.own(out);
    mine.strict = *options.constraints.strict;
    return mine;
  }
};

// ---- a root model is its value

template <class S>
requires is_root_model<S>
struct TypeOf<S> {
  using Root = typename S::root_type;
  static_assert(sizeof(S) == sizeof(S::root),
                "a RootModel has no other data members than its root");
  static constexpr bool is_known = true;
  static constexpr bool is_scalar = false;
  static constexpr Kind kind = TypeOf<Stored<Root>>::kind;
  template <class F>
  static constexpr void each_part(F&& f) {
    f(std::type_identity<Root>{});
  }
  static void copy(S& to, const S& from) { copy_value(to.root, from.root); }
  static bool equal(const S& a, const S& b) { return equal_values(a.root, b.root); }
  static constexpr void fill(Storage& to) { fill_whole_of(to, storage_of<Stored<Root>>); }
  static const Node& node(Builder&, FieldOptions&) { return model_node<S>(); }
};

// ---- functions of models

template <class S>
std::optional<Stage> stage_around() {
  Stage out;
  if constexpr (requires { &S::model_before; }) {
    out.functions.before = [](Value value, const ValidationInfo& info) {
      return Value(call_with(&S::model_before, info, std::move(value)));
    };
    return out;
  } else if constexpr (requires { &S::model_wrap; }) {
    out.functions.wrap = [](void* slot, Value value, Functions::Handler next,
                            const ValidationInfo& info) {
      const Next<S> on(slot, next);
      at<S>(slot) = call_with(&S::model_wrap, info, std::move(value), on);
    };
    return out;
  } else {
    return std::nullopt;
  }
}
template <class S>
After model_after() {
  return [](void* slot, const ValidationInfo& info) {
    S& object = at<S>(slot);
    if constexpr (requires { object.model_after(info); })
      object.model_after(info);
    else
      object.model_after();
  };
}
template <class S>
Serializer model_serializer() {
  Serializer out;
  out.function = [](const void* slot, FunctionRef<Value()> inner) {
    const S& object = at<S>(slot);
    if constexpr (requires { object.model_serializer(inner); })
      return dumped(object.model_serializer(inner));
    else
      return (void)inner, dumped(object.model_serializer());
  };
  return out;
}

// A computed member, as it was declared with computed<P>(words...).
template <class S, auto P, auto... O>
Computed make_computed(ModelEntry& entry, const config& settings, const ComputedField<P, O...>&) {
  using R = std::remove_cvref_t<decltype(call_computed<P>(std::declval<const S&>()))>;
  FieldOptions options;
  add_words<Stored<R>, O...>(options);
  Computed out;
  out.name = kindred::detail::member_name<P>;
  out.alias = options.serialization_alias ? options.serialization_alias : options.alias;
  out.meta = std::move(options.meta);
  options.meta = {};
  Builder builder(entry.arena, settings);
  out.node = &describe<R>(builder, options);
  out.function = [node = out.node](const void* object) {
    const R result = call_computed<P>(at<S>(object));
    return dump_value(*node, slot_of(result), {}, DumpMode::values);
  };
  return out;
}

template <class S>
void add_functions(ModelEntry& entry, const config& settings) {
  if constexpr (requires { S::computed_fields; })
    std::apply(
        [&](const auto&... each) {
          (entry.model.computed.push_back(make_computed<S>(entry, settings, each)), ...);
        },
        S::computed_fields);
  if constexpr (requires { &S::model_after; }) entry.model.after.push_back(model_after<S>());
  if constexpr (requires { &S::model_serializer; }) entry.model.serializer = model_serializer<S>();
  if constexpr (has_extra<S>) entry.extra_of = &extra_of<S>;
}

// ---- descriptions

// An object with the defaults, and what its members told while it was made.
class FactoryNotes {
 public:
  FactoryNotes() : outer_(std::exchange(factory_notes(), &notes_)) {}
  FactoryNotes(const FactoryNotes&) = delete;
  FactoryNotes& operator=(const FactoryNotes&) = delete;
  ~FactoryNotes() { factory_notes() = outer_; }
  [[nodiscard]] std::vector<FactoryNote> take() { return std::move(notes_); }

 private:
  std::vector<FactoryNote> notes_;
  std::vector<FactoryNote>* outer_;
};

template <class S>
void describe_struct(ModelEntry& entry) {
  static_assert(check_model<S>());
  static std::vector<FactoryNote> factories;
  static const auto* const fresh = [] {
    FactoryNotes notes;
    const auto* const made = new S{};
    factories = notes.take();
    return made;
  }();
  ModelPlan plan;
  plan.name = ModelName<S>::get();
  plan.is_generic = ModelName<S>::is_generic;
  plan.settings = config_of<S>();
  plan.storage = &storage_of<S>;
  plan.names = member_names<S>;
  plan.found = specimen<S>.found;
  plan.origin = std::addressof(specimen<S>.room.object);
  plan.fresh = fresh;
  plan.factories = factories;
  begin_model(entry, plan, stage_around<S>());
  add_fields(entry, plan);
  add_functions<S>(entry, plan.settings);
  end_model(entry, plan);
}

template <class S>
void describe_root(ModelEntry& entry) {
  const config settings = config_of<S>();
  Builder builder(entry.arena, settings);
  ModelPlan plan;
  plan.name = ModelName<S>::get();
  plan.settings = settings;
  plan.storage = &storage_of<S>;
  begin_root(entry, plan);
  Node& root = end_root(entry, plan, describe<typename S::root_type>(builder));
  if constexpr (requires { &S::model_after; }) root.after.push_back(model_after<S>());
  finish(root);
  if (auto around = stage_around<S>()) {
    FieldOptions options;
    options.stages.push_back(*std::move(around));
    entry.top = &builder.dress(root, options);
  }
}

template <class S>
void describe_model(ModelEntry& entry) {
  if constexpr (is_root_model<S>)
    describe_root<S>(entry);
  else
    describe_struct<S>(entry);
}

// ---- any type by itself: for adapters, and names of templates

// Several scalar types are aggregates, too.
template <class T>
inline constexpr bool is_model =
    (ModelStruct<T> && TypeOf<T>::kind == Kind::model) || is_root_model<T>;

template <class T>
const Node& node_of() {
  if constexpr (is_model<T>) {
    return model_node<T>();
  } else {
    static_assert(is_supported<T>(), "this type cannot be validated: see kindred/schema_field.hpp");
    ModelEntry& entry = entry_of<T>();
    if (const Node* made = entry.ready.load(std::memory_order_acquire)) [[likely]]
      return *made;
    return build(entry, [](ModelEntry& made) {
      const config none;
      Builder builder(made.arena, none);
      made.top = &describe<T>(builder);
    });
  }
}
template <class A>
std::string argument_name() {
  if constexpr (is_model<A>)
    return ModelName<A>::get();
  else if constexpr (is_supported<A>())
    return node_of<A>().name;
  else
    return std::string(plain_type_name<A>);
}

template <class R>
Value dumped(const R& result) {
  if constexpr (std::is_same_v<R, Value>)
    return result;
  else
    return dump_value(node_of<R>(), slot_of(result), {}, DumpMode::values);
}
template <class R>
const Node* result_node() {
  if constexpr (std::is_same_v<R, Value>)
    return nullptr;
  else
    return &node_of<R>();
}

// ---- discriminators

template <class A>
void add_tags(Choice& choice, const std::string& discriminator, Node& to) {
  if constexpr (ModelStruct<A>) {
    TagPlan plan{ModelName<A>::get(), config_of<A>(), member_names<A>, specimen<A>.found};
    add_model_tags(choice, discriminator, to, plan);
  } else {
    add_nested_tags(choice, discriminator);
  }
}

}  // namespace kindred::schema::detail
