// Random programs over a session: made from a seed, run against the plain model, made short when
// they fail.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace kindred::session_test::graph {

enum class Op : std::uint8_t {
  make,
  add,
  find,
  look,
  set_number,
  set_code,
  set_reference,
  append,
  clear_reference,
  remove,
  assign,
  label,
  set_column,
  move_key,
  erase,
  flush,
  commit,
  rollback,
  savepoint,
  release,
  rollback_to,
  expire,
  expire_column,
  expire_relationship,
  expire_all,
  expunge,
  merge,
  collect,
  prefetch,
  other_writer,
  end_session,
  failing_flush,
  failing_call,
  drop_handles,
  misuse
};
constexpr std::size_t ops = 35;

struct Step {
  Op op;
  std::array<std::uint32_t, 4> r;  // what it picks its operands by
};

// A step has an effect on whatever there is, so any part of a program is a program.
struct Program {
  std::uint64_t seed = 0;
  std::vector<Step> steps;
};

enum class Backend : std::uint8_t { memory, lmdb };

[[nodiscard]] Program random_program(std::uint64_t seed);
// Empty where every promise was kept; else what was broken, and at which step.
struct Outcome {
  std::string broken;
  std::size_t step = 0;
  [[nodiscard]] explicit operator bool() const { return broken.empty(); }
};
[[nodiscard]] Outcome run(const Program& program, Backend backend);
// The shortest prefix that fails, without the steps that it can do without.
[[nodiscard]] Program shorten(const Program& program, Backend backend);
[[nodiscard]] std::string text_of(const Program& program);

}  // namespace kindred::session_test::graph
