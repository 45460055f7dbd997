// The bodies of Dumper, for the two files that make its instances.
#pragma once

#include <utility>

#include "schema/dump_fault.hpp"
#include "schema/dumper.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema::detail {

// What holds inside a member; false where it is left out.
template <class... Key>
inline bool enter(const FilterScope*& scope, std::optional<FilterScope>& inner, Key... key) {
  if (scope == nullptr) return true;
  inner.emplace();
  const bool is_in = scope->enter(key..., *inner);
  scope = inner->is_open() ? nullptr : &*inner;
  return is_in;
}

inline bool is_in(const FilterScope& scope, std::size_t index, std::size_t count) {
  FilterScope inner;
  return scope.enter(index, count, inner);
}

template <class Out>
template <class To>
[[gnu::always_inline]] inline bool Dumper<Out>::known(To& to, const Node& n, const void* slot,
                                                      const FilterScope* scope) {
  switch (n.rep) {
    case Rep::i64: to.integer(*static_cast<const std::int64_t*>(slot)); return true;
    case Rep::f64: to.floating(*static_cast<const double*>(slot), n.inf_nan); return true;
    case Rep::boolean: to.boolean(*static_cast<const bool*>(slot)); return true;
    case Rep::string: to.text(*static_cast<const std::string*>(slot)); return true;
    case Rep::opt_string: {
      const auto& text = *static_cast<const std::optional<std::string>*>(slot);
      text ? to.text(*text) : to.null();
      return true;
    }
    case Rep::time_point:
      to.utc(static_cast<const time_point*>(slot)->time_since_epoch().count());
      return true;
    case Rep::strings:
      strings(to, *static_cast<const std::vector<std::string>*>(slot), scope);
      return true;
    case Rep::other: break;
  }
  return false;
}

template <class Out>
void Dumper<Out>::own(const Node& n, const void* slot, const FilterScope* scope) {
  if (!known(out_, n, slot, scope)) other(n, slot, scope);
}

template <class Out>
void Dumper<Out>::other(const Node& n, const void* slot, const FilterScope* scope) {
  if (n.storage == &value_storage)
    return value(*static_cast<const Value*>(slot), &n, forms_of(n), scope);
  if (n.through != nullptr) {
    slot = n.through->held(slot);
    if (slot == nullptr) return out_.null();
  }
  switch (n.kind) {
    case Kind::function:
    case Kind::recover:
      if (n.item != nullptr) return node(*n.item, slot, scope);
      break;
    case Kind::list:
    case Kind::tuple: return list(n, slot, scope);
    case Kind::dict: return dict(n, slot, scope);
    case Kind::model: return structure(n, slot, scope);
    case Kind::union_:
    case Kind::tagged: return branch(n, slot, scope);
    case Kind::lax_or_strict: return node(*n.choices.front().node, slot, scope);
    case Kind::chain: return node(*n.choices.back().node, slot, scope);
    case Kind::json: return json_text(n, slot, scope);
    default: break;
  }
  if (n.storage == nullptr || n.storage->get == nullptr) return out_.null();
  value(n.storage->get(slot), &n, forms_of(n), scope);
}

template <class Out>
void Dumper<Out>::branch(const Node& n, const void* slot, const FilterScope* scope) {
  const int which = n.storage->which(slot);
  if (which < 0 || static_cast<std::size_t>(which) >= n.choices.size()) return out_.null();
  node(*n.choices[static_cast<std::size_t>(which)].node, n.storage->held(slot), scope);
}

// Json<T>: what its text was read as; in a round trip the text again.
template <class Out>
void Dumper<Out>::json_text(const Node& n, const void* slot, const FilterScope* scope) {
  Level level(*this);
  const void* held = n.storage->held != nullptr ? n.storage->held(slot) : slot;
  if (!options_.round_trip) return node(*n.item, held, scope);
  std::string text;
  JsonOut out(text, 0, false);
  Dumper<JsonOut>(out, options_, DumpMode::json, depth_).node(*n.item, held, scope);
  out.finish();
  out_.text(text);
}

template <class Out>
void Dumper<Out>::serialized(const Serializer& s, const Node& n, const void* slot,
                             const FilterScope* scope) {
  if (!is_asked(s, is_null(n, slot))) return own(n, slot, scope);
  serialize(s, slot, forms_of(n), scope,
            [&](Dumper<ValueOut>& dumper) { dumper.own(n, slot, scope); });
}

