// A JSON text as a source of events. Handles are offsets.
#pragma once

#include <string_view>

#include "json/text_events.hpp"
#include "schema/source.hpp"

namespace kindred::schema::detail {

// The text must have been read to the end of each value that is asked for.
class JsonSource final : public Source {
 public:
  JsonSource(std::string_view text, json::Tokens tokens) : text_(text), tokens_(tokens) {}
  bool replay(Handle value, Validator& validator) const override;
  bool members(Handle value,
               FunctionRef<bool(std::string_view key, Handle member)> each) const override;
  std::optional<Handle> item(Handle value, std::int64_t index) const override;
  bool items(Handle value, FunctionRef<bool(Handle item)> each) const override;
  std::optional<std::size_t> length(Handle value) const override;
  [[nodiscard]] Value capture(Handle value) const override;
  [[nodiscard]] std::optional<std::size_t> offset(Handle value) const override { return value; }

 private:
  template <class Handler>
  bool read(Handle value, Handler& handler, json::TextStream& stream) const;

  std::string_view text_;
  json::Tokens tokens_;
};

}  // namespace kindred::schema::detail
