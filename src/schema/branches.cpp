// What cannot be decided while it goes past: unions, functions of the program, JSON inside text,
// defaults in place of failures. Each is sent again by its source, into a branch.
#include <algorithm>

#include "json/text_events.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "schema/events.hpp"
#include "schema/json_text.hpp"
#include "schema/report.hpp"
#include "schema/value_source.hpp"

namespace kindred::schema::detail {
namespace {

// Look-ahead that any input may have, whatever its size.
constexpr std::size_t free_look_ahead = std::size_t{64} << 10;

// Whether an object or array could ever be valid for the node.
bool takes_containers(const Node& n) {
  switch (n.kind) {
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::model:
    case Kind::any:
    case Kind::union_:
    case Kind::tagged:
    case Kind::function:
    case Kind::lax_or_strict:
    case Kind::chain:
    case Kind::recover: return true;
    default: return false;
  }
}

std::string listed(const std::vector<Choice>& choices) {
  std::string out;
  for (const Choice& choice : choices)
    for (const Value& tag : choice.tags) out += (out.empty() ? "" : ", ") + tag.to_string();
  return out;
}

}  // namespace

// Reads from values that are not the input; faults are placed at the outer value.
class Validator::Elsewhere {
 public:
  Elsewhere(Validator& v, Handle outer)
      : v_(v), stream_(v.stream_), source_(v.source_), here_(v.here_), origin_(v.origin_) {
    v.stream_ = nullptr;
    v.source_ = &value_source();
    if (!v.origin_) v.origin_ = outer;
  }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;
  ~Elsewhere() {
    v_.stream_ = stream_;
    v_.source_ = source_;
    v_.here_ = here_;
    v_.origin_ = origin_;
  }

