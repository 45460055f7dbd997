#include "backends/lmdb/native.hpp"

#include <cerrno>
#include <cstdio>

#include "backends/lmdb/lmdb.hpp"

namespace kindred::lmdb {
namespace {

thread_local char last_assertion[256];

std::string native_name(int code) {
  switch (code) {
    case MDB_KEYEXIST: return "MDB_KEYEXIST";
    case MDB_NOTFOUND: return "MDB_NOTFOUND";
    case MDB_PAGE_NOTFOUND: return "MDB_PAGE_NOTFOUND";
    case MDB_CORRUPTED: return "MDB_CORRUPTED";
    case MDB_PANIC: return "MDB_PANIC";
    case MDB_VERSION_MISMATCH: return "MDB_VERSION_MISMATCH";
    case MDB_INVALID: return "MDB_INVALID";
    case MDB_MAP_FULL: return "MDB_MAP_FULL";
    case MDB_DBS_FULL: return "MDB_DBS_FULL";
    case MDB_READERS_FULL: return "MDB_READERS_FULL";
    case MDB_TXN_FULL: return "MDB_TXN_FULL";
    case MDB_CURSOR_FULL: return "MDB_CURSOR_FULL";
    case MDB_PAGE_FULL: return "MDB_PAGE_FULL";
    case MDB_MAP_RESIZED: return "MDB_MAP_RESIZED";
    case MDB_INCOMPATIBLE: return "MDB_INCOMPATIBLE";
    case MDB_BAD_RSLOT: return "MDB_BAD_RSLOT";
    case MDB_BAD_TXN: return "MDB_BAD_TXN";
    case MDB_BAD_VALSIZE: return "MDB_BAD_VALSIZE";
    case MDB_BAD_DBI: return "MDB_BAD_DBI";
    default: return (code > 0 ? "errno " : "LMDB ") + std::to_string(code);
  }
}

ErrorCode code_of(int code) noexcept {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorCode::no_space;
    case EACCES:
    case EPERM: return ErrorCode::permission;
    case EROFS: return ErrorCode::read_only;
    case MDB_VERSION_MISMATCH: return ErrorCode::newer_format;
    case ENOENT: return ErrorCode::missing_store;
    default: return ErrorCode::io;
  }
}

}  // namespace

thread_local Trap* Trap::active_ = nullptr;

void Trap::on_assert(MDB_env*, const char* message) noexcept {
  std::snprintf(last_assertion, sizeof last_assertion, "%s", message);
  if (active_) std::longjmp(active_->target, 1);
  // Returning makes LMDB print the assertion and abort.
  std::fputs("kindred: a damaged LMDB store; restore it from a backup or a dump\n", stderr);
}

void Trap::raise() {
  throw CorruptionError("LMDB page structure",
                        std::string("damaged; LMDB gave up with \"") + last_assertion +
                            "\": open it with Verify::pages for the places, restore a backup");
}

void fail(std::string_view operation, int code, std::string_view where) {
  const std::string what(operation);
  const std::string place(where);
  switch (code) {
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INVALID:
      throw CorruptionError(place, what + ": " + mdb_strerror(code) + " (" + native_name(code) +
                                       "): open it with Verify::pages for the places, restore a "
                                       "backup");
    case MDB_TXN_FULL:
      throw CapacityError(
          place + ": " + what + ": the transaction changes too many pages: split it into several",
          0, 0);
    case ENOMEM:
      throw CapacityError(place + ": " + what + ": out of memory or address space", 0, 0);
    default: break;
  }
  throw StorageError(code_of(code), what, native_name(code), place + ": " + mdb_strerror(code));
}

std::string library_version() { return mdb_version(nullptr, nullptr, nullptr); }

}  // namespace kindred::lmdb
