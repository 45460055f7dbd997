// What the cases of the contract suite are made of. See storage_contract.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/storage.hpp"

namespace kindred::testing {

// The backend under test, at one place of its own: nothing is there when a case begins.
class Subject {
 public:
  virtual ~Subject() = default;
  // Opens this place.
  virtual std::shared_ptr<storage::Storage> open(const storage::OpenOptions& options) = 0;
  // A path for copy_to where nothing is, and how to open what came to be there.
  virtual std::string copy_path() = 0;
  virtual std::shared_ptr<storage::Storage> open_copy(const storage::OpenOptions& options) = 0;
  // Puts something at this place that the backend did not write. False where there is no such
  // thing.
  virtual bool plant_foreign() { return false; }
  // Damages what is at this place, which is closed. False where there is no way to.
  virtual bool damage() { return false; }
};

// A case that failed: what was expected, and where.
class ContractFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A case that does not apply to this backend; what() says why.
class ContractSkipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace contract {

using namespace storage;  // NOLINT(google-build-using-namespace): the cases speak of nothing else

inline void expect(bool holds, std::string_view what, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  if (holds) return;
  std::ostringstream text;
  text << file << ":" << line << ": expected: " << what;
  throw ContractFailure(text.str());
}

template <class F>
void expect_usage_error(F&& f, std::string_view what, const char* file = __builtin_FILE(),
                        int line = __builtin_LINE()) {
  try {
    f();
  } catch (const UsageError& error) {
    expect(*error.what() != '\0', "a UsageError with a message", file, line);
    return;
  } catch (const Error& error) {
    expect(false, "UsageError for " + std::string(what) + ", not Error: " + error.what(), file,
           line);
  }
  expect(false, "UsageError for " + std::string(what), file, line);
}

template <class F>
void expect_error(ErrorCode code, F&& f, std::string_view what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  const std::string wanted = "Error(" + std::string(to_string(code)) + ") for " + std::string(what);
  try {
    f();
  } catch (const Error& error) {
    expect(error.code() == code,
           wanted + ", not " + std::string(to_string(error.code())) + ": " + error.what(), file,
           line);
    return;
  } catch (const UsageError& error) {
    expect(false, wanted + ", not UsageError: " + error.what(), file, line);
  }
  expect(false, wanted, file, line);
}

// The keyspaces that cases use.
inline constexpr KeyspaceId map_bytes = 1;
inline constexpr KeyspaceId map_u64 = 2;
inline constexpr KeyspaceId set_fixed = 3;  // of 8 bytes
inline constexpr KeyspaceId set_bytes = 4;

inline Shape shape_of(KeyspaceId keyspace) {
  switch (keyspace) {
    case map_u64: return {Shape::Kind::map_u64, 0};
    case set_fixed: return {Shape::Kind::set_fixed, 8};
    case set_bytes: return {Shape::Kind::set_bytes, 0};
    default: return {Shape::Kind::map_bytes, 0};
  }
}

// As fast as the backend can: for cases that do not test durability.
inline OpenOptions fast(Creation creation = Creation::if_missing) {
  OpenOptions options;
  options.creation = creation;
  options.durability = Durability::none;
  return options;
}

inline std::shared_ptr<Storage> open(Subject& subject, const OpenOptions& options = fast()) {
  std::shared_ptr<Storage> storage = subject.open(options);
  for (const KeyspaceId id : {map_bytes, map_u64, set_fixed, set_bytes}) {
    storage->ensure(id, shape_of(id));
  }
  return storage;
}

inline std::unique_ptr<Writer> begin(Storage& storage) { return storage.begin({}); }

// In a transaction of its own.
template <class F>
void write(Storage& storage, F&& f) {
  const std::unique_ptr<Writer> writer = begin(storage);
  f(*writer);
  writer->commit();
}

// Runs on another thread; passes on what it throws.
template <class F>
void on_another_thread(F&& f) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      f();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

// Runs f(0), f(1), ... side by side; passes on the first failure.
template <class F>
void side_by_side(int threads, F&& f) {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      try {
        f(i);
      } catch (...) {
        failures[static_cast<std::size_t>(i)] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

// 8 bytes, big-endian.
inline std::string be(std::uint64_t number) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
  return out;
}

using Pair = std::pair<std::string, std::string>;
using Pairs = std::vector<Pair>;

inline Pairs entries(Reader& reader, KeyspaceId keyspace, const Range& range = Range::all(),
                     const ScanOptions& options = {}) {
  Pairs out;
  reader.scan(keyspace, range, options, [&](ByteView key, ByteView value) {
    out.emplace_back(key, value);
    return true;
  });
  return out;
}

// The same through a cursor.
inline Pairs pulled(Reader& reader, KeyspaceId keyspace, const Range& range = Range::all(),
                    const ScanOptions& options = {}) {
  Pairs out;
  const std::unique_ptr<Cursor> cursor = reader.cursor(keyspace, range, options);
  while (const std::optional<Entry> entry = cursor->next()) {
    out.emplace_back(entry->key, entry->value);
  }
  expect(!cursor->next(), "a cursor at its end stays there");
  return out;
}

inline std::optional<std::string> value_of(Reader& reader, ByteView key,
                                           KeyspaceId keyspace = map_bytes) {
  const std::optional<ByteView> value = reader.get(keyspace, key);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

// Numbers that look random and are the same in every run.
class Numbers {
 public:
  std::uint64_t operator()(std::uint64_t below) noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % below;
  }
  // Bytes that share prefixes, and hold zeros and high ones.
  std::string bytes(std::uint64_t longest) {
    constexpr std::string_view alphabet(
        "\0\x01"
        "ab\x7f\x80\xff",
        7);
    std::string out;
    for (std::uint64_t n = 1 + (*this)(longest); n > 0; --n) out += alphabet[(*this)(7)];
    return out;
  }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

inline void expect_sound(Storage& storage) {
  std::string found;
  storage.check(
      [&](const Problem& problem) { found += problem.where + ": " + problem.what + "; "; });
  expect(found.empty(), "check() without problems, not " + found);
}

}  // namespace contract
}  // namespace kindred::testing