template <class Out>
bool Dumper<Out>::is_asked(const Serializer& s, bool is_null) const noexcept {
  const bool json_only = s.when == WhenUsed::json || s.when == WhenUsed::json_unless_none;
  const bool not_null = s.when == WhenUsed::unless_none || s.when == WhenUsed::json_unless_none;
  return !(json_only && keeps_types()) && !(not_null && is_null);
}

template <class Out>
template <class Inner>
void Dumper<Out>::serialize(const Serializer& s, const void* slot, Forms forms,
                            const FilterScope* scope, Inner&& inner) {
  Level level(*this);
  const auto as_type = [&] {
    ValueOut out(mode_);
    Dumper<ValueOut> dumper(out, options_, mode_, depth_);
    inner(dumper);
    return out.take();
  };
  value(s.function(slot, as_type), s.result, forms, scope);
}

template <class Out>
template <class To>
[[gnu::always_inline]] inline void Dumper<Out>::strings(To& to, const std::vector<std::string>& all,
                                                        const FilterScope* scope) {
  to.begin_list(Sequence::Form::list);
  bool is_first = true;
  std::size_t i = 0;
  try {
    for (; i != all.size(); ++i) {
      if (scope != nullptr && !is_in(*scope, i, all.size())) continue;
      to.element(is_first);
      is_first = false;
      to.text(all[i]);
    }
  } catch (DumpFault& fault) {
    fault.leave(std::to_string(i));
    throw;
  }
  to.end_list(is_first);
}

template <class Out>
void Dumper<Out>::list(const Node& n, const void* slot, const FilterScope* scope) {
  const Storage& storage = *n.storage;
  const bool is_tuple = n.kind == Kind::tuple;
  const std::size_t count = storage.size != nullptr ? storage.size(slot) : 0;
  const auto each = [&](auto&& visit) { storage.each(slot, visit); };
  const auto dump = [&](const void* item, std::size_t, const FilterScope* inner) {
    node(*n.item, item, inner);
  };
  if (!is_tuple) return items(n.form, count, scope, each, dump);
  items(Sequence::Form::tuple, count, scope, each,
        [&](const void* item, std::size_t i, const FilterScope* inner) {
          const Node* guide = tuple_item(n, i, count);
          guide != nullptr ? node(*guide, item, inner) : out_.null();
        });
}

template <class Out>
template <class Each, class Dump>
void Dumper<Out>::items(Sequence::Form form, std::size_t count, const FilterScope* scope,
                        Each&& each, Dump&& dump) {
  Level level(*this);
  if (is_set(form)) scope = nullptr;
  out_.begin_list(form);
  std::size_t i = 0;
  bool is_first = true;
  try {
    if (scope == nullptr) {
      out_.expect(i, count);
      each([&](const void* item) {
        out_.element(i == 0);
        dump(item, i, nullptr);
        ++i;
        return true;
      });
      is_first = i == 0;
    } else {
      each([&](const void* item) {
        FilterScope inner;
        if (scope->enter(i, count, inner)) {
          out_.element(is_first);
          is_first = false;
          dump(item, i, inner.is_open() ? nullptr : &inner);
        }
        ++i;
        return true;
      });
    }
  } catch (DumpFault& fault) {
    fault.leave(std::to_string(i));
    throw;
  }
  out_.end_list(is_first);
}

template <class Out>
void Dumper<Out>::dict(const Node& n, const void* slot, const FilterScope* scope) {
  const auto each = [&](auto&& visit) { n.storage->each_entry(slot, visit); };
  entries(forms_of(n), scope, each,
          [&](const void* item, const FilterScope* inner) { node(*n.item, item, inner); });
}

template <class Out>
template <class Each, class Dump>
void Dumper<Out>::entries(Forms forms, const FilterScope* scope, Each&& each, Dump&& dump) {
  Level level(*this);
  out_.begin_dict();
  bool is_first = true;
  std::string name;
  each([&](const Value& key, const void* item) {
    const FilterScope* inside = scope;
    std::optional<FilterScope> inner;
    const auto* text = key.get_if<std::string>();
    const bool wants_name = text == nullptr && (!keeps_types() || scope != nullptr);
    name.clear();
    if (wants_name) append_key(name, key, forms);
    const std::string_view as_text = text != nullptr ? *text : name;
    if (!enter(inside, inner, as_text)) return true;
    out_.element(is_first);
    is_first = false;
    if constexpr (Out::keeps_types) {
      keeps_types() ? out_.raw_key(key) : out_.key(as_text);
    } else {
      out_.key(as_text);
    }
    try {
      dump(item, inside);
    } catch (DumpFault& fault) {
      fault.leave(as_text);
      throw;
    }
    return true;
  });
  out_.end_dict(is_first);
}

