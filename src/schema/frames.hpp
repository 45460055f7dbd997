// The steps that are taken for every value; included by the validator's own sources only.
#pragma once

#include <algorithm>
#include <cstring>

#include "schema/validator.hpp"

namespace kindred::schema::detail {

// Equality of two texts of n characters, by words.
inline bool same_text(const char* a, const char* b, std::size_t n) noexcept {
  const auto differ = [](const char* x, const char* y, auto word) noexcept {
    auto other = word;
    std::memcpy(&word, x, sizeof word);
    std::memcpy(&other, y, sizeof other);
    return word != other;
  };
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 < n; i += 8)
      if (differ(a + i, b + i, std::uint64_t{})) return false;
    return !differ(a + n - 8, b + n - 8, std::uint64_t{});
  }
  if (n >= 4)
    return !differ(a, b, std::uint32_t{}) && !differ(a + n - 4, b + n - 4, std::uint32_t{});
  if (n >= 2)
    return !differ(a, b, std::uint16_t{}) && !differ(a + n - 2, b + n - 2, std::uint16_t{});
  return n == 0 || *a == *b;
}

inline void* opened(const Node& n, void* slot) {
  return n.through == nullptr ? slot : n.through->open(slot);
}

inline void store_text(const Node& n, void* slot, const char* text, std::size_t size) {
  if (n.rep == Rep::string) [[likely]] {
    static_cast<std::string*>(slot)->assign(text, size);
  } else if (n.rep == Rep::opt_string) {
    auto& to = *static_cast<std::optional<std::string>*>(slot);
    if (to)
      to->assign(text, size);
    else
      to.emplace(text, size);
  } else {
    n.storage->put(opened(n, slot), Value(std::string(text, size)));
  }
}

[[gnu::always_inline]] inline Frame* Validator::enter_here(Frame::Kind kind, const Node* node,
                                                           void* base) {
  if (top_ == last_) [[unlikely]]
    more_frames();
  const bool partial = top_->allows_partial && next_is_last_;
  const std::uint32_t open = top_->open + (kind == Frame::Kind::branch ? 0 : 1);
  if (open > options_.limits.depth) [[unlikely]]
    return give_up(Stop::too_deep), nullptr;
  Frame& f = *++top_;
  // One by one: a whole new Frame is filled by "rep stos", which takes longer than all the rest.
  f.kind = kind;
  f.overflow = f.is_watched = f.has_pending = f.is_stopped = false;
  f.allows_partial = partial;
  f.next = f.ready = f.count = f.omitted = f.total = 0;
  f.seen = 0;
  f.scratch = nullptr;
  f.items = nullptr;
  f.way = nullptr;
  f.label = nullptr;
  f.current = -1;
  f.open = open;
  f.first_fault = static_cast<std::uint32_t>(faults_.size());
  f.node = node;
  f.base = static_cast<char*>(base);
  f.object = base;
  f.begin = here_open();
  return &f;
}

inline void Validator::leave() noexcept {
  --top_;
  switch (top_->kind) {
    case Frame::Kind::list:
    case Frame::Kind::tuple:
      in_list_ = true;
      cur_ = top_->overflow || top_->is_stopped ? &ignored_node
             : top_->node->kind == Kind::any    ? &any_node
                                                : top_->node->item;
      return;
    case Frame::Kind::skip: cur_ = &ignored_node; break;
    default: break;
  }
  in_list_ = false;
}

// The slot of the next item; sets `cur_` where items differ.
inline void* Validator::push_item() {
  Frame& f = *top_;
  if (++items_ > options_.limits.items) [[unlikely]] {
    stop_ = Stop::too_many_items;
    cur_ = &ignored_node;
    return nullptr;
  }
  const std::uint32_t i = f.count++;
  if (i < f.ready) [[likely]]
    return f.items + std::size_t{i} * f.distance;
  if (f.node->rep == Rep::strings && f.node->is_plain_list)
    return &reinterpret_cast<std::vector<std::string>*>(f.base)->emplace_back();
  return push_special_item(f);
}

// Items of a list that may be overwritten as they stand.
inline void Validator::find_ready(Frame& f, const Node& n) {
  if (n.rep == Rep::strings) {
    auto& items = *reinterpret_cast<std::vector<std::string>*>(f.base);
    f.items = reinterpret_cast<char*>(items.data());
    f.ready = static_cast<std::uint32_t>(items.size());
    f.distance = sizeof(std::string);
  } else if (n.storage->items != nullptr) {
    const Storage::Items items = n.storage->items(f.base);
    f.items = static_cast<char*>(items.first);
    f.ready = static_cast<std::uint32_t>(items.count);
    f.distance = items.distance;
  }
}

inline bool Validator::is_seen(const Frame& f, std::size_t member) const noexcept {
  return member < 64 ? (f.seen >> member & 1) != 0
                     : (wide_[f.wide + member / 64 - 1] >> member % 64 & 1) != 0;
}
inline void Validator::set_seen(Frame& f, std::size_t member, bool seen) noexcept {
  std::uint64_t& word = member < 64 ? f.seen : wide_[f.wide + member / 64 - 1];
  const std::uint64_t bit = std::uint64_t{1} << member % 64;
  word = seen ? word | bit : word & ~bit;
}
inline bool Validator::has_all(const Frame& f) const noexcept {
  if (f.seen != f.model->all[0]) return false;
  for (std::size_t w = 1; w < f.model->words(); ++w)
    if (wide_[f.wide + w - 1] != f.model->all[w]) return false;
  return true;
}

// Where the next value goes; put back when this ends.
class Validator::Place {
 public:
  explicit Place(Validator& v) noexcept
      : v_(v), cur_(v.cur_), slot_(v.slot_), in_list_(v.in_list_) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    v_.cur_ = cur_;
    v_.slot_ = slot_;
    v_.in_list_ = in_list_;
  }

 private:
  Validator& v_;
  const Node* cur_;
  void* slot_;
  bool in_list_;
};

}  // namespace kindred::schema::detail
