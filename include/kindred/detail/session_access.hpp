// What the typed calls of a session become. Compiled once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/detail/identity_map.hpp"
#include "kindred/detail/mapper.hpp"
#include "kindred/detail/query_spec.hpp"
#include "kindred/detail/relationship_slot.hpp"
#include "kindred/detail/session_events.hpp"
#include "kindred/detail/typed_access.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/report.hpp"
#include "kindred/session_options.hpp"

namespace kindred::session {
class Core;
}

namespace kindred {
template <class T>
class Ref;
}

namespace kindred::detail {

// A hook of relationship P: the owner, and the member or target.
template <auto P>
using MemberHookOf = std::function<void(const Ref<typename MemberPointer<decltype(P)>::entity>&,
                                        const Ref<typename relationship_target<P>::type>&)>;

// The stored name of a column or relationship.
template <auto P>
constexpr std::string_view member_or_column() {
  using M = typename MemberPointer<decltype(P)>::member;
  if constexpr (RelationshipTraits<M>::is_relationship)
    return member_name<P>;
  else
    return column_name_of<P>();
}

void make_transient(State& state);

// One step of a path of relationships that a query loads, or forbids to load.
struct LoadStep {
  const Mapper& (*mapper)() = nullptr;
  std::string_view relationship;  // empty: all of them
  lazy how = lazy::selectin;
};
struct LoadPath {
  std::vector<LoadStep> steps;
};
enum class Existing : std::uint8_t { keep, populate };

// Objects that a query finds, in order.
[[nodiscard]] std::vector<State*> select_states(session::Core& core, const Mapper& mapper,
                                                const QuerySpec& spec, Existing existing);
// The same, some at a time. It reads the view that the session had when it was made; before the
// session writes or ends its transaction, it reads the rest. Must not outlive the session.
class ObjectStream {
 public:
  // `loads_along`: relationships are to be loaded with the objects, for many owners at once.
  ObjectStream(session::Core& core, const Mapper& mapper, const QuerySpec& spec, Existing existing,
               bool loads_along);
  ~ObjectStream();
  ObjectStream(const ObjectStream&) = delete;
  ObjectStream& operator=(const ObjectStream&) = delete;
  // The next objects become `out`, each with a count that the caller takes over; none at the end.
  void next(std::vector<State*>& out);
  // Reads what is left.
  void drain();
  // Whether it makes only a few objects at a time.
  [[nodiscard]] bool makes_few() const noexcept;

 private:
  struct Rest;
  std::unique_ptr<Rest> rest_;
};
// Whether a reference of the object leads to another one in memory.
[[nodiscard]] bool refers(const State& state) noexcept;
// Told to hooks, and followed by what loads with them. The states are held meanwhile.
void finish_loading(session::Core& core, std::span<State* const> states,
                    std::span<const LoadPath> paths);
[[nodiscard]] std::uint64_t count_rows(session::Core& core, const Mapper& mapper,
                                       const QuerySpec& spec);
[[nodiscard]] std::string explain_rows(session::Core& core, const Mapper& mapper,
                                       const QuerySpec& spec);
// The condition under which a row is a stored member.
[[nodiscard]] Expression members_of_owner(session::Core& core, State& owner,
                                          std::string_view relationship);

// ---- inspection

[[nodiscard]] std::vector<std::string_view> changed_columns(State& state);
[[nodiscard]] bool is_loaded(const State& state, std::string_view relationship);
[[nodiscard]] Session* session_of(const State& state) noexcept;
[[nodiscard]] std::vector<State*> unflushed_members(const State& state,
                                                    std::string_view relationship, Changes which);
// Fills an entity with the row as stored; false where there is none.
[[nodiscard]] bool stored_entity(State& state, void* entity);

}  // namespace kindred::detail