 private:
  Validator& v_;
  const json::TextStream* stream_;
  const Source* source_;
  Handle here_;
  std::optional<Handle> origin_;
};

bool Validator::send(const Scalar& s) {
  switch (s.kind) {
    case Scalar::Kind::null: return Null();
    case Scalar::Kind::boolean: return Bool(s.boolean);
    case Scalar::Kind::integer: return Int64(s.integer);
    case Scalar::Kind::natural: return Uint64(s.natural);
    case Scalar::Kind::number: return Double(s.number);
    case Scalar::Kind::text:
      return String(s.text.data(), static_cast<rapidjson::SizeType>(s.text.size()), true);
    case Scalar::Kind::typed: return Typed(*s.typed);
  }
  return true;
}

bool Validator::send_to(const Node& n, void* slot, Send send) {
  const Place place(*this);
  cur_ = &n;
  slot_ = slot;
  in_list_ = false;
  return send();
}

bool Validator::send_value(const Node& n, void* slot, const Value& v, Handle origin) {
  const Elsewhere elsewhere(*this, origin);
  here_ = reinterpret_cast<Handle>(&v);
  return send_to(n, slot, [&] { return source_->replay(reinterpret_cast<Handle>(&v), *this); });
}

bool Validator::send_made(const Value& v, Handle origin) {
  const Elsewhere elsewhere(*this, origin);
  return source_->replay(reinterpret_cast<Handle>(&v), *this);
}

// Counts what reading again costs: nested unions would be exponential.
bool Validator::spend(std::size_t cost) {
  if (root_stream_ != nullptr)
    total_cost_ = root_stream_->text().size();
  else if (total_cost_ == 0 && root_ != 0)
    total_cost_ = root_source_->cost(root_);
  replayed_ += cost;
  if (replayed_ <= free_look_ahead + options_.limits.look_ahead * total_cost_) return true;
  return give_up(Stop::look_ahead);
}

bool Validator::captured(const Frame& skipped) {
  const Node& n = *skipped.node;
  const Handle at = skipped.begin;
  if (!spend(stream_ != nullptr ? stream_->Tell() - at : source_->cost(at))) return false;
  return special_at(n, skipped.object, at, true, [&] { return source_->replay(at, *this); });
}

bool Validator::special(const Node& n, void* slot, const Scalar& s, bool& is_special) {
  switch (n.kind) {
    case Kind::literal:
    case Kind::enumeration: is_special = true; return one_of(n, slot, s);
    case Kind::json:
      is_special = s.kind == Scalar::Kind::text;
      return !is_special || run_json(n, slot, s);
    case Kind::union_:
    case Kind::function:
    case Kind::lax_or_strict:
    case Kind::chain:
    case Kind::recover:
      is_special = true;
      return special_at(n, slot, here(s), false, [&] { return send(s); });
    default: return true;
  }
}

bool Validator::special_at(const Node& n, void* slot, Handle at, bool is_open, Send send) {
  switch (n.kind) {
    case Kind::union_: return run_union(n, slot, at, is_open, send);
    case Kind::function: return run_function(n, slot, at);
    case Kind::recover: return run_recover(n, slot, send);
    case Kind::chain: return run_chain(n, slot, at, send);
    case Kind::lax_or_strict: return send_to(*n.choices[is_strict(n) ? 1 : 0].node, slot, send);
    case Kind::model: return run_tree(n, slot, at);
    case Kind::tuple: return run_tuple(n, slot, at);
    case Kind::tagged: {
      if (tag_seen_) {
        tag_seen_ = false;
        const Value tag = std::move(tag_);
        return run_tagged(n, slot, at, &tag, send);
      }
      for (const AliasPath& path : n.discriminator)
        if (const auto found = path.size() > 1 || n.discriminator.size() > 1
                                   ? find_path(at, path)
                                   : std::optional<Handle>()) {
          const Value tag = capture(*found);
          return run_tagged(n, slot, at, &tag, send);
        }
      return run_tagged(n, slot, at, nullptr, send);
    }
    default: return true;
  }
}

Validator::Outcome Validator::branch(const Node& n, void* slot, const std::string* label,
                                     std::int64_t rank, Send send) {
  const std::size_t faults = faults_.size();
  const std::size_t base = std::exchange(room_base_, faults);
  const bool was_full = std::exchange(is_full_, false);
  const Exactness exactness = std::exchange(exactness_, Exactness::exact);
  const std::int64_t set = std::exchange(fields_set_, -1);
  const std::size_t at = depth();
  const std::size_t wide = wide_.size();
  const Place place(*this);
  Outcome out;
  if (Frame* f = enter(Frame::Kind::branch, nullptr, nullptr)) {
    f->label = label;
    f->label_rank = rank;
    send_to(n, slot, send);
    unwind(at);
  }
  wide_.resize(wide);
  out.is_valid = faults_.size() == faults && stop_ == Stop::none;
  out.exactness = std::exchange(exactness_, exactness);
  out.fields_set = std::exchange(fields_set_, set);
  room_base_ = base;
  is_full_ = was_full;
  return out;
}

void Validator::add_outcome(const Outcome& outcome) {
  lower(outcome.exactness);
  if (outcome.fields_set >= 0)
    fields_set_ = std::max<std::int64_t>(fields_set_, 0) + outcome.fields_set;
}

// Every branch is tried, in scratch of its own. The one with the most members set wins, then the
// one that needed the least conversion, then the first; one that needed none and has no members
// wins at once.
bool Validator::run_union(const Node& n, void* slot, Handle at, bool is_open, Send send) {
  if (n.choices.size() == 1) return send_to(*n.choices[0].node, slot, send);
  struct Scratch {
    const Storage* of = nullptr;
    void* held = nullptr;
    explicit Scratch(const Storage& s) : of(&s), held(s.make()) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
      if (held != nullptr) of->drop(held);
    }
  };
  const bool tracked = std::exchange(tracks_, true);
  const std::size_t faults = faults_.size();
  std::unique_ptr<Scratch> best;
  int best_branch = -1;
  Outcome best_outcome;
  for (std::size_t i = 0; i != n.choices.size() && stop_ == Stop::none; ++i) {
    const Choice& choice = n.choices[i];
    auto scratch = std::make_unique<Scratch>(*choice.node->storage);
    const auto rank = static_cast<std::int64_t>(i) + 1;
    // Of a container, other types can only say that it is none of theirs: not read.
    const auto refuse = [&] { return wrong_type_at(*choice.node, at); };
    const Outcome outcome = is_open && !takes_containers(*choice.node)
                                ? branch(ignored_node, nullptr, &choice.label, rank, refuse)
                                : branch(*choice.node, scratch->held, &choice.label, rank, send);
    if (!outcome.is_valid) continue;
    const bool by_members = best_outcome.fields_set >= 0 && outcome.fields_set >= 0 &&
                            best_outcome.fields_set != outcome.fields_set;
    const bool is_better =
        best_branch < 0 || (by_members ? best_outcome.fields_set < outcome.fields_set
                                       : best_outcome.exactness < outcome.exactness);
    if (!is_better) continue;
    best = std::move(scratch);
    best_branch = static_cast<int>(i);
    best_outcome = outcome;
    if (n.left_to_right || (outcome.exactness == Exactness::exact && outcome.fields_set < 0)) break;
  }
  tracks_ = tracked;
  if (stop_ != Stop::none) return false;
  if (best_branch < 0) return has_room() && !fails_fast_;
  forget(faults);
  add_outcome(best_outcome);
  n.storage->take(opened(n, slot), best_branch, best->held);
  return n.after.empty() || after(n, slot, at);
}

bool Validator::refuse_tag(const Node& n, Handle at, const Value& tag) {
  const auto* text = tag.get_if<std::string>();
  return fail_at("union_tag_invalid", at,
                 {{"discriminator", n.discriminator_text},
                  {"tag", text != nullptr ? *text : tag.to_string()},
                  {"expected_tags", listed(n.choices)}});
}

