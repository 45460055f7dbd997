// Parts for authors of storage backends: use what helps, nothing here is required.
//
//   check_shape, check_put, check_key, require_map, require_set    the checks of duties 1 and 10
//   WithReaderLoops, WithWriterLoops                                batches as loops over single
//   calls WriterGate, ThreadOwner, OpenFlag                               duties 13, 14 and 17
//   SequenceMarks, SequenceRecords                                  duty 11, as records in keyspace
//   0
//
// docs/storage-backends.md shows a whole backend made of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"
#include "kindred/value.hpp"

namespace kindred::storage {

// ---- checks. Each throws UsageError or CapacityError naming keyspace, rule and size.

[[nodiscard]] inline std::string name_of(KeyspaceId keyspace) {
  return "keyspace " + std::to_string(keyspace);
}

// As docs and messages write it: "map{u64}", "set{fixed 8}".
[[nodiscard]] inline std::string name_of(Shape shape) {
  switch (shape.kind) {
    case Shape::Kind::map_bytes: return "map{bytes}";
    case Shape::Kind::map_u64: return "map{u64}";
    case Shape::Kind::set_fixed: return "set{fixed " + std::to_string(shape.member_size) + "}";
    case Shape::Kind::set_bytes: return "set{bytes}";
  }
  return "shape " + std::to_string(static_cast<int>(shape.kind));
}

// A shape that no keyspace can have is a UsageError.
inline void check_shape(KeyspaceId keyspace, Shape shape) {
  const bool known = shape.kind >= Shape::Kind::map_bytes && shape.kind <= Shape::Kind::set_bytes;
  const bool fits = shape.kind == Shape::Kind::set_fixed
                        ? shape.member_size >= 1 && shape.member_size <= max_key_size
                        : shape.member_size == 0;
  if (known && fits) return;
  throw UsageError("ensure " + name_of(keyspace) + " as " + name_of(shape) +
                   ": member_size must be 1 to 511 for set{fixed n} and 0 for every other shape");
}

// The key of a reading or erasing call: only the empty one is refused, others may just be absent.
inline void check_key(KeyspaceId keyspace, ByteView key) {
  if (key.empty()) [[unlikely]]
    throw UsageError(name_of(keyspace) + ": the empty key is refused");
}

inline void check_member(KeyspaceId keyspace, ByteView member) {
  if (member.empty()) [[unlikely]] {
    throw UsageError(name_of(keyspace) + ": the empty member is refused");
  }
}

namespace detail {

inline void check_size(KeyspaceId keyspace, std::string_view what, std::size_t size,
                       std::size_t limit) {
  if (size <= limit) [[likely]]
    return;
  throw CapacityError(name_of(keyspace) + ": a " + std::string(what) + " of " +
                          std::to_string(size) + " bytes is above the limit of " +
                          std::to_string(limit),
                      limit, size);
}

inline void check_width(KeyspaceId keyspace, Shape shape, std::string_view what, std::size_t size,
                        std::size_t width) {
  if (size == width) [[likely]]
    return;
  throw UsageError(name_of(keyspace) + " is a " + name_of(shape) + ": a " + std::string(what) +
                   " has exactly " + std::to_string(width) + " bytes, not " + std::to_string(size));
}

}  // namespace detail

// Duty 10 for one put.
inline void check_put(KeyspaceId keyspace, Shape shape, ByteView key, ByteView value) {
  check_key(keyspace, key);
  detail::check_size(keyspace, "key", key.size(), max_key_size);
  if (shape.kind == Shape::Kind::map_u64) {
    detail::check_width(keyspace, shape, "key", key.size(), 8);
  }
  if (!shape.is_set()) {
    detail::check_size(keyspace, "value", value.size(), max_value_size);
    return;
  }
  check_member(keyspace, value);
  detail::check_size(keyspace, "member", value.size(), max_key_size);
  if (shape.kind == Shape::Kind::set_fixed) {
    detail::check_width(keyspace, shape, "member", value.size(), shape.member_size);
  }
}

inline void require_map(KeyspaceId keyspace, Shape shape, std::string_view call) {
  if (!shape.is_set()) [[likely]]
    return;
  throw UsageError(std::string(call) + ": " + name_of(keyspace) + " is a " + name_of(shape) +
                   "; use scan or contains");
}

inline void require_set(KeyspaceId keyspace, Shape shape, std::string_view call) {
  if (shape.is_set()) [[likely]]
    return;
  throw UsageError(std::string(call) + ": " + name_of(keyspace) + " is a " + name_of(shape) +
                   " and has no members; use get");
}

// ---- batches as loops. `Base` is Reader or Writer; derived classes give get and cursor.

template <class Base>
class WithReaderLoops : public Base {
 public:
  void get_many(std::span<const GetRequest> requests,
                FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) override {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      sink(i, this->get(requests[i].keyspace, requests[i].key));
    }
  }
  void scan(KeyspaceId keyspace, const Range& range, const ScanOptions& options,
            FunctionRef<bool(ByteView, ByteView)> sink) override {
    const std::unique_ptr<Cursor> cursor = this->cursor(keyspace, range, options);
    while (const std::optional<Entry> entry = cursor->next()) {
      if (!sink(entry->key, entry->value)) return;
    }
  }
  void scan_many(std::span<const ScanRequest> requests, const ScanOptions& options,
                 FunctionRef<bool(std::size_t, ByteView, ByteView)> sink) override {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      this->scan(requests[i].keyspace, requests[i].range, options,
                 [&](ByteView key, ByteView value) { return sink(i, key, value); });
    }
  }
};

