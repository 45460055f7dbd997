// Arrays: lists, sets, tuples; and containers that are read over.
#include "schema/frames.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema::detail {
namespace {

// Lists of more items than this make room for the rest at once.
constexpr std::uint32_t items_before_reserve = 64;

Shape shape_of(const Node& n) noexcept {
  switch (n.form) {
    case Sequence::Form::list: return Shape::list;
    case Sequence::Form::tuple: return Shape::tuple;
    case Sequence::Form::set: return Shape::set;
    case Sequence::Form::frozen_set: return Shape::frozen_set;
  }
  return Shape::list;
}
std::string_view field_type(const Node& n) noexcept {
  switch (n.kind) {
    case Kind::tuple: return "Tuple";
    case Kind::dict: return "Dictionary";
    default: break;
  }
  if (n.form == Sequence::Form::set) return "Set";
  return n.form == Sequence::Form::frozen_set ? "Frozenset" : "List";
}
// Items behind the one that is repeated.
std::size_t tail_of(const Node& n) noexcept {
  return n.variadic ? n.items.size() - 1 - *n.variadic : 0;
}
const Node* tuple_item(const Node& n, std::size_t index, std::size_t total) noexcept {
  if (!n.variadic) return index < n.items.size() ? n.items[index] : nullptr;
  const std::size_t head = *n.variadic;
  const std::size_t tail = tail_of(n);
  if (index < head) return n.items[index];
  if (tail == 0) return n.items[head];
  if (total < head + tail) return n.items[index + 1];  // nothing is repeated
  return index < total - tail ? n.items[head] : n.items[n.items.size() - (total - index)];
}

}  // namespace

// Reads over a container; at its end it is sent again for that node, if there is one.
bool Validator::skip(const Node* replay_for, void* slot) {
  if (enter(Frame::Kind::skip, replay_for, slot) == nullptr) return false;
  in_list_ = false;
  cur_ = &ignored_node;
  tag_seen_ = false;
  return true;
}

void* Validator::push_special_item(Frame& f) {
  const Node& n = *f.node;
  const std::uint32_t i = f.count - 1;
  if (n.fail_fast && faults_.size() > f.first_fault) f.is_stopped = true;
  if (f.kind == Frame::Kind::tuple && !f.is_stopped) {
    const Node* item = tuple_item(n, i, f.total);
    if (item != nullptr && i < n.max_length) {
      cur_ = item;
      return n.storage->item(f.base, i);
    }
    f.overflow = true;
  }
  if (is_set(n.form) && !f.is_stopped && !f.overflow) {
    if (commit_item(f)) {
      f.has_pending = true;
      f.item_fault = static_cast<std::uint32_t>(faults_.size());
      if (f.scratch == nullptr) f.scratch = n.item->storage->make();
      return f.scratch;
    }
    f.overflow = true;
  }
  if (i >= n.max_length && !is_set(n.form)) f.overflow = true;
  if (f.overflow || f.is_stopped) {
    cur_ = &ignored_node;
    return nullptr;
  }
  if (i == std::max(f.ready, items_before_reserve) && stream_ != nullptr &&
      n.storage->reserve != nullptr) {
    const std::size_t done = stream_->Tell() - f.begin;
    const std::size_t left = stream_->text().size() - stream_->Tell();
    n.storage->reserve(f.base, i + left / (done / i + 1) * 33 / 32);
  }
  return n.storage->item(f.base, i);
}

// Moves the item that was just validated into its set, if it is valid. False where the set is too
// large now.
bool Validator::commit_item(Frame& f) {
  if (!f.has_pending) return true;
  f.has_pending = false;
  if (faults_.size() != f.item_fault) return true;
  f.node->storage->insert(f.base, f.scratch);
  return f.node->storage->size(f.base) <= f.node->max_length;
}

// A container that has no frame of its own: looked at whole when it has ended, or no value here.
bool Validator::read_over(const Node& n, void* slot) {
  switch (n.kind) {
    case Kind::union_:
    case Kind::function:
    case Kind::recover:
    case Kind::chain: return skip(&n, slot);
    case Kind::ignore:
      if (&n == &forbidden_node && !fail_at("extra_forbidden", here_open())) return false;
      return skip(nullptr, nullptr);
    default: return wrong_type_at(n, here_open()) && skip(nullptr, nullptr);
  }
}

bool Validator::open_inside_skip() {
  if (top_->kind == Frame::Kind::tag) {  // the discriminator comes later, or is no scalar
    top_->kind = Frame::Kind::skip;
    tag_seen_ = false;
  }
  tag_next_ = false;
  if (++top_->count + top_->open > options_.limits.depth) return give_up(Stop::too_deep);
  return true;
}

bool Validator::StartArray() {
  if (top_->is_read_over()) [[unlikely]]
    return open_inside_skip();
  void* slot = next_slot();
  const Node& n = *cur_;
  if (!n.is_plain_list) return open_other_array(&n, slot);
  Frame* f = enter_here(Frame::Kind::list, &n, slot);
  if (f == nullptr) return false;
  f->base = static_cast<char*>(opened(n, slot));
  if (n.storage->begin != nullptr) n.storage->begin(f->base, shape_of(n));
  find_ready(*f, n);
  in_list_ = true;
  cur_ = n.item;
  return true;
}