bool Validator::run_tagged(const Node& n, void* slot, Handle at, const Value* tag, Send send) {
  if (tag == nullptr)
    return fail_at("union_tag_not_found", at, {{"discriminator", n.discriminator_text}});
  for (std::size_t i = 0; i != n.choices.size(); ++i) {
    const Choice& choice = n.choices[i];
    if (std::find(choice.tags.begin(), choice.tags.end(), *tag) == choice.tags.end()) continue;
    void* to = opened(n, slot);
    if (n.storage->emplace != nullptr) to = n.storage->emplace(to, static_cast<int>(i));
    const Outcome outcome = branch(*choice.node, to, &choice.label, 0, send);
    if (stop_ != Stop::none) return false;
    add_outcome(outcome);
    if (!outcome.is_valid) return has_room() && !fails_fast_;
    return n.after.empty() || after(n, slot, at);
  }
  return refuse_tag(n, at, *tag);
}

// The discriminator's value. As the first member it decides at once, and nothing is read twice.
bool Validator::tag_value(const Scalar& s) {
  tag_next_ = false;
  Frame& f = *top_;
  Value tag = s.value();
  if (f.kind == Frame::Kind::tag) {
    const Node& n = *f.node;
    for (std::size_t i = 0; i != n.choices.size(); ++i) {
      const Choice& choice = n.choices[i];
      const Node& to = *choice.node;
      if (std::find(choice.tags.begin(), choice.tags.end(), tag) == choice.tags.end()) continue;
      if (to.kind != Kind::model || !n.after.empty()) break;
      const Lookup& lookup = to.model->lookups[static_cast<std::size_t>(naming(*to.model))];
      if (lookup.needs_tree) break;
      const Handle begin = f.begin;
      void* slot = opened(n, f.object);
      if (n.storage->emplace != nullptr) slot = n.storage->emplace(slot, static_cast<int>(i));
      const auto& key = n.discriminator[0][0].get<std::string>();
      --top_;
      if (!enter_model(to, slot, lookup)) return false;
      top_->label = &choice.label;
      top_->begin = begin;
      return Key(key.data(), static_cast<rapidjson::SizeType>(key.size()), true) && send(s);
    }
    f.kind = Frame::Kind::skip;
    f.is_watched = true;
  }
  tag_seen_ = true;
  tag_ = std::move(tag);
  return true;
}

// An object without members.
bool Validator::tag_ends(Frame& f) {
  const Frame done = f;
  leave();
  return run_tagged(*done.node, done.object, done.begin, nullptr, [] { return true; });
}

bool Validator::run_function(const Node& n, void* slot, Handle at) {
  const Functions& functions = n.functions;
  const std::size_t before = faults_.size();
  Value v = capture(at);
  std::vector<Fault> inner;
  const auto handler = [&](Value changed) {
    const std::size_t mark = faults_.size();
    send_value(*n.item, slot, changed, at);
    if (faults_.size() == mark && stop_ == Stop::none) return;
    inner.assign(std::make_move_iterator(faults_.begin() + static_cast<std::ptrdiff_t>(mark)),
                 std::make_move_iterator(faults_.end()));
    forget(mark);
    throw ValidationError(report_of(inner, *source_, {}, mode_, {n.name}));
  };
  bool goes_on = true;
  try {
    goes_on = guarded(at, [&] {
      with_info([&](const ValidationInfo& info) {
        if (functions.before)
          v = functions.before(std::move(v), info);
        else if (functions.wrap)
          functions.wrap(slot, std::move(v), handler, info);
        else
          functions.plain(slot, std::move(v), info);
      });
    });
  } catch (const ValidationError&) {
    if (inner.empty()) throw;
    for (Fault& fault : inner) goes_on = note(std::move(fault));
  }
  if (!goes_on || is_settled_ || faults_.size() != before || stop_ != Stop::none)
    return goes_on && stop_ == Stop::none;
  if (functions.before && !send_value(*n.item, slot, v, at)) return false;
  return n.after.empty() || faults_.size() != before || after(n, slot, at);
}

bool Validator::run_json(const Node& n, void* slot, const Scalar& s) {
  const Handle at = here(s);
  JsonRules rules;
  rules.depth = options_.limits.depth;
  rules.tokens = json::Tokens::nan_and_infinity;
  if (top_->allows_partial && next_is_last_) rules.partial = options_.allow_partial;
  Value inner;
  if (const auto fault = read_json(s.text, rules, inner))
    return fail_at("json_invalid", at, {{"error", fault->message}});
  return send_value(*n.item, slot, inner, at) && (n.after.empty() || after(n, slot, at));
}

