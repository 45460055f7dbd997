// The columns and relationships of an instance, by descriptor.
#pragma once

#include <array>
#include <string>

#include "kindred/detail/mapper.hpp"
#include "kindred/detail/relationship_slot.hpp"
#include "session/collection.hpp"

namespace kindred::session {

using detail::Buffer;
using detail::Collection;
using detail::FieldCodec;
using detail::Heap;
using detail::Link;
using detail::Mapper;
using detail::State;
using detail::StateList;
using Slot = detail::RelationshipSlot;

inline Slot& slot(const State& s, const Link& link) {
  return *reinterpret_cast<Slot*>(reinterpret_cast<char*>(const_cast<State*>(&s)) + link.offset);
}
inline const Link& link_of(const Slot& slot) { return slot.owner()->mapper->links[slot.number]; }
inline const FieldCodec& codec_of(const State& s, std::size_t column) {
  return s.mapper->descriptor->fields[column];
}
inline char* member(const State& s, std::size_t column) {
  return reinterpret_cast<char*>(const_cast<State*>(&s)) + sizeof(State) +
         codec_of(s, column).offset;
}

// f(n) for n from 0 to count - 1, about the objects at(n). Those of a long list lie apart in
// memory: they are fetched some steps before, down to their relationships.
template <class At, class F>
void each_fetched(std::size_t count, At at, F f) {
  constexpr std::size_t ahead = 6;
  for (std::size_t n = 0; n < count; ++n) {
    if (n + ahead < count) {
      const State* const later = at(n + ahead);
      const auto& links = at(n)->mapper->links;  // mostly of the same type
      __builtin_prefetch(later);
      if (!links.empty())
        __builtin_prefetch(reinterpret_cast<const char*>(later) + links.front().offset);
    }
    f(n);
  }
}
template <class F>
void each_fetched(const std::vector<State*>& list, F f) {
  each_fetched(
      list.size(), [&](std::size_t n) { return list[n]; }, [&](std::size_t n) { f(*list[n]); });
}

// "User.posts"
[[nodiscard]] std::string named(const Link& link);

// Whether the relationship was changed since the last flush.
[[nodiscard]] bool is_unflushed(const State& s, const Link& link);
// What is on the other side of the relationships that have this cascade, as far as it is in memory.
template <class F>
void each_along(const State& s, cascade what, F f) {
  for (const Link& l : s.mapper->links) {
    const Slot& r = slot(s, l);
    if (!l.has(what) || r.at == nullptr) continue;
    if (!l.many) {
      f(r.one());
      continue;
    }
    for (State* t : r.many()->items) f(t);
  }
}

// The value of one column, apart from its object.
class Cell {
 public:
  Cell() = default;
  Cell(const State& s, std::size_t column) { read(s, column); }
  void read(const State& s, std::size_t column);
  // Into a column of the same type, modulo optional. Null into one that is not nullable makes it
  // value-initialised, as far as fixed width and text go.
  void write(State& s, std::size_t column) const;
  [[nodiscard]] bool is_null() const noexcept { return null_; }
  // A fixed-width value of all zero bytes.
  [[nodiscard]] bool is_zero() const noexcept;
  friend bool operator==(const Cell& a, const Cell& b) noexcept {
    return a.null_ == b.null_ && a.fixed_ == b.fixed_ && a.bytes_.view() == b.bytes_.view();
  }

 private:
  bool null_ = true;
  std::array<char, 16> fixed_{};  // of fixed width, padded
  Buffer bytes_;                  // of any other; allocates nothing for those
};

// Whether the single integer key is 0: not given yet.
[[nodiscard]] bool key_is_unset(const State& s);
// Whether what `link` refers to in the parent is known: false only for a key not given yet.
[[nodiscard]] bool can_refer_to(const Link& link, const State& parent);
// Copies what `link` (or its other side) refers to from the parent into the child. No parent: null,
// or unset.
void write_reference(State& child, const Link& link, const State* parent);
[[nodiscard]] bool refers_to(const State& child, const Link& link, const State& parent);
// Whether a column of the reference is null, or a number that no sequence gives.
[[nodiscard]] bool refers_to_nothing(const State& child, const Link& link);

}  // namespace kindred::session