template <class Out>
template <class View>
void Dumper<Out>::object(const View& view, Forms forms, const FilterScope* scope) {
  const auto& serializer = view.model.serializer;
  if (!serializer || !is_asked(*serializer, false)) return members(view, forms, scope);
  serialize(*serializer, view.slot(), forms, scope,
            [&](Dumper<ValueOut>& dumper) { dumper.members(view, forms, scope); });
}

template <class Out>
template <class View>
void Dumper<Out>::members(const View& view, Forms forms, const FilterScope* scope) {
  Level level(*this);
  out_.begin_dict();
  bool is_first = true;
  some_members(view, scope, is_first);
  if (const Dict* extra = view.extra())
    extra_members(*extra, view.model.extra_node, forms, scope, is_first);
  if (!view.model.computed.empty()) computed_members(view, scope, is_first);
  out_.end_dict(is_first);
}

template <class Out>
void Dumper<Out>::structure(const Node& n, const void* slot, const FilterScope* scope) {
  const Model& model = *n.model;
  const auto* base = static_cast<const char*>(slot);
  const bool is_simple = is_fast_ && scope == nullptr && model.extra_of == nullptr &&
                         model.computed.empty() && !model.serializer;
  is_simple ? all_members(model, base) : object(StructView{model, base}, forms_of(n), scope);
}

// The common case: structs as JSON, nothing left out but what the model itself leaves out.
template <class Out>
void Dumper<Out>::all_members(const Model& model, const char* base) {
  if constexpr (!Out::keeps_types) {
    Level level(*this);
    JsonCursor to(out_);
    to.begin_dict();
    const auto& out = model.out[by_alias(model)];
    const Model::Out* const end = out.data() + out.size();
    const Model::Out* at = out.data();
    bool is_first = true;
    try {
      for (; at != end; ++at) {
        if (at->exclude) continue;
        to.member(is_first, *at);
        is_first = false;
        const Node& n = *at->node;
        const void* const slot = base + at->offset;
        if (n.serializer || !known(to, n, slot, nullptr)) to.aside([&] { node(n, slot, nullptr); });
      }
    } catch (DumpFault& fault) {
      fault.leave(model.fields[static_cast<std::size_t>(at - out.data())].name);
      throw;
    }
    to.end_dict(is_first);
    to.finish();
  }
}

template <class Out>
template <class View>
bool Dumper<Out>::is_left_out(const View& view, std::size_t i) const {
  const Field& field = view.model.fields[i];
  if (field.exclude || !view.is_there(i)) return true;
  if (options_.exclude_unset && !view.is_set(i)) return true;
  if (options_.exclude_none && is_null(*field.node, view.member(i))) return true;
  return options_.exclude_defaults && has_default(field, view.member(i), options_);
}

template <class Out>
template <class View>
void Dumper<Out>::some_members(const View& view, const FilterScope* scope, bool& is_first) {
  const Model& model = view.model;
  const bool aliased = by_alias(model);
  std::size_t i = 0;
  try {
    for (; i != model.fields.size(); ++i) {
      const Field& field = model.fields[i];
      const FilterScope* inside = scope;
      std::optional<FilterScope> inner;
      if (is_left_out(view, i) || !enter(inside, inner, std::string_view(field.name))) continue;
      out_.member(is_first, aliased && field.out_alias ? *field.out_alias : field.name);
      is_first = false;
      node(*field.node, view.member(i), inside);
    }
  } catch (DumpFault& fault) {
    fault.leave(model.fields[i].name);
    throw;
  }
}

template <class Out>
void Dumper<Out>::extra_members(const Dict& extra, const Node* guide, Forms forms,
                                const FilterScope* scope, bool& is_first) {
  for (const auto& [key, held] : extra.items) {
    std::string name;
    append_key(name, key, forms);
    const FilterScope* inside = scope;
    std::optional<FilterScope> inner;
    if (options_.exclude_none && held.is_null()) continue;
    if (!enter(inside, inner, std::string_view(name))) continue;
    out_.member(is_first, name);
    is_first = false;
    try {
      item_value(held, guide, forms, inside);
    } catch (DumpFault& fault) {
      fault.leave(name);
      throw;
    }
  }
}

template <class Out>
template <class View>
void Dumper<Out>::computed_members(const View& view, const FilterScope* scope, bool& is_first) {
  if (options_.round_trip || options_.exclude_computed) return;
  for (const Computed& member : view.model.computed) {
    const FilterScope* inside = scope;
    std::optional<FilterScope> inner;
    if (!member.function || !enter(inside, inner, std::string_view(member.name))) continue;
    const Value held = member.function(view.slot());
    if (options_.exclude_none && held.is_null()) continue;
    out_.member(is_first, by_alias(view.model) && member.alias ? *member.alias : member.name);
    is_first = false;
    try {
      item_value(held, member.node, forms_of(*member.node), inside);
    } catch (DumpFault& fault) {
      fault.leave(member.name);
      throw;
    }
  }
}

