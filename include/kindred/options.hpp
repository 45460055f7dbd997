// Options of a store and of its operations.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "kindred/storage.hpp"

namespace kindred {

using storage::Durability;

struct StoreOptions {
  // Behaviour
  bool create = false;  // make the store where nothing is there; false: Error(missing_store)
  bool read_only =
      false;  // every write is Error(read_only); nothing on disk is touched but the reader table
  Durability durability =
      Durability::committed;     // of every commit that does not ask for another; see `none` below
  std::string application = {};  // refused (wrong_application) where the store names another one;
                                 // empty matches all
  storage::Verify verify =
      storage::Verify::quick;  // pages: walk every page before use; costs a read of the whole file

  // Performance. Leave alone unless measured.
  // Durability `none` for LMDB must be chosen here, because it holds for every commit of the
  // process.
  std::uint64_t map_size = std::uint64_t{1}
                           << 40;  // LMDB address space; grows by itself, costs no memory
  std::uint64_t byte_limit = 0;    // memory: CapacityError above it; 0: none
  std::chrono::milliseconds writer_deadline{
      30'000};  // how long update() waits for another writer: then Error(busy)
};

struct UpdateOptions {
  Durability durability = Durability::committed;  // the weaker of this and the store's holds
};

// Called with (done, total or 0 where unknown), at most once per 4096 rows. Return false to stop:
// Error(cancelled), nothing written.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

struct BulkOptions {
  Progress progress = {};
  std::uint64_t total = 0;  // what progress is told as the total
};

struct EraseOptions {
  std::uint64_t limit = 0;  // refuse (plan_limit) a plan that touches more rows; 0: none
};

}  // namespace kindred
