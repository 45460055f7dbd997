// A writer that is kept over several calls, begun by Engine::begin: what a session flushes into
// until it commits or rolls back. While it lives no other writer of a single-writer storage gets
// its turn: an update() waits, and is Error(busy) at its deadline.
//
// One thread: all calls come from the one that began it; the destructor may run elsewhere.
#pragma once

#include <memory>
#include <thread>

#include "engine/writing.hpp"

namespace kindred::engine {

class HeldWriting {
 public:
  using Savepoint = storage::Savepoint;

  // Rolls back what was not committed.
  ~HeldWriting();
  HeldWriting(const HeldWriting&) = delete;
  HeldWriting& operator=(const HeldWriting&) = delete;

  // UsageError, as from all that follow, once it is finished.
  [[nodiscard]] Writing& writing();
  // Throws what spoilt the Writing; it can still go back to a savepoint then. Otherwise it is
  // finished, also where the storage refuses the commit: then all is rolled back. After a
  // retryable failure the next Engine::begin lets the storage prepare for another try.
  void commit();

  // See Writing.
  [[nodiscard]] Savepoint savepoint() { return writing().savepoint(); }
  void rollback_to(Savepoint savepoint) { writing().rollback_to(savepoint); }
  void release(Savepoint savepoint) { writing().release(savepoint); }

 private:
  friend class Engine;
  HeldWriting(std::shared_ptr<Engine> engine, std::unique_ptr<storage::Writer> writer,
              std::unique_ptr<Writing> writing);
  void end(std::exception_ptr failure) noexcept;
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<Writing> writing_;  // borrows the writer
  std::thread::id thread_;
};

}  // namespace kindred::engine
