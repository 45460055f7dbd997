// The most frequent events, compiled into whoever sends them: RapidJSON calls them for each member.
// What is not common in them lies elsewhere.
#pragma once

#include "schema/address.hpp"
#include "schema/frames.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {

[[gnu::always_inline]] inline bool Validator::take_member(Frame& f, std::uint32_t member) {
  const Lookup::Entry& entry = f.lookup->entries[member];
  f.next = member + 1;
  f.current = static_cast<std::int32_t>(member);
  cur_ = entry.node;
  slot_ = f.base + entry.offset;
  if (entry.state >= 0) f.base[entry.state] = static_cast<char>(FieldState::set);
  if (member >= 64) return take_late_member(f, member);
  const std::uint64_t bit = std::uint64_t{1} << member;
  const bool is_duplicate = (f.seen & bit) != 0;
  f.seen |= bit;
  if (is_duplicate) [[unlikely]]
    duplicate(f);
  return true;
}

[[gnu::always_inline]] inline bool Validator::Key(const char* text, rapidjson::SizeType size,
                                                  bool) {
  Frame& f = *top_;
  if (f.kind != Frame::Kind::model) [[unlikely]]
    return key_of_no_model(f, {text, size});
  const std::vector<Lookup::Entry>& entries = f.lookup->entries;
  const std::uint32_t next = f.next;
  if (next < entries.size() && entries[next].length == size &&
      same_text(entries[next].key, text, size)) [[likely]]
    return take_member(f, next);
  const int found = f.lookup->find(text, size);
  if (found < 0) return extra_key(f, {text, size});
  return take_member(f, static_cast<std::uint32_t>(found));
}

inline bool Validator::Int64(std::int64_t v) {
  void* slot = next_slot();
  const Node& n = *cur_;
  if (n.kind == Kind::integer && v >= n.low && v <= n.high && n.rep == Rep::i64) [[likely]] {
    *static_cast<std::int64_t*>(slot) = v;
    return true;
  }
  return other_integer(n, slot, v);
}

[[gnu::always_inline]] inline bool Validator::String(const char* text, rapidjson::SizeType size,
                                                     bool) {
  void* slot = next_slot();
  const Node& n = *cur_;
  // Lengths count characters: of some bytes, at least one and no more than there are bytes.
  if (n.kind == Kind::text && !n.is_measured && n.min_length <= 1 && size >= n.min_length &&
      size <= n.max_length) [[likely]] {
    store_text(n, slot, text, size);
    return true;
  }
  switch (n.kind) {
    case Kind::email:
      if (n.is_measured || !plain_email({text, size})) break;
      store_text(n, slot, text, size);
      return true;
    case Kind::datetime: {
      if (n.rep != Rep::time_point || n.through != nullptr || n.is_bounded ||
          mode_ == InputMode::values)
        break;
      std::int64_t micros = 0;
      if (!fast_datetime(text, size, micros)) break;
      *static_cast<time_point*>(slot) = time_point(std::chrono::microseconds(micros));
      return true;
    }
    default: break;
  }
  return other_text(n, slot, {text, size});
}

}  // namespace kindred::schema::detail
