// Many new rows of one entity type as one ChangeSet, in chunks: encoded straight into an arena,
// flushed when a chunk is full. References to rows that come later are judged at the end.
#pragma once

#include "engine/writing.hpp"

namespace kindred::engine {

class BulkInsert {
 public:
  // All must outlive it.
  BulkInsert(Writing& writing, const EntityCodec& codec, const BulkOptions& options);
  BulkInsert(const BulkInsert&) = delete;
  BulkInsert& operator=(const BulkInsert&) = delete;
  // Without finish, the transaction is spoilt: chunks of it may be in.
  ~BulkInsert();
  // Returns the id that a sequence key got; 0 where none was assigned. Throws IntegrityError for a
  // full chunk.
  std::uint64_t add(const void* entity);
  // Flushes what is left and judges what was left open. The rows count only after it.
  void finish();

 private:
  void flush();
  void tell();  // progress; throws where it says stop
  Writing& writing_;
  const EntityCodec& codec_;
  const BulkOptions& options_;
  ChangeSet changes_;
  std::vector<MissingReference> missing_;
  std::vector<ColumnFault> faults_;
  Buffer key_;
  Buffer row_;
  std::uint64_t done_ = 0;
  bool finished_ = false;
  std::size_t small_chunk_;
};

}  // namespace kindred::engine
