// Queries for objects of a session, and what they load along:
//
//   for (Ref<const Post> p : session.select<const Post>()
//                                .where(field<&Post::author_id> == 7)
//                                .options(selectinload<&Post::author>(),
//                                         selectinload<&Post::comments>().then<&Comment::author>()))
//
// Conditions, order, limit and offset are those of query.hpp. A row whose object is in the session
// already gives that object as it is, unflushed changes included; rows are found by what is stored,
// so pending changes are seen by conditions only after a flush (SessionOptions::autoflush).
//
// Threads: as their session.
#pragma once

#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/query.hpp"
#include "kindred/session.hpp"

namespace kindred {

// A path of relationships: `then` goes on from what the last step leads to.
template <class Target>
class LoadOption {
 public:
  explicit LoadOption(detail::LoadPath path) : path_(std::move(path)) {}
  template <auto P>
  [[nodiscard]] auto then(lazy how = lazy::selectin) && {
    using End = detail::relationship_target<P>;
    static_assert(std::is_base_of_v<typename End::entity, Target>,
                  "then<&T::member>: the step before must lead to T");
    path_.steps.push_back({&detail::mapper_of<Target>, End::name, how});
    return LoadOption<typename End::type>(std::move(path_));
  }
  template <auto P>
  [[nodiscard]] auto then_raise() && {
    return std::move(*this).template then<P>(lazy::raise);
  }
  [[nodiscard]] const detail::LoadPath& path() const noexcept { return path_; }

 private:
  detail::LoadPath path_;
};

namespace detail {
template <auto P>
auto load_option(lazy how) {
  using End = relationship_target<P>;
  return LoadOption<typename End::type>(
      LoadPath{{{&mapper_of<typename End::entity>, End::name, how}}});
}
}  // namespace detail

// Loaded with the objects of the query, in one batch for all of them.
template <auto P>
[[nodiscard]] auto selectinload() {
  return detail::load_option<P>(lazy::selectin);
}
// The same: a local store has no use for a join.
template <auto P>
[[nodiscard]] auto joinedload() {
  return detail::load_option<P>(lazy::joined);
}
template <auto P>
[[nodiscard]] auto immediateload() {
  return detail::load_option<P>(lazy::immediate);
}
// Reading it where it is not loaded is a UsageError, for the objects of this query.
template <auto P>
[[nodiscard]] auto raiseload() {
  return detail::load_option<P>(lazy::raise);
}
// The same for every relationship that no other option names.
template <class T>
[[nodiscard]] LoadOption<T> raiseload_all() {
  return LoadOption<T>(detail::LoadPath{{{&detail::mapper_of<T>, {}, lazy::raise}}});
}

// The objects of a query, one by one.
template <class T>
class ObjectRange {
 public:
  ObjectRange(session::Core& core, const detail::QuerySpec& spec, detail::Existing existing,
              std::vector<detail::LoadPath> paths)
      : core_(core),
        stream_(core, detail::mapper_of<std::remove_const_t<T>>(), spec, existing, !paths.empty()),
        paths_(std::move(paths)) {}
  using iterator = detail::PullIterator<ObjectRange, Ref<T>>;
  [[nodiscard]] iterator begin() { return advance() ? iterator(this) : iterator(); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  bool advance() {
    if (!held_.empty() && ++at_ < held_.size()) return true;
    keep_referring();
    held_.clear();
    at_ = 0;
    stream_.next(found_);
    if (found_.empty()) referring_.clear();
    held_.reserve(found_.size());
    for (detail::State* state : found_) {
      held_.emplace_back(state);
      --state->refs;  // the stream's
    }
    detail::finish_loading(core_, found_, paths_);
    return !held_.empty();
  }
  [[nodiscard]] const Ref<T>& current() const { return held_[at_]; }

 private:
  // What the loop read through references of its last objects serves the next ones, too: of many
  // that refer to one object, that is not read for each.
  void keep_referring() {
    constexpr std::size_t most = 256;
    if (!stream_.makes_few()) return;
    if (referring_.size() >= most) referring_.clear();
    referring_.reserve(referring_.size() + held_.size());
    for (Ref<T>& ref : held_)
      if (detail::refers(*ref.state())) referring_.push_back(std::move(ref));
  }

  session::Core& core_;
  detail::ObjectStream stream_;
  std::vector<detail::LoadPath> paths_;
  std::vector<detail::State*> found_;
  std::vector<Ref<T>> held_;
  std::vector<Ref<T>> referring_;
  std::size_t at_ = 0;
};

template <class T>
class SessionSelect : public SelectBuilder<SessionSelect<T>, T> {
 public:
  using entity = std::remove_const_t<T>;
  explicit SessionSelect(session::Core& core) : core_(&core) {}

