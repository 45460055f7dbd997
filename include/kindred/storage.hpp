// The waist: ordered bytes and transactions. All that the author of a backend needs to read.
//
// A storage holds numbered keyspaces. A map keyspace gives each key one value; a set keyspace gives
// each key a sorted set of members. Above the waist nobody joins key and member into one string:
// that would break the order.
//
// Duties of every implementation. Each has a test of the same number in tests/contract.
//   1 order       Keys and members compare as unsigned bytes, a prefix before what it begins. Zero
//   bytes are allowed; the
//                 empty key or member is refused (UsageError); an empty value is not an absent one.
//   2 snapshot    A Reader sees exactly the commits that had returned before it was made, whole
//   ones only, all its life. 3 isolation   Writers are serializable, phantoms included. There is no
//   weaker level. A backend that cannot do it
//                 natively admits one writer at a time.
//   4 own writes  Every read of a Writer sees its earlier writes. Writing to a keyspace while a
//   cursor or scan of the
//                 same Writer is open on that keyspace is a UsageError or undefined; callers must
//                 not.
//   5 views       With Capabilities::stable_views, views of a Reader live as long as the Reader;
//   views of a Writer live
//                 until its next write. Without, until the next call on the same object. Keys
//                 handed to a callback live until it returns.
//   6 batches     get_many and scan_many answer every position, in order of the request; duplicates
//   and absent keys are
//                 allowed, zero requests are legal. Sorted requests are the fast case, never a
//                 condition.
//   7 commit      Returns when the asked durability holds. After commit or abort the Writer is
//   finished: further calls
//                 are UsageErrors. If commit throws, nothing happened - except with
//                 outcome_unknown.
//   8 conflict    After a retryable error every further call on that Writer throws; abort it and
//   run the closure again. 9 savepoints  rollback_to restores exactly, whole-key and range erasures
//   included; nested, last in first out; cost
//                 at most the changes since.
//  10 limits      Key and member of 1 to 511 bytes, value up to 16 MiB, u64 keys and fixed members
//  of their exact width:
//                 checked at put, CapacityError or UsageError, never a silent cut. A refused put
//                 changes nothing.
//  11 reserve     Numbers handed out by Writer::reserve are never handed out again by this process,
//  even after abort;
//                 those of a committed Writer never by anyone.
//  12 failure     no_space or io in the middle leaves the last commit readable. abort and
//  destructors never throw. 13 threads     Storage: any thread. Reader: one thread at a time, may
//  move. Writer: only the thread that began it
//                 (else UsageError), and a second begin by that thread while it has one is a
//                 UsageError.
//  14 waiting     A begin that must wait for another writer gives up at its deadline with
//  Error(busy), naming the holder. 15 keyspaces   ensure and drop are refused (UsageError) while
//  the calling thread has a Writer. ensure is idempotent;
//                 another shape for an existing keyspace is a UsageError. A keyspace younger than a
//                 Reader reads as empty in it; one dropped stays readable in older Readers where
//                 stable_views holds.
//  16 opening     Never creates unless asked; refuses what it did not write (not_a_store) and what
//  is damaged
//                 (corruption) without crashing.
//  17 outliving   A Reader or Writer keeps its storage alive. close() makes every later call on the
//  storage, and on
//                 Readers and Writers made from it, an Error(closed); nothing crashes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/value.hpp"

