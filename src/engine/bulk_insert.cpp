#include "engine/bulk_insert.hpp"

#include "engine/entity_changes.hpp"

namespace kindred::engine {
namespace {

// Ascending rows of a table without indexes gain nothing from sorting: a chunk stays in the cache.
constexpr std::size_t cache_chunk = std::size_t{512} << 10;
// Others gain from every row that is sorted together; this bounds the memory.
constexpr std::size_t sort_chunk = std::size_t{256} << 20;
constexpr std::uint64_t progress_step = 4096;

}  // namespace

BulkInsert::BulkInsert(Writing& writing, const EntityCodec& codec, const BulkOptions& options)
    : writing_(writing),
      codec_(codec),
      options_(options),
      changes_(writing.changes()),
      small_chunk_(cache_chunk) {
  const CompiledTable& table = codec.table();
  if (!table.indexes.empty()) small_chunk_ = sort_chunk;
  for (const CompiledForeignKey& fk : table.foreign_keys)
    if (!fk.leads_key) small_chunk_ = sort_chunk;
}

std::uint64_t BulkInsert::add(const void* entity) {
  const std::uint64_t id =
      add_entity(writing_, changes_, codec_, entity, ChangeKind::insert, key_, row_, faults_);
  ++done_;
  const bool ascending = changes_.tables()[codec_.table().ordinal].ascending;
  if (changes_.bytes() >= (ascending ? small_chunk_ : sort_chunk)) flush();
  if (done_ % progress_step == 0) tell();
  return id;
}

void BulkInsert::flush() {
  FlushOptions options;
  options.deferred = &missing_;
  writing_.apply(changes_, options);
  changes_.clear();
}

void BulkInsert::finish() {
  flush();
  writing_.judge(missing_);
  tell();
  finished_ = true;
}

void BulkInsert::tell() {
  if (options_.progress && !options_.progress(done_, options_.total))
    throw Error(ErrorCode::cancelled,
                "the progress callback asked to stop after " + std::to_string(done_) + " rows");
}

BulkInsert::~BulkInsert() {
  if (!finished_)
    writing_.spoil(std::make_exception_ptr(
        Error(ErrorCode::cancelled, "a bulk insert did not come to its end")));
}

}  // namespace kindred::engine