bool Validator::run_recover(const Node& n, void* slot, Send send) {
  const std::size_t faults = faults_.size();
  const Outcome outcome = branch(*n.item, slot, nullptr, 0, send);
  if (stop_ != Stop::none) return false;
  if (outcome.is_valid) {
    add_outcome(outcome);
    return true;
  }
  if (n.on_error == OnError::raise) return has_room() && !fails_fast_;
  forget(faults);
  if (n.on_error == OnError::use_default) {
    if (n.fallback) return store_default(*n.item, slot, *n.fallback, here_open());
    Frame& f = *top_;
    if (f.kind != Frame::Kind::model || f.current < 0) return true;
    const auto member = static_cast<std::size_t>(f.current);
    const bool goes_on = member_default(f, member);
    const std::int32_t state = f.model->fields[member].state;
    if (state >= 0) f.base[state] = static_cast<char>(FieldState::set);  // it was given
    return goes_on;
  }
  omit_value();
  return true;
}

// Each step is given what the one before made of the value.
bool Validator::run_chain(const Node& n, void* slot, Handle at, Send send) {
  const std::size_t faults = faults_.size();
  for (std::size_t i = 0; i != n.choices.size(); ++i) {
    const Node& step = *n.choices[i].node;
    if (i == 0) {
      if (!send_to(step, slot, send)) return false;
    } else {
      const Value v = dump_value(*n.choices[i - 1].node, slot, {}, DumpMode::values);
      if (!send_value(step, slot, v, at)) return false;
    }
    if (faults_.size() != faults) return true;
  }
  return true;
}

bool Validator::run_tuple(const Node& n, void* slot, Handle at) {
  const std::size_t total = source_->length(at).value_or(0);
  if (total > options_.limits.items) return give_up(Stop::too_many_items);
  lower(Exactness::strict);
  const Place place(*this);
  Frame* f = enter(Frame::Kind::tuple, &n, slot);
  if (f == nullptr) return false;
  f->base = static_cast<char*>(opened(n, slot));
  f->begin = at;
  f->total = static_cast<std::uint32_t>(total);
  n.storage->begin(f->base, Shape::tuple);
  // The array's own events would open it again: its items are sent one by one.
  const bool goes_on = source_->items(at, [&](Handle item) {
    in_list_ = true;
    return source_->replay(item, *this);
  });
  return goes_on && end_sequence();
}

namespace {
std::optional<double> as_number(const Value& v) {
  if (const auto* b = v.get_if<bool>()) return *b ? 1 : 0;
  if (const auto* i = v.get_if<std::int64_t>()) return static_cast<double>(*i);
  if (const auto* d = v.get_if<double>()) return *d;
  return std::nullopt;
}
}  // namespace

// Literals and enumerations compare as Python does: true and 1.0 are 1.
bool Validator::one_of(const Node& n, void* slot, const Scalar& s) {
  Value v = s.value();
  const bool is_enum = n.kind == Kind::enumeration;
  if (const auto* given = v.get_if<Enumerator>()) v = Value(given->value);
  const auto hit = [&](std::size_t i) {
    return put(n, slot, Value(is_enum && !n.use_enum_values ? n.members[i] : n.expected[i]), s);
  };
  for (std::size_t i = 0; i != n.expected.size(); ++i)
    if (n.expected[i] == v) {
      if (is_enum) lower(Exactness::strict);
      return hit(i);
    }
  // Beside integers of 64 bits a larger one is no candidate at all.
  if (v.is(ValueKind::big_integer) && (n.enum_base.empty() || n.enum_base == "int") &&
      std::any_of(n.expected.begin(), n.expected.end(),
                  [](const Value& each) { return each.is(ValueKind::integer); }))
    return fail("int_parsing_size", s);
  const auto number = as_number(v);
  if (number && (!is_strict(n) || n.enum_base.empty()))
    for (std::size_t i = 0; i != n.expected.size(); ++i)
      if (as_number(n.expected[i]) == number) {
        lower(Exactness::lax);
        return hit(i);
      }
  if (is_enum && !is_strict(n) && s.kind == Scalar::Kind::text && !n.enum_base.empty() &&
      n.enum_base != "str") {
    Value converted;
    Node base;
    base.kind = n.enum_base == "int" ? Kind::integer : Kind::floating;
    base.storage = &value_storage;
    const std::size_t faults = faults_.size();
    const Outcome outcome = branch(base, &converted, nullptr, 0, [&] { return send(s); });
    forget(faults);
    const auto read = outcome.is_valid ? as_number(converted) : std::nullopt;
    for (std::size_t i = 0; read && i != n.expected.size(); ++i)
      if (as_number(n.expected[i]) == read) {
        lower(Exactness::lax);
        return hit(i);
      }
  }
  return wrong_type(n, s);
}

}  // namespace kindred::schema::detail