  template <class... O>
  SessionSelect& options(const O&... loads) & {
    (paths_.push_back(loads.path()), ...);
    return *this;
  }
  template <class... O>
  SessionSelect options(const O&... loads) && {
    return std::move(options(loads...));
  }
  // Objects that are in the session already are read anew; their unflushed column changes are lost.
  SessionSelect& populate_existing() & {
    existing_ = detail::Existing::populate;
    return *this;
  }
  SessionSelect populate_existing() && { return std::move(populate_existing()); }

  [[nodiscard]] std::vector<Ref<T>> all() const { return run(this->spec_); }
  // The first in order; null where there is none.
  [[nodiscard]] Ref<T> first() const {
    const auto found = run(detail::limited_to(this->spec_, 1));
    return found.empty() ? Ref<T>() : found.front();
  }
  // The only one. Throws ResultError: no_result, multiple_results.
  [[nodiscard]] Ref<T> one() const {
    Ref<T> out = one_or_none();
    if (!out) detail::throw_no_result(this->spec_);
    return out;
  }
  [[nodiscard]] Ref<T> one_or_none() const {
    const auto found = run(detail::limited_to(this->spec_, 2));
    if (found.size() > 1) detail::throw_multiple_results(this->spec_);
    return found.empty() ? Ref<T>() : found.front();
  }
  [[nodiscard]] std::uint64_t count() const {
    return detail::count_rows(*core_, mapper(), this->spec_);
  }
  [[nodiscard]] bool exists() const {
    return detail::count_rows(*core_, mapper(), detail::limited_to(this->spec_, 1)) != 0;
  }
  [[nodiscard]] std::string explain() const {
    return detail::explain_rows(*core_, mapper(), this->spec_);
  }
  // A single pass. begin() runs the query; objects are read some at a time, so that of those that
  // nobody holds at most a few hundred stay. Rows are those of the view at the beginning, whatever
  // the loop writes.
  [[nodiscard]] auto begin() {
    range_ = std::make_shared<ObjectRange<T>>(*core_, this->spec_, existing_, paths_);
    return range_->begin();
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  friend class Session;
  static const detail::Mapper& mapper() { return detail::mapper_of<entity>(); }
  std::vector<Ref<T>> run(const detail::QuerySpec& spec) const {
    const auto states = detail::select_states(*core_, mapper(), spec, existing_);
    std::vector<Ref<T>> out;
    out.reserve(states.size());
    for (detail::State* state : states) out.emplace_back(state);
    detail::finish_loading(*core_, states, paths_);
    return out;
  }

  session::Core* core_;
  std::vector<detail::LoadPath> paths_;
  detail::Existing existing_ = detail::Existing::keep;
  std::shared_ptr<ObjectRange<T>> range_;
};

template <class T>
SessionSelect<T> Session::select() {
  return SessionSelect<T>(*core_);
}

template <auto P, class T>
auto Session::select_members(const Ref<T>& owner) {
  using End = detail::relationship_target<P>;
  using Target =
      std::conditional_t<std::is_const_v<T>, const typename End::type, typename End::type>;
  static_assert(End::collection, "select_members is for to-many relationships");
  SessionSelect<Target> out(*core_);
  out.where(
      Condition<typename End::type>(detail::members_of_owner(*core_, state_of(owner), End::name)));
  return out;
}

}  // namespace kindred
