// Options of a session and of its calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kindred/options.hpp"

namespace kindred {

struct SessionOptions {
  // Flush before select(), prefetch and lazy loads, so that they see what is pending. get() of an
  // object at hand never flushes.
  bool autoflush = false;
  bool expire_on_commit = false;  // every object is read again after commit
  // Reading a relationship that is not loaded is a UsageError; prefetch with options().
  bool forbid_lazy_loads = false;
  // Every flush encodes the objects that were not reached through a mutable Ref, and names one that
  // was changed all the same: through a reference kept over a flush. Costs a flush O(objects).
  // Default: on in debug builds of the library.
  std::optional<bool> verify_untouched = {};
  UpdateOptions update = {};  // durability of its commits
};

// Whether unflushed changes may be thrown away.
enum class Changes : std::uint8_t { keep, discard };

struct MergeOptions {
  // false: the given object is taken as it is, without reading the store; it must be clean and not
  // transient.
  bool load = true;
};

struct SessionCounts {
  std::size_t objects = 0;      // held
  std::size_t changed = 0;      // to be looked at by the next flush
  std::size_t lazy_loads = 0;   // since the session began
  std::size_t encoded = 0;      // objects encoded to see whether they changed
  std::size_t collections = 0;  // of cycles that nobody reached
};

}  // namespace kindred
