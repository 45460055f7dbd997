// Objects: models and dicts.
#include <bit>

#include "kindred/detail/schema_calls.hpp"
#include "schema/events.hpp"
#include "schema/value_source.hpp"

namespace kindred::schema::detail {

[[gnu::always_inline]] inline bool Validator::enter_model_here(const Node& n, void* slot,
                                                               const Lookup& lookup) {
  const Model& m = *n.model;
  Frame* f = enter_here(Frame::Kind::model, &n, slot);
  if (f == nullptr) return false;
  // Making an object of a mapping is a conversion.
  if (m.form == Model::Form::model) lower(Exactness::lax);
  f->base = static_cast<char*>(opened(n, slot));
  f->model = &m;
  f->lookup = &lookup;
  in_list_ = false;
  if (n.storage->open_object != nullptr)
    f->base = static_cast<char*>(n.storage->open_object(f->base, m));
  if (m.is_plain) [[likely]]
    return true;
  if (m.extra_of != nullptr) {
    Dict& extra = *m.extra_of(f->base);
    extra.items.clear();
    extra.reindex();
  }
  if (m.words() > 1) {
    f->wide = static_cast<std::uint32_t>(wide_.size());
    wide_.resize(wide_.size() + m.words() - 1);
  }
  return true;
}

bool Validator::open_model(const Node& n, void* slot) {
  const Lookup& lookup = n.model->lookups[static_cast<std::size_t>(naming(*n.model))];
  return lookup.needs_tree ? skip(&n, slot) : enter_model(n, slot, lookup);
}

bool Validator::enter_model(const Node& n, void* slot, const Lookup& lookup) {
  return enter_model_here(n, slot, lookup);
}

bool Validator::StartObject() {
  if (top_->is_read_over()) [[unlikely]]
    return open_inside_skip();
  void* slot = next_slot();
  const Node& n = *cur_;
  if (n.kind != Kind::model) return open_other_object(&n, slot);
  const int usual = n.model->usual_lookup;
  if (usual >= 0 && has_usual_names_ && stream_ != nullptr) [[likely]]
    return enter_model_here(n, slot, n.model->lookups[static_cast<std::size_t>(usual)]);
  return open_model(n, slot);
}

bool Validator::open_other_object(const Node* n, void* slot) {
  while (n->kind == Kind::lax_or_strict) n = n->choices[is_strict(*n) ? 1 : 0].node;
  switch (n->kind) {
    case Kind::model: return open_model(*n, slot);
    case Kind::dict:
    case Kind::any: {
      Frame* f = enter(Frame::Kind::dict, n, slot);
      if (f == nullptr) return false;
      f->base = static_cast<char*>(opened(*n, slot));
      n->storage->begin(f->base, Shape::dict);
      in_list_ = false;
      return true;
    }
    case Kind::tagged: {
      if (n->discriminator.size() != 1 || n->discriminator[0].size() != 1) return skip(n, slot);
      in_list_ = false;
      return enter(Frame::Kind::tag, n, slot) != nullptr;  // until the first key is known
    }
    default: return read_over(*n, slot);
  }
}

bool Validator::take_late_member(Frame& f, std::uint32_t member) {
  if (is_seen(f, member)) duplicate(f);
  set_seen(f, member, true);
  return true;
}

bool Validator::key_of_no_model(Frame& f, std::string_view key) {
  const auto is_tag = [&] { return f.node->discriminator[0][0].get<std::string>() == key; };
  if (f.kind == Frame::Kind::skip) {
    if (f.is_watched && f.count == 0) tag_next_ = is_tag();
    return true;
  }
  if (f.kind == Frame::Kind::tag) {
    cur_ = &ignored_node;
    if (is_tag()) {  // decided when its value comes
      tag_next_ = true;
      return true;
    }
    f.kind = Frame::Kind::skip;
    f.is_watched = true;
    tag_seen_ = false;
    return true;
  }
  return dict_key(f, key);
}

bool Validator::wants(std::string_view member, bool is_hidden) const {
  const Frame& f = *top_;
  switch (f.kind) {
    case Frame::Kind::model: return f.lookup->find(member.data(), member.size()) >= 0;
    case Frame::Kind::skip:
      if (!f.is_watched || f.count != 0) return false;
      [[fallthrough]];
    case Frame::Kind::tag: return f.node->discriminator[0][0] == Value(member);
    default: return !is_hidden;
  }
}

bool Validator::dict_key(Frame& f, std::string_view key) {
  keys_[depth()].assign(key);
  const Node* of = f.node->kind == Kind::dict ? f.node->key : nullptr;
  return dict_key(f, Value(key), of);
}

bool Validator::KeyValue(const Value& key) {
  Frame& f = *top_;
  if (f.kind != Frame::Kind::dict) {  // members have names
    const std::string name = key.to_string();
    return Key(name.data(), static_cast<rapidjson::SizeType>(name.size()), true);
  }
  keys_[depth()] = key.to_string();
  return dict_key(f, key, f.node->kind == Kind::dict ? f.node->key : nullptr);
}

bool Validator::dict_key(Frame& f, Value key, const Node* key_node) {
  const Node& n = *f.node;
  ++f.count;
  if (++items_ > options_.limits.items) return give_up(Stop::too_many_items);
  if (entries_.size() > depth()) entries_[depth()].reset();
  bool is_valid = true;
  if (n.fail_fast && faults_.size() > f.first_fault) {
    cur_ = &ignored_node;
    return true;
  }
  if (key_node != nullptr && key_node->kind != Kind::any) {
    is_valid = converted_key(*key_node, key);
    if (!is_valid && (is_full_ || fails_fast_)) return false;
  }
  if (!is_valid && n.fail_fast) {
    cur_ = &ignored_node;
    return true;
  }
  cur_ = n.kind == Kind::any ? &any_node : n.item;
  if (!is_valid) {  // the value is looked at, but goes nowhere
    if (f.scratch == nullptr && cur_->storage->make != nullptr && n.item != nullptr)
      f.scratch = cur_->storage->make();
    slot_ = f.scratch;
    if (slot_ == nullptr) cur_ = &ignored_node;
    return true;
  }
  if (cur_->kind == Kind::recover || cur_->kind == Kind::function || f.allows_partial ||
      !cur_->after.empty()) {
    if (entries_.size() <= depth()) entries_.resize(depth() + 1);
    entries_[depth()] = key;
  }
  slot_ = n.storage->entry(f.base, std::move(key));
  if (slot_ == nullptr) {
    cur_ = &ignored_node;
    return fail_at("value_range", f.begin);
  }
  return true;
}

// Keys are texts in JSON: they are converted leniently even where values are not.
bool Validator::converted_key(const Node& key_node, Value& key) {
  const auto* text = key.get_if<std::string>();
  const bool is_plain = key_node.kind == Kind::text && !key_node.is_measured &&
                        key_node.min_length == 0 &&
                        key_node.max_length == std::numeric_limits<std::size_t>::max();
  if (text != nullptr && is_plain) return true;
  static const ValidateOptions lenient = [] {
    ValidateOptions out;
    out.strict = false;
    return out;
  }();
  const bool from_values = mode_ == InputMode::values;
  const Value given = key;
  Value out;
  Validator v(from_values ? options_ : lenient, from_values ? mode_ : InputMode::strings,
              value_source(), nullptr);
  Node reading = key_node;
  reading.storage = &value_storage;
  reading.through = nullptr;
  reading.rep = Rep::other;
  v.at(reinterpret_cast<Handle>(&given));
  v.start(reading, &out);
  value_source().replay(reinterpret_cast<Handle>(&given), v);
  if (v.faults_.empty()) {
    key = std::move(out);
    return true;
  }
  const Handle at = stream_ != nullptr ? stream_->string_begin() : here_;
  std::vector<Step> here = path();
  for (Fault& fault : v.faults_) {
    std::vector<Step> steps = here;
    steps.push_back({Step::Kind::label, "[key]", 0, -1});
    steps.insert(steps.end(), fault.path.begin(), fault.path.end());
    fault.path = std::move(steps);
    fault.at = origin_.value_or(at);
    note(std::move(fault));
  }
  return false;
}

// The last one wins: what the first one caused is void.
void Validator::duplicate(const Frame& f) {
  if (faults_.size() == f.first_fault) return;
  const std::vector<Step> here = path();
  const auto is_below = [&](const Fault& fault) {
    return fault.path.size() >= here.size() &&
           std::equal(here.begin(), here.end(), fault.path.begin(),
                      [](const Step& a, const Step& b) {
                        return a.kind == b.kind && a.text == b.text && a.index == b.index;
                      });
  };
  faults_.erase(std::remove_if(faults_.begin() + f.first_fault, faults_.end(), is_below),
                faults_.end());
}

bool Validator::extra_key(Frame& f, std::string_view key) {
  const Model& m = *f.model;
  f.current = -1;
  const kindred::extra policy = extra_of(m);
  if (policy == extra::ignore) {
    cur_ = &ignored_node;
    return true;
  }
  keys_[depth()].assign(key);
  if (policy == extra::forbid) {
    cur_ = &forbidden_node;
    return true;
  }
  Value name = key;
  if (m.extra_key_node != nullptr && !converted_key(*m.extra_key_node, name) &&
      (is_full_ || fails_fast_))
    return false;
  cur_ = m.extra_node != nullptr ? m.extra_node : &any_node;
  if (m.extra_of != nullptr) {
    slot_ = &m.extra_of(f.base)->at_key(name);
  } else if (f.node->storage->extra != nullptr) {
    const auto* text = name.get_if<std::string>();
    slot_ = f.node->storage->extra(f.object, text != nullptr ? std::string_view(*text) : key);
  } else {
    cur_ = &ignored_node;  // a struct that keeps none, asked to by the call
  }
  return true;
}

bool Validator::EndObject(rapidjson::SizeType) {
  const Frame& f = *top_;
  if (f.kind == Frame::Kind::model && !f.is_stopped && !tracks_) [[likely]] {
    // Complete, and nothing waits for it.
    const Model& m = *f.model;
    if (m.is_plain && f.seen == m.all[0] && f.node->after.empty() &&
        f.node->storage->close_object == nullptr) [[likely]] {
      leave();
      return true;
    }
  }
  return end_object();
}

bool Validator::end_object() {
  switch (top_->kind) {
    case Frame::Kind::model: return end_model();
    case Frame::Kind::skip: return end_skip();
    case Frame::Kind::tag: return tag_ends(*top_);
    default: return end_dict();
  }
}

std::vector<bool> Validator::seen_members(const Frame& f) const {
  std::vector<bool> out(f.model->fields.size());
  for (std::size_t i = 0; i != out.size(); ++i) out[i] = is_seen(f, i);
  return out;
}

bool Validator::end_model() {
  Frame& f = *top_;
  const Model& m = *f.model;
  f.current = -1;
  f.way = nullptr;
  if (!f.is_stopped && !has_all(f)) [[unlikely]] {
    if (!missing_members(f)) return false;
  }
  Frame& done = *top_;
  if (done.node->storage->close_object != nullptr)
    done.node->storage->close_object(opened(*done.node, done.object), m, seen_members(done));
  if (tracks_) {
    std::int64_t set = std::popcount(done.seen);
    for (std::size_t w = 1; w < m.words(); ++w) set += std::popcount(wide_[done.wide + w - 1]);
    fields_set_ = std::max<std::int64_t>(fields_set_, 0) + set;
  }
  if (m.words() > 1) wide_.resize(done.wide);
  const bool is_clean = faults_.size() == done.first_fault;
  if (!is_clean || (m.after.empty() && done.node->after.empty())) [[likely]] {
    leave();
    return true;
  }
  const Frame closed = done;
  leave();
  return run_object_functions(m, closed.base, closed.begin) &&
         (closed.node->after.empty() || faults_.size() != closed.first_fault ||
          after(*closed.node, closed.object, closed.begin));
}

bool Validator::run_object_functions(const Model& model, void* object, Handle at) {
  for (const After& function : model.after) {
    const std::size_t before = faults_.size();
    const bool goes_on = guarded(
        at, [&] { with_info([&](const ValidationInfo& info) { function(object, info); }); });
    if (!goes_on || faults_.size() != before) return goes_on;
  }
  return true;
}

bool Validator::missing_members(Frame& f) {
  const Model& m = *f.model;
  const bool by_alias = naming(m) != Naming::name;
  for (std::size_t i = 0; i != m.fields.size(); ++i) {
    if (is_seen(*top_, i)) continue;
    const Field& field = m.fields[i];
    top_->current = static_cast<std::int32_t>(i);
    top_->way = by_alias && !field.alias_paths.empty() ? &field.alias_paths[0] : nullptr;
    const bool goes_on =
        field.required ? fail_at("missing", top_->begin) : member_default(*top_, i);
    top_->current = -1;
    top_->way = nullptr;
    if (!goes_on) return false;
  }
  return true;
}

// A member that the input does not have.
bool Validator::member_default(Frame& f, std::size_t member) {
  const Field& field = f.model->fields[member];
  void* slot = f.base + field.offset;
  if (field.state >= 0) f.base[field.state] = static_cast<char>(FieldState::defaulted);
  const MemberDefault& fallback = field.fallback;
  if (fallback.factory != nullptr) {
    if (fallback.factory_uses_data && faults_.size() != f.first_fault)
      return fail_at("default_factory_not_called", f.begin);
    return guarded(f.begin, [&] {
      with_info([&](const ValidationInfo& info) { fallback.factory(slot, info); });
    });
  }
  if (fallback.initial != nullptr && !field.validate_default) {
    field.node->storage->copy(slot, fallback.initial);
    return true;
  }
  if (fallback.initial != nullptr)
    return send_value(*field.node, slot,
                      dump_value(*field.node, fallback.initial, {}, DumpMode::values), f.begin);
  if (fallback.value) {
    if (field.validate_default) return send_value(*field.node, slot, *fallback.value, f.begin);
    return store_default(*field.node, slot, *fallback.value, f.begin);
  }
  return true;
}

// Defaults are taken as they are; a struct's slot takes only what its type can hold.
bool Validator::store_default(const Node& n, void* slot, const Value& v, Handle at) {
  if (n.storage != &value_storage || n.validate_fallback) return send_value(n, slot, v, at);
  *static_cast<Value*>(slot) = v;
  return true;
}

void Validator::fill_defaults(const Model& model, void* base, const std::vector<bool>& seen) {
  Node node;
  node.kind = Kind::model;
  node.model = &model;
  Frame* f = enter(Frame::Kind::model, &node, base);
  if (f == nullptr) return;
  f->model = &model;
  for (std::size_t i = 0; i != model.fields.size(); ++i) {
    top_->current = static_cast<std::int32_t>(i);
    if (!seen[i] && !model.fields[i].required && !member_default(*top_, i)) break;
  }
  leave();
}

bool Validator::end_dict() {
  Frame& f = *top_;
  const Node& n = *f.node;
  if (f.scratch != nullptr) n.item->storage->drop(f.scratch);
  f.scratch = nullptr;
  const std::size_t count = n.storage->size(f.base);
  const Frame done = f;
  const bool is_clean = faults_.size() == done.first_fault;
  leave();
  if (!is_clean) return true;
  if (count > n.max_length) return too_long(n, done.begin, count);
  if (count < n.min_length) return too_short(n, done.begin, count);
  return n.after.empty() || after(n, done.object, done.begin);
}

}  // namespace kindred::schema::detail
