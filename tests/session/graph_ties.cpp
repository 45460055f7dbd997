#include "tests/session/graph_ties.hpp"

namespace kindred::session_test::graph {

using detail::State;

namespace {

template <class T>
std::vector<Ref<T>> refs_to(const std::vector<Handle>& handles) {
  std::vector<Ref<T>> out;
  for (const Handle& h : handles) out.push_back(h.as<T>());
  return out;
}

template <auto M>
using EntityOf = typename detail::MemberPointer<decltype(M)>::entity;

template <auto Reference, class Parent>
void give_reference(TieCalls& out) {
  using C = EntityOf<Reference>;
  out.set = [](State* child, State* parent) {
    if (parent == nullptr)
      (Ref<C>(child).operator->()->*Reference) = nullptr;
    else
      (Ref<C>(child).operator->()->*Reference) = Ref<Parent>(parent);
  };
  out.read = [](State* child, Through how) -> State* {
    if (how == Through::const_ref)
      return (Ref<const C>(child).operator->()->*Reference).ref().state();
    return (Ref<C>(child).operator->()->*Reference).ref().state();
  };
  out.prefetch_reference = [](Session& session, const std::vector<Handle>& children) {
    session.prefetch<Reference>(refs_to<C>(children));
  };
  out.expire_reference = [](Session& session, const Handle& child) {
    session.expire<Reference>(child.as<C>());
  };
}

template <auto Members, class Child>
void give_members(TieCalls& out) {
  using P = EntityOf<Members>;
  constexpr bool many = detail::MemberPointer<decltype(Members)>::member::collection;
  out.append = [](State* parent, State* child) {
    if constexpr (many)
      (void)(Ref<P>(parent).operator->()->*Members).append(Ref<Child>(child));
    else
      (Ref<P>(parent).operator->()->*Members) = Ref<Child>(child);
  };
  out.remove = [](State* parent, State* child) {
    if constexpr (many)
      (Ref<P>(parent).operator->()->*Members).remove(Ref<Child>(child));
    else
      (Ref<P>(parent).operator->()->*Members) = nullptr;
  };
  if constexpr (many)
    out.assign = [](State* parent, const std::vector<Handle>& children) {
      (Ref<P>(parent).operator->()->*Members) = refs_to<Child>(children);
    };
  out.members = [](State* parent, Through how) {
    std::vector<State*> found;
    const auto read = [&](auto& relationship) {
      if constexpr (many) {
        for (const auto& ref : relationship) found.push_back(ref.state());
      } else if (relationship) {
        found.push_back(relationship.ref().state());
      }
    };
    if (how == Through::const_ref)
      read(Ref<const P>(parent).operator->()->*Members);
    else
      read(Ref<P>(parent).operator->()->*Members);
    return found;
  };
  out.prefetch_members = [](Session& session, const std::vector<Handle>& parents) {
    session.prefetch<Members>(refs_to<P>(parents));
  };
  out.expire_members = [](Session& session, const Handle& parent) {
    session.expire<Members>(parent.as<P>());
  };
}

template <auto Column>
void give_column(TieCalls& out) {
  using C = EntityOf<Column>;
  using V = detail::BareOf<typename detail::MemberPointer<decltype(Column)>::member>;
  out.set_column = [](State* child, std::int64_t id) {
    auto& column = Ref<C>(child).operator->()->*Column;
    if (id != 0)
      column = V(id);
    else
      column = V();
  };
  out.column = [](const State& child) -> std::int64_t {
    const V& value = static_cast<const V&>(static_cast<const C*>(child.object())->*Column);
    if constexpr (std::is_same_v<V, MaybeId>)
      return value.value_or(0);
    else
      return value;
  };
}

template <auto Reference, auto Members, auto Column, class Child, class Parent>
TieCalls make() {
  TieCalls out;
  if constexpr (!std::is_null_pointer_v<decltype(Reference)>)
    give_reference<Reference, Parent>(out);
  if constexpr (!std::is_null_pointer_v<decltype(Members)>) give_members<Members, Child>(out);
  give_column<Column>(out);
  return out;
}

}  // namespace

const TieCalls& calls_of(Tie tie) {
  static const std::array<TieCalls, ties> all{
      make<&Kid::owner, &Owner::kids, &Kid::owner_id, Kid, Owner>(),
      make<&Pal::owner, &Owner::pals, &Pal::owner_id, Pal, Owner>(),
      make<&Pal::mark, nullptr, &Pal::mark_id, Pal, Mark>(),
      make<&Badge::owner, &Owner::badge, &Badge::owner_id, Badge, Owner>(),
      make<&Note::owner, &Owner::notes, &Note::owner_id, Note, Owner>(),
      make<&Node::parent, &Node::children, &Node::parent_id, Node, Node>(),
      make<&Membership::owner, &Owner::memberships, &Membership::owner_id, Membership, Owner>(),
      make<&Membership::label, nullptr, &Membership::label_id, Membership, Label>(),
      make<nullptr, &Crate::items, &Item::crate_id, Item, Crate>(),
  };
  return all[static_cast<std::size_t>(tie)];
}

const TieCalls& label_calls() {
  static const TieCalls calls = [] {
    TieCalls out;
    give_members<&Pal::labels, Label>(out);
    return out;
  }();
  return calls;
}

const TieCalls& pal_calls() {
  static const TieCalls calls = [] {
    TieCalls out;
    give_members<&Label::pals, Pal>(out);
    return out;
  }();
  return calls;
}

}  // namespace kindred::session_test::graph
