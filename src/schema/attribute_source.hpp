// Structs as sources of events, through the description of their types.
#pragma once

#include <deque>

#include "kindred/detail/schema_node.hpp"
#include "schema/source.hpp"

namespace kindred::schema::detail {

// A place in a struct, and what describes it.
struct Attribute {
  const Node* node = nullptr;
  const void* slot = nullptr;
};

// Handles are addresses of Attributes that the source keeps: one source for each call, one thread.
class AttributeSource final : public Source {
 public:
  [[nodiscard]] Handle handle_of(const Attribute& place) const;

  bool replay(Handle h, Validator& v) const override;
  bool members(Handle h, FunctionRef<bool(std::string_view, Handle)> each) const override;
  std::optional<Handle> item(Handle h, std::int64_t index) const override;
  bool items(Handle h, FunctionRef<bool(Handle item)> each) const override;
  std::optional<std::size_t> length(Handle h) const override;
  [[nodiscard]] Value capture(Handle h) const override;
  [[nodiscard]] bool has_names() const override { return true; }

 private:
  bool replay_members(const Attribute& a, Handle h, Validator& v) const;
  void children(const Attribute& of, FunctionRef<bool(const Attribute&)> each) const;

  mutable std::deque<Attribute> places_;
};

}  // namespace kindred::schema::detail