bool Validator::open_other_array(const Node* n, void* slot) {
  while (n->kind == Kind::lax_or_strict) n = n->choices[is_strict(*n) ? 1 : 0].node;
  switch (n->kind) {
    case Kind::list:
    case Kind::any: {
      if (is_set(n->form)) lower(Exactness::strict);
      Frame* f = enter(Frame::Kind::list, n, slot);
      if (f == nullptr) return false;
      f->base = static_cast<char*>(opened(*n, slot));
      if (n->storage->begin != nullptr)
        n->storage->begin(f->base, n->kind == Kind::any ? Shape::list : shape_of(*n));
      in_list_ = true;
      cur_ = n->kind == Kind::any ? &any_node : n->item;
      return true;
    }
    case Kind::tuple: {
      if (tail_of(*n) != 0) return skip(n, slot);
      lower(Exactness::strict);
      Frame* f = enter(Frame::Kind::tuple, n, slot);
      if (f == nullptr) return false;
      f->base = static_cast<char*>(opened(*n, slot));
      n->storage->begin(f->base, Shape::tuple);
      in_list_ = true;
      return true;
    }
    default: return read_over(*n, slot);
  }
}

bool Validator::EndArray(rapidjson::SizeType) {
  const Frame& f = *top_;
  if (f.kind == Frame::Kind::list && f.node->is_plain_list) [[likely]] {
    if (f.count != f.ready || f.omitted != 0 || f.items == nullptr)
      f.node->storage->end(f.base, f.count);
    leave();
    return true;
  }
  return f.kind == Frame::Kind::skip ? end_skip() : end_sequence();
}

bool Validator::end_sequence() {
  Frame& f = *top_;
  const Node& n = *f.node;
  if (is_set(n.form) && !f.overflow && !f.is_stopped && !commit_item(f)) f.overflow = true;
  if (f.scratch != nullptr) n.item->storage->drop(f.scratch);
  f.scratch = nullptr;
  const std::size_t stored = std::min<std::size_t>(f.count, n.max_length);
  n.storage->end(f.base, stored);
  if (f.kind == Frame::Kind::tuple && !f.overflow && !f.is_stopped && !missing_items(f))
    return false;
  const Frame done = f;
  const bool is_clean = faults_.size() == done.first_fault;
  leave();
  if (done.overflow) {
    const bool is_fixed = done.kind == Frame::Kind::tuple && !n.variadic;
    // What items said goes with them, but for tuples of a fixed length.
    if (!is_fixed) forget(done.first_fault);
    if (is_set(n.form)) return too_long(n, done.begin, std::nullopt);
    return too_long(n, done.begin, done.count);
  }
  const std::size_t size = is_set(n.form) ? n.storage->size(done.base) : done.count;
  if (is_clean && size < n.min_length) return too_short(n, done.begin, size);
  return !is_clean || n.after.empty() || after(n, done.object, done.begin);
}

bool Validator::too_long(const Node& n, Handle at, std::optional<std::size_t> actual) {
  const std::size_t limit =
      n.kind == Kind::tuple && !n.variadic ? std::min(n.items.size(), n.max_length) : n.max_length;
  return fail_at("too_long", at,
                 {{"field_type", field_type(n)},
                  {"max_length", Value(limit)},
                  {"actual_length", actual ? Value(*actual) : Value()}});
}

bool Validator::too_short(const Node& n, Handle at, std::size_t actual) {
  return fail_at("too_short", at,
                 {{"field_type", field_type(n)},
                  {"min_length", Value(n.min_length)},
                  {"actual_length", Value(actual)}});
}

// Of a tuple that is too short: each item that is not there.
bool Validator::missing_items(const Frame& f) {
  const Node& n = *f.node;
  const std::size_t wanted = n.variadic ? n.items.size() - 1 : n.items.size();
  const std::uint32_t given = f.count;
  for (std::size_t i = given; i < wanted; ++i) {
    const Node& item = *tuple_item(n, i, wanted);
    ++top_->count;
    if (item.fallback) {
      void* slot = n.storage->item(top_->base, i);
      if (!store_default(item, slot, *item.fallback, f.begin)) return false;
    } else if (!fail_at("missing", f.begin)) {
      return false;
    }
  }
  return true;
}

bool Validator::end_skip() {
  Frame& f = *top_;
  if (f.count != 0) {
    --f.count;
    return true;
  }
  const Frame done = f;
  leave();
  return done.node == nullptr || captured(done);
}

// Takes back the item, key or member that is being read.
void Validator::omit_value() {
  Frame& f = *top_;
  switch (f.kind) {
    case Frame::Kind::list:
    case Frame::Kind::tuple:
      --f.count;
      ++f.omitted;
      f.has_pending = false;
      return;
    case Frame::Kind::dict:
      // A key that is not valid made no entry.
      if (f.node->storage->erase != nullptr && entries_.size() > depth() && entries_[depth()])
        f.node->storage->erase(f.base, *entries_[depth()]);
      return;
    case Frame::Kind::model:
      if (f.current >= 0) set_seen(f, static_cast<std::size_t>(f.current), false);
      return;
    default: return;
  }
}

// The last item, key or member of a text that was cut: where it is at fault, it is as if it were
// not there.
void Validator::drop_last_child(std::size_t faults) {
  forget(faults);
  is_full_ = false;
  omit_value();
}

}  // namespace kindred::schema::detail
