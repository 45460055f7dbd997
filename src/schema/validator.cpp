#include "schema/validator.hpp"

#include <cmath>

#include "json/text_number.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "kindred/error.hpp"
#include "schema/events.hpp"
#include "schema/numbers.hpp"

namespace kindred::schema::detail {

namespace {
Node made_ignored() {
  Node n;
  n.kind = Kind::ignore;
  return n;
}
std::string ip_fault(const Node& n) {
  std::string out = n.ip_version == 4 ? "ip_v4_" : n.ip_version == 6 ? "ip_v6_" : "ip_any_";
  switch (n.ip_form) {
    case Ip::Form::address: return out += "address";
    case Ip::Form::interface: return out += "interface";
    case Ip::Form::network: break;
  }
  return out += "network";
}
void append_steps(std::vector<Step>& out, const AliasPath& path, std::int64_t rank) {
  for (const Value& step : path) {
    if (const auto* index = step.get_if<std::int64_t>())
      out.push_back({Step::Kind::index, {}, *index, rank});
    else
      out.push_back({Step::Kind::name, step.get<std::string>(), 0, rank});
  }
}
// Frames of a fresh validator: deeper input makes room for itself.
constexpr std::size_t first_frames = 16;
}  // namespace

const Node ignored_node = made_ignored();
const Node forbidden_node = made_ignored();

Validator::Validator(const ValidateOptions& options, InputMode mode, const Source& source,
                     const json::TextStream* stream)
    : has_usual_names_(!options.by_alias && !options.by_name),
      stream_(stream),
      source_(&source),
      root_stream_(stream),
      root_source_(&source),
      options_(options),
      mode_(mode),
      frames_(first_frames),
      keys_(first_frames) {
  top_ = frames_.data();
  last_ = top_ + frames_.size() - 1;
}

// What stopped half-way leaves scratch behind.
Validator::~Validator() { unwind(0); }

void Validator::start(const Node& node, void* slot) {
  cur_ = &node;
  slot_ = slot;
  in_list_ = false;
  top_ = frames_.data();
  *top_ = Frame{};
  root_ = here_;
  top_->allows_partial = options_.allow_partial != Partial::off;
  next_is_last_ = true;
}

Handle Validator::here(Scalar::Kind kind, bool v) const noexcept {
  if (stream_ == nullptr) return here_;
  switch (kind) {
    case Scalar::Kind::text: return stream_->string_begin();
    case Scalar::Kind::integer:
    case Scalar::Kind::natural:
    case Scalar::Kind::number:
    case Scalar::Kind::typed: return stream_->number_begin();  // of JSON: a big integer
    case Scalar::Kind::boolean: return stream_->Tell() - (v ? 4 : 5);
    default: return stream_->Tell() - 4;
  }
}

Naming Validator::naming(const Model& m) const {
  if (stream_ == nullptr && source_->has_names()) return Naming::name;
  const bool alias = options_.by_alias.value_or(m.validate_by_alias);
  const bool name = options_.by_name.value_or(m.validate_by_name);
  if (!name && !alias)
    throw UsageError("members of '" + m.name +
                     "' are to be read neither by alias nor by name: set one of by_alias and "
                     "by_name, or of the config's validate_by_alias and validate_by_name");
  return name ? (alias ? Naming::both : Naming::name) : Naming::alias;
}

Frame* Validator::enter(Frame::Kind kind, const Node* node, void* base) {
  return enter_here(kind, node, base);
}

void Validator::more_frames() {
  const std::size_t at = depth();
  frames_.resize(frames_.size() * 2);
  keys_.resize(frames_.size());
  top_ = frames_.data() + at;
  last_ = frames_.data() + frames_.size() - 1;
}

void Validator::unwind(std::size_t to) {
  for (; depth() > to; --top_)
    if (top_->scratch != nullptr) {
      top_->node->item->storage->drop(top_->scratch);
      top_->scratch = nullptr;
    }
}

// ---- faults

std::vector<Step> Validator::path() const {
  std::vector<Step> out;
  for (const Frame* f = frames_.data(); f <= top_; ++f) {
    const auto depth = static_cast<std::size_t>(f - frames_.data());
    if (f->label != nullptr) out.push_back({Step::Kind::label, *f->label, 0, f->label_rank});
    switch (f->kind) {
      case Frame::Kind::list:
      case Frame::Kind::tuple:
        out.push_back({Step::Kind::index,
                       {},
                       std::int64_t{f->count} + f->omitted - 1,
                       std::int64_t{f->count} + f->omitted});
        break;
      case Frame::Kind::dict: out.push_back({Step::Kind::name, keys_[depth], 0, f->count}); break;
      case Frame::Kind::model:
        if (f->current >= 0) {
          if (f->way != nullptr && f->model->loc_by_alias) {
            append_steps(out, *f->way, f->current + 1);
            break;
          }
          const auto member = static_cast<std::size_t>(f->current);
          const Field& field = f->model->fields[member];
          const bool by_key = f->model->loc_by_alias && f->lookup != nullptr;
          const Lookup::Entry* entry = by_key ? &f->lookup->entries[member] : nullptr;
          out.push_back({Step::Kind::name,
                         entry == nullptr ? field.name : std::string(entry->key, entry->length), 0,
                         f->current + 1});
        } else {  // extra members: first in JSON, last otherwise
          out.push_back({Step::Kind::name, keys_[depth], 0,
                         mode_ == InputMode::json ? 0 : std::numeric_limits<std::int64_t>::max()});
        }
        break;
      default: break;
    }
  }
  return out;
}

bool Validator::has_room() noexcept {
  if (faults_.size() - room_base_ < options_.limits.errors) return true;
  is_full_ = true;
  return false;
}

bool Validator::fail_at(std::string_view type, Handle at, Dict context) {
  Fault fault;
  fault.type = type;
  fault.path = path();
  fault.context = std::move(context);
  fault.at = origin_.value_or(at);
  // Values may be gone when the report is made.
  if (stream_ == nullptr) fault.input = source_->capture(at);
  return note(std::move(fault));
}

bool Validator::note(Fault fault) {
  faults_.push_back(std::move(fault));
  return has_room() && !fails_fast_;
}

bool Validator::wrong_type_at(const Node& n, Handle at) {
  const auto expected = [&] { return Dict{{"expected", n.expected_text}}; };
  switch (n.kind) {
    case Kind::text:
    case Kind::email:
    case Kind::name_email:
    case Kind::secret_text:
    case Kind::regex:
    case Kind::path: return fail_at("string_type", at);
    case Kind::integer: return fail_at("int_type", at);
    case Kind::floating: return fail_at("float_type", at);
    case Kind::boolean: return fail_at("bool_type", at);
    case Kind::datetime: return fail_at("datetime_type", at);
    case Kind::date: return fail_at("date_type", at);
    case Kind::time: return fail_at("time_type", at);
    case Kind::timedelta: return fail_at("time_delta_type", at);
    case Kind::decimal: return fail_at("decimal_type", at);
    case Kind::uuid: return fail_at("uuid_type", at);
    case Kind::bytes:
    case Kind::secret_bytes: return fail_at("bytes_type", at);
    case Kind::url:
    case Kind::multi_host_url: return fail_at("url_type", at);
    case Kind::json: return fail_at("json_type", at);
    case Kind::none: return fail_at("none_required", at);
    case Kind::list:
      switch (n.form) {
        case Sequence::Form::set: return fail_at("set_type", at);
        case Sequence::Form::frozen_set: return fail_at("frozen_set_type", at);
        default: return fail_at("list_type", at);
      }
    case Kind::tuple: return fail_at("tuple_type", at);
    case Kind::dict: return fail_at("dict_type", at);
    case Kind::model:
      if (n.model->form == Model::Form::typed_dict) return fail_at("dict_type", at);
      return fail_at("model_type", at, {{"class_name", n.model->name}});
    case Kind::literal: return fail_at("literal_error", at, expected());
    case Kind::enumeration: return fail_at("enum", at, expected());
    case Kind::tagged: return fail_at("model_attributes_type", at);
    case Kind::ip: return fail_at(ip_fault(n), at);
    default: return fail_at("value_error", at, {{"error", "unexpected value"}});
  }
}

// ---- scalars

Value Validator::Scalar::value() const {
  switch (kind) {
    case Kind::null: return {};
    case Kind::boolean: return boolean;
    case Kind::integer: return integer;
    case Kind::natural: return static_cast<unsigned long long>(natural);
    case Kind::number: return number;
    case Kind::text: return text;
    case Kind::typed: return *typed;
  }
  return {};
}

bool Validator::null_value(const Node& n, void* slot) {
  if (n.rep == Rep::opt_string)
    static_cast<std::optional<std::string>*>(slot)->reset();
  else if (n.through != nullptr)
    n.through->reset(slot);
  else
    n.storage->put(slot, Value());
  return true;
}

bool Validator::Null() {
  void* slot = next_slot();
  const Node& n = *cur_;
  const Scalar s;
  if (n.kind == Kind::ignore) {
    if (tag_next_) return tag_value(s);
    return &n != &forbidden_node || fail("extra_forbidden", s);
  }
  if (n.nullable || n.kind == Kind::any || n.kind == Kind::none) return null_value(n, slot);
  return other_scalar(n, slot, s);
}

bool Validator::Bool(bool v) {
  void* slot = next_slot();
  const Node& n = *cur_;
  if (n.kind == Kind::boolean && n.rep == Rep::boolean) [[likely]] {
    *static_cast<bool*>(slot) = v;
    return n.after.empty() || after(n, slot, here(Scalar::Kind::boolean, v));
  }
  Scalar s;
  s.kind = Scalar::Kind::boolean;
  s.boolean = v;
  switch (n.kind) {
    case Kind::boolean:
    case Kind::any: return put(n, slot, v, s);
    case Kind::ignore:
      if (tag_next_) return tag_value(s);
      return &n != &forbidden_node || fail("extra_forbidden", s);
    case Kind::integer:
      if (is_strict(n)) break;
      lower(Exactness::lax);
      return integer(n, slot, v ? 1 : 0, s);
    case Kind::floating:
      if (is_strict(n)) break;
      lower(Exactness::lax);
      return floating(n, slot, v ? 1 : 0, s);
    default: break;
  }
  return other_scalar(n, slot, s);
}

bool Validator::other_integer(const Node& n, void* slot, std::int64_t v) {
  Scalar s;
  s.kind = Scalar::Kind::integer;
  s.integer = v;
  if (n.kind == Kind::ignore) {
    if (tag_next_) return tag_value(s);
    if (&n != &forbidden_node) return true;
  }
  return number_value(n, slot, s);
}

bool Validator::Uint64(std::uint64_t v) {
  if (v <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return Int64(static_cast<std::int64_t>(v));
  void* slot = next_slot();
  Scalar s;
  s.kind = Scalar::Kind::natural;
  s.natural = v;
  if (cur_->kind == Kind::ignore && cur_ != &forbidden_node) return !tag_next_ || tag_value(s);
  return number_value(*cur_, slot, s);
}

bool Validator::Double(double v) {
  if (stream_ != nullptr) {
    std::string_view text;
    switch (json::exact_number(*stream_, v, text)) {
      case json::TextNumber::real: break;
      case json::TextNumber::integer: {
        const Value big{BigInt{std::string(text)}};
        return Typed(big);
      }
      case json::TextNumber::not_json: return give_up(Stop::not_json);
    }
  }
  void* slot = next_slot();
  const Node& n = *cur_;
  if (n.kind == Kind::floating && n.rep == Rep::f64 && !n.is_bounded &&
      (n.allow_inf_nan || std::isfinite(v))) [[likely]] {
    *static_cast<double*>(slot) = v;
    return true;
  }
  Scalar s;
  s.kind = Scalar::Kind::number;
  s.number = v;
  if (n.kind == Kind::ignore && &n != &forbidden_node) return !tag_next_ || tag_value(s);
  return number_value(n, slot, s);
}

bool Validator::other_text(const Node& n, void* slot, std::string_view text) {
  Scalar s;
  s.kind = Scalar::Kind::text;
  s.text = text;
  if (n.kind != Kind::ignore) return text_value(n, slot, s);
  if (tag_next_) return tag_value(s);
  return &n != &forbidden_node || fail("extra_forbidden", s);
}

bool Validator::Typed(const Value& v) {
  void* slot = next_slot();
  const Node& n = *cur_;
  Scalar s;
  s.kind = Scalar::Kind::typed;
  s.typed = &v;
  if (n.kind == Kind::ignore) {
    if (tag_next_) return tag_value(s);
    return &n != &forbidden_node || fail("extra_forbidden", s);
  }
  return typed_value(n, slot, s);
}

bool Validator::other_scalar(const Node& n, void* slot, const Scalar& s) {
  bool is_special = false;
  const bool goes_on = special(n, slot, s, is_special);
  return is_special ? goes_on : wrong_type(n, s);
}

bool Validator::put(const Node& n, void* slot, Value&& v, const Scalar& s) {
  void* to = opened(n, slot);
  switch (n.rep) {
    case Rep::boolean: *static_cast<bool*>(to) = v.get<bool>(); break;
    case Rep::i64: *static_cast<std::int64_t*>(to) = v.get<std::int64_t>(); break;
    case Rep::f64: *static_cast<double*>(to) = v.get<double>(); break;
    default:
      if (!n.storage->put(to, std::move(v))) return fail("value_range", s);
  }
  return n.after.empty() || after(n, slot, here(s));
}

bool Validator::after(const Node& n, void* slot, Handle at) {
  for (const After& function : n.after) {
    const std::size_t before = faults_.size();
    const bool goes_on =
        guarded(at, [&] { with_info([&](const ValidationInfo& info) { function(slot, info); }); });
    if (!goes_on || is_settled_ || faults_.size() != before) return goes_on;
  }
  return true;
}

// What functions of the program throw becomes a fault of its own type; the rest goes through.
bool Validator::guarded(Handle at, FunctionRef<void()> call) {
  try {
    call();
    is_settled_ = false;
    return true;
  } catch (const UseDefault&) {
    return settle_by_default(at);
  } catch (const Omit&) {
    return settle_by_omission(at);
  } catch (const CustomError& e) {
    Fault fault;
    fault.type = e.type();
    fault.message = e.message();
    fault.context = e.context();
    fault.path = path();
    fault.at = origin_.value_or(at);
    if (stream_ == nullptr) fault.input = source_->capture(at);
    return note(std::move(fault));
  } catch (const ValueError& e) {
    return fail_at("value_error", at, {{"error", e.what()}});
  } catch (const AssertionError& e) {
    return fail_at("assertion_error", at, {{"error", e.what()}});
  }
}

// A function asked for the default of the member that is being read.
bool Validator::settle_by_default(Handle at) {
  Frame& f = *top_;
  if (f.kind != Frame::Kind::model || f.current < 0 ||
      f.model->fields[static_cast<std::size_t>(f.current)].required)
    return fail_at("missing", at);
  const bool goes_on = member_default(f, static_cast<std::size_t>(f.current));
  is_settled_ = true;
  return goes_on;
}

// A function asked that the item, entry or member be as if it were not there.
bool Validator::settle_by_omission(Handle at) {
  const Frame& f = *top_;
  const bool can = f.kind == Frame::Kind::list || f.kind == Frame::Kind::tuple ||
                   f.kind == Frame::Kind::dict ||
                   (f.kind == Frame::Kind::model && f.current >= 0 &&
                    !f.model->fields[static_cast<std::size_t>(f.current)].required);
  if (!can) return fail_at("value_error", at, {{"error", "this value cannot be left out"}});
  omit_value();
  is_settled_ = true;
  return true;
}

void Validator::with_info(FunctionRef<void(const ValidationInfo&)> call) {
  const Frame* model = top_;
  while (model != frames_.data() && model->kind != Frame::Kind::model) --model;
  std::string_view name;
  if (model->kind == Frame::Kind::model && model->current >= 0)
    name = model->model->fields[static_cast<std::size_t>(model->current)].name;
  const auto data = [&](std::string_view member) -> std::optional<Value> {
    if (model->kind != Frame::Kind::model) return std::nullopt;
    return member_value(*model, member);
  };
  call(ValidationInfo(mode_, options_.context, name, data));
}

}  // namespace kindred::schema::detail
