// What a session was asked to call, without types.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "kindred/detail/instance.hpp"
#include "kindred/detail/mapper.hpp"

namespace kindred::detail {

struct SessionEvents {
  using Hook = std::function<void(Session&)>;
  using ObjectHook = std::function<void(State&)>;
  // Owner and member; null where a reference is cleared.
  using MemberHook = std::function<void(State& owner, State* member)>;

  struct OfEntity {
    std::vector<ObjectHook> load;
    std::vector<ObjectHook> before_insert, after_insert;
    std::vector<ObjectHook> before_update, after_update;
    std::vector<ObjectHook> before_erase, after_erase;
  };
  struct OfRelationship {
    std::vector<MemberHook> added;  // appended, or set
    std::vector<MemberHook> removed;
  };
  std::vector<Hook> before_flush, after_flush, after_commit, after_rollback;
  std::unordered_map<const Mapper*, OfEntity> entities;
  std::unordered_map<const Link*, OfRelationship> relationships;
};

}  // namespace kindred::detail
