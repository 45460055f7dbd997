// The only place that includes lmdb.h for this backend: values, errors and assertions of LMDB
// turned into those of the project.
#pragma once

#include <lmdb.h>

#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "kindred/error.hpp"
#include "kindred/value.hpp"

namespace kindred::lmdb {

static_assert(sizeof(void*) == 8, "stores of 32-bit processes have another format");
static_assert(MDB_VERSION_MAJOR == 0 && MDB_VERSION_MINOR == 9, "written for LMDB 0.9");

[[nodiscard]] inline MDB_val to_native(ByteView bytes) noexcept {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}
[[nodiscard]] inline ByteView to_view(const MDB_val& value) noexcept {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

[[nodiscard]] inline std::uint64_t load_word(const void* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}
// Between the 8 big-endian bytes of the waist and the integer that LMDB compares.
[[nodiscard]] inline std::uint64_t swap_word(std::uint64_t word) noexcept {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return __builtin_bswap64(word);
#else
  return word;
#endif
}
[[nodiscard]] inline std::uint64_t load_big(const void* from) noexcept {
  return swap_word(load_word(from));
}

// Throws what `code` (of LMDB or errno) means. `where` names the store, `operation` what was tried.
[[noreturn]] void fail(std::string_view operation, int code, std::string_view where);
inline void require(std::string_view operation, int code, std::string_view where) {
  if (code != MDB_SUCCESS) [[unlikely]]
    fail(operation, code, where);
}

// LMDB meets some kinds of damage with an assertion, after which it would abort the process. Within
// `trapped` it jumps out to here instead, past frames of C alone, and a CorruptionError is thrown.
// Hence the rule for callers: no object with a destructor may live between `trapped` and the call
// of LMDB. What LMDB held stays as it was; after a trapped call in a write transaction that
// transaction must not be touched again, see Environment::wedge.
class Trap {
 public:
  Trap() noexcept : previous_(active_) { active_ = this; }
  ~Trap() { active_ = previous_; }
  Trap(const Trap&) = delete;
  Trap& operator=(const Trap&) = delete;

  // For mdb_env_set_assert.
  static void on_assert(MDB_env* env, const char* message) noexcept;
  [[noreturn]] static void raise();

  std::jmp_buf target;

 private:
  static thread_local Trap* active_;
  Trap* previous_;
};

// `on_assertion` runs before the error is thrown.
template <class Call, class OnAssertion>
[[gnu::noinline]] auto trapped(Call&& call, OnAssertion&& on_assertion) {
  Trap trap;
  if (setjmp(trap.target) != 0) [[unlikely]] {
    on_assertion();
    Trap::raise();
  }
  return call();
}
template <class Call>
auto trapped(Call&& call) {
  return trapped(call, [] {});
}

}  // namespace kindred::lmdb
