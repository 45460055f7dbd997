// What all handles of one store share: its committed versions, and the gate of its one Writer.
//
// Versions form a list by age. A Reader pins one. A version that is not pinned and not the newest
// is unlinked at once: what only it could reach is freed, and the rest of its garbage passes to the
// next older version, which still reaches it.
//
// Threads: any. The mutex is held for moments, never during a transaction.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backends/memory/heap.hpp"
#include "backends/memory/tree.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::memory {

// Lists, because passing them on must not fail.
using GarbageList = std::list<std::vector<Garbage>>;

struct Version {
  State state;
  std::uint64_t number = 1;
  std::uint64_t last_epoch = 0;  // nothing that it reaches is younger
  std::uint64_t pins = 0;
  Version* older = nullptr;
  Version* newer = nullptr;
  GarbageList garbage;  // what the next newer version does not reach, but this one or an
                        // older one may
};

class Core {
 public:
  // `name` empty: private.
  Core(std::string name, std::uint64_t byte_limit);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  [[nodiscard]] std::string url() const { return "memory:" + name_; }
  [[nodiscard]] std::uint64_t byte_limit() const noexcept { return byte_limit_; }
  [[nodiscard]] storage::WriterGate& gate() noexcept { return gate_; }
  [[nodiscard]] storage::SequenceMarks& marks() noexcept { return marks_; }

  // The newest version, which stays until it is unpinned.
  [[nodiscard]] const Version& pin() noexcept;
  void unpin(const Version& version) noexcept;

  // The rest belongs to the holder of the gate.
  [[nodiscard]] const Version& newest() const noexcept { return *newest_; }
  [[nodiscard]] std::uint64_t new_epoch() noexcept { return ++epoch_; }
  // Makes `next` the newest version; `garbage` is what it does not reach of the one before.
  void publish(std::unique_ptr<Version> next, GarbageList garbage) noexcept;

 private:
  // Takes a version out of the list; moves to `freed` what nobody reaches any more.
  void unlink(Version* version, GarbageList& freed) noexcept;

  std::string name_;
  std::uint64_t byte_limit_;
  storage::WriterGate gate_;
  storage::SequenceMarks marks_;
  std::uint64_t epoch_ = 0;
  std::mutex mutex_;
  Version* newest_;
};

}  // namespace kindred::memory