template <class Out>
bool Dumper<Out>::guided(const Value& v, const Node*& guide, const FilterScope* scope) {
  if (guide == nullptr) return false;
  // Null is null whatever the type, but for a text that holds it.
  if (v.is_null() && (guide->kind != Kind::json || guide->nullable)) return false;
  const Node* inner = nullptr;
  switch (guide->kind) {
    case Kind::function:
    case Kind::recover: inner = guide->item; break;
    case Kind::lax_or_strict: inner = guide->choices.front().node; break;
    case Kind::chain: inner = guide->choices.back().node; break;
    case Kind::union_:
    case Kind::tagged: inner = branch_of(*guide, v); break;
    case Kind::json:
      if (guide->storage != &value_storage) return false;
      json_text(*guide, &v, scope);
      return true;
    default: return false;
  }
  // Nodes of other storage describe no run-time value.
  if (inner != nullptr && inner->storage == &value_storage) return node(*inner, &v, scope), true;
  guide = nullptr;
  return false;
}

template <class Out>
void Dumper<Out>::value(const Value& v, const Node* guide, Forms forms, const FilterScope* scope) {
  if (guided(v, guide, scope)) return;
  switch (v.kind()) {
    case ValueKind::sequence: return sequence(v.get<Sequence>(), guide, forms, scope);
    case ValueKind::dict: {
      const auto each = [&](auto&& visit) {
        for (const auto& [key, held] : v.get<Dict>().items) visit(key, &held);
      };
      const Node* held = guide != nullptr && guide->kind == Kind::dict ? guide->item : nullptr;
      return entries(forms, scope, each, [&](const void* item, const FilterScope* inner) {
        item_value(*static_cast<const Value*>(item), held, forms, inner);
      });
    }
    case ValueKind::object: {
      const auto& object = v.get<Object>();
      if (object.model == nullptr) return out_.null();
      return this->object(ObjectView{*object.model, v, object}, forms, scope);
    }
    default: return scalar(v, forms);
  }
}

template <class Out>
void Dumper<Out>::item_value(const Value& v, const Node* guide, Forms forms,
                             const FilterScope* scope) {
  if (guide == nullptr) return value(v, nullptr, forms, scope);
  if (guide->storage == &value_storage) return node(*guide, &v, scope);
  value(v, guide, forms_of(*guide), scope);
}

template <class Out>
void Dumper<Out>::sequence(const Sequence& v, const Node* guide, const Forms& forms,
                           const FilterScope* scope) {
  const std::size_t count = v.items.size();
  const bool is_list = guide != nullptr && guide->kind == Kind::list;
  const bool is_tuple = guide != nullptr && guide->kind == Kind::tuple;
  const auto each = [&](auto&& visit) {
    for (const Value& item : v.items) visit(&item);
  };
  items(v.form, count, scope, each, [&](const void* item, std::size_t i, const FilterScope* inner) {
    const Node* held = is_list ? guide->item : is_tuple ? tuple_item(*guide, i, count) : nullptr;
    item_value(*static_cast<const Value*>(item), held, forms, inner);
  });
}

template <class Out>
void Dumper<Out>::scalar(const Value& v, const Forms& forms) {
  if constexpr (Out::keeps_types) {
    if (keeps_types()) return out_.put(v);
  }
  switch (v.kind()) {
    case ValueKind::null: return out_.null();
    case ValueKind::boolean: return out_.boolean(v.get<bool>());
    case ValueKind::integer: return out_.integer(v.get<std::int64_t>());
    case ValueKind::big_integer: return out_.big(v.get<BigInt>());
    case ValueKind::floating: return out_.floating(v.get<double>(), forms.inf_nan);
    case ValueKind::text: return out_.text(v.get<std::string>());
    case ValueKind::enumerator: {
      Level level(*this);
      return value(v.get<Enumerator>().value, nullptr, forms, nullptr);
    }
    case ValueKind::duration:
      if (forms.duration == duration_form::seconds)
        return out_.floating(seconds_of(v.get<Duration>()), forms.inf_nan);
      break;
    default: break;
  }
  scratch_.clear();
  append_text(scratch_, v, forms);
  out_.text(scratch_);
}

}  // namespace kindred::schema::detail
