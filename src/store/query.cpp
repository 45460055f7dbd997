#include <utility>

#include "engine/engine.hpp"
#include "engine/query.hpp"
#include "kindred/detail/query_access.hpp"
#include "kindred/error.hpp"

namespace kindred::detail {
namespace {

// The view of one run.
class View {
 public:
  explicit View(const QuerySource& source)
      : owned_(source.reading ? nullptr : source.engine->snapshot()),
        reading_(source.reading ? source.reading : owned_.get()) {}
  [[nodiscard]] engine::Reading& operator*() const noexcept { return *reading_; }

 private:
  std::unique_ptr<engine::Reading> owned_;
  engine::Reading* reading_;
};

std::string told(const QuerySpec& spec) {
  return "table " + spec.table + (spec.where ? ", where " + spec.where->to_string() : "");
}

}  // namespace

void query_entities(const QuerySource& source, const EntityDescriptor& descriptor,
                    const QuerySpec& spec, FunctionRef<void*()> slot) {
  const View view(source);
  const engine::EntityCodec& codec = (*view).codec(descriptor);
  engine::run_query(*view, spec, [&](ByteView key, ByteView row) {
    codec.decode(slot(), key, row);
    return true;
  });
}

std::uint64_t query_count(const QuerySource& source, const EntityDescriptor& descriptor,
                          const QuerySpec& spec) {
  const View view(source);
  (void)(*view).codec(descriptor);
  return engine::count_query(*view, spec);
}

std::string query_explain(const QuerySource& source, const EntityDescriptor& descriptor,
                          const QuerySpec& spec) {
  const View view(source);
  (void)(*view).codec(descriptor);
  return engine::explain_query(*view, spec);
}

QuerySpec limited_to(QuerySpec spec, std::uint64_t limit) {
  if (!spec.limited || spec.limit > limit) spec.limit = limit;
  spec.limited = true;
  return spec;
}

void throw_no_result(const QuerySpec& spec) {
  throw ResultError(ErrorCode::no_result,
                    told(spec) +
                        ": no row; one() needs exactly one, one_or_none() and first() "
                        "allow none");
}

void throw_multiple_results(const QuerySpec& spec) {
  throw ResultError(ErrorCode::multiple_results,
                    told(spec) +
                        ": more than one row; one() and one_or_none() allow one, first() "
                        "takes the first of several");
}

struct QueryCursor::State {
  View view;
  const engine::EntityCodec& codec;
  engine::QueryStream stream;
  State(const QuerySource& source, const EntityDescriptor& descriptor, QuerySpec spec)
      : view(source), codec((*view).codec(descriptor)), stream(*view, std::move(spec)) {}
};

QueryCursor::QueryCursor(const QuerySource& source, const EntityDescriptor& descriptor,
                         QuerySpec spec)
    : state_(std::make_unique<State>(source, descriptor, std::move(spec))) {}
QueryCursor::QueryCursor(QueryCursor&&) noexcept = default;
QueryCursor& QueryCursor::operator=(QueryCursor&&) noexcept = default;
QueryCursor::~QueryCursor() = default;

bool QueryCursor::next(void* entity) {
  ByteView key;
  ByteView row;
  if (!state_->stream.next(key, row)) return false;
  state_->codec.decode(entity, key, row);
  return true;
}

}  // namespace kindred::detail
