// inspect(ref): where an object stands, what changed in it, what it has loaded.
//
//   inspect(ann).life() == Life::persistent
//   inspect(ann).changed()                     // names of columns that differ from the stored row
//   inspect(ann).history<&User::username>()    // stored and present value
//   inspect(ann).appended<&User::posts>()
//
// Looking loads nothing but the stored row, marks nothing and flushes nothing. Threads: as Ref.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "kindred/detail/session_access.hpp"
#include "kindred/detail/typed_key.hpp"
#include "kindred/ref.hpp"

namespace kindred {

template <class V>
struct History {
  std::optional<V> was;  // in the store; empty where the object is not stored
  V now{};
  [[nodiscard]] bool changed() const { return !was || !(*was == now); }
};

template <class T>
class Inspection {
 public:
  using entity = std::remove_const_t<T>;
  explicit Inspection(Ref<const entity> of) : of_(std::move(of)) {
    if (!of_) detail::null_ref();
  }
  [[nodiscard]] Life life() const noexcept { return of_.state()->life; }
  // Null where it is in none.
  [[nodiscard]] Session* session() const noexcept { return detail::session_of(*of_.state()); }
  // Columns whose values differ from the stored row. Empty for an object that is not persistent.
  [[nodiscard]] std::vector<std::string_view> changed() const {
    return detail::changed_columns(*of_.state());
  }
  // Whether a flush would write the object's own row.
  [[nodiscard]] bool is_modified() const { return !changed().empty(); }
  [[nodiscard]] bool is_expired() const noexcept { return of_.state()->is(detail::State::expired); }
  // Whether erase() marked it and no flush came yet.
  [[nodiscard]] bool is_erased() const noexcept { return of_.state()->is(detail::State::erased); }
  template <auto P>
  [[nodiscard]] bool is_loaded() const {
    return detail::is_loaded(*of_.state(), detail::relationship_target<P>::name);
  }
  template <auto P>
  [[nodiscard]] auto history() const {
    using V = detail::BareOf<typename detail::MemberPointer<decltype(P)>::member>;
    History<V> out;
    entity stored{};
    if (detail::stored_entity(*of_.state(), &stored)) out.was = static_cast<const V&>(stored.*P);
    out.now = static_cast<const V&>(detail::entity_in<const entity>(*of_.state()).*P);
    return out;
  }
  // Members of a to-many relationship that were added, or removed, since the last flush.
  template <auto P>
  [[nodiscard]] auto appended() const {
    return members<P>(Changes::keep);
  }
  template <auto P>
  [[nodiscard]] auto removed() const {
    return members<P>(Changes::discard);
  }

 private:
  template <auto P>
  auto members(Changes which) const {
    using Target = typename detail::relationship_target<P>::type;
    std::vector<Ref<const Target>> out;
    for (detail::State* s :
         detail::unflushed_members(*of_.state(), detail::relationship_target<P>::name, which))
      out.emplace_back(s);
    return out;
  }
  Ref<const entity> of_;
};

template <class T>
[[nodiscard]] Inspection<T> inspect(const Ref<T>& object) {
  return Inspection<T>(object);
}

}  // namespace kindred