namespace kindred::storage {

using KeyspaceId = std::uint32_t;
// Keyspace 0 always exists: a map{bytes}. The engine keeps its catalogue there, Writer::reserve its
// numbers (keys that begin with 'Q', see storage_support.hpp).
inline constexpr KeyspaceId catalog_keyspace = 0;

inline constexpr std::size_t max_key_size = 511;
inline constexpr std::size_t max_value_size = std::size_t{16} << 20;

struct Shape {
  enum class Kind : std::uint8_t {
    map_bytes = 1,  // any key
    map_u64 = 2,    // keys of exactly 8 bytes, big-endian at the waist
    set_fixed = 3,  // members of exactly `member_size` bytes
    set_bytes = 4,  // any member
  };
  Kind kind = Kind::map_bytes;
  std::uint16_t member_size = 0;  // set_fixed only: 1 to 511
  [[nodiscard]] bool is_set() const noexcept { return kind >= Kind::set_fixed; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

enum class Durability : std::uint8_t {
  none,       // survives the process, not the machine
  deferred,   // survives the machine, except perhaps the last commits
  committed,  // survives the machine once commit returned
};

struct Capabilities {
  bool persistent = false;                  // something is left after close
  bool multi_process = false;               // other processes may use it meanwhile
  bool multi_writer = false;                // writers run side by side and may conflict
  bool remote = false;                      // a call may cost a round trip
  bool stable_views = false;                // see duty 5
  std::uint64_t max_transaction_bytes = 0;  // 0: no limit
};

struct Entry {
  ByteView key;
  ByteView value;  // the member, in sets
};

// Keys from `lower` (inclusive) to `upper` (exclusive); no upper bound unless `bounded`.
// `after_member` starts behind that member of the key `lower`: where a page of a large set
// continues.
struct Range {
  ByteView lower;
  ByteView upper;
  bool bounded = false;
  bool single = false;  // only the key `lower`
  ByteView after_member;

  [[nodiscard]] static Range all() noexcept { return {}; }
  [[nodiscard]] static Range from(ByteView lower) noexcept { return {lower, {}, false, false, {}}; }
  [[nodiscard]] static Range between(ByteView lower, ByteView upper) noexcept {
    return {lower, upper, true, false, {}};
  }
  [[nodiscard]] static Range only(ByteView key) noexcept { return {key, {}, false, true, {}}; }
};

struct GetRequest {
  KeyspaceId keyspace = 0;
  ByteView key;
};

struct ScanRequest {
  KeyspaceId keyspace = 0;
  Range range;
};

struct ScanOptions {
  bool reverse = false;
  std::uint64_t limit = 0;  // per range; 0: none
};

enum class Intent : std::uint8_t {
  insert_new,  // refused where the key is there
  overwrite,   // refused where it is not
  either,
};

enum class PutResult : std::uint8_t { done, refused };

// One operation of a sorted list. In sets: put adds the member, erase removes it, erase_key removes
// the whole key.
struct Write {
  enum class Op : std::uint8_t { put, erase, erase_key };
  KeyspaceId keyspace = 0;
  Op op = Op::put;
  Intent intent = Intent::either;
  ByteView key;
  ByteView value;  // or member
};

// A position in a range. Views live as duty 5 says. Not for use after its Reader is gone.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // The next entry, or empty at the end of the range.
  virtual std::optional<Entry> next() = 0;
  // Continues at the first entry whose key is at or after `key` (reverse: at or before), within the
  // range.
  virtual void seek(ByteView key) = 0;
};

// One consistent view.
class Reader {
 public:
  virtual ~Reader() = default;
  // The value of a key of a map; empty where absent. UsageError on a set.
  virtual std::optional<ByteView> get(KeyspaceId keyspace, ByteView key) = 0;
  // For each request of maps, in order: sink(position, value or empty).
  virtual void get_many(std::span<const GetRequest> requests,
                        FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) = 0;
  // Entries of the range in order (reverse: backwards). The sink returns false to stop.
  virtual void scan(KeyspaceId keyspace, const Range& range, const ScanOptions& options,
                    FunctionRef<bool(ByteView key, ByteView value)> sink) = 0;
  // The same for many ranges, in order of request. The sink returns false to go on with the next
  // range.
  virtual void scan_many(std::span<const ScanRequest> requests, const ScanOptions& options,
                         FunctionRef<bool(std::size_t, ByteView key, ByteView value)> sink) = 0;
  // The pull form of scan.
  virtual std::unique_ptr<Cursor> cursor(KeyspaceId keyspace, const Range& range,
                                         const ScanOptions& options) = 0;
  // Whether a set has this pair.
  virtual bool contains(KeyspaceId keyspace, ByteView key, ByteView member) = 0;
  // A number that differs for different committed states of one storage and grows with commits:
  // LMDB's transaction id.
  virtual std::uint64_t version() = 0;
};

using Savepoint = std::uint64_t;

class Writer : public Reader {
 public:
  // Map: sets the value. Set: adds the member (insert_new: refused where the pair is there).
  // Refused: nothing changed.
  virtual PutResult put(KeyspaceId keyspace, ByteView key, ByteView value, Intent intent) = 0;
  // Map: removes the key. Set: removes the whole key. False where it was absent.
  virtual bool erase(KeyspaceId keyspace, ByteView key) = 0;
  // Set: removes one member. False where it was absent.
  virtual bool erase(KeyspaceId keyspace, ByteView key, ByteView member) = 0;
  // Removes every key of the range; returns the number of entries removed. `after_member` is not
  // looked at.
  virtual std::uint64_t erase_range(KeyspaceId keyspace, const Range& range) = 0;
  // All of a list, best sorted by (keyspace, key, member). Refused positions are appended to
  // `refused` and skipped: a put by its intent, an erasure of what is not there. Views in the list
  // need live only until this returns.
  virtual void apply(std::span<const Write> writes, std::vector<std::size_t>& refused) = 0;

