// What the tests of the LMDB backend's hazards share: child processes, and a store with something
// in it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "backends/lmdb/lmdb.hpp"
#include "kindred/error.hpp"
#include "kindred/storage.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::fault_test {

using storage::Creation;
using storage::Durability;
using storage::Intent;
using storage::OpenOptions;
using storage::Range;
using storage::Shape;

inline constexpr storage::KeyspaceId table = 1;

inline OpenOptions options(Creation creation = Creation::never) {
  OpenOptions made;
  made.creation = creation;
  made.map_size = std::uint64_t{1} << 30;
  return made;
}

// Opens and closes.
inline void try_open(const std::string& path, const OpenOptions& how,
                     const lmdb::Tuning& tuning = {}) {
  static_cast<void>(lmdb::open(path, how, tuning));
}

// 8 bytes, big-endian.
inline std::string key_of(std::uint64_t number) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift & 0xff);
  return key;
}

// A store with keyspace 1, a map{u64}.
inline std::shared_ptr<storage::Storage> make_store(const std::string& path,
                                                    OpenOptions how = options(Creation::must),
                                                    const lmdb::Tuning& tuning = {}) {
  std::shared_ptr<storage::Storage> store = lmdb::open(path, how, tuning);
  store->ensure(table, {Shape::Kind::map_u64, 0});
  return store;
}

inline void put(storage::Storage& store, std::uint64_t key, std::string_view value,
                Durability durability = Durability::committed) {
  const std::unique_ptr<storage::Writer> writer = store.begin({.durability = durability});
  writer->put(table, key_of(key), value, Intent::either);
  writer->commit();
}

inline void put_many(storage::Storage& store, std::uint64_t first, std::uint64_t count,
                     std::size_t size = 100) {
  const std::unique_ptr<storage::Writer> writer = store.begin({});
  for (std::uint64_t i = first; i < first + count; ++i) {
    writer->put(table, key_of(i), std::string(size, static_cast<char>('a' + i % 26)),
                Intent::either);
  }
  writer->commit();
}

inline std::string get(storage::Storage& store, std::uint64_t key) {
  const std::unique_ptr<storage::Reader> reader = store.snapshot();
  return std::string(reader->get(table, key_of(key)).value_or("(absent)"));
}

// The code of the Error that `work` throws; "usage" for a UsageError, "none" where nothing comes.
// `text` gets the message.
template <class Work>
std::string error_of(Work&& work, std::string* text = nullptr) {
  try {
    work();
  } catch (const Error& e) {
    if (text != nullptr) *text = e.what();
    return std::string(to_string(e.code()));
  } catch (const UsageError& e) {
    if (text != nullptr) *text = e.what();
    return "usage";
  }
  return "none";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Runs `work` in a child process of its own; its result is the exit status, 99 for an exception.
template <class Work>
pid_t start_child(Work&& work) {
  std::cout.flush();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  int status = 99;
  try {
    status = work();
  } catch (const std::exception& e) {
    std::cerr << "in the child: " << e.what() << std::endl;
  }
  ::_exit(status);
}

// The exit status, or minus the signal that ended it.
inline int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <class Work>
int in_child(Work&& work) {
  return wait_for(start_child(work));
}

// One word from one process to another.
class Signal {
 public:
  Signal() {
    if (::pipe(ends_) != 0) std::abort();
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void give() const {
    if (::write(ends_[1], "x", 1) != 1) std::abort();
  }
  void await() const {
    char byte = 0;
    if (::read(ends_[0], &byte, 1) != 1) std::abort();
  }

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace kindred::fault_test