// Derived classes also give put, both erase, and shape_of.
class WithWriterLoops : public WithReaderLoops<Writer> {
 public:
  // In the order of the list. Throws what put and erase throw: what came before is then applied.
  void apply(std::span<const Write> writes, std::vector<std::size_t>& refused) override {
    for (std::size_t i = 0; i < writes.size(); ++i) {
      const Write& w = writes[i];
      bool done = false;
      if (w.op == Write::Op::put) {
        done = put(w.keyspace, w.key, w.value, w.intent) == PutResult::done;
      } else if (w.op == Write::Op::erase && shape_of(w.keyspace).is_set()) {
        done = erase(w.keyspace, w.key, w.value);
      } else {
        done = erase(w.keyspace, w.key);
      }
      if (!done) refused.push_back(i);
    }
  }
  // Gathers the keys first, because no cursor may be open while its keyspace is written to.
  std::uint64_t erase_range(KeyspaceId keyspace, const Range& range) override {
    Range whole = range;
    whole.after_member = {};
    std::vector<std::string> keys;
    std::uint64_t entries = 0;
    this->scan(keyspace, whole, {}, [&](ByteView key, ByteView) {
      if (keys.empty() || keys.back() != key) keys.emplace_back(key);
      ++entries;
      return true;
    });
    for (const std::string& key : keys) erase(keyspace, key);
    return entries;
  }

 protected:
  // Throws UsageError where there is no such keyspace.
  [[nodiscard]] virtual Shape shape_of(KeyspaceId keyspace) const = 0;
};

// ---- threads and life

// The thread that made it. Duty 13 for Writers.
class ThreadOwner {
 public:
  void check(std::string_view call) const {
    if (std::this_thread::get_id() == owner_) [[likely]]
      return;
    throw UsageError(std::string(call) +
                     ": a Writer belongs to the thread that began it; begin another one here");
  }

 private:
  std::thread::id owner_ = std::this_thread::get_id();
};

// Whether a storage is still open; shared by it and what it made. Duty 17. Any thread.
class OpenFlag {
 public:
  // False where it was closed already.
  bool close() noexcept { return open_.exchange(false, std::memory_order_acq_rel); }
  [[nodiscard]] bool is_open() const noexcept { return open_.load(std::memory_order_acquire); }
  void check(std::string_view url) const {
    if (!is_open()) [[unlikely]] {
      throw Error(ErrorCode::closed, std::string(url) + " was closed: open it again");
    }
  }

 private:
  std::atomic<bool> open_{true};
};

