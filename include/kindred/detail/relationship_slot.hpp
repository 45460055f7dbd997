// The part of every relationship member that knows no type: 16 bytes. In a plain value it is empty
// or holds what the value was given; behind a Ref it knows its owner and what it leads to.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kindred/detail/buffer.hpp"
#include "kindred/detail/capture.hpp"
#include "kindred/detail/entity_descriptor.hpp"
#include "kindred/detail/instance.hpp"

namespace kindred::detail {

struct Collection;

class RelationshipSlot : public FieldBase {
 public:
  static constexpr std::uint16_t loaded = 1;   // of one; a collection says so itself
  static constexpr std::uint16_t changed = 2;  // of one: assigned since the last flush
  static constexpr std::uint16_t lost = 4;     // of one: had a target that was taken away
  static constexpr std::uint16_t raises = 8;   // may not load itself: a query said so

  constexpr RelationshipSlot() = default;
  // A copy carries columns only.
  constexpr RelationshipSlot(const RelationshipSlot&) noexcept {}
  constexpr RelationshipSlot(RelationshipSlot&& other) noexcept {
    if (other.back == 0) std::swap(at, other.at);
  }
  constexpr RelationshipSlot& operator=(const RelationshipSlot&) noexcept { return *this; }

  [[nodiscard]] bool is_live() const noexcept { return back != 0; }
  [[nodiscard]] State* owner() const noexcept {
    return reinterpret_cast<State*>(reinterpret_cast<char*>(const_cast<RelationshipSlot*>(this)) -
                                    back);
  }
  [[nodiscard]] State* one() const noexcept { return static_cast<State*>(at); }
  [[nodiscard]] Collection* many() const noexcept { return static_cast<Collection*>(at); }

  std::uint32_t back = 0;    // distance to the State; 0: a plain value
  std::uint16_t number = 0;  // of the relationship in its mapper
  std::uint16_t flags = 0;
  void* at = nullptr;  // State or Collection
};

// A relationship to `target` was used in a plain value: throws UsageError.
[[noreturn]] void plain_value(std::string_view target);
// Reading loads on first use. Each throws UsageError in a plain value, DetachedError where it is
// not loaded and cannot be.
[[nodiscard]] State* read_one(const RelationshipSlot& slot);
// As read_one; null is a UsageError that names the relationship.
[[nodiscard]] State& need_one(const RelationshipSlot& slot);
// The members, until they change.
[[nodiscard]] std::span<State* const> read_many(const RelationshipSlot& slot);
[[nodiscard]] bool holds_member(const RelationshipSlot& slot, const State* member);
[[nodiscard]] State* find_keyed(const RelationshipSlot& slot, std::string_view key);
// Changing keeps both sides in step. In a plain value it is kept until the value becomes an object.
void set_one(RelationshipSlot& slot, State* target);
void append_one(RelationshipSlot& slot, State* member);
void remove_one(RelationshipSlot& slot, State* member);
void assign_many(RelationshipSlot& slot, std::span<State* const> members);
// Appends the row bytes of a member of `object`; false, with nothing appended, where it is null.
bool append_member(const void* object, const FieldCodec& codec, Buffer& out);
// What a plain value was given and nobody took.
void drop_given(RelationshipSlot& slot, bool many) noexcept;

}  // namespace kindred::detail
