// The storage on LMDB: one file that several processes map, with a lock file "-lock" beside it.
//
// One process has one environment per file, whatever number of handles it opens by whatever names.
// Readers never wait for writers; one Writer at a time, over all processes. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kindred/storage.hpp"

namespace kindred::lmdb {

// What only tests and unusual machines change. The first handle of a file decides.
struct Tuning {
  // How long growing the map waits for the snapshots of this process to end.
  std::chrono::milliseconds gate_deadline{30'000};
  // Slots of the reader table where no other process has made it yet; 0: 510.
  unsigned max_readers = 0;
  // What tells one run of the operating system from the next; empty: ask the system.
  std::string boot_id;
  // The number of the file system's kind, as statfs gives it; 0: ask the system.
  std::uint64_t file_system = 0;
};

// Opens or creates the store at `path`. Throws Error: missing_store, store_exists, not_a_store,
// corruption, newer_format, unsupported (a network file system, a file with several names),
// permission, busy (the file was replaced while open here), io; UsageError for an empty path, and
// where the file is open in this process with another access or with durability `none` on one side
// only.
[[nodiscard]] std::shared_ptr<storage::Storage> open(std::string_view path,
                                                     const storage::OpenOptions& options);
[[nodiscard]] std::shared_ptr<storage::Storage> open(std::string_view path,
                                                     const storage::OpenOptions& options,
                                                     const Tuning& tuning);

// Of the LMDB library that this process runs with: "LMDB 0.9.24: (July 24, 2019)".
[[nodiscard]] std::string library_version();

}  // namespace kindred::lmdb