// One writer at a time, first come first served, with a deadline. Duties 3, 13 and 14. Any thread.
class WriterGate {
 public:
  // Waits for the turn of the calling thread. Throws UsageError where it holds the gate already,
  // Error(busy) at the deadline, Error(closed) once `open` says so (see wake).
  void enter(std::string_view url, std::chrono::milliseconds deadline, const OpenFlag& open) {
    const auto self = std::this_thread::get_id();
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    open.check(url);
    if (held_ && holder_ == self) {
      throw UsageError(std::string(url) +
                       ": this thread has a Writer already: commit or abort it first");
    }
    if (!held_) {
      take(self);
      return;
    }
    Waiter waiter{self, false};
    queue_.push_back(&waiter);
    const auto longest =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::years(1));
    changed_.wait_until(lock, start + std::min(deadline, longest),
                        [&] { return waiter.granted || !open.is_open(); });
    if (waiter.granted) {
      if (open.is_open()) return;
      hand_over();
    } else {
      std::erase(queue_, &waiter);
    }
    open.check(url);
    using std::chrono::milliseconds;
    const auto held = std::chrono::steady_clock::now() - since_;
    std::ostringstream text;
    text << url << ": thread " << holder_ << " holds the writer, for "
         << std::chrono::duration_cast<milliseconds>(held).count() << " ms; gave up after "
         << deadline.count() << " ms: end that Writer, or raise the deadline";
    throw Error(ErrorCode::busy, text.str());
  }
  // The holder's end, by whatever thread runs it.
  void leave() noexcept {
    const std::lock_guard lock(mutex_);
    hand_over();
  }
  [[nodiscard]] bool held_by_this_thread() const {
    const std::lock_guard lock(mutex_);
    return held_ && holder_ == std::this_thread::get_id();
  }
  // Lets waiting threads look at their OpenFlag again.
  void wake() noexcept {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

 private:
  struct Waiter {
    std::thread::id thread;
    bool granted;
  };
  void take(std::thread::id thread) noexcept {
    held_ = true;
    holder_ = thread;
    since_ = std::chrono::steady_clock::now();
  }
  void hand_over() noexcept {
    held_ = false;
    if (queue_.empty()) return;
    Waiter& next = *queue_.front();
    queue_.pop_front();
    next.granted = true;
    take(next.thread);
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiter*> queue_;
  bool held_ = false;
  std::thread::id holder_;
  std::chrono::steady_clock::time_point since_;
};

// ---- reserve

// The next number of each sequence as far as this process knows: one object for everything here
// that opens the same store, so that what an aborted Writer handed out stays handed out. Any
// thread.
class SequenceMarks {
 public:
  // Takes n numbers at or above `least`; returns the first. Throws CapacityError where there are
  // none left.
  std::uint64_t take(std::uint64_t sequence, std::uint64_t n, std::uint64_t least) {
    const std::lock_guard lock(mutex_);
    std::uint64_t& next = next_[sequence];
    const std::uint64_t first = std::max({next, least, std::uint64_t{1}});
    const std::uint64_t left = std::numeric_limits<std::uint64_t>::max() - first;
    if (n > left) {
      throw CapacityError(
          "sequence " + std::to_string(sequence) + " is used up at " + std::to_string(first), left,
          n);
    }
    next = first + n;
    return first;
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> next_;
};

// The records of sequences in keyspace 0, for one Writer: key 'Q' and the sequence as 8 bytes
// big-endian, value the next number as 8 bytes little-endian.
class SequenceRecords {
 public:
  // Writer::reserve, by get and put of that Writer. The record is written at once.
  std::uint64_t reserve(Writer& writer, SequenceMarks& marks, std::uint64_t sequence,
                        std::uint64_t n, std::uint64_t at_least) {
    const std::uint64_t stored = read(writer, sequence);
    const std::uint64_t first = marks.take(sequence, n, std::max(stored, at_least));
    if (n == 0 && at_least <= stored) return first;
    raise(writer, sequence, first + n, stored);
    std::uint64_t& mark = taken_[sequence];
    mark = std::max(mark, first + n);
    return first;
  }
  // To be called by commit before it commits: a rollback to a savepoint may have undone a record
  // whose numbers are out.
  void settle(Writer& writer) {
    for (const auto& [sequence, next] : taken_)
      raise(writer, sequence, next, read(writer, sequence));
    taken_.clear();
  }

  [[nodiscard]] static std::string key(std::uint64_t sequence) {
    std::string key = "Q";
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(sequence >> shift & 0xff);
    return key;
  }

 private:
  static std::uint64_t read(Writer& writer, std::uint64_t sequence) {
    const std::string where = key(sequence);
    const std::optional<ByteView> value = writer.get(catalog_keyspace, where);
    if (!value) return 1;
    if (value->size() != 8) {
      throw CorruptionError("keyspace 0, sequence " + std::to_string(sequence),
                            "a record of " + std::to_string(value->size()) + " bytes, not 8");
    }
    std::uint64_t next = 0;
    for (std::size_t i = 8; i-- > 0;) next = next << 8 | static_cast<unsigned char>((*value)[i]);
    return next;
  }
  static void raise(Writer& writer, std::uint64_t sequence, std::uint64_t next,
                    std::uint64_t stored) {
    if (next <= stored) return;
    std::string value;
    for (int shift = 0; shift < 64; shift += 8) value += static_cast<char>(next >> shift & 0xff);
    writer.put(catalog_keyspace, key(sequence), value, Intent::either);
  }

  std::map<std::uint64_t, std::uint64_t> taken_;
};

}  // namespace kindred::storage
