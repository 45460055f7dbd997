#include "session/core.hpp"

#include "engine/value_codec.hpp"

namespace kindred::session {

Core::Core(std::shared_ptr<engine::Engine> engine, Session& owner, const SessionOptions& how)
    : SessionHeap(&owner), shell(owner), options(how), engine_(std::move(engine)) {}

Core::~Core() = default;

bool Core::has_level(std::size_t level, std::uint64_t transaction) const noexcept {
  return held_ != nullptr && transaction == transaction_ && level < levels_.size();
}

void Core::tell(State& s, EntityHooks which) const {
  if (events.entities.empty()) return;
  const auto hooks = events.entities.find(s.mapper);
  if (hooks == events.entities.end()) return;
  for (const auto& hook : hooks->second.*which) hook(s);
}

void Core::spoil() noexcept {
  try {
    held_->writing().spoil(std::make_exception_ptr(
        UsageError("a savepoint could not be rolled back: roll the session back")));
  } catch (...) {
    held_.reset();
  }
}

void Core::expunge_all() {
  require_idle("expunge_all");
  std::vector<State*> all;
  each([&](State& s) {
    if (s.in_session()) all.push_back(&s);
  });
  for (State* s : all) expunge_one(*s);
}

Value Core::column_value(const State& s, std::size_t column) {
  const EntityCodec& c = codec(*s.mapper);
  const std::uint32_t ordinal = c.ordinals()[column];
  Buffer key;
  Buffer row;
  std::vector<engine::ColumnFault> faults;
  c.encode_key(s.object(), key);
  const ByteView bytes = c.encode_row(s.object(), key.view(), row, faults).row;
  Buffer scratch;
  ByteView value;
  if (!c.table().column_bytes(ordinal, key.view(), format::RowView(c.table().layout, bytes),
                              scratch, value))
    return {};
  return engine::decode_value(c.table().columns[ordinal].column->type, value);
}

}  // namespace kindred::session