  virtual Savepoint savepoint() = 0;
  // Undoes everything since, and forgets the savepoint and those made after it.
  virtual void rollback_to(Savepoint savepoint) = 0;
  // Keeps everything, forgets the savepoint and those made after it.
  virtual void release(Savepoint savepoint) = 0;

  // The first of `n` fresh numbers of a sequence (they start at 1); n = 0 hands out nothing and
  // returns the next. Numbers below `at_least` are skipped for ever. See duty 11.
  virtual std::uint64_t reserve(std::uint64_t sequence, std::uint64_t n,
                                std::uint64_t at_least) = 0;

  virtual void commit() = 0;
  virtual void abort() noexcept = 0;  // also done by the destructor
};

struct BeginOptions {
  Durability durability = Durability::committed;
  std::chrono::milliseconds deadline{30'000};  // how long to wait for another writer
};

struct KeyspaceInfo {
  KeyspaceId id = 0;
  Shape shape;
  std::uint64_t entries = 0;  // pairs, in sets
  std::uint64_t bytes = 0;    // pages used, where the backend knows
};

struct Problem {
  std::string where;
  std::string what;
};

class Storage : public std::enable_shared_from_this<Storage> {
 public:
  virtual ~Storage() = default;
  // How it was opened, as a URL: "lmdb:shop.kdb".
  [[nodiscard]] virtual std::string url() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  virtual std::unique_ptr<Reader> snapshot() = 0;
  virtual std::unique_ptr<Writer> begin(const BeginOptions& options) = 0;
  // Makes sure that the keyspace exists in this shape (duty 15). Opened read-only: Error(read_only)
  // where it does not.
  virtual void ensure(KeyspaceId keyspace, Shape shape) = 0;
  virtual void drop(KeyspaceId keyspace) = 0;
  // Every keyspace there is, in order of id.
  virtual std::vector<KeyspaceInfo> keyspaces() = 0;
  // Called between a retryable failure and the next run of the closure: grows the map, reconnects.
  // Throws where a retry cannot help.
  virtual void prepare_retry(const Error& failure) = 0;
  // A consistent copy while in use, as a new store of the same kind. Throws Error(store_exists).
  virtual void copy_to(const std::string& path) = 0;
  // Verifies the storage's own structure without the engine's knowledge; reports, never throws for
  // damage.
  virtual void check(FunctionRef<void(const Problem&)> report) = 0;
  // Makes everything committed so far durable.
  virtual void sync() = 0;
  virtual void close() = 0;
};

enum class Access : std::uint8_t { read_write, read_only };
enum class Creation : std::uint8_t {
  never,
  if_missing,
  must
};  // must: Error(store_exists) where something is there
enum class Verify : std::uint8_t { quick, pages };  // pages: walk everything before mapping it

struct OpenOptions {
  Access access = Access::read_write;
  Creation creation = Creation::never;
  Verify verify = Verify::quick;
  Durability durability =
      Durability::committed;  // `none` must be chosen here, for every transaction of the store
  std::uint64_t map_size = std::uint64_t{1}
                           << 40;  // LMDB: address space reserved; grows when needed
  std::uint64_t byte_limit = 0;    // memory: CapacityError above this; 0: none
};

// "memory:", "lmdb:PATH", a bare PATH (means lmdb:). Layers wrap from the left:
// "count+fault+memory:". Throws UsageError for an unknown scheme, naming those there are.
[[nodiscard]] std::shared_ptr<Storage> open(std::string_view url, const OpenOptions& options = {});

// `opener` gets what follows the colon. Registered before main or before the first open; a second
// one of the same name is a UsageError. Any thread.
using Opener = std::function<std::shared_ptr<Storage>(std::string_view rest, const OpenOptions&)>;
void register_scheme(std::string name, Opener opener);
using Layer = std::function<std::shared_ptr<Storage>(std::shared_ptr<Storage> base,
                                                     std::string_view argument)>;
// "name+..." or "name(argument)+...": wraps what was opened.
void register_layer(std::string name, Layer layer);

// Runs `fn` in a Writer and commits: the one retry loop. Retryable failures call prepare_retry and
// run `fn` again, at most 10 times with backoff. Any other exception aborts and passes on.
void update(Storage& storage, const BeginOptions& options, FunctionRef<void(Writer&)> fn);

}  // namespace kindred::storage
